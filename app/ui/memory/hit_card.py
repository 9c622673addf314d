"""One passage that a search found: where it stands, its words, how relevant it is and what each leg says of it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from app.engine.domain.memory import Hit
from app.ui.memory.emphasis import emphasised
from app.ui.memory.words import place_words, score_words
from app.ui.theme import tokens
from app.ui.widgets.basics import column, label, row
from app.ui.widgets.elided import ElidedLabel
from app.ui.widgets.visibility import show_when
from app.ui.widgets.words import number_words

translate = QCoreApplication.translate


class HitCard(QFrame):
    """`opened(Hit)` on a click or Enter. The arrow keys go to the next card."""

    opened = Signal(object)

    def __init__(self, hit: Hit, query: str, *, expert: bool) -> None:
        super().__init__()
        self.hit = hit
        self.setProperty("kind", "card")
        self.setProperty("clickable", "true")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        place = place_words(hit.chunk.page, hit.chunk.label)
        self.name = ElidedLabel(hit.document_name, "strong")
        self.place = label(place, "secondary")
        self.score = label(score_words(hit.score), "secondary")
        self.legs = label(leg_words(hit), "secondary", wrap=True)
        show_when(self.legs, expert)
        self.setToolTip(leg_words(hit))
        self.passage = QLabel(emphasised(hit.chunk.text, query))
        self.passage.setTextFormat(Qt.TextFormat.RichText)
        self.passage.setWordWrap(True)
        self.passage.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.passage.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        head = row(spacing=tokens.SPACE_2)
        head.addWidget(self.name)
        head.addWidget(self.place)
        head.addStretch(1)
        head.addWidget(self.score)
        box = column(head, spacing=tokens.SPACE_1)
        if hit.chunk.headings:
            box.addWidget(ElidedLabel(" › ".join(hit.chunk.headings), "secondary"))
        box.addWidget(self.passage)
        box.addWidget(self.legs)
        box.setContentsMargins(tokens.SPACE_4, tokens.SPACE_3, tokens.SPACE_4, tokens.SPACE_3)
        self.setLayout(box)
        self.setAccessibleName(", ".join(part for part in (hit.document_name, place, score_words(hit.score)) if part))
        self.setAccessibleDescription(hit.chunk.text[:500])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self.hit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space:
                self.opened.emit(self.hit)
            case Qt.Key.Key_Down:
                self._go(1)
            case Qt.Key.Key_Up:
                self._go(-1)
            case _:
                super().keyPressEvent(event)

    def _go(self, offset: int) -> None:
        parent = self.parent()
        cards = parent.findChildren(HitCard) if isinstance(parent, QWidget) else [self]
        cards = sorted((card for card in cards if card.isVisible()), key=lambda card: card.y())
        place = cards.index(self) + offset if self in cards else -1
        if 0 <= place < len(cards):
            cards[place].setFocus(Qt.FocusReason.TabFocusReason)


def leg_words(hit: Hit) -> str:
    """Return what each leg of the search says of a hit."""
    legs = hit.legs
    parts = []
    if legs.vector is not None:
        parts.append(translate("HitCard", "meaning {score}").format(score=number_words(legs.vector, 2)))
    if legs.keyword is not None:
        parts.append(translate("HitCard", "words {score}").format(score=number_words(legs.keyword, 2)))
    if legs.rerank is not None:
        parts.append(translate("HitCard", "reranker {score}").format(score=number_words(legs.rerank, 2)))
    return "  ·  ".join(parts)
