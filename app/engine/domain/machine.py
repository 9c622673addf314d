"""Words about this machine: where the endpoint listens and what the doctor found. No I/O."""

from __future__ import annotations

from msgspec import Struct


class Endpoint(Struct, frozen=True, kw_only=True):
    """Where the local API listens. `url` is empty while it is off; `reason` says why."""

    url: str = ""
    requires_key: bool = True
    reason: str = ""


class Finding(Struct, frozen=True, kw_only=True):
    """One line of the doctor's report; `mend` says what to do when `ok` is false."""

    topic: str
    ok: bool
    value: str
    mend: str = ""


class Memory(Struct, frozen=True, kw_only=True):
    """Bytes of memory of the machine or of one device."""

    total: int
    free: int


class Device(Struct, frozen=True, kw_only=True):
    """Something that can compute: `kind` as llama.cpp names it."""

    name: str
    description: str
    kind: str
    memory: Memory
