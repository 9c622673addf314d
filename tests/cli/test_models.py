"""`paddock models` shows, adds, fetches, removes and tries models, as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import models as module
from app.cli.main import main
from app.engine.domain.events import DownloadChanged
from app.engine.domain.models import Download
from tests.fakes.models import BIG, LLAMA, STARTER
from tests.fakes.terminal import TerminalHost

Capture = pytest.CaptureFixture[str]


def test_the_list(host: TerminalHost, capsys: Capture) -> None:
    assert main(["models", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["ID", "PARAMETERS", "QUANTISATION", "CONTEXT", "SIZE", "TOKENS/S", "LICENCE", "NOTE"]
    assert lines[1].split() == [
        STARTER.id,
        "135M",
        "Q4_1",
        "8192",
        "98",
        "MB",
        "55.2",
        "apache-2.0",
        "small",
        "starter",
    ]


def test_the_list_as_json(host: TerminalHost, capsys: Capture) -> None:
    assert main(["models", "list", "--json"]) == 0
    assert [each["id"] for each in json.loads(capsys.readouterr().out)][:2] == [STARTER.id, LLAMA.id]


def test_the_catalogue_says_why(host: TerminalHost, capsys: Capture) -> None:
    assert main(["models", "catalogue"]) == 0
    assert "too_large" in capsys.readouterr().out
    assert main(["models", "catalogue", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["fit"]["verdict"] == "fits"


def test_import(host: TerminalHost, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Path, bool]] = []
    inner = host.engine.models.import_file

    async def spied(path: Path, *, copy: bool = True) -> object:
        asked.append((path, copy))
        return await inner(path, copy=copy)

    monkeypatch.setattr(host.engine.models, "import_file", spied)
    monkeypatch.chdir(tmp_path)
    assert main(["models", "import", "tiny.gguf", "--link"]) == 0
    assert capsys.readouterr().out == "tiny\n"
    assert asked == [(tmp_path / "tiny.gguf", False)]


def test_import_as_json(host: TerminalHost, capsys: Capture) -> None:
    assert main(["models", "import", "/x/tiny.gguf", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "tiny"


def test_remove(host: TerminalHost, capsys: Capture) -> None:
    assert main(["models", "remove", LLAMA.id]) == 0
    assert capsys.readouterr().out == f"{LLAMA.id} removed, 2.0 GB freed\n"


def test_remove_as_json(host: TerminalHost, capsys: Capture) -> None:
    assert main(["models", "remove", LLAMA.id, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"model": LLAMA.id, "freed_bytes": LLAMA.size_bytes}


def test_a_download_is_watched_to_its_end(host: TerminalHost, capsys: Capture) -> None:
    done = Download(id="1", repo="a/b", file="c.gguf", state="completed", model_id="c")

    async def begin(repo: str, file: str, *, sha256: str = "") -> Download:
        host.engine.events.publish(DownloadChanged(Download(id="other", repo="x/y", file="z", state="failed")))
        host.engine.events.publish(DownloadChanged(done))
        return Download(id="1", repo=repo, file=file, state="running", received_bytes=1, total_bytes=2, speed=5.0)

    host.engine.models.download = begin
    assert main(["models", "download", "a/b", "c.gguf"]) == 0
    assert capsys.readouterr().out == "c\n"


def test_a_failed_download_says_why(host: TerminalHost, capsys: Capture) -> None:
    failed = Download(id="1", repo="a/b", file="c.gguf", state="failed", reason="Refused.", hint="Set a token.")
    host.end_downloads(failed)
    assert main(["models", "download", "a/b", "c.gguf"]) == 1
    assert capsys.readouterr().err == "paddock: Refused.\n         Set a token.\n"


def test_a_failed_download_as_json(host: TerminalHost, capsys: Capture) -> None:
    host.end_downloads(Download(id="1", repo="a/b", file="c.gguf", state="failed", reason="Refused."))
    assert main(["models", "download", "a/b", "c.gguf", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["state"] == "failed"


def test_the_catalogue_names_downloads(host: TerminalHost) -> None:
    host.end_downloads(Download(id="1", repo="a/b", file="c.gguf", state="completed", model_id="c"))
    assert main(["models", "download", LLAMA.id]) == 0
    assert host.asked == (f"bartowski/{LLAMA.id}-GGUF", f"{LLAMA.id}.gguf")


def test_a_repository_without_a_file_lists_its_files(host: TerminalHost, capsys: Capture) -> None:
    assert main(["models", "download", "bartowski/Llama-3.2-1B-Instruct-GGUF"]) == 1
    assert "Llama-3.2-1B-Instruct-Q4_K_M.gguf" in capsys.readouterr().err


def test_a_name_that_is_nothing_is_told(host: TerminalHost, capsys: Capture) -> None:
    assert main(["models", "download", "nothing"]) == 1
    assert "paddock models catalogue" in capsys.readouterr().err


def test_ctrl_c_pauses_a_download(host: TerminalHost, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_watch", interrupt)
    assert main(["models", "download", "a/b", "c.gguf"]) == 130
    assert [each.state for each in host.engine.models.downloads()] == ["paused"]
    assert "goes on with it" in capsys.readouterr().err


def test_load_check_loads_measures_and_unloads(host: TerminalHost, capsys: Capture) -> None:
    assert main(["models", "load-check", STARTER.id]) == 0
    output = capsys.readouterr().out
    assert "loads on CPU (no supported GPU was found), context 8192" in output
    assert "42.0 tokens/s" in output
    assert host.engine.models.states()[STARTER.id].phase == "not_loaded"


def test_load_check_as_json(host: TerminalHost, capsys: Capture) -> None:
    assert main(["models", "load-check", STARTER.id, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["state"]["phase"], shown["tokens_per_second"]) == ("ready", 42.0)


def test_load_check_of_a_model_that_fails_says_why(host: TerminalHost, capsys: Capture) -> None:
    assert main(["models", "load-check", BIG.id]) == 1
    assert "needs 9.1 GB" in capsys.readouterr().err


def test_load_check_of_a_file_reads_its_header(host: TerminalHost, capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(b"")
    assert main(["models", "load-check", str(path)]) == 0
    assert capsys.readouterr().out == "tiny: llama, 135M, Q4_1\n"
