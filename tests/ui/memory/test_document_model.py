"""The documents of a bank come page by page and follow what happens without being fetched again."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QModelIndex
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import StorageFailed
from app.engine.domain.memory import Bank, Document
from app.ui.bridge.client import EngineClient
from app.ui.memory.document_model import FACTS_ROLE, PAGE, STATE_ROLE, DocumentModel
from tests.fakes.engine import FakeEngine


@pytest.fixture
def bank(fake_engine: FakeEngine) -> Bank:
    return fake_engine.memory.add_bank("Manuals")


@pytest.fixture
def model(client: EngineClient) -> DocumentModel:
    return DocumentModel(client, client)


def fill(qtbot: QtBot, model: DocumentModel, fake_engine: FakeEngine, bank: Bank, count: int) -> list[Document]:
    made = [fake_engine.memory.add_document(bank.id, f"{n:04}.txt", "words", created_at=float(n)) for n in range(count)]
    model.show_bank(bank.id)
    qtbot.waitUntil(lambda: model.known)
    return made


def change(model: DocumentModel, document: Document, **fields: Any) -> Document:
    changed = msgspec.structs.replace(document, **fields)
    model._memory.documents_changed.emit(document.bank_id, (changed,))
    return changed


def names(model: DocumentModel) -> list[str]:
    return [model.document(row).name for row in range(model.rowCount())]


def test_it_keeps_the_rules_of_qt(
    qtbot: QtBot, qtmodeltester: Any, model: DocumentModel, fake_engine: FakeEngine, bank: Bank
) -> None:
    fill(qtbot, model, fake_engine, bank, 3)
    qtmodeltester.check(model)


def test_pages_are_fetched_as_one_scrolls(
    qtbot: QtBot, model: DocumentModel, fake_engine: FakeEngine, bank: Bank
) -> None:
    fill(qtbot, model, fake_engine, bank, PAGE + 30)
    assert model.rowCount() == PAGE and model.total == PAGE + 30
    assert model.document(0).name == f"{PAGE + 29:04}.txt"
    assert model.canFetchMore(QModelIndex())
    model.fetchMore(QModelIndex())
    qtbot.waitUntil(lambda: model.rowCount() == PAGE + 30)
    assert not model.canFetchMore(QModelIndex())
    assert model.document(PAGE + 29).name == "0000.txt"


def test_a_change_repaints_its_row_only(
    qtbot: QtBot, model: DocumentModel, fake_engine: FakeEngine, bank: Bank
) -> None:
    documents = fill(qtbot, model, fake_engine, bank, 5)
    with qtbot.waitSignal(model.dataChanged) as changed:
        change(model, documents[1], state="embedding", done=1, total=4)
    assert changed.args[0].row() == changed.args[1].row() == 3
    index = model.index(3)
    assert index.data(STATE_ROLE) == "embedding" and index.data(FACTS_ROLE).startswith("embedding 1 of 4")
    assert model.data(QModelIndex()) is None


def test_new_documents_come_on_top_and_rows_stay_true(
    qtbot: QtBot, model: DocumentModel, fake_engine: FakeEngine, bank: Bank
) -> None:
    documents = fill(qtbot, model, fake_engine, bank, 3)
    new = [Document(id=f"new-{n}", bank_id=bank.id, name=f"new {n}", created_at=100.0 + n) for n in range(2)]
    model._memory.documents_changed.emit(bank.id, tuple(new))
    assert names(model) == ["new 1", "new 0", "0002.txt", "0001.txt", "0000.txt"]
    assert [model.row_of(d.id) for d in (*reversed(new), *reversed(documents))] == [0, 1, 2, 3, 4]
    assert model.total == 5
    model._memory.documents_changed.emit("another bank", tuple(new))
    assert model.rowCount() == 5


def test_what_was_never_fetched_is_not_put_on_top(
    qtbot: QtBot, model: DocumentModel, fake_engine: FakeEngine, bank: Bank
) -> None:
    documents = fill(qtbot, model, fake_engine, bank, PAGE + 10)
    change(model, documents[0], state="failed")
    assert model.rowCount() == PAGE


@pytest.mark.parametrize("count", [1, 60])
def test_removed_documents_leave(
    qtbot: QtBot, model: DocumentModel, fake_engine: FakeEngine, bank: Bank, count: int
) -> None:
    documents = fill(qtbot, model, fake_engine, bank, 70)
    model._memory.documents_removed.emit(bank.id, tuple(d.id for d in documents[5 : 5 + count]))
    assert model.rowCount() == model.total == 70 - count
    assert model.row_of(documents[5].id) == -1
    assert all(model.document(model.row_of(d.id)).id == d.id for d in documents[5 + count :])


def test_name_and_state_narrow_the_list(
    qtbot: QtBot, model: DocumentModel, fake_engine: FakeEngine, bank: Bank
) -> None:
    fill(qtbot, model, fake_engine, bank, 3)
    broken = fake_engine.memory.add_document(bank.id, "broken.pdf", "x", state="failed")
    model.narrow("", "failed")
    qtbot.waitUntil(lambda: names(model) == ["broken.pdf"])
    assert model.narrowed
    change(model, broken, state="ready")
    assert names(model) == [] and model.total == 0
    model.narrow("0001", "all")
    qtbot.waitUntil(lambda: names(model) == ["0001.txt"])
    with qtbot.assertNotEmitted(model.modelReset):
        model.narrow("0001 ", "all")


def test_a_failure_is_told(qtbot: QtBot, model: DocumentModel, client: EngineClient) -> None:
    async def refuse(*_args: Any, **_fields: Any) -> None:
        raise StorageFailed("The index is locked.")

    client._host.engine.memory.documents = refuse  # type: ignore[union-attr, method-assign]
    with qtbot.waitSignal(model.failed) as failed:
        model.show_bank("vs_1")
    assert failed.args[0].message == "The index is locked."
