"""What a request wants told beside the usual, from its query. Must not know what is told."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

RESULTS = "file_search_call.results"


async def wants_results(
    include: Annotated[list[str] | None, Query()] = None,
    include_too: Annotated[list[str] | None, Query(alias="include[]", include_in_schema=False)] = None,
) -> bool:
    """Tell whether results of searches are wanted.

    OpenAI's client writes a list in a query as `include[]`, Llama Stack's as one text with commas.
    """
    given = ",".join([*(include or ()), *(include_too or ())])
    return RESULTS in given.split(",")


WantsResults = Annotated[bool, Depends(wants_results)]
