"""The settings page: simple and expert, search, groups, targets."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.settings.page import COMPUTER, SettingsPage


@pytest.fixture
def page(qtbot: QtBot, client: EngineClient) -> SettingsPage:
    made = SettingsPage(client)
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    return made


def shown(page: SettingsPage) -> set[str]:
    return {name for name, row in page.rows.items() if row.isVisibleTo(page)}


def test_simple_hides_what_experts_need_and_says_so(qtbot: QtBot, page: SettingsPage, client: EngineClient) -> None:
    assert "temperature" in shown(page)
    assert "top_k" not in shown(page)
    assert "Expert mode" in page._expert_words.text()
    client.preferences.set({"mode": "expert"})
    qtbot.waitUntil(lambda: "top_k" in shown(page))
    assert page._expert_hint.isHidden()


def test_search_narrows_rows_sections_and_groups(page: SettingsPage) -> None:
    page.search.setText("port")
    assert "server_port" in shown(page)
    assert "theme" not in shown(page)
    assert page.sections["Appearance"].isHidden()
    assert page.groups.shown_groups() == ["Local API"]
    page.search.setText("no such setting")
    assert not page.nothing.isHidden()
    page.search.clear()
    assert page.nothing.isHidden()
    assert page.groups.shown_groups()[-1] == COMPUTER


def test_a_hidden_expert_setting_is_not_said_to_be_missing(page: SettingsPage) -> None:
    page.search.setText("min p")
    assert page.nothing.isHidden()
    assert not page._expert_hint.isHidden()


def test_targets_scroll(qtbot: QtBot, page: SettingsPage) -> None:
    page.open_target("Local API")
    assert page.area.verticalScrollBar().value() > 0
    assert page.groups.currentItem().text() == "Local API"
    page.open_target("theme")
    qtbot.waitUntil(lambda: page.rows["theme"].visibleRegion().boundingRect().height() > 0)


def test_examine_from_the_menu(qtbot: QtBot, page: SettingsPage) -> None:
    page.examine_action.trigger()
    qtbot.waitUntil(lambda: bool(page.computer.findings))


def test_find_and_shown_go_to_the_search(qtbot: QtBot, page: SettingsPage) -> None:
    page.activateWindow()
    page.find()
    qtbot.waitUntil(page.search.hasFocus)


def test_providers_are_managed_on_the_models_page(qtbot: QtBot, page: SettingsPage) -> None:
    with qtbot.waitSignal(page.navigate) as wish:
        page.rows["remotes"].elsewhere_wanted.emit()
    assert wish.args[0] == "models"
