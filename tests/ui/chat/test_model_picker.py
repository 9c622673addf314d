"""The picker names the model and its state; only what can be loaded or unloaded is offered."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QListView, QPushButton
from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.chat.model_picker import ModelPicker
from app.ui.widgets.popover import Popover
from tests.fakes.models import BIG, LLAMA, REMOTE, STARTER


@pytest.fixture
def picker(qtbot: QtBot, client: EngineClient) -> ModelPicker:
    made = ModelPicker(client)
    qtbot.addWidget(made)
    made.resize(320, 30)
    made.show()
    qtbot.waitUntil(lambda: made.choice.rowCount() == 4 and client.models.state(STARTER.id).phase == "ready")
    return made


@pytest.mark.parametrize(
    ("model_id", "words", "load", "unload"),
    [
        (STARTER.id, "ready", False, True),
        (LLAMA.id, "not loaded", True, False),
        (BIG.id, "failed: needs 9.1 GB", True, False),
        (REMOTE.id, "remote", False, False),
        ("gone", "gone", False, False),
    ],
)
def test_name_state_and_what_can_be_done(
    picker: ModelPicker, model_id: str, words: str, load: bool, unload: bool
) -> None:
    picker.show_model(model_id)
    assert words in picker.accessibleName() and words in picker.toolTip()
    assert (picker.load_action.isEnabled(), picker.unload_action.isEnabled()) == (load, unload)
    assert not picker.grab().isNull()


def test_without_a_model_it_asks_for_one(picker: ModelPicker) -> None:
    assert "Choose a model" in picker.accessibleName()
    assert picker.model() is None
    assert not picker.load_action.isEnabled()


def test_a_long_name_does_not_push_everything_else_away(picker: ModelPicker) -> None:
    picker.show_model(BIG.id)
    assert picker.sizeHint().width() <= 440
    assert picker.minimumSizeHint().width() < 200


def test_choosing_from_the_list_tells_the_model(qtbot: QtBot, picker: ModelPicker) -> None:
    picker.show_model(STARTER.id)
    picker.click()
    view = picker.findChild(QListView)
    assert view.currentIndex().row() == picker.choice.row_of(STARTER.id)
    assert not view.grab().isNull()
    with qtbot.waitSignal(picker.picked) as picked:
        view.clicked.emit(picker.choice.index(picker.choice.row_of(LLAMA.id)))
    assert picked.args == [LLAMA.id]


def test_the_list_leads_to_the_models_page(qtbot: QtBot, picker: ModelPicker) -> None:
    picker.click()
    popover = picker.findChild(Popover)
    with qtbot.waitSignal(picker.manage_wanted):
        next(b for b in popover.findChildren(QPushButton) if b.text().startswith("Manage")).click()
