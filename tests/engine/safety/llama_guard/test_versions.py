"""Which Llama Guard a model is, from what it is called, and what its codes mean."""

from __future__ import annotations

import pytest

from app.engine.domain.models import Model
from app.engine.safety.categories import CATEGORIES
from app.engine.safety.llama_guard.versions import (
    LLAMA_GUARD_1,
    LLAMA_GUARD_2,
    LLAMA_GUARD_3,
    LLAMA_GUARD_3_SMALL,
    LLAMA_GUARD_4,
    GuardVersion,
    version_of,
)

VERSIONS = (LLAMA_GUARD_1, LLAMA_GUARD_2, LLAMA_GUARD_3, LLAMA_GUARD_3_SMALL, LLAMA_GUARD_4)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("LlamaGuard-7b", LLAMA_GUARD_1),
        ("llamaguard-7b.Q4_K_M.gguf", LLAMA_GUARD_1),
        ("Meta-Llama-Guard-2-8B", LLAMA_GUARD_2),
        ("Llama-Guard-3-8B", LLAMA_GUARD_3),
        ("Llama Guard 3", LLAMA_GUARD_3),
        ("llama-guard3:8b", LLAMA_GUARD_3),
        ("Llama-Guard-3-1B", LLAMA_GUARD_3_SMALL),
        ("llama-guard3:1b", LLAMA_GUARD_3_SMALL),
        ("Llama-Guard-3-1B.Q8_0.gguf", LLAMA_GUARD_3_SMALL),
        ("llama-guard-1b", LLAMA_GUARD_3_SMALL),
        ("Llama-Guard-3-11B-Vision", LLAMA_GUARD_3_SMALL),
        ("Llama-Guard-4-12B", LLAMA_GUARD_4),
        ("Tiny Llama Guard 3 (test fixture)", LLAMA_GUARD_3),
        ("Llama-3.2-1B-Instruct", None),
        ("Guard Llama", None),
    ],
)
def test_the_name_tells_the_version(name: str, expected: GuardVersion | None) -> None:
    assert version_of(Model(id=name, name=name)) is expected


def test_the_file_tells_it_where_the_name_does_not() -> None:
    assert version_of(Model(id="m", name="My guard", path="/models/Llama-Guard-2-8B.gguf")) is LLAMA_GUARD_2


def test_without_a_number_the_architecture_and_the_size_tell_it() -> None:
    assert version_of(Model(id="g", name="Llama Guard", architecture="llama4")) is LLAMA_GUARD_4
    assert version_of(Model(id="g", name="Llama Guard 3", parameters=1_498_000_000)) is LLAMA_GUARD_3_SMALL
    assert version_of(Model(id="g", name="Llama Guard 3", parameters=8_030_000_000)) is LLAMA_GUARD_3


def test_the_same_code_means_other_things_in_other_versions() -> None:
    def meaning(version: GuardVersion) -> dict[str, str]:
        return {version.code(line.number): line.category for line in version.lines}

    assert meaning(LLAMA_GUARD_2)["S5"] == "specialized_advice"
    assert meaning(LLAMA_GUARD_3)["S5"] == "defamation"
    assert meaning(LLAMA_GUARD_1)["O6"] == "self_harm"
    assert [len(version.lines) for version in VERSIONS] == [6, 11, 14, 13, 14]
    assert "code_interpreter_abuse" not in LLAMA_GUARD_3_SMALL.categories


def test_versions_and_categories_know_each_other() -> None:
    for version in VERSIONS:
        known = {category.id for category in CATEGORIES if version.number in category.guard_versions}
        assert set(version.categories) <= known
        assert version is LLAMA_GUARD_3_SMALL or set(version.categories) == known
    ids = {line.category: line for line in LLAMA_GUARD_3.lines}
    assert all(LLAMA_GUARD_3.code(ids[each.id].number) == each.code for each in CATEGORIES if each.code)


def test_every_piece_knows_its_role() -> None:
    for version in VERSIONS:
        assert version.task.count("{role}") == version.assessment.count("{role}") == 1
