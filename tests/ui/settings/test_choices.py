"""Every choice of the schema has words of its own."""

from __future__ import annotations

from app.ui.settings.choices import choice_words, least_words, suffix_of
from app.ui.settings.schema import fields


def test_no_choice_is_shown_as_it_is_written() -> None:
    values = {value for field in fields().values() for value in field.choices}
    assert [value for value in values if choice_words(value) == value] == []


def test_units_and_special_values() -> None:
    assert suffix_of("load_seconds") == " s"
    assert suffix_of("top_k") == ""
    assert least_words("idle_unload_minutes") == "Never"
    assert least_words("queue_limit") == ""
