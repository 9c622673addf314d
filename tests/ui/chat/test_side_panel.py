"""The panel shows how a chat answers and tells every change by the person, and only those."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.engine.domain.agents import AgentConfig, Retrieval
from app.engine.domain.inference import Sampling
from app.ui.chat.side_panel import SidePanel

CONFIG = AgentConfig(
    model="tiny",
    instructions="Be brief.",
    max_tokens=200,
    context_policy="refuse",
    stop=("END",),
    sampling=Sampling(
        temperature=0.2, top_p=0.8, top_k=10, min_p=0.1, repeat_penalty=1.1, seed=7, frequency_penalty=0.5
    ),
)


@pytest.fixture
def panel(qtbot: QtBot) -> SidePanel:
    made = SidePanel()
    qtbot.addWidget(made)
    return made


def test_showing_is_not_a_change(qtbot: QtBot, panel: SidePanel) -> None:
    with qtbot.assertNotEmitted(panel.changed):
        panel.show_config(CONFIG)
    assert (panel.prompt.toPlainText(), panel.max_tokens.value()) == ("Be brief.", 200)
    assert (panel.temperature.value(), panel.seed.value(), panel.policy.currentData()) == (0.2, 7, "refuse")


def test_a_change_keeps_all_that_is_not_shown(qtbot: QtBot, panel: SidePanel) -> None:
    panel.show_config(CONFIG)
    with qtbot.waitSignal(panel.changed) as changed:
        panel.prompt.setPlainText("Be long.")
    config = changed.args[0]
    assert config.instructions == "Be long."
    assert (config.model, config.stop, config.sampling) == (CONFIG.model, CONFIG.stop, CONFIG.sampling)


def test_the_lowest_values_mean_none(qtbot: QtBot, panel: SidePanel) -> None:
    panel.show_config(CONFIG)
    with qtbot.waitSignals([panel.changed, panel.changed]):
        panel.max_tokens.setValue(0)
        panel.seed.setValue(-1)
    assert (panel._config.max_tokens, panel._config.sampling.seed) == (None, None)
    assert (panel.max_tokens.text(), panel.seed.text()) == ("No limit", "Random")


def test_resetting_sampling_leaves_the_prompt(qtbot: QtBot, panel: SidePanel) -> None:
    panel.show_config(CONFIG)
    with qtbot.waitSignal(panel.changed) as changed:
        next(b for b in panel.findChildren(QPushButton) if b.text() == "Reset sampling").click()
    assert changed.args[0].sampling == AgentConfig().sampling
    assert changed.args[0].instructions == "Be brief."
    assert panel.temperature.value() == AgentConfig().sampling.temperature


def test_simple_mode_hides_sampling_and_a_wheel_takes_no_focus(panel: SidePanel) -> None:
    panel.set_expert(False)
    assert panel.sampling.isHidden()
    panel.set_expert(True)
    assert not panel.sampling.isHidden()
    assert panel.temperature.focusPolicy() == Qt.FocusPolicy.StrongFocus


def test_retrieval_is_set_by_experts_and_kept_otherwise(qtbot: QtBot) -> None:
    panel = SidePanel()
    qtbot.addWidget(panel)
    panel.set_expert(True)
    panel.show()
    given = AgentConfig(banks=("a",), retrieval=Retrieval(limit=9, min_score=0.5, rerank="cross"))
    panel.show_config(given)
    assert (panel.passages.value(), panel.least.value(), panel.strict.isChecked()) == (9, 50, False)
    with qtbot.waitSignal(panel.changed) as changed:
        panel.strict.click()
    assert changed.args[0].retrieval == Retrieval(limit=9, min_score=0.5, rerank="cross", strict=True)
    assert changed.args[0].banks == ("a",)
    panel.set_expert(False)
    assert not panel.passages.isVisible() and panel.banks.isVisible()
