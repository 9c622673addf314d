"""The chat page on a fake engine: what a person does, and what the engine and the window then hold."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QObject, Qt, QTimer, QUrl
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.engine.domain.agents import ContextReport, Failure, Session
from app.ui.bridge.client import EngineClient
from app.ui.chat.page import ChatPage
from app.ui.widgets.notice import Notice
from tests.fakes.engine import FakeEngine, FakeHost
from tests.fakes.library import ANSWER, citations, fill, retrieval
from tests.fakes.verdicts import BLOCKED, CALM

Run = Callable[[], None]


@pytest.fixture
def page(qtbot: QtBot, client: EngineClient) -> ChatPage:
    made = ChatPage(client)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    qtbot.waitUntil(lambda: made.picker.model_id != "")
    return made


def say(qtbot: QtBot, page: ChatPage, text: str) -> None:
    page.composer.set_text(text)
    qtbot.keyClick(page.composer.field, Qt.Key.Key_Return)


def answered(page: ChatPage) -> bool:
    view = page.conversation.last_view()
    return view is not None and not page.presenter.running and view.turn.state != "running"


def ask(qtbot: QtBot, page: ChatPage, text: str) -> None:
    count = len(page.conversation.turns)
    say(qtbot, page, text)
    qtbot.waitUntil(lambda: len(page.conversation.turns) > count and answered(page))


def last_answer(page: ChatPage) -> str:
    view = page.conversation.last_view()
    assert view is not None
    return view.turn.output_text()


def test_first_start_is_ready_to_type_and_says_it_is_a_starter(qtbot: QtBot, page: ChatPage) -> None:
    page.shown()
    assert page.stack.currentWidget() is page.welcome
    qtbot.waitUntil(page.banner.isVisible)
    assert "small starter" in page.banner.words.text()
    with qtbot.waitSignal(page.navigate) as wish:
        next(b for b in page.banner.findChildren(QPushButton)).click()
    assert wish.args[0] == "models"


def test_a_message_makes_a_chat_and_streams_its_answer(qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine) -> None:
    with qtbot.waitSignal(page.measured):
        ask(qtbot, page, "Hi")
    assert last_answer(page) == "Hello! How can I help you today?"
    assert page.composer.text == ""
    assert len(fake_engine.store.sessions) == 1
    qtbot.waitUntil(lambda: page.list.selected_ids() != ())
    qtbot.waitUntil(lambda: page.chat_title.text() == "Hi")
    assert page.meter.isVisible() and "tokens" in page.meter.words.text()


def test_stopping_keeps_what_was_said(qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine) -> None:
    fake_engine.script.hold(3)
    say(qtbot, page, "Hi")
    qtbot.waitUntil(lambda: (v := page.conversation.last_view()) is not None and v.answer.text == "Hello! How ")
    page.acts.stop.trigger()
    qtbot.waitUntil(lambda: answered(page))
    assert last_answer(page) == "Hello! How "
    view = page.conversation.last_view()
    assert view is not None and view.turn.state == "cancelled"


def test_regenerating_branches_and_arrows_lead_back(qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine) -> None:
    ask(qtbot, page, "Hi")
    fake_engine.script.tokens = ["Another ", "answer."]
    page.acts.again.trigger()
    qtbot.waitUntil(lambda: answered(page) and last_answer(page) == "Another answer.")
    assert len(page.conversation.turns) == 1
    page.acts.back.trigger()
    qtbot.waitUntil(lambda: answered(page) and last_answer(page) == "Hello! How can I help you today?")
    assert len(fake_engine.store.turns) == 2


def test_editing_branches_and_erases_nothing(qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine) -> None:
    ask(qtbot, page, "First")
    ask(qtbot, page, "Second")
    first = page.conversation.views()[0]
    first.question.edit()
    first.question.edited.emit("First, but better")
    qtbot.waitUntil(lambda: len(page.conversation.turns) == 1 and answered(page))
    view = page.conversation.last_view()
    assert view is not None and view.turn.input_text() == "First, but better"
    assert len(fake_engine.store.turns) == 3
    assert len(view.turn.sibling_ids) == 2


def test_a_failed_turn_says_why_and_can_be_tried_again(qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine) -> None:
    fake_engine.script.tokens = []
    fake_engine.script.failure = Failure(code="x", message="The model needs more memory.", hint="Try a smaller one.")
    ask(qtbot, page, "Hi")
    view = page.conversation.last_view()
    assert view is not None
    assert "The model needs more memory." in [label.text() for label in view.findChildren(QLabel)]
    fake_engine.script.failure, fake_engine.script.tokens = None, ["fine"]
    next(b for b in view.findChildren(QPushButton) if "Try again" in b.text()).click()
    qtbot.waitUntil(lambda: answered(page) and last_answer(page) == "fine")


def test_a_cut_context_is_never_silent(qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine) -> None:
    fake_engine.script.context = ContextReport(
        context_length=2048, prompt_tokens=2000, dropped_turns=3, cut_answer=True
    )
    ask(qtbot, page, "Hi")
    assert "3 oldest turn" in page.meter.words.text()
    assert "context is full" in page.meter.toolTip()


def test_a_chat_that_is_left_while_answering_is_whole_when_come_back(
    qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine, host: FakeHost
) -> None:
    fake_engine.script.hold(2)
    say(qtbot, page, "Hi")
    qtbot.waitUntil(lambda: (v := page.conversation.last_view()) is not None and v.answer.text == "Hello! ")
    session = page.presenter.session
    assert session is not None
    page.new_chat()
    assert not page.presenter.running
    page.presenter.open(session.id)
    qtbot.waitUntil(lambda: page.presenter.running)
    host.loop.call_soon_threadsafe(fake_engine.script.released.set)
    qtbot.waitUntil(lambda: answered(page) and last_answer(page) == "Hello! How can I help you today?")


def test_deleting_can_be_undone(qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine) -> None:
    ask(qtbot, page, "Hi")
    qtbot.waitUntil(lambda: page.list.selected_ids() != ())
    with qtbot.waitSignal(page.notify) as told:
        page.list.delete_action.trigger()
    notice = told.args[0]
    assert isinstance(notice, Notice)
    qtbot.waitUntil(lambda: page.list.model.sessions() == [])
    assert page.presenter.session is None
    notice.actions[0][1]()
    qtbot.waitUntil(lambda: len(page.list.model.sessions()) == 1)


def test_search_finds_and_opens(qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine) -> None:
    chat = fake_engine.store.add_session("Horses")
    fake_engine.store.add_turn(chat.id, "Names?", "Bramble, Juniper")
    qtbot.keyClicks(page.list.search, "juniper")
    qtbot.waitUntil(lambda: page.list.hits.rowCount() == 1)
    qtbot.keyClick(page.list.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.presenter.session is not None and page.presenter.session.id == chat.id)
    page.list.search.setText("nothing like it")
    qtbot.waitUntil(lambda: page.list.stack.currentWidget() is page.list._nothing)


def test_a_folder_is_made_and_named_in_place(qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine) -> None:
    page.acts.new_folder.trigger()
    qtbot.waitUntil(lambda: page.list.tree.state() == page.list.tree.State.EditingState)
    chat = fake_engine.store.add_session("Filed")
    qtbot.waitUntil(lambda: page.list.model.index_of(chat.id).isValid())
    folder = page.list.model.folders()[0]
    page.list.model.dropped.emit((chat.id,), folder)
    qtbot.waitUntil(lambda: fake_engine.store.sessions[chat.id].folder_id == folder.folder_id)


def test_drafts_are_kept_per_chat(qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine) -> None:
    one, two = fake_engine.store.add_session("One"), fake_engine.store.add_session("Two")

    def go(chat: Session) -> None:
        page.presenter.open(chat.id)
        qtbot.waitUntil(lambda: page.presenter.session is not None and page.presenter.session.id == chat.id)

    go(one)
    page.composer.set_text("half a thought")
    go(two)
    assert page.composer.text == ""
    go(one)
    assert page.composer.text == "half a thought"


def test_the_system_prompt_of_a_new_chat_is_used(qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine) -> None:
    page.side.prompt.setPlainText("Answer in verse.")
    ask(qtbot, page, "Hi")
    (session,) = fake_engine.store.sessions.values()
    assert session.config.instructions == "Answer in verse."


def test_settings_of_a_chat_are_saved(qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine) -> None:
    ask(qtbot, page, "Hi")
    page.side.temperature.setValue(0.2)
    qtbot.waitUntil(lambda: next(iter(fake_engine.store.sessions.values())).config.sampling.temperature == 0.2)


def test_simple_mode_hides_sampling(qtbot: QtBot, page: ChatPage, client: EngineClient) -> None:
    page.acts.toggle_side.trigger()
    assert page.side.isVisible() and not page.side.sampling.isVisible()
    client.preferences.set({"mode": "expert"})
    qtbot.waitUntil(page.side.sampling.isVisible)


@pytest.mark.parametrize("form", ["markdown", "json"])
def test_a_chat_is_exported_and_json_comes_back(
    qtbot: QtBot, page: ChatPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    ask(qtbot, page, "Hi")
    path = tmp_path / f"chat.{form}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a: (str(path), ""))
    with qtbot.waitSignal(page.notify):
        page.export(form)  # type: ignore[arg-type]
    assert "Hello! How can I help you today?" in path.read_text(encoding="utf-8")
    if form == "json":
        old = page.presenter.session
        page.import_chat()
        qtbot.waitUntil(lambda: page.presenter.session is not None and page.presenter.session != old)
        qtbot.waitUntil(lambda: answered(page) and last_answer(page).startswith("Hello!"))


def test_finding_marks_the_hit(qtbot: QtBot, page: ChatPage) -> None:
    ask(qtbot, page, "Hi")
    page.find()
    page.find_bar.field.setText("help")
    view = page.conversation.last_view()
    assert view is not None
    qtbot.waitUntil(lambda: len(view.answer.prose()[0].extraSelections()) == 1)
    page.find_bar.field.setText("nowhere")
    assert page.find_bar.count.text() == "Nothing found"
    qtbot.keyClick(page.find_bar.field, Qt.Key.Key_Escape)
    assert not page.find_bar.isVisible()


def test_a_refused_message_comes_back_to_the_box(qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine) -> None:
    fake_engine.script.hold(1)
    chat = fake_engine.store.add_session("Busy")
    page.presenter.open(chat.id)
    qtbot.waitUntil(lambda: page.presenter.session is not None)
    say(qtbot, page, "one")
    qtbot.waitUntil(lambda: bool(page.conversation.turns))
    page.presenter._leave()
    with qtbot.waitSignal(page.notify) as told:
        say(qtbot, page, "two")
    assert "still being written" in told.args[0].message
    assert page.composer.text == "two"


def test_a_thousand_messages_open_lazily(qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine) -> None:
    chat = fake_engine.store.add_session("Long")
    for number in range(500):
        fake_engine.store.add_turn(chat.id, f"Question {number}", f"Answer {number} with `code` and **words**.")
    page.presenter.open(chat.id)
    qtbot.waitUntil(lambda: len(page.conversation.turns) == 100)
    assert page.conversation.turns[-1].input_text() == "Question 499"
    assert len(page.conversation.views()) < 30


def test_eight_streams_never_hold_the_window(
    qtbot: QtBot, page: ChatPage, client: EngineClient, host: FakeHost
) -> None:
    host.engine.script.tokens = ["Some *words* and `code`. ", "\n\n"] * 200
    host.engine.script.pause = 0.002
    chats = [host.engine.store.add_session(f"Chat {n}") for n in range(8)]
    ended: list[str] = []
    for chat in chats[1:]:
        watch = lambda turn: client.agents.watch_turn(turn.id).on(page, done=lambda _n: ended.append("end"))
        client.agents.start_turn(chat.id, "Go").on(page, done=watch)
    page.presenter.open(chats[0].id)
    qtbot.waitUntil(lambda: page.presenter.session is not None)
    gaps = Gaps(page)
    say(qtbot, page, "Go")
    qtbot.waitUntil(lambda: answered(page) and len(ended) == 7, timeout=60_000)
    assert gaps.beats > 20
    assert gaps.longest < 0.5


class Gaps(QObject):
    """Measures the most work the GUI thread did without a break, in seconds of its own: a busy machine adds none."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.longest, self.beats, self._last = 0.0, 0, time.thread_time()
        timer = QTimer(self, interval=5)
        timer.timeout.connect(self._beat)
        timer.start()

    def _beat(self) -> None:
        now = time.thread_time()
        self.longest, self._last = max(self.longest, now - self._last), now
        self.beats += 1


