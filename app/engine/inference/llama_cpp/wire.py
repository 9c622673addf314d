"""What the parent and a model host say to each other over the pipe. Values and framing only; no behaviour.

A frame is a 4-byte big-endian length and that many bytes of MessagePack. There is no pickle: a host that was
taken over by a hostile file can send nothing but these shapes.
"""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct

from app.engine.domain.inference import (
    Message,
    PromptPart,
    ResponseFormat,
    Sampling,
    Timings,
    TokenLogprob,
    ToolChoice,
    ToolSpec,
    Usage,
)

FRAME_LIMIT = 64 * 1024 * 1024
_HEADER = struct.Struct(">I")


class LoadModel(Struct, frozen=True, kw_only=True, tag="load"):
    """Load one GGUF. `threads` and `flash_attention` None are chosen by the host."""

    path: str
    context_length: int
    gpu_layers: int = 0
    threads: int | None = None
    kv_type: str = "f16"
    flash_attention: str = "auto"
    parallel: int = 16
    queue: int = 128
    template_seconds: float = 2.0


class ChatPrompt(Struct, frozen=True, kw_only=True, tag="chat"):
    """A conversation for the model's own template."""

    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...] = ()
    tool_choice: ToolChoice = ToolChoice()
    parallel_tool_calls: bool = True


class Generate(Struct, frozen=True, kw_only=True, tag="generate"):
    """Start a generation; answered by Accepted, Produced and Ended, or by Refused."""

    id: str
    prompt: ChatPrompt | str | tuple[int, ...]
    sampling: Sampling = Sampling()
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    response_format: ResponseFormat = ResponseFormat()
    logprobs: int | None = None
    priority: int = 0


class Classify(Struct, frozen=True, kw_only=True, tag="classify"):
    """Read the next-token probabilities of `choices`, one token each; answered by Classed or Refused."""

    id: str
    prompt: tuple[PromptPart, ...]
    choices: tuple[str, ...]
    priority: int = 0


class Cancel(Struct, frozen=True, tag="cancel"):
    """Stop a generation; unknown ids are ignored."""

    id: str


class CountTokens(Struct, frozen=True, kw_only=True, tag="count"):
    """Count the tokens of a prompt, a conversation or raw pieces (`parts`); answered by Counted or Refused."""

    id: str
    prompt: ChatPrompt | None = None
    parts: tuple[PromptPart, ...] = ()


class Shutdown(Struct, frozen=True, tag="shutdown"):
    """End the process."""


Command = LoadModel | Generate | Classify | Cancel | CountTokens | Shutdown


class Loading(Struct, frozen=True, tag="loading"):
    """Loading moved on; `fraction` is 0 to 1."""

    fraction: float


class Loaded(Struct, frozen=True, kw_only=True, tag="loaded"):
    """The model is ready. Bytes are the weights and the KV cache."""

    context_length: int
    model_bytes: int
    kv_bytes: int
    device: str
    has_chat_template: bool
    system_info: str = ""


class Accepted(Struct, frozen=True, tag="accepted"):
    """A generation was admitted; `cached_tokens` of its prompt were not computed again."""

    id: str
    prompt_tokens: int
    cached_tokens: int


class Piece(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """New output of one generation. `special` is a control token the tool parser needs."""

    id: str
    text: str = ""
    special: str = ""
    logprobs: tuple[TokenLogprob, ...] = ()


class Produced(Struct, frozen=True, tag="produced"):
    """The output of one decode step, for all generations together."""

    pieces: tuple[Piece, ...]


class Ended(Struct, frozen=True, kw_only=True, tag="ended"):
    """A generation came to its end. `context_full` tells a full context from a reached `max_tokens`."""

    id: str
    reason: str
    usage: Usage
    timings: Timings
    context_full: bool = False


class Refused(Struct, frozen=True, tag="refused"):
    """A command failed; `error` is a PaddockError as flat fields. An empty id means the load."""

    id: str
    error: dict[str, Any]


class Counted(Struct, frozen=True, tag="counted"):
    """The answer to CountTokens."""

    id: str
    tokens: int


class Classed(Struct, frozen=True, kw_only=True, tag="classed"):
    """The answer to Classify: natural-log probabilities among all tokens, and the likeliest token's text."""

    id: str
    logprobs: tuple[float, ...]
    best: str
    prompt_tokens: int
    cached_tokens: int


Report = Loading | Loaded | Accepted | Produced | Ended | Refused | Counted | Classed

_encoder = msgspec.msgpack.Encoder()
_command_decoder = msgspec.msgpack.Decoder(Command)
_report_decoder = msgspec.msgpack.Decoder(Report)


def pack(message: Command | Report) -> bytes:
    """Return one whole frame."""
    body = _encoder.encode(message)
    return _HEADER.pack(len(body)) + body


def frame_length(header: bytes) -> int:
    """Return the body length of a 4-byte header; raises ValueError when it is absurd."""
    length: int = _HEADER.unpack(header)[0]
    if length > FRAME_LIMIT:
        raise ValueError(f"a frame of {length} bytes is over the limit of {FRAME_LIMIT}")
    return length


def unpack_report(body: bytes) -> Report:
    """Decode what a host sent; raises msgspec.ValidationError on anything else."""
    report: Report = _report_decoder.decode(body)
    return report


def read_command(stream: BinaryIO) -> Command | None:
    """Read the next command, blocking; None at the end of the stream."""
    header = stream.read(4)
    if len(header) < 4:
        return None
    command: Command = _command_decoder.decode(stream.read(frame_length(header)))
    return command
