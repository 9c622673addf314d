"""Reasoning is parted from the answer, whole or still growing."""

from __future__ import annotations

import pytest

from app.ui.chat.reasoning import part


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", ("", "plain", False)),
        ("<think>hm", ("hm", "", True)),
        ("<think>hm</think>\n\nyes", ("hm", "yes", False)),
        ("\n<think>\nhm\n</think>yes", ("hm", "yes", False)),
        ("<thi", ("", "", False)),
        ("a <think> b", ("", "a <think> b", False)),
        ("", ("", "", False)),
    ],
)
def test_part(text: str, expected: tuple[str, str, bool]) -> None:
    assert tuple(part(text)) == expected
