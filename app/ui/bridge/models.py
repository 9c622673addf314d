"""What pages may ask of the model library. Keeps a copy of the states, so that painting never waits."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.engine.domain.events import DownloadChanged, ModelsChanged, ModelStateChanged
from app.engine.domain.models import Download, LoadSettings, ModelState
from app.engine.domain.settings import RemoteProvider
from app.engine.facade import Engine
from app.ui.bridge.handle import Handle

if TYPE_CHECKING:
    from app.ui.bridge.client import EngineClient


class ModelsClient(QObject):
    """Each verb returns a Handle whose `done` carries what `facade.Models` returns."""

    state_changed = Signal(str, object)
    changed = Signal()
    download_changed = Signal(object)

    def __init__(self, client: EngineClient) -> None:
        super().__init__(client)
        self._client = client
        self._states: dict[str, ModelState] = {}
        self._downloads: dict[str, Download] = {}
        client.engine_event.connect(self._on_event)
        client.started.connect(self._refresh)

    @property
    def states(self) -> Mapping[str, ModelState]:
        """The state of every model that is not simply unloaded, as last heard."""
        return self._states

    def state(self, model_id: str) -> ModelState:
        """Return the state of one model, as last heard."""
        return self._states.get(model_id, ModelState())

    @property
    def downloads(self) -> tuple[Download, ...]:
        """All downloads that are not dismissed, as last heard."""
        return tuple(self._downloads.values())

    def list(self) -> Handle:
        """done(tuple[Model, ...])"""
        return self._client.call(lambda engine: engine.models.list())

    def get(self, model_id: str) -> Handle:
        """done(Model)"""
        return self._client.call(lambda engine: engine.models.get(model_id))

    def default(self) -> Handle:
        """done(Model)"""
        return self._client.call(lambda engine: engine.models.default())

    def load(self, model_id: str) -> Handle:
        """done(ModelState) when it is ready"""
        return self._client.call(lambda engine: engine.models.load(model_id))

    def unload(self, model_id: str) -> Handle:
        """done(None)"""
        return self._client.call(lambda engine: engine.models.unload(model_id))

    def configure(self, model_id: str, settings: LoadSettings) -> Handle:
        """done(Model)"""
        return self._client.call(lambda engine: engine.models.configure(model_id, settings))

    def import_file(self, path: Path, *, copy: bool = True) -> Handle:
        """done(Model)"""
        return self._client.call(lambda engine: engine.models.import_file(path, copy=copy))

    def remove(self, model_id: str) -> Handle:
        """done(int), bytes that came free"""
        return self._client.call(lambda engine: engine.models.remove(model_id))

    def check(self, path: Path) -> Handle:
        """done(Model)"""
        return self._client.call(lambda engine: engine.models.check(path))

    def measure(self, model_id: str) -> Handle:
        """done(float), tokens per second"""
        return self._client.call(lambda engine: engine.models.measure(model_id))

    def fit(self, model_id: str) -> Handle:
        """done(FitVerdict)"""
        return self._client.call(lambda engine: engine.models.fit(model_id))

    def catalogue(self) -> Handle:
        """done(tuple[CatalogueOffer, ...])"""
        return self._client.call(lambda engine: engine.models.catalogue())

    def search_hub(self, query: str, *, limit: int = 20) -> Handle:
        """done(tuple[HubModel, ...])"""
        return self._client.call(lambda engine: engine.models.search_hub(query, limit=limit))

    def hub_files(self, repo: str) -> Handle:
        """done(HubModel)"""
        return self._client.call(lambda engine: engine.models.hub_files(repo))

    def download(self, repo: str, file: str, *, sha256: str = "") -> Handle:
        """done(Download) at once; progress comes as `download_changed`"""
        return self._client.call(lambda engine: engine.models.download(repo, file, sha256=sha256))

    def pause_download(self, download_id: str) -> Handle:
        """done(None)"""
        return self._client.call(lambda engine: engine.models.pause_download(download_id))

    def resume_download(self, download_id: str) -> Handle:
        """done(None)"""
        return self._client.call(lambda engine: engine.models.resume_download(download_id))

    def cancel_download(self, download_id: str) -> Handle:
        """done(None)"""
        return self._client.call(lambda engine: engine.models.cancel_download(download_id))

    def set_hub_token(self, token: str) -> Handle:
        """done(bool), False when it is kept for this run only"""
        return self._client.call(lambda engine: engine.models.set_hub_token(token))

    def has_hub_token(self) -> Handle:
        """done(bool)"""
        return self._client.call(lambda engine: engine.models.has_hub_token())

    def set_remote(self, provider: RemoteProvider, key: str | None) -> Handle:
        """done(tuple[Model, ...])"""
        return self._client.call(lambda engine: engine.models.set_remote(provider, key))

    def remove_remote(self, provider_id: str) -> Handle:
        """done(None)"""
        return self._client.call(lambda engine: engine.models.remove_remote(provider_id))

    def _refresh(self) -> None:
        async def snapshot(engine: Engine) -> tuple[dict[str, ModelState], tuple[Download, ...]]:
            return dict(engine.models.states()), engine.models.downloads()

        self._client.call(snapshot).on(self, done=self._on_snapshot)

    def _on_snapshot(self, found: tuple[dict[str, ModelState], tuple[Download, ...]]) -> None:
        states, downloads = found
        for model_id, state in states.items():
            self._states[model_id] = state
            self.state_changed.emit(model_id, state)
        for download in downloads:
            self._downloads[download.id] = download
            self.download_changed.emit(download)

    def _on_event(self, event: object) -> None:
        match event:
            case ModelStateChanged(model_id=model_id, state=state):
                self._states[model_id] = state
                self.state_changed.emit(model_id, state)
            case DownloadChanged(download=download):
                self._downloads[download.id] = download
                self.download_changed.emit(download)
            case ModelsChanged():
                self.changed.emit()
            case _:
                pass
