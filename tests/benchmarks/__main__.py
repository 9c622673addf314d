"""`python -m tests.benchmarks SUBJECT [--rounds N] [--json]`: prints a table of ratios measured in one run."""

from __future__ import annotations

import argparse
import importlib
import sys

from tests.benchmarks.report import as_json, table

SUBJECTS = ("inference", "window", "retrieval", "memory", "safety")


def main() -> int:
    """Run one subject."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description="Speeds as ratios, measured in one run.")
    parser.add_argument("subject", choices=SUBJECTS)
    parser.add_argument("--rounds", type=int, default=5, help="rounds whose median counts (default 5)")
    parser.add_argument("--json", action="store_true", help="print data instead of a table")
    chosen = parser.parse_args()
    rows = importlib.import_module(f"tests.benchmarks.{chosen.subject}").run(chosen.rounds)
    sys.stdout.write((as_json(rows) if chosen.json else table(rows)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
