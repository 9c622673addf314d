"""Icons exist, take the colour of their role and follow the theme."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QImage

from app.ui.resources import resource
from app.ui.theme.icons import icon, pixmap
from app.ui.theme.theme import theme


def colours(image: QImage) -> set[str]:
    """Return the colours of the opaque points."""
    points = [(x, y) for x in range(image.width()) for y in range(image.height())]
    return {image.pixelColor(*p).name() for p in points if image.pixelColor(*p).alpha() == 255}


def test_an_icon_has_the_colour_of_its_role() -> None:
    assert colours(pixmap("plus", "danger", 64).toImage()) == {theme().roles.danger}


def test_an_icon_is_drawn_at_the_pixels_of_the_screen() -> None:
    drawn = pixmap("plus", "text", 16, 2.0)
    assert drawn.size() == QSize(32, 32)
    assert drawn.deviceIndependentSize().width() == 16


def test_an_icon_follows_the_theme_and_the_state() -> None:
    shown = icon("square", "text", on_role="accent")
    theme().choose("dark")
    try:
        assert colours(shown.pixmap(64, 64).toImage()) == {theme().roles.text}
        checked = shown.pixmap(QSize(64, 64), QIcon.Mode.Normal, QIcon.State.On)
        assert colours(checked.toImage()) == {theme().roles.accent}
    finally:
        theme().choose("light")
    assert colours(shown.pixmap(64, 64).toImage()) == {theme().roles.text}


def test_every_icon_named_in_the_source_is_bundled() -> None:
    root = Path(__file__).parents[3] / "app" / "ui"
    named = set()
    for file in root.rglob("*.py"):
        named |= set(re.findall(r'(?:icon_name=|\bicon\(|\bpixmap\()"([a-z0-9-]+)"', file.read_text(encoding="utf-8")))
    assert named
    assert not [name for name in named if not resource("icons", f"{name}.svg").exists()]
