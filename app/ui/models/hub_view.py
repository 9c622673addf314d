"""The third part of the models page: search on the hub, what it found, and the files of what is chosen."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QSplitter, QStackedWidget, QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.models import HubModel
from app.ui.bridge.client import EngineClient
from app.ui.bridge.handle import Handle
from app.ui.models.hub_files import HubFiles
from app.ui.models.hub_model import FACTS_ROLE, MARK_ROLE, REPO_ROLE, HubResults
from app.ui.models.library_model import LibraryModel
from app.ui.models.token_field import TokenField
from app.ui.theme import tokens
from app.ui.theme.icons import icon
from app.ui.widgets.basics import button, column, hairline, label, row
from app.ui.widgets.disclosure import Disclosure
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.two_line_list import two_line_list
from app.ui.widgets.visibility import show_when

_WIDTH, _LEAST, _MOST = 320, 250, 440


class HubView(QSplitter):
    """`use_wanted(model id)`. Nothing is asked of the hub before the person searches."""

    use_wanted = Signal(str)

    def __init__(self, client: EngineClient, library: LibraryModel) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._client = client
        self._searching: Handle | None = None
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.results = HubResults(self)
        self.files = HubFiles(client, library)
        self.files.use_wanted.connect(self.use_wanted)
        self.search = self._make_search()
        self.list = two_line_list(self.tr("Repositories found"), MARK_ROLE, FACTS_ROLE)
        self.list.setModel(self.results)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        hint = self.tr("Search for GGUF models on the Hugging Face Hub, for example “llama 3.2”.")
        self.blank = EmptyState("globe", hint)
        self.waiting = EmptyState("clock", self.tr("Searching …"))
        self.none = EmptyState("search", self.tr("The hub knows no GGUF model with these words."))
        self.failed = EmptyState("circle-alert", "", self.tr("Try again"), self.search_now)
        self.stack = QStackedWidget()
        for part in (self.blank, self.waiting, self.list, self.none, self.failed):
            self.stack.addWidget(part)
        self.token = TokenField(client)
        self.token.kept.connect(self._ask_token)
        self.token_line = Disclosure(self.tr("Hub token"))
        self.token_line.set_content(self._token_content())
        self.addWidget(self._left())
        self.addWidget(self.files)
        self.files.setMinimumWidth(420)
        self.setStretchFactor(1, 1)
        self.setSizes([_WIDTH, 900])

    def search_now(self) -> None:
        """Search for what stands in the field."""
        words = self.search.text().strip()
        if self._searching is not None:
            self._searching.cancel()
            self._searching = None
        if not words:
            self.stack.setCurrentWidget(self.blank)
            return
        self.stack.setCurrentWidget(self.waiting)
        self._searching = self._client.models.search_hub(words).on(self, done=self._on_found, failed=self._on_failed)

    def open_token(self) -> None:
        """Open the field for the hub token."""
        self.token_line.toggle.setChecked(True)
        self.token.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_search(self) -> QLineEdit:
        field = QLineEdit(placeholderText=self.tr("Search the hub, then press Enter"))
        field.setProperty("kind", "search")
        field.setAccessibleName(self.tr("Search the Hugging Face Hub"))
        field.setClearButtonEnabled(True)
        field.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        field.returnPressed.connect(self.search_now)
        return field

    def _token_content(self) -> QWidget:
        self.token_state = label("", "secondary", wrap=True)
        self.forget = button(self.tr("Forget it"), self._forget, "quiet")
        line = row(spacing=tokens.SPACE_2)
        line.addWidget(self.token_state, 1)
        line.addWidget(self.forget)
        holder = QWidget()
        holder.setLayout(column(line, self.token, spacing=tokens.SPACE_2, margins=(0, tokens.SPACE_1, 0, 0)))
        return holder

    def _left(self) -> QWidget:
        top = column(self.search, margins=(tokens.SPACE_3, tokens.SPACE_3, tokens.SPACE_3, tokens.SPACE_2))
        foot = column(self.token_line, margins=(tokens.SPACE_3, tokens.SPACE_1, tokens.SPACE_3, tokens.SPACE_2))
        box = column(top, self.stack, hairline(), foot)
        box.setStretch(1, 1)
        holder = QWidget()
        holder.setProperty("kind", "window")
        holder.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        holder.setMinimumWidth(_LEAST)
        holder.setMaximumWidth(_MOST)
        holder.setLayout(box)
        return holder

    def _on_found(self, found: tuple[HubModel, ...]) -> None:
        self._searching = None
        self.results.fill(found)
        self.files.show_repo("")
        self.stack.setCurrentWidget(self.list if found else self.none)
        if found:
            self.list.setCurrentIndex(self.results.index(0))

    def _on_failed(self, error: PaddockError) -> None:
        self._searching = None
        self.failed.sentence.setText(error.in_words())
        self.stack.setCurrentWidget(self.failed)

    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        found = current.data(REPO_ROLE) if current.isValid() else None
        if isinstance(found, HubModel) and found.repo != self.files.repo:
            self.files.show_repo(found.repo)

    def _ask_token(self) -> None:
        self._client.models.has_hub_token().on(self, done=self._on_token, failed=lambda _error: self._on_token(False))

    def _on_token(self, known: bool) -> None:
        self.token_line.set_caption(self.tr("Hub token: known") if known else self.tr("Hub token: none"))
        said = self.tr("A token is known and sent with requests to the hub.")
        asked = self.tr("Only models with a licence to accept need one. Make it on huggingface.co under Access Tokens.")
        self.token_state.setText(said if known else asked)
        show_when(self.forget, known)

    def _forget(self) -> None:
        self._client.models.set_hub_token("").on(self, done=lambda _lasting: self._ask_token())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask_token()
