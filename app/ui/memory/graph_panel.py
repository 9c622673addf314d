"""What a graph bank knows around a question: entities and what links them, and letting a model read for more."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.memory import Bank, Entity, Neighbourhood, Relation
from app.ui.bridge.client import EngineClient
from app.ui.memory.words import counts
from app.ui.theme import tokens
from app.ui.widgets.action_button import action_button
from app.ui.widgets.basics import action, button, column, label, row
from app.ui.widgets.flow import Flow
from app.ui.widgets.notice import Notice, notice_of
from app.ui.widgets.visibility import show_when

_MOST_RELATIONS = 30


class GraphPanel(QWidget):
    """`entity_wanted(name)` asks for the surroundings of an entity, `notify(Notice)` tells how reading went."""

    entity_wanted = Signal(str)
    notify = Signal(object)

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self._bank: Bank | None = None
        self._reading = False
        self.read_action = action(
            self, self.tr("Let the model read it"), self._read, icon_name="brain",
            tip=self.tr("A model reads every passage for more relations; this takes a while"),
        )  # fmt: skip
        self.entities_title = label(self.tr("Entities"), "section")
        self.entities = Flow(spacing=tokens.SPACE_2)
        self.relations_title = label(self.tr("Relations"), "section")
        self.relations = label("", wrap=True, selectable=True)
        self.passages_title = label(self.tr("Passages"), "section")
        self.setLayout(
            column(
                row(action_button(self.read_action), None), self.entities_title, self.entities, self.relations_title,
                self.relations, self.passages_title, spacing=tokens.SPACE_3,
            )
        )  # fmt: skip
        self.forget()

    def show_bank(self, bank: Bank) -> None:
        """Read this bank when asked to."""
        self._bank = bank
        self.read_action.setEnabled(bank.stats.ready > 0 and not self._reading)

    def forget(self) -> None:
        """Show nothing."""
        self.show_neighbours(Neighbourhood())

    def show_neighbours(self, found: Neighbourhood) -> None:
        """Show entities and relations; the passages are shown by the search."""
        self.entities.clear()
        for entity in found.entities:
            self.entities.add(self._entity(entity))
        lines = [relation_words(relation) for relation in found.relations[:_MOST_RELATIONS]]
        self.relations.setText("\n".join(lines))
        for part in (self.entities_title, self.entities):
            show_when(part, bool(found.entities))
        for part in (self.relations_title, self.relations):
            show_when(part, bool(lines))
        show_when(self.passages_title, bool(found.hits))

    def _entity(self, entity: Entity) -> QWidget:
        made = button(entity.name, lambda: self.entity_wanted.emit(entity.name))
        facts = [part for part in (entity.kind, counts().mentions(entity.mentions)) if part]
        made.setToolTip("  ·  ".join(facts))
        made.setAccessibleDescription(", ".join(facts))
        return made

    def _read(self) -> None:
        bank = self._bank
        if bank is None:
            return
        self._reading = True
        self.read_action.setText(self.tr("The model is reading …"))
        self.read_action.setEnabled(False)

        def done(found: int) -> None:
            self._rest()
            words = self.tr("The model has read “{name}”.").format(name=bank.name)
            self.notify.emit(Notice(words, counts().relations(found), "success", topic="graph-read", seconds=8))

        def failed(error: PaddockError) -> None:
            self._rest()
            self.notify.emit(notice_of(error, "graph-read"))

        self._client.memory.extract_graph(bank.id).on(self, done=done, failed=failed)

    def _rest(self) -> None:
        self._reading = False
        self.read_action.setText(self.tr("Let the model read it"))
        self.read_action.setEnabled(True)


def relation_words(relation: Relation) -> str:
    """Return an edge in one line."""
    return f"{relation.source}  —  {relation.kind}  →  {relation.target}"
