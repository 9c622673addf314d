"""The local API as it comes and goes: listens as the settings say, and anew when they change. Must not know routes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from app.engine.domain.errors import PaddockError
from app.engine.domain.events import EndpointChanged, EngineEvent, NoticeRaised, SettingsChanged
from app.engine.domain.machine import Endpoint
from app.engine.facade import Engine
from app.engine.http.access import Access, host_names
from app.engine.http.application import create_application
from app.engine.http.server import HttpServer, listen

_SETTINGS = frozenset({"server_enabled", "server_port", "server_require_key"})
OFF = Endpoint(reason="the local API is off")


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How to listen. None takes the setting, and follows it when it changes."""

    serve: bool | None = None
    address: str = "127.0.0.1"
    port: int | None = None
    api_key: str | None = None
    require_key: bool | None = None


class LocalEndpoint:
    """Owns the server of one engine. Lives in the engine loop."""

    def __init__(self, engine: Engine, options: ServeOptions) -> None:
        self._engine = engine
        self._options = options
        self._server: HttpServer | None = None
        self._changing = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._unsubscribe = engine.events.subscribe(self._on_event, audience=False)
        self.state = OFF

    async def open(self) -> None:
        """Begin to listen, if wanted; raises Conflict only when listening was asked for, not merely set."""
        async with self._changing:
            await self._listen()

    def refuse(self) -> None:
        """Answer no new requests; those that run go on until `close`."""
        self._unsubscribe()
        if self._server is not None:
            self._server.refuse()

    async def close(self) -> None:
        """Stop listening and end what runs."""
        self._unsubscribe()
        async with self._changing:
            await self._stop()

    def _on_event(self, event: EngineEvent) -> None:
        if isinstance(event, SettingsChanged) and _SETTINGS & set(event.names) and self._options.serve is None:
            task = asyncio.get_running_loop().create_task(self._follow(), name="local API")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _follow(self) -> None:
        async with self._changing:
            await self._stop()
            await self._listen()
        self._engine.events.publish(EndpointChanged(self.state))

    async def _stop(self) -> None:
        server, self._server = self._server, None
        self.state = OFF
        if server is not None:
            await server.stop()

    async def _listen(self) -> None:
        options, settings = self._options, self._engine.preferences.get()
        if not (settings.server_enabled if options.serve is None else options.serve):
            return
        try:
            listener = listen(options.address, settings.server_port if options.port is None else options.port)
        except PaddockError as error:
            if options.serve:
                raise
            # The window must open although another program has the port.
            self.state = Endpoint(reason=error.in_words())
            self._engine.events.publish(NoticeRaised("endpoint", "warning", error.message, error.hint))
            return
        port = int(listener.getsockname()[1])
        require = settings.server_require_key if options.require_key is None else options.require_key
        if require and options.api_key is None:
            await self._engine.preferences.api_key()
        access = self._access(port, require=require)
        self._server = HttpServer(create_application(self._engine, access), listener, settings.shutdown_seconds)
        await self._server.start()
        shown = f"[{options.address}]" if ":" in options.address else options.address
        self.state = Endpoint(url=f"http://{shown}:{port}", requires_key=require)

    def _access(self, port: int, *, require: bool) -> Access:
        preferences = self._engine.preferences
        return Access(
            key=lambda: (self._options.api_key or preferences.current_key) if require else None,
            hosts=host_names(self._options.address, port),
            origins=lambda: preferences.get().server_origins,
            body_bytes=lambda: preferences.get().server_body_bytes,
            file_bytes=lambda: preferences.get().server_file_bytes,
            requests_per_minute=lambda: preferences.get().server_requests_per_minute,
        )
