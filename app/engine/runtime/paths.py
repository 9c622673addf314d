"""Where Paddock keeps its state. Must not read or write any content."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs
from msgspec import Struct

from app.engine.runtime.files import from_os

VARIABLE = "PADDOCK_DATA_DIR"


class DataPaths(Struct, frozen=True):
    """All places under one data directory."""

    root: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.root / "paddock.db"

    @property
    def models(self) -> Path:
        """GGUF files that Paddock owns."""
        return self.root / "models"

    @property
    def downloads(self) -> Path:
        """Downloads that are not complete."""
        return self.root / "downloads"

    @property
    def banks(self) -> Path:
        """Memory banks, a folder each."""
        return self.root / "banks"

    @property
    def embedder(self) -> Path:
        """Embedding models in the form that runs fastest here; can be made anew."""
        return self.root / "embedder"

    @property
    def embedding_models(self) -> Path:
        """Embedding and rerank models that were downloaded, a folder each."""
        return self.root / "embedding-models"

    @property
    def files(self) -> Path:
        """Files that apps handed in, by their content."""
        return self.root / "files"

    @property
    def settings(self) -> Path:
        """The settings as JSON."""
        return self.root / "settings.json"

    @property
    def logs(self) -> Path:
        """Logs of Paddock and of its child processes."""
        return self.root / "logs"

    @property
    def lock(self) -> Path:
        """The file one running Paddock holds locked."""
        return self.root / "lock"

    def create(self) -> DataPaths:
        """Make the folders, readable by this user only, and return self; raises StorageFailed, DiskFull."""
        for folder in (self.root, self.models, self.downloads, self.banks, self.files, self.logs):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise from_os(error, folder) from error
        return self


def data_paths(argument: Path | None = None, environment: Mapping[str, str] = os.environ) -> DataPaths:
    """Return the places under the argument, else PADDOCK_DATA_DIR, else the user's data folder."""
    chosen = argument or environment.get(VARIABLE) or platformdirs.user_data_dir("Paddock", appauthor=False)
    return DataPaths(Path(chosen).expanduser().absolute())
