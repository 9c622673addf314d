"""What a worker process and its parent say to each other: requests by verb, replies by id. No behaviour.

A frame is a 4-byte big-endian length and that many bytes of MessagePack. There is no pickle: a worker that a hostile
document took over can send nothing but the shapes its caller expects.
"""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct

FRAME_LIMIT = 256 * 1024 * 1024
_HEADER = struct.Struct(">I")


class Request(Struct, frozen=True, tag="request"):
    """Do `verb` with `body`, which is packed by itself."""

    id: int
    verb: str
    body: bytes


class Stop(Struct, frozen=True, tag="stop"):
    """Nobody waits for this request any more."""

    id: int


class Item(Struct, frozen=True, tag="item"):
    """One item of a stream of results."""

    id: int
    body: bytes


class Done(Struct, frozen=True, tag="done"):
    """The result of a call; empty at the end of a stream."""

    id: int
    body: bytes = b""


class Failed(Struct, frozen=True, tag="failed"):
    """The call failed; `error` is a PaddockError as flat fields."""

    id: int
    error: dict[str, Any]


Command = Request | Stop
Reply = Item | Done | Failed

encode = msgspec.msgpack.Encoder().encode
_command_decoder = msgspec.msgpack.Decoder(Command)
_reply_decoder = msgspec.msgpack.Decoder(Reply)


def pack(message: Command | Reply) -> bytes:
    """Return one whole frame."""
    body = encode(message)
    return _HEADER.pack(len(body)) + body


def frame_length(header: bytes) -> int:
    """Return the body length of a 4-byte header; raises ValueError when it is absurd."""
    length: int = _HEADER.unpack(header)[0]
    if length > FRAME_LIMIT:
        raise ValueError(f"a frame of {length} bytes is over the limit of {FRAME_LIMIT}")
    return length


def unpack_reply(body: bytes) -> Reply:
    """Decode what a worker sent; raises msgspec.ValidationError on anything else."""
    reply: Reply = _reply_decoder.decode(body)
    return reply


def read_command(stream: BinaryIO) -> Command | None:
    """Read the next command, blocking; None at the end of the stream."""
    header = stream.read(4)
    if len(header) < 4:
        return None
    command: Command = _command_decoder.decode(stream.read(frame_length(header)))
    return command
