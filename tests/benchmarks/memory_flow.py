"""What pouring text into a bank does to the app: its memory, and the window's responsiveness."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median

from tests.benchmarks import memory_bank as bank_tools
from tests.benchmarks.report import Row, Skipped
from tests.benchmarks.window import STALL_SECONDS, folder, ms, platform, probe

MEGABYTES = int(os.environ.get("PADDOCK_BENCH_MB", "300"))
ALLOWED_BYTES = 200e6
STALL_DOCUMENTS = 400


def growth() -> Row:
    """How much the app's process grows while a lot of text goes into a bank of words."""
    with folder() as data:
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.memory_growth", data, str(MEGABYTES)],
            capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(done.stderr[-2000:])
        before, highest, last = map(int, done.stdout.split())
    detail = f"{before / 1e6:.0f} MB, at most {highest / 1e6:.0f} MB, {last / 1e6:.0f} MB after {MEGABYTES} MB of text"
    return Row(
        "growth of the app while text comes in / 200 MB", (highest - before) / ALLOWED_BYTES, 1.0, "at most", detail
    )


def stall(rounds: int) -> list[Row | Skipped]:
    """How late the GUI thread is at worst while documents are read, with the memory page open."""
    longest = []
    for _ in range(rounds):
        with folder() as data:
            bank_tools.write_texts(Path(data) / "texts", STALL_DOCUMENTS, 2)
            longest.append(probe("reading", data, str(Path(data) / "texts"))["seconds"])
    detail = f"{ms(longest)}, worst round {max(longest) * 1000:.0f} ms; {STALL_DOCUMENTS} documents, {platform()}"
    return [
        Row("longest stall while documents are read / 50 ms", median(longest) / STALL_SECONDS, 1.0, "at most", detail)
    ]
