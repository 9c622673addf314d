"""The only home of a colour or a size. Everything here is plain data; must not import Qt.

Colours are named by what they are for. `tests/ui/theme/test_tokens.py` computes the contrast of every pair
listed in `TEXT_PAIRS` and `ICON_PAIRS`, so a colour can be changed without fear.
"""

from __future__ import annotations

from dataclasses import dataclass

SPACE_1, SPACE_2, SPACE_3, SPACE_4, SPACE_6, SPACE_8 = 4, 8, 12, 16, 24, 32
RADIUS_CONTROL, RADIUS_CARD = 6, 10
RADIUS_BUBBLE = 14

SIZE_BODY, SIZE_SECONDARY, SIZE_SECTION, SIZE_TITLE, SIZE_CODE, SIZE_LABEL = 13.0, 12.0, 15.0, 20.0, 13.0, 10.5
SIZE_MESSAGE = 14.0
LINE_HEIGHT_PERCENT = 145

RAIL_WIDTH, HEADER_HEIGHT, STATUS_HEIGHT = 68, 48, 27
LIST_WIDTH, LIST_MIN, LIST_MAX = 264, 200, 360
SIDE_PANEL_WIDTH, COLUMN_WIDTH = 300, 760
CONTROL_HEIGHT, ROW_HEIGHT, GROUP_HEIGHT = 32, 34, 28
ICON_SMALL, ICON_RAIL, ICON_LARGE = 16, 20, 32
MINIMUM_WIDTH, MINIMUM_HEIGHT = 900, 600
DEFAULT_WIDTH, DEFAULT_HEIGHT = 1180, 780

FRAME_MS = 33
"""Milliseconds between repaints of something that streams: about 30 a second."""


@dataclass(frozen=True)
class Roles:
    """One colour per purpose, as `#rrggbb`."""

    window: str
    surface: str
    raised: str
    hairline: str
    control: str
    hover: str
    pressed: str
    text: str
    text_secondary: str
    text_disabled: str
    accent: str
    accent_hover: str
    accent_text: str
    accent_soft: str
    success: str
    warning: str
    danger: str
    warning_soft: str
    danger_soft: str
    bubble: str
    code_background: str
    selection: str
    selection_text: str
    focus: str
    code_keyword: str
    code_string: str
    code_number: str
    code_name: str
    code_comment: str


LIGHT = Roles(
    window="#f4f5f3",
    surface="#ffffff",
    raised="#ffffff",
    hairline="#e1e4df",
    control="#c9cec7",
    hover="#e9ece7",
    pressed="#dde2da",
    text="#1b1e1b",
    text_secondary="#585f58",
    text_disabled="#8e958e",
    accent="#27694a",
    accent_hover="#1f573d",
    accent_text="#ffffff",
    accent_soft="#dcebe2",
    success="#1f7a45",
    warning="#855300",
    danger="#b3261e",
    warning_soft="#fbf1dc",
    danger_soft="#fbe9e7",
    bubble="#e9efea",
    code_background="#f5f6f4",
    selection="#bfe0cd",
    selection_text="#10251a",
    focus="#2f8a60",
    code_keyword="#8a2f86",
    code_string="#1d6a3f",
    code_number="#9a4a00",
    code_name="#1f5aa8",
    code_comment="#646b64",
)

DARK = Roles(
    window="#191b1a",
    surface="#1f2221",
    raised="#282c2a",
    hairline="#343937",
    control="#4b524e",
    hover="#2b302d",
    pressed="#363c39",
    text="#e9ece9",
    text_secondary="#a7aea9",
    text_disabled="#6d7570",
    accent="#74c69d",
    accent_hover="#8ad4af",
    accent_text="#0c1d14",
    accent_soft="#273d32",
    success="#74c98d",
    warning="#e0b352",
    danger="#f2928a",
    warning_soft="#38301d",
    danger_soft="#3d2523",
    bubble="#2c3430",
    code_background="#181a19",
    selection="#2f5a45",
    selection_text="#f2f7f4",
    focus="#5fb389",
    code_keyword="#d9a0e0",
    code_string="#93d3a2",
    code_number="#e5b27a",
    code_name="#8fbcf0",
    code_comment="#949c96",
)

TEXT_PAIRS = (
    *(("text", ground) for ground in ("window", "surface", "raised", "hover", "pressed", "bubble", "code_background")),
    *(("text", ground) for ground in ("accent_soft", "warning_soft", "danger_soft")),
    *(("text_secondary", ground) for ground in ("window", "surface", "raised", "hover", "bubble", "code_background")),
    *(("text_secondary", ground) for ground in ("accent_soft", "warning_soft", "danger_soft")),
    ("accent_text", "accent"),
    ("accent_text", "accent_hover"),
    ("selection_text", "selection"),
    *(
        (role, ground)
        for role in ("accent", "success", "warning", "danger")
        for ground in ("window", "surface", "raised")
    ),
    ("accent", "accent_soft"),
    ("accent", "bubble"),
    ("warning", "warning_soft"),
    ("danger", "danger_soft"),
    *((f"code_{kind}", "code_background") for kind in ("keyword", "string", "number", "name", "comment")),
)
"""Pairs of text and ground that must reach 4.5:1."""

ICON_PAIRS = (
    *(("text_secondary", ground) for ground in ("window", "surface", "raised", "hover", "pressed", "accent_soft")),
    *(("focus", ground) for ground in ("window", "surface", "raised")),
    ("accent", "hover"),
    ("danger", "hover"),
)
"""Pairs of icon or focus ring and ground that must reach 3:1."""


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb` (WCAG 2.2), 0 to 1."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2), 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
