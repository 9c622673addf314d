"""The client of safety keeps a copy of policy, shields and guards, follows what happens, and hands every verb on."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import Conflict, ModelNotFound
from app.engine.domain.models import ModelState
from app.engine.domain.safety import (
    HIDDEN_CHARACTERS,
    LLAMA_GUARD,
    Demand,
    LogFilter,
    Occasion,
    Policy,
    Question,
    ShieldInfo,
)
from app.ui.bridge.client import EngineClient
from tests.fakes.engine import FakeEngine, FakeHost
from tests.fakes.safety import BIG_GUARD, GUARD
from tests.ui.bridge.waiting import failure, result


def test_policy_shields_and_categories_are_known_without_asking(qtbot: QtBot, client: EngineClient) -> None:
    qtbot.waitUntil(lambda: client.safety.known)
    assert client.safety.policy == Policy()
    assert len(client.safety.categories) == 14
    shield = client.safety.shield(LLAMA_GUARD)
    assert shield is not None and not shield.ready
    category = client.safety.category("privacy")
    assert category is not None and category.code == "S7"
    assert client.safety.shield("no") is None and client.safety.category("no") is None


def test_a_change_is_shown_at_once_and_an_old_one_refused(qtbot: QtBot, client: EngineClient) -> None:
    qtbot.waitUntil(lambda: client.safety.known)
    old = client.safety.policy
    with qtbot.waitSignal(client.safety.policy_changed):
        made = result(qtbot, client.safety.set_policy(replace(old, on_error="open")))
    assert client.safety.policy == made and made.version == 1
    assert isinstance(failure(qtbot, client.safety.set_policy(old)), Conflict)
    assert [each.version for each in result(qtbot, client.safety.policies())] == [1, 0]


def test_who_else_changes_the_policy_is_followed(
    qtbot: QtBot, client: EngineClient, host: FakeHost, fake_engine: FakeEngine
) -> None:
    qtbot.waitUntil(lambda: client.safety.known)
    with qtbot.waitSignal(client.safety.policy_changed):
        host.loop.call_soon_threadsafe(lambda: fake_engine.safety.put(Policy(streaming="final")))
    assert client.safety.policy.streaming == "final"


def test_the_guard_is_told_and_its_lack(
    qtbot: QtBot, client: EngineClient, host: FakeHost, fake_engine: FakeEngine
) -> None:
    qtbot.waitUntil(lambda: client.safety.known)
    assert client.safety.guard() is None and client.safety.lacks_guard
    host.loop.call_soon_threadsafe(lambda: fake_engine.add_guards(GUARD, BIG_GUARD))
    qtbot.waitUntil(lambda: client.safety.guards == (GUARD, BIG_GUARD))
    assert client.safety.guard() == GUARD and not client.safety.lacks_guard
    result(qtbot, client.safety.set_policy(replace(client.safety.policy, guard=BIG_GUARD.id)))
    qtbot.waitUntil(lambda: client.safety.guard() == BIG_GUARD)


def test_a_policy_that_wants_no_guard_lacks_none(qtbot: QtBot, client: EngineClient) -> None:
    qtbot.waitUntil(lambda: client.safety.known)
    result(qtbot, client.safety.set_policy(replace(client.safety.policy, enabled=False)))
    assert not client.safety.lacks_guard


def test_states_of_models_are_joined_to_one_question(
    qtbot: QtBot, client: EngineClient, host: FakeHost, fake_engine: FakeEngine
) -> None:
    qtbot.waitUntil(lambda: client.safety.known)
    shown: list[None] = []
    client.safety.shields_changed.connect(lambda: shown.append(None))
    for percent in range(20):
        state = ModelState(phase="loading", progress=percent / 100)
        host.loop.call_soon_threadsafe(lambda state=state: fake_engine.models._set("x", state))  # type: ignore[misc]
    qtbot.waitUntil(lambda: bool(shown))
    assert len(shown) < 20


def test_texts_are_judged_and_logged(qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine) -> None:
    fake_engine.safety.guards = (GUARD.id,)
    with qtbot.waitSignal(client.safety.logged) as logged:
        judgement = result(
            qtbot, client.safety.check(Question(direction="input", text="a weapon"), occasion=Occasion(origin="test"))
        )
    assert judgement.blocked and logged.args[0] == (1,)
    demanded = client.safety.check(Question(direction="tool", text="stab"), demand=Demand(shields=(LLAMA_GUARD,)))
    assert result(qtbot, demanded).blocked
    one = client.safety.run_shield(HIDDEN_CHARACTERS, Question(direction="output", text="x"))
    assert not result(qtbot, one).blocked
    assert result(qtbot, client.safety.moderate(("I hate you", "hello")))[1].flagged is False


def test_moderation_needs_a_guard(qtbot: QtBot, client: EngineClient) -> None:
    assert isinstance(failure(qtbot, client.safety.moderate(("x",))), ModelNotFound)


def test_the_log_is_read_marked_written_and_cleared(
    qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine, tmp_path: Path
) -> None:
    for text in ("one", "two", "three"):
        result(qtbot, client.safety.run_shield(HIDDEN_CHARACTERS, Question(direction="input", text=text)))
    page = result(qtbot, client.safety.log(limit=2))
    assert [each.text for each in page.entries] == ["three", "two"] and page.total == 3
    rest = result(qtbot, client.safety.log(before=page.next_before, limit=2))
    assert [each.text for each in rest.entries] == ["one"] and rest.next_before is None
    assert result(qtbot, client.safety.mark(page.entries[0].id, True, "harmless")).wrong
    wrong = LogFilter(wrong=True)
    assert result(qtbot, client.safety.log(wrong)).total == 1
    assert result(qtbot, client.safety.export_log(tmp_path / "log.jsonl", wrong)) == 1
    assert result(qtbot, client.safety.clear_log()) == 3


def test_apps_name_shields(qtbot: QtBot, client: EngineClient) -> None:
    named = ShieldInfo(id="mine", title="Mine", description="", provider_id="llama-guard", state="", ready=True)
    assert result(qtbot, client.safety.register_shield(named)).registered
    result(qtbot, client.safety.unregister_shield("mine"))
