"""Bodies of classic agents: what clients send is taken, what nobody knows is named."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from app.engine.http.native_agents_wire import AgentBody, ResumeBody, SessionBody, TurnBody

CONFIG: dict[str, Any] = {"model": "m", "instructions": "Be kind."}
MESSAGE = {"role": "user", "content": "Hi"}


def test_what_the_client_of_0_2_12_sends_is_taken() -> None:
    parameter = {"name": "city", "parameter_type": "str", "description": "which", "required": True, "default": None}
    tool = {"name": "f", "description": "d", "parameters": [parameter], "metadata": {}}
    body = AgentBody.model_validate(
        {
            "agent_config": CONFIG
            | {
                "toolgroups": ["builtin::rag", {"name": "builtin::rag", "args": {"vector_db_ids": ["a"]}}],
                "client_tools": [tool | {"tool_prompt_format": "python_list"}],
                "sampling_params": {"strategy": {"type": "top_p", "temperature": 1.0, "top_p": 0.9}, "max_tokens": 0},
                "tool_config": {"tool_choice": "auto", "tool_prompt_format": "json"},
                "max_infer_iters": 3,
                "input_shields": [],
                "enable_session_persistence": False,
            }
        }
    )
    assert body.agent_config.client_tools is not None
    turn = TurnBody.model_validate({"messages": [MESSAGE], "stream": True, "documents": None, "toolgroups": None})
    assert (turn.stream, turn.documents) == (True, None)


def test_what_the_client_of_0_3_sends_is_taken() -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    tool = {"name": "f", "toolgroup_id": "g", "input_schema": schema, "output_schema": {}}
    assert AgentBody.model_validate({"agent_config": CONFIG | {"client_tools": [tool]}})


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"colour": 1}, "colour"),
        ({"sampling_params": {"seed": 1}}, "sampling_params.seed"),
        ({"sampling_params": {"strategy": {"type": "beam"}}}, "sampling_params.strategy"),
        ({"sampling_params": {"strategy": {"type": "top_p", "temperature": 0}}}, "top_p.temperature"),
        ({"sampling_params": {"repetition_penalty": 0}}, "repetition_penalty"),
        ({"tool_config": {"system_message_behavior": "loud"}}, "tool_config.system_message_behavior"),
        ({"client_tools": [{"name": "a b"}]}, "client_tools.0.name"),
        ({"max_infer_iters": 0}, "max_infer_iters"),
    ],
    ids=str,
)
def test_what_cannot_be_is_named(fields: dict[str, Any], where: str) -> None:
    with pytest.raises(ValidationError) as refused:
        AgentBody.model_validate({"agent_config": CONFIG | fields})
    assert where in ".".join(str(part) for part in refused.value.errors()[0]["loc"])


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (AgentBody, {"agent_config": CONFIG | {"instructions": "\ud800"}}),
        (AgentBody, {"agent_config": CONFIG | {"client_tools": [{"name": "f", "input_schema": {"a": 2**70}}]}}),
        (SessionBody, {"session_name": "\ud800"}),
        (TurnBody, {"messages": [MESSAGE | {"content": {"type": "text", "text": "\ud800"}}]}),
        (ResumeBody, {"tool_responses": [{"call_id": "c", "tool_name": "f", "content": "\ud800"}]}),
    ],
    ids=str,
)
def test_what_cannot_be_kept_is_refused(kind: type[AgentBody], body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"(?i)unicode"):
        kind.model_validate(body)


def test_what_could_not_be_read_again_is_refused() -> None:
    deep: Any = 1
    for _ in range(100):
        deep = {"a": deep}
    with pytest.raises(ValidationError, match="too deep"):
        AgentBody.model_validate({"agent_config": CONFIG | {"client_tools": [{"name": "f", "input_schema": deep}]}})
