from __future__ import annotations

from tests.fakes.reading import read_bytes


def test_headings_of_both_kinds_have_levels(tmp_path) -> None:
    text = "# One **bold** #\ntext\n\nTwo\n===\n\nThree\n---\n####### no\n#hash\n"
    outcome = read_bytes(tmp_path, "a.md", text)
    assert outcome.headings == [(1, "One bold"), (1, "Two"), (2, "Three")]
    assert outcome.closed.title == "One bold"


def test_front_matter_gives_the_title_and_is_no_text(tmp_path) -> None:
    outcome = read_bytes(tmp_path, "a.md", '---\ntitle: "A bird"\ntags: x\n---\ntext')
    assert (outcome.closed.title, outcome.text) == ("A bird", "text")


def test_what_stands_in_a_fence_is_code_and_nothing_else(tmp_path) -> None:
    fence = "```sh\n# no heading\n\n- no list\n```"
    outcome = read_bytes(tmp_path, "a.md", f"before\n{fence}\nafter\n\n~~~\nopen")
    assert outcome.blocks("code") == [fence, "~~~\nopen"]
    assert outcome.headings == []
    assert outcome.blocks("paragraph") == ["before", "after"]


def test_lists_tables_and_quotes_are_told_apart(tmp_path) -> None:
    text = "intro\n- a\n  goes on\n- b\n\n1. x\n2. y\n\n| a | b |\n|---|---|\n| 1 | 2 |\nend\n\n> quoted\n> more\n"
    outcome = read_bytes(tmp_path, "a.md", text)
    assert outcome.blocks("list") == ["- a\n  goes on\n- b", "1. x\n2. y"]
    assert outcome.blocks("table") == ["| a | b |\n|---|---|\n| 1 | 2 |"]
    assert outcome.blocks("quote") == ["> quoted\n> more"]
    assert outcome.blocks("paragraph") == ["intro", "end"]


def test_links_of_every_kind_are_found(tmp_path) -> None:
    text = "[a](b.md) ![p](pic.png) [r]\n\n[r]: https://r.example\n\nhttps://plain.example/x, [no](#part)"
    links = read_bytes(tmp_path, "a.md", text).closed.links
    assert set(links) == {"b.md", "pic.png", "https://r.example", "https://plain.example/x"}


def test_a_long_block_comes_in_stretches_and_loses_nothing(tmp_path) -> None:
    rows = "\n".join(f"| heron | {index} |" for index in range(3_000))
    assert read_bytes(tmp_path, "a.md", rows).text == rows
