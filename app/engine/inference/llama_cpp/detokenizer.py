"""Turns token bytes into text that may be shown: whole characters only, and never part of a stop string. Pure."""

from __future__ import annotations

import codecs


def held_back(text: str, stops: tuple[str, ...]) -> int:
    """Return how many characters at the end of `text` could be the beginning of a stop string."""
    longest = 0
    for stop in stops:
        for length in range(min(len(stop) - 1, len(text)), longest, -1):
            if text.endswith(stop[:length]):
                longest = length
                break
    return longest


class Detokenizer:
    """Joins the bytes of one generation. `stopped` tells that a stop string was met; it is not shown."""

    def __init__(self, stops: tuple[str, ...] = ()) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._pending = ""
        self.stopped = False

    def feed(self, piece: bytes) -> str:
        """Add the bytes of one token and return the text that is certain now."""
        return self._settle(self._decoder.decode(piece))

    def flush(self) -> str:
        """End the generation and return what was held back; broken characters become U+FFFD."""
        text = self._settle(self._decoder.decode(b"", final=True))
        if not self.stopped:
            text += self._pending
            self._pending = ""
        return text

    def _settle(self, text: str) -> str:
        if self.stopped:
            return ""
        self._pending += text
        found = [index for stop in self._stops if (index := self._pending.find(stop)) >= 0]
        if found:
            self.stopped = True
            done, self._pending = self._pending[: min(found)], ""
            return done
        keep = held_back(self._pending, self._stops)
        cut = len(self._pending) - keep
        done, self._pending = self._pending[:cut], self._pending[cut:]
        return done
