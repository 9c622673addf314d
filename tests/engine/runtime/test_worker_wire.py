"""Frames come back as they were packed; what is not a frame is refused before it takes memory."""

from __future__ import annotations

import io
import struct

import msgspec
import pytest

from app.engine.runtime.worker_wire import (
    FRAME_LIMIT,
    Done,
    Failed,
    Item,
    Request,
    Stop,
    encode,
    frame_length,
    pack,
    read_command,
    unpack_reply,
)


def test_commands_come_back_in_order_until_the_end() -> None:
    sent = [Request(1, "look", encode(("a", 2))), Stop(1), Request(2, "look", b"")]
    stream = io.BytesIO(b"".join(map(pack, sent)))
    assert [read_command(stream) for _ in range(4)] == [*sent, None]


@pytest.mark.parametrize("reply", [Item(3, b"\0x"), Done(4), Done(5, b"y"), Failed(6, {"code": "busy", "n": 1.5})])
def test_replies_come_back(reply: Item | Done | Failed) -> None:
    frame = pack(reply)
    assert frame_length(frame[:4]) == len(frame) - 4
    assert unpack_reply(frame[4:]) == reply


def test_a_cut_header_is_the_end() -> None:
    assert read_command(io.BytesIO(b"\0\0")) is None


def test_an_absurd_length_is_refused_unread() -> None:
    assert frame_length(struct.pack(">I", FRAME_LIMIT)) == FRAME_LIMIT
    with pytest.raises(ValueError, match="over the limit"):
        frame_length(struct.pack(">I", FRAME_LIMIT + 1))
    with pytest.raises(ValueError, match="over the limit"):
        read_command(io.BytesIO(b"\xff\xff\xff\xff"))


@pytest.mark.parametrize("body", [b"", b"\xc1", encode({"type": "request", "id": 1, "verb": "x", "body": b""}), b"[]"])
def test_a_worker_can_send_nothing_but_replies(body: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        unpack_reply(body)
