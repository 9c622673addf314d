"""Agents are kept, described, listed and deleted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.models import STARTER
from tests.fakes.native_client import CLOCK, CONFIG
from tests.fakes.serving import calling
from tests.fakes.serving_agents import ServedAgents


async def create(engine: ServedAgents, prefix: str = "/v1", **config: Any):
    async with calling(engine) as client:
        return await client.post(f"{prefix}/agents", json={"agent_config": CONFIG | config})


async def get(engine: ServedAgents, path: str, **params: Any):
    async with calling(engine) as client:
        return await client.get(f"/v1/{path}", params=params)


@pytest.mark.parametrize("prefix", ["/v1", "/v1alpha"])
async def test_an_agent_is_kept_and_described(agents: ServedAgents, prefix: str) -> None:
    bank = await agents.memory.create_bank("Stable")
    made = await create(
        agents, prefix, name="Groom", client_tools=[CLOCK], input_shields=["llama-guard"],
        toolgroups=[{"name": "builtin::rag", "args": {"vector_db_ids": [bank.id]}}],
    )  # fmt: skip
    assert made.status_code == 200 and set(made.json()) == {"agent_id"}
    async with calling(agents) as client:
        found = (await client.get(f"{prefix}/agents/{made.json()['agent_id']}")).json()
    config = found["agent_config"]
    assert (found["agent_id"], config["name"], config["model"]) == (made.json()["agent_id"], "Groom", STARTER.id)
    assert (config["input_shields"], config["client_tools"][0]["name"]) == (["llama-guard"], "clock")
    assert config["toolgroups"][0]["args"] == {"vector_db_ids": [bank.id]}
    assert found["created_at"].endswith("+00:00")


async def test_agents_are_listed_in_pages(agents: ServedAgents) -> None:
    ids = [(await create(agents)).json()["agent_id"] for _ in range(3)]
    whole = (await get(agents, "agents")).json()
    assert {each["agent_id"] for each in whole["data"]} == set(ids)
    assert (whole["has_more"], whole["url"]) == (False, "/v1/agents")
    first = (await get(agents, "agents", limit=2)).json()
    assert (first["data"], first["has_more"]) == (whole["data"][:2], True)
    rest = (await get(agents, "agents", start_index=2, limit=2)).json()
    assert (rest["data"], rest["has_more"]) == (whole["data"][2:], False)


async def test_a_deleted_agent_is_gone_with_its_sessions(agents: ServedAgents) -> None:
    made = (await create(agents)).json()["agent_id"]
    async with calling(agents) as client:
        session = (await client.post(f"/v1/agents/{made}/session", json={"session_name": "s"})).json()["session_id"]
        gone = await client.delete(f"/v1/agents/{made}")
        assert (gone.status_code, gone.json()) == (200, None)
        for path in ("", f"/session/{session}", "/sessions"):
            assert (await client.get(f"/v1/agents/{made}{path}")).status_code == 404
        assert (await client.delete(f"/v1/agents/{made}")).status_code == 404
    assert await agents.agents.sessions("agent") == ()


@pytest.mark.parametrize(
    ("config", "status", "word"),
    [
        ({"input_shields": ["nobody"]}, 404, "nobody"),
        ({"output_shields": ["nobody"]}, 404, "nobody"),
        ({"toolgroups": ["builtin::websearch"]}, 400, "builtin::websearch"),
        ({"toolgroups": [{"name": "builtin::rag", "args": {"vector_db_ids": ["nowhere"]}}]}, 404, "bank"),
        ({"tool_config": {"tool_choice": "whip"}}, 400, "whip"),
        ({"response_format": {"type": "grammar", "bnf": {}}}, 400, "grammar"),
        ({"colour": "bay"}, 400, "colour"),
    ],
    ids=str,
)
async def test_what_cannot_be_is_refused_and_not_kept(
    agents: ServedAgents, config: dict[str, Any], status: int, word: str
) -> None:
    refused = await create(agents, **config)
    assert refused.status_code == status
    assert word in refused.json()["error"]["message"]
    assert (await get(agents, "agents")).json()["data"] == []
