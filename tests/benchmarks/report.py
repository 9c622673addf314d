"""Rows of a benchmark: what was measured, as a ratio against its bar. Printing only."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True)
class Row:
    """One ratio. `bar` is what was promised; `detail` holds the absolute figures behind it."""

    name: str
    ratio: float
    bar: float
    direction: Literal["at least", "at most"]
    detail: str = ""

    @property
    def met(self) -> bool:
        """Whether the ratio keeps its promise."""
        return self.ratio >= self.bar if self.direction == "at least" else self.ratio <= self.bar


@dataclass(frozen=True)
class Skipped:
    """Something that could not be measured here, with the reason."""

    name: str
    reason: str


def table(rows: list[Row | Skipped]) -> str:
    """Return the rows as a text table."""
    lines = [f"{'measure':<58} {'ratio':>8}  {'bar':>14}  met  figures"]
    for row in rows:
        if isinstance(row, Skipped):
            lines.append(f"{row.name:<58} {'—':>8}  {'':>14}  —    not measured: {row.reason}")
            continue
        bar = f"{row.direction} {row.bar:g}"
        lines.append(f"{row.name:<58} {row.ratio:>8.2f}  {bar:>14}  {'yes' if row.met else 'NO':<4} {row.detail}")
    return "\n".join(lines)


def as_json(rows: list[Row | Skipped]) -> str:
    """Return the rows as JSON."""
    shaped = [{**asdict(row), "met": row.met} if isinstance(row, Row) else asdict(row) for row in rows]
    return json.dumps(shaped, indent=2)
