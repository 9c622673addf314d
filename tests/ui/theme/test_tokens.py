"""Every pair of colours that meets on screen can be read."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from app.ui.theme.tokens import DARK, ICON_PAIRS, LIGHT, TEXT_PAIRS, Roles, contrast

THEMES = {"light": LIGHT, "dark": DARK}


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("pair", TEXT_PAIRS, ids="-on-".join)
def test_text_has_enough_contrast(name: str, pair: tuple[str, str]) -> None:
    roles = asdict(THEMES[name])
    assert contrast(roles[pair[0]], roles[pair[1]]) >= 4.5


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("pair", ICON_PAIRS, ids="-on-".join)
def test_icons_have_enough_contrast(name: str, pair: tuple[str, str]) -> None:
    roles = asdict(THEMES[name])
    assert contrast(roles[pair[0]], roles[pair[1]]) >= 3.0


def test_contrast_of_black_on_white_is_the_greatest() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#777777") == pytest.approx(1.0)


@pytest.mark.parametrize("roles", THEMES.values(), ids=THEMES)
def test_colours_are_six_digit_hex(roles: Roles) -> None:
    for colour in asdict(roles).values():
        assert len(colour) == 7 and colour[0] == "#" and int(colour[1:], 16) >= 0
