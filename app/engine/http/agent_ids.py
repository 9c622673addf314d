"""The ids under which apps know turns, sessions and the items of a turn, and back. Pure; looks nothing up.

OpenAI's forms: `resp_` and `conv_`, the latter with 48 hex digits (clients of Llama Stack check them), so a checksum
follows the session's own 32. An item's id holds its turn and its place there, so that a reference to it is found.
"""

from __future__ import annotations

import hashlib
import re
from uuid import UUID

from app.engine.domain.errors import NotFound

FIRST_OUTPUT = 0x8000  # places of what was answered; those below are of what was asked
_RESPONSE = re.compile(r"resp_([0-9a-f]{32})")
_CONVERSATION = re.compile(r"conv_([0-9a-f]{32})([0-9a-f]{16})")
_ITEM = re.compile(r"[a-z]+_([0-9a-f]{32})[0-9a-f]{4}")


def response_id(turn_id: str) -> str:
    """Return the id of a turn as a response."""
    return f"resp_{UUID(turn_id).hex}"


def turn_of(response: str, param: str = "response_id") -> str:
    """Return the turn a response's id stands for; raises NotFound for what is no such id."""
    found = _RESPONSE.fullmatch(response)
    if found is None:
        raise NotFound(f"There is no response “{response}”.", param=param)
    return str(UUID(found[1]))


def conversation_id(session_id: str) -> str:
    """Return the id of a session as a conversation."""
    digits = UUID(session_id).hex
    return f"conv_{digits}{_checksum(digits)}"


def session_of(conversation: str, param: str = "conversation_id") -> str:
    """Return the session a conversation's id stands for; raises NotFound for what is no such id."""
    found = _CONVERSATION.fullmatch(conversation)
    if found is None or found[2] != _checksum(found[1]):
        raise NotFound(f"There is no conversation “{conversation}”.", param=param)
    return str(UUID(found[1]))


def input_id(kind: str, turn_id: str, place: int) -> str:
    """Return the id of an item of what a turn was asked; `kind` is the prefix, such as `msg`."""
    return f"{kind}_{UUID(turn_id).hex}{place % FIRST_OUTPUT:04x}"


def output_id(kind: str, turn_id: str, place: int) -> str:
    """Return the id of an item of what a turn answered."""
    return f"{kind}_{UUID(turn_id).hex}{FIRST_OUTPUT + place % FIRST_OUTPUT:04x}"


def turn_of_item(item_id: str, param: str = "item_id") -> str:
    """Return the turn an item belongs to; raises NotFound for what is no such id."""
    found = _ITEM.fullmatch(item_id)
    if found is None:
        raise NotFound(f"There is no item “{item_id}”.", param=param)
    return str(UUID(found[1]))


def _checksum(digits: str) -> str:
    return hashlib.sha256(digits.encode()).hexdigest()[:16]
