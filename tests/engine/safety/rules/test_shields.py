"""The rules as shields: they follow the policy, tell where they found what, and leave the loop to others."""

from __future__ import annotations

import asyncio
import threading

import pytest

from app.engine.domain.safety import (
    HIDDEN_CHARACTERS,
    INSECURE_CODE,
    PERSONAL_DATA,
    SECRETS,
    Policy,
    Question,
    Shield,
    ShieldRule,
)
from app.engine.safety.rules import shields as module
from app.engine.safety.rules.finding import Finding
from app.engine.safety.rules.shields import RuleShield, rule_shields

FOUND = {
    HIDDEN_CHARACTERS: ("hidden_characters", "one\ntwo \U000e0068\U000e0069", "line 2: hidden text “hi”"),
    SECRETS: ("secret", "key\npassword: 'Sommer2024!'", "line 2: So… (11 characters)"),
    PERSONAL_DATA: ("personal_data", "\n\nanna@firma.de", "line 3: a…@f….de"),
    INSECURE_CODE: ("insecure_code", "```sh\n\nchmod 777 x\n```", "line 3: chmod 777 (CWE-732)"),
}


def shield(name: str) -> Shield:
    return next(each for each in rule_shields() if each.name == name)


def policy(name: str, **rule: object) -> Policy:
    return Policy(version=4, shields={name: ShieldRule(**rule)})


@pytest.mark.parametrize("name", FOUND)
@pytest.mark.parametrize("action", ["block", "warn", "log"])
async def test_what_is_found_has_the_outcome_of_the_policy(name: str, action: str) -> None:
    category, text, detail = FOUND[name]
    verdict = await shield(name).judge(Question(direction="output", text=text), policy(name, action=action))
    assert (verdict.shield, verdict.direction, verdict.outcome, verdict.error) == (name, "output", action, "")
    (concern,) = verdict.concerns
    assert (concern.category, concern.detail) == (category, detail)
    assert verdict.scores == {category: verdict.probability} and verdict.probability == concern.probability > 0.5
    assert verdict.policy_version == 4


@pytest.mark.parametrize("name", FOUND)
async def test_nothing_found_is_let_through(name: str) -> None:
    for text in ("", "   \n", "A calm sentence."):
        verdict = await shield(name).judge(Question(direction="input", text=text), policy(name))
        assert (verdict.outcome, verdict.probability, verdict.concerns) == ("allow", 0.0, ())
        assert verdict.scores == {FOUND[name][0]: 0.0}


async def test_what_is_less_sure_than_the_threshold_counts_only_as_a_score() -> None:
    question = Question(direction="output", text=FOUND[INSECURE_CODE][1])
    verdict = await shield(INSECURE_CODE).judge(question, policy(INSECURE_CODE, threshold=0.8))
    assert (verdict.outcome, verdict.concerns, verdict.probability) == ("allow", (), 0.6)


async def test_long_texts_are_read_beside_the_loop() -> None:
    reading, go_on = threading.Event(), threading.Event()

    def find(text: str) -> tuple[Finding, ...]:
        reading.set()
        assert go_on.wait(20)
        return ()

    about = module._SHIELDS[0]._replace(find=find)
    judging = asyncio.create_task(RuleShield(about).judge(Question(direction="input", text="x" * 100_000), Policy()))
    while not reading.is_set():
        await asyncio.sleep(0)
    assert not judging.done()
    go_on.set()
    assert (await judging).outcome == "allow"


async def test_they_tell_what_they_are() -> None:
    infos = [await each.info(Policy()) for each in rule_shields()]
    assert [each.id for each in infos] == [HIDDEN_CHARACTERS, SECRETS, PERSONAL_DATA, INSECURE_CODE]
    assert [each.provider_id for each in infos] == ["inline::paddock-rules"] * 3 + ["inline::code-scanner"]
    assert [each.state for each in infos] == ["ready"] + ["ready, off in the policy"] * 3
    assert all(each.ready and each.title and each.description.endswith(".") for each in infos)
    assert (await shield(SECRETS).info(policy(SECRETS))).state == "ready"
