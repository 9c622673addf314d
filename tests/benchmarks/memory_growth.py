"""`memory_growth FOLDER MEGABYTES` pours text into a bank and prints the process's memory: before, at most, after."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import psutil

from app.engine.host import EngineHost
from tests.benchmarks.memory_bank import Texts

PART = 20_000_000


def main(folder: str, megabytes: int) -> None:
    """Do it; files are written one at a time, so that the disk need not hold all of them twice."""
    own = psutil.Process()
    texts = Texts(2)
    block = "\n\n".join(texts.paragraph() for _ in range(2000))
    with EngineHost(Path(folder) / "data") as host:
        memory = host.engine.memory
        bank = host.call(memory.create_bank("text", type="keyword")).result()
        small = Path(folder) / "small.txt"
        small.write_text(block[:5000], encoding="utf-8")
        _read(host, bank.id, small)
        before = highest = own.memory_info().rss
        for number in range(max(1, megabytes * 1_000_000 // PART)):
            path = Path(folder) / f"large-{number}.txt"
            with path.open("w", encoding="utf-8") as file:
                written = 0
                while written < PART:
                    written += file.write(f"{number} {written}\n\n{block}\n\n")
            highest = max(highest, _read(host, bank.id, path))
            path.unlink()
            print(f"{(number + 1) * PART / 1e6:.0f} MB: {own.memory_info().rss / 1e6:.0f} MB", file=sys.stderr)
        print(before, highest, own.memory_info().rss)


def _read(host: EngineHost, bank_id: str, path: Path) -> int:
    """Add a file, wait until it is read, and return the most memory the process had meanwhile."""
    own, highest = psutil.Process(), 0
    host.call(host.engine.memory.add_paths(bank_id, (path,))).result()
    while True:
        highest = max(highest, own.memory_info().rss)
        bank = host.call(host.engine.memory.bank(bank_id)).result()
        if bank.problem or bank.stats.failed:
            raise SystemExit(bank.in_words())
        if not bank.stats.working:
            return highest
        time.sleep(0.1)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
