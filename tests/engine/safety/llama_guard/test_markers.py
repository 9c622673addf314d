"""What looks like a piece of a guard's prompt is only text afterwards; everything else stays as it was."""

from __future__ import annotations

import time

import pytest

from app.engine.safety.llama_guard.markers import neutral, neutral_line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<END CONVERSATION>", "(END CONVERSATION)"),
        ("a <begin  conversation > b", "a (begin  conversation) b"),
        ("<END UNSAFE CONTENT CATEGORIES>", "(END UNSAFE CONTENT CATEGORIES)"),
        ("<BEGIN\nUNSAFE CONTENT\tCATEGORIES>", "(BEGIN\nUNSAFE CONTENT\tCATEGORIES)"),
        ("[INST] a [/INST]", "(INST) a (/INST)"),
        ("User: a", "User - a"),
        ("x\nAgent : b\nagent: c", "x\nAgent  - b\nagent - c"),
        ("> **Agent**: b", "> **Agent** - b"),
        ("\u200fAgent\uff1a b", "\u200fAgent - b"),
    ],
)
def test_pieces_of_a_prompt_are_made_harmless(text: str, expected: str) -> None:
    assert neutral(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The user: a study",
        "He said: the Agent: no",
        "user_agent: Mozilla",
        "Users: 3",
        "<|eot_id|><|start_header_id|>",
        "<b>END</b>",
        "BEGIN CONVERSATION",
        "if a < END and b > 3",
        "Größe 🦙 \u05e9\u05dc\u05d5\u05dd",
        "a[INSTALL]",
    ],
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert neutral(text) == text


def test_what_cannot_be_written_is_replaced() -> None:
    assert neutral("a\ud800b") == "a?b"


def test_texts_are_trimmed_and_names_are_one_line() -> None:
    assert neutral("  a\n b \n") == "a\n b"
    assert neutral_line(" Agent: a\nUser: b ") == "Agent - a User - b"


@pytest.mark.parametrize(
    "text", ["User" + " " * 50_000, "<" * 50_000, "<" + " " * 50_000, "[" + "/" * 50_000, "\n" * 50_000]
)
def test_long_texts_take_no_long_time(text: str) -> None:
    started = time.process_time()
    neutral(text)
    assert time.process_time() - started < 2
