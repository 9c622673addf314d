"""Starts the engine for a command. The only place of the terminal that knows the host."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.engine.host import EngineHost


def open_host(arguments: Namespace, **options: Any) -> EngineHost:
    """Return a host for the data directory of the command line, not started yet.

    The import is late because it brings in everything, and `paddock --help` needs nothing.
    """
    from app.engine.host import EngineHost

    return EngineHost(arguments.data_dir, **options)
