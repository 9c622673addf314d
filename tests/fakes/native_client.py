"""A client of classic agents in a few words, for tests of their routes."""

from __future__ import annotations

import json
from typing import Any

import httpx

from app.engine.domain.inference import ToolCallDelta
from tests.fakes.chat_model import FakeChatModel
from tests.fakes.models import STARTER

CONFIG: dict[str, Any] = {"model": STARTER.id, "instructions": "Be kind."}
CLOCK: dict[str, Any] = {
    "name": "clock",
    "description": "Tells the time.",
    "parameters": [{"name": "zone", "parameter_type": "str", "description": "where", "required": True}],
}


def calling_model(*names: str) -> FakeChatModel:
    """Return a model that calls functions; the first call has the id “c0”."""
    calls = [ToolCallDelta(number, f"c{number}", name, '{"zone": "UTC"}') for number, name in enumerate(names)]
    return FakeChatModel("Let me see.", *calls, reason="tool_calls")


class NativeClient:
    """One agent and one session of it."""

    def __init__(self, client: httpx.AsyncClient, agent_id: str, session_id: str, prefix: str) -> None:
        self.http = client
        self.agent_id = agent_id
        self.session_id = session_id
        self.prefix = prefix

    @classmethod
    async def open(cls, client: httpx.AsyncClient, prefix: str = "/v1", **config: Any) -> NativeClient:
        """Create an agent and a session."""
        agent = await client.post(f"{prefix}/agents", json={"agent_config": CONFIG | config})
        agent_id = agent.json()["agent_id"]
        session = await client.post(f"{prefix}/agents/{agent_id}/session", json={"session_name": "Mine"})
        return cls(client, agent_id, session.json()["session_id"], prefix)

    @property
    def session(self) -> str:
        """The address of the session."""
        return f"{self.prefix}/agents/{self.agent_id}/session/{self.session_id}"

    async def ask(self, text: str = "Hi", **fields: Any) -> httpx.Response:
        """Start a turn and wait for its end."""
        body = {"messages": [{"role": "user", "content": text}]} | fields
        return await self.http.post(f"{self.session}/turn", json=body)

    async def turn(self, text: str = "Hi", **fields: Any) -> dict[str, Any]:
        """Return a finished turn."""
        answer = await self.ask(text, **fields)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def stream(self, text: str = "Hi", **fields: Any) -> list[dict[str, Any]]:
        """Return what a streamed turn is told in."""
        return objects_of(await self.ask(text, stream=True, **fields))

    async def resume(self, turn_id: str, *results: dict[str, Any], **fields: Any) -> httpx.Response:
        """Give results to a turn and wait for its end."""
        return await self.http.post(
            f"{self.session}/turn/{turn_id}/resume", json={"tool_responses": list(results)} | fields
        )


def objects_of(answer: httpx.Response) -> list[dict[str, Any]]:
    """Return the objects of a stream."""
    return [json.loads(line.removeprefix("data: ")) for line in answer.text.split("\n\n") if line]


def payloads_of(objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what happened in a stream."""
    return [each["event"]["payload"] for each in objects]
