"""An answer: reasoning that collapses, then prose, code and tables, one widget each. Streams or shows the whole.

Must not know turns or the engine.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec.structs import replace
from PySide6.QtCore import QUrl, Signal
from PySide6.QtWidgets import QWidget

from app.engine.domain.agents import CitationMark
from app.ui.chat.citations import linked, links_to, marked, without_marks
from app.ui.chat.code_block import CodeBlock
from app.ui.chat.markdown import Segment, segments
from app.ui.chat.prose_view import ProseView, TableView
from app.ui.chat.reasoning import part
from app.ui.chat.streaming import StreamSplitter
from app.ui.theme import tokens
from app.ui.theme.theme import theme
from app.ui.widgets.basics import button, column
from app.ui.widgets.disclosure import Disclosure

Block = ProseView | TableView | CodeBlock

FOLD_CHARACTERS = 12_000
_FOLDED_CHARACTERS = 5_000


class AnswerView(QWidget):
    """`fit` gives the width; the height follows the content."""

    link_clicked = Signal(QUrl)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = ""
        self._width = 0
        self._blocks: list[tuple[Segment, Block]] = []
        self._frozen = 0
        self._splitter = StreamSplitter()
        self._thoughts: Disclosure | None = None
        self._thought_text: ProseView | None = None
        self._unfold: QWidget | None = None
        self._marks: Sequence[CitationMark] = ()
        self._numbers: Collection[int] = ()
        self._box = column()
        self.setLayout(self._box)
        theme().changed.connect(self._restyle)

    def cite(self, marks: Sequence[CitationMark], numbers: Collection[int]) -> None:
        """Link these places, and every [n] of these numbers, when the text is shown next."""
        self._marks, self._numbers = marks, numbers

    def stream(self, text: str) -> None:
        """Show the text so far; only its tail is laid out again."""
        self.text = text
        parted = part(text)
        self._show_reasoning(parted.reasoning, parted.thinking)
        frozen, tail = self._splitter.feed(parted.answer)
        self._place(self._frozen, [*frozen, *tail])
        self._frozen += len(frozen)

    def show_text(self, text: str, *, fold: bool = False) -> None:
        """Show a whole answer; a very long one folds when asked to."""
        self.text = text
        parted = part(text)
        self._show_reasoning(parted.reasoning, False)
        folded = fold and len(parted.answer) > FOLD_CHARACTERS
        answer = _front(parted.answer) if folded else parted.answer
        self._splitter, self._frozen = StreamSplitter(), 0
        self._place_whole(self._segments(answer, len(text) - len(parted.answer) if parted.reasoning else 0))
        self._show_unfold(folded)

    def fit(self, width: int) -> None:
        """Take this width."""
        self._width = width
        for _segment, block in self._blocks:
            block.fit(width)
        if self._thought_text is not None:
            self._thought_text.fit(width - tokens.SPACE_6)

    def prose(self) -> list[ProseView]:
        """Return the views that hold words, for find in page."""
        return [block for _segment, block in self._blocks if isinstance(block, ProseView)]

    def code(self) -> list[CodeBlock]:
        """Return the code blocks, for find in page."""
        return [block for _segment, block in self._blocks if isinstance(block, CodeBlock)]

    def _place(self, start: int, wanted: list[Segment]) -> None:
        """Make the blocks from `start` on be these, keeping every widget that still fits."""
        for offset, segment in enumerate(wanted):
            number = start + offset
            if number < len(self._blocks) and self._blocks[number][0].kind == segment.kind:
                block = self._blocks[number][1]
                self._blocks[number] = (segment, block)
            else:
                self._drop_from(number)
                block = self._make(segment.kind)
                self._blocks.append((segment, block))
                self._box.insertWidget(self._head() + number, block)
                block.show()
            self._fill(block, segment)
        self._drop_from(start + len(wanted))

    def _place_whole(self, wanted: list[Segment]) -> None:
        """Show these, taking over every code block and table that is already there, as they cost most."""
        pool: dict[tuple[str, str], Block] = {
            (segment.kind, segment.content): block for segment, block in self._blocks if segment.kind != "prose"
        }
        kept: list[tuple[Segment, Block]] = []
        for segment in wanted:
            block = pool.pop((segment.kind, segment.content), None)
            if block is not None:
                kept.append((segment, block))
        keeping = {id(block) for _segment, block in kept}
        spare = [(segment, block) for segment, block in self._blocks if id(block) not in keeping]
        for _segment, block in self._blocks:
            self._box.removeWidget(block)
        self._blocks = []
        for segment in wanted:
            found = next((b for s, b in kept if s is segment), None)
            if found is None:
                found = next((b for s, b in spare if s.kind == segment.kind), None)
                spare = [(s, b) for s, b in spare if b is not found]
            block = found if found is not None else self._make(segment.kind)
            self._box.insertWidget(self._head() + len(self._blocks), block)
            block.show()
            self._blocks.append((segment, block))
            self._fill(block, segment)
        for _segment, block in spare:
            block.hide()
            block.deleteLater()

    def _segments(self, answer: str, before: int) -> list[Segment]:
        """Return the answer's segments with its citations; their offsets count `before` characters of reasoning too."""
        own = [replace(mark, offset=mark.offset - before) for mark in self._marks if mark.offset >= before]
        found: list[Segment] = []
        for segment in segments(marked(answer, [mark for mark in own if mark.offset <= len(answer)])):
            if segment.kind != "code":
                found.append(segment)
                continue
            code, numbers = without_marks(segment.content)
            found.append(segment._replace(content=code.rstrip("\n") if numbers else code))
            if numbers:
                found.append(Segment("prose", f"<p>{links_to(numbers)}</p>"))
        return found

    def _head(self) -> int:
        return 0 if self._thoughts is None else 1

    def _make(self, kind: str) -> Block:
        if kind == "code":
            return CodeBlock(self)
        view = TableView(self) if kind == "table" else ProseView(self, below=tokens.SPACE_2)
        view.link_clicked.connect(self.link_clicked)
        return view

    def _fill(self, block: Block, segment: Segment) -> None:
        if isinstance(block, CodeBlock):
            block.show_code(segment.content, segment.language)
        else:
            block.show_html(linked(segment.content, self._numbers))
        if self._width:
            block.fit(self._width)

    def _drop_from(self, number: int) -> None:
        for _segment, block in self._blocks[number:]:
            self._box.removeWidget(block)
            block.hide()
            block.deleteLater()
        del self._blocks[number:]

    def _show_reasoning(self, reasoning: str, thinking: bool) -> None:
        if not reasoning:
            return
        if self._thoughts is None or self._thought_text is None:
            self._thought_text = ProseView(size=tokens.SIZE_BODY)
            self._thought_text.setContentsMargins(0, 0, 0, 0)
            self._thoughts = Disclosure(self.tr("Thinking …"))
            self._thoughts.set_content(self._thought_text)
            self._box.insertWidget(0, self._thoughts)
            self._thought_text.fit(max(self._width - tokens.SPACE_6, 200))
        self._thoughts.set_caption(self.tr("Thinking …") if thinking else self.tr("Thoughts"))
        self._thought_text.show_html(
            "".join(segment.content for segment in segments(reasoning) if segment.kind == "prose")
        )

    def _show_unfold(self, folded: bool) -> None:
        if self._unfold is not None:
            self._unfold.hide()
            self._unfold.deleteLater()
            self._unfold = None
        if folded:
            words = self.tr("Show the whole answer (%n character(s))", "", len(self.text))
            self._unfold = button(words, lambda: self.show_text(self.text), "quiet", "chevron-down")
            self._box.addWidget(self._unfold)

    def _restyle(self) -> None:
        for _segment, block in self._blocks:
            block.restyle()
        if self._thought_text is not None:
            self._thought_text.restyle()


def _front(text: str) -> str:
    """Return the part of a long text that is shown while it is folded, cut between paragraphs if it can be."""
    cut = text.rfind("\n\n", 0, _FOLDED_CHARACTERS)
    return text[: cut if cut > 0 else _FOLDED_CHARACTERS]
