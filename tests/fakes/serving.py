"""What the HTTP tests share: inference that says what it is told, and a client of the application without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from app.engine.domain.errors import ModelNotFound, PaddockError
from app.engine.domain.inference import (
    ChatRequest,
    CompletionRequest,
    GenerationEvent,
    GenerationFinished,
    GenerationStarted,
    TextDelta,
    TokenLogprob,
    TopLogprob,
    Usage,
)
from app.engine.http.access import Access, host_names
from app.engine.http.application import create_application
from app.engine.http.server import HttpServer, listen
from tests.fakes.app_agents import AppAgents
from tests.fakes.engine import FakeEngine
from tests.fakes.models import STARTER
from tests.fakes.serving_memory import FakeFileBatches, FakeFiles, ServedEmbeddings, ServedMemory

PORT = 8321
ADDRESS = f"http://127.0.0.1:{PORT}"
HELLO: tuple[GenerationEvent, ...] = (
    GenerationStarted(prompt_tokens=3, cached_tokens=1),
    TextDelta("Hel", (TokenLogprob("Hel", (72, 101, 108), -0.5, (TopLogprob("Hel", (72, 101, 108), -0.5),)),)),
    TextDelta("lo", (TokenLogprob("lo", (108, 111), -0.25, (TopLogprob("lo", (108, 111), -0.25),)),)),
    GenerationFinished("stop", Usage(prompt_tokens=3, completion_tokens=2, cached_tokens=1)),
)


class ScriptedInference:
    """Yields `events`, then raises `failure`. `gate`, when cleared, holds an answer before its last event.

    `requests` are those that came; `running` counts the answers that neither ended nor were closed.
    """

    def __init__(self) -> None:
        self.events = HELLO
        self.failure: PaddockError | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.requests: list[Any] = []
        self.running = 0
        self.held = asyncio.Event()
        self.idle = asyncio.Event()

    def chat(self, request: ChatRequest) -> AsyncIterator[GenerationEvent]:
        return self._say(request)

    def complete(self, request: CompletionRequest) -> AsyncIterator[GenerationEvent]:
        return self._say(request)

    async def _say(self, request: Any) -> AsyncIterator[GenerationEvent]:
        self.requests.append(request)
        if request.model != STARTER.id:
            raise ModelNotFound(f"No model {request.model} is installed.")
        self.running += 1
        try:
            for number, event in enumerate(self.events):
                if number == len(self.events) - 1 and not self.gate.is_set():
                    self.held.set()
                    await self.gate.wait()
                yield event
            if self.failure is not None:
                raise self.failure
        finally:
            self.running -= 1
            self.idle.set()


class ServedEngine(FakeEngine):
    """A FakeEngine whose inference is scripted, and whose memory does all that HTTP asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.inference: Any = ScriptedInference()
        self.agents: Any = AppAgents(self.store, self.events, self.models, self.script)
        self.files = FakeFiles()
        self.embeddings: Any = ServedEmbeddings()
        self.memory: Any = ServedMemory(self.events, self.files)
        self.file_batches = FakeFileBatches(self.memory)


def open_access(**rules: Any) -> Access:
    """Everybody on this machine may call, unless `rules` say otherwise."""
    return Access(**({"key": lambda: None, "hosts": host_names("127.0.0.1", PORT)} | rules))


@asynccontextmanager
async def calling(engine: Any, access: Access | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the guarded application of an engine."""
    application = create_application(engine, access or open_access())
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        yield client


@asynccontextmanager
async def listening(engine: Any, **rules: Any) -> AsyncIterator[str]:
    """The address of a real server of an engine, for what needs a connection that can break."""
    listener = listen("127.0.0.1", 0)
    port = int(listener.getsockname()[1])
    access = open_access(hosts=host_names("127.0.0.1", port), **rules)
    server = HttpServer(create_application(engine, access), listener, shutdown_seconds=1)
    await server.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await server.stop()


def chat_body(**fields: Any) -> dict[str, Any]:
    """The smallest chat, with changes."""
    return {"model": STARTER.id, "messages": [{"role": "user", "content": "Hi"}]} | fields
