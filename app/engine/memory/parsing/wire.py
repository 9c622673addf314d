"""What the child that reads documents says to its parent. No behaviour."""

from __future__ import annotations

from msgspec import Struct

from app.engine.domain.parsing import ParseEvent


class Refused(Struct, frozen=True, kw_only=True, tag="refused"):
    """The document cannot be read; the fields are those of a DocumentUnreadable."""

    code: str
    message: str
    hint: str = ""


class Timed(Struct, frozen=True, kw_only=True):
    """An event, the seconds of work it took since the document was opened, and at the end the memory of the child."""

    event: ParseEvent | Refused
    seconds: float = 0.0
    memory_bytes: int = 0
