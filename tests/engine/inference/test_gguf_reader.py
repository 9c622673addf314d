"""The raw reader takes hand-made headers apart and believes no number in them."""

from __future__ import annotations

import io
import struct

import pytest

from app.engine.domain.errors import GgufInvalid
from app.engine.inference.gguf_reader import MAX_KEPT_ARRAY, RawHeader, read_raw

U32, STRING, ARRAY, U64 = 4, 8, 9, 10


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def key(name: str, kind: int, value: bytes) -> bytes:
    return text(name) + struct.pack("<I", kind) + value


def array(kind: int, length: int, values: bytes = b"") -> bytes:
    return struct.pack("<IQ", kind, length) + values


def tensor(name: str, shape: tuple[int, ...], kind: int = 0, offset: int = 0, dimensions: int | None = None) -> bytes:
    count = len(shape) if dimensions is None else dimensions
    return text(name) + struct.pack(f"<I{len(shape)}QIQ", count, *shape, kind, offset)


def read(*, keys: tuple[bytes, ...] = (), tensors: tuple[bytes, ...] = (), data: bytes = b"") -> RawHeader:
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(keys)) + b"".join(keys) + b"".join(tensors)
    content = head + bytes(-len(head) % 32) + data
    return read_raw(io.BytesIO(content), len(content))


def test_values_of_all_kinds() -> None:
    raw = read(
        keys=(
            key("a", U32, struct.pack("<I", 7)),
            key("b", STRING, text("Größe")),
            key("c", 7, b"\1"),
            key("d", 6, struct.pack("<f", 0.5)),
            key("e", 5, struct.pack("<i", -3)),
            key("f", ARRAY, array(U32, 2, struct.pack("<2I", 1, 2))),
            key("g", ARRAY, array(STRING, 2, text("x") + text("yy"))),
            key("h", U64, struct.pack("<Q", 2**40)),
        )
    )
    assert raw.values == {"a": 7, "b": "Größe", "c": True, "d": 0.5, "e": -3, "f": (1, 2), "g": None, "h": 2**40}
    assert raw.arrays == {"f": 2, "g": 2}


def test_long_lists_are_counted_and_not_kept() -> None:
    length = MAX_KEPT_ARRAY + 1
    raw = read(keys=(key("long", ARRAY, array(U32, length, bytes(4 * length))), key("after", U32, bytes(4))))
    assert raw.values == {"long": None, "after": 0}
    assert raw.arrays == {"long": length}


def test_tensors_with_their_sizes() -> None:
    raw = read(tensors=(tensor("x", (64, 2), kind=8), tensor("y", (3,), offset=160)), data=bytes(172))
    first, second = raw.tensors
    assert (first.name, first.elements, first.type.name, first.size_bytes) == ("x", 128, "Q8_0", 136)
    assert (second.elements, second.offset, second.size_bytes) == (3, 160, 12)
    assert raw.data_start % 32 == 0


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ((key("a", U32, bytes(4)), key("a", U32, bytes(4))), "wrongly or twice"),
        ((key("", U32, bytes(4)),), "wrongly or twice"),
        ((key("a", 99, bytes(4)),), "unknown type 99"),
        ((key("a", ARRAY, array(ARRAY, 1, array(U32, 0))),), "elements of the unknown type 9"),
        ((key("a", ARRAY, array(U32, 2**40)),), "entries in “a”, which cannot be"),
        ((key("a", ARRAY, array(STRING, 2**60)),), "entries in “a”, which cannot be"),
        ((key("a", ARRAY, array(STRING, 1, struct.pack("<Q", 2**50))),), "ends in the middle"),
        ((key("a", STRING, struct.pack("<Q", 2**63)),), "ends in the middle"),
        ((key("a", STRING, text("x" * 2_000_000)),), "at most 1,048,576 are allowed"),
        ((text("k" * 70_000) + struct.pack("<I", U32) + bytes(4),), "metadata key has 70,000 bytes"),
        (tuple(key(f"k{n}", STRING, text("x" * 1_000_000)) for n in range(20)), "larger than any model needs"),
        ((key("general.alignment", U32, bytes(4)),), "no power of two"),
        ((key("general.alignment", STRING, text("32")),), "no power of two"),
    ],
    ids=range(13),
)
def test_bad_metadata_is_refused(keys: tuple[bytes, ...], words: str) -> None:
    with pytest.raises(GgufInvalid, match=words):
        read(keys=keys)


@pytest.mark.parametrize(
    ("tensors", "words"),
    [
        ((tensor("a", (4,), kind=4),), "type 4"),
        ((tensor("a", (4,), kind=2**31),), "does not know"),
        ((tensor("a", (33,), kind=8),), "impossible shape"),
        ((tensor("a", (2**62, 2**62)),), "impossible shape"),
        ((tensor("a", (4,), dimensions=5),), "5 dimensions"),
        ((tensor("n" * 64, (4,)),), "tensor name has 64 bytes"),
        ((tensor("a", (8,)), tensor("a", (8,), offset=32)), "described twice"),
        ((tensor("a", (4,), offset=32),), "not where it should be"),
        ((tensor("a", (8,)), tensor("b", (4,), offset=0)), "not where it should be"),
        ((tensor("a", (1000,)),), "incomplete: it should have"),
    ],
    ids=range(10),
)
def test_bad_tensors_are_refused(tensors: tuple[bytes, ...], words: str) -> None:
    with pytest.raises(GgufInvalid, match=words):
        read(tensors=tensors, data=bytes(64))
