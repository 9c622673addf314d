"""The chat list through the client; exported files are whole or not there."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.engine.domain.errors import StorageFailed
from app.ui.bridge.client import EngineClient
from tests.fakes.engine import FakeEngine
from tests.ui.bridge.waiting import failure, result


def test_changes_are_told_with_the_chats_they_concern(
    qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine
) -> None:
    session = fake_engine.store.add_session("Old")
    told: list[object] = []
    client.history.changed.connect(told.append)
    told.clear()
    result(qtbot, client.history.rename(session.id, "New"))
    assert (session.id,) in told
    assert [s.title for s in result(qtbot, client.history.list()).sessions] == ["New"]


def test_several_chats_move_at_once(qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine) -> None:
    ids = tuple(fake_engine.store.add_session(title).id for title in ("One", "Two"))
    folder = result(qtbot, client.history.create_folder("Work"))
    result(qtbot, client.history.move(ids, folder.id))
    assert [fake_engine.store.sessions[i].folder_id for i in ids] == [folder.id, folder.id]


def test_an_exported_chat_can_be_read_back(
    qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine, tmp_path: Path
) -> None:
    session = fake_engine.store.add_session("Horses")
    fake_engine.store.add_turn(session.id, "A name?", "Bramble")
    path = tmp_path / "chat.json"
    assert result(qtbot, client.history.export_to(session.id, "json", path)) == path
    assert [file.name for file in tmp_path.glob("*chat.json*")] == ["chat.json"]
    copy = result(qtbot, client.history.import_from(path))
    turns = result(qtbot, client.history.turns(copy.id)).turns
    assert [turn.output_text() for turn in turns] == ["Bramble"]


def test_an_export_that_fails_leaves_nothing_behind(
    qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine, tmp_path: Path
) -> None:
    session = fake_engine.store.add_session("Chat")
    taken = tmp_path / "taken"
    taken.mkdir()
    error = failure(qtbot, client.history.export_to(session.id, "json", taken))
    assert isinstance(error, StorageFailed) and error.hint == "Choose another place."
    assert [path.name for path in tmp_path.iterdir() if "taken" in path.name] == ["taken"]


def test_a_file_that_is_no_text_is_refused_calmly(qtbot: QtBot, client: EngineClient, tmp_path: Path) -> None:
    path = tmp_path / "picture.json"
    path.write_bytes(b"\xff\xfe\x00\xd8")
    assert isinstance(failure(qtbot, client.history.import_from(path)), StorageFailed)
    assert isinstance(failure(qtbot, client.history.import_from(tmp_path / "nowhere.json")), StorageFailed)
