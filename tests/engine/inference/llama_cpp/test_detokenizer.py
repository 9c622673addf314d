"""Whatever the cuts between tokens: whole characters only, and nothing of a stop string or after it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.engine.inference.llama_cpp.detokenizer import Detokenizer, held_back

WORDS = st.text(alphabet="abST🦙é\n", max_size=30)
STOPS = st.lists(st.text(alphabet="abST🦙é", min_size=1, max_size=4), max_size=3).map(tuple)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[left:right] for left, right in pairwise(edges)]


def run(pieces: list[bytes], stops: tuple[str, ...]) -> tuple[list[str], bool]:
    detokenizer = Detokenizer(stops)
    shown = []
    for piece in pieces:
        shown.append(detokenizer.feed(piece))
        if detokenizer.stopped:
            return shown, True
    shown.append(detokenizer.flush())
    return shown, detokenizer.stopped


def until_first_stop(text: str, stops: tuple[str, ...]) -> str:
    """The text before the stop string that ends first; among those that end together, the longest."""
    for end in range(len(text) + 1):
        starts = [text[:end].find(stop) for stop in stops if stop in text[:end]]
        if starts:
            return text[: min(starts)]
    return text


@given(WORDS, STOPS)
def test_byte_by_byte_it_is_the_text_up_to_the_first_stop(text: str, stops: tuple[str, ...]) -> None:
    data = text.encode()
    shown, stopped = run([data[i : i + 1] for i in range(len(data))], stops)
    assert "".join(shown) == until_first_stop(text, stops)
    assert stopped == any(stop in text for stop in stops)


@given(WORDS, STOPS, st.lists(st.integers(0, 200), max_size=8))
def test_however_it_is_cut_no_stop_is_ever_shown(text: str, stops: tuple[str, ...], places: list[int]) -> None:
    shown, stopped = run(cut(text.encode(), places), stops)
    joined = "".join(shown)
    assert text.startswith(joined)
    assert not any(stop in joined for stop in stops)
    assert "\ufffd" not in joined
    if stopped:
        assert any(text.startswith(joined + stop) for stop in stops)
    else:
        assert joined == text


@given(WORDS, st.lists(st.integers(0, 200), max_size=8))
def test_without_stops_nothing_is_held_but_broken_characters(text: str, places: list[int]) -> None:
    detokenizer = Detokenizer()
    seen, shown = b"", ""
    for piece in cut(text.encode(), places):
        seen += piece
        shown += detokenizer.feed(piece)
        assert shown == seen.decode("utf-8", "ignore")


def test_a_stop_cut_at_every_place() -> None:
    for place in range(1, 6):
        detokenizer = Detokenizer(("\nUser:",))
        shown = detokenizer.feed(b"hello" + b"\nUser:"[:place])
        assert shown == "hello"
        assert detokenizer.feed(b"\nUser:"[place:] + b" more") == ""
        assert detokenizer.stopped
        assert detokenizer.feed(b"more") == ""
        assert detokenizer.flush() == ""


def test_what_only_looked_like_a_stop_comes_back() -> None:
    detokenizer = Detokenizer(("\nUser:",))
    assert detokenizer.feed(b"a\nUse") == "a"
    assert detokenizer.feed(b"ful") == "\nUseful"
    assert detokenizer.feed(b"\n") == ""
    assert detokenizer.flush() == "\n"


def test_a_character_in_four_pieces() -> None:
    detokenizer = Detokenizer()
    assert [detokenizer.feed(bytes([byte])) for byte in "🦙".encode()] == ["", "", "", "🦙"]


def test_a_character_that_never_ends_is_shown_as_broken() -> None:
    detokenizer = Detokenizer()
    assert detokenizer.feed(b"a\xf0\x9f") == "a"
    assert detokenizer.flush() == "\ufffd"


def test_empty_stops_are_ignored() -> None:
    detokenizer = Detokenizer(("",))
    assert detokenizer.feed(b"a") == "a"
    assert not detokenizer.stopped


def test_held_back() -> None:
    assert held_back("abc", ("cd",)) == 1
    assert held_back("abcd", ("cd",)) == 0
    assert held_back("aba", ("abab", "ax")) == 3
    assert held_back("", ("x",)) == 0
