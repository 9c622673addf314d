"""Fenced blocks: where they begin and end, and their languages."""

from __future__ import annotations

from app.engine.safety.rules.fences import Block, blocks


def test_blocks_and_languages() -> None:
    text = "a\n```python title\nx = 1\n```\nb\n~~~ JS\ny\n~~~~\n- ```\n  z\n  ```\n"
    assert [(each.language, each.code) for each in blocks(text)] == [
        ("python", "x = 1\n"), ("javascript", "y\n"), ("", "  z\n"),
    ]  # fmt: skip
    for each in blocks(text):
        assert text[each.start : each.start + len(each.code)] == each.code


def test_an_open_block_ends_with_the_text() -> None:
    assert blocks("```c++\nint x;") == [Block("c", 7, "int x;")]
    assert blocks("```") == [Block("", 3, "")]


def test_a_fence_is_closed_by_one_at_least_as_long_of_its_kind() -> None:
    (block,) = blocks("````\n```\na\n~~~~\n```` b\n````\n")
    assert block.code == "```\na\n~~~~\n```` b\n"


def test_what_is_no_code() -> None:
    assert [each.is_code for each in blocks("```text\na\n```\n```ruby\nb\n```\n")] == [False, True]
    assert blocks("no `code` here") == blocks("") == []
