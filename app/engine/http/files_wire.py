"""The form of POST /v1/files: its fields, their bounds, its description in the API's schema. Values only."""

from __future__ import annotations

from typing import Any, Literal

Purpose = Literal[
    "assistants",
    "assistants_output",
    "batch",
    "batch_output",
    "evals",
    "fine-tune",
    "fine-tune-results",
    "vision",
    "user_data",
]
FIELDS = frozenset({"file", "purpose", "expires_after[anchor]", "expires_after[seconds]"})
# An hour to thirty days, as OpenAI has it.
EXPIRY_SECONDS = (3600, 2_592_000)

_PROPERTIES: dict[str, Any] = {
    "file": {"type": "string", "format": "binary"},
    "purpose": {"type": "string", "enum": ["assistants", "batch", "evals", "fine-tune", "vision", "user_data"]},
    "expires_after[anchor]": {"type": "string", "enum": ["created_at"]},
    "expires_after[seconds]": {"type": "integer", "minimum": EXPIRY_SECONDS[0], "maximum": EXPIRY_SECONDS[1]},
}
_SCHEMA = {"type": "object", "properties": _PROPERTIES, "required": ["file", "purpose"]}
FORM: dict[str, Any] = {"required": True, "content": {"multipart/form-data": {"schema": _SCHEMA}}}
