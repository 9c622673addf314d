"""The settings page: groups on the left, all settings in one column, search on top, facts at the end."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.ui.bridge.client import EngineClient
from app.ui.settings.computer import Computer
from app.ui.settings.groups import Groups
from app.ui.settings.row import SettingRow
from app.ui.settings.schema import fields, group_words, groups, matching
from app.ui.theme import tokens
from app.ui.theme.icons import icon
from app.ui.widgets.basics import action, button, column, hairline, label, row
from app.ui.widgets.page import PageMenu, PageWidget
from app.ui.widgets.scrolling import centred, scrolled
from app.ui.widgets.visibility import show_when

_GROUPS_WIDTH, _SEARCH_WIDTH = 190, 260
COMPUTER = "This computer"
_ICONS = {
    "Appearance": "sun",
    "Chat": "message-square",
    "Models": "boxes",
    "Memory": "library",
    "Local API": "plug",
    "Engine": "cpu",
    "Traces": "activity",
    COMPUTER: "monitor",
}


class SettingsPage(PageWidget):
    """`open_target` takes a group or the name of a setting."""

    def __init__(self, client: EngineClient) -> None:
        super().__init__("")
        self.title.setText(self.tr("Settings"))
        self.setAccessibleName(self.title.text())
        self.client = client
        self.rows = {name: SettingRow(client, name) for name in fields()}
        self.computer = Computer(client)
        self.sections: dict[str, QWidget] = {}
        self.search = self._make_search()
        self.groups = self._make_groups()
        self.nothing = label("", "muted", wrap=True)
        self._expert_words = label("", "secondary", wrap=True)
        self._expert_hint = self._make_expert_hint()
        self.search_action = action(self, self.tr("Search settings"), self.find, icon_name="search")
        self.examine_action = action(self, self.tr("Examine this computer"), self._examine, icon_name="activity")
        self._lay_out()
        for made in self.rows.values():
            made.elsewhere_wanted.connect(lambda: self.navigate.emit("models", None))
        client.preferences.changed.connect(self._show_matching)
        self._show_matching()

    def menus(self) -> Sequence[PageMenu]:
        return (PageMenu(self.tr("&Settings"), (self.search_action, self.examine_action)),)

    def find(self) -> None:  # type: ignore[override]
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def shown(self) -> None:
        self.search.setFocus()
        self._mark_group()

    def open_target(self, target: object) -> None:
        if target in self.sections:
            self._go_to(str(target))
        elif isinstance(target, str) and target in self.rows:
            self.area.ensureWidgetVisible(self.rows[target])

    # Construction.

    def _make_search(self) -> QLineEdit:
        made = QLineEdit(placeholderText=self.tr("Search settings"))
        made.setProperty("kind", "search")
        made.setFixedWidth(_SEARCH_WIDTH)
        made.setAccessibleName(self.tr("Search settings"))
        made.setClearButtonEnabled(True)
        made.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        made.textChanged.connect(lambda _text: self._show_matching())
        return made

    def _make_expert_hint(self) -> QWidget:
        show = button(self.tr("Switch to Expert"), lambda: self.client.preferences.set({"mode": "expert"}), "quiet")
        line = row(spacing=tokens.SPACE_2)
        line.addWidget(self._expert_words, 1)
        line.addWidget(show)
        holder = QWidget()
        holder.setLayout(line)
        return holder

    def _make_groups(self) -> Groups:
        made = Groups((group, self._name_of(group), _ICONS[group]) for group in (*groups(), COMPUTER))
        made.wanted.connect(self._go_to)
        return made

    def _name_of(self, group: str) -> str:
        return self.tr("This computer") if group == COMPUTER else group_words(group)

    def _lay_out(self) -> None:
        self.header.addStretch(1)
        self.header.addWidget(self.search)
        inner = QWidget()
        margins = (tokens.SPACE_6, tokens.SPACE_4, tokens.SPACE_6, tokens.SPACE_8)
        box = column(self.nothing, spacing=tokens.SPACE_6, margins=margins)
        for group in (*groups(), COMPUTER):
            self.sections[group] = self._section(group)
            box.addWidget(self.sections[group])
        box.addWidget(self._expert_hint)
        box.addStretch(1)
        inner.setLayout(box)
        self.area = scrolled(centred(inner, tokens.COLUMN_WIDTH), self.title.text())
        self.area.verticalScrollBar().valueChanged.connect(lambda _value: self._mark_group())
        left = QWidget()
        left.setProperty("kind", "window")
        left.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        left.setFixedWidth(_GROUPS_WIDTH)
        left.setLayout(column(self.groups, margins=(0, tokens.SPACE_2, 0, 0)))
        line = row(left, hairline(vertical=True), self.area)
        line.setStretch(2, 1)
        self.body.setLayout(line)

    def _section(self, group: str) -> QWidget:
        holder = QWidget()
        box: QVBoxLayout = column(label(self._name_of(group), "section"), tokens.SPACE_2)
        if group == COMPUTER:
            box.addWidget(self.computer)
        else:
            for made in self.rows.values():
                if made.field.group == group:
                    box.addWidget(made)
        holder.setLayout(box)
        return holder

    # What is shown.

    def _show_matching(self) -> None:
        query = self.search.text().strip()
        expert = self.client.preferences.expert
        found = matching(query)
        shown = set()
        for name, made in self.rows.items():
            wanted = name in found and (expert or not made.field.expert)
            show_when(made, wanted)
            if wanted:
                shown.add(made.field.group)
        more = self.tr("versions data folder examine")
        words = f"{self._name_of(COMPUTER)} {more}".casefold()
        if all(word in words for word in query.casefold().split()):
            shown.add(COMPUTER)
        for group, section in self.sections.items():
            show_when(section, group in shown)
        self.groups.show_only(shown)
        hidden = sum(name in found and made.field.expert for name, made in self.rows.items()) if not expert else 0
        self._say_hidden(hidden, bool(shown), query)

    def _say_hidden(self, hidden: int, any_shown: bool, query: str) -> None:
        self.nothing.setText(self.tr("No setting has the words “{query}”.").format(query=query))
        show_when(self.nothing, not any_shown and not hidden)
        self._expert_words.setText(self.tr("%n more setting(s) are shown in Expert mode.", "", hidden))
        show_when(self._expert_hint, bool(hidden))

    def _go_to(self, group: str) -> None:
        if (content := self.area.widget()) is not None:
            section = self.sections[group]
            top = section.mapTo(content, section.rect().topLeft()).y()
            self.area.verticalScrollBar().setValue(top - tokens.SPACE_4)
        self.groups.mark(group)

    def _mark_group(self) -> None:
        """Mark the last group whose heading has reached the upper part of what is seen."""
        edge = self.area.viewport().height() // 3
        tops = {
            group: part.mapTo(self.area.viewport(), part.rect().topLeft()).y() for group, part in self.sections.items()
        }
        reached = [group for group in self.groups.shown_groups() if tops[group] <= edge]
        if reached:
            self.groups.mark(reached[-1])

    def _examine(self) -> None:
        self.search.clear()
        self._go_to(COMPUTER)
        self.computer.examine()
