"""Puts the lumps of a reader together to parts no longer than `PART_CHARACTERS`, with their blocks and pieces.

The only place that fixes a part's text: lumps are cleaned before, offsets are made after. Must not know a format.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.domain.parsing import PART_CHARACTERS, Block, Omitted, ParseLimits, Part
from app.engine.memory.chunking import Chunker
from app.engine.memory.parsing.cleaning import clean
from app.engine.memory.parsing.flags import gives_instructions
from app.engine.memory.parsing.reading import LINE, PARAGRAPH, Lump, Read, Turn

_SAMPLE_CHARACTERS = 8_000
_SAMPLE_OF_ONE_PART = 1_500
# A cut looks back this far for white space.
_LOOK_BACK = 1_000
# Lumps of these kinds that follow line by line are one block.
_GROWING = ("table", "list", "code")


class Assembly:
    """The parts of one document. `sample` is text to tell the language by."""

    def __init__(self, chunker: Chunker, limits: ParseLimits) -> None:
        self._chunker = chunker
        self._limits = limits
        self._turn = Turn()
        self._texts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._owes_part = False
        self._done = 0
        self.pages = 0
        self.characters = 0
        self.flagged = False
        self.full = False
        self.sample = ""

    def take(self, read: Read) -> Iterator[Part | Omitted]:
        """Add what a reader yielded; yields the parts that are complete with it."""
        if isinstance(read, Omitted):
            yield read
        elif isinstance(read, Turn):
            yield from self._begin(read)
        else:
            yield from self._add(read)

    def finish(self) -> Iterator[Part | Omitted]:
        """Yield what is left."""
        self._done = self.pages
        if self._texts or self._owes_part:
            yield self._part("")

    def _begin(self, turn: Turn) -> Iterator[Part | Omitted]:
        self._done = self.pages
        if self._texts or self._owes_part:
            yield self._part(PARAGRAPH)
        if self.pages >= self._limits.pages:
            yield self._stop(f"The document has more than {self._limits.pages:,} pages; the rest was left out.")
            return
        self._turn, self._owes_part = turn, True
        self.pages += 1

    def _add(self, lump: Lump) -> Iterator[Part | Omitted]:
        text = clean(lump.text).rstrip()
        text = text.lstrip("\n") if lump.kind == "code" else text.lstrip()
        if not text or self.full:
            return
        glue = lump.glue if self._texts else ""
        if self._texts and self._length + len(glue) + len(text) + len(PARAGRAPH) > PART_CHARACTERS:
            yield self._part(lump.glue)
            glue = ""
        left = self._limits.characters - self.characters - self._length
        for stretch in _stretches(text[:left]):
            if self._texts and len(stretch) + len(glue) + self._length + len(PARAGRAPH) > PART_CHARACTERS:
                yield self._part("")
            self._append(lump, stretch, glue if self._texts else "")
            glue = ""
        if len(text) > left:
            yield self._stop(
                f"The document has more than {self._limits.characters:,} characters; the rest was left out."
            )

    def _append(self, lump: Lump, text: str, glue: str) -> None:
        start = self._length + len(glue)
        end = start + len(text)
        last = self._blocks[-1] if self._blocks else None
        if glue.strip(" ") in ("", LINE) and last and last.kind == lump.kind and (glue == " " or lump.kind in _GROWING):
            self._blocks[-1] = Block(kind=last.kind, start=last.start, end=end, level=last.level)
        else:
            self._blocks.append(Block(kind=lump.kind, start=start, end=end, level=lump.level))
        self._texts += [glue, text]
        self._length = end

    def _part(self, end: str) -> Part:
        text = "".join(self._texts)
        text += end if text else ""
        blocks = tuple(self._blocks)
        part = Part(
            text=text,
            page=self._turn.page,
            label=self._turn.label,
            blocks=blocks,
            pieces=self._chunker.pieces(text, blocks),
            done=self._done,
        )
        self.characters += len(text)
        self.flagged = self.flagged or gives_instructions(text)
        if len(self.sample) < _SAMPLE_CHARACTERS:
            self.sample += text[:_SAMPLE_OF_ONE_PART] + " "
        self._texts, self._length, self._blocks, self._owes_part = [], 0, [], False
        return part

    def _stop(self, reason: str) -> Omitted:
        self.full = True
        return Omitted(where="the rest", reason=reason)


def _stretches(text: str) -> Iterator[str]:
    """Cut a text that is longer than a part, at white space where there is some near."""
    most = PART_CHARACTERS - len(PARAGRAPH)
    while len(text) > most:
        cut = max(text.rfind(space, most - _LOOK_BACK, most) for space in (" ", "\n")) + 1
        cut = cut if cut > 0 else most
        yield text[:cut]
        text = text[cut:]
    yield text
