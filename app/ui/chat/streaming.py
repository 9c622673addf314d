"""Splits a growing message into blocks that are finished and the tail that still changes. No Qt.

Only the tail is parsed and laid out again; a full render at the end settles what depends on later text.
"""

from __future__ import annotations

from app.ui.chat.markdown import Segment, blocks

_LONGEST_TAIL = 2400


class StreamSplitter:
    """`feed` takes the whole text so far, which must only grow."""

    def __init__(self) -> None:
        self._frozen_characters = 0

    def feed(self, text: str) -> tuple[list[Segment], list[Segment]]:
        """Return newly finished blocks, and the blocks of the tail."""
        tail_text = text[self._frozen_characters :]
        parsed = blocks(tail_text)
        finished = parsed[:-1]
        if finished:
            lines = tail_text.splitlines(keepends=True)
            cut = sum(len(line) for line in lines[: finished[-1].end_line])
            self._frozen_characters += cut
            return finished, parsed[-1:]
        if len(tail_text) > _LONGEST_TAIL and parsed and parsed[0].kind == "prose":
            return self._split_long(tail_text)
        return [], parsed

    def _split_long(self, tail_text: str) -> tuple[list[Segment], list[Segment]]:
        """Finish the front part of a very long paragraph, at a space where there is one."""
        cut = max(tail_text.rfind("\n", 0, _LONGEST_TAIL), tail_text.rfind(" ", 0, _LONGEST_TAIL)) + 1
        cut = cut if cut > 1 else _LONGEST_TAIL
        self._frozen_characters += cut
        return blocks(tail_text[:cut]), blocks(tail_text[cut:])
