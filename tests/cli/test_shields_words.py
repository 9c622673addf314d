"""Verdicts read as lines."""

from __future__ import annotations

from app.cli.shields_words import bars, log_row, verdict_row
from app.engine.domain.safety import Concern, Judgement, LogEntry, Occasion, Verdict

VERDICT = Verdict(
    shield="llama-guard", direction="input", outcome="block", probability=0.912, seconds=0.25,
    concerns=(Concern(category="hate", name="Hate"), Concern(category="hate", name="Hate")),
    scores={"hate": 0.9, "privacy": 0.05},
)  # fmt: skip


def test_a_verdict() -> None:
    assert verdict_row(VERDICT) == ("llama-guard", "block", "0.912", "Hate", "250 ms")
    failed = Verdict(shield="llama-guard", direction="input", error="It is gone.")
    assert verdict_row(failed)[3] == "It is gone."
    assert verdict_row(Verdict(shield="secrets", direction="input"))[3] == "-"


def test_an_entry_is_one_line() -> None:
    entry = LogEntry(id=7, at=0, occasion=Occasion(), verdict=VERDICT, text="a\nb " * 40, wrong=True)
    row = log_row(entry)
    assert row[0] == "7 ✗" and row[-1].endswith("…") and "\n" not in row[-1]


def test_the_likeliest_category_comes_first() -> None:
    first, second = bars(Judgement(verdicts=(VERDICT,)), {"hate": "Hate"})
    assert first.startswith("Hate ") and first.count("█") == 18 and first.endswith("0.900")
    assert second.startswith("privacy ") and second.count("█") == 1
