"""The real program ends well: a signal in the middle of an answer, a second start, a reader that goes, a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.engine.inference.model_files import find_starter
from tests.benchmarks.servers import free_port
from tests.fakes.long_answers import LONG_SCHEMA

ROOT = Path(__file__).resolve().parents[2]
MODEL = "smollm2-135m-instruct-q4_1"
# What a model says may be short by chance: the words of these answers are given, or chosen without it.
LONG = {"type": "json_schema", "json_schema": {"name": "sea", "schema": LONG_SCHEMA}}
STORY = {"role": "user", "content": "Tell me a very long story about a horse, in many chapters."}

pytestmark = [
    pytest.mark.skipif(find_starter() is None, reason="the starter model is not installed"),
    pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX"),
]


def start(data_dir: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "app", *arguments]
    own = {"PADDOCK_DATA_DIR": str(data_dir), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **own}, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True
    )


@contextmanager
def serving(data_dir: Path, port: int, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run `paddock serve`; whatever the test does, its process has ended afterwards."""
    with start(data_dir, "serve", "--port", str(port), *arguments) as process:
        try:
            assert process.stderr is not None
            process.told = next(line for line in process.stderr if "key" in line.lower() or f":{port}/" in line)  # type: ignore[attr-defined]
            yield process
        finally:
            process.kill()


def test_a_signal_ends_a_stream_with_its_reason(data_dir: Path) -> None:
    port = free_port()
    with serving(data_dir, port, "--api-key", "k") as process:
        body = json.dumps({"model": MODEL, "messages": [STORY], "stream": True, "response_format": LONG}).encode()
        headers = {"Authorization": "Bearer k", "Content-Type": "application/json"}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/chat/completions", body, headers)
        with urllib.request.urlopen(request) as answer:
            assert b"delta" in answer.readline()
            process.send_signal(signal.SIGTERM)
            last = [line for line in answer if line.startswith(b"data: ")][-1]
        assert json.loads(last[6:])["error"]["code"] == "model_unavailable"
        told = process.communicate()[1]
        assert process.returncode == 0
        assert "Traceback" not in told


def test_a_second_start_on_the_same_data_is_told_where_the_first_one_is(data_dir: Path) -> None:
    port = free_port()
    with serving(data_dir, port, "--api-key", "k"), start(data_dir, "models", "list") as second:
        told = second.communicate()[1]
    assert second.returncode == 1
    assert f"http://127.0.0.1:{port}" in told and "--data-dir" in told and "Traceback" not in told


def test_without_a_keychain_the_server_says_how_long_its_key_lasts(data_dir: Path) -> None:
    with serving(data_dir, free_port()) as process:
        assert "kept for this run only" in process.told  # type: ignore[attr-defined]


def test_a_reader_that_goes_ends_the_answer_without_a_traceback(data_dir: Path) -> None:
    with start(data_dir, "chat", STORY["content"], "--temperature", "0") as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == 1


def test_an_interrupted_answer_ends_its_line(data_dir: Path) -> None:
    with start(data_dir, "chat", STORY["content"], "--temperature", "0") as process:
        assert process.stdout is not None
        # Not through the text stream: what it read ahead would be missing below.
        said = os.read(process.stdout.fileno(), 65536).decode("utf-8", "replace")
        assert said
        process.send_signal(signal.SIGINT)
        rest, told = process.communicate()
    assert (process.returncode, told) == (130, "")
    assert (said + rest).endswith("\n")


CRASH = """
import os, signal, sys
from pathlib import Path
from app.engine.host import EngineHost
from app.engine.domain.agents import AgentConfig, StepProgressed
from tests.fakes.long_answers import LONG_ANSWER
host = EngineHost(Path(sys.argv[1]))
host.start()
agents = host.engine.agents
session = host.call(agents.create_session(config=AgentConfig(response_format=LONG_ANSWER))).result()
turn = host.call(agents.start_turn(session.id, sys.argv[2])).result()
said = ""
for event in host.iterate(lambda: agents.watch_turn(turn.id)):
    said += event.delta.text if isinstance(event, StepProgressed) else ""
    if len(said) > 20:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_an_answer_had_said_survives_a_kill(tmp_path: Path) -> None:
    from app.engine.host import EngineHost

    killed = subprocess.run([sys.executable, "-c", CRASH, str(tmp_path), STORY["content"]], cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    with EngineHost(tmp_path) as host:
        (session,) = host.call(host.engine.history.list()).result().sessions
        (turn,) = host.call(host.engine.history.turns(session.id)).result().turns
        assert turn.state == "interrupted"
        assert turn.input_text() == STORY["content"]
        assert len(turn.output_text()) > 20
