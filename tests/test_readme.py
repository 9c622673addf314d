"""The examples of README run as they stand there, on a free port and fresh data, with the starter model."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine.inference.model_files import find_starter
from tests.benchmarks.servers import free_port
from tests.fakes.tiny_gguf import write_tiny_llama

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^<!-- tested: (\w+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What README calls `paddock` is the program of this checkout.
PRELUDE = 'set -eo pipefail\npaddock() { "$PYTHON" -m app "$@"; }\n'

pytestmark = [
    pytest.mark.skipif(find_starter() is None, reason="the starter model is not installed"),
    pytest.mark.skipif(shutil.which("bash") is None, reason="the examples are written for a POSIX shell"),
]


def example(name: str) -> str:
    """Return the text of a marked block."""
    return dict(BLOCK.findall(README))[name]


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of the examples: nothing of this user's, and no keychain."""
    own = {"HOME": str(folder), "PADDOCK_DATA_DIR": str(folder / "data"), "PYTHON": sys.executable}
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {**os.environ, **own, "PYTHONPATH": path, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


def shell(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run lines of shell to their end."""
    command = ["bash", "-c", PRELUDE + text]
    return subprocess.run(
        command, cwd=folder, env=environment(folder), stdin=subprocess.DEVNULL, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[None]:
    """Run the server of README on a free port."""
    folder = tmp_path_factory.mktemp("server")
    text = PRELUDE.replace('"$PYTHON"', 'exec "$PYTHON"') + example("server").replace("8321", str(port))
    process = subprocess.Popen(
        ["bash", "-c", text], cwd=folder, env=environment(folder), stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if f":{port}/v1" in line:
            break
    yield
    process.terminate()
    told = process.communicate()[1]
    assert (process.returncode, told) == (0, "Paddock closes.\n")


def test_the_commands_of_the_terminal_run(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Buy hay, mend the fence, call the vet.")
    (tmp_path / "Downloads").mkdir()
    write_tiny_llama(tmp_path / "Downloads" / "some-model.gguf")
    done = shell(example("terminal"), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "smollm2-135m-instruct-q4_1" in done.stdout
    assert "some-model removed" in done.stdout + done.stderr
    assert "The farrier comes on Tuesday." in done.stdout
    assert "Stable deleted" in done.stdout
    assert (tmp_path / "stable.bank").stat().st_size > 0


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = [re.split(r"[<>=]", each)[0] for each in wanted if isinstance(each, str)]
    section = README.partition("### Dependencies")[2]
    assert [name for name in names if name not in section] == []


@pytest.mark.leaks("the server of the module runs on")
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_requests_of_curl_are_answered(server: None, port: int, tmp_path: Path) -> None:
    done = shell(example("http").replace("8321", str(port)), tmp_path)
    assert done.returncode == 0, done.stderr
    assert "smollm2-135m-instruct-q4_1" in done.stdout
    chunks = [json.loads(line[6:]) for line in done.stdout.splitlines() if line.startswith("data: ")]
    assert "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks)
    assert chunks[-1]["choices"][0]["finish_reason"] in ("stop", "length")
    assert '"object":"embedding"' in done.stdout


@pytest.mark.leaks("the server of the module runs on")
def test_the_official_client_is_answered(server: None, port: int, tmp_path: Path) -> None:
    code = example("python").replace("8321", str(port))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["colours"]) == 3


@pytest.mark.leaks("the server of the module runs on")
def test_responses_have_a_past_and_shields(server: None, port: int, tmp_path: Path) -> None:
    code = example("responses").replace("8321", str(port))
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, env=environment(tmp_path)
    )
    assert ran.returncode == 0, ran.stderr
    assert "GitHub token" in ran.stdout.splitlines()[-1]


@pytest.mark.leaks("the server of the module runs on")
def test_memory_banks_are_vector_stores(server: None, port: int, tmp_path: Path) -> None:
    code = example("search").replace("8321", str(port))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "notes.txt: The farrier comes on Tuesday." in done.stdout


@pytest.mark.leaks("the server of the module runs on")
def test_the_page_of_routes_needs_no_network(server: None, port: int) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/docs") as answer:
        page = answer.read().decode()
    assert "http://" not in page and "https://" not in page
