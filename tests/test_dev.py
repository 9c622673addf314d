"""dev.py: which Python, which task, and what a task needs. The tasks themselves are run by whoever reads this."""

from __future__ import annotations

import subprocess
import sys

import pytest

import dev


class FakeEnvironment:
    """Stands for `.venv`: remembers what it was asked for and answers commands with a fixed status."""

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.extras: list[str] = []
        self.python = dev.ROOT / ".venv" / "bin" / "python"

    def ensure(self, kind: str) -> None:
        self.kinds.append(kind)

    def add_extra(self, name: str) -> None:
        self.extras.append(name)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Take the place of the child processes and return the list of their commands."""
    seen: list[tuple[str, ...]] = []

    def record(environment: object, *arguments: str, env: object = None) -> int:
        seen.append(arguments)
        return 1 if "format" in arguments else 0

    monkeypatch.setattr(dev, "call", record)
    monkeypatch.setattr(dev, "missing_libraries", lambda *, window: [])
    return seen


@pytest.mark.parametrize(
    ("version", "fits"), [((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False), ((2, 7), False)]
)
def test_which_python_fits(version: tuple[int, int], fits: bool) -> None:
    assert dev.python_fits(version) is fits


def test_an_old_python_is_told_what_to_do() -> None:
    message = dev.python_message((3, 9))
    assert "3.11 to 3.13" in message
    assert "this is 3.9" in message
    assert "apt install" in message


def test_run_without_a_display_says_so_in_one_line(capsys, monkeypatch: pytest.MonkeyPatch, calls) -> None:
    monkeypatch.setattr(dev, "has_display", lambda env: False)
    environment = FakeEnvironment()
    assert dev.run(environment, []) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "paddock serve" in said
    assert "paddock chat" in said
    assert (environment.kinds, calls) == (["runtime"], [])


def test_run_needs_no_display_for_a_command(monkeypatch: pytest.MonkeyPatch, calls) -> None:
    monkeypatch.setattr(dev, "has_display", lambda env: False)
    assert dev.run(FakeEnvironment(), ["serve", "--port", "0"]) == 0
    assert calls == [("-m", "app", "serve", "--port", "0")]


def test_lint_runs_every_check_though_one_fails(calls) -> None:
    environment = FakeEnvironment()
    assert dev.lint(environment, []) == 1
    assert len(calls) == 3
    assert environment.kinds == ["dev"]


@pytest.mark.parametrize(
    ("task", "module"), [(dev.test, "pytest"), (dev.types, "mypy"), (dev.bench, "tests.benchmarks")]
)
def test_the_rest_goes_to_the_tool(task, module: str, calls) -> None:
    task(FakeEnvironment(), ["--json"])
    assert calls == [("-m", module, "--json")]


def test_tests_do_not_start_without_the_libraries_qt_imports(monkeypatch: pytest.MonkeyPatch, calls) -> None:
    monkeypatch.setattr(dev, "missing_libraries", lambda *, window: [("libEGL.so.1", "libegl1", "libglvnd-egl")])
    with pytest.raises(dev.SetupError, match="libegl1"):
        dev.test(FakeEnvironment(), [])
    assert dev.types(FakeEnvironment(), []) == 0
    assert calls == [("-m", "mypy")]


def test_an_extra_comes_after_the_rest() -> None:
    environment = FakeEnvironment()
    assert dev.extra(environment, ["torch"]) == 0
    assert (environment.kinds, environment.extras) == (["runtime"], ["torch"])


@pytest.mark.parametrize("rest", [[], ["cuda"], ["torch", "ocr"]])
def test_another_extra_is_refused_before_anything_is_installed(rest: list[str]) -> None:
    environment = FakeEnvironment()
    with pytest.raises(dev.SetupError, match=r"extra torch\|ocr"):
        dev.extra(environment, rest)
    assert (environment.kinds, environment.extras) == ([], [])


@pytest.mark.skipif(sys.platform != "linux", reason="the locale is a matter of Linux only")
@pytest.mark.parametrize(
    ("env", "platform", "locale"),
    [
        ({}, "offscreen", "C.UTF-8"),
        ({"LANG": "de_DE.UTF-8"}, "offscreen", None),
        ({"LC_ALL": "POSIX", "QT_QPA_PLATFORM": "xcb"}, "xcb", "C.UTF-8"),
    ],
)
def test_the_environment_of_tests(env: dict[str, str], platform: str, locale: str | None) -> None:
    changed = dev.task_env(env)
    assert changed["QT_QPA_PLATFORM"] == platform
    assert changed.get("LC_ALL") == locale


def test_no_word_or_a_wrong_one_lists_the_tasks() -> None:
    for arguments, status in (([], 2), (["dance"], 2), (["--help"], 0)):
        done = subprocess.run([sys.executable, "dev.py", *arguments], cwd=dev.ROOT, capture_output=True, text=True)
        assert done.returncode == status
        assert "run|test|lint|types|bench|package|extra" in done.stderr
