"""From the body of a response to how its turn is answered. Pure; refuses what cannot be honoured.

`file_search` is no tool of the model here: the banks are looked into before it answers, because small models are bad at
deciding to. So a tool_choice of it asks for nothing more, and one of functions only leaves memory as it is. Guardrails
are shields that run in addition to the person's policy, over what comes in and what is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.engine.domain.agents import AgentConfig, Retrieval
from app.engine.domain.errors import InvalidRequest, UnsupportedParameter
from app.engine.domain.inference import ResponseFormat, Sampling, ToolChoice, ToolSpec
from app.engine.domain.safety import LLAMA_GUARD
from app.engine.http import responses_wire as wire
from app.engine.http.requests import named_choice, tool_spec
from app.engine.http.vector_ranking import ranking
from app.engine.http.wire import JsonObjectFormat

_HONOURED = {"min_score", "rerank"}


def config_of(body: wire.ResponseBody) -> AgentConfig:
    """Return how the turn is answered; raises InvalidRequest, and UnsupportedParameter for what is not done here."""
    _refuse_logprobs(body)
    tools = body.tools or []
    searches = [tool for tool in tools if isinstance(tool, wire.FileSearchTool)]
    specs = tuple(tool_spec(tool.spec) for tool in tools if isinstance(tool, wire.FunctionTool))
    specs, choice = _choice(body.tool_choice, specs, searches=bool(searches))
    shields = _shields(body.guardrails)
    return AgentConfig(
        model=body.model,
        instructions=body.instructions or "",
        sampling=_sampling(body),
        max_tokens=body.max_output_tokens,
        context_policy="drop_oldest" if body.truncation == "auto" else "refuse",
        max_infer_iters=body.max_infer_iters or AgentConfig().max_infer_iters,
        banks=tuple(dict.fromkeys(bank for search in searches for bank in search.vector_store_ids)),
        retrieval=_retrieval(searches, tools),
        input_shields=shields,
        output_shields=shields,
        tools=specs,
        tool_choice=choice,
        parallel_tool_calls=body.parallel_tool_calls is not False,
        response_format=_format(body.text),
    )


def _refuse_logprobs(body: wire.ResponseBody) -> None:
    wanted = {
        "top_logprobs": bool(body.top_logprobs),
        "include": "message.output_text.logprobs" in (body.include or ()),
    }
    for param, is_wanted in wanted.items():
        if is_wanted:
            raise UnsupportedParameter(
                "Responses carry no log-probabilities.", hint="/v1/chat/completions has them.", param=param
            )


def _sampling(body: wire.ResponseBody) -> Sampling:
    names = ("temperature", "top_p", "presence_penalty", "frequency_penalty")
    return Sampling(**{name: value for name in names if (value := getattr(body, name)) is not None})


def _choice(choice: Any, specs: tuple[ToolSpec, ...], *, searches: bool) -> tuple[tuple[ToolSpec, ...], ToolChoice]:
    """Return the tools that are left, and how the model may use them."""
    match choice:
        case wire.AllowedTools():
            names = [each.chosen for each in choice.tools if isinstance(each, wire.ChosenFunction)]
            for name in names:
                named_choice(name, specs)
            return _choice(choice.mode, tuple(spec for spec in specs if spec.name in names), searches=searches)
        case wire.ChosenFunction():
            return specs, named_choice(choice.chosen, specs)
        case wire.ChosenFileSearch() if not searches:
            raise InvalidRequest("There is no tool “file_search”.", param="tool_choice")
        case wire.ChosenFileSearch() | "none":
            return specs, ToolChoice(mode="none")
        case "required" if not specs and not searches:
            raise InvalidRequest("tool_choice “required” needs tools.", param="tool_choice")
        case "required" if specs and not searches:
            return specs, ToolChoice(mode="required")
    return specs, ToolChoice(mode="auto")


def _retrieval(searches: Sequence[wire.FileSearchTool], tools: Sequence[Any]) -> Retrieval:
    """Return how memory is looked into: the widest of what several tools ask for."""
    fields: dict[str, Any] = {}
    for search in searches:
        where = f"tools.{list(tools).index(search)}"
        if search.filters:
            raise UnsupportedParameter("Searches of responses are not filtered.", param=f"{where}.filters")
        found = ranking(search.ranking_options, f"{where}.ranking_options")
        for name in found.keys() - _HONOURED:
            raise UnsupportedParameter(
                f"Searches of responses are not ranked so: {name}.", param=f"{where}.ranking_options"
            )
        if "min_score" in found:
            fields["min_score"] = min(found["min_score"], fields.get("min_score", 1.0))
        if search.max_num_results:
            fields["limit"] = max(search.max_num_results, fields.get("limit", 0))
        fields |= {"rerank": found["rerank"]} if "rerank" in found else {}
    return Retrieval(**fields)


def _shields(guardrails: Any) -> tuple[str, ...]:
    if not isinstance(guardrails, list):
        return (LLAMA_GUARD,) if guardrails else ()
    return tuple(dict.fromkeys(each.type if isinstance(each, wire.Guardrail) else each for each in guardrails))


def _format(text: wire.TextOptions | None) -> ResponseFormat:
    match text.format if text else None:
        case JsonObjectFormat():
            return ResponseFormat(type="json_object")
        case wire.SchemaFormat(schema_=schema):
            return ResponseFormat(type="json_schema", schema=schema)
        case _:
            return ResponseFormat()
