"""Probabilities as bars: a name, a bar, a number. Must not know where the numbers come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.safety.words import percent_words
from app.ui.theme.fonts import font
from app.ui.theme.theme import theme

_LINE, _BAR, _NAME_WIDTH, _NAME_SHARE, _NUMBER_WIDTH = 24, 6, 210, 0.56, 52


@dataclass(frozen=True)
class Score:
    """One bar. `over` tells that the probability reached its threshold; `threshold` 0 leaves the mark away."""

    name: str
    probability: float
    threshold: float = 0.0
    over: bool = False


class ScoreBars(QWidget):
    """As tall as its bars. What is over its threshold is bold, not coloured alone."""

    def __init__(self) -> None:
        super().__init__()
        self.scores: tuple[Score, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def show_scores(self, scores: Sequence[Score]) -> None:
        """Show these, from top to bottom."""
        self.scores = tuple(scores)
        words = [f"{each.name}: {percent_words(each.probability)}" for each in self.scores]
        self.setAccessibleName(self.tr("Probabilities"))
        self.setAccessibleDescription("; ".join(words))
        self.setFixedHeight(_LINE * len(self.scores))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, _LINE * len(self.scores))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, score in enumerate(self.scores):
            self._paint_score(painter, score, number * _LINE)

    def _paint_score(self, painter: QPainter, score: Score, top: int) -> None:
        name_width = min(_NAME_WIDTH, round(self.width() * _NAME_SHARE))
        name = self._placed(0, top, name_width - 8, _LINE)
        number = self._placed(self.width() - _NUMBER_WIDTH, top, _NUMBER_WIDTH, _LINE)
        track = self._placed(name_width, top + (_LINE - _BAR) / 2, self.width() - name_width - _NUMBER_WIDTH, _BAR)
        start, end = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        if self.isRightToLeft():
            start, end = end, start
        painter.setFont(font(weight=QFont.Weight.DemiBold if score.over else QFont.Weight.Normal))
        painter.setPen(theme().colour("text"))
        shown = painter.fontMetrics().elidedText(score.name, Qt.TextElideMode.ElideRight, round(name.width()))
        painter.drawText(name, int(start | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.setPen(theme().colour("text" if score.over else "text_secondary"))
        painter.drawText(number, int(end | Qt.AlignmentFlag.AlignVCenter), percent_words(score.probability))
        self._paint_bar(painter, track, score)

    def _paint_bar(self, painter: QPainter, track: QRectF, score: Score) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour("pressed"))
        painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
        filled = max(_BAR, track.width() * min(1.0, score.probability))
        left = track.right() - filled if self.isRightToLeft() else track.left()
        if score.probability >= 0.005:
            painter.setBrush(theme().colour("danger" if score.over else "accent"))
            painter.drawRoundedRect(QRectF(left, track.top(), filled, track.height()), _BAR / 2, _BAR / 2)
        if score.threshold:
            share = 1 - score.threshold if self.isRightToLeft() else score.threshold
            painter.setBrush(theme().colour("text_secondary"))
            painter.drawRect(QRectF(track.left() + track.width() * share - 0.75, track.top() - 3, 1.5, _BAR + 6))

    def _placed(self, left: float, top: float, width: float, height: float) -> QRectF:
        x = self.width() - left - width if self.isRightToLeft() else left
        return QRectF(x, top, width, height)
