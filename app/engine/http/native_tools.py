"""Tools of apps in Llama Stack's shape: lists of parameters to JSON schemas and back; tool groups to banks. No I/O.

Paddock looks into memory banks by itself before a model answers, so a tool group that searches names banks here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.engine.domain.errors import InvalidRequest, UnsupportedParameter
from app.engine.domain.inference import ToolChoice, ToolSpec
from app.engine.http.native_agents_wire import ToolDef, ToolGroupWithArgs, ToolParameter
from app.engine.http.requests import named_choice

SEARCH_GROUP = "builtin::rag/knowledge_search"
SEARCHES = ("builtin::rag", "builtin::file_search", "builtin::memory")
_SEARCH_TOOLS = ("knowledge_search", "file_search", "query")
_BANK_ARGS = ("vector_db_ids", "vector_store_ids")
_TYPES = {
    "string": "string", "str": "string", "integer": "integer", "int": "integer", "number": "number", "float": "number",
    "boolean": "boolean", "bool": "boolean", "array": "array", "list": "array", "tuple": "array", "set": "array",
    "object": "object", "dict": "object", "null": "null", "nonetype": "null",
}  # fmt: skip


def tool_specs(tools: Sequence[ToolDef]) -> tuple[ToolSpec, ...]:
    """Return the functions an app offers; raises InvalidRequest for a name that comes twice."""
    names = [tool.name for tool in tools]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InvalidRequest(f"There are two tools “{twice}”.", param="agent_config.client_tools")
    return tuple(
        ToolSpec(name=tool.name, description=tool.description or "", parameters=_schema(tool)) for tool in tools
    )


def tool_body(tool: ToolSpec) -> dict[str, Any]:
    """Return a function as clients of Llama Stack 0.2 (`parameters`) and 0.3 (`input_schema`) read it."""
    return {
        "name": tool.name,
        "description": tool.description,
        "parameters": _parameters_body(tool.parameters),
        "input_schema": tool.parameters,
        "metadata": {},
    }


def tool_choice(wanted: str | None, tools: Sequence[ToolSpec], banks: Sequence[str], param: str) -> ToolChoice:
    """Return how tools are to be used; raises InvalidRequest for what cannot be.

    A search that is asked for by name, or the only thing that could be required, has taken place before the answer.
    """
    searched = bool(banks) and (wanted in _SEARCH_TOOLS or (wanted == "required" and not tools))
    match wanted:
        case "none":
            return ToolChoice(mode="none")
        case None | "auto":
            return ToolChoice(mode="auto" if tools else "none")
        case "required" if tools:
            return ToolChoice(mode="required")
        case _ if searched and wanted not in {tool.name for tool in tools}:
            return ToolChoice(mode="auto" if tools else "none")
        case "required":
            raise InvalidRequest("tool_choice “required” needs tools.", param=param)
    return named_choice(wanted, tools, param)


def banks_of(groups: Sequence[str | ToolGroupWithArgs], param: str) -> tuple[str, ...]:
    """Return the banks that tool groups search, as they were named; raises for groups that are not built in."""
    found: list[str] = []
    for number, group in enumerate(groups):
        given = ToolGroupWithArgs(name=group) if isinstance(group, str) else group
        found += _banks(given, f"{param}.{number}")
    return tuple(dict.fromkeys(found))


def groups_body(banks: Sequence[str]) -> list[dict[str, Any]]:
    """Return the tool groups that stand for banks."""
    return [{"name": SEARCH_GROUP, "args": {"vector_db_ids": list(banks)}}] if banks else []


def _parameters_body(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the arguments a schema names; one that an app wrote may hold anything."""
    properties, required = schema.get("properties"), schema.get("required")
    return [
        {
            "name": name,
            "parameter_type": str(each.get("type", "any")),
            "description": str(each.get("description", "")),
            "required": isinstance(required, list) and name in required,
            "default": each.get("default"),
        }
        for name, each in (properties.items() if isinstance(properties, dict) else ())
        if isinstance(each, dict)
    ]


def _banks(group: ToolGroupWithArgs, param: str) -> list[str]:
    if group.name.split("/")[0] not in SEARCHES:
        known = ", ".join(f"“{name}”" for name in SEARCHES)
        raise UnsupportedParameter(f"There is no tool group “{group.name}”.", hint=f"There are {known}.", param=param)
    ids: list[str] = []
    for name, given in (group.args or {}).items():
        if name not in _BANK_ARGS:
            raise UnsupportedParameter(f"“{group.name}” takes no “{name}” here.", param=f"{param}.args.{name}")
        ids += _texts(given, f"{param}.args.{name}")
    if not ids:
        hint = "Give it args with vector_db_ids, the ids of vector stores."
        raise InvalidRequest(f"“{group.name}” has nothing to search.", hint=hint, param=param)
    return ids


def _texts(given: Any, param: str) -> list[str]:
    texts = [] if given is None else given if isinstance(given, list) else [given]
    if not all(isinstance(each, str) for each in texts):
        raise InvalidRequest("Vector stores are named by their ids.", param=param)
    return texts


def _schema(tool: ToolDef) -> dict[str, Any]:
    if tool.input_schema is not None:
        return tool.input_schema
    if isinstance(tool.parameters, dict):
        return tool.parameters
    given = tool.parameters or []
    return {
        "type": "object",
        "properties": {each.name: _property(each) for each in given},
        "required": [each.name for each in given if each.required],
    }


def _property(parameter: ToolParameter) -> dict[str, Any]:
    """Return the schema of one argument; a type that JSON does not have leaves it open."""
    kind = _TYPES.get(parameter.parameter_type.partition("[")[0].strip().lower())
    found: dict[str, Any] = {
        "type": kind,
        "title": parameter.title,
        "description": parameter.description or None,
        "items": parameter.items if kind == "array" else None,
        "default": parameter.default,
    }
    return {name: value for name, value in found.items() if value is not None}
