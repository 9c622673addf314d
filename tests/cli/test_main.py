"""The command line: help is quick, the window opens without a command, errors become exit codes."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from pathlib import Path

import pytest

from app import __version__
from app.cli.main import has_display, main
from app.engine.domain.errors import DataDirectoryInUse
from tests.fakes.terminal import TerminalHost

NOT_FOR_HELP = ("PySide6", "llama_cpp", "fastapi", "httpx", "sqlite3", "keyring", "huggingface_hub", "numpy")


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from app.cli.main import parser; parser().format_help();"
        f"print([name for name in {NOT_FOR_HELP!r} if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"paddock {__version__}\n"


@pytest.mark.parametrize("arguments", [["nonsense"], ["models"], ["serve", "--port", "x"], ["models", "import"]])
def test_wrong_usage_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: paddock" in capsys.readouterr().err


def test_the_data_directory_stands_before_or_after_the_command(host: TerminalHost, tmp_path: Path) -> None:
    assert main(["--data-dir", str(tmp_path), "models", "list"]) == 0
    assert host.options["data_dir"] == tmp_path


def test_the_data_directory_after_the_command(host: TerminalHost, tmp_path: Path) -> None:
    assert main(["models", "list", "--data-dir", str(tmp_path)]) == 0
    assert host.options["data_dir"] == tmp_path


def test_an_engine_that_does_not_start_is_told(host: TerminalHost, capsys: pytest.CaptureFixture[str]) -> None:
    host.failure = DataDirectoryInUse("Another Paddock runs.", hint="Close it.")
    assert main(["models", "list"]) == 1
    assert capsys.readouterr().err == "paddock: Another Paddock runs.\n         Close it.\n"
    assert main(["models", "list", "--json"]) == 1
    assert json.loads(capsys.readouterr().err)["error"]["code"] == "data_directory_in_use"


def test_an_interruption_is_130(host: TerminalHost) -> None:
    host.failure = KeyboardInterrupt()  # type: ignore[assignment]
    assert main(["models", "list"]) == 130


def test_without_a_display_the_terminal_is_pointed_to(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("app.cli.main.has_display", lambda: False)
    assert main([]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_without_a_command_the_window_opens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import app.ui.application

    opened: list[Path] = []
    monkeypatch.setattr(app.ui.application, "run", lambda _argv, data_dir: opened.append(data_dir) or 7)
    assert main(["--data-dir", str(tmp_path / "new")]) == 7
    assert opened == [tmp_path / "new"]
    assert (tmp_path / "new").is_dir()


def test_the_window_opens_on_unusable_data_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import app.ui.application

    (tmp_path / "file").touch()
    monkeypatch.setattr(app.ui.application, "run", lambda _argv, _data_dir: 0)
    assert main(["--data-dir", str(tmp_path / "file")]) == 0
    assert "could not be used" in capsys.readouterr().err
    assert gc.isenabled()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the others always have a display")
def test_a_display_is_found_by_its_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert not has_display()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert has_display()
