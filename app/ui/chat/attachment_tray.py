"""The files that go with the next message: chips over the input, each with its state in words, kept per chat.

A file is read into the chat's own bank as soon as it is given; removing its chip takes it out again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel

from app.engine.domain.agents import Attachment
from app.engine.domain.errors import NotFound, PaddockError
from app.engine.domain.memory import WORKING, Added, Document
from app.ui.bridge.client import EngineClient
from app.ui.theme import tokens
from app.ui.theme.icons import pixmap
from app.ui.theme.theme import theme
from app.ui.widgets.basics import action, row, set_kind, tool_button
from app.ui.widgets.elided import ElidedLabel
from app.ui.widgets.flow import Flow
from app.ui.widgets.notice import Notice, notice_of
from app.ui.widgets.visibility import show_when

_WIDEST, _WIDEST_NAME = 460, 220


class AttachmentChip(QFrame):
    """`removed()`."""

    removed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.setProperty("kind", "chip")
        self.setMaximumWidth(_WIDEST)
        self._icon = QLabel()
        self.title = ElidedLabel(name)
        self.title.setMaximumWidth(_WIDEST_NAME)
        self.state = ElidedLabel("", "secondary")
        remove = action(self, self.tr("Remove {name}").format(name=name), self.removed.emit, icon_name="x")
        line = row(self._icon, spacing=6, margins=(tokens.SPACE_2, 2, 2, 2))
        line.addWidget(self.title)
        line.addWidget(self.state)
        line.addWidget(tool_button(remove))
        self.setLayout(line)
        theme().changed.connect(self._paint)
        self._paint()

    def show_state(self, words: str, *, failed: bool) -> None:
        """Show the state in words; a ready file says nothing."""
        self.state.setText(words)
        set_kind(self.state, "danger-small" if failed else "secondary")
        show_when(self.state, bool(words))
        self.setAccessibleName(f"{self.name}, {words}" if words else self.name)
        self.updateGeometry()

    def _paint(self) -> None:
        self._icon.setPixmap(pixmap("file-text", "text_secondary", tokens.ICON_SMALL, self.devicePixelRatioF()))


class AttachmentTray(Flow):
    """`changed()` follows every file and state, `notify(Notice)` what could not be taken."""

    changed = Signal()
    notify = Signal(object)

    def __init__(self, client: EngineClient) -> None:
        super().__init__(spacing=tokens.SPACE_1)
        self._client = client
        self.setContentsMargins(0, tokens.SPACE_2, 0, 0)
        self.setAccessibleName(self.tr("Attached files"))
        self._session_id = ""
        self._held: dict[str, list[Attachment]] = {}
        self._documents: dict[str, Document] = {}
        self._adding = 0
        self.chips: dict[str, AttachmentChip] = {}
        client.memory.documents_changed.connect(self._on_documents)
        show_when(self, False)

    def show_session(self, session_id: str) -> None:
        """Show the files of a chat; empty for the chat that is not yet made."""
        if session_id != self._session_id:
            self._session_id = session_id
            self._rebuild()

    def attach(self, session_id: str, paths: Sequence[Path]) -> None:
        """Read files into a chat's own bank and hold them for its next message."""
        self._adding += 1
        self.changed.emit()

        def done(found: tuple[Added, tuple[Attachment, ...]]) -> None:
            self._adding -= 1
            self._on_attached(session_id, *found)

        def failed(error: PaddockError) -> None:
            self._adding -= 1
            self.notify.emit(notice_of(error, "attach"))
            self.changed.emit()

        self._client.memory.attach(session_id, paths).on(self, done=done, failed=failed)

    def waiting(self) -> str:
        """Say which file is still being read, empty when none is."""
        if self._adding:
            return self.tr("Adding files …")
        for attachment in self._held.get(self._session_id, ()):
            document = self._documents.get(attachment.document_id)
            if document is None or document.state in WORKING:
                return self.tr("{name} is still being read …").format(name=attachment.name)
        return ""

    def take(self) -> tuple[Attachment, ...]:
        """Return the files that can be sent and let go of them; what failed stays, so that it is seen."""
        held = self._held.get(self._session_id, [])
        ready = tuple(each for each in held if self._state(each) == "ready")
        self._held[self._session_id] = [each for each in held if each not in ready]
        self._rebuild()
        return ready

    def put_back(self, attachments: Sequence[Attachment]) -> None:
        """Hold files again whose message was refused."""
        held = self._held.setdefault(self._session_id, [])
        held[:0] = [each for each in attachments if each not in held]
        self._rebuild()

    def _state(self, attachment: Attachment) -> str:
        document = self._documents.get(attachment.document_id)
        return document.state if document is not None else ""

    def _on_attached(self, session_id: str, added: Added, attachments: Sequence[Attachment]) -> None:
        held = self._held.setdefault(session_id, [])
        held += [each for each in attachments if each not in held]
        for attachment in attachments:
            # The document may have moved on before it was known here.
            self._client.memory.document(attachment.bank_id, attachment.document_id).on(
                self, done=self._on_document, failed=lambda _error: None
            )
        if added.refused:
            words = self.tr("Some files could not be attached.")
            reasons = "; ".join(f"{skipped.where}: {skipped.reason}" for skipped in added.refused[:3])
            self.notify.emit(Notice(words, reasons, "warning", topic="attach"))
        self._rebuild()

    def _on_documents(self, _bank_id: str, documents: Sequence[Document]) -> None:
        held = {each.document_id for attachments in self._held.values() for each in attachments}
        for document in documents:
            if document.id in held:
                self._on_document(document)

    def _on_document(self, document: Document) -> None:
        self._documents[document.id] = document
        if document.id in self.chips:
            self._show_state(document.id)
            self.changed.emit()

    def _show_state(self, document_id: str) -> None:
        from app.ui.memory.words import document_words  # late: the window shows before any file is given

        document = self._documents.get(document_id)
        words = document_words(document) if document is not None and document.state != "ready" else ""
        self.chips[document_id].show_state(words, failed=document is not None and document.state == "failed")
        self.chips[document_id].setToolTip(words)

    def _rebuild(self) -> None:
        self.clear()
        held = self._held.get(self._session_id, [])
        self.chips = {}
        for attachment in held:
            chip = self.chips[attachment.document_id] = AttachmentChip(attachment.name)
            chip.removed.connect(lambda attachment=attachment: self._remove(attachment))
            self._show_state(attachment.document_id)
            self.add(chip)
        show_when(self, bool(held))
        self.changed.emit()

    def _remove(self, attachment: Attachment) -> None:
        held = self._held.get(self._session_id, [])
        if attachment in held:
            held.remove(attachment)
        self._rebuild()

        def failed(error: PaddockError) -> None:
            if not isinstance(error, NotFound):
                self.notify.emit(notice_of(error, "attach"))

        self._client.memory.remove_documents(attachment.bank_id, (attachment.document_id,)).on(self, failed=failed)
