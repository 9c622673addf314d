"""The settings as the page sees them: one value per field, read from the schema. Must not build widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from msgspec import Meta
from PySide6.QtCore import QCoreApplication

from app.engine.domain.settings import RemoteProvider, Settings

Kind = Literal["choice", "switch", "whole", "real", "line", "text", "lines", "model", "elsewhere"]

_LONG = ("default_instructions",)
_MODELS = ("default_model",)


@dataclass(frozen=True)
class SettingField:
    """One setting: how it is edited, its words, its bounds and its default."""

    name: str
    kind: Kind
    group: str
    title: str
    description: str
    expert: bool
    default: Any
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()

    def words(self) -> str:
        """Return title and description in the person's language."""
        return f"{title_words(self)} {description_words(self)}"


@cache
def fields() -> Mapping[str, SettingField]:
    """Return every setting by name, in the order of the schema."""
    hints = get_type_hints(Settings, include_extras=True)
    defaults = Settings()
    return {name: _field(name, hint, getattr(defaults, name)) for name, hint in hints.items()}


def groups() -> Sequence[str]:
    """Return the groups in the order of the schema."""
    return tuple(dict.fromkeys(field.group for field in fields().values()))


def title_words(field: SettingField) -> str:
    """Return the title in the person's language."""
    return QCoreApplication.translate("Settings", field.title)


def description_words(field: SettingField) -> str:
    """Return the description in the person's language."""
    return QCoreApplication.translate("Settings", field.description)


def group_words(group: str) -> str:
    """Return the name of a group in the person's language."""
    return QCoreApplication.translate("Settings", group)


def matching(query: str) -> frozenset[str]:
    """Return the names of the settings that contain all the words of a query, in any of their words."""
    wanted = query.casefold().split()
    found = set()
    for field in fields().values():
        words = f"{field.name} {field.group} {group_words(field.group)} {field.words()}".casefold()
        if all(word in words for word in wanted):
            found.add(field.name)
    return frozenset(found)


def _field(name: str, hint: Any, default: Any) -> SettingField:
    inner, *annotations = get_args(hint)
    meta = next(each for each in annotations if isinstance(each, Meta))
    extra = meta.extra or {}
    return SettingField(
        name=name,
        kind=_kind(name, inner),
        group=str(extra["group"]),
        title=str(meta.title),
        description=str(meta.description),
        expert=bool(extra["expert"]),
        default=default,
        least=meta.ge if meta.ge is not None else meta.gt,
        most=meta.le if meta.le is not None else meta.lt,
        choices=tuple(map(str, get_args(inner))) if get_origin(inner) is Literal else (),
    )


def _kind(name: str, inner: Any) -> Kind:
    if get_origin(inner) is Literal:
        return "choice"
    if get_origin(inner) is tuple:
        return "elsewhere" if RemoteProvider in get_args(inner) else "lines"
    if name in _LONG:
        return "text"
    if name in _MODELS:
        return "model"
    kinds: dict[type, Kind] = {bool: "switch", int: "whole", float: "real", str: "line"}
    return kinds[inner]
