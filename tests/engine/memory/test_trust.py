"""The self-test of a bank. Its limits are held against figures that were measured with MiniLM."""

from __future__ import annotations

import math
import struct

import pytest

from app.engine.memory.trust import advice_for, likeness_of, middle_sentence, other_scripts, trust_of
from tests.fakes.memory_engine import Engine


@pytest.mark.parametrize(
    ("language", "pieces", "likeness", "found", "other_script", "least", "most"),
    [
        ("English", 1.3, 0.15, 1.0, False, 1, 1),
        ("English reports of one form", 1.4, 0.6, 0.5, False, 1, 1),
        ("a language MiniLM does not know", 1.66, 0.3, 0.8, False, 0, 0),
        ("between", 1.575, 0.3, 0.8, False, 0.49, 0.51),
        ("a script it reads by letters only", 1.4, 0.53, 0.65, True, 0, 0),
        ("an unknown script, one narrow field, found all the same", 1.4, 0.6, 0.95, True, 1, 1),
        ("an unknown script whose texts differ", 1.4, 0.33, 0.5, True, 1, 1),
    ],
)
def test_trust_follows_what_was_measured(
    language: str, pieces: float, likeness: float, found: float, other_script: bool, least: float, most: float
) -> None:
    assert least <= trust_of(pieces, likeness, found, other_script) <= most, language


def test_letters_tell_the_script() -> None:
    assert not other_scripts(["Übung macht den Meister 123", "été"])
    assert other_scripts(["лошади едят овёс", "hay"])
    assert not other_scripts(["12 34", ""])


def test_likeness_is_the_mean_cosine_of_pairs() -> None:
    east, north = struct.pack("<2e", 1, 0), struct.pack("<2e", 0, 1)
    diagonal = struct.pack("<2e", math.sqrt(0.5), math.sqrt(0.5))
    assert likeness_of([east]) == likeness_of([]) == 0
    assert likeness_of([east, east]) == pytest.approx(1)
    assert likeness_of([east, north]) == pytest.approx(0)
    assert likeness_of([east, north, diagonal]) == pytest.approx((0 + 2 * math.sqrt(0.5)) / 3, abs=1e-3)


def test_a_sentence_from_the_middle() -> None:
    text = "The first sentence of the text. The second sentence of it. The third and last sentence."
    assert middle_sentence(text) == "The second sentence of it."
    assert middle_sentence("Only one sentence that is long enough.") == ""
    assert (
        middle_sentence("最初の文はここで終わりますとても長い文なので。次の文もここで終わりますとても長い文なので。")
        != ""
    )
    assert middle_sentence("") == ""


def test_advice_only_where_something_is_wrong() -> None:
    assert advice_for("MiniLM", 0.8, 0.5) == ""
    assert advice_for("MiniLM", 0.1, 0.95) == ""
    assert "MiniLM hardly knows" in advice_for("MiniLM", 0.1, 0.5)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_bank_tests_itself_when_its_documents_are_in(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    sentences = [f"Horse {number} is fed oats{number} at gate{number}." for number in range(20)]
    texts = [f"{sentences[i]} Its name{i} is river{i} of valley{i}. The end{i} is near hill{i}." for i in range(20)]
    await engine.service.add_paths(bank.id, (engine.file("a.txt", *texts),))
    await engine.ready(bank.id)
    fit = (await engine.service.bank(bank.id)).fit
    assert fit is not None
    assert fit.found > 0.9
    assert fit.pieces_per_word == 1
    assert (fit.trust, fit.advice) == (1, "")
    assert 0 < fit.likeness < 1
