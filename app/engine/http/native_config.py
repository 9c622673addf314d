"""How an agent answers, in Llama Stack's words and in Paddock's, both ways. No I/O."""

from __future__ import annotations

from typing import Any

import msgspec

from app.engine.domain.agents import Agent, AgentConfig
from app.engine.domain.errors import InvalidRequest, UnsupportedParameter
from app.engine.domain.inference import ResponseFormat, Sampling
from app.engine.http.native_agents_wire import (
    AgentConfigBody,
    Format,
    GrammarFormat,
    GreedyStrategy,
    JsonSchemaFormat,
    SamplingParams,
    TopKStrategy,
    TopPStrategy,
    TurnBody,
)
from app.engine.http.native_tools import banks_of, groups_body, tool_body, tool_choice, tool_specs

# Llama Stack's own defaults.
_TEMPERATURE, _TOP_P = 1.0, 0.95


def config_of(body: AgentConfigBody) -> AgentConfig:
    """Return the configuration a body asks for; its banks are as they were named."""
    params = body.sampling_params or SamplingParams()
    tools = tool_specs(body.client_tools or [])
    banks = banks_of(body.toolgroups or [], "agent_config.toolgroups")
    return AgentConfig(
        model=body.model,
        instructions=body.instructions,
        sampling=_sampling(params),
        max_tokens=params.max_tokens or None,
        stop=tuple(params.stop or ()),
        max_infer_iters=body.max_infer_iters or AgentConfig().max_infer_iters,
        banks=banks,
        input_shields=tuple(body.input_shields or ()),
        output_shields=tuple(body.output_shields or ()),
        tools=tools,
        tool_choice=tool_choice(_wanted(body), tools, banks, "agent_config.tool_config.tool_choice"),
        response_format=_format(body.response_format),
    )


def turn_config(config: AgentConfig, body: TurnBody) -> AgentConfig | None:
    """Return how this one turn is answered, None when as its session says. Its banks come in addition."""
    added = banks_of(body.toolgroups or [], "toolgroups")
    wanted = body.tool_config.tool_choice if body.tool_config else None
    if not added and wanted is None:
        return None
    banks = tuple(dict.fromkeys((*config.banks, *added)))
    changed = msgspec.structs.replace(config, banks=banks)
    if wanted is None:
        return changed
    choice = tool_choice(wanted, config.tools, banks, "tool_config.tool_choice")
    return msgspec.structs.replace(changed, tool_choice=choice)


def config_body(agent: Agent) -> dict[str, Any]:
    """Return an agent's configuration as Llama Stack's clients read it."""
    config = agent.config
    form = config.response_format
    return {
        "model": config.model,
        "instructions": config.instructions,
        "name": agent.name or None,
        "enable_session_persistence": True,
        "sampling_params": _params_body(config),
        "max_infer_iters": config.max_infer_iters,
        "input_shields": list(config.input_shields),
        "output_shields": list(config.output_shields),
        "client_tools": [tool_body(tool) for tool in config.tools],
        "toolgroups": groups_body(config.banks),
        "tool_config": {
            "tool_choice": config.tool_choice.name or config.tool_choice.mode,
            "tool_prompt_format": None,
            "system_message_behavior": "append",
        },
        "response_format": {"type": form.type, "json_schema": form.schema} if form.type == "json_schema" else None,
    }


def _wanted(body: AgentConfigBody) -> str | None:
    new = body.tool_config.tool_choice if body.tool_config else None
    if body.tool_choice and new and new != body.tool_choice:
        raise InvalidRequest("tool_choice and tool_config.tool_choice differ.", param="agent_config.tool_choice")
    return new or body.tool_choice


def _sampling(params: SamplingParams) -> Sampling:
    penalty = 1.0 if params.repetition_penalty is None else params.repetition_penalty
    match params.strategy:
        case GreedyStrategy():
            return Sampling(temperature=0.0, repeat_penalty=penalty)
        case TopPStrategy(temperature=temperature, top_p=top_p):
            return Sampling(
                temperature=_TEMPERATURE if temperature is None else temperature,
                top_p=_TOP_P if top_p is None else top_p,
                repeat_penalty=penalty,
            )
        case TopKStrategy(top_k=top_k):
            return Sampling(top_k=top_k, repeat_penalty=penalty)


def _params_body(config: AgentConfig) -> dict[str, Any]:
    sampling = config.sampling
    strategy: dict[str, Any] = {"type": "top_p", "temperature": sampling.temperature, "top_p": sampling.top_p}
    if sampling.temperature == 0:
        strategy = {"type": "greedy"}
    elif sampling.top_k:
        strategy = {"type": "top_k", "top_k": sampling.top_k}
    return {
        "strategy": strategy,
        "max_tokens": config.max_tokens or 0,
        "repetition_penalty": sampling.repeat_penalty,
        "stop": list(config.stop) or None,
    }


def _format(form: Format | None) -> ResponseFormat:
    match form:
        case GrammarFormat():
            raise UnsupportedParameter(
                "Answers cannot follow a grammar of one's own.",
                hint="Give a JSON schema instead.",
                param="agent_config.response_format",
            )
        case JsonSchemaFormat(json_schema=schema):
            return ResponseFormat(type="json_schema", schema=schema)
        case None:
            return ResponseFormat()
