"""Reads the raw header of a GGUF file: keys and tensor descriptions, nothing of the weights. Trusts no number in it.

Follows the checks of llama.cpp's own reader (ggml/src/gguf.cpp, version 3 of the format,
https://github.com/ggml-org/ggml/blob/master/docs/gguf.md) and adds limits, so that a bad file costs neither memory
nor time. Must not know what any key means; `gguf.py` does.
"""

from __future__ import annotations

import math
import struct
from typing import BinaryIO

from msgspec import Struct

from app.engine.domain.errors import GgufInvalid
from app.engine.inference.gguf_tables import TENSOR_TYPES, TensorType

Value = int | float | bool | str | tuple[int | float | bool, ...] | None

MAX_KEYS = 65_536
MAX_TENSORS = 65_536
MAX_KEY_BYTES = 65_535
MAX_TENSOR_NAME_BYTES = 63
MAX_DIMENSIONS = 4
MAX_STRING_BYTES = 1024 * 1024
MAX_KEPT_BYTES = 16 * 1024 * 1024
MAX_KEPT_ARRAY = 4096
MAX_ARRAY = 8 * 1024 * 1024
MAX_HEADER_BYTES = 512 * 1024 * 1024

_CHUNK = 4 * 1024 * 1024
_STRING, _ARRAY = 8, 9
# Metadata value types by number: struct code. 8 is a string, 9 an array.
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_U64 = struct.Struct("<Q")

DAMAGED = "The file is probably damaged: download or copy it again."


class TensorInfo(Struct, frozen=True):
    """One tensor. `offset` and `size_bytes` are bytes, the offset from the start of the data."""

    name: str
    elements: int
    type: TensorType
    offset: int
    size_bytes: int


class RawHeader(Struct, frozen=True, kw_only=True):
    """All of the header. `arrays` gives the length of every array, kept or not; `data_start` is a file offset."""

    version: int
    values: dict[str, Value]
    arrays: dict[str, int]
    tensors: tuple[TensorInfo, ...]
    data_start: int


