"""What is kept for other programs, and the way to delete it. Must not know what programs keep in it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.engine.domain.agents import Kept
from app.engine.domain.errors import PaddockError
from app.ui.bridge.client import EngineClient
from app.ui.theme import tokens
from app.ui.widgets.action_button import action_button
from app.ui.widgets.basics import action, column, label, row
from app.ui.widgets.confirm_card import ConfirmCard
from app.ui.widgets.notice import Notice, notice_of


class _Counts(QObject):
    """Counted words; only `self.tr` is read with its plural by the translation tools."""

    def agents(self, count: int) -> str:
        return self.tr("%n agent(s)", "", count)

    def sessions(self, count: int) -> str:
        return self.tr("%n conversation(s)", "", count)

    def answers(self, count: int) -> str:
        return self.tr("%n answer(s)", "", count)


class KeptBox(QWidget):
    """`notify(Notice)`. Shows how things stood at the last `refresh`."""

    notify = Signal(object)

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self.words = label("", wrap=True)
        self.confirm = ConfirmCard()
        self.forget_action = action(
            self, self.tr("Delete what programs keep …"), self.ask_forget, icon_name="trash-2",
            tip=self.tr("Agents, conversations and answers of programs; your chats stay"),
        )  # fmt: skip
        line = row(spacing=tokens.SPACE_3)
        line.addWidget(self.words, 1)
        line.addWidget(action_button(self.forget_action, "quiet"))
        self.setLayout(column(line, self.confirm, spacing=tokens.SPACE_2))
        self._show(Kept())

    def refresh(self) -> None:
        """Ask anew what is kept."""
        self._client.agents.kept().on(self, done=self._show, failed=lambda _error: None)

    def ask_forget(self) -> None:
        """Ask in place, naming what is lost."""
        consequence = self.tr(
            "Programs that come back to it will be told that it is gone. Your chats and memory banks stay."
        )
        question = self.tr("Delete {kept} for good?").format(kept=self._kept)
        self.confirm.ask(question, consequence, self.tr("Delete"), self._forget)

    def _show(self, kept: Kept) -> None:
        self._kept = in_words(kept)
        nothing = kept == Kept()
        self.forget_action.setEnabled(not nothing)
        self.words.setText(
            self.tr("Nothing is kept for other programs.")
            if nothing
            else self.tr("Kept for other programs: {kept}.").format(kept=self._kept)
        )

    def _forget(self) -> None:
        def done(kept: Kept) -> None:
            words = self.tr("{kept} deleted.").format(kept=in_words(kept))
            self.notify.emit(Notice(words, level="success", topic="kept", seconds=8))
            self.refresh()

        def failed(error: PaddockError) -> None:
            self.notify.emit(notice_of(error, "kept"))
            self.refresh()

        self._client.agents.forget().on(self, done=done, failed=failed)


def in_words(kept: Kept) -> str:
    """Return what is kept, without what there is none of."""
    counts = _Counts()
    parts = (
        (kept.agents, counts.agents),
        (kept.sessions, counts.sessions),
        (kept.answers, counts.answers),
    )
    return ", ".join(words(count) for count, words in parts if count)
