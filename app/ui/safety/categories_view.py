"""The categories of the policy: those of Llama Guard in their order, then the person's own. Must not judge."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.engine.domain.safety import LLAMA_GUARD, Category, CustomCategory
from app.ui.bridge.client import EngineClient
from app.ui.safety.category_row import CategoryRow
from app.ui.safety.changes import PolicyChanges
from app.ui.safety.custom_editor import CustomEditor
from app.ui.safety.words import BALANCED, RELAXED, STRICT, strictness_meaning, strictness_words
from app.ui.theme import tokens
from app.ui.widgets.action_button import action_button
from app.ui.widgets.basics import action, column, hairline, label, row, tool_button
from app.ui.widgets.fields import prepare_field
from app.ui.widgets.visibility import show_when

_PRESET_WIDTH = 150


class CategoriesView(QWidget):
    """Follows `show_now`; rows that are still wanted are kept, with their focus."""

    def __init__(self, client: EngineClient, changes: PolicyChanges) -> None:
        super().__init__()
        self._client, self._changes = client, changes
        self._saving: CustomCategory | None = None
        self.rows: dict[str, CategoryRow] = {}
        self.own: dict[str, CategoryRow] = {}
        self._shown: tuple[Category, ...] = ()
        self.preset = self._make_preset()
        self.add = action(self, self.tr("Add a category …"), lambda: self.editor.edit(), icon_name="plus")
        self.editor = CustomEditor()
        self.editor.saved.connect(self._save)
        changes.refused.connect(self._on_refused)
        self._built_in: QVBoxLayout = column()
        self._customs: QVBoxLayout = column()
        self._lay_out()

    def show_now(self) -> None:
        """Show categories and rules as last heard."""
        policy, safety = self._changes.policy, self._client.safety
        own = {custom.id: custom for custom in policy.custom}
        built_in = tuple(each for each in safety.categories if each.id not in own and each.code)
        if built_in != self._shown:
            self._shown = built_in
            self._fill(self._built_in, self.rows, built_in)
        customs = tuple(Category(id=c.id, code="", name=c.name, description=c.text) for c in own.values())
        if customs != tuple(each.category for each in self.own.values()):
            self._fill(self._customs, self.own, customs)
            for custom in own.values():
                self._add_buttons(self.own[custom.id], custom)
        if self._saving in policy.custom:
            self._saving = None
        info = safety.shield(LLAMA_GUARD)
        version = info.guard_version if info is not None else 0
        for made in (*self.rows.values(), *self.own.values()):
            made.show_now(version, expert=self._client.preferences.expert)
        self._show_preset()

    # Construction.

    def _lay_out(self) -> None:
        intro = label(
            self.tr("What Llama Guard looks for. The slider says how sure it must be before it speaks up."),
            "secondary", wrap=True,
        )  # fmt: skip
        head = row(spacing=tokens.SPACE_3)
        head.addLayout(column(label(self.tr("Categories"), "section"), intro, spacing=2), 1)
        head.addWidget(self.preset, 0, Qt.AlignmentFlag.AlignTop)
        own = label(
            self.tr(
                "Categories of your own. A guard follows them best where they are close to one of its own categories; "
                "try them in the test box."
            ),
            "secondary", wrap=True,
        )  # fmt: skip
        self.add_button = action_button(self.add, icon_name="plus")
        own_head = row(spacing=tokens.SPACE_3)
        own_head.addLayout(column(label(self.tr("Your own categories"), "strong"), own, spacing=2), 1)
        own_head.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignTop)
        self.setLayout(
            column(
                head, tokens.SPACE_1, self._built_in, tokens.SPACE_3, own_head, tokens.SPACE_1, self._customs,
                self.editor, spacing=tokens.SPACE_1,
            )
        )  # fmt: skip

    def _make_preset(self) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(self.tr("How careful in all categories"))
        prepare_field(made)
        made.setFixedWidth(_PRESET_WIDTH)
        for threshold in (STRICT, BALANCED, RELAXED):
            made.addItem(strictness_words(threshold), threshold)
            made.setItemData(made.count() - 1, strictness_meaning(threshold), Qt.ItemDataRole.ToolTipRole)
        made.activated.connect(self._on_preset)
        made.setPlaceholderText(self.tr("As set below"))
        return made

    def _fill(self, box: QVBoxLayout, rows: dict[str, CategoryRow], wanted: tuple[Category, ...]) -> None:
        while (item := box.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        rows.clear()
        for number, category in enumerate(wanted):
            if number:
                box.addWidget(hairline())
            rows[category.id] = CategoryRow(category, self._changes)
            box.addWidget(rows[category.id])

    def _add_buttons(self, made: CategoryRow, custom: CustomCategory) -> None:
        edit = action(
            made, self.tr("Edit {name}").format(name=custom.name), lambda: self._edit(custom.id), icon_name="pencil"
        )
        remove = action(
            made, self.tr("Remove {name}").format(name=custom.name), lambda: self._remove(custom.id),
            icon_name="trash-2",
        )  # fmt: skip
        made.tail.addWidget(tool_button(edit))
        made.tail.addWidget(tool_button(remove))

    # What is done.

    def _save(self, custom: CustomCategory) -> None:
        self._saving = custom
        self._changes.put_custom(custom)

    def _on_refused(self) -> None:
        """Give back what was typed: a category that was refused is not yet anywhere else."""
        if self._saving is not None:
            self._saving = None
            self.editor.show()

    def _edit(self, custom_id: str) -> None:
        self.editor.edit(next(each for each in self._changes.policy.custom if each.id == custom_id))

    def _remove(self, custom_id: str) -> None:
        custom = next(each for each in self._changes.policy.custom if each.id == custom_id)
        self._changes.remove_custom(custom, self.tr("“{name}” removed.").format(name=custom.name))

    def _show_preset(self) -> None:
        policy = self._changes.policy
        used = {policy.category(category_id).threshold for category_id in self.rows}
        used |= {custom.threshold for custom in policy.custom}
        self.preset.setCurrentIndex(self.preset.findData(used.pop()) if len(used) == 1 else -1)
        show_when(self.preset, bool(self.rows))

    def _on_preset(self, place: int) -> None:
        threshold = self.preset.itemData(place)
        said = self.tr("All categories: {words}.").format(words=strictness_words(threshold))
        every = tuple(made.category for made in (*self.rows.values(), *self.own.values()))
        self._changes.thresholds(every, threshold, said)
