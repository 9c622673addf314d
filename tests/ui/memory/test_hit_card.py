"""A passage that was found shows its place, its words and its relevance, and opens by mouse and by key."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.engine.domain.memory import Chunk, Hit, LegScores
from app.ui.memory.hit_card import HitCard, leg_words
from app.ui.widgets.basics import column

CHUNK = Chunk(id=1, document_id="d", index=0, text="Clean <it> daily", start=4, end=20, page=2, headings=("Care", "1"))
HIT = Hit(bank_id="b", document_id="d", document_name="Manual.pdf", chunk=CHUNK, score=0.87,
          legs=LegScores(vector=0.61, keyword=7.25, rerank=0.9))  # fmt: skip


def make(qtbot: QtBot, *, expert: bool = False) -> HitCard:
    card = HitCard(HIT, "clean", expert=expert)
    qtbot.addWidget(card)
    card.resize(500, 100)
    card.show()
    return card


def test_everything_of_a_hit_is_said(qtbot: QtBot) -> None:
    card = make(qtbot)
    assert card.name.text() == "Manual.pdf" and card.place.text() == "page 2" and card.score.text() == "87 % relevant"
    assert card.passage.text() == "<b>Clean</b> &lt;it&gt; daily"
    assert card.accessibleName() == "Manual.pdf, page 2, 87 % relevant"


def test_the_legs_are_for_experts_and_under_the_pointer(qtbot: QtBot) -> None:
    assert not make(qtbot).legs.isVisible()
    card = make(qtbot, expert=True)
    assert card.legs.isVisible() and card.legs.text() == card.toolTip() == leg_words(HIT)
    assert card.legs.text() == "meaning 0.61  ·  words 7.25  ·  reranker 0.90"


def test_it_opens_and_the_arrows_go_on(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    cards = [HitCard(HIT, "clean", expert=False) for _ in range(2)]
    holder.setLayout(column(*cards))
    holder.show()
    holder.activateWindow()
    asked: list[Hit] = []
    cards[0].opened.connect(asked.append)
    qtbot.mouseClick(cards[0], Qt.MouseButton.LeftButton)
    qtbot.keyClick(cards[0], Qt.Key.Key_Return)
    assert asked == [HIT, HIT]
    cards[0].setFocus()
    qtbot.waitUntil(cards[0].hasFocus)
    qtbot.keyClick(cards[0], Qt.Key.Key_Down)
    assert cards[1].hasFocus()
    qtbot.keyClick(cards[1], Qt.Key.Key_Down)
    qtbot.keyClick(cards[1], Qt.Key.Key_Up)
    assert cards[0].hasFocus()
