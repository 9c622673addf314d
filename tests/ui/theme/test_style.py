"""The style sheet is filled from the roles, and the images it names lie where it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.ui.theme.style import style_sheet
from app.ui.theme.tokens import DARK, LIGHT, Roles


@pytest.mark.parametrize("roles", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_and_images_are_of_the_theme(roles: Roles) -> None:
    sheet = style_sheet(roles)
    images = [Path(name) for name in re.findall(r"url\(\"?([^)\"]+)\"?\)", sheet)]
    assert images and all("currentColor" not in image.read_text(encoding="utf-8") for image in images)
    assert roles.accent in sheet
    assert sheet.count("{") == sheet.count("}") and "{{" not in sheet
