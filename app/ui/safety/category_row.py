"""One category of the policy: name, what belongs to it, how careful, on or off. Must not know where it stands."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.engine.domain.safety import Category
from app.ui.safety.changes import PolicyChanges
from app.ui.safety.threshold import Threshold
from app.ui.safety.words import category_description, category_name
from app.ui.theme import tokens
from app.ui.widgets.basics import column, label, row, set_kind
from app.ui.widgets.switch import Switch
from app.ui.widgets.visibility import show_when


class CategoryRow(QWidget):
    """`tail` is room for buttons of a category of the person's own."""

    def __init__(self, category: Category, changes: PolicyChanges) -> None:
        super().__init__()
        self.category, self._changes = category, changes
        self._showing = False
        name = category_name(category)
        self.name = label(name, "strong", wrap=True)
        self.about = label(category_description(category), "secondary", wrap=True)
        self.note = label("", "secondary", wrap=True)
        self.code = label(category.code, "secondary")
        self.threshold = Threshold(self.tr("How careful about: {category}").format(category=name))
        self.threshold.changed.connect(lambda value: changes.category(category.id, threshold=value))
        self.switch = Switch(name)
        self.switch.toggled.connect(self._on_switch)
        self.tail = row(spacing=2)
        title = row(self.name, self.code, spacing=tokens.SPACE_2)
        title.setStretch(0, 1)
        words = column(title, self.about, self.note, spacing=1)
        line = row(spacing=tokens.SPACE_4, margins=(0, tokens.SPACE_2, 0, tokens.SPACE_2))
        line.addLayout(words, 1)
        line.addLayout(self.tail)
        line.addWidget(self.threshold, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(line)

    def show_now(self, guard_version: int, *, expert: bool) -> None:
        """Show the rule of the policy, and whether the guard knows the category; version 0 means there is no guard."""
        enabled, threshold = self._rule()
        known = not guard_version or not self.category.guard_versions or guard_version in self.category.guard_versions
        self._showing = True
        self.switch.setChecked(enabled)
        self.threshold.show_value(threshold)
        self._showing = False
        self.switch.setEnabled(known and not self.category.locked)
        self.threshold.set_expert(expert)
        show_when(self.threshold, enabled and known)
        show_when(self.code, expert and bool(self.category.code))
        set_kind(self.name, "strong" if known else "muted")
        self._say(known)

    def _rule(self) -> tuple[bool, float]:
        policy = self._changes.policy
        own = next((each for each in policy.custom if each.id == self.category.id), None)
        rule = own or policy.category(self.category.id)
        return rule.enabled or self.category.locked, rule.threshold

    def _say(self, known: bool) -> None:
        words = ""
        if not known:
            words = self.tr("The installed guard does not know this category.")
        elif self.category.locked:
            words = self.tr("Always on: such material is a crime to make and to share.")
        self.note.setText(words)
        self.switch.setAccessibleDescription(words or self.about.text())
        self.switch.setToolTip(words)
        show_when(self.note, bool(words))

    def _on_switch(self, enabled: bool) -> None:
        if not self._showing:
            said = self.tr("{category} is no longer looked for.").format(category=self.name.text())
            self._changes.category(self.category.id, "" if enabled else said, enabled=enabled)
