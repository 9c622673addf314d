"""The look into memory within a turn: what is taken in whole, what is searched, what is left out and why."""

from __future__ import annotations

import pytest

from app.engine.agents.retrieval import QUERY_CHARACTERS, Retrieval, query_of
from app.engine.domain import agents
from app.engine.domain.agents import AgentConfig, Attachment, MemoryRetrievalStep, Turn
from app.engine.domain.errors import BankNotFound, StorageFailed
from app.engine.domain.inference import Message
from tests.fakes.turn_memory import FakeTurnMemory

CONTEXT = 200  # half of it is for sources


def turn(text: str, *attached: Attachment, name: str = "t") -> Turn:
    said = (Message(role="user", content=text),)
    return Turn(id=name, session_id="s", parent_id=None, input=said, attachments=attached)


def attached(document_id: str) -> Attachment:
    return Attachment(bank_id="chat", document_id=document_id, name=f"{document_id}.txt")


async def count(messages: tuple[Message, ...]) -> int:
    return sum(len(message.content.split()) for message in messages)


class Case:
    """One retrieval over a memory of a test."""

    def __init__(self) -> None:
        self.memory = FakeTurnMemory()
        self.retrieval = Retrieval(self.memory)

    async def run(self, asked: Turn, *past: Turn, **config: object) -> MemoryRetrievalStep:
        settings = AgentConfig(**{"banks": ("b",), **config})  # type: ignore[arg-type]
        step = self.retrieval.begin(asked, past, settings)
        assert step is not None
        assert step.state == "running"
        done = await self.retrieval.complete(step, asked, past, settings, CONTEXT, count)
        assert (done.id, done.state, done.turn_id) == (step.id, "completed", asked.id)
        return done


@pytest.fixture
def case() -> Case:
    return Case()


def test_without_banks_and_files_there_is_nothing_to_do(case: Case) -> None:
    assert case.retrieval.begin(turn("hi"), (), AgentConfig()) is None


async def test_passages_are_numbered_sources_with_their_place(case: Case) -> None:
    case.memory.passages = ["Horses eat oats.", "Rivers have names."]
    step = await case.run(turn("what do the horses eat today"))
    assert [(source.number, source.quote) for source in step.sources] == [
        (1, "Horses eat oats."),
        (2, "Rivers have names."),
    ]
    first = step.sources[0]
    assert (first.bank_id, first.document_name, first.page, first.label, first.whole) == (
        "b", "d0.txt", 3, "page 3", False,
    )  # fmt: skip
    assert (first.start, first.end, first.score) == (10, 26, 0.9)
    assert not step.nothing_found
    (request,) = case.memory.searches
    assert (request.query, request.limit, request.min_score) == ("what do the horses eat today", 6, 0.3)


async def test_what_does_not_fit_is_left_out_and_smaller_passages_follow(case: Case) -> None:
    case.memory.passages = ["a " * 30, "b " * 30, "c " * 5]
    step = await case.run(turn("one two three four five"), retrieval=agents.Retrieval(max_tokens=40))
    assert [source.quote[0] for source in step.sources] == ["a", "c"]
    assert [source.number for source in step.sources] == [1, 2]


async def test_nothing_relevant_is_said(case: Case) -> None:
    step = await case.run(turn("one two three four five"))
    assert (step.sources, step.nothing_found) == ((), True)


async def test_the_note_of_a_search_is_kept(case: Case) -> None:
    case.memory.note = "Searched by words only."
    assert (await case.run(turn("one two three four five"))).note == "Searched by words only."


async def test_a_file_that_fits_is_taken_in_whole(case: Case) -> None:
    case.memory.texts["short"] = "Hay at noon."
    step = await case.run(turn("sum it up for me please", attached("short")), banks=())
    (source,) = step.sources
    assert (source.quote, source.whole, source.document_name, source.end) == ("Hay at noon.", True, "short.txt", 12)
    (included,) = step.attachments
    assert (included.how, included.tokens, included.reason) == ("whole", 3, "")
    assert case.memory.searches == []


async def test_a_file_that_does_not_fit_is_searched(case: Case) -> None:
    case.memory.texts["long"] = "word " * 150
    case.memory.passages = ["Hay at noon."]
    step = await case.run(turn("sum it up for me please", attached("long")), banks=())
    (included,) = step.attachments
    assert (included.how, included.tokens) == ("searched", 150)
    assert "too long" in included.reason
    assert [source.quote for source in step.sources] == ["Hay at noon."]
    assert case.memory.searched_banks == [("chat",)]
    assert case.memory.waited == [("long", False), ("long", True)]


async def test_a_file_far_too_long_is_not_even_counted(case: Case) -> None:
    case.memory.texts["huge"] = "word " * 1_000_000
    (included,) = (await case.run(turn("sum it up for me please", attached("huge")))).attachments
    assert (included.how, included.tokens) == ("searched", 0)


async def test_what_cannot_be_used_is_left_out_with_the_reason(case: Case) -> None:
    case.memory.failures["secret"] = "It is encrypted."
    case.memory.states["stuck"] = "waiting"
    case.memory.errors["gone"] = StorageFailed("The disk is gone.")
    files = (attached("secret"), attached("stuck"), attached("gone"))
    step = await case.run(turn("sum it up for me please", *files), banks=())
    assert [(each.how, each.reason) for each in step.attachments] == [
        ("left_out", "It is encrypted."),
        ("left_out", "it is waiting"),
        ("left_out", "The disk is gone."),
    ]
    assert step.nothing_found


async def test_later_turns_see_earlier_files_the_newest_first(case: Case) -> None:
    case.memory.texts |= {"old": "word " * 60, "new": "word " * 70}
    past = turn("first", attached("old"), name="p")
    step = await case.run(turn("and what of that one", attached("new")), past)
    assert [(each.attachment.document_id, each.how) for each in step.attachments] == [
        ("new", "whole"),
        ("old", "searched"),
    ]
    again = await case.run(turn("one two three four five"), past)
    assert [each.how for each in again.attachments] == ["whole"]


async def test_a_file_taken_in_whole_is_not_quoted_again(case: Case) -> None:
    case.memory.texts["d0"] = "Hay at noon."
    case.memory.passages = ["Hay at noon.", "Oats at six."]
    step = await case.run(turn("sum it up for me please", attached("d0")))
    assert [(source.quote, source.whole) for source in step.sources] == [
        ("Hay at noon.", True),
        ("Oats at six.", False),
    ]


async def test_a_search_that_fails_is_raised(case: Case) -> None:
    case.memory.failure = BankNotFound("There is no bank.")
    with pytest.raises(BankNotFound):
        await case.run(turn("one two three four five"))


@pytest.mark.parametrize(
    ("question", "before", "query"),
    [
        ("And of rivers?", "What are the names of horses?", "What are the names of horses? And of rivers?"),
        ("What are the names of all rivers?", "hello", "What are the names of all rivers?"),
        ("河川の名前は何ですか", "hello", "河川の名前は何ですか"),
    ],
)
def test_a_short_question_leans_on_the_one_before(question: str, before: str, query: str) -> None:
    assert query_of(turn(question), (turn(before),)) == query


def test_a_long_question_is_cut() -> None:
    assert len(query_of(turn("word " * 5000), ())) == QUERY_CHARACTERS
