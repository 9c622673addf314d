"""A block of code can be copied, grows without being laid out again and scrolls sideways only."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from app.ui.chat.code_block import CodeBlock
from app.ui.theme.theme import theme

CODE = "x = 1\ny = 'two'\nz = 3\n" * 2


@pytest.fixture
def block(qtbot: QtBot) -> CodeBlock:
    made = CodeBlock()
    qtbot.addWidget(made)
    made.fit(500)
    return made


def test_the_copy_button_copies_code(block: CodeBlock) -> None:
    block.show_code("a = 1\nb = 2", "python")
    next(b for b in block.findChildren(QToolButton) if b.accessibleName() == "Copy code").click()
    assert QGuiApplication.clipboard().text() == "a = 1\nb = 2"


def test_growing_code_is_appended_not_replaced(block: CodeBlock) -> None:
    block.show_code(CODE[:1], "python")
    mark = QTextCursor(block.view.document())
    mark.setPosition(1)
    mark.setKeepPositionOnInsert(True)
    for end in range(2, len(CODE) + 1):
        block.show_code(CODE[:end], "python")
    assert block.view.toPlainText() == CODE
    assert mark.position() == 1


def test_other_code_takes_its_place(block: CodeBlock) -> None:
    block.show_code("one", "python")
    block.show_code("two", "rust")
    assert block.view.toPlainText() == "two"
    names = [shown.text() for shown in block.findChildren(QLabel)]
    assert "Rust" in names and block.view.accessibleName() == "Code, Rust"


def test_code_without_a_language_is_named_too(block: CodeBlock) -> None:
    block.show_code("x", "")
    assert block.view.accessibleName() == "Code"
    assert "Code" in [shown.text() for shown in block.findChildren(QLabel)]


def test_colours_follow_the_theme(block: CodeBlock) -> None:
    def colours() -> set[str]:
        formats = block.view.document().firstBlock().layout().formats()
        return {found.format.foreground().color().name() for found in formats}

    block.show_code("# a comment", "python")
    assert colours() == {theme().roles.code_comment}
    light = theme().roles
    theme().choose("dark")
    try:
        block.restyle()
        assert colours() == {theme().roles.code_comment} != {light.code_comment}
    finally:
        theme().choose("light")


def test_more_lines_make_it_higher(block: CodeBlock) -> None:
    block.show_code("one", "python")
    low = block.view.height()
    block.show_code("one\ntwo\nthree", "python")
    assert block.view.height() > low
    assert block.width() == 500


@pytest.mark.parametrize(("turned", "kept"), [(QPoint(0, -120), False), (QPoint(-120, 0), True)])
def test_the_wheel_scrolls_sideways_and_leaves_the_rest(block: CodeBlock, turned: QPoint, kept: bool) -> None:
    block.show_code("a very long line " * 40, "python")
    block.show()
    event = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), turned, Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    block.view.wheelEvent(event)
    assert event.isAccepted() is kept
    assert (block.view.horizontalScrollBar().value() > 0) is kept
