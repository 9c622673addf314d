"""The `paddock` command: reads the arguments and hands over. Without a command it opens the window.

Exit codes: 0 done, 1 failed (the reason is on stderr), 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app import __version__
from app.cli import banks, chat, doctor, models, serve, shields
from app.cli.output import FAILED, INTERRUPTED, USAGE, fail, say
from app.engine.domain.errors import PaddockError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except PaddockError as error:
        return fail(error, as_json=getattr(arguments, "json", False))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    root = argparse.ArgumentParser(
        prog="paddock", description="A home for local Llama models. Without a command it opens the window."
    )
    root.add_argument("--version", action="version", version=f"paddock {__version__}")
    root.set_defaults(run=open_window)
    common = argparse.ArgumentParser(add_help=False)
    for each in (root, common):
        # Suppressed in the sub-commands, or their default would overwrite what stands before the command.
        default = None if each is root else argparse.SUPPRESS
        each.add_argument(
            "--data-dir", type=Path, metavar="DIR", default=default, help="where all state is kept (PADDOCK_DATA_DIR)"
        )
    commands = root.add_subparsers(title="commands", metavar="COMMAND")
    for module in (chat, models, banks, shields, serve, doctor):
        module.add_command(commands, common)
    return root


def open_window(arguments: argparse.Namespace) -> int:
    """Open the window; where there is no display, point to the terminal."""
    if not has_display():
        say('paddock: There is no display for the window; use `paddock serve` or `paddock chat "Hello"`.')
        return USAGE
    import gc

    from app.engine.runtime.paths import data_paths

    paths = data_paths(arguments.data_dir)
    try:
        paths.create()
    except PaddockError as error:
        # Who clicked an icon sees no terminal: the window opens, and tells it as the engine fails for the same reason.
        fail(error)
    # Until the window shows, all that is made stays: looking for garbage only delays it. The window looks again.
    gc.disable()
    try:
        return _run_window(paths.root)
    finally:
        gc.enable()


def _run_window(data_dir: Path) -> int:
    try:
        from app.ui.application import run
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith(("PySide6", "shiboken6")):
            raise
        say("paddock: PySide6 is not installed, so there is no window; use `paddock serve` or `paddock chat`.")
        return FAILED
    return run(["paddock"], data_dir)


def has_display() -> bool:
    """Tell whether a window can be shown: a desktop session, or a Qt platform that was chosen on purpose."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
