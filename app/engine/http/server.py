"""Listens on a loopback address inside the engine loop. Must not know routes."""

from __future__ import annotations

import asyncio
import socket
from contextlib import nullcontext

import uvicorn
from starlette.types import ASGIApp

from app.engine.domain.errors import Conflict


def listen(address: str, port: int) -> socket.socket:
    """Return a bound socket; raises Conflict when the port is taken."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
    except OSError as error:
        listener.close()
        raise Conflict(
            f"Port {port} of {address} cannot be used: {error.strerror or error}.",
            hint="Close the program that uses it, or choose another port in Settings.",
            code="port_in_use",
        ) from error
    return listener


class HttpServer:
    """A running server. `stop` ends streams that do not end by themselves."""

    def __init__(self, application: ASGIApp, listener: socket.socket, shutdown_seconds: float) -> None:
        self._listener = listener
        config = uvicorn.Config(
            application,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=max(1, int(shutdown_seconds)),
        )
        self._server = uvicorn.Server(config)
        # The host handles signals; uvicorn would take them from it.
        self._server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]
        self._task: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._listener.getsockname()[1])

    async def start(self) -> None:
        """Serve; returns when requests are answered."""
        self._task = asyncio.create_task(self._server.serve(sockets=[self._listener]), name="http server")
        # uvicorn tells that it has started by a plain flag.
        while not self._server.started and not self._task.done():  # noqa: ASYNC110
            await asyncio.sleep(0.005)

    def refuse(self) -> None:
        """Take no further requests; those that run go on."""
        self._server.should_exit = True

    async def stop(self) -> None:
        """Stop listening and wait for what runs; what does not end in time is ended."""
        self.refuse()
        if self._task is not None:
            await asyncio.wait([self._task])
        self._listener.close()
