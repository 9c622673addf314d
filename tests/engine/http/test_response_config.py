"""What a body asks for becomes the configuration of a turn."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.domain.agents import AgentConfig, Retrieval
from app.engine.domain.errors import InvalidRequest, UnsupportedParameter
from app.engine.domain.inference import ResponseFormat, Sampling, ToolChoice, ToolSpec
from app.engine.http.response_config import config_of
from app.engine.http.responses_wire import ResponseBody

TIME = {"type": "function", "name": "get_time", "parameters": {"type": "object"}}
HAY = {"type": "function", "name": "get_hay"}
SEARCH = {"type": "file_search", "vector_store_ids": ["vs_1"]}
NAMED = {"type": "function", "name": "get_time"}


def config(**fields: Any) -> AgentConfig:
    return config_of(ResponseBody.model_validate({"model": "m", "input": "Hi"} | fields))


def test_the_least_that_can_be_asked() -> None:
    assert config() == AgentConfig(model="m", sampling=Sampling(), context_policy="refuse")


def test_all_that_shapes_an_answer() -> None:
    found = config(
        instructions="Be kind.", temperature=0, top_p=0.5, presence_penalty=1, frequency_penalty=-1,
        max_output_tokens=7, truncation="auto", max_infer_iters=3, parallel_tool_calls=False, tools=[TIME],
        reasoning={"effort": "low"}, service_tier="auto", user="u", stream_options={"include_obfuscation": True},
    )  # fmt: skip
    assert found == AgentConfig(
        model="m",
        instructions="Be kind.",
        sampling=Sampling(temperature=0, top_p=0.5, presence_penalty=1, frequency_penalty=-1),
        max_tokens=7,
        context_policy="drop_oldest",
        max_infer_iters=3,
        parallel_tool_calls=False,
        tools=(ToolSpec(name="get_time", parameters={"type": "object"}),),
    )


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"type": "text"}, ResponseFormat()),
        ({"type": "json_object"}, ResponseFormat(type="json_object")),
        ({"type": "json_schema", "name": "n", "schema": {"const": 1}, "strict": True},
         ResponseFormat(type="json_schema", schema={"const": 1})),
    ],
)  # fmt: skip
def test_the_form_of_the_answer(form: dict[str, Any], expected: ResponseFormat) -> None:
    assert config(text={"format": form, "verbosity": "low"}).response_format == expected


@pytest.mark.parametrize(
    ("choice", "tools", "mode", "left"),
    [
        (None, [TIME, HAY], ToolChoice(), 2),
        ("none", [TIME], ToolChoice(mode="none"), 1),
        ("auto", [], ToolChoice(), 0),
        ("required", [TIME], ToolChoice(mode="required"), 1),
        ("required", [TIME, SEARCH], ToolChoice(), 1),
        (NAMED, [TIME, HAY], ToolChoice(mode="named", name="get_time"), 2),
        ({"type": "function", "function": {"name": "get_time"}}, [TIME], ToolChoice(mode="named", name="get_time"), 1),
        ({"type": "file_search"}, [TIME, SEARCH], ToolChoice(mode="none"), 1),
        ({"type": "allowed_tools", "mode": "required", "tools": [NAMED]}, [TIME, HAY], ToolChoice(mode="required"), 1),
    ],
)
def test_how_functions_may_be_called(choice: Any, tools: list[Any], mode: ToolChoice, left: int) -> None:
    found = config(tool_choice=choice, tools=tools)
    assert (found.tool_choice, len(found.tools)) == (mode, left)


@pytest.mark.parametrize("choice", ["required", NAMED, {"type": "file_search"}])
def test_a_choice_of_what_is_not_there_is_refused(choice: Any) -> None:
    with pytest.raises(InvalidRequest) as refused:
        config(tool_choice=choice, tools=[])
    assert refused.value.param == "tool_choice"


def test_memory_is_looked_into_as_widely_as_any_tool_asks() -> None:
    wide = {"vector_store_ids": ["vs_2", "vs_1"], "max_num_results": 20, "ranking_options": {"score_threshold": 0.2}}
    narrow = {"max_num_results": 3, "ranking_options": {"ranker": "auto", "score_threshold": 0.9}}
    found = config(tools=[SEARCH | narrow, SEARCH | wide])
    assert found.banks == ("vs_1", "vs_2") and found.tools == ()
    assert found.retrieval == Retrieval(limit=20, min_score=0.2)
    ranker = {"type": "neural", "model": "r"}
    assert config(tools=[SEARCH | {"ranking_options": {"ranker": ranker}}]).retrieval == Retrieval(rerank="r")


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"tools": [TIME, SEARCH | {"filters": {"type": "eq", "key": "k", "value": "v"}}]}, "tools.1.filters"),
        ({"tools": [SEARCH | {"ranking_options": {"ranker": "weighted"}}]}, "tools.0.ranking_options"),
        ({"top_logprobs": 2}, "top_logprobs"),
        ({"include": ["message.output_text.logprobs"]}, "include"),
    ],
)
def test_what_is_not_done_here_is_refused(fields: dict[str, Any], param: str) -> None:
    with pytest.raises(UnsupportedParameter) as refused:
        config(**fields)
    assert refused.value.param == param


@pytest.mark.parametrize(
    ("guardrails", "shields"),
    [
        (None, ()),
        (False, ()),
        (True, ("llama-guard",)),
        (["a", {"type": "b"}, "a"], ("a", "b")),
        ([], ()),
    ],
)
def test_guardrails_look_at_both_sides(guardrails: Any, shields: tuple[str, ...]) -> None:
    found = config(guardrails=guardrails)
    assert found.input_shields == found.output_shields == shields
