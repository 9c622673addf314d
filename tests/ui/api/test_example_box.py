"""Examples behind tabs: the chosen tab stays while the examples change."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.ui.api.example_box import ExampleBox
from app.ui.api.examples import examples


def test_the_tab_stays(qtbot: QtBot) -> None:
    box = ExampleBox()
    qtbot.addWidget(box)
    box.resize(600, 300)
    box.show()
    box.show_examples(examples("http://127.0.0.1:1", "a", True))
    assert box.code.code.startswith("curl http://127.0.0.1:1")
    box.tabs.setCurrentIndex(1)
    assert "OpenAI" in box.code.code
    box.show_examples(examples("http://127.0.0.1:2", "a", True))
    assert box.tabs.currentIndex() == 1
    assert "127.0.0.1:2" in box.code.code
    qtbot.waitUntil(lambda: box.code.width() == 600)
