"""The chat list groups chats by pin, folder and day, and stays a correct item model."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from app.engine.domain.agents import Session
from app.engine.domain.history import ChatList, Folder
from app.ui.chat.list_model import GROUP_ROLE, RUNNING_ROLE, ChatListModel, grouped

NOW = time.time()


def chat(name: str, *, days: float = 0.0, **fields: Any) -> Session:
    return Session(id=name, title=name.title(), updated_at=NOW - days * 86_400, **fields)


CHATS = ChatList(
    sessions=(
        chat("pinned", pinned=True, folder_id="f"),
        chat("today"),
        chat("filed", folder_id="f"),
        chat("old", days=90),
    ),
    folders=(Folder(id="f", name="Work"), Folder(id="e", name="Empty")),
)


def test_groups_come_in_order() -> None:
    groups = grouped(CHATS, "Pinned")
    assert [(g.title, [s.id for s in g.sessions]) for g in groups] == [
        ("Pinned", ["pinned"]),
        ("Empty", []),
        ("Work", ["filed"]),
        ("Today", ["today"]),
        ("Older", ["old"]),
    ]


def test_the_model_keeps_the_rules_of_qt(qtmodeltester: Any) -> None:
    model = ChatListModel()
    model.fill(CHATS)
    qtmodeltester.check(model)
    model.fill(ChatList())
    qtmodeltester.check(model)


def test_a_new_title_does_not_reset_the_model(qtbot: QtBot) -> None:
    model = ChatListModel()
    assert model.fill(CHATS)
    renamed = Session(id="today", title="Renamed", updated_at=NOW)
    changed = ChatList(sessions=(CHATS.sessions[0], renamed, *CHATS.sessions[2:]), folders=CHATS.folders)
    with qtbot.assertNotEmitted(model.modelReset):
        assert not model.fill(changed)
    assert model.index_of("today").data() == "Renamed"


def test_renaming_is_a_wish(qtbot: QtBot) -> None:
    model = ChatListModel()
    model.fill(CHATS)
    with qtbot.waitSignal(model.renamed) as wish:
        assert model.setData(model.index_of("today"), "  New name ")
    assert wish.args == ["today", "New name"]
    assert not model.setData(model.index_of("today"), "   ")
    folder = next(
        model.index(n, 0) for n in range(model.rowCount()) if model.index(n, 0).data(GROUP_ROLE).folder_id == "f"
    )
    with qtbot.waitSignal(model.folder_renamed) as wish:
        assert model.setData(folder, "Office")
    assert wish.args == ["f", "Office"]


def test_dragging_chats_onto_a_folder_is_a_wish(qtbot: QtBot) -> None:
    model = ChatListModel()
    model.fill(CHATS)
    data = model.mimeData([model.index_of("today"), model.index_of("old")])
    folder = model.index(2, 0)
    assert model.canDropMimeData(data, Qt.DropAction.MoveAction, -1, -1, folder)
    with qtbot.waitSignal(model.dropped) as wish:
        model.dropMimeData(data, Qt.DropAction.MoveAction, -1, -1, folder)
    assert wish.args[0] == ("today", "old")
    assert wish.args[1].folder_id == "f"
    with qtbot.waitSignal(model.dropped) as wish:
        model.dropMimeData(data, Qt.DropAction.MoveAction, 0, 0, model.index_of("filed"))
    assert wish.args[1].folder_id == "f"


def test_a_running_chat_says_so_in_words() -> None:
    model = ChatListModel()
    model.fill(CHATS)
    model.set_running("today", True)
    assert model.index_of("today").data(RUNNING_ROLE)
    assert "answering" in model.index_of("today").data(Qt.ItemDataRole.AccessibleTextRole)
    assert model.index_of("nobody") == QModelIndex()
