"""`paddock serve`: the local API without a window, until a signal ends it."""

from __future__ import annotations

import argparse
import signal
import threading
from types import FrameType
from typing import Any

from app.cli import engine
from app.cli.output import say

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def add_command(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    command = commands.add_parser("serve", parents=[common], help="serve the local API without a window")
    command.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="address to listen on")
    command.add_argument("--port", type=int, default=None, metavar="N", help="port; 0 takes any free one")
    key = command.add_mutually_exclusive_group()
    key.add_argument("--api-key", default=None, metavar="KEY", help="the key clients must send")
    key.add_argument("--no-auth", action="store_true", help="let every program of this machine in without a key")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM, then close everything and return 0."""
    _refuse_open_door(arguments)
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with _host(arguments) as host:
            _announce(host, arguments)
            ended.wait()
            say("Paddock closes.")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0


def _host(arguments: argparse.Namespace) -> Any:
    require = False if arguments.no_auth else (True if arguments.api_key else None)
    return engine.open_host(
        arguments,
        serve=True,
        host_address=arguments.host,
        port=arguments.port,
        api_key=arguments.api_key,
        require_key=require,
    )


def _announce(host: Any, arguments: argparse.Namespace) -> None:
    endpoint = host.engine.preferences.endpoint()
    say(f"Paddock serves {endpoint.url}/v1")
    if endpoint.requires_key and arguments.api_key is None:
        say(f"API key: {host.call(host.engine.preferences.api_key()).result()}")
    elif not endpoint.requires_key:
        say("No key is required: every program on this machine can use it.")


def _refuse_open_door(arguments: argparse.Namespace) -> None:
    from app.engine.domain.errors import InvalidRequest

    if arguments.no_auth and arguments.host not in LOOPBACK:
        raise InvalidRequest(
            f"Without a key Paddock listens on this machine only, not on {arguments.host}.",
            hint="Leave out --no-auth, or use --host 127.0.0.1.",
            param="host",
        )
