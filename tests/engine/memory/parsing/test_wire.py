from __future__ import annotations

import msgspec
import pytest

from app.engine.domain.parsing import Closed, Omitted, Opened, Part
from app.engine.memory.parsing.wire import Refused, Timed


@pytest.mark.parametrize(
    "event",
    [
        Opened(format="pdf", mime="x"),
        Part(text="a"),
        Omitted(where="a", reason="b"),
        Closed(),
        Refused(code="a", message="b"),
    ],
)
def test_every_event_crosses_the_border(event) -> None:
    item = Timed(event=event, seconds=1.5, memory_bytes=3)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(item), type=Timed) == item
