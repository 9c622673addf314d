"""Joins one chat of the engine with the widgets that show it: opening, sending, streaming, branching, stopping.

A running turn belongs to the engine; this only watches it, so a chat can be left and come back to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from app.engine.domain.agents import (
    AgentConfig,
    Attachment,
    InferenceStep,
    Session,
    StepProgressed,
    StepRetracted,
    StepStarted,
    Turn,
    TurnCompleted,
    TurnEvent,
)
from app.engine.domain.errors import PaddockError
from app.engine.domain.history import TurnPage
from app.engine.domain.inference import TextDelta
from app.engine.domain.models import ModelState
from app.ui.bridge.client import EngineClient
from app.ui.bridge.handle import Handle
from app.ui.bridge.throttle import Throttle
from app.ui.chat.attachment_tray import AttachmentTray
from app.ui.chat.composer import Composer
from app.ui.chat.context_meter import ContextMeter
from app.ui.chat.conversation import Conversation
from app.ui.chat.drafts import Drafts
from app.ui.chat.reasoning import part
from app.ui.chat.shield_words import blocked_words
from app.ui.chat.turn_words import answer_text, tokens_per_second
from app.ui.widgets.words import state_words

_CONFIGURE_MS = 400


class ChatPresenter(QObject):
    """`session_changed(Session or None)`, `failed(PaddockError)`, `measured(tokens per second)`."""

    session_changed = Signal(object)
    config_changed = Signal(object)
    shown = Signal(bool)
    running_changed = Signal(bool)
    failed = Signal(object)
    measured = Signal(float)
    link_clicked = Signal(QUrl)

    def __init__(
        self,
        client: EngineClient,
        conversation: Conversation,
        composer: Composer,
        meter: ContextMeter,
        drafts: Drafts,
        tray: AttachmentTray,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._conversation = conversation
        self._composer = composer
        self._meter = meter
        self._drafts = drafts
        self._tray = tray
        self.session: Session | None = None
        self.config: AgentConfig | None = None
        self.folder_id: str | None = None
        self._opening: Handle | None = None
        self._watching: Handle | None = None
        self._running_id = ""
        self._text = ""
        self._model_id = ""
        self._asked_turn: str | None = None
        self._asked: object = None
        self._throttle: Throttle[str] = Throttle(self._show_text, self)
        self._configure = QTimer(self, singleShot=True, interval=_CONFIGURE_MS)
        self._configure.timeout.connect(self._send_config)
        self._connect()

    def _connect(self) -> None:
        self._composer.sent.connect(self.send)
        self._composer.stopped.connect(self.stop)
        self._composer.changed.connect(self._keep_draft)
        self._composer.edit_last.connect(self.edit_last)
        self._composer.files_given.connect(self.attach)
        self._tray.changed.connect(lambda: self._composer.set_held(self._tray.waiting()))
        self.session_changed.connect(lambda session: self._tray.show_session(session.id if session else ""))
        self._conversation.older_wanted.connect(self._load_older)
        self._conversation.regenerate.connect(self.regenerate)
        self._conversation.edited.connect(self.edit)
        self._conversation.selected.connect(self.select)
        self._client.models.state_changed.connect(self._on_model_state)

    @property
    def running(self) -> bool:
        """Tell whether the shown chat's answer is being written."""
        return bool(self._running_id)

    def open(self, session_id: str | None, turn_id: str | None = None) -> None:
        """Show a chat, at a turn or at its end; None shows an empty new one."""
        self._leave()
        self._asked_turn = turn_id
        if session_id is None:
            self.session, self.config = None, None
            self._conversation.show_turns((), has_older=False)
            self._meter.show_turn(None)
            self._composer.set_text(self._drafts.get(None))
            self.session_changed.emit(None)
            self.shown.emit(False)
            return
        self._opening = self._client.history.turns(session_id).on(self, done=self._on_opened, failed=self.failed.emit)

    def open_at(self, session_id: str, turn_id: str) -> None:
        """Show a chat at a turn, on whichever branch it stands; at its end when the turn is gone."""
        self._client.agents.select_turn(turn_id).on(
            self,
            done=lambda _session: self.open(session_id, turn_id),
            failed=lambda _error: self.open(session_id),
        )

    def send(self, text: str) -> None:
        """Send a message, making the chat first when it is new."""
        self._set_running("?")
        self._drafts.put(self.session.id if self.session else None, "")
        self._flush_config()
        if self.session is not None:
            self._start(self.session.id, text)
            return
        self._make(lambda session: self._start(session.id, text), lambda error: self._on_refused(error, text))

    def attach(self, paths: Sequence[Path]) -> None:
        """Give files to the next message, making the chat first when it is new: its files live in its own bank."""
        if self.session is not None:
            self._tray.attach(self.session.id, paths)
            return

        def made(session: Session) -> None:
            if self.session is session:
                self._drafts.put(None, "")
                self._keep_draft(self._composer.text)
            self._tray.attach(session.id, paths)

        self._make(made, self.failed.emit)

    def _make(self, then: Callable[[Session], object], failed: Callable[[PaddockError], object]) -> None:
        """Make the chat that is shown, and go on when it is there, even if another one was opened meanwhile."""
        asked = self._asked = object()

        def made(session: Session) -> None:
            if self._asked is asked:
                self.session, self.config = session, session.config
                self.session_changed.emit(session)
            then(session)

        handle = self._client.agents.create_session(config=self.config, folder_id=self.folder_id)
        handle.on(self, done=made, failed=failed)

    def stop(self) -> None:
        """Stop the answer and keep what it has said."""
        if self._running_id and self._running_id != "?":
            self._client.agents.cancel_turn(self._running_id)

    def regenerate(self, turn_id: str) -> None:
        """Answer the same message again, beside the old answer."""
        if not self.running:
            self._set_running("?")
            self._flush_config()
            self._branch(self._client.agents.regenerate_turn(turn_id))

    def edit(self, turn_id: str, text: str) -> None:
        """Send a changed message beside the old one."""
        if not self.running:
            self._set_running("?")
            self._flush_config()
            self._branch(self._client.agents.edit_turn(turn_id, text))

    def select(self, turn_id: str) -> None:
        """Show another branch."""
        if self.running or self.session is None:
            return
        session_id = self.session.id

        def selected(_session: Session) -> None:
            if self.session is not None and self.session.id == session_id:
                self._asked_turn = turn_id
                self._opening = self._client.history.turns(session_id).on(self, done=self._on_opened)

        self._client.agents.select_turn(turn_id).on(self, done=selected, failed=self.failed.emit)

    def edit_last(self) -> None:
        """Edit the newest message in place."""
        view = self._conversation.last_view()
        if view is not None and not self.running:
            self._conversation.to_turn(view.id)
            view.question.edit()

    def regenerate_last(self) -> None:
        """Answer the newest message again."""
        view = self._conversation.last_view()
        if view is not None:
            self.regenerate(view.id)

    def configure(self, config: AgentConfig) -> None:
        """Change how this chat answers; saved a moment after the last change."""
        self.config = config
        self.config_changed.emit(config)
        if self.session is not None:
            self.session = msgspec.structs.replace(self.session, config=config)
            self._configure.start()

    # Opening.

    def _leave(self) -> None:
        self._flush_config()
        for handle in (self._opening, self._watching):
            if handle is not None:
                handle.cancel()
        self._opening = self._watching = None
        self._asked = None
        self._throttle.discard()
        self._set_running("")

    def _on_opened(self, page: TurnPage) -> None:
        self._opening = None
        self.session, self.config = page.session, page.session.config
        self._conversation.show_turns(page.turns, has_older=page.has_older)
        self._composer.set_text(self._drafts.get(page.session.id))
        self._meter.show_turn(page.turns[-1] if page.turns else None)
        self.session_changed.emit(page.session)
        self.shown.emit(bool(page.turns))
        if self._asked_turn is not None:
            self._conversation.to_turn(self._asked_turn)
        if page.turns and page.turns[-1].state == "running":
            self._watch(page.turns[-1])

    def _load_older(self, before: str) -> None:
        if self.session is None:
            return
        session_id = self.session.id

        def loaded(page: TurnPage) -> None:
            if self.session is not None and self.session.id == session_id:
                self._conversation.add_older(page.turns, has_older=page.has_older)

        self._client.history.turns(session_id, before=before).on(self, done=loaded)

    # Running.

    def _start(self, session_id: str, text: str) -> None:
        shown = self.session is not None and self.session.id == session_id
        files = self._tray.take() if shown else ()
        handle = self._client.agents.start_turn(session_id, text, attachments=files)
        handle.on(self, done=self._on_started, failed=lambda error: self._on_refused(error, text, files))

    def _branch(self, handle: Handle) -> None:
        handle.on(self, done=self._on_branched, failed=lambda error: self._on_refused(error, ""))

    def _on_branched(self, turn: Turn) -> None:
        if self.session is not None and turn.session_id == self.session.id:
            self._conversation.cut_after(turn.parent_id)
            self._on_started(turn)

    def _on_started(self, turn: Turn) -> None:
        if self.session is None or turn.session_id != self.session.id:
            return
        self._conversation.append(turn)
        self.shown.emit(True)
        self._watch(turn)

    def _on_refused(self, error: PaddockError, text: str, files: tuple[Attachment, ...] = ()) -> None:
        self._set_running("")
        self._tray.put_back(files)
        if text and not self._composer.text:
            self._composer.set_text(text)
        self.failed.emit(error)

    def _watch(self, turn: Turn) -> None:
        self._set_running(turn.id)
        self._text = ""
        self._say_waiting()
        handle = self._client.agents.watch_turn(turn.id)
        self._watching = handle.on(self, partial=self._on_event, done=self._on_watched, failed=self._on_watch_failed)

    def _on_event(self, event: TurnEvent) -> None:
        match event:
            case StepStarted(step=InferenceStep() as step):
                self._model_id = step.model
                self._say_waiting()
            case StepProgressed(delta=TextDelta(text=text)):
                self._text += text
                self._throttle.put(self._text)
            case StepRetracted():
                self._text = ""
                self._throttle.discard()
                self._show_step(event)
            case TurnCompleted(turn=turn):
                self._on_completed(turn)
            case _:
                self._show_step(event)

    def _show_step(self, event: TurnEvent) -> None:
        view = self._conversation.view(self._running_id)
        if view is not None:
            from app.ui.chat.step_events import show_step_event  # late: the window takes text before it shows any turn

            show_step_event(view, event, talking=bool(self._text))

    def _show_text(self, text: str) -> None:
        view = self._conversation.view(self._running_id)
        if view is not None:
            view.stream(text)

    def _on_completed(self, turn: Turn) -> None:
        self._throttle.discard()
        self._set_running("")
        self._conversation.update_turn(turn)
        self._meter.show_turn(turn)
        if (speed := tokens_per_second(turn)) > 0:
            self.measured.emit(speed)
        self._announce(turn)

    def _announce(self, turn: Turn) -> None:
        """Let screen readers hear the finished answer, without its reasoning."""
        words = part(answer_text(turn)).answer or (turn.failure.message if turn.failure else "")
        if turn.state == "blocked":
            words = ". ".join(blocked_words(turn))
        if words:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._conversation, words))

    def _on_watched(self, _none: object) -> None:
        """The stream ended; when its last event never came, the stored turn tells how it ended."""
        self._watching = None
        if self.running and self.session is not None:
            self._reload(self.session.id)

    def _on_watch_failed(self, error: PaddockError) -> None:
        self._watching = None
        self.failed.emit(error)
        if self.session is not None:
            self._reload(self.session.id)

    def _reload(self, session_id: str) -> None:
        self._set_running("")
        self._asked_turn = None
        self._opening = self._client.history.turns(session_id).on(self, done=self._on_opened)

    def _set_running(self, turn_id: str) -> None:
        changed = bool(turn_id) != self.running
        self._running_id = turn_id
        self._composer.set_running(self.running)
        if changed:
            self.running_changed.emit(self.running)

    # Waiting, drafts, configuration.

    def _on_model_state(self, model_id: str, _state: ModelState) -> None:
        if self.running and not self._text and model_id == self._model_id:
            self._say_waiting()

    def _say_waiting(self) -> None:
        view = self._conversation.view(self._running_id)
        if view is None or self._text:
            return
        state = self._client.models.state(self._model_id)
        if state.phase == "loading":
            view.show_waiting(self.tr("The model is {state} …").format(state=state_words(state)))
        else:
            view.show_waiting(self.tr("Reading the message …"))

    def _keep_draft(self, text: str) -> None:
        self._drafts.put(self.session.id if self.session else None, text)

    def _flush_config(self) -> None:
        if self._configure.isActive():
            self._configure.stop()
            self._send_config()

    def _send_config(self) -> None:
        if self.session is not None and self.config is not None:
            self._client.agents.configure_session(self.session.id, self.config)
