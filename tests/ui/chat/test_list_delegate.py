"""Rows have the height of their kind; the "…" of a chat opens its menu and nothing else does."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget
from pytestqt.qtbot import QtBot

from app.engine.domain.agents import Session
from app.engine.domain.history import ChatList, Folder, SearchHit
from app.ui.chat.list_delegate import ListDelegate
from app.ui.chat.list_model import ChatListModel
from app.ui.chat.search_model import SearchModel
from app.ui.theme import tokens

ROW = QRect(0, 0, 240, 34)


@pytest.fixture
def model() -> ChatListModel:
    made = ChatListModel()
    made.fill(
        ChatList(
            sessions=(Session(id="one", title="One", folder_id="work"),), folders=(Folder(id="work", name="Work"),)
        )
    )
    return made


def option(rect: QRect = ROW) -> Any:
    made = QStyleOptionViewItem()
    made.rect = rect
    return made


def painted(index: QModelIndex) -> QImage:
    image = QImage(240, 50, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    ListDelegate().paint(painter, option(QRect(0, 0, 240, 50)), index)
    painter.end()
    return image


def release_at(delegate: ListDelegate, model: ChatListModel, index: QModelIndex, x: int) -> bool:
    spot = QPointF(x, ROW.center().y())
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(QEvent.Type.MouseButtonRelease, spot, spot, left, left, none)
    return delegate.editorEvent(event, model, option(), index)


def test_heights(model: ChatListModel) -> None:
    delegate, hits = ListDelegate(), SearchModel()
    hits.fill([SearchHit(session_id="one", turn_id=None, title="One", excerpt="a ⟦word⟧")])
    heights = [
        delegate.sizeHint(option(), index).height()
        for index in (model.index_of("one"), model.index(0, 0), hits.index(0))
    ]
    assert heights == [tokens.ROW_HEIGHT, tokens.GROUP_HEIGHT + 4, 50]


def test_the_dots_of_a_chat_want_its_menu(qtbot: QtBot, model: ChatListModel) -> None:
    delegate, chat = ListDelegate(), model.index_of("one")
    with qtbot.waitSignal(delegate.menu_wanted) as wanted:
        assert release_at(delegate, model, chat, 215)
    assert wanted.args[0] == chat and isinstance(wanted.args[1], QPoint)
    with qtbot.assertNotEmitted(delegate.menu_wanted):
        release_at(delegate, model, chat, 60)


def test_a_heading_has_no_menu_of_dots(qtbot: QtBot, model: ChatListModel) -> None:
    delegate = ListDelegate()
    with qtbot.assertNotEmitted(delegate.menu_wanted):
        release_at(delegate, model, model.index(0, 0), 215)


def test_a_running_chat_is_marked(model: ChatListModel) -> None:
    quiet = painted(model.index_of("one"))
    model.set_running("one", True)
    assert painted(model.index_of("one")) != quiet


def test_a_hit_without_a_title_is_named_and_shows_no_marks() -> None:
    hits = SearchModel()

    def picture(title: str, excerpt: str) -> QImage:
        hits.fill([SearchHit(session_id="one", turn_id=None, title=title, excerpt=excerpt)])
        return painted(hits.index(0))

    assert picture("", "a ⟦word⟧") == picture("New chat", "a word") != picture("Other", "a word")


def test_names_are_edited_in_the_row(qtbot: QtBot, model: ChatListModel) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    delegate = ListDelegate()
    editor = delegate.createEditor(parent, option(), model.index_of("one"))
    delegate.updateEditorGeometry(editor, option(), model.index_of("one"))
    assert editor.accessibleName() == "Name" and ROW.contains(editor.geometry())
