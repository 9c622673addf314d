"""Text of messages takes its colours from the theme."""

from __future__ import annotations

from app.ui.chat.document_style import prose_style, table_style
from app.ui.theme.tokens import DARK, LIGHT


def test_the_style_follows_the_roles() -> None:
    for roles in (LIGHT, DARK):
        assert roles.accent in prose_style(roles)
        assert table_style(roles).startswith(prose_style(roles)) and "th {" in table_style(roles)
    assert prose_style(LIGHT) != prose_style(DARK)
