"""What an app asked of a response, in its own words, so that it can be told back. Pure.

The engine knows how a turn is answered, but not whether a function was called strict or what a schema's name was. So
the request goes along with the turn, under a key of its metadata that apps cannot use and do not see.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from app.engine.domain.agents import Turn
from app.engine.domain.errors import InvalidRequest
from app.engine.http.responses_wire import ResponseBody

KEY = "paddock:request"
DEFAULTS: dict[str, Any] = {
    "background": False,
    "conversation": None,
    "frequency_penalty": 0.0,
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "model": "",
    "parallel_tool_calls": True,
    "presence_penalty": 0.0,
    "previous_response_id": None,
    "prompt_cache_key": None,
    "reasoning": {"effort": None, "summary": None},
    "safety_identifier": None,
    "service_tier": "default",
    "store": True,
    "temperature": 1.0,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_logprobs": 0,
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
}


def echo_of(body: ResponseBody, conversation: str | None) -> dict[str, Any]:
    """Return the fields of a request that differ from their defaults; `conversation` is the one it goes to."""
    given = body.model_dump(mode="json", by_alias=True, exclude_none=True, include=set(DEFAULTS))
    given |= {"conversation": {"id": conversation} if conversation else None}
    given["reasoning"] = DEFAULTS["reasoning"] | given.get("reasoning", {})
    given["text"] = DEFAULTS["text"] | given.get("text", {})
    if given.get("service_tier") == "auto":
        del given["service_tier"]
    given["tools"] = [_flat(tool) for tool in given.get("tools", [])]
    if isinstance(chosen := given.get("tool_choice"), dict) and "function" in chosen:
        given["tool_choice"] = {"type": "function", **chosen["function"]}
    return {name: value for name, value in given.items() if value != DEFAULTS[name]}


def metadata_of(body: ResponseBody, echo: Mapping[str, Any]) -> dict[str, str]:
    """Return what is kept with the turn; raises InvalidRequest for a key that is taken."""
    own = body.metadata or {}
    if KEY in own:
        raise InvalidRequest(f"The key “{KEY}” is taken.", param="metadata")
    return {**own, KEY: json.dumps(echo, ensure_ascii=False)}


def is_response(turn: Turn) -> bool:
    """Tell whether a turn was asked for as a response; those that only hold items of a conversation were not."""
    return KEY in turn.metadata


def echoed(turn: Turn) -> dict[str, Any]:
    """Return all fields of the request of a turn, and the app's own metadata."""
    own = {key: value for key, value in turn.metadata.items() if key != KEY}
    return {**DEFAULTS, **json.loads(turn.metadata.get(KEY, "{}")), "metadata": own}


def _flat(tool: dict[str, Any]) -> dict[str, Any]:
    """Return a function as OpenAI tells it back, whichever way it was given."""
    if tool["type"] != "function":
        return tool
    function = {**tool, **tool.get("function", {})}
    given = {name: function.get(name) for name in ("name", "description", "parameters")}
    return {"type": "function", **given, "strict": function.get("strict", False)}
