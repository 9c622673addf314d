"""Makes models of what was downloaded: a folder of their own, and a line in the list of models. Fetches nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.engine.domain.embeddings import EmbeddingModel
from app.engine.domain.events import EngineEvent, ModelsChanged
from app.engine.inference.embeddings import known
from app.engine.inference.embeddings.folders import check, describe_any
from app.engine.inference.hub import WEIGHTS, RemoteFile
from app.engine.runtime.files import from_os, sync_directory
from app.engine.runtime.threads import in_thread
from app.engine.storage.embeddings import EmbeddingModelStore


class Arrivals:
    """Implements `downloads.FolderModels`. Models are kept below `folder`, each under its id."""

    def __init__(self, store: EmbeddingModelStore, folder: Path, publish: Callable[[EngineEvent], None]) -> None:
        self._store = store
        self._folder = folder
        self._publish = publish

    def check(self, files: Path) -> None:
        """Refuse a model by its small files, blocking; raises InvalidRequest."""
        check(files)

    async def adopt(self, weights: Path, files: Path, source: RemoteFile) -> str:
        """Make a model of the weights and the other files, and return its id; raises InvalidRequest, StorageFailed."""
        offered = next((each for each in (*known.OFFERED, *known.PROMPT_GUARDS) if each.repo == source.repo), None)
        model_id = offered.id if offered else self._free_id(source.repo, await self._store.all())
        facts: dict[str, Any] = {"source": "hub", "repo": source.repo, "licence": source.licence}
        if offered:
            facts.update(name=offered.name, licence=offered.licence, languages=offered.languages)
        model = await in_thread(lambda: self._settle(weights, files, model_id, facts))
        await self._store.put(model)
        self._publish(ModelsChanged())
        return model.id

    @staticmethod
    def _free_id(repo: str, models: tuple[EmbeddingModel, ...]) -> str:
        """Return the repository's name, with its owner's where another model has that name."""
        taken = {
            known.DEFAULT,
            *(each.id for each in (*known.OFFERED, *known.PROMPT_GUARDS)),
            *(m.id for m in models if m.repo != repo),
        }
        name = repo.rpartition("/")[2]
        return name if name not in taken else repo.replace("/", "-")

    def _settle(self, weights: Path, files: Path, model_id: str, facts: dict[str, Any]) -> EmbeddingModel:
        """Describe the model where it arrived, then move it as a whole; what a killed Paddock left there goes."""
        target = self._folder / model_id
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            places = {"path": str(target), "tokenizer": str(target / "tokenizer.json")}
            model = describe_any(files, model_id, weights=weights, **facts, **places)
            shutil.rmtree(target, ignore_errors=True)
            os.replace(weights, files / WEIGHTS)
            os.replace(files, target)
            sync_directory(self._folder)
        except OSError as error:
            raise from_os(error, target) from error
        return model
