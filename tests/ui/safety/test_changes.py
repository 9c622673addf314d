"""Changes of the policy go one after the other, can be taken back alone, and yield to who was quicker."""

from __future__ import annotations

from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from app.engine.domain.safety import LLAMA_GUARD, CustomCategory, Policy
from app.ui.safety.changes import PolicyChanges
from app.ui.widgets.notice import Notice
from tests.fakes.engine import FakeEngine

OWN = CustomCategory(id="custom-1", name="Gambling", text="No games.")


def settled(qtbot: QtBot, changes: PolicyChanges, version: int) -> Policy:
    qtbot.waitUntil(lambda: changes.policy.version == version)
    return changes.policy


def test_many_changes_at_once_are_all_made(qtbot: QtBot, changes: PolicyChanges) -> None:
    changes.shield(LLAMA_GUARD, action="warn")
    changes.category("hate", enabled=False)
    changes.category("hate", threshold=0.3)
    policy = settled(qtbot, changes, 3)
    assert policy.shield(LLAMA_GUARD).action == "warn"
    assert (policy.category("hate").enabled, policy.category("hate").threshold) == (False, 0.3)


def test_a_change_of_nothing_makes_no_version(qtbot: QtBot, changes: PolicyChanges) -> None:
    changes.apply(lambda policy: policy)
    changes.apply(lambda policy: replace(policy, streaming="final"))
    assert settled(qtbot, changes, 1).streaming == "final"


def test_undo_takes_back_one_change_and_leaves_later_ones(
    qtbot: QtBot, changes: PolicyChanges, notices: list[Notice]
) -> None:
    changes.category("hate", threshold=0.3)
    changes.category("hate", "Hate is off.", enabled=False)
    changes.category("privacy", threshold=0.8)
    settled(qtbot, changes, 3)
    ((words, undo),) = notices[0].actions
    assert (notices[0].message, words) == ("Hate is off.", "Undo")
    undo()
    policy = settled(qtbot, changes, 4)
    assert policy.category("hate") == replace(policy.category("hate"), enabled=True, threshold=0.3)
    assert policy.category("privacy").threshold == 0.8


def test_undo_of_the_first_rule_leaves_the_default(qtbot: QtBot, changes: PolicyChanges, notices: list[Notice]) -> None:
    changes.category("hate", "Hate is off.", enabled=False)
    settled(qtbot, changes, 1)
    notices[0].actions[0][1]()
    assert settled(qtbot, changes, 2).categories == {}


def test_own_categories_come_change_and_go(qtbot: QtBot, changes: PolicyChanges, notices: list[Notice]) -> None:
    changes.put_custom(OWN)
    changes.put_custom(replace(OWN, name="Games"))
    changes.category(OWN.id, threshold=0.7)
    assert settled(qtbot, changes, 3).custom == (replace(OWN, name="Games", threshold=0.7),)
    changes.remove_custom(OWN, "Games removed.")
    assert settled(qtbot, changes, 4).custom == ()
    notices[-1].actions[0][1]()
    assert settled(qtbot, changes, 5).custom[0].name == "Games"


def test_who_was_quicker_wins_and_it_is_said(
    qtbot: QtBot, changes: PolicyChanges, notices: list[Notice], fake_engine: FakeEngine
) -> None:
    fake_engine.safety.kept.append(Policy(version=7, streaming="retract"))  # behind the window's back
    with qtbot.waitSignal(changes.refused):
        changes.apply(lambda policy: replace(policy, streaming="final"))
    assert "changed elsewhere" in notices[0].message and notices[0].level == "warning"
    assert settled(qtbot, changes, 7).streaming == "retract"
    changes.apply(lambda policy: replace(policy, streaming="final"))
    assert settled(qtbot, changes, 8).streaming == "final"


def test_a_refusal_is_told_with_its_reason(qtbot: QtBot, changes: PolicyChanges, notices: list[Notice]) -> None:
    with qtbot.waitSignal(changes.refused):
        changes.apply(lambda policy: replace(policy, log_days=9_999))
    assert "3650 days" in notices[0].message
