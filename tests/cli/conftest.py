"""Commands run against a fake host, which the test can prepare."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

import pytest

from app.cli import engine
from tests.fakes.terminal import TerminalHost


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> TerminalHost:
    """The host that the next command will open."""
    made = TerminalHost()

    def open_host(arguments: Namespace, **options: Any) -> TerminalHost:
        made.options = {"data_dir": arguments.data_dir, **options}
        return made

    monkeypatch.setattr(engine, "open_host", open_host)
    return made
