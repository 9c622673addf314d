from __future__ import annotations

from tests.fakes.documents import LINK, SENTENCE
from tests.fakes.reading import read_bytes


def test_blank_lines_divide_paragraphs(tmp_path) -> None:
    outcome = read_bytes(tmp_path, "a.txt", f"one\ntwo\r\n\r\n\r\nthree\n \nfour {LINK}.")
    assert outcome.blocks("paragraph") == ["one\ntwo", "three", f"four {LINK}."]
    assert outcome.closed.links == (LINK,)


def test_a_log_without_blank_lines_is_read_in_stretches(tmp_path) -> None:
    text = "\n".join(f"{index} {SENTENCE}" for index in range(5_000))
    outcome = read_bytes(tmp_path, "a.log", text)
    assert outcome.text == text
    assert len(outcome.blocks("paragraph")) > 10


def test_code_keeps_its_lines_and_its_functions_together(tmp_path) -> None:
    code = "import os\n\n\ndef a():\n\n    return 1\n\nclass B:\n    x = 1\n"
    outcome = read_bytes(tmp_path, "a.py", code)
    assert outcome.text == code.strip()
    assert outcome.blocks("code") == ["import os", "def a():\n\n    return 1", "class B:\n    x = 1"]
