"""Argument, variable and user folder decide in that order; folders are private."""

from __future__ import annotations

import stat
from pathlib import Path

import platformdirs
import pytest

from app.engine.domain.errors import StorageFailed
from app.engine.runtime.paths import data_paths


def test_the_argument_wins_over_the_variable_over_the_user_folder(tmp_path: Path) -> None:
    environment = {"PADDOCK_DATA_DIR": str(tmp_path / "variable")}
    assert data_paths(tmp_path / "argument", environment).root == tmp_path / "argument"
    assert data_paths(None, environment).root == tmp_path / "variable"
    assert data_paths(None, {}).root == Path(platformdirs.user_data_dir("Paddock", appauthor=False))


def test_folders_are_made_private(tmp_path: Path) -> None:
    paths = data_paths(tmp_path / "deep" / "data").create()
    for folder in (paths.root, paths.models, paths.downloads, paths.logs):
        assert folder.is_dir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    paths.create()


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StorageFailed, match="could not be used"):
        data_paths(tmp_path / "data").create()
