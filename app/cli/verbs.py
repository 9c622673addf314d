"""The verbs below a command: how each is added to the parser. Must not know any of them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

Run = Callable[[argparse.Namespace], int]


class Verbs:
    """The verbs of one command; one of them must be given."""

    def __init__(self, command: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
        self.parsers: Any = command.add_subparsers(title="verbs", metavar="VERB", required=True)
        self._common = common

    def add(self, name: str, run: Run, text: str) -> argparse.ArgumentParser:
        """Add a verb that can print JSON, and return its parser for further arguments."""
        made: argparse.ArgumentParser = self.parsers.add_parser(name, parents=[self._common], help=text)
        made.add_argument("--json", action="store_true", help="print JSON")
        made.set_defaults(run=run)
        return made
