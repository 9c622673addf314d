"""The real host is made for the data directory of the command line."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from app.cli.engine import open_host


def test_the_host_gets_the_data_directory(tmp_path: Path) -> None:
    assert open_host(Namespace(data_dir=tmp_path)).paths.root == tmp_path
