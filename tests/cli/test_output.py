"""Tables, sizes and errors as the terminal shows them."""

from __future__ import annotations

import json

import pytest

from app.cli.output import FAILED, Progress, amount, fail, print_json, print_table, size
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
    ("count", "shown"), [(0, "-"), (98_000_000, "98 MB"), (2_019_377_696, "2.0 GB"), (42_520_000_000, "42.5 GB")]
)
def test_sizes(count: int, shown: str) -> None:
    assert size(count) == shown


@pytest.mark.parametrize(("count", "shown"), [(0, "-"), (134_515_008, "135M"), (8_030_261_248, "8.0B")])
def test_amounts(count: int, shown: str) -> None:
    assert amount(count) == shown
