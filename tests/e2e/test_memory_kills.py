"""Reading into a bank survives kills at any moment: whoever is killed, the end is the same as without a kill."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from app.engine.host import EngineHost
from tests.architecture.source import ROOT

DOCUMENTS, PARAGRAPHS = 24, 12
KILLS = 6
READ = """
import sys, time
from pathlib import Path
from app.engine.host import EngineHost
with EngineHost(Path(sys.argv[1])) as host:
    memory = host.engine.memory
    banks = host.call(memory.banks()).result()
    bank = banks[0] if banks else host.call(memory.create_bank("notes")).result()
    host.call(memory.add_paths(bank.id, (Path(sys.argv[2]),))).result()
    host.call(memory.retry_documents(bank.id)).result()
    print("reading", flush=True)
    while True:
        bank = host.call(memory.bank(bank.id)).result()
        if bank.problem:
            sys.exit(bank.problem)
        if bank.stats.documents == int(sys.argv[3]) and not bank.stats.working and bank.fit is not None:
            break
        time.sleep(0.02)
"""


def write_notes(folder: Path) -> None:
    folder.mkdir()
    for number in range(DOCUMENTS):
        lines = [f"Note {number}, part {part}: the mare {part * number} eats oats." * 8 for part in range(PARAGRAPHS)]
        (folder / f"note-{number:02}.txt").write_text("\n\n".join(lines), encoding="utf-8")


def start(data: Path, notes: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", READ, str(data), str(notes), str(DOCUMENTS)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def state(data: Path) -> tuple[list[tuple[str, str, int]], list[str]]:
    """Return documents with their states and chunks, and all chunk texts that a search of everything can find."""
    with EngineHost(data) as host:
        memory = host.engine.memory
        (bank,) = host.call(memory.banks()).result()
        assert host.call(memory.check_bank(bank.id)).result().findings == ()
        found = host.call(memory.documents(bank.id, limit=1000)).result().documents
        texts = [
            chunk.text
            for document in found
            for chunk in host.call(memory.chunks(bank.id, document.id, limit=1000)).result()
        ]
        return [(document.name, document.state, document.report.chunks) for document in found], texts


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kills") / "notes"
    write_notes(folder)
    return folder


@pytest.fixture(scope="module")
def undisturbed(notes: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[tuple[str, str, int]], list[str]]:
    data = tmp_path_factory.mktemp("undisturbed")
    process = start(data, notes)
    told = process.communicate()[1]
    assert process.returncode == 0, told
    return state(data)


def test_the_app_is_killed_again_and_again(notes: Path, tmp_path: Path, undisturbed: object) -> None:
    generator = random.Random(1)
    for _ in range(KILLS):
        process = start(tmp_path, notes)
        assert process.stdout is not None
        process.stdout.readline()
        children = psutil.Process(process.pid).children(recursive=True)
        time.sleep(generator.uniform(0.0, 1.2))  # waits for nothing: the kill comes at any moment
        process.send_signal(signal.SIGKILL)
        process.communicate()
        psutil.wait_procs(children, timeout=10)
    process = start(tmp_path, notes)
    told = process.communicate()[1]
    assert process.returncode == 0, told
    assert state(tmp_path) == undisturbed


def test_the_helpers_are_killed_in_turn(notes: Path, tmp_path: Path, undisturbed: object) -> None:
    process = start(tmp_path, notes)
    assert process.stdout is not None
    process.stdout.readline()
    killed = 0
    while process.poll() is None and killed < KILLS:
        for child in psutil.Process(process.pid).children():
            if child.is_running() and child.status() != psutil.STATUS_ZOMBIE and killed < KILLS:
                child.kill()
                killed += 1
                time.sleep(0.3)  # waits for nothing: the others go on meanwhile
    told = process.communicate()[1]
    assert killed and process.returncode == 0, told
    # A document whose reader was killed for the second time has failed and says so; asked again, it is read.
    process = start(tmp_path, notes)
    told = process.communicate()[1]
    assert process.returncode == 0, told
    assert state(tmp_path) == undisturbed
