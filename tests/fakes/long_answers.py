"""The form of an answer that is long for certain, whatever a model would rather say: every word of it is given."""

from __future__ import annotations

from typing import Any

from app.engine.domain.inference import ResponseFormat

LONG_SCHEMA: dict[str, Any] = {"const": "The sea is wide, and the ship is far away. " * 40}
LONG_ANSWER = ResponseFormat(type="json_schema", schema=LONG_SCHEMA)
