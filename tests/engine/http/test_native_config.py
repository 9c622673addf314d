"""How an agent answers, in Llama Stack's words and in Paddock's."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.engine.domain.agents import Agent, AgentConfig
from app.engine.domain.errors import InvalidRequest, UnsupportedParameter
from app.engine.domain.inference import ResponseFormat, Sampling, ToolChoice
from app.engine.http.native_agents_wire import AgentConfigBody, TurnBody
from app.engine.http.native_config import config_body, config_of, turn_config

TOOL = {"name": "clock", "parameters": []}
BANKS = [{"name": "builtin::rag/knowledge_search", "args": {"vector_db_ids": ["b"]}}]
SCHEMA = {"type": "object"}


def config(**fields: Any) -> AgentConfig:
    return config_of(AgentConfigBody.model_validate({"model": "m", "instructions": "Be kind."} | fields))


def turn(**fields: Any) -> TurnBody:
    return TurnBody.model_validate({"messages": [{"role": "user", "content": "Hi"}]} | fields)


def test_the_least_is_greedy_and_unbounded_as_in_llama_stack() -> None:
    assert config() == AgentConfig(
        model="m", instructions="Be kind.", sampling=Sampling(temperature=0), tool_choice=ToolChoice(mode="none")
    )


def test_all_of_it() -> None:
    found = config(
        sampling_params={"max_tokens": 9, "stop": ["."], "repetition_penalty": 1.1},
        max_infer_iters=3,
        input_shields=["llama-guard"],
        output_shields=["prompt-guard"],
        client_tools=[TOOL],
        toolgroups=BANKS,
        tool_config={"tool_choice": "clock", "tool_prompt_format": "json", "system_message_behavior": "replace"},
        response_format={"type": "json_schema", "json_schema": SCHEMA},
    )
    assert (found.max_tokens, found.stop, found.max_infer_iters) == (9, (".",), 3)
    assert (found.input_shields, found.output_shields, found.banks) == (("llama-guard",), ("prompt-guard",), ("b",))
    assert found.sampling == Sampling(temperature=0, repeat_penalty=1.1)
    assert found.tool_choice == ToolChoice(mode="named", name="clock")
    assert found.response_format == ResponseFormat(type="json_schema", schema=SCHEMA)
    assert [tool.name for tool in found.tools] == ["clock"]


@pytest.mark.parametrize(
    ("strategy", "found"),
    [
        ({"type": "greedy"}, Sampling(temperature=0)),
        ({"type": "top_p", "temperature": 0.5, "top_p": 0.8}, Sampling(temperature=0.5, top_p=0.8)),
        ({"type": "top_p"}, Sampling(temperature=1, top_p=0.95)),
        ({"type": "top_k", "top_k": 4}, Sampling(top_k=4)),
    ],
    ids=str,
)
def test_a_strategy_and_back(strategy: dict[str, Any], found: Sampling) -> None:
    asked = config(sampling_params={"strategy": strategy})
    assert asked.sampling == found
    body = config_body(Agent(id="a", config=asked))["sampling_params"]
    assert strategy.items() <= body["strategy"].items()
    assert config(sampling_params=body) == asked


def test_an_agent_comes_back_as_it_was_asked_for() -> None:
    asked = config(
        client_tools=[TOOL], toolgroups=BANKS, tool_choice="required", max_infer_iters=2, input_shields=["llama-guard"],
        response_format={"type": "json_schema", "json_schema": SCHEMA},
        sampling_params={"max_tokens": 4, "stop": ["."]},
    )  # fmt: skip
    body = config_body(Agent(id="a", name="Groom", config=asked))
    assert (body["name"], body["tool_config"]["tool_choice"], body["toolgroups"]) == ("Groom", "required", BANKS)
    assert config_of(AgentConfigBody.model_validate(body)) == asked


def test_what_cannot_be_is_named() -> None:
    with pytest.raises(UnsupportedParameter, match="grammar"):
        config(response_format={"type": "grammar", "bnf": {}})
    with pytest.raises(InvalidRequest, match="differ"):
        config(client_tools=[TOOL], tool_choice="auto", tool_config={"tool_choice": "required"})
    with pytest.raises(InvalidRequest, match="needs tools"):
        config(tool_choice="required")


def test_the_old_choice_counts_where_there_is_no_new_one() -> None:
    assert config(client_tools=[TOOL], tool_choice="required", tool_config={}).tool_choice.mode == "required"


def test_a_turn_is_answered_as_its_session_says_unless_it_says_more() -> None:
    session = config(client_tools=[TOOL], toolgroups=BANKS)
    assert turn_config(session, turn()) is None
    assert turn_config(session, turn(tool_config={"tool_prompt_format": "json"}, toolgroups=[])) is None
    added = turn_config(session, turn(toolgroups=[{"name": "builtin::rag", "args": {"vector_db_ids": ["c", "b"]}}]))
    assert added == msgspec.structs.replace(session, banks=("b", "c"))
    forced = turn_config(session, turn(tool_config={"tool_choice": "clock"}))
    assert forced == msgspec.structs.replace(session, tool_choice=ToolChoice(mode="named", name="clock"))
    with pytest.raises(InvalidRequest, match="no tool “whip”"):
        turn_config(session, turn(tool_config={"tool_choice": "whip"}))