def test_every_control_of_the_page_has_a_name(qtbot: QtBot, page: ChatPage) -> None:
    ask(qtbot, page, "Hi")
    page.acts.toggle_side.trigger()
    nameless = []
    for widget in page.findChildren(QWidget):
        if widget.objectName().startswith("qt_"):  # the inside of Qt's own widgets
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        focusable = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisible() and interface is not None
        if focusable and not interface.text(QAccessible.Text.Name):
            nameless.append((type(widget).__name__, widget.objectName(), type(widget.parent()).__name__))
    assert nameless == []


def test_a_remote_model_is_said_to_be_remote(qtbot: QtBot, page: ChatPage) -> None:
    assert "stays on this machine" in page.welcome.line.text()
    qtbot.waitUntil(lambda: page.picker.choice.row_of("lab/llama-3.3-70b") >= 0)
    page.picker.picked.emit("lab/llama-3.3-70b")
    assert "“lab”" in page.welcome.line.text()
    assert not page.picker.load_action.isEnabled()


def test_a_dropped_file_goes_with_the_message(
    qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine, tmp_path: Path
) -> None:
    (tmp_path / "list.txt").write_text("milk", encoding="utf-8")
    page.composer.set_text("What is on it?")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "list.txt"))])
    page.composer.field.insertFromMimeData(mime)
    qtbot.waitUntil(lambda: len(page.tray.chips) == 1 and page.tray.waiting() == "")
    assert page.composer.text == "What is on it?"
    qtbot.keyClick(page.composer.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(page.conversation.turns) and answered(page))
    (turn,) = fake_engine.store.turns.values()
    assert [attachment.name for attachment in turn.attachments] == ["list.txt"]
    assert fake_engine.memory.all[turn.attachments[0].bank_id].session_id == turn.session_id
    assert page.tray.chips == {}


