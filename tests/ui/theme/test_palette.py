"""The palette takes every colour from the roles, and what is disabled looks so."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QPalette

from app.ui.theme.palette import palette_of
from app.ui.theme.tokens import DARK, LIGHT, Roles, contrast

Group, Role = QPalette.ColorGroup, QPalette.ColorRole


@pytest.mark.parametrize("roles", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_come_from_the_roles(roles: Roles) -> None:
    palette = palette_of(roles)
    assert palette.color(Group.Active, Role.Text).name() == roles.text
    assert palette.color(Group.Active, Role.Base).name() == roles.surface
    assert palette.color(Group.Inactive, Role.Highlight).name() == roles.selection
    for role in (Role.Text, Role.WindowText, Role.ButtonText):
        assert palette.color(Group.Disabled, role).name() == roles.text_disabled


@pytest.mark.parametrize("roles", [LIGHT, DARK], ids=["light", "dark"])
def test_what_fusion_writes_can_be_read(roles: Roles) -> None:
    palette = palette_of(roles)
    pairs = ((Role.WindowText, Role.Window), (Role.Text, Role.Base), (Role.ButtonText, Role.Button),
             (Role.HighlightedText, Role.Highlight), (Role.ToolTipText, Role.ToolTipBase))  # fmt: skip
    assert all(contrast(palette.color(a).name(), palette.color(b).name()) >= 4.5 for a, b in pairs)
