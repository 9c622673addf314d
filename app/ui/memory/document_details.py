"""One document: its state in words, what can be done with it, and the report of its reading."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtWidgets import QWidget

from app.engine.domain.memory import WORKING, Document
from app.ui.memory.words import counts, document_words, language_words, when_words
from app.ui.theme import tokens
from app.ui.widgets.action_button import action_button
from app.ui.widgets.basics import action, column, frame, label, row, set_kind
from app.ui.widgets.confirm_card import ConfirmCard
from app.ui.widgets.facts import FactGrid
from app.ui.widgets.flow import Flow
from app.ui.widgets.state_label import PHASE_DOTS, StateDot
from app.ui.widgets.visibility import show_when
from app.ui.widgets.words import number_words, size_words


class DocumentDetails(QWidget):
    """Emits what the person wants of the shown document: `opened`, `retried(id, ocr)`, `cancelled`, `removed` (ids).

    `brief` leaves the actions away, for the side of the viewer.
    """

    opened = Signal(str)
    retried = Signal(object, bool)
    cancelled = Signal(object)
    removed = Signal(object)

    def __init__(self, *, brief: bool = False) -> None:
        super().__init__()
        self._brief = brief
        self.confirm = ConfirmCard()
        self.document: Document | None = None
        self.name = label("", "section", wrap=True, selectable=True)
        self.dot = StateDot()
        self.state = label("", "muted", wrap=True)
        self.hint = label("", "secondary", wrap=True)
        self.flag = self._card("warning-card", self.tr("Contains instructions to a model; kept as data."))
        self.warnings = label("", "warning", wrap=True)
        self.facts = FactGrid()
        self.skipped_title = label(self.tr("Left out"), "section")
        self.skipped = label("", "muted", wrap=True, selectable=True)
        self._make_actions()
        self._lay_out()

    def show_document(self, document: Document) -> None:
        """Show a document as it is now."""
        self.document = document
        report = document.report
        self.name.setText(document.title or document.name)
        words = document_words(document)
        self.state.setText(words[:1].upper() + words[1:])
        failed = document.state == "failed"
        set_kind(self.state, "danger" if failed else "muted")
        self.dot.show_state(*PHASE_DOTS[document.state])
        hint = document.failure.hint if document.failure is not None else ""
        self.hint.setText(hint)
        show_when(self.hint, failed and bool(hint))
        show_when(self.flag, document.flagged)
        self.warnings.setText("\n".join(report.warnings))
        show_when(self.warnings, bool(report.warnings))
        self.facts.show_facts(self._fact_pairs(document))
        lines = [f"{part.where}: {part.reason}" for part in report.skipped]
        more = report.skipped_total - len(report.skipped)
        if lines and more > 0:
            lines.append(counts().omitted(more))
        self.skipped.setText("\n".join(lines))
        for part in (self.skipped_title, self.skipped):
            show_when(part, bool(lines))
        self._enable(document)

    def _enable(self, document: Document) -> None:
        working = document.state in (*WORKING, "paused")
        self.open_action.setVisible(document.state == "ready")
        self.cancel_action.setVisible(working)
        self.retry_action.setVisible(document.state in ("failed", "cancelled"))
        self.ocr_action.setVisible(document.state == "ready" and bool(document.report.warnings) and has_scans(document))

    def _make_actions(self) -> None:
        self.open_action = action(self, self.tr("Open"), self._open, icon_name="eye")
        self.retry_action = action(self, self.tr("Try again"), lambda: self._retry(False), icon_name="rotate-ccw")
        self.ocr_action = action(
            self, self.tr("Read scanned pages"), lambda: self._retry(True), icon_name="eye",
            tip=self.tr("Read the pages without text by character recognition"),
        )  # fmt: skip
        self.cancel_action = action(self, self.tr("Stop reading"), self._cancel, icon_name="x")
        self.remove_action = action(self, self.tr("Remove …"), self._remove, icon_name="trash-2")

    def _lay_out(self) -> None:
        self.dot.setFixedHeight(round(tokens.SIZE_BODY * 1.3))
        state = row(spacing=tokens.SPACE_2)
        state.addWidget(self.dot, 0, Qt.AlignmentFlag.AlignTop)
        state.addWidget(self.state, 1)
        self.buttons = Flow(spacing=tokens.SPACE_2)
        if not self._brief:
            self.buttons.add(action_button(self.open_action, "primary"))
            for item in (self.retry_action, self.ocr_action, self.cancel_action, self.remove_action):
                self.buttons.add(action_button(item))
        side = tokens.SPACE_4 if self._brief else tokens.SPACE_6
        self.setLayout(
            column(
                self.confirm, self.name, state, self.hint, self.buttons, self.flag, self.warnings, tokens.SPACE_2,
                self.facts, tokens.SPACE_2, self.skipped_title, self.skipped, None,
                spacing=tokens.SPACE_2, margins=(side, tokens.SPACE_4, side, tokens.SPACE_6),
            )
        )  # fmt: skip
        show_when(self.buttons, not self._brief)

    def _card(self, kind: str, words: str) -> QWidget:
        card = frame(kind)
        card.setLayout(
            column(label(words, wrap=True), margins=(tokens.SPACE_3, tokens.SPACE_2, tokens.SPACE_3, tokens.SPACE_2))
        )
        return card

    def _fact_pairs(self, document: Document) -> tuple[tuple[str, str], ...]:
        report = document.report
        reused = number_words(report.reused_chunks) if report.reused_chunks else ""
        return (
            (self.tr("Format"), report.format),
            (self.tr("Pages"), number_words(report.pages) if report.pages else ""),
            (self.tr("Length"), counts().characters(report.characters) if report.characters else ""),
            (self.tr("Passages"), number_words(report.chunks) if report.chunks else ""),
            (self.tr("Known before"), reused),
            (self.tr("Language"), language_words((document.language,)) if document.language else ""),
            (self.tr("Size"), size_words(document.size_bytes) if document.size_bytes else ""),
            (self.tr("File"), document.name if document.title else ""),
            (self.tr("From"), origin_words(document.uri)),
            (self.tr("Added"), when_words(document.created_at)),
        )

    def _open(self) -> None:
        if self.document is not None:
            self.opened.emit(self.document.id)

    def _cancel(self) -> None:
        if self.document is not None:
            self.cancelled.emit((self.document.id,))

    def _remove(self) -> None:
        if self.document is not None:
            self.removed.emit((self.document.id,))

    def _retry(self, ocr: bool) -> None:
        if self.document is not None:
            self.retried.emit((self.document.id,), ocr)


def has_scans(document: Document) -> bool:
    """Tell whether pages without text were found, which character recognition might read."""
    words = " ".join(document.report.warnings).casefold()
    return any(sign in words for sign in ("without text", "scan", "no text"))


def origin_words(uri: str) -> str:
    """Return where a document came from: a path, an address, or nothing for pasted text."""
    if uri.startswith("file:"):
        return QUrl(uri).toLocalFile()
    return "" if uri.startswith("text:") else uri