def test_nothing_is_sent_while_a_file_is_read(
    qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_engine.memory.hold()
    (tmp_path / "list.txt").write_text("milk", encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_a: ([str(tmp_path / "list.txt")], ""))
    page.acts.attach.trigger()
    qtbot.waitUntil(lambda: "still being read" in page.composer.reason.text())
    say(qtbot, page, "Too early")
    assert page.composer.text == "Too early" and fake_engine.store.turns == {}


def test_ticked_banks_are_kept_with_the_chat(
    qtbot: QtBot, page: ChatPage, client: EngineClient, fake_engine: FakeEngine
) -> None:
    bank = fake_engine.memory.add_bank("Manuals")
    client.memory.refresh()
    qtbot.waitUntil(lambda: bool(client.memory.all_banks))
    page.acts.banks.trigger()
    assert page.side.isVisible()
    page.side.banks.ticks[bank.id].box.click()
    assert page.banks_button.accessibleName() == "Memory banks of this chat: 1"
    ask(qtbot, page, "Hi")
    (session,) = fake_engine.store.sessions.values()
    assert session.config.banks == (bank.id,)
    page.new_chat()
    assert not page.side.banks.ticks[bank.id].box.isChecked()
    assert page.banks_button.accessibleName() == "Memory banks of this chat: 0"


def test_an_answer_cites_and_its_source_opens(qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine) -> None:
    step = retrieval(fill(fake_engine.memory))
    fake_engine.script.retrieval, fake_engine.script.citations = step, citations()
    fake_engine.script.tokens = [ANSWER]
    ask(qtbot, page, "How?")
    view = page.conversation.last_view()
    assert view is not None and view.sources is not None and view._looks
    source = step.sources[0]
    with qtbot.waitSignal(page.navigate) as wish:
        view.answer.link_clicked.emit(QUrl("source:1"))
    assert wish.args == ["memory", (source.bank_id, source.document_id, source.start, source.end)]


def test_a_look_into_memory_is_seen_before_the_answer(qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine) -> None:
    fake_engine.script.retrieval = retrieval(fill(fake_engine.memory))
    fake_engine.script.hold(0)
    say(qtbot, page, "How?")
    looks = lambda: (view := page.conversation.last_view()) is not None and list(view._looks.values())
    qtbot.waitUntil(lambda: bool(looks()) and looks()[0].step.state == "completed")  # type: ignore[index]


def test_in_a_narrow_window_the_list_gives_way_to_the_side_panel(page: ChatPage) -> None:
    page.setFixedWidth(830)  # as the window's own least width makes it
    page.acts.toggle_side.setChecked(True)
    assert not page.list.isVisible() and page.side.isVisible()
    page.acts.toggle_side.setChecked(False)
    assert page.list.isVisible()
    page.acts.toggle_side.setChecked(True)
    page.acts.toggle_list.setChecked(False)
    page.acts.toggle_list.setChecked(True)
    assert page.list.isVisible() and not page.side.isVisible()


def test_without_a_guard_it_is_said_once_and_a_guard_is_offered(qtbot: QtBot, page: ChatPage) -> None:
    qtbot.waitUntil(page.banner.isVisible)
    assert page.guard_banner.isHidden()
    ask(qtbot, page, "Hi")
    assert page.guard_banner.isVisible() and page.banner.isHidden()
    with qtbot.waitSignal(page.navigate) as wanted:
        page.guard_banner.findChild(QPushButton).click()
    assert wanted.args == ["models", "guards"]


def test_a_blocked_turn_leads_to_the_policy(qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine) -> None:
    fake_engine.script.checks = (BLOCKED,)
    ask(qtbot, page, "How to stab")
    view = page.conversation.last_view()
    assert view is not None and view.blocked is not None
    with qtbot.waitSignal(page.navigate) as wanted:
        view.blocked.policy.click()
    assert wanted.args == ["safety", "policy"]


def test_numbers_of_checks_are_for_experts(
    qtbot: QtBot, page: ChatPage, client: EngineClient, fake_engine: FakeEngine
) -> None:
    fake_engine.script.checks = (CALM,)
    ask(qtbot, page, "Hi")
    view = page.conversation.last_view()
    assert view is not None and view.shields is not None
    line = view.shields.quiet.line.toggle
    assert line.text() == "Checked: nothing found"
    client.preferences.set({"mode": "expert"})
    qtbot.waitUntil(lambda: line.text() == "Checked: nothing found  ·  310 ms")


def test_a_turn_of_the_log_is_opened(qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine) -> None:
    session = fake_engine.store.add_session("Chat")
    turn = fake_engine.store.add_turn(session.id, "One", "1")
    page.open_target((session.id, turn.id))
    qtbot.waitUntil(lambda: [each.id for each in page.conversation.turns] == [turn.id])
