"""The settings on disk: read, checked, changed and saved as versioned JSON. Must not act on any setting.

Only values that differ from their default are saved, so that a better default reaches everyone. A file that cannot
be used is kept beside the new one as a backup and what is valid in it stays in force.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from app.engine.domain.errors import InvalidRequest, StorageFailed
from app.engine.domain.events import SettingsChanged
from app.engine.domain.settings import SCHEMA_VERSION, Settings
from app.engine.runtime.files import write_atomically

Values = dict[str, Any]
# The function under key N turns the values of schema version N into those of N + 1.
MIGRATIONS: Mapping[int, Callable[[Values], Values]] = {}

_BOUNDS = {"ge": "at least {}", "gt": "more than {}", "le": "at most {}", "lt": "less than {}"}


class _File(msgspec.Struct, kw_only=True):
    version: int
    settings: Values = {}


@cache
def field_types() -> Mapping[str, Any]:
    """Return each setting's annotated type by name."""
    return get_type_hints(Settings, include_extras=True)


def check(name: str, value: object) -> object:
    """Return the value converted to the setting's type; raises InvalidRequest naming the field and its bounds."""
    if name not in field_types():
        raise InvalidRequest(f"There is no setting “{name}”.", param=name)
    try:
        return msgspec.convert(value, field_types()[name])
    except msgspec.ValidationError as error:
        raise InvalidRequest(_in_words(name, value, error), param=name) from error


def _in_words(name: str, value: object, error: msgspec.ValidationError) -> str:
    meta = next(each for each in field_types()[name].__metadata__ if isinstance(each, msgspec.Meta))
    bounds = [words.format(getattr(meta, key)) for key, words in _BOUNDS.items() if getattr(meta, key) is not None]
    expected = f"must be {' and '.join(bounds)}" if bounds else str(error)
    return f"“{meta.title}” ({name}) cannot be {value!r}: {expected}."


class SettingsStore:
    """Holds the settings in force and publishes changes.

    `problem` says in words what was wrong with the file, empty if nothing was.
    """

    def __init__(
        self,
        path: Path,
        *,
        publish: Callable[[SettingsChanged], None] = lambda _event: None,
        version: int = SCHEMA_VERSION,
        migrations: Mapping[int, Callable[[Values], Values]] = MIGRATIONS,
    ) -> None:
        self._path = path
        self._publish = publish
        self._version = version
        self._migrations = migrations
        self._saving = asyncio.Lock()
        self.current = Settings()
        self.problem = ""

    def load(self) -> Settings:
        """Read the file, blocking; never raises for its content. Returns the settings now in force."""
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return self.current
        except OSError as error:
            self.problem = f"The settings {self._path} cannot be read ({error.strerror}); defaults are in force."
            return self.current
        self.current = self._valid(self._migrated(raw))
        if self.problem:
            self._keep_backup(raw)
        return self.current

    async def change(self, changes: Mapping[str, Any]) -> tuple[str, ...]:
        """Check and save new values; returns the names that changed. Raises InvalidRequest, StorageFailed.

        All or nothing: the settings in force change only when all values are valid and saved.
        """
        checked = {name: check(name, value) for name, value in changes.items()}
        async with self._saving:
            fresh = msgspec.structs.replace(self.current, **checked)
            names = tuple(name for name in checked if getattr(fresh, name) != getattr(self.current, name))
            if names:
                await asyncio.to_thread(write_atomically, self._path, self._encode(fresh))
                self.current = fresh
                self._publish(SettingsChanged(names))
        return names

    def _encode(self, settings: Settings) -> bytes:
        defaults = Settings()
        values = {name: getattr(settings, name) for name in field_types()}
        changed = {name: value for name, value in values.items() if value != getattr(defaults, name)}
        return msgspec.json.format(msgspec.json.encode(_File(version=self._version, settings=changed)), indent=2)

    def _migrated(self, raw: bytes) -> Values:
        try:
            file = msgspec.json.decode(raw, type=_File)
            for version in range(file.version, self._version):
                file.settings = self._migrations[version](file.settings)
        except (msgspec.MsgspecError, KeyError, TypeError, ValueError, AttributeError):
            self.problem = f"The settings {self._path} were damaged; defaults are in force."
            return {}
        if file.version > self._version:
            self.problem = f"The settings {self._path} were written by a newer Paddock; some may be lost."
        return file.settings

    def _valid(self, values: Values) -> Settings:
        good: Values = {}
        for name, value in values.items():
            try:
                good[name] = check(name, value)
            except InvalidRequest as error:
                self.problem = self.problem or f"A setting was not usable and went back to its default. {error.message}"
        return Settings(**good)

    def _keep_backup(self, raw: bytes) -> None:
        backup = self._path.with_name(f"{self._path.stem}.backup-{time.strftime('%Y%m%d-%H%M%S')}.json")
        try:
            write_atomically(backup, raw)
        except StorageFailed:
            return
        self.problem += f" The old file is kept as {backup.name}."
