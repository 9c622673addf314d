"""The chat page: list, conversation, composer and side panel, and the actions that join them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QSplitter, QStackedWidget, QToolButton, QWidget

from app.engine.domain.agents import AgentConfig, Attachment, Session, Source
from app.engine.domain.errors import PaddockError
from app.engine.domain.history import ExportForm
from app.engine.domain.models import Model
from app.ui.bridge.client import EngineClient
from app.ui.chat.attachment_tray import AttachmentTray
from app.ui.chat.composer import Composer
from app.ui.chat.context_meter import ContextMeter
from app.ui.chat.conversation import Conversation
from app.ui.chat.drafts import Drafts
from app.ui.chat.guard_banner import GuardBanner
from app.ui.chat.links import LinkPopover, is_allowed
from app.ui.chat.list_panel import ListPanel
from app.ui.chat.model_picker import ModelPicker
from app.ui.chat.page_actions import PageActions
from app.ui.chat.presenter import ChatPresenter
from app.ui.chat.welcome import StarterBanner, Welcome
from app.ui.theme import tokens
from app.ui.widgets.basics import column, hairline, row, tool_button
from app.ui.widgets.elided import ElidedLabel
from app.ui.widgets.notice import Notice, notice_of
from app.ui.widgets.page import PageMenu, PageWidget

if TYPE_CHECKING:
    from app.ui.chat.find_bar import FindBar
    from app.ui.chat.side_panel import SidePanel

_MIDDLE = 420
_SUFFIXES: dict[ExportForm, str] = {"markdown": ".md", "html": ".html", "json": ".json"}


class ChatPage(PageWidget):
    """Chats beside the conversation."""

    def __init__(self, client: EngineClient) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Chat"))
        self.client = client
        memory = client.property("memory")
        self._memory = memory if isinstance(memory, QSettings) else None
        self._default: Model | None = None
        self._warmed = False
        self.list = ListPanel(client)
        self.conversation = Conversation()
        self.welcome = Welcome()
        self.composer = Composer()
        self.meter = ContextMeter()
        self.banner = StarterBanner(self._memory)
        self.guard_banner = GuardBanner(self._memory, client.safety, self.banner)
        self.picker = ModelPicker(client)
        self.tray = AttachmentTray(client)
        self.presenter = ChatPresenter(
            client, self.conversation, self.composer, self.meter, Drafts(self._memory), self.tray, self
        )
        self.acts = PageActions(self)
        self._lay_out()
        self._connect()
        self._on_client_state()
        self.presenter.open(None)

    def menus(self) -> Sequence[PageMenu]:
        return self.acts.menus()

    def find(self) -> None:  # type: ignore[override]
        self.find_bar.open()

    def open_target(self, target: object) -> None:
        match target:
            case str():
                self.presenter.open(target)
            case (str() as session_id, str() as turn_id):
                self.presenter.open_at(session_id, turn_id)

    def shown(self) -> None:
        self.composer.field.setFocus()

    def new_chat(self) -> None:
        """Show an empty chat; it is made when the first message is sent."""
        self.list.show_current("")
        self.presenter.open(None)
        self.composer.field.setFocus()

    def export(self, form: ExportForm) -> None:
        """Ask where, and write the shown chat there."""
        session = self.presenter.session
        if session is None:
            return
        suggested = "".join(c if c.isalnum() or c in " -_" else " " for c in session.title).strip() or "chat"
        path, _filter = QFileDialog.getSaveFileName(
            self, self.tr("Export chat"), suggested + _SUFFIXES[form], f"*{_SUFFIXES[form]}"
        )
        if path:

            def done(where: Path) -> None:
                text = self.tr("Chat exported to {name}.").format(name=where.name)
                self.notify.emit(Notice(text, level="success", seconds=6))

            self.client.history.export_to(session.id, form, Path(path)).on(self, done=done, failed=self._on_failed)

    def import_chat(self) -> None:
        """Ask for a chat exported as JSON, add it and open it."""
        path, _filter = QFileDialog.getOpenFileName(self, self.tr("Import chat"), "", "*.json")
        if path:
            self.client.history.import_from(Path(path)).on(
                self, done=lambda session: self.presenter.open(session.id), failed=self._on_failed
            )

    # Construction.

    def _lay_out(self) -> None:
        self.title.hide()
        self.header.setContentsMargins(tokens.SPACE_2, 0, tokens.SPACE_2, 0)
        self.chat_title = ElidedLabel("", "page-title")
        self.header.addWidget(tool_button(self.acts.toggle_list, "toggle"))
        self._new_button = tool_button(self.acts.new_chat)
        self._new_button.hide()
        self.header.addWidget(self._new_button)
        self.header.addWidget(self.chat_title, 1)
        self.header.addWidget(self.picker)
        right = row(None, spacing=2)
        export = tool_button(self.acts.export_button)
        export.setMenu(self.acts.export_menu)
        export.setPopupMode(export.ToolButtonPopupMode.InstantPopup)
        right.addWidget(export)
        right.addWidget(tool_button(self.acts.toggle_side, "toggle"))
        self.header.addLayout(right, 1)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self.list)
        self._split.addWidget(self._middle())
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([tokens.LIST_WIDTH, 900])
        self._side_line = hairline(vertical=True)
        line = row(self._split, self._side_line)
        line.setStretch(0, 1)
        self.body.setLayout(line)
        self._side_line.hide()

    @cached_property
    def find_bar(self) -> FindBar:
        """The bar above the conversation, made when it is first needed."""
        from app.ui.chat.find_bar import FindBar

        made = FindBar(self.conversation)
        self._middle_box.insertWidget(0, made)
        return made

    @cached_property
    def side(self) -> SidePanel:
        """The side panel, made when it is first needed."""
        from app.ui.chat.side_panel import SidePanel

        made = SidePanel()
        made.set_expert(self.client.preferences.expert)
        made.show_config(self.presenter.config or self.client.preferences.new_chat())
        made.changed.connect(self.presenter.configure)
        made.banks_wanted.connect(lambda: self.navigate.emit("memory", None))
        memory = self.client.memory
        made.banks.show_banks(memory.all_banks, known=memory.known)
        memory.banks_changed.connect(lambda: made.banks.show_banks(memory.all_banks, known=True))
        memory.bank_changed.connect(made.banks.show_bank)
        made.hide()
        layout = self.body.layout()
        assert layout is not None
        layout.addWidget(made)
        return made

    def _show_config(self, config: AgentConfig) -> None:
        if "side" in self.__dict__:
            self.side.show_config(config)

    def _middle(self) -> QWidget:
        self.stack = QStackedWidget()
        self.stack.addWidget(self.welcome)
        self.stack.addWidget(self.conversation)
        self.composer.footer.addWidget(self.meter)
        self.composer.add_above(self.tray)
        self.composer.add_tool(tool_button(self.acts.attach, size=18))
        self.composer.add_tool(self._banks_button())
        self._foot = column(
            self.banner,
            self.guard_banner,
            self.composer,
            spacing=tokens.SPACE_2,
            margins=(0, tokens.SPACE_1, 0, tokens.SPACE_2),
        )
        self._centre = QWidget()
        self._centre.setMaximumWidth(tokens.COLUMN_WIDTH)
        self._centre.setLayout(self._foot)
        centred = row(margins=(tokens.SPACE_6, 0, tokens.SPACE_6, 0))
        centred.addStretch(1)
        centred.addWidget(self._centre, 1000)
        centred.addStretch(1)
        holder = QWidget()
        box = self._middle_box = column()
        box.addWidget(self.stack, 1)
        box.addLayout(centred)
        holder.setLayout(box)
        holder.setMinimumWidth(_MIDDLE)
        return holder

    def _banks_button(self) -> QToolButton:
        """Return the button beside the box that tells how many banks this chat looks things up in."""
        made = self.banks_button = tool_button(self.acts.banks, size=18)
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return made

    def _connect(self) -> None:
        presenter, client = self.presenter, self.client
        self.list.opened.connect(presenter.open)
        self.list.new_wanted.connect(self.new_chat)
        self.list.removed.connect(self._on_removed)
        self.list.notify.connect(self.notify)
        presenter.session_changed.connect(self._on_session)
        presenter.shown.connect(self._on_shown)
        self.meter.shown.connect(self.composer.set_quiet)
        presenter.failed.connect(self._on_failed)
        presenter.measured.connect(self.measured)
        presenter.config_changed.connect(self._show_banks)
        self.tray.notify.connect(self.notify)
        self.conversation.source_wanted.connect(self._on_source)
        presenter.running_changed.connect(self.acts.set_running)
        self.conversation.link_clicked.connect(self._on_link)
        self.picker.picked.connect(self._on_model_picked)
        self.picker.choice.modelReset.connect(self._show_model)
        self.picker.manage_wanted.connect(lambda: self.navigate.emit("models", None))
        self.banner.models_wanted.connect(lambda: self.navigate.emit("models", "catalogue"))
        self.guard_banner.guard_wanted.connect(lambda: self.navigate.emit("models", "guards"))
        self.conversation.policy_wanted.connect(lambda: self.navigate.emit("safety", "policy"))
        client.started.connect(self._on_client_state)
        client.start_failed.connect(lambda _error: self._on_client_state())
        client.preferences.changed.connect(self._on_preferences)
        client.models.changed.connect(self._fetch_default)
        client.history.changed.connect(self._on_history)

    # What happens.

    def _on_shown(self, turns: bool) -> None:
        self.stack.setCurrentIndex(1 if turns else 0)
        self.banner.show_model(None if turns else self._default)

    def _on_client_state(self) -> None:
        reasons = {
            "ready": "",
            "failed": self.tr("The engine could not start; nothing can be sent."),
        }
        self.composer.set_blocked(reasons.get(self.client.state, self.tr("Starting the engine …")))
        if self.client.state == "ready":
            self._on_preferences()
            self._fetch_default()

    def _fetch_default(self) -> None:
        self.client.models.default().on(self, done=self._on_default, failed=lambda _error: self._on_default(None))

    def _on_default(self, model: Model | None) -> None:
        self._default = model
        self._warm_up(model)
        self.banner.show_model(None if self.conversation.turns else model)
        if model is None:
            self.composer.set_blocked(self.tr("Add a model on the Models page first."))
        self._show_model()

    def _warm_up(self, model: Model | None) -> None:
        """Have the starter ready for the first words: it is small, and loads within a second."""
        if model is None or model.source != "starter" or self._warmed:
            return
        self._warmed = True
        if self.client.models.state(model.id).phase == "not_loaded":
            # A failed load is told by the model's state in words, beside its name.
            self.client.models.load(model.id).on(self, failed=lambda _error: None)

    def _on_preferences(self) -> None:
        if "side" in self.__dict__:
            self.side.set_expert(self.client.preferences.expert)
        self.conversation.set_expert(self.client.preferences.expert)
        if self.presenter.session is None and self.presenter.config is None:
            self._show_config(self.client.preferences.new_chat())

    def _on_session(self, session: Session | None) -> None:
        self.chat_title.setText(session.title if session is not None else self.tr("New chat"))
        self._show_config(session.config if session is not None else self.client.preferences.new_chat())
        self._show_banks(session.config if session is not None else AgentConfig())
        self.acts.set_session(session is not None)
        self.list.show_current(session.id if session is not None else "")
        self._show_model()

    def _on_history(self, ids: tuple[str, ...]) -> None:
        """Follow a new title of the open chat."""
        session = self.presenter.session
        if session is not None and (not ids or session.id in ids):
            self.client.agents.get_session(session.id).on(self, done=self._on_retitled, failed=lambda _error: None)

    def _on_retitled(self, session: Session) -> None:
        if self.presenter.session is not None and session.id == self.presenter.session.id:
            self.chat_title.setText(session.title or self.tr("New chat"))

    def _on_removed(self, ids: tuple[str, ...]) -> None:
        if self.presenter.session is not None and self.presenter.session.id in ids:
            self.new_chat()

    def _on_model_picked(self, model_id: str) -> None:
        config = self.presenter.config or self.client.preferences.new_chat()
        self.presenter.configure(msgspec.structs.replace(config, model=model_id))
        self._show_config(self.presenter.config or config)
        self._show_model()
        model = self.picker.model()
        if model is not None and model.source != "remote" and self.picker.state.phase in ("not_loaded", "failed"):
            # A failed load is told by the model's state in words, beside its name.
            self.client.models.load(model_id).on(self, failed=lambda _error: None)

    def _show_model(self) -> None:
        chosen = self.presenter.config.model if self.presenter.config is not None else None
        self.picker.show_model(chosen or (self._default.id if self._default is not None else ""))
        self.welcome.show_model(self.picker.model())

    def _on_link(self, url: object) -> None:
        if is_allowed(url):  # type: ignore[arg-type]
            LinkPopover(self, url).ask()  # type: ignore[arg-type]

    def _on_source(self, source: Source | Attachment) -> None:
        """Show a passage, or a file as a whole, in its place."""
        start, end = (source.start, source.end) if isinstance(source, Source) and not source.whole else (0, 0)
        self.navigate.emit("memory", (source.bank_id, source.document_id, start, end))

    def _show_banks(self, config: AgentConfig) -> None:
        count = len(config.banks)
        self.acts.banks.setIconText(str(count) if count else "")
        self.banks_button.setAccessibleName(self.tr("Memory banks of this chat: %n", "", count))
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if count else Qt.ToolButtonStyle.ToolButtonIconOnly
        self.banks_button.setToolButtonStyle(style)

    def choose_files(self) -> None:
        """Ask for files that go with the next message."""
        names, _filter = QFileDialog.getOpenFileNames(self, self.tr("Attach files"))
        if names:
            self.presenter.attach([Path(name) for name in names])

    def choose_banks(self) -> None:
        """Open the side panel where banks are ticked."""
        self.acts.toggle_side.setChecked(True)
        if self.side.banks.ticks:
            next(iter(self.side.banks.ticks.values())).box.setFocus()

    def _on_failed(self, error: PaddockError) -> None:
        self.notify.emit(notice_of(error))

    def show_side(self, shown: bool) -> None:
        """Show or hide the side panel."""
        if shown:
            self._make_room()
        self.side.setVisible(shown)
        self._side_line.setVisible(shown)
        self._make_room()

    def show_list(self, shown: bool) -> None:
        """Show or hide the chat list; without it the header offers the new chat."""
        if shown and self._is_tight():
            self.acts.toggle_side.setChecked(False)
        self._make_room()

    def _is_tight(self) -> bool:
        """Tell whether list, conversation and side panel do not fit side by side."""
        return self.acts.toggle_side.isChecked() and self.width() < tokens.LIST_MIN + _MIDDLE + tokens.SIDE_PANEL_WIDTH

    def _make_room(self) -> None:
        """In a narrow window the list gives way to the side panel."""
        shown = self.acts.toggle_list.isChecked() and not self._is_tight()
        self.list.setVisible(shown)
        self._new_button.setVisible(not shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()
