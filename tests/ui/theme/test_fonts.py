"""Bundled fonts are there and used; code shows its characters one by one."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtGui import QFontInfo, QFontMetrics

from app.ui.resources import resource
from app.ui.theme import fonts


def test_every_named_file_is_bundled() -> None:
    assert not [n for n in fonts._TEXT_FILES + fonts._CODE_FILES if not resource("fonts", n).is_file()]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems use their own font for text")
def test_text_is_shown_in_the_bundled_font() -> None:
    assert QFontInfo(fonts.font(13)).family() == "Inter"


def test_code_has_one_width_and_the_asked_size() -> None:
    metrics = QFontMetrics(fonts.code_font(13))
    assert metrics.horizontalAdvance("i" * 20) == metrics.horizontalAdvance("W" * 20)
    assert fonts.code_font(13).pixelSize() == 13
