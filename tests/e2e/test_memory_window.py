"""The real window on the real engine: files of every format are dropped, asked about, and the cited page is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.engine.domain.agents import MemoryRetrievalStep, Turn
from app.ui.application import Desk, real_launcher
from app.ui.theme.theme import theme
from tests.fakes.documents import make_all, pdf

SECONDS = 120
HORSES = "The seven horses of the stable are named after rivers."
PAGES = [["Stable notes", "Hay is kept in the northern barn."], [HORSES], ["Dogs must be on a lead."]]


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    """The window with its engine, which has answered."""
    theme().install(qapp, "light")
    data = tmp_path / "data"
    data.mkdir()
    made = Desk(qapp, data, real_launcher(data))
    with qtbot.waitSignal(made.client.started, timeout=SECONDS * 1000):
        made.open()
    yield made
    made.window.close()
    made.close()
    made.window.deleteLater()


def until(qtbot: QtBot, condition: Callable[[], Any]) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=SECONDS * 1000)


def drop(target: QWidget, *paths: Path) -> None:
    """Drop files on a widget, as a file manager does."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    spot = target.rect().center()
    entered = QDragEnterEvent(QPoint(spot), copy, mime, buttons, keys)
    QApplication.sendEvent(target, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(target, QDropEvent(QPointF(spot), copy, mime, buttons, keys))


def ask(qtbot: QtBot, desk: Desk, text: str) -> Any:
    """Send a message in the chat and return the view of its turn once it is answered."""
    page: Any = desk.window.page()
    page.composer.set_text(text)
    until(qtbot, lambda: page.composer.button.isEnabled())
    page.composer.submit()
    until(qtbot, lambda: (view := page.conversation.last_view()) is not None and view.turn.input_text() == text)
    until(qtbot, lambda: page.conversation.last_view().turn.state != "running")
    view = page.conversation.last_view()
    assert view.turn.state == "completed", view.turn.failure
    return view


def look_of(turn: Turn) -> MemoryRetrievalStep:
    return next(step for step in turn.steps if isinstance(step, MemoryRetrievalStep))


def test_dropped_files_are_asked_about_and_the_cited_page_opens(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    made = make_all(folder)
    (folder / "stable.pdf").write_bytes(pdf(PAGES))
    (folder / "torn.pdf").write_bytes(pdf(PAGES)[:200])
    desk.window.show_page("memory")
    memory: Any = desk.window.page()
    until(qtbot, lambda: desk.client.memory.known)
    drop(memory, folder)
    until(qtbot, lambda: memory.bank.bank is not None)
    bank_id = memory.bank.bank.id
    expected = len(made) + 2
    until(qtbot, lambda: (stats := memory.bank.bank.stats).documents == expected and not stats.working)
    stats = memory.bank.bank.stats
    # A picture is read only with the extra for it; the torn file says why it cannot be read.
    assert stats.failed >= 1 and stats.ready >= expected - 2

    desk.window.show_page("chat")
    chat: Any = desk.window.page()
    chat.show_side(True)
    until(qtbot, lambda: bank_id in chat.side.banks.ticks)
    chat.side.banks.ticks[bank_id].box.click()
    view = ask(qtbot, desk, "What are the seven horses of the stable named after?")
    look = look_of(view.turn)
    best = next(source for source in look.sources if source.document_name == "stable.pdf")
    assert (best.page, HORSES in best.quote) == (2, True)

    chips = [chip for chip in view.findChildren(QPushButton) if "stable.pdf" in chip.accessibleName()]
    assert chips, [chip.accessibleName() for chip in view.findChildren(QPushButton)]
    chips[0].click()
    until(qtbot, lambda: desk.window.page() is memory and memory.viewer.part is not None)
    until(qtbot, lambda: HORSES in memory.viewer.marked())
    assert memory.viewer.part.page == 2


def test_a_file_dropped_on_the_message_is_included_whole(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("# Gate\n\nThe code of the gate is 4711.\n", encoding="utf-8")
    chat: Any = desk.window.page()
    drop(chat.composer, note)
    until(qtbot, lambda: chat.tray.isVisible() and not chat.tray.waiting())
    view = ask(qtbot, desk, "What is the code of the gate?")
    (included,) = look_of(view.turn).attachments
    assert (included.how, included.attachment.name) == ("whole", "note.md")
    assert [source.whole for source in look_of(view.turn).sources] == [True]
    # What a chat was given does not appear among the banks.
    assert desk.client.memory.all_banks == ()
