"""Responses of both kinds in one order, in pages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.engine.domain.errors import InvalidRequest
from app.engine.http import response_lists
from app.engine.http.agent_ids import response_id
from app.engine.http.response_lists import listed
from app.engine.http.response_turns import Place, asked_of, last_turn, stored_events
from app.engine.http.responses_wire import ResponseBody
from tests.fakes.models import STARTER


@pytest.fixture
async def made(agents) -> list[str]:
    """Responses on their own and of a conversation by turns, oldest first, among turns that are none."""
    session = await agents.agents.create_session(kind="conversation")
    ids = []
    for number in range(4):
        asked = await asked_of(agents, ResponseBody(model=STARTER.id, input=str(number)))
        place = Place(session.id, shown=True) if number % 2 else Place()
        done = await last_turn(stored_events(agents, replace(asked, place=place)))
        ids.append(done.id)
        await agents.case.answered(session, "no response")
    return ids


async def ids_of(agents, **fields) -> tuple[list[str], bool]:
    turns, has_more = await listed(agents, **({"limit": 10, "order": "desc", "after": None, "model": None} | fields))
    return [each.id for each in turns], has_more


@pytest.mark.parametrize("page", [1, 100])
async def test_newest_first_whatever_they_are_part_of(agents, made, monkeypatch, page: int) -> None:
    monkeypatch.setattr(response_lists, "PAGE", page)
    assert await ids_of(agents) == (made[::-1], False)
    assert await ids_of(agents, order="asc") == (made, False)
    assert await ids_of(agents, limit=3) == (made[:0:-1], True)
    assert await ids_of(agents, limit=1, after=response_id(made[2])) == (made[1:2], True)


async def test_only_those_of_a_model(agents, made) -> None:
    assert (await ids_of(agents, model=STARTER.id))[0] == made[::-1]
    assert await ids_of(agents, model="another") == ([], False)


async def test_a_cursor_that_is_not_there_is_refused(agents, made) -> None:
    with pytest.raises(InvalidRequest, match="resp_1"):
        await ids_of(agents, after="resp_1")
