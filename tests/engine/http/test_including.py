"""Which wish for results counts, in each client's way to write a list."""

from __future__ import annotations

import pytest

from app.engine.http.including import RESULTS, wants_results


@pytest.mark.parametrize(
    ("include", "include_too", "wanted"),
    [
        (None, None, False),
        ([RESULTS], None, True),
        (None, [RESULTS], True),
        ([f"reasoning.encrypted_content,{RESULTS}"], None, True),
        (["reasoning.encrypted_content"], [], False),
    ],
)
async def test_results_are_wanted(include, include_too, wanted: bool) -> None:
    assert await wants_results(include, include_too) is wanted
