"""The client of memory banks keeps a copy, follows what happens inside banks, and finds files a chat knew already."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.engine.domain.errors import BankNotFound
from app.engine.domain.memory import BankChanges, Entry, SearchRequest
from app.ui.bridge.client import EngineClient
from tests.fakes.engine import FakeEngine
from tests.fakes.memory import MINILM
from tests.ui.bridge.waiting import failure, result


def test_banks_are_known_and_followed_without_asking(qtbot: QtBot, client: EngineClient) -> None:
    qtbot.waitUntil(lambda: client.memory.known)
    with qtbot.waitSignal(client.memory.banks_changed):
        bank = result(qtbot, client.memory.create_bank("Manuals"))
    assert [each.name for each in client.memory.all_banks] == ["Manuals"]
    with qtbot.waitSignal(client.memory.bank_changed):
        client.memory.change_bank(bank.id, BankChanges(description="What hums"))
    last = client.memory.last(bank.id)
    assert last is not None and last.description == "What hums"
    client.memory.delete_bank(bank.id)
    qtbot.waitUntil(lambda: client.memory.all_banks == () and client.memory.last(bank.id) is None)


def test_documents_are_told_of_by_their_bank(
    qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine, tmp_path: Path
) -> None:
    bank = fake_engine.memory.add_bank("Manuals")
    (tmp_path / "a.txt").write_text("one\n\ntwo", encoding="utf-8")
    with qtbot.waitSignal(client.memory.documents_changed) as told:
        added = result(qtbot, client.memory.add_paths(bank.id, [tmp_path]))
    assert told.args[0] == bank.id
    document = added.documents[0]
    qtbot.waitUntil(lambda: fake_engine.memory.kept[document.id].state == "ready")
    page = result(qtbot, client.memory.documents(bank.id, name="a."))
    assert [each.id for each in page.documents] == [document.id]
    assert result(qtbot, client.memory.document(bank.id, document.id)).report.chunks == 2
    assert result(qtbot, client.memory.part(bank.id, document.id, 0)).text.startswith("one")
    assert result(qtbot, client.memory.part_at(bank.id, document.id, 6)).index == 0
    hits = result(qtbot, client.memory.search([bank.id], SearchRequest(query="two"))).hits
    assert hits[0].chunk.text == "two"
    with qtbot.waitSignal(client.memory.documents_removed) as gone:
        client.memory.remove_documents(bank.id, [document.id])
    assert gone.args == [bank.id, (document.id,)]


def test_the_bank_of_a_chat_is_known_but_not_listed(
    qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine, tmp_path: Path
) -> None:
    path = tmp_path / "report.txt"
    path.write_text("text", encoding="utf-8")
    added, first = result(qtbot, client.memory.attach("chat_1", [path]))
    assert len(added.documents) == 1 and first[0].name == "report.txt"
    added, again = result(qtbot, client.memory.attach("chat_1", [path, tmp_path / "no.exe"]))
    assert again == first and added.unchanged == 1 and added.refused[0].where == "no.exe"
    qtbot.waitUntil(lambda: client.memory.last(first[0].bank_id) is not None)
    assert client.memory.all_banks == ()
    client.memory.refresh()
    with qtbot.waitSignal(client.memory.banks_changed):
        pass
    assert client.memory.last(first[0].bank_id) is not None


def test_reading_is_held_and_goes_on(qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine) -> None:
    bank = fake_engine.memory.add_bank("Manuals")
    broken = fake_engine.memory.add_document(bank.id, "a.pdf", "x", state="failed")
    assert result(qtbot, client.memory.pause(bank.id)).paused
    assert not result(qtbot, client.memory.resume(bank.id)).paused
    assert result(qtbot, client.memory.cancel_documents(bank.id)) == 0
    assert result(qtbot, client.memory.retry_documents(bank.id, [broken.id], ocr=True)) == 1
    assert fake_engine.memory.ocr_asked == [broken.id]


def test_what_is_added_without_a_file(qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine) -> None:
    bank = fake_engine.memory.add_bank("Notes")
    assert result(qtbot, client.memory.add_text(bank.id, "Minutes", "We met.")).uri == "text:Minutes"
    assert result(qtbot, client.memory.add_url(bank.id, "https://example.org/a")).name == "a"
    assert "not public" in failure(qtbot, client.memory.add_url(bank.id, "http://127.0.0.1/")).message


def test_folders_entries_and_graphs(
    qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine, tmp_path: Path
) -> None:
    bank = fake_engine.memory.add_bank("All of it")
    folder = result(qtbot, client.memory.watch_folder(bank.id, tmp_path))
    assert result(qtbot, client.memory.folders(bank.id)) == (folder,)
    assert result(qtbot, client.memory.rescan(bank.id)).documents == ()
    result(qtbot, client.memory.unwatch_folder(bank.id, folder.id))
    result(qtbot, client.memory.put_entry(bank.id, Entry(key="name", value="Ada")))
    assert [entry.value for entry in result(qtbot, client.memory.entries(bank.id, prefix="na"))] == ["Ada"]
    assert result(qtbot, client.memory.remove_entries(bank.id, ["name"])) == 1
    assert result(qtbot, client.memory.neighbours(bank.id, "Ada")).hits == ()
    assert result(qtbot, client.memory.extract_graph(bank.id)) == 7


def test_keeping_a_bank_in_order(qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine, tmp_path: Path) -> None:
    bank = fake_engine.memory.add_bank("Manuals")
    file = tmp_path / "bank"
    assert result(qtbot, client.memory.export_bank(bank.id, file)) == file.stat().st_size
    assert result(qtbot, client.memory.import_bank(file)).name == "Manuals (imported)"
    assert result(qtbot, client.memory.check_bank(bank.id)).findings
    assert result(qtbot, client.memory.compact_bank(bank.id)) > 0
    assert result(qtbot, client.memory.change_model(bank.id, "other")).embedding_model == "other"
    assert MINILM in result(qtbot, client.memory.embedding_models())
    assert isinstance(failure(qtbot, client.memory.bank("nowhere")), BankNotFound)
