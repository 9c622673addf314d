"""Every setting is complete: words, a group, and a default within its own bounds."""

from __future__ import annotations

from typing import get_type_hints

import msgspec
import pytest
from msgspec import inspect

from app.engine.domain.settings import Settings

FIELDS = {field.name: field for field in inspect.type_info(Settings).fields}


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_a_setting_says_what_it_is(name: str) -> None:
    meta = get_type_hints(Settings, include_extras=True)[name].__metadata__[0]
    assert meta.title
    assert meta.description.endswith(".")
    assert meta.extra["group"]
    assert isinstance(meta.extra["expert"], bool)


def test_the_defaults_are_within_their_bounds() -> None:
    assert msgspec.convert(msgspec.to_builtins(Settings()), Settings) == Settings()


@pytest.mark.parametrize(("name", "value"), [("temperature", 2.1), ("server_port", 65536), ("theme", "pink")])
def test_a_value_out_of_bounds_is_refused(name: str, value: object) -> None:
    with pytest.raises(msgspec.ValidationError, match=name):
        msgspec.convert({name: value}, Settings)