def read_raw(file: BinaryIO, size: int) -> RawHeader:
    """Read the header of an open file of `size` bytes; raises GgufInvalid in plain words."""
    cursor = _Cursor(file, size)
    version = _read_start(cursor)
    tensor_count, key_count = cursor.number("Q"), cursor.number("Q")
    _check_count(tensor_count, MAX_TENSORS, cursor.left // 24, "tensors")
    _check_count(key_count, MAX_KEYS, cursor.left // 13, "metadata keys")
    values, arrays = _read_values(cursor, key_count)
    alignment = _alignment(values.get("general.alignment", 32))
    tensors = _read_tensors(cursor, tensor_count, alignment)
    start = -(-cursor.position // alignment) * alignment
    _check_end(tensors, start, size)
    return RawHeader(version=version, values=values, arrays=arrays, tensors=tensors, data_start=start)


class _Cursor:
    """Walks forward through the file in chunks; every step is checked against the file's end."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._chunk = b""
        self._chunk_start = 0
        self._at = 0

    @property
    def position(self) -> int:
        """Offset in the file."""
        return self._chunk_start + self._at

    @property
    def left(self) -> int:
        """Bytes up to the end of the file."""
        return self._size - self.position

    def take(self, count: int) -> bytes:
        """Return the next bytes."""
        self._need(count)
        self._at += count
        return self._chunk[self._at - count : self._at]

    def skip(self, count: int) -> None:
        """Pass over bytes without reading them."""
        self._check(count)
        if self._at + count <= len(self._chunk):
            self._at += count
        else:
            self._chunk_start, self._chunk, self._at = self.position + count, b"", 0

    def number(self, code: str) -> int:
        """Return the next integer of a struct code."""
        return int(struct.unpack("<" + code, self.take(struct.calcsize("<" + code)))[0])

    def text(self, limit: int, what: str) -> str:
        """Return the next string; raises GgufInvalid when it is longer than `limit` bytes."""
        length = self.number("Q")
        self._check(length)
        if length > limit:
            raise GgufInvalid(f"The file's {what} has {length:,} bytes; at most {limit:,} are allowed.", hint=DAMAGED)
        return self.take(length).decode("utf-8", errors="replace")

    def skip_strings(self, count: int) -> None:
        """Pass over an array of strings."""
        for _ in range(count):
            if self._at + 8 > len(self._chunk):
                self._need(8)
            (length,) = _U64.unpack_from(self._chunk, self._at)
            end = self._at + 8 + length
            if end <= len(self._chunk):
                self._at = end
            else:
                self.skip(8 + length)

    def _need(self, count: int) -> None:
        self._check(count)
        if self._at + count > len(self._chunk):
            self._chunk_start, self._at = self.position, 0
            self._file.seek(self._chunk_start)
            self._chunk = self._file.read(max(count, min(_CHUNK, self.left)))
            if len(self._chunk) < count:
                raise _truncated()

    def _check(self, count: int) -> None:
        if count > self.left:
            raise _truncated()
        if self.position + count > MAX_HEADER_BYTES:
            raise GgufInvalid(f"The file's header is larger than {MAX_HEADER_BYTES:,} bytes.", hint=DAMAGED)


def _truncated() -> GgufInvalid:
    return GgufInvalid("The file ends in the middle of its header.", hint=DAMAGED)


def _check_count(count: int, most: int, possible: int, what: str) -> None:
    if count > min(most, possible):
        raise GgufInvalid(f"The file claims to have {count:,} {what}, which cannot be.", hint=DAMAGED)


def _read_start(cursor: _Cursor) -> int:
    if cursor.left == 0:
        raise GgufInvalid("The file is empty.", hint=DAMAGED)
    magic = cursor.take(min(4, cursor.left))
    if magic != b"GGUF":
        raise GgufInvalid(_not_gguf(magic), hint="Choose a file that ends in .gguf.")
    version = cursor.number("I")
    if version & 0xFFFF == 0:
        raise GgufInvalid("The file was made for machines with another byte order.", hint="Look for the usual file.")
    if version not in (2, 3):
        raise GgufInvalid(f"This is version {version} of the GGUF format; Paddock reads 2 and 3.", hint=DAMAGED)
    return version


def _not_gguf(magic: bytes) -> str:
    known = {b"PK\x03\x04": "a ZIP or PyTorch file", b"vers": "a Git LFS pointer, not the model itself"}
    if magic in (b"lmgg", b"fmgg", b"tjgg"):
        return "This is a GGML file, a form that came before GGUF and is no longer read."
    if magic in known:
        return f"This is no GGUF file: it looks like {known[magic]}."
    return "This is no GGUF file: it does not begin with “GGUF”."


def _read_values(cursor: _Cursor, count: int) -> tuple[dict[str, Value], dict[str, int]]:
    values: dict[str, Value] = {}
    arrays: dict[str, int] = {}
    kept = 0
    for _ in range(count):
        key = cursor.text(MAX_KEY_BYTES, "metadata key")
        if not key or key in values:
            raise GgufInvalid(f"The file's metadata names the key “{key[:80]}” wrongly or twice.", hint=DAMAGED)
        value = _read_value(cursor, cursor.number("I"), key, arrays)
        kept += len(key) + (len(value) if isinstance(value, str | tuple) else 8)
        if kept > MAX_KEPT_BYTES:
            raise GgufInvalid("The file's metadata is larger than any model needs.", hint=DAMAGED)
        values[key] = value
    return values, arrays


def _read_value(cursor: _Cursor, kind: int, key: str, arrays: dict[str, int]) -> Value:
    if kind == _STRING:
        return cursor.text(MAX_STRING_BYTES, f"value of “{key[:80]}”")
    if kind == _ARRAY:
        element, length = cursor.number("I"), cursor.number("Q")
        arrays[key] = length
        return _read_array(cursor, element, length, key)
    if kind not in _SCALARS:
        raise GgufInvalid(f"The metadata key “{key[:80]}” has the unknown type {kind}.", hint=DAMAGED)
    code = "<" + _SCALARS[kind]
    scalar: int | float | bool = struct.unpack(code, cursor.take(struct.calcsize(code)))[0]
    return scalar


def _read_array(cursor: _Cursor, element: int, length: int, key: str) -> Value:
    if element != _STRING and element not in _SCALARS:
        raise GgufInvalid(f"The list “{key[:80]}” has elements of the unknown type {element}.", hint=DAMAGED)
    width = 8 if element == _STRING else struct.calcsize("<" + _SCALARS[element])
    _check_count(length, MAX_ARRAY, cursor.left // width, f"entries in “{key[:80]}”")
    if element == _STRING:
        cursor.skip_strings(length)
        return None
    if length > MAX_KEPT_ARRAY:
        cursor.skip(length * width)
        return None
    return struct.unpack(f"<{length}{_SCALARS[element]}", cursor.take(length * width))


def _alignment(value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= 1 << 20 or value & (value - 1):
        raise GgufInvalid(f"The file's alignment is {value}, which is no power of two.", hint=DAMAGED)
    return value


def _read_tensors(cursor: _Cursor, count: int, alignment: int) -> tuple[TensorInfo, ...]:
    tensors: dict[str, TensorInfo] = {}
    expected = 0
    for _ in range(count):
        tensor = _read_tensor(cursor)
        if tensor.name in tensors:
            raise GgufInvalid(f"The tensor “{tensor.name}” is described twice.", hint=DAMAGED)
        if tensor.offset != expected:
            raise GgufInvalid(f"The tensor “{tensor.name}” is not where it should be.", hint=DAMAGED)
        expected += -(-tensor.size_bytes // alignment) * alignment
        tensors[tensor.name] = tensor
    return tuple(tensors.values())


def _read_tensor(cursor: _Cursor) -> TensorInfo:
    name = cursor.text(MAX_TENSOR_NAME_BYTES, "tensor name")
    dimensions = cursor.number("I")
    if dimensions > MAX_DIMENSIONS:
        raise GgufInvalid(f"The tensor “{name}” has {dimensions:,} dimensions; 4 is the most.", hint=DAMAGED)
    shape = struct.unpack(f"<{dimensions}Q", cursor.take(8 * dimensions))
    number, offset = cursor.number("I"), cursor.number("Q")
    kind = TENSOR_TYPES.get(number)
    if kind is None:
        raise GgufInvalid(
            f"The tensor “{name}” is stored in a form (type {number}) that this llama.cpp does not know.",
            hint="Choose another quantisation of the model, such as Q4_K_M.",
        )
    elements = math.prod(shape)
    if elements >= 1 << 63 or (shape and shape[0] % kind.block_size):
        raise GgufInvalid(f"The tensor “{name}” has an impossible shape.", hint=DAMAGED)
    return TensorInfo(name, elements, kind, offset, elements // kind.block_size * kind.block_bytes)


def _check_end(tensors: tuple[TensorInfo, ...], start: int, size: int) -> None:
    end = start + (tensors[-1].offset + tensors[-1].size_bytes if tensors else 0)
    if end > size:
        raise GgufInvalid(
            f"The file is incomplete: it should have {end:,} bytes and has {size:,}.",
            hint="Download or copy it again.",
        )
