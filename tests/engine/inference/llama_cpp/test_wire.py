"""Frames arrive as they were sent, and nothing but the known shapes is accepted."""

from __future__ import annotations

import io
import struct

import msgspec
import pytest

from app.engine.domain.errors import PromptTooLong, from_fields, to_fields
from app.engine.domain.inference import (
    Message,
    ResponseFormat,
    Sampling,
    Timings,
    TokenLogprob,
    ToolCall,
    ToolChoice,
    ToolSpec,
    TopLogprob,
    Usage,
)
from app.engine.inference.llama_cpp import wire

MESSAGE = Message(role="assistant", content="ä🦙", tool_calls=(ToolCall(id="1", name="f", arguments="{}"),))
CHAT = wire.ChatPrompt(
    messages=(MESSAGE,), tools=(ToolSpec(name="f", parameters={"type": "object"}),), tool_choice=ToolChoice(mode="none")
)
COMMANDS: list[wire.Command] = [
    wire.LoadModel(path="/a b/ü.gguf", context_length=4096, gpu_layers=7, kv_type="q8_0"),
    wire.Generate(id="g1", prompt=CHAT, sampling=Sampling(seed=1, logit_bias={5: -100.0}), stop=("a", "b")),
    wire.Generate(id="g2", prompt="text", response_format=ResponseFormat(type="json_schema", schema={"a": [1, None]})),
    wire.Generate(id="g3", prompt=(1, 2, 3), max_tokens=4, logprobs=2),
    wire.Cancel("g1"),
    wire.CountTokens(id="c1", prompt=CHAT),
    wire.Shutdown(),
]
REPORTS: list[wire.Report] = [
    wire.Loading(0.5),
    wire.Loaded(context_length=1, model_bytes=2, kv_bytes=3, device="CPU", has_chat_template=True),
    wire.Accepted("g1", 10, 4),
    wire.Produced(
        (
            wire.Piece(id="g1", text="ä", special="<|eom_id|>"),
            wire.Piece(id="g2", logprobs=(TokenLogprob("a", (97,), -0.5, (TopLogprob("b", (98,), -1.5),)),)),
        )
    ),
    wire.Ended(id="g1", reason="length", usage=Usage(prompt_tokens=3), timings=Timings(queued=1.5), context_full=True),
    wire.Refused("g1", to_fields(PromptTooLong(10, 5))),
    wire.Counted("c1", 12),
]


def test_commands_arrive_as_they_were_sent() -> None:
    stream = io.BytesIO(b"".join(map(wire.pack, COMMANDS)))
    assert [wire.read_command(stream) for _ in COMMANDS] == COMMANDS
    assert wire.read_command(stream) is None


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: type(report).__name__)
def test_reports_arrive_as_they_were_sent(report: wire.Report) -> None:
    frame = wire.pack(report)
    assert wire.frame_length(frame[:4]) == len(frame) - 4
    assert wire.unpack_report(frame[4:]) == report


def test_an_error_keeps_its_kind_across_the_pipe() -> None:
    refused = wire.unpack_report(wire.pack(REPORTS[5])[4:])
    assert isinstance(refused, wire.Refused)
    error = from_fields(refused.error)
    assert isinstance(error, PromptTooLong)
    assert (error.prompt_tokens, error.context_length) == (10, 5)


def test_an_absurd_length_is_refused_before_anything_is_read() -> None:
    with pytest.raises(ValueError, match="over the limit"):
        wire.frame_length(struct.pack(">I", wire.FRAME_LIMIT + 1))
    assert wire.frame_length(struct.pack(">I", wire.FRAME_LIMIT)) == wire.FRAME_LIMIT


@pytest.mark.parametrize("body", [b"", b"\xc1", b"\x80", wire.pack(wire.Cancel("x"))[4:], b"\xa3abc"])
def test_a_host_can_send_reports_only(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        wire.unpack_report(body)


def test_a_report_is_no_command() -> None:
    with pytest.raises(msgspec.ValidationError):
        wire.read_command(io.BytesIO(wire.pack(REPORTS[0])))


def test_half_a_header_is_the_end() -> None:
    assert wire.read_command(io.BytesIO(b"\x00\x00")) is None
