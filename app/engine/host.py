"""The composition root: builds the engine's concrete parts, owns its loop thread, serves HTTP, closes in order.

The only file that names the concrete classes of both sides. Window, terminal and tests all start the engine here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from app import __version__
from app.engine.agents.ports import TurnModel
from app.engine.agents.retrieval import Retrieval
from app.engine.agents.service import AgentService
from app.engine.agents.shielding import Shielding
from app.engine.domain.errors import PaddockError
from app.engine.domain.events import EventBus, NoticeRaised
from app.engine.domain.inference import ChatModel
from app.engine.domain.machine import Endpoint
from app.engine.domain.models import Model, ModelState
from app.engine.domain.settings import RemoteProvider, Settings
from app.engine.facade import (
    Agents,
    Embeddings,
    Engine,
    FileBatches,
    Files,
    History,
    Inference,
    Memory,
    Models,
    Preferences,
    Safety,
)
from app.engine.history.service import HistoryService
from app.engine.http.endpoint import OFF, LocalEndpoint, ServeOptions
from app.engine.inference.catalogue import read_catalogue
from app.engine.inference.downloads import Downloads
from app.engine.inference.embeddings.arrivals import Arrivals
from app.engine.inference.embeddings.service import EmbeddingsService
from app.engine.inference.hub import Hub
from app.engine.inference.library import ModelLibrary
from app.engine.inference.llama_cpp.devices import examine_build
from app.engine.inference.llama_cpp.factory import LlamaCppFactory
from app.engine.inference.models_service import ModelsService, remote_secret
from app.engine.inference.remote.openai import RemoteModel, RemoteServer
from app.engine.inference.runner import ModelRunner
from app.engine.inference.service import InferenceService, SessionModel
from app.engine.memory import assembly as memory_assembly
from app.engine.memory.parsing.parser import ChildParser
from app.engine.preferences.service import PreferencesService
from app.engine.runtime import tracing
from app.engine.runtime.instance_lock import InstanceLock
from app.engine.runtime.loop_thread import LoopThread
from app.engine.runtime.paths import DataPaths, data_paths
from app.engine.runtime.resources import resource
from app.engine.runtime.settings_store import SettingsStore
from app.engine.safety import assembly as safety_assembly
from app.engine.storage import banks, file_batches, files, folders, models, sessions, spans
from app.engine.storage import embeddings as embedding_models
from app.engine.storage import safety as safety_store
from app.engine.storage.agents import AgentStore
from app.engine.storage.database import Database
from app.engine.storage.secrets import HUB_TOKEN, SecretStore

SECONDS_OF_A_DAY = 86_400
T = TypeVar("T")
MIGRATIONS = (
    *models.MIGRATIONS,
    *sessions.MIGRATIONS,
    *spans.MIGRATIONS,
    *embedding_models.MIGRATIONS,
    *banks.MIGRATIONS,
    *files.MIGRATIONS,
    *file_batches.MIGRATIONS,
    *safety_store.MIGRATIONS,
)


@dataclass(slots=True)
class _Parts:
    """The engine, joined. Structurally a `facade.Engine`; each part is checked against its protocol here."""

    models: Models
    inference: Inference
    embeddings: Embeddings
    memory: Memory
    files: Files
    file_batches: FileBatches
    agents: Agents
    history: History
    preferences: Preferences
    safety: Safety
    events: EventBus


class EngineHost:
    """One running engine. `start` and `stop` block and are called from another thread than its loop.

    Raises DataDirectoryInUse, StorageFailed or Conflict (port taken, when asked to serve there) from `start`.
    """

    def __init__(
        self,
        data_dir: Path | None = None,
        serve: bool | None = False,
        host_address: str = "127.0.0.1",
        port: int | None = None,
        api_key: str | None = None,
        require_key: bool | None = None,
    ) -> None:
        self._options = ServeOptions(serve, host_address, port, api_key, require_key)
        self._paths = data_paths(data_dir)
        self._thread = LoopThread("paddock-engine")
        self._lock: InstanceLock | None = None
        self._composition: _Composition | None = None

    @property
    def engine(self) -> Engine:
        """The running engine; its verbs run in the host's loop."""
        assert self._composition is not None, "the host is not started"
        return self._composition.engine

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The engine's loop."""
        assert self._thread.loop is not None
        return self._thread.loop

    @property
    def paths(self) -> DataPaths:
        """Where the engine keeps its state."""
        return self._paths

    def start(self) -> None:
        """Open everything and return when the engine answers."""
        self._paths.create()
        self._lock = InstanceLock(self._paths.lock)
        self._lock.acquire()
        self._thread.start()
        self._composition = _Composition(self._paths, self._options)
        try:
            self._thread.submit(self._composition.open()).result()
        except BaseException:
            self.stop()
            raise
        self._lock.announce(self._composition.endpoint.url)

    def stop(self) -> None:
        """Close everything in order; may be called twice."""
        composition, self._composition = self._composition, None
        if composition is not None:
            self._thread.submit(composition.close()).result()
        self._thread.stop()
        if self._lock is not None:
            self._lock.release()

    def call(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine of the engine from another thread."""
        return self._thread.submit(coroutine)

    def iterate(self, start: Callable[[], AsyncIterator[T]]) -> Iterator[T]:
        """Yield the items of an async iterator of the engine in this thread."""
        return self._thread.iterate(start)

    def __enter__(self) -> EngineHost:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()


class _Composition:
    """Everything inside the loop. Opened and closed once, each in a fixed order."""

    def __init__(self, paths: DataPaths, options: ServeOptions) -> None:
        self._paths = paths
        self._options = options
        self._closers: list[Callable[[], Coroutine[Any, Any, None]]] = []
        self._local: LocalEndpoint | None = None
        self.engine: Engine

    @property
    def endpoint(self) -> Endpoint:
        """Where the local API listens now."""
        return self._local.state if self._local is not None else OFF

    async def open(self) -> None:
        """Build from the bottom up; what was opened is closed again when a later part fails."""
        events = EventBus()
        settings = SettingsStore(self._paths.settings, publish=events.publish)
        await asyncio.to_thread(settings.load)
        secrets = SecretStore(seconds=lambda: settings.current.keychain_seconds, notify=events.publish)
        database = Database(self._paths.database, MIGRATIONS)
        await database.open()
        self._closers.append(database.close)
        await self._open_tracing(database, settings)
        models_service, runner, downloads = await self._open_models(database, settings, secrets, events)
        inference = InferenceService(runner)
        store = sessions.SessionStore(database)
        await store.recover()
        await store.purge()
        await store.remove_responses(time.time() - settings.current.response_days * SECONDS_OF_A_DAY)

        async def open_for_turn(model_id: str) -> TurnModel:
            return SessionModel(inference, await runner.open(model_id), model_id)

        async def used_models() -> set[str]:
            return {bank.embedding_model for bank in await banks.BankStore(database).all()}

        embeddings = EmbeddingsService(
            embedding_models.EmbeddingModelStore(database),
            self._paths.embedder,
            lambda: settings.current,
            fetch=downloads.start_folder,
            in_use=used_models,
        )
        self._closers.append(embeddings.close)
        memory = self._open_memory(database, settings, embeddings, inference, models_service, events)
        safety = safety_assembly.assemble(database, inference, models_service.list, embeddings, events.publish)
        await safety.start()
        agents = AgentService(
            store,
            AgentStore(database),
            open_for_turn,
            models_service.default,
            lambda: settings.current,
            events.publish,
            Retrieval(memory.turns),
            Shielding(safety),
        )
        self._closers += [memory.close, agents.close]
        await memory.service.start()
        preferences = PreferencesService(
            settings=settings,
            secrets=secrets,
            paths=self._paths,
            endpoint=lambda: self.endpoint,
            examine_build=lambda: examine_build(settings.current.load_seconds),
            publish=events.publish,
        )
        self.engine = _Parts(
            models=models_service,
            inference=inference,
            embeddings=embeddings,
            memory=memory.service,
            files=memory.files,
            file_batches=memory.file_batches,
            agents=agents,
            history=HistoryService(store, folders.FolderStore(database), events.publish),
            preferences=preferences,
            safety=safety,
            events=events,
        )
        if database.moved_aside is not None:
            self._tell_moved(events, database.moved_aside)
        self._local = LocalEndpoint(self.engine, self._options)
        await self._local.open()

    async def close(self) -> None:
        """Close from the top down; one part that fails does not keep the others open."""
        if self._local is not None:
            self._local.refuse()
        failures: list[BaseException] = []
        while self._closers:
            try:
                await self._closers.pop()()
            except PaddockError as error:
                failures.append(error)
        if failures:
            raise failures[0]

    async def _open_tracing(self, database: Database, settings: SettingsStore) -> None:
        provider = TracerProvider(
            resource=Resource({"service.name": "paddock", "service.version": __version__}), shutdown_on_exit=False
        )
        exporter = spans.SqliteSpanExporter(database, asyncio.get_running_loop())
        provider.add_span_processor(BatchSpanProcessor(exporter))
        tracing.install(provider)
        await spans.remove_old_spans(database, settings.current.trace_days)

        async def close() -> None:
            tracing.uninstall(provider)
            await asyncio.to_thread(provider.shutdown)

        self._closers.append(close)

    async def _open_models(
        self, database: Database, settings: SettingsStore, secrets: SecretStore, events: EventBus
    ) -> tuple[ModelsService, ModelRunner, Downloads]:
        store = models.ModelStore(database)
        library = ModelLibrary(store, self._paths.models, events.publish)
        await library.initialize()
        hub = Hub(lambda: settings.current, lambda: secrets.get(HUB_TOKEN))

        async def adopt(path: Path, file_name: str, sha256: str, licence: str) -> Model:
            return await library.adopt(path, file_name, sha256, licence=licence)

        arrivals = Arrivals(
            embedding_models.EmbeddingModelStore(database), self._paths.embedding_models, events.publish
        )
        downloads = Downloads(
            hub, self._paths.downloads, lambda: settings.current, events.publish, adopt, folders=arrivals
        )
        await downloads.initialize()
        self._closers.append(downloads.shutdown)
        factory = LlamaCppFactory(lambda: settings.current, lambda: examine_build(settings.current.load_seconds), store)
        source = _Source(library, settings)
        opener = _Opener(factory, settings, secrets)
        runner = ModelRunner(source, opener, lambda: settings.current, events.publish)
        # Closing the runner ends every answer with its reason; then the server has nothing left to wait for.
        self._closers += [self._close_endpoint, runner.close]
        service = ModelsService(
            library=library,
            runner=_RunnerWithRemotes(runner, settings),
            hub=hub,
            downloads=downloads,
            catalogue=await asyncio.to_thread(read_catalogue, resource("catalogue.json")),
            settings=settings,
            secrets=secrets,
            publish=events.publish,
        )
        source.service = service
        return service, runner, downloads

    def _open_memory(
        self,
        database: Database,
        settings: SettingsStore,
        embeddings: EmbeddingsService,
        inference: InferenceService,
        models_service: ModelsService,
        events: EventBus,
    ) -> memory_assembly.MemoryParts:
        async def default_model() -> str:
            return (await models_service.default()).id

        return memory_assembly.assemble(
            database=database,
            folder=self._paths.banks,
            files_folder=self._paths.files,
            parser=ChildParser(),
            open_embedder=embeddings.open,
            rerank=embeddings.rerank,
            chat=inference.chat,
            default_model=default_model,
            settings=lambda: settings.current,
            publish=events.publish,
        )

    async def _close_endpoint(self) -> None:
        if self._local is not None:
            await self._local.close()

    @staticmethod
    def _tell_moved(events: EventBus, kept: Path) -> None:
        message = f"The database was damaged; it is kept as {kept.name} and a new one was begun."
        events.publish(NoticeRaised("database", "error", message, "A backup can be put in its place."))


class _Source:
    """What the runner needs of the library and of the remote providers."""

    def __init__(self, library: ModelLibrary, settings: SettingsStore) -> None:
        self._library = library
        self.service: ModelsService

    async def get(self, model_id: str) -> Model:
        return await self.service.get(model_id)

    async def note_used(self, model_id: str) -> None:
        if (await self.get(model_id)).source != "remote":
            await self._library.touch(model_id)

    async def note_speed(self, model_id: str, tokens_per_second: float) -> None:
        if (await self.get(model_id)).source != "remote":
            await self._library.remember_speed(model_id, tokens_per_second)


class _Opener:
    """Opens a model with what its provider needs."""

    def __init__(self, factory: LlamaCppFactory, settings: SettingsStore, secrets: SecretStore) -> None:
        self._factory = factory
        self._settings = settings
        self._secrets = secrets

    async def __call__(self, model: Model, on_state: Callable[[ModelState], None]) -> ChatModel:
        if model.source != "remote":
            return await self._factory.open(model, on_state)
        provider_id = model.id.split("/", 1)[0]
        provider = next(each for each in self._settings.current.remotes if each.id == provider_id)
        key = await self._secrets.get(remote_secret(provider_id))
        opened = RemoteModel(_server(provider, key, self._settings.current), model.name)
        on_state(ModelState(phase="ready", device="remote", context_length=opened.context_length))
        return opened


class _RunnerWithRemotes:
    """The runner, and the question which models a remote provider serves."""

    def __init__(self, runner: ModelRunner, settings: SettingsStore) -> None:
        self._settings = settings
        self.states = runner.states
        self.load = runner.load
        self.unload = runner.unload
        self.measure = runner.measure

    async def list_remote(self, provider: RemoteProvider, key: str | None) -> tuple[str, ...]:
        server = _server(provider, key, self._settings.current)
        try:
            return await server.models()
        finally:
            await server.close()


def _server(provider: RemoteProvider, key: str | None, settings: Settings) -> RemoteServer:
    return RemoteServer(provider.preset, provider.base_url, key, settings.remote_seconds)
