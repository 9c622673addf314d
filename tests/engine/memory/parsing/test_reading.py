from __future__ import annotations

from app.engine.domain.parsing import ParseRequest
from app.engine.memory.parsing.reading import Facts, Source


def test_links_are_kept_once_and_in_order() -> None:
    facts = Facts()
    for address in (
        "b.md",
        " https://a.example ",
        "b.md",
        "",
        None,
        "#part",
        "data:image/png;base64,x",
        "javascript:x()",
    ):
        facts.link(address)
    assert facts.links == ("b.md", "https://a.example")


def test_links_are_bounded() -> None:
    facts = Facts()
    facts.link("https://a.example/" + "x" * 5_000)
    for index in range(5_000):
        facts.link(f"{index}.md")
    assert len(facts.links) == 2_000


def test_a_source_knows_its_name_and_suffix(tmp_path) -> None:
    path = tmp_path / "0a1b"
    path.write_text("x")
    assert Source(ParseRequest(path=str(path)), b"x").suffix == ""
    source = Source(ParseRequest(path=str(path), name="Birds.Tar.GZ"), b"x")
    assert (source.suffix, source.size) == ("gz", 1)
