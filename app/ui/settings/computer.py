"""Facts about this computer and this Paddock, and the examination with what to do about each finding."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt, QUrl, qVersion
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget

from app import __version__
from app.engine.domain.errors import PaddockError
from app.engine.domain.machine import Finding
from app.ui.bridge.client import EngineClient
from app.ui.theme import tokens
from app.ui.theme.icons import pixmap
from app.ui.theme.theme import theme
from app.ui.widgets.action_button import action_button
from app.ui.widgets.basics import action, column, label, row, set_kind
from app.ui.widgets.facts import FactGrid
from app.ui.widgets.visibility import show_when


def versions() -> tuple[tuple[str, str], ...]:
    """Return name and version of what Paddock stands on; what is not installed is left out."""
    found = [("Paddock", __version__), ("Python", platform.python_version()), ("Qt", qVersion())]
    for name in ("PySide6-Essentials", "llama-cpp-python"):
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return tuple(found)


class FindingLine(QWidget):
    """One finding: a mark, what was found and, when something is wrong, the mend."""

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self.finding = finding
        self._mark = QLabel()
        self._mark.setFixedSize(tokens.ICON_SMALL, tokens.ICON_SMALL + 2)
        words = column(
            label(finding.topic, "strong"), label(finding.value, "muted", wrap=True, selectable=True), spacing=2
        )
        if finding.mend:
            words.addWidget(label(finding.mend, "secondary" if finding.ok else "warning", wrap=True, selectable=True))
        line = row(spacing=tokens.SPACE_2, margins=(0, tokens.SPACE_1, 0, tokens.SPACE_1))
        line.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        self.setLayout(line)
        state = self.tr("in order") if finding.ok else self.tr("needs attention")
        self.setAccessibleName(f"{finding.topic}, {state}: {finding.value} {finding.mend}".strip())
        self._mark.setToolTip(state)
        self._paint()
        theme().changed.connect(self._paint)

    def _paint(self) -> None:
        name, role = ("circle-check", "success") if self.finding.ok else ("triangle-alert", "warning")
        self._mark.setPixmap(pixmap(name, role, tokens.ICON_SMALL, self.devicePixelRatioF()))


class Computer(QWidget):
    """`examine` asks the engine; the answer can be copied as text."""

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self.findings: tuple[Finding, ...] = ()
        folder = client.preferences.data_folder
        self.facts = FactGrid(((self.tr("Data folder"), str(folder) if folder else ""), *versions()))
        self.folder_action = action(self, self.tr("Open data folder"), self._open_folder, icon_name="folder-open")
        self.folder_action.setEnabled(folder is not None)
        self.examine_action = action(self, self.tr("Examine this computer"), self.examine, icon_name="activity")
        self.copy_action = action(self, self.tr("Copy the report"), self._copy, icon_name="copy")
        self.copy_action.setVisible(False)
        self.words = label("", "muted", wrap=True)
        self._list = column(spacing=tokens.SPACE_1)
        buttons = row(
            action_button(self.examine_action), action_button(self.folder_action), action_button(self.copy_action),
            None, spacing=tokens.SPACE_2,
        )  # fmt: skip
        self.setLayout(column(self.facts, tokens.SPACE_1, buttons, self.words, self._list, spacing=tokens.SPACE_2))
        show_when(self.words, False)

    def examine(self) -> None:
        """Ask what is in order and what is not."""
        self.examine_action.setEnabled(False)
        self._say(self.tr("Examining …"))
        self._client.preferences.doctor().on(self, done=self.fill, failed=self._on_failed)

    def fill(self, findings: tuple[Finding, ...]) -> None:
        """Show the findings, those that need attention first."""
        self.examine_action.setEnabled(True)
        self.findings = tuple(sorted(findings, key=lambda finding: finding.ok))
        while (item := self._list.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for finding in self.findings:
            self._list.addWidget(FindingLine(finding))
        wrong = sum(not finding.ok for finding in findings)
        if not findings:
            self._say(self.tr("The examination found nothing to tell."))
        elif wrong:
            self._say(self.tr("%n thing(s) need attention.", "", wrong), "warning")
        else:
            self._say(self.tr("Everything is in order."), "success")
        self.copy_action.setVisible(bool(findings))

    def report(self) -> str:
        """Return versions and findings as plain text."""
        lines = [f"{name}: {value}" for name, value in versions()]
        for finding in self.findings:
            mark = "+" if finding.ok else "!"
            lines.append(f"{mark} {finding.topic}: {finding.value}" + (f" — {finding.mend}" if finding.mend else ""))
        return "\n".join(lines)

    def _say(self, words: str, kind: str = "muted") -> None:
        set_kind(self.words, kind)
        self.words.setText(words)
        show_when(self.words, bool(words))

    def _on_failed(self, error: PaddockError) -> None:
        self.examine_action.setEnabled(True)
        self._say(error.in_words(), "danger")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report())

    def _open_folder(self) -> None:
        folder = self._client.preferences.data_folder
        if folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
