"""The connection of sqlite-utils, for all of storage. Must not add anything to it.

sqlite-utils loads numpy and pandas wherever they are installed, to know their types. Paddock stores none of them, and
they would hold 60 MB for as long as it runs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Let imports of these packages fail as if they were not installed, unless they are loaded already."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


with without("numpy", "pandas"):
    from sqlite_utils import Database as Connection

__all__ = ["Connection"]
