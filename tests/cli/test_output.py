"""Tables, sizes and errors as the terminal shows them."""

from __future__ import annotations

import io
import json

import pytest

from app.cli.output import FAILED, Progress, amount, bar, confirm, duration, fail, print_json, print_table, size
from app.engine.domain.errors import InvalidRequest
from app.engine.domain.models import LoadSettings


def test_a_table_is_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("A", "LONG"), [("first", "x"), ("2", "")])
    assert capsys.readouterr().out == "A      LONG\nfirst  x\n2\n"


def test_structs_become_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_json((LoadSettings(threads=2),))
    assert json.loads(capsys.readouterr().out)[0]["threads"] == 2


def test_errors_are_words_or_json(capsys: pytest.CaptureFixture[str]) -> None:
    error = InvalidRequest("No.", hint="Yes.", param="x")
    assert fail(error) == FAILED
    assert capsys.readouterr().err == "paddock: No.\n         Yes.\n"
    fail(error, as_json=True)
    shown = json.loads(capsys.readouterr().err)["error"]
    assert shown == {"code": "invalid_request", "message": "No.", "hint": "Yes.", "param": "x"}


def test_progress_is_silent_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    line = Progress()
    line.show("50 %")
    line.clear()
    assert capsys.readouterr().err == ""


def test_progress_overwrites_its_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    line = Progress()
    line.show("100 %")
    line.show("5 %")
    line.clear()
    assert capsys.readouterr().err == "\r100 %\r5 %  \r   \r"


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "-"),
        (12, "1 kB"),
        (57_800, "58 kB"),
        (98_000_000, "98 MB"),
        (2_019_377_696, "2.0 GB"),
        (42_520_000_000, "42.5 GB"),
    ],
)
def test_sizes(count: int, shown: str) -> None:
    assert size(count) == shown


@pytest.mark.parametrize(("count", "shown"), [(0, "-"), (134_515_008, "135M"), (8_030_261_248, "8.0B")])
def test_amounts(count: int, shown: str) -> None:
    assert amount(count) == shown


@pytest.mark.parametrize(
    ("done", "total", "shown"), [(0, 0, "░░░░"), (0, 9, "░░░░"), (5, 9, "██░░"), (9, 9, "████"), (12, 9, "████")]
)
def test_bars(done: int, total: int, shown: str) -> None:
    assert bar(done, total, 4) == shown


@pytest.mark.parametrize(("seconds", "shown"), [(0.4, "0 s"), (89, "89 s"), (150, "2 min"), (9000, "2.5 h")])
def test_durations(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


class Terminal(io.StringIO):
    """A stdin at which somebody sits."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("answer", "meant"),
    [("y\n", True), (" YES \n", True), ("n\n", False), ("\n", False), ("", False), ("yep\n", False)],
)
def test_only_a_yes_is_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, answer: str, meant: bool
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    assert confirm("Sure?") is meant
    assert capsys.readouterr().err == "Sure? [y/N] "


def test_where_nobody_sits_it_is_a_no(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert not confirm("Sure?")
    assert capsys.readouterr().err == ""
