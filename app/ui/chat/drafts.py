"""What was typed but not sent, per chat; survives a restart. Must not grow: empty drafts are removed."""

from __future__ import annotations

from PySide6.QtCore import QSettings

_NEW = "new"


class Drafts:
    """Kept in the window's own settings file; without one, for this run only."""

    def __init__(self, memory: QSettings | None) -> None:
        self._memory = memory
        self._kept: dict[str, str] = {}

    def get(self, session_id: str | None) -> str:
        """Return the draft of a chat, or of the chat that is not yet made."""
        key = session_id or _NEW
        if key not in self._kept and self._memory is not None:
            self._kept[key] = str(self._memory.value(f"drafts/{key}", ""))
        return self._kept.get(key, "")

    def put(self, session_id: str | None, text: str) -> None:
        """Keep a draft; an empty one is forgotten."""
        key = session_id or _NEW
        if self.get(session_id) == text:
            return
        self._kept[key] = text
        if self._memory is None:
            return
        if text:
            self._memory.setValue(f"drafts/{key}", text)
        else:
            self._memory.remove(f"drafts/{key}")
