"""The examples behind tabs, each as highlighted code with a copy button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTabBar, QWidget

from app.ui.api.examples import Example
from app.ui.chat.code_block import CodeBlock
from app.ui.theme import tokens
from app.ui.theme.theme import theme
from app.ui.widgets.basics import column


class ExampleBox(QWidget):
    """Keeps the chosen tab while the examples change."""

    def __init__(self) -> None:
        super().__init__()
        self._examples: Sequence[Example] = ()
        self.tabs = QTabBar(drawBase=False, expanding=False)
        self.tabs.setAccessibleName(self.tr("Kind of example"))
        self.tabs.currentChanged.connect(lambda _index: self._show())
        self.code = CodeBlock()
        self.setLayout(column(self.tabs, self.code, spacing=tokens.SPACE_2))
        theme().changed.connect(self.code.restyle)

    def show_examples(self, examples: Sequence[Example]) -> None:
        """Show these examples."""
        self._examples = examples
        names = [example.name for example in examples]
        if names != [self.tabs.tabText(number) for number in range(self.tabs.count())]:
            self.tabs.blockSignals(True)
            while self.tabs.count():
                self.tabs.removeTab(0)
            for name in names:
                self.tabs.addTab(name)
            self.tabs.blockSignals(False)
        self._show()

    def _show(self) -> None:
        if 0 <= self.tabs.currentIndex() < len(self._examples):
            example = self._examples[self.tabs.currentIndex()]
            self.code.show_code(example.code, example.language)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Later, because a block takes a fixed width and the layout is being made now.
        QTimer.singleShot(0, self, lambda: self.code.fit(self.contentsRect().width()))
