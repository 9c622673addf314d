"""Child processes of this program: their command line, their environment and how their end reads in words.

A child is this same program with another entry, so that it works from source and from a frozen build alike. Must not
know what a child does.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

# After this many spins a waiting compute thread sleeps. Threads that spin for long collapse when another program
# wants the cores; threads that never spin halve the speed on a quiet machine.
_SPINS = "1000"


def child_command(module: str, *arguments: str) -> list[str]:
    """Return the command line that runs `module` of this program as a process of its own."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--child", module, *arguments]
    return [sys.executable, "-m", module, *arguments]


def child_environment() -> dict[str, str]:
    """Return this process's environment, arranged for compute threads that share the machine."""
    environment = dict(os.environ)
    environment.setdefault("GOMP_SPINCOUNT", _SPINS)
    environment.setdefault("KMP_BLOCKTIME", "1")
    if not getattr(sys, "frozen", False):
        root = str(Path(__file__).resolve().parents[3])
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [root, environment.get("PYTHONPATH")]))
    return environment


def exit_in_words(status: int | None, last_lines: tuple[str, ...] = ()) -> str:
    """Say why a process ended, from its status and the end of its log."""
    told = next((line.strip() for line in reversed(last_lines) if "GGML_ASSERT" in line or "error" in line.lower()), "")
    detail = f" ({told})" if told else ""
    if status is None or status >= 0:
        return f"it ended with status {status}{detail}"
    if -status == getattr(signal, "SIGKILL", 9):
        return "it was killed, most likely because memory ran out"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"it crashed with {name}{detail}"
