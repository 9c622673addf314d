"""The forms of a bank ask the engine for what they say, and stay open with the reason when it refuses."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.engine.domain.memory import LanguageFit
from app.ui.bridge.client import EngineClient
from app.ui.memory.bank_dialog import ChangeModelDialog, EditBankDialog, NewBankDialog
from tests.fakes.engine import FakeEngine
from tests.fakes.memory import MINILM, POLYGLOT


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_bank_is_made_of_what_was_chosen(
    qtbot: QtBot, window: QWidget, client: EngineClient, fake_engine: FakeEngine
) -> None:
    dialog = NewBankDialog(window, client)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.model.box.count() == 2)
    assert not dialog.save.isEnabled()
    dialog.name.setText("Manuals")
    dialog.model.box.setCurrentIndex(1)
    with qtbot.waitSignal(dialog.agreed):
        dialog.save.click()
    (bank,) = fake_engine.memory.all.values()
    assert (bank.name, bank.type, bank.embedding_model) == ("Manuals", "vector", POLYGLOT.id)


def test_kinds_without_vectors_need_no_model(
    qtbot: QtBot, window: QWidget, client: EngineClient, fake_engine: FakeEngine
) -> None:
    dialog = NewBankDialog(window, client, "Facts")
    dialog.open()
    assert dialog.model.isVisible() and not dialog.passage.isVisible()
    next(b for b in dialog.kinds.buttons() if b.property("bank_type") == "keyvalue").setChecked(True)
    assert not dialog.model.isVisible()
    with qtbot.waitSignal(dialog.agreed):
        dialog.save.click()
    (bank,) = fake_engine.memory.all.values()
    assert (bank.type, bank.embedding_model) == ("keyvalue", "")


def test_the_size_of_a_passage_is_for_experts(qtbot: QtBot, window: QWidget, client: EngineClient) -> None:
    client.preferences.set({"mode": "expert"})
    qtbot.waitUntil(lambda: client.preferences.expert)
    dialog = NewBankDialog(window, client, "Papers")
    dialog.open()
    assert dialog.passage.isVisible()
    dialog.passage.setValue(400)
    with qtbot.waitSignal(dialog.agreed) as agreed:
        dialog.save.click()
    assert agreed.args[0].chunking.max_tokens == 400


def test_a_refusal_stands_in_the_form(
    qtbot: QtBot, window: QWidget, client: EngineClient, fake_engine: FakeEngine
) -> None:
    fake_engine.memory.add_bank("Manuals")
    dialog = NewBankDialog(window, client, "Manuals")
    dialog.open()
    dialog.save.click()
    qtbot.waitUntil(dialog.words.isVisible)
    assert "Choose another name" in dialog.words.text() and dialog.save.isEnabled() and dialog.isVisible()


def test_a_bank_is_renamed_and_described(
    qtbot: QtBot, window: QWidget, client: EngineClient, fake_engine: FakeEngine
) -> None:
    bank = fake_engine.memory.add_bank("Manuals")
    dialog = EditBankDialog(window, client, bank)
    dialog.name.setText("Handbooks")
    dialog.description.setPlainText("All that\nhums")
    with qtbot.waitSignal(dialog.agreed):
        dialog.save.click()
    kept = fake_engine.memory.all[bank.id]
    assert (kept.name, kept.description) == ("Handbooks", "All that hums")


def test_the_model_is_changed_with_its_reason(
    qtbot: QtBot, window: QWidget, client: EngineClient, fake_engine: FakeEngine
) -> None:
    bank = fake_engine.memory.add_bank("Verträge", embedding_model=MINILM.id, fit=LanguageFit(advice="Not German."))
    fake_engine.embeddings.ends = True
    dialog = ChangeModelDialog(window, client, bank)
    dialog.open()
    qtbot.waitUntil(dialog.model.download.isVisible)
    assert not dialog.save.isEnabled()
    dialog.model.download.click()
    qtbot.waitUntil(dialog.save.isEnabled)
    with qtbot.waitSignal(dialog.agreed):
        dialog.save.click()
    assert fake_engine.memory.all[bank.id].embedding_model == POLYGLOT.id
