from __future__ import annotations

import pytest

from app.engine.memory.parsing.language import language_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The green heron waits at the quiet harbour in the early morning.", "en"),
        ("Der Graureiher wartet am frühen Morgen im stillen Hafen auf seine Beute.", "de"),
        ("Серая цапля ждёт рано утром в тихой гавани свою добычу.", "ru"),
        ("灰鹭清晨在安静的港口等待着它的猎物。", "zh"),
        ("アオサギは早朝、静かな港で獲物を待っています。", "ja"),
    ],
)
def test_languages_are_told(text: str, code: str) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize("text", ["", "ok", "12 34 56 " * 50, "https://a.example/b/c?d=e " * 20])
def test_what_tells_no_language_has_none(text: str) -> None:
    assert language_of(text) == ""
