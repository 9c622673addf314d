"""A form for a category of the person's own: a name and the policy text that the guard is given."""

from __future__ import annotations

from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit

from app.engine.domain.safety import CustomCategory
from app.ui.theme import tokens
from app.ui.widgets.basics import button, column, label, row

_TEXT_HEIGHT, _MOST_NAME = 92, 60


class CustomEditor(QFrame):
    """Hidden until `edit`; `saved(CustomCategory)`. Escape closes it."""

    saved = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._custom: CustomCategory | None = None
        self.setProperty("kind", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.name = QLineEdit(maxLength=_MOST_NAME, placeholderText=self.tr("Gambling"))
        self.name.setAccessibleName(self.tr("Name of the category"))
        self.text = QPlainTextEdit()
        self.text.setPlaceholderText(self.tr("AI models should not help with games of chance for money."))
        self.text.setAccessibleName(self.tr("What the guard is told"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(_TEXT_HEIGHT)
        self.save = button(self.tr("Save"), self._save, "primary")
        self.cancel = button(self.tr("Cancel"), self.hide)
        self.name.textChanged.connect(lambda _text: self._enable())
        self.text.textChanged.connect(self._enable)
        self.name.returnPressed.connect(self.text.setFocus)
        self.setLayout(
            column(
                label(self.tr("Name"), "muted"), self.name, tokens.SPACE_1,
                label(self.tr("What the guard is told"), "muted"), self.text, tokens.SPACE_1,
                row(None, self.cancel, self.save, spacing=tokens.SPACE_2),
                spacing=tokens.SPACE_1, margins=(tokens.SPACE_4, tokens.SPACE_3, tokens.SPACE_4, tokens.SPACE_3),
            )
        )  # fmt: skip
        self._enable()
        self.hide()

    def edit(self, custom: CustomCategory | None = None) -> None:
        """Open for a new category, or for one there is."""
        self._custom = custom
        self.setAccessibleName(self.tr("Edit category") if custom else self.tr("New category"))
        self.name.setText(custom.name if custom else "")
        self.text.setPlainText(custom.text if custom else "")
        self.show()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _enable(self) -> None:
        self.save.setEnabled(bool(self.name.text().strip() and self.text.toPlainText().strip()))

    def _save(self) -> None:
        old = self._custom
        self.hide()
        self.saved.emit(
            CustomCategory(
                id=old.id if old else f"custom-{uuid4().hex[:8]}",
                name=self.name.text().strip(),
                text=self.text.toPlainText().strip(),
                enabled=old.enabled if old else True,
                threshold=old.threshold if old else 0.5,
            )
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)
