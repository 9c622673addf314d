"""Finds the files of `resources/`: beside the package in a checkout, in the bundle of an installed app."""

from __future__ import annotations

import sys
from pathlib import Path

from app.engine.domain.errors import BugError


def resource(name: str) -> Path:
    """Return the path of a resource, such as "catalogue.json"; raises BugError when it was not shipped."""
    bundle = getattr(sys, "_MEIPASS", None)
    roots = [Path(bundle)] if bundle else []
    roots.append(Path(__file__).resolve().parents[3])
    for root in roots:
        path = root / "resources" / name
        if path.exists():
            return path
    raise BugError(f"The file “{name}” is missing from this installation.", hint="Install Paddock again.")
