"""The whole engine under a real guard: what it finds stops turns, apps read the same policy, and its death is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import openai
import psutil
import pytest

from app.engine.domain.agents import ShieldStep, StepProgressed, Turn, TurnCompleted
from app.engine.domain.inference import Sampling
from app.engine.domain.safety import LLAMA_GUARD, CategoryRule, LogFilter, Question
from app.engine.host import EngineHost
from tests.e2e.conftest import KEY
from tests.models import TINY_GUARD, TINY_GUARD_HELD_OUT

pytestmark = pytest.mark.leaks("the engine outlives the tests that share it")

HELD_OUT = [json.loads(line) for line in TINY_GUARD_HELD_OUT.read_text(encoding="utf-8").splitlines()]
USER = [row for row in HELD_OUT if row["role"] == "user"]
UNSAFE = next(row["text"] for row in USER if row["categories"] == ["violent_crimes"])
SAFE = next(row["text"] for row in USER if not row["categories"])


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineHost]:
    with EngineHost(tmp_path_factory.mktemp("safety"), serve=True, port=0, api_key=KEY) as host:
        host.call(host.engine.models.import_file(TINY_GUARD)).result()
        yield host


@pytest.fixture
def address(host: EngineHost) -> str:
    return host.engine.preferences.endpoint().url


def answered(host: EngineHost, text: str) -> Turn:
    agents = host.engine.agents
    session = host.call(agents.create_session()).result()
    turn = host.call(agents.start_turn(session.id, text)).result()
    last = list(host.iterate(lambda: agents.watch_turn(turn.id)))[-1]
    assert isinstance(last, TurnCompleted)
    return last.turn


def test_an_unsafe_message_stops_the_turn_and_says_why(host: EngineHost) -> None:
    turn = answered(host, UNSAFE)
    blocking = turn.blocking()
    assert (turn.state, turn.output_text()) == ("blocked", "")
    assert blocking is not None and "Violent Crimes" in blocking.message
    stored = host.call(host.engine.history.turns(turn.session_id)).result().turns[0]
    assert (stored.state, stored.steps, stored.output) == ("blocked", turn.steps, None)
    assert stored.input_text() == UNSAFE, "it can be edited"
    page = host.call(host.engine.safety.log(LogFilter(shield=LLAMA_GUARD))).result()
    logged = next(entry for entry in page.entries if entry.occasion.turn_id == turn.id)
    assert logged.verdict.outcome == "block" and logged.verdict.model


def test_a_category_that_is_switched_off_changes_the_next_verdict(host: EngineHost) -> None:
    safety = host.engine.safety
    ask = Question(direction="input", text=UNSAFE)
    assert host.call(safety.check(ask)).result().blocked
    loaded = dict(host.engine.models.states())
    off = {"violent_crimes": CategoryRule(enabled=False)}
    host.call(safety.set_policy(msgspec.structs.replace(safety.policy(), categories=off))).result()
    found = host.call(safety.check(ask)).result()
    assert not any(c.category == "violent_crimes" for v in found.verdicts for c in v.concerns)
    assert dict(host.engine.models.states()) == loaded, "nothing is loaded anew"
    host.call(safety.set_policy(msgspec.structs.replace(safety.policy(), categories={}))).result()
    assert host.call(safety.check(ask)).result().blocked


def test_openai_moderates(host: EngineHost, address: str) -> None:
    with openai.OpenAI(base_url=f"{address}/v1", api_key=KEY, max_retries=0) as client:
        answer = client.moderations.create(input=[SAFE, UNSAFE], model="omni-moderation-latest")
    safe, unsafe = answer.results
    assert (safe.flagged, unsafe.flagged) == (False, True)
    assert unsafe.categories.violence and unsafe.category_scores.violence > 0.5 > safe.category_scores.violence
    assert 0 < safe.category_scores.violence < 1


def test_llama_stack_runs_a_shield(host: EngineHost, address: str) -> None:
    with httpx.Client(base_url=address, headers={"authorization": f"Bearer {KEY}"}) as client:

        def violation(*messages: dict[str, str]) -> dict[str, object] | None:
            body = {"shield_id": LLAMA_GUARD, "messages": list(messages), "params": {}}
            found: dict[str, object] | None = client.post("/v1/safety/run-shield", json=body).json()["violation"]
            return found

        assert violation({"role": "user", "content": SAFE}) is None
        found = violation({"role": "user", "content": UNSAFE})
        assert found is not None and found["violation_level"] == "error"
        assert "S1" in str(found["metadata"])
        listed = client.get("/v1/shields").json()["data"]
        assert listed[0]["identifier"] == LLAMA_GUARD and listed[0]["params"]["ready"]


@pytest.mark.parametrize(("on_error", "state"), [("closed", "blocked"), ("open", "completed")])
def test_a_guard_that_is_killed_amid_an_answer_follows_the_setting(host: EngineHost, on_error: str, state: str) -> None:
    safety, agents = host.engine.safety, host.engine.agents
    host.call(safety.set_policy(msgspec.structs.replace(safety.policy(), on_error=on_error))).result()
    assert not host.call(safety.check(Question(direction="input", text=SAFE))).result().blocked
    session = host.call(agents.create_session()).result()
    config = msgspec.structs.replace(session.config, max_tokens=400, sampling=Sampling(temperature=0))
    host.call(agents.configure_session(session.id, config)).result()
    turn = host.call(agents.start_turn(session.id, "Tell me a very long story about a horse.")).result()
    guard, last = Path(host.call(host.engine.models.get(TINY_GUARD.stem)).result().path), None
    away = guard.with_suffix(".away")
    for event in host.iterate(lambda: agents.watch_turn(turn.id)):
        last = event
        if isinstance(event, StepProgressed) and guard.exists():
            guard.rename(away)  # nor can it be started again
            assert _kill_holders(away) == 1
    away.rename(guard)
    assert isinstance(last, TurnCompleted)
    check = next(step for step in last.turn.steps if isinstance(step, ShieldStep) and step.direction == "output")
    assert last.turn.state == state, last.turn
    assert check.outcome == ("block" if on_error == "closed" else "warn")
    assert check.message and any(verdict.error for verdict in check.verdicts)
    assert bool(last.turn.output_text()) == (state == "completed")
    again = host.call(safety.check(Question(direction="input", text=UNSAFE))).result()
    assert again.blocked and not again.verdicts[0].error, "it is loaded anew by itself"


def _kill_holders(path: Path) -> int:
    """Kill the processes of ours that hold a file in memory; returns how many there were."""
    found = [child for child in psutil.Process().children(recursive=True) if str(path) in _mapped(child)]
    for process in found:
        process.kill()
    return len(found)


def _mapped(process: psutil.Process) -> set[str]:
    return {each.path for each in process.memory_maps()}


def test_the_policy_survives_a_restart(tmp_path: Path) -> None:
    with EngineHost(tmp_path) as host:
        safety = host.engine.safety
        rules = {"hate": CategoryRule(enabled=False, threshold=0.7)}
        kept = host.call(safety.set_policy(msgspec.structs.replace(safety.policy(), categories=rules))).result()
    with EngineHost(tmp_path) as host:
        assert host.engine.safety.policy() == kept
        assert [each.version for each in host.call(host.engine.safety.policies()).result()] == [1]
        assert json.loads(msgspec.json.encode(kept))["version"] == 1
