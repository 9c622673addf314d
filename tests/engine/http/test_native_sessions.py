"""Sessions, turns and steps are read back, each only by the address it has."""

from __future__ import annotations

import pytest

from tests.fakes.native_client import NativeClient
from tests.fakes.serving import calling
from tests.fakes.serving_agents import ServedAgents


async def test_a_session_holds_its_turns(agents: ServedAgents) -> None:
    async with calling(agents) as client:
        mine = await NativeClient.open(client)
        empty = (await client.get(mine.session)).json()
        assert (empty["session_id"], empty["session_name"], empty["turns"]) == (mine.session_id, "Mine", [])
        turns = [await mine.turn(text) for text in ("One", "Two", "Three")]
        assert (await client.get(mine.session)).json()["turns"] == turns
        ids = [turn["turn_id"] for turn in turns]
        for params in ({"turn_ids": ids[1:]}, {"turn_ids": ",".join(ids[1:])}):
            assert (await client.get(mine.session, params=params)).json()["turns"] == turns[1:]


async def test_sessions_are_listed_without_their_turns_and_deleted(agents: ServedAgents) -> None:
    async with calling(agents) as client:
        mine = await NativeClient.open(client)
        await mine.turn()
        sessions = f"/v1/agents/{mine.agent_id}/sessions"
        listed = (await client.get(sessions)).json()
        assert [(each["session_id"], each["turns"]) for each in listed["data"]] == [(mine.session_id, [])]
        assert (listed["has_more"], listed["url"]) == (False, sessions)
        gone = await client.delete(mine.session)
        assert (gone.status_code, gone.json()) == (200, None)
        assert (await client.get(mine.session)).status_code == 404
        assert (await client.get(sessions)).json()["data"] == []


async def test_a_turn_and_its_steps(agents: ServedAgents) -> None:
    async with calling(agents) as client:
        mine = await NativeClient.open(client)
        turn = await mine.turn()
        address = f"{mine.session}/turn/{turn['turn_id']}"
        assert (await client.get(address)).json() == turn
        for step in turn["steps"]:
            assert (await client.get(f"{address}/step/{step['step_id']}")).json() == {"step": step}
        assert (await client.get(f"{address}/step/nowhere")).status_code == 404


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_what_belongs_to_others_is_not_found(agents: ServedAgents, method: str) -> None:
    chat = await agents.agents.create_session()
    async with calling(agents) as client:
        mine, other = await NativeClient.open(client), await NativeClient.open(client)
        one, two = await mine.turn(), await other.turn()
        base = f"/v1/agents/{mine.agent_id}/session"
        for path in (
            f"{base}/{other.session_id}",
            f"{base}/{chat.id}",
            f"{base}/nowhere",
            f"/v1/agents/nobody/session/{mine.session_id}",
        ):
            assert (await client.request(method, path)).status_code == 404
        for path in (
            f"{base}/{mine.session_id}/turn/{two['turn_id']}",
            f"{base}/{other.session_id}/turn/{two['turn_id']}",
            f"{base}/{mine.session_id}/turn/{one['turn_id']}/step/{two['steps'][0]['step_id']}",
        ):
            assert (await client.get(path)).status_code == 404
        refused = await other.resume(one["turn_id"], {"call_id": "c0", "tool_name": "f", "content": "x"})
        assert refused.status_code == 404
        assert (
            await client.post(f"{base}/{chat.id}/turn", json={"messages": [{"role": "user", "content": "x"}]})
        ).status_code == 404
    assert await agents.agents.get_session(chat.id) == chat


async def test_a_session_needs_an_agent_and_a_name(agents: ServedAgents) -> None:
    async with calling(agents) as client:
        mine = await NativeClient.open(client)
        answer = await client.post("/v1/agents/nobody/session", json={"session_name": "s"})
        assert answer.status_code == 404
        answer = await client.post(f"/v1/agents/{mine.agent_id}/session", json={})
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, "session_name")
