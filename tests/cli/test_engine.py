"""The real host is made for the data directory of the command line."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from app.cli.engine import open_host, tell
from app.engine.domain.events import ModelsChanged, NoticeRaised


def test_the_host_gets_the_data_directory(tmp_path: Path) -> None:
    assert open_host(Namespace(data_dir=tmp_path)).paths.root == tmp_path


def test_warnings_are_told_and_what_is_only_of_interest_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    tell(NoticeRaised("keychain", "warning", "Keys are kept for this run only.", "Unlock a keychain."))
    tell(NoticeRaised("models", "info", "Found."))
    tell(ModelsChanged())
    told = capsys.readouterr().err
    assert told == "paddock: Keys are kept for this run only.\n         Unlock a keychain.\n"
