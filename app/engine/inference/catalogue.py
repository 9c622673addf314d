"""The models worth offering, from a data file, seen from this machine. Must not reach the network."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from app.engine.domain.errors import BugError
from app.engine.domain.models import CatalogueEntry, CatalogueOffer, Model
from app.engine.inference.fit import fit_entry


class _File(msgspec.Struct):
    entries: tuple[CatalogueEntry, ...]
    about: str = ""


def read_catalogue(path: Path) -> tuple[CatalogueEntry, ...]:
    """Read the data file, blocking; raises BugError when it is not what was shipped."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=_File).entries
    except (OSError, msgspec.MsgspecError) as error:
        raise BugError(f"The catalogue cannot be read: {error}", hint="Install Paddock again.") from error


def offers(entries: Iterable[CatalogueEntry], models: Iterable[Model], free: int) -> tuple[CatalogueOffer, ...]:
    """Join each entry with its verdict for `free` bytes and the installed model it became."""
    installed = tuple(models)
    return tuple(
        CatalogueOffer(entry=entry, fit=fit_entry(entry, free), installed_model_id=_installed(entry, installed))
        for entry in entries
    )


def find_entry(entries: Iterable[CatalogueEntry], repo: str, file: str) -> CatalogueEntry | None:
    """Return the entry for a file on the hub, or None."""
    return next((each for each in entries if each.repo == repo and each.file == file), None)


def _installed(entry: CatalogueEntry, models: tuple[Model, ...]) -> str | None:
    for model in models:
        same_content = bool(entry.sha256) and model.sha256 == entry.sha256
        same_name = model.path is not None and Path(model.path).name == entry.file
        if (same_content or same_name) and not model.missing:
            return model.id
    return None
