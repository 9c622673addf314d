"""Every verdict is logged, found again, marked, taken out and forgotten."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from app.engine.domain.errors import DiskFull, NotFound
from app.engine.domain.events import VerdictLogged
from app.engine.domain.safety import (
    PROMPT_GUARD,
    LogFilter,
    Occasion,
    Policy,
    Question,
)
from app.engine.storage.database import Database
from app.engine.storage.safety import VerdictStore
from tests.fakes.safety_case import SAFE, UNSAFE, Case, changed
from tests.fakes.shields import BAD


async def test_every_verdict_is_logged_and_found_again(case: Case) -> None:
    occasion = Occasion(origin="chat", session_id="s", turn_id="t")
    await case.service.check(UNSAFE, occasion=occasion)
    await case.service.check(SAFE, occasion=Occasion(session_id="other"))
    page = await case.service.log()
    assert page.total == 2 and [entry.verdict.outcome for entry in page.entries] == ["allow", "block"]
    blocked = page.entries[1]
    assert blocked.occasion == occasion and blocked.text == UNSAFE.text and len(blocked.digest) == 64
    assert [event for event in case.events if isinstance(event, VerdictLogged)] == [
        VerdictLogged((blocked.id,)), VerdictLogged((page.entries[0].id,)),
    ]  # fmt: skip
    for wanted, count in (
        (LogFilter(outcomes=("block",)), 1),
        (LogFilter(outcomes=("warn",)), 0),
        (LogFilter(directions=("input",)), 2),
        (LogFilter(shield=PROMPT_GUARD), 0),
        (LogFilter(category="indiscriminate_weapons"), 1),
        (LogFilter(category="indiscriminate%"), 0),
        (LogFilter(session_id="other"), 1),
        (LogFilter(words="the mare"), 1),
        (LogFilter(words="100%"), 0),
        (LogFilter(since=blocked.at + 1000), 0),
        (LogFilter(until=blocked.at + 1000), 2),
        (LogFilter(wrong=True), 0),
    ):
        assert (await case.service.log(wanted)).total == count, wanted


async def test_the_log_is_read_in_pages(case: Case) -> None:
    for number in range(5):
        await case.service.check(Question(direction="input", text=f"text {number}"))
    first = await case.service.log(limit=3)
    rest = await case.service.log(limit=3, before=first.next_before)
    assert [entry.text for entry in (*first.entries, *rest.entries)] == [f"text {n}" for n in (4, 3, 2, 1, 0)]
    assert rest.next_before is None and rest.total == 5


async def test_what_is_wrong_is_marked_and_stays_when_the_rest_is_forgotten(case: Case, database: Database) -> None:
    await case.service.check(UNSAFE)
    await case.service.check(SAFE)
    entry = (await case.service.log(LogFilter(outcomes=("block",)))).entries[0]
    marked = await case.service.mark(entry.id, True, "It is about a quarry.")
    assert (marked.wrong, marked.note) == (True, "It is about a quarry.")
    await database.write(lambda conn: conn.execute("update verdicts set at = 1"))
    again = Case(database)
    await again.service.start()
    assert [each.id for each in (await again.service.log()).entries] == [entry.id]
    assert not (await again.service.mark(entry.id, False)).wrong
    with pytest.raises(NotFound):
        await case.service.mark(999, True)
    assert await case.service.clear_log() == 1


@pytest.mark.parametrize(("kept", "text"), [("none", ""), ("excerpt", "x" * 300 + "…"), ("full", "x" * 1000)])
async def test_the_log_keeps_as_much_of_a_text_as_the_policy_says(case: Case, kept: str, text: str) -> None:
    await case.service.set_policy(changed(Policy(), kept_text=kept))
    await case.service.check(Question(direction="input", text="x" * 1000))
    (entry,) = (await case.service.log()).entries
    assert entry.text == text and entry.digest


async def test_the_log_can_be_taken_out(case: Case, tmp_path: Path) -> None:
    await case.service.check(Question(direction="input", text=f"=cmd|' /C calc'!A0 {BAD}"))
    await case.service.check(SAFE)
    assert await case.service.export_log(tmp_path / "log.jsonl") == 2
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["verdict"]["outcome"] for line in lines] == ["block", "allow"]
    assert await case.service.export_log(tmp_path / "log.csv", LogFilter(outcomes=("block",))) == 1
    with (tmp_path / "log.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["outcome"] == "block" and row["text"].startswith("'=cmd"), "a spreadsheet must not run it"


async def test_a_full_disk_is_told_and_stops_nobody(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(_store: VerdictStore, _entries: object) -> tuple[int, ...]:
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(VerdictStore, "add", full)
    assert (await case.service.check(UNSAFE)).blocked
    assert any("could not be logged" in str(event) for event in case.events)
