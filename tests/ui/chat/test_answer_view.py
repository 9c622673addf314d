"""Answers render, stream and fold; hostile text neither fetches nor hangs."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.ui.chat.answer_view import FOLD_CHARACTERS, AnswerView
from app.ui.chat.prose_view import ProseView, TableView
from app.ui.theme.theme import theme
from tests.fakes.demo import ANSWER


def shown(qtbot: QtBot) -> AnswerView:
    view = AnswerView()
    qtbot.addWidget(view)
    view.fit(700)
    return view


def words(view: AnswerView) -> str:
    return "\n".join(prose.toPlainText() for prose in view.prose())


def test_an_answer_has_prose_code_and_a_table(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.show_text(ANSWER)
    assert "Look at the middle element." in words(view)
    assert view.code()[0].language == "python"
    assert any(isinstance(prose, TableView) for prose in view.prose())


def test_streaming_keeps_finished_blocks_and_ends_like_the_whole(qtbot: QtBot) -> None:
    view, whole = shown(qtbot), shown(qtbot)
    first: ProseView | None = None
    for end in range(0, len(ANSWER), 40):
        view.stream(ANSWER[:end])
        if first is None and len(view.prose()) > 2:
            first = view.prose()[0]
    assert first is not None and view.prose()[0] is first
    view.show_text(ANSWER)
    whole.show_text(ANSWER)
    assert words(view) == words(whole)


def test_no_image_of_a_message_is_kept(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.show_text("![x](https://example.org/x.png) ![y](file:///etc/passwd)")
    assert "<img" not in view.prose()[0].toHtml()


def test_one_line_of_twenty_thousand_characters_is_shown(qtbot: QtBot) -> None:
    view = shown(qtbot)
    text = "y" * 20_000
    for end in range(0, len(text), 1000):
        view.stream(text[:end])
    view.show_text(text)
    assert words(view).count("y") == 20_000
    assert all(prose.width() == 700 for prose in view.prose())


def test_a_very_long_answer_folds_and_unfolds(qtbot: QtBot) -> None:
    view = shown(qtbot)
    text = "A paragraph of words.\n\n" * (FOLD_CHARACTERS // 10)
    view.show_text(text, fold=True)
    folded = len(words(view))
    assert folded < FOLD_CHARACTERS
    view.findChild(QPushButton).click()
    assert len(words(view)) > folded


def test_reasoning_is_folded_away(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.stream("<think>Let me see")
    assert view.prose() == []
    view.show_text("<think>Let me see</think>Forty-two.")
    assert words(view) == "Forty-two."


def test_text_is_as_wide_as_given_and_as_high_as_needed(qtbot: QtBot) -> None:
    view = ProseView()
    qtbot.addWidget(view)
    view.show_html("<p>" + "word " * 200 + "</p>")
    heights = []
    for width in (800, 400, 200, 800):
        view.fit(width)
        heights.append(view.height())
        assert view.document().size().width() <= width
    assert heights[0] < heights[1] < heights[2] and heights[3] == heights[0]


def test_the_theme_changes_the_colours_of_shown_text(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.show_text("[link](https://example.org)")
    theme().choose("dark")
    try:
        assert theme().roles.accent in view.prose()[0].toHtml()
    finally:
        theme().choose("light")
