"""One local model: its state in words, what can be done with it, its facts and its load settings."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QMenu, QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.models import FitVerdict, LoadSettings, Model, ModelState
from app.ui.bridge.client import EngineClient
from app.ui.bridge.handle import Handle
from app.ui.models.load_settings import LoadSettingsPanel
from app.ui.models.words import (
    licence_words,
    model_state_words,
    parameters_words,
    purpose_words,
    source_words,
    tokens_words,
)
from app.ui.theme import tokens
from app.ui.widgets.action_button import action_button
from app.ui.widgets.basics import action, column, label, row, set_kind, tool_button
from app.ui.widgets.confirm_card import ConfirmCard
from app.ui.widgets.facts import FactGrid
from app.ui.widgets.notice import Notice, notice_of
from app.ui.widgets.state_label import PHASE_DOTS, StateDot
from app.ui.widgets.visibility import show_when
from app.ui.widgets.words import number_words, size_words

_WIDE, _PANEL_WIDTH = 700, 400


class ModelDetails(QWidget):
    """`notify(Notice)`, `chat_wanted(model id)`. Acts on the model that is shown."""

    notify = Signal(object)
    chat_wanted = Signal(str)

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self.model: Model | None = None
        self._fitting: Handle | None = None
        self._measuring: set[str] = set()
        self.name = label("", "title", wrap=True, selectable=True)
        self.dot = StateDot()
        self.state = label("", "muted", wrap=True)
        self.confirm = ConfirmCard()
        self.facts = FactGrid()
        self.settings = LoadSettingsPanel()
        self._make_actions()
        self._lay_out()
        self.settings.changed.connect(self._configure)
        self.settings.reload_wanted.connect(self._reload)
        client.models.state_changed.connect(self._on_state)
        client.preferences.changed.connect(self._on_preferences)
        self._on_preferences()

    def show_model(self, model: Model) -> None:
        """Show a model, or follow a change of the one that is shown."""
        other = self.model is None or self.model.id != model.id
        self.model = model
        self.name.setText(model.name)
        self.facts.show_facts(self._fact_pairs(model))
        self.settings.show_settings(model.load_settings, model.context_length)
        show_when(self.settings, not model.missing)
        if other:
            self.confirm.hide()
            self.settings.show_refusal("")
            self.settings.show_verdict(None)
            self.settings.show_loaded(False)
        self._show_state()
        self._judge()

    # Construction.

    def _make_actions(self) -> None:
        self.use_action = action(
            self, self.tr("Use in a new chat"), self._use, icon_name="message-square", shortcut="Ctrl+Return"
        )
        self.load_action = action(self, self.tr("Load"), self._load, icon_name="power", shortcut="Ctrl+L")
        self.unload_action = action(self, self.tr("Unload"), self._unload, icon_name="eject", shortcut="Ctrl+U")
        self.measure_action = action(
            self, self.tr("Measure speed"), self._measure, icon_name="gauge", shortcut="Ctrl+M"
        )
        self.default_action = action(self, self.tr("Use for new chats"), self._make_default, icon_name="star")
        self.folder_action = action(self, self.tr("Show in folder"), self._show_folder, icon_name="folder-open")
        self.remove_action = action(
            self, self.tr("Remove …"), self._ask_remove, icon_name="trash-2", shortcut="Ctrl+Del"
        )
        self.more_action = action(self, self.tr("More"), icon_name="ellipsis")

    def _lay_out(self) -> None:
        # As high as one line, so that it stands beside the first when the words wrap.
        self.dot.setFixedHeight(round(tokens.SIZE_BODY * 1.3))
        state_line = row(spacing=tokens.SPACE_2)
        state_line.addWidget(self.dot, 0, Qt.AlignmentFlag.AlignTop)
        state_line.addWidget(self.state, 1)
        more = tool_button(self.more_action)
        self.menu = QMenu(more)
        self.menu.addActions([self.default_action, self.folder_action, self.remove_action])
        more.setMenu(self.menu)
        more.setPopupMode(more.ToolButtonPopupMode.InstantPopup)
        buttons = row(
            action_button(self.use_action, "primary"), action_button(self.load_action),
            action_button(self.unload_action), action_button(self.measure_action), more, None, spacing=tokens.SPACE_2,
        )  # fmt: skip
        facts = QWidget()
        facts.setLayout(column(label(self.tr("Facts"), "section"), self.facts, None, spacing=tokens.SPACE_3))
        settings = QWidget()
        settings.setLayout(column(self.settings, None))
        self._settings_holder = settings
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._parts.setSpacing(tokens.SPACE_8)
        self._parts.addWidget(facts, 1)
        self._parts.addWidget(settings, 1)
        self.setLayout(
            column(
                self.name, state_line, tokens.SPACE_1, buttons, self.confirm, tokens.SPACE_3, self._parts, None,
                spacing=tokens.SPACE_2, margins=(tokens.SPACE_6, tokens.SPACE_4, tokens.SPACE_6, tokens.SPACE_6),
            )
        )  # fmt: skip

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = self.width() >= _WIDE
        beside, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._parts.setDirection(beside if wide else below)
        self._parts.setSpacing(tokens.SPACE_8 if wide else tokens.SPACE_6)
        self._settings_holder.setMaximumWidth(_PANEL_WIDTH)
        super().resizeEvent(event)

    # What is shown.

    def _fact_pairs(self, model: Model) -> tuple[tuple[str, str], ...]:
        speed, context = model.tokens_per_second, tokens_words(model.context_length)
        measured = self.tr("{speed} tokens/s").format(speed=number_words(speed or 0, 1))
        template = self.tr("yes") if model.has_chat_template else self.tr("no, it only continues text")
        return (
            (self.tr("Made for"), purpose_words(model.purpose)),
            (self.tr("Parameters"), parameters_words(model.parameters)),
            (self.tr("Quantisation"), model.quantisation),
            (self.tr("Context"), self.tr("{tokens} tokens").format(tokens=context) if context else ""),
            (self.tr("Size"), size_words(model.size_bytes) if model.size_bytes else ""),
            (self.tr("Licence"), licence_words(model.licence)),
            (self.tr("Chat template"), template),
            (self.tr("Speed here"), measured if speed else self.tr("not measured yet")),
            (self.tr("Architecture"), model.architecture),
            (self.tr("Origin"), source_words(model)),
            (self.tr("File"), Path(model.path).name if model.path else ""),
            (self.tr("Identifier"), model.id),
        )

    def _show_state(self) -> None:
        model = self.model
        if model is None:
            return
        state = self._client.models.state(model.id)
        words = model_state_words(model, state)
        bad = state.phase == "failed" or model.missing
        self.dot.show_state(*PHASE_DOTS["failed" if bad else state.phase])
        words = words[:1].upper() + words[1:]
        if model.missing:
            words = self.tr("The file is missing. Put {file} back in its place, or remove the model from the list.")
            words = words.format(file=Path(model.path or model.name).name)
        self.state.setText(words)
        set_kind(self.state, "danger" if bad else "muted")
        self._enable_actions(model, state)

    def _enable_actions(self, model: Model, state: ModelState) -> None:
        resting = state.phase in ("not_loaded", "failed")
        measuring = model.id in self._measuring
        self.use_action.setEnabled(not model.missing and model.purpose in ("chat", "base"))
        self.load_action.setVisible(resting)
        self.load_action.setEnabled(resting and not model.missing)
        self.load_action.setText(self.tr("Try again") if state.phase == "failed" else self.tr("Load"))
        self.unload_action.setVisible(not resting)
        self.unload_action.setEnabled(state.phase in ("ready", "loading"))
        self.unload_action.setText(self.tr("Stop loading") if state.phase == "loading" else self.tr("Unload"))
        self.measure_action.setText(self.tr("Measuring …") if measuring else self.tr("Measure speed"))
        self.measure_action.setEnabled(not measuring and not model.missing and state.phase != "loading")
        self.default_action.setEnabled(self.use_action.isEnabled())
        self.folder_action.setEnabled(bool(model.path) and not model.missing)

    def _judge(self) -> None:
        """Ask anew whether the model fits; only the last answer counts."""
        if self._fitting is not None:
            self._fitting.cancel()
            self._fitting = None
        if self.model is None or self.model.missing or self._client.state != "ready":
            self.settings.show_verdict(None)
            return
        wanted = self._client.models.fit(self.model.id)
        self._fitting = wanted.on(self, done=self._on_fit, failed=lambda _error: self._on_fit(None))

    def _on_fit(self, verdict: FitVerdict | None) -> None:
        self._fitting = None
        self.settings.show_verdict(verdict)

    def _on_state(self, model_id: str, state: ModelState) -> None:
        if self.model is None or model_id != self.model.id:
            return
        self._show_state()
        if state.phase == "not_loaded":
            self.settings.show_loaded(False)
        if state.phase in ("ready", "not_loaded", "failed"):
            self._judge()

    def _on_preferences(self) -> None:
        self.settings.set_expert(self._client.preferences.expert)
        self.settings.show_default_idle(self._client.preferences.settings.idle_unload_minutes)

    # What can be done.

    def _use(self) -> None:
        if self.model is not None:
            self.chat_wanted.emit(self.model.id)

    def _load(self) -> None:
        if self.model is not None:
            # A failed load is told by the state in words, beside the name.
            self._client.models.load(self.model.id).on(self, failed=self._on_load_failed)

    def _on_load_failed(self, error: PaddockError) -> None:
        if self.model is None or self._client.models.state(self.model.id).phase != "failed":
            self.notify.emit(notice_of(error, "load"))

    def _unload(self) -> None:
        if self.model is not None:
            self._client.models.unload(self.model.id)

    def _reload(self) -> None:
        if self.model is None:
            return
        model_id = self.model.id
        self.settings.show_loaded(False)

        def again(_none: object) -> None:
            self._client.models.load(model_id).on(self, failed=self._on_load_failed)

        self._client.models.unload(model_id).on(self, done=again)

    def _measure(self) -> None:
        if self.model is None:
            return
        model = self.model
        self._measuring.add(model.id)
        self._show_state()

        def ended() -> None:
            self._measuring.discard(model.id)
            self._show_state()

        def done(speed: float) -> None:
            ended()
            words = self.tr("{name} answers with {speed} tokens/s on this computer.")
            said = words.format(name=model.name, speed=number_words(speed, 1))
            self.notify.emit(Notice(said, level="success", topic="measured", seconds=8))

        def failed(error: PaddockError) -> None:
            ended()
            self.notify.emit(notice_of(error, "measured"))

        self._client.models.measure(model.id).on(self, done=done, failed=failed)

    def _make_default(self) -> None:
        if self.model is None:
            return
        words = self.tr("New chats use {name}.").format(name=self.model.name)

        def done(_settings: object) -> None:
            self.notify.emit(Notice(words, level="success", topic="default", seconds=6))

        self._client.preferences.set({"default_model": self.model.id}).on(self, done=done)

    def _show_folder(self) -> None:
        if self.model is not None and self.model.path:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self.model.path).parent)))

    def _configure(self, settings: LoadSettings) -> None:
        if self.model is None:
            return
        model_id = self.model.id

        def done(model: Model) -> None:
            if self.model is not None and self.model.id == model_id:
                self.model = model
                self.settings.show_refusal("")
                self.settings.show_loaded(self._client.models.state(model_id).phase == "ready")
                self._judge()

        def failed(error: PaddockError) -> None:
            self.settings.show_refusal(error.in_words())

        self._client.models.configure(model_id, settings).on(self, done=done, failed=failed)

    def _ask_remove(self) -> None:
        model = self.model
        if model is None:
            return
        question = self.tr("Remove “{name}”?").format(name=model.name)
        self.confirm.ask(question, self._consequence(model), self.tr("Remove"), lambda: self._remove(model))

    def _consequence(self, model: Model) -> str:
        if model.source == "starter" or not self._is_ours(model):
            words = self.tr("It leaves the list; its file stays where it is. Chats with it stay.")
        else:
            words = self.tr("Its file is deleted and {size} come free. Chats with it stay.")
        return words.format(size=size_words(model.size_bytes))

    def _is_ours(self, model: Model) -> bool:
        """Tell whether the file lies in Paddock's own folder and would be deleted."""
        folder = self._client.preferences.data_folder
        inside = folder is not None and model.path is not None and folder in Path(model.path).parents
        return (model.source == "downloaded" or inside) and not model.missing

    def _remove(self, model: Model) -> None:
        def done(freed: int) -> None:
            words = self.tr("{name} was removed.").format(name=model.name)
            hint = self.tr("{size} came free.").format(size=size_words(freed)) if freed else ""
            self.notify.emit(Notice(words, hint, "success", topic="removed", seconds=8))

        def failed(error: PaddockError) -> None:
            self.notify.emit(notice_of(error, "removed"))

        self._client.models.remove(model.id).on(self, done=done, failed=failed)
