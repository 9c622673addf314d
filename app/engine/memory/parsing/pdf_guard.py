"""Looks through a PDF for streams that unpack to absurd sizes, before a library that would abort on them reads it.

A deflate stream grows at most about a thousandfold, so that only long streams have to be tried. Pictures are left
alone: reading text does not unpack them.
"""

from __future__ import annotations

import mmap
import re
import zlib

from app.engine.memory.parsing.reading import Source
from app.engine.memory.parsing.refusals import unreadable

UNPACKED_BYTES = 256 * 1024**2
_GROWTH = 1032
_DICTIONARY_BYTES = 2_000
_BLOCK_BYTES = 65_536
_PIECE_BYTES = 1024 * 1024
_STREAM = re.compile(rb"(?<!end)stream\r?\n")


def check_streams(source: Source, most_bytes: int = UNPACKED_BYTES) -> None:
    """Raise DocumentUnreadable when a stream of the file unpacks to more than `most_bytes`."""
    with open(source.path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for found in _STREAM.finditer(data):
            start = found.end()
            words = data[max(0, found.start() - _DICTIONARY_BYTES) : found.start()].rpartition(b" obj")[2]
            layers = words.count(b"/FlateDecode") + words.count(b"/Fl ") + words.count(b"/Fl]")
            if not layers or b"/Image" in words:
                continue
            end = data.find(b"endstream", start)
            end = len(data) if end < 0 else end
            if (end - start) * _GROWTH**layers > most_bytes:
                _try(data, start, end, min(layers, 4), most_bytes)


def _try(data: mmap.mmap, start: int, end: int, layers: int, most_bytes: int) -> None:
    """Unpack a stream in small steps and count what comes out of every layer."""
    steps = [_Layer(most_bytes) for _ in range(layers)]
    try:
        for at in range(start, end, _BLOCK_BYTES):
            _pass(steps, data[at : min(at + _BLOCK_BYTES, end)])
    except zlib.error:
        return  # damaged streams are left to the reader


class _Layer:
    def __init__(self, most_bytes: int) -> None:
        self._unpacking = zlib.decompressobj()
        self._left = most_bytes

    def pieces(self, block: bytes) -> list[bytes]:
        """Return what comes next out of a block: a bounded piece and whether more is to come, as the block's rest."""
        piece = self._unpacking.decompress(block, _PIECE_BYTES)
        self._left -= len(piece)
        if self._left < 0:
            raise unreadable("document_unpacks_too_large", "a stream in it grows more than a thousandfold")
        return [piece, self._unpacking.unconsumed_tail]


def _pass(layers: list[_Layer], block: bytes) -> None:
    if not layers:
        return
    while block:
        piece, block = layers[0].pieces(block)
        _pass(layers[1:], piece)
