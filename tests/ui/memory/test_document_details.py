"""The report of a document says what became of it, and offers only what helps."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.engine.domain.memory import Document, DocumentFailure, DocumentReport, SkippedPart
from app.ui.memory.document_details import DocumentDetails, has_scans, origin_words

REPORT = DocumentReport(
    format="PDF", pages=12, characters=2140, chunks=9, reused_chunks=2, skipped_total=3,
    skipped=(SkippedPart(where="page 3", reason="holds a picture only"),), warnings=("2 pages are without text.",),
)  # fmt: skip


def make(qtbot: QtBot, *, brief: bool = False, **fields: Any) -> DocumentDetails:
    view = DocumentDetails(brief=brief)
    qtbot.addWidget(view)
    view.resize(500, 600)
    view.show()
    told: dict[str, Any] = {"id": "d", "bank_id": "b", "name": "a.pdf", "state": "ready", "report": REPORT}
    view.show_document(Document(**(told | fields)))
    return view


def test_the_report_is_whole(qtbot: QtBot) -> None:
    view = make(qtbot, flagged=True, uri="https://example.org/a.pdf", language="de")
    facts = {"Format": "PDF", "Pages": "12", "Passages": "9", "Known before": "2", "Language": "German"}
    assert {name: view.facts.value(name) for name in facts} == facts
    assert view.facts.value("From") == "https://example.org/a.pdf"
    assert view.flag.isVisible() and view.warnings.text() == "2 pages are without text."
    assert view.skipped.text().startswith("page 3: holds a picture only\nand 2 more")


def test_nothing_is_shown_that_is_not_there(qtbot: QtBot) -> None:
    view = make(qtbot, report=DocumentReport(format="Text", chunks=1))
    assert not view.flag.isVisible() and not view.warnings.isVisible() and not view.skipped_title.isVisible()


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("ready", {"open", "ocr", "remove"}),
        ("embedding", {"cancel", "remove"}),
        ("failed", {"retry", "remove"}),
        ("cancelled", {"retry", "remove"}),
    ],
)
def test_each_state_offers_what_helps(qtbot: QtBot, state: str, offered: set[str]) -> None:
    view = make(qtbot, state=state)
    names = ("open", "retry", "ocr", "cancel", "remove")
    assert {name for name in names if getattr(view, f"{name}_action").isVisible()} == offered


def test_a_failure_says_why_and_what_to_do(qtbot: QtBot) -> None:
    failure = DocumentFailure(code="x", message="It is encrypted.", hint="Save a copy.")
    view = make(qtbot, state="failed", failure=failure)
    assert view.state.text() == "Failed: It is encrypted." and view.hint.text() == "Save a copy."


def test_wishes_name_the_document(qtbot: QtBot) -> None:
    view = make(qtbot)
    for signal, item, args in (
        (view.opened, view.open_action, ["d"]),
        (view.retried, view.ocr_action, [("d",), True]),
        (view.cancelled, view.cancel_action, [("d",)]),
        (view.removed, view.remove_action, [("d",)]),
    ):
        with qtbot.waitSignal(signal) as wish:
            item.trigger()
        assert wish.args == args


def test_beside_the_viewer_it_has_no_buttons(qtbot: QtBot) -> None:
    assert not make(qtbot, brief=True).buttons.isVisible()


def test_where_a_document_came_from() -> None:
    assert origin_words("text:Minutes") == ""
    assert origin_words("https://example.org") == "https://example.org"
    assert origin_words("file:///docs/a%20b.pdf").endswith("/docs/a b.pdf")
    assert not has_scans(Document(id="d", bank_id="b", name="a", report=DocumentReport(warnings=("Odd encoding.",))))
