"""Exports hold everything and run nothing; imports take what was exported and refuse the rest in words."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.domain.agents import AgentConfig, Failure, InferenceStep, Session, ShieldStep, Turn
from app.engine.domain.errors import InvalidRequest
from app.engine.domain.inference import Message
from app.engine.domain.safety import Verdict
from app.engine.history.export import VERSION, from_json, to_html, to_json, to_markdown

EVIL = (
    "<script>alert(1)</script> ![x](https://evil.example/p.png) <img src=x onerror=alert(1)> "
    "[go](javascript:alert(1)) `<b>` | a |"
)


def turn(
    name: str, parent: str | None = None, question: str = "q", answer: str = "a", state: str = "completed"
) -> Turn:
    step = InferenceStep(id=f"s{name}", turn_id=name, model="llama", text=answer, state=state)  # type: ignore[arg-type]
    return Turn(
        id=name,
        session_id="s",
        parent_id=parent,
        input=(Message(role="user", content=question),),
        steps=(step,),
        output=Message(role="assistant", content=answer),
        state=state,  # type: ignore[arg-type]
    )


SESSION = Session(id="s", title="A <b>chat</b>", config=AgentConfig(instructions="Be\nkind."), active_turn_id="b",
                  folder_id="f", pinned=True)  # fmt: skip
TURNS = (turn("a"), turn("b", "a", "second"), turn("c", "a", "third"))


class Page(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def harmless(page: Page) -> bool:
    urls = [value or "" for name, value in page.attributes if name in ("src", "href")]
    handlers = [name for name, _ in page.attributes if name.startswith("on")]
    return (
        not ({"script", "img", "iframe", "object", "link"} & set(page.tags))
        and not handlers
        and not any(url.strip().lower().startswith(("javascript:", "data:")) for url in urls)
    )


def test_markdown_reads_as_the_conversation() -> None:
    text = to_markdown(SESSION, TURNS[:2])
    assert text.startswith("# A <b>chat</b>\n\n*")
    assert "> **System prompt:** Be\n> kind." in text
    assert text.index("second") > text.index("## llama")


def test_an_ending_that_was_none_is_noted() -> None:
    failed = msgspec.structs.replace(
        turn("a", state="failed", answer=""), failure=Failure(code="x", message="no memory")
    )
    text = to_markdown(SESSION, [failed])
    assert "*(no answer)*" in text
    assert "*(failed: no memory)*" in text
    assert "failed: no memory" in to_html(SESSION, [failed])
    assert "interrupted" in to_markdown(SESSION, [turn("a", state="interrupted")])


def test_html_runs_and_fetches_nothing() -> None:
    session = msgspec.structs.replace(SESSION, title=EVIL, config=AgentConfig(instructions=EVIL))
    evil = msgspec.structs.replace(turn("a", question=EVIL, answer=EVIL), steps=())
    page = Page(to_html(session, [evil]))
    assert harmless(page)
    assert {"h1", "style", "code"} <= set(page.tags)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from([*EVIL.split(" "), "\n\n", "```", "<svg onload=x>", "<!--", "&lt;", "|-|"])).map(" ".join)
)
def test_no_answer_makes_html_dangerous(text: str) -> None:
    assert harmless(Page(to_html(SESSION, [turn("a", question=text, answer=text)])))


def test_html_renders_markdown() -> None:
    page = Page(to_html(SESSION, [turn("a", answer="**bold**\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```py\nx\n```")]))
    assert {"strong", "table", "pre"} <= set(page.tags)


def test_json_comes_back_with_new_ids_and_all_branches() -> None:
    session, turns = from_json(to_json(SESSION, TURNS), now=99.0)
    assert (session.title, session.config) == (SESSION.title, SESSION.config)
    assert (session.folder_id, session.pinned, session.updated_at) == (None, False, 99.0)
    names = {old.id: new.id for old, new in zip(TURNS, turns, strict=True)}
    assert session.active_turn_id == names["b"]
    assert [each.parent_id for each in turns] == [None, names["a"], names["a"]]
    assert [each.input for each in turns] == [each.input for each in TURNS]
    assert all(each.session_id == session.id != "s" for each in turns)
    assert all(step.turn_id == each.id for each in turns for step in each.steps)
    again, _ = from_json(to_json(SESSION, TURNS), now=99.0)
    assert again.id != session.id


def test_what_was_running_is_imported_as_interrupted() -> None:
    _, (only,) = from_json(to_json(SESSION, [turn("a", state="running")]), now=0)
    assert (only.state, only.steps[0].state) == ("interrupted", "interrupted")


def test_an_empty_chat() -> None:
    session, turns = from_json(to_json(Session(id="e", title=""), ()), now=1)
    assert (turns, session.active_turn_id) == ((), None)


def broken(**changes: object) -> str:
    return json.dumps({**json.loads(to_json(SESSION, TURNS)), **changes})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        "{}",
        broken(format="other"),
        broken(version=VERSION + 1),
        broken(turns=[{"id": "x"}]),
        broken(session=None),
        to_json(SESSION, TURNS)[:-30],
        to_json(SESSION, [TURNS[1], TURNS[0]]),
        to_json(SESSION, [turn("a", parent="nowhere")]),
        to_json(SESSION, [turn("a", parent="a")]),
        to_json(SESSION, [turn("a"), turn("a")]),
        "[" * 100_000,
    ],
)
def test_what_is_no_chat_is_refused_in_words(text: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        from_json(text, now=0)
    assert caught.value.message


def blocked_turn() -> Turn:
    found = Verdict(shield="llama-guard", direction="output", outcome="block", error="")
    check = ShieldStep(
        id="check", turn_id="a", direction="output", outcome="block", verdicts=(found,), message="About privacy.",
        state="completed",
    )  # fmt: skip
    said = turn("a", answer="His address is", state="blocked")
    return msgspec.structs.replace(said, output=None, steps=(*said.steps, check))


def test_what_a_shield_blocked_is_noted_and_never_exported_as_an_answer() -> None:
    for text in (to_markdown(SESSION, [blocked_turn()]), to_html(SESSION, [blocked_turn()])):
        assert "blocked: About privacy." in text and "His address is" not in text
    assert "*(no answer)*" in to_markdown(SESSION, [blocked_turn()])


def test_checks_come_back_from_json() -> None:
    _, (only,) = from_json(to_json(SESSION, [blocked_turn()]), now=0)
    step = only.blocking()
    assert step is not None and step.message == "About privacy." and step.turn_id == only.id
    assert only.state == "blocked"
