"""One category: its long name, its switch, and why it cannot be changed."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.ui.safety.category_row import CategoryRow
from app.ui.safety.changes import PolicyChanges
from app.ui.widgets.notice import Notice
from tests.fakes.engine import FakeEngine
from tests.fakes.safety import CATEGORIES


@pytest.fixture
def rows(qtbot: QtBot, changes: PolicyChanges) -> dict[str, CategoryRow]:
    made = {each.code: CategoryRow(each, changes) for each in CATEGORIES}
    for row in made.values():
        qtbot.addWidget(row)
        row.show_now(3, expert=False)
        row.show()
    return made


def test_a_category_is_told_by_its_long_name(rows: dict[str, CategoryRow]) -> None:
    row = rows["S11"]
    assert row.name.text() == "Suicide & Self-Harm" and row.switch.isChecked()
    assert row.switch.accessibleName() == "Suicide & Self-Harm"
    assert not row.code.isVisible() and not row.note.isVisible()
    row.show_now(3, expert=True)
    assert row.code.text() == "S11" and row.code.isVisible()


def test_the_locked_one_cannot_be_switched_off_and_says_why(rows: dict[str, CategoryRow]) -> None:
    row = rows["S4"]
    assert row.switch.isChecked() and not row.switch.isEnabled()
    assert row.note.text().startswith("Always on") and row.note.isVisible()
    assert row.threshold.isVisible()


def test_what_the_guard_does_not_know_is_grey_with_a_word(rows: dict[str, CategoryRow]) -> None:
    row = rows["S14"]
    assert not row.switch.isEnabled() and not row.threshold.isVisible()
    assert "does not know" in row.note.text()
    for version in (0, 4):
        row.show_now(version, expert=False)
        assert row.switch.isEnabled() and not row.note.isVisible()


def test_switch_and_slider_change_the_policy(
    qtbot: QtBot, rows: dict[str, CategoryRow], fake_engine: FakeEngine, notices: list[Notice]
) -> None:
    rows["S10"].threshold.changed.emit(0.3)
    rows["S10"].switch.click()
    qtbot.waitUntil(lambda: len(notices) == 1)
    rule = fake_engine.safety.policy().category("hate")
    assert (rule.enabled, rule.threshold) == (False, 0.3)
    assert notices[0].message == "Hate is no longer looked for."
    rows["S10"].show_now(3, expert=False)
    assert not rows["S10"].threshold.isVisible()
