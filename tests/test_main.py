"""`python -m app` becomes the command or the child process it is told to be."""

from __future__ import annotations

import sys
import types

import pytest

from app import __main__ as entry


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Put a command in place of the real one and return the list of its calls."""
    calls: list[list[str]] = []
    module = types.ModuleType("app.cli.main")
    module.main = lambda argv: calls.append(argv) or 7  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "app.cli.main", module)
    return calls


def test_arguments_go_to_the_command(command: list[list[str]]) -> None:
    assert entry.main(["serve", "--port", "0"]) == 7
    assert command == [["serve", "--port", "0"]]


def test_a_child_runs_its_module_as_main(tmp_path, monkeypatch: pytest.MonkeyPatch, command: list[list[str]]) -> None:
    package = types.ModuleType("app.child_for_test")
    package.__path__ = [str(tmp_path)]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "app.child_for_test", package)
    told = tmp_path / "told"
    (tmp_path / "host.py").write_text(
        f"import sys, pathlib\npathlib.Path({str(told)!r}).write_text(__name__ + ' ' + ' '.join(sys.argv[1:]))\n"
    )
    monkeypatch.setattr(sys, "argv", ["paddock"])
    assert entry.main(["--child", "app.child_for_test.host", "--model", "x"]) == 0
    assert told.read_text() == "__main__ --model x"
    assert command == []


@pytest.mark.parametrize("arguments", [["--child"], ["--child", "os"], ["--child", "application.evil"]])
def test_only_modules_of_paddock_become_a_child(arguments: list[str], command: list[list[str]]) -> None:
    assert entry.main(arguments) == 7
    assert command == [arguments]
