"""The form of load settings: values there and back, and what showing must not report."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.engine.domain.models import FitVerdict, LoadSettings
from app.ui.models.load_settings import LoadSettingsPanel
from tests.fakes.models import GB


def made(qtbot: QtBot) -> tuple[LoadSettingsPanel, list[LoadSettings]]:
    panel = LoadSettingsPanel()
    qtbot.addWidget(panel)
    said: list[LoadSettings] = []
    panel.changed.connect(said.append)
    return panel, said


def test_showing_reports_nothing(qtbot: QtBot) -> None:
    panel, said = made(qtbot)
    full = LoadSettings(
        context_length=4096, gpu_layers=0, threads=4, kv_type="q8_0", flash_attention="on", idle_unload_minutes=0
    )
    panel.show_settings(full, 8192)
    assert said == []
    panel.context.setValue(2048)
    assert said == [LoadSettings(**{**_fields(full), "context_length": 2048})]


def _fields(settings: LoadSettings) -> dict[str, object]:
    return {name: getattr(settings, name) for name in settings.__struct_fields__}


def test_automatic_is_none(qtbot: QtBot) -> None:
    panel, said = made(qtbot)
    panel.show_settings(LoadSettings(gpu_layers=7), 8192)
    panel.layers.setValue(-1)
    assert said == [LoadSettings()]
    assert panel.context.text() == "Automatic"


def test_the_context_ends_where_the_training_did(qtbot: QtBot) -> None:
    panel, _said = made(qtbot)
    panel.show_settings(LoadSettings(), 8192)
    panel.context.setValue(1 << 20)
    assert panel.context.value() == 8192


def test_idle_time_of_the_settings_is_named(qtbot: QtBot) -> None:
    panel, _said = made(qtbot)
    panel.show_default_idle(45)
    panel.show_settings(LoadSettings(), 0)
    assert panel.idle.text() == "As in Settings (45 min)"


def test_verdict_refusal_and_reload(qtbot: QtBot) -> None:
    panel, _said = made(qtbot)
    panel.show_verdict(FitVerdict(verdict="fits", needed_bytes=GB, free_bytes=GB, reason=""))
    assert not panel.verdict.isHidden()
    panel.show_refusal("The context is too long.")
    assert not panel.refused.isHidden()
    panel.show_refusal("")
    assert panel.refused.isHidden()
    panel.set_expert(True)
    assert panel.more.toggle.isChecked()
