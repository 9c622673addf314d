"""Which statements of an answer rest on which sources."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.engine.agents.citations import cite
from app.engine.domain.agents import CitationMark, Source


def source(number: int, quote: str) -> Source:
    return Source(
        number=number, bank_id="b", document_id=f"d{number}", document_name="n", quote=quote, start=0, end=len(quote)
    )


HORSES = source(1, "The paddock holds seven horses named after rivers.")
REPORT = source(2, "Quarterly revenue rose by twelve percent against spring.")
BOTH = (HORSES, REPORT)


def test_what_the_model_cites_is_believed_as_far_as_the_sources_exist() -> None:
    answer = "There are seven [1]. Revenue rose [1, 2][9]."
    assert cite(answer, BOTH) == (
        CitationMark(offset=answer.index("]") + 1, numbers=(1,), written=True),
        CitationMark(offset=answer.index("2]") + 2, numbers=(1, 2), written=True),
    )
    assert cite("No such source [7].", BOTH) == ()


def test_statements_get_the_source_that_holds_their_words() -> None:
    answer = "The seven horses of the paddock are named after rivers. The moon is made of cheese and dreams."
    (mark,) = cite(answer, BOTH)
    assert (mark.numbers, mark.written) == ((1,), False)
    assert answer[: mark.offset].endswith("rivers.")


def test_neighbouring_statements_of_one_source_share_a_mark() -> None:
    answer = "The paddock holds seven horses. The horses are named after rivers."
    assert [mark.offset for mark in cite(answer, BOTH)] == [len(answer)]
    apart = answer.replace(". ", ".\n")
    assert len(cite(apart, BOTH)) == 2


def test_a_cited_statement_is_not_marked_twice() -> None:
    answer = "The paddock holds seven horses named after rivers. [1]"
    assert [mark.written for mark in cite(answer, BOTH)] == [True]


def test_code_is_not_cited() -> None:
    answer = "```python\nseven_horses = rivers[1]\n# paddock holds seven horses named rivers\n```\n"
    assert cite(answer, BOTH) == ()


def test_without_sources_or_words_there_is_nothing() -> None:
    assert cite("There are seven horses [1].", ()) == ()
    assert cite("", BOTH) == ()
    assert cite("Yes.", BOTH) == ()


def test_scripts_without_spaces() -> None:
    tokyo = source(3, "東京都庁は新宿にあります。")
    answer = "東京都庁は新宿にあります。"
    assert cite(answer, (HORSES, tokyo))[0].numbers == (3,)


@given(st.text(max_size=200), st.lists(st.text(max_size=80), max_size=4))
def test_marks_are_ordered_within_the_answer_and_name_real_sources(answer: str, quotes: list[str]) -> None:
    sources = [source(number, quote) for number, quote in enumerate(quotes, 1)]
    marks = cite(answer, sources)
    offsets = [mark.offset for mark in marks]
    assert offsets == sorted(offsets)
    assert all(0 < offset <= len(answer) for offset in offsets)
    assert {number for mark in marks for number in mark.numbers} <= {each.number for each in sources}
