"""The numbered sources under an answer, one button each, and the files over a question. Must not open them itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton

from app.engine.domain.agents import Attachment, Source
from app.ui.chat.retrieval_words import place_words, source_words
from app.ui.theme import tokens
from app.ui.widgets.basics import button
from app.ui.widgets.flow import Flow

_WIDEST = 300


class SourceRow(Flow):
    """`opened(Source)`."""

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__(spacing=tokens.SPACE_1)
        self.sources: Sequence[Source] = ()
        self.setAccessibleName(self.tr("Sources"))

    def show_sources(self, sources: Sequence[Source]) -> None:
        """Show these sources, in their order."""
        if tuple(sources) == tuple(self.sources):
            return
        self.sources = sources
        self.clear()
        for source in sources:
            self.add(self._chip(source))

    def _chip(self, source: Source) -> QPushButton:
        made = button("", partial(self.opened.emit, source), "chip")
        place = place_words(source)
        end = f", {place}" if place else ""
        room = _WIDEST - 40 - made.fontMetrics().horizontalAdvance(f"{source.number}  {end}")
        name = made.fontMetrics().elidedText(source.document_name, Qt.TextElideMode.ElideMiddle, max(60, room))
        made.setText(f"{source.number}  {name}{end}".replace("&", "&&"))
        made.setToolTip(source.quote[:600])
        words = self.tr("Source {number}: {name}").format(number=source.number, name=source_words(source))
        made.setAccessibleName(words)
        made.setAccessibleDescription(source.quote[:600])
        return made


class FileRow(Flow):
    """The files that were given with a question: `opened(Attachment)`."""

    opened = Signal(object)

    def __init__(self, attachments: Sequence[Attachment]) -> None:
        super().__init__(spacing=tokens.SPACE_1, at_end=True)
        self.setAccessibleName(self.tr("Attached files"))
        for attachment in attachments:
            made = button("", partial(self.opened.emit, attachment), "chip", "paperclip")
            name = made.fontMetrics().elidedText(attachment.name, Qt.TextElideMode.ElideMiddle, _WIDEST - 60)
            made.setText(f"\N{THIN SPACE}{name}".replace("&", "&&"))
            made.setAccessibleName(self.tr("Attached file {name}").format(name=attachment.name))
            self.add(made)
