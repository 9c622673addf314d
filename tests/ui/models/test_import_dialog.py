"""Files are checked before anything is copied; refused ones say why."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.models.import_dialog import ImportDialog


def test_good_and_refused_files(qtbot: QtBot, client: EngineClient, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    good, bad = tmp_path / "good.gguf", tmp_path / "letter.txt"
    dialog = ImportDialog(parent, client, [good, bad, good])
    assert not dialog.accept_button.isEnabled()
    qtbot.waitUntil(dialog.accept_button.isEnabled)
    assert set(dialog.good) == {good}
    assert "is not a GGUF file" in dialog.words[bad].text()
    assert dialog.words[bad].property("kind") == "danger"
    assert "98.0 MB" in dialog.copy.text()
    dialog.link.setChecked(True)
    with qtbot.waitSignal(dialog.chosen) as wish:
        dialog.accept_button.click()
    assert wish.args == [(good,), False]


def test_nothing_good_cannot_be_imported(qtbot: QtBot, client: EngineClient, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = ImportDialog(parent, client, [tmp_path / "letter.txt"])
    qtbot.waitUntil(lambda: not dialog.copy.isEnabled())
    assert not dialog.accept_button.isEnabled()
