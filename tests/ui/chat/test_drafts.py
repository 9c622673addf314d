"""Drafts are kept per chat, survive a restart and vanish when they are empty."""

from __future__ import annotations

from PySide6.QtCore import QSettings

from app.ui.chat.drafts import Drafts


def test_each_chat_has_its_draft_also_the_one_not_yet_made(memory: QSettings) -> None:
    drafts = Drafts(memory)
    drafts.put(None, "new")
    drafts.put("one", "first")
    assert [drafts.get(chat) for chat in (None, "one", "two")] == ["new", "first", ""]


def test_a_draft_survives_a_restart(memory: QSettings) -> None:
    Drafts(memory).put("one", "half a thought, with commas")
    assert Drafts(memory).get("one") == "half a thought, with commas"


def test_a_sent_draft_is_forgotten_also_on_disk(memory: QSettings) -> None:
    Drafts(memory).put("one", "text")
    again = Drafts(memory)
    again.put("one", "")
    assert again.get("one") == ""
    assert memory.allKeys() == []


def test_without_a_file_drafts_last_for_this_run() -> None:
    drafts = Drafts(None)
    drafts.put("one", "text")
    assert drafts.get("one") == "text"
    assert Drafts(None).get("one") == ""
