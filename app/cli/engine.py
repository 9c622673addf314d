"""Starts the engine for a command. The only place of the terminal that knows the host."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from app.cli.output import say
from app.engine.domain.events import EngineEvent, NoticeRaised

if TYPE_CHECKING:
    from app.engine.host import EngineHost


def open_host(arguments: Namespace, **options: Any) -> EngineHost:
    """Return a host for the data directory of the command line, not started yet.

    The import is late because it brings in everything, and `paddock --help` needs nothing.
    """
    from app.engine.host import EngineHost

    class TerminalHost(EngineHost):
        """Tells notices on stderr, those of the start included."""

        def start(self) -> None:
            super().start()
            self.engine.events.subscribe(tell)

    return TerminalHost(arguments.data_dir, **options)


def tell(event: EngineEvent) -> None:
    """Say a warning or an error of the engine; what is only of interest stays quiet."""
    if isinstance(event, NoticeRaised) and event.level != "info":
        say(f"paddock: {event.message}")
        if event.hint:
            say(f"         {event.hint}")
