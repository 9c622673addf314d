"""Chats out and in again: nothing lost in JSON, nothing active in HTML."""

from __future__ import annotations

import json

import pytest

from app.engine.domain.agents import AgentConfig, Failure, InferenceStep, Session, Turn
from app.engine.domain.errors import InvalidRequest
from app.engine.domain.inference import Message
from app.engine.history.export import from_json, to_html, to_json, to_markdown

SESSION = Session(
    id="s", title="<b>Plans</b>", config=AgentConfig(instructions="be kind"), active_turn_id="c", pinned=True
)


def turn(name: str, parent: str | None, ask: str, answer: str, state: str = "completed") -> Turn:
    step = InferenceStep(id=f"i{name}", turn_id=name, model="smol", text=answer, state=state)  # type: ignore[arg-type]
    return Turn(
        id=name,
        session_id="s",
        parent_id=parent,
        input=(Message(role="user", content=ask),),
        steps=(step,),
        output=Message(role="assistant", content=answer),
        state=state,  # type: ignore[arg-type]
    )


TURNS = (turn("a", None, "One", "Eins"), turn("b", "a", "Two", "Zwei"), turn("c", "a", "2", "**zwei**"))


def test_json_brings_every_branch_back_under_new_names() -> None:
    session, turns = from_json(to_json(SESSION, TURNS), now=9.0)
    assert session.id != "s"
    assert (session.title, session.updated_at, session.pinned, session.folder_id) == ("<b>Plans</b>", 9.0, False, None)
    assert [each.output_text() for each in turns] == ["Eins", "Zwei", "**zwei**"]
    assert [each.parent_id for each in turns] == [None, turns[0].id, turns[0].id]
    assert session.active_turn_id == turns[2].id
    assert {each.id for each in turns}.isdisjoint({"a", "b", "c"})
    assert turns[0].steps[0].turn_id == turns[0].id


def test_a_running_turn_comes_back_as_interrupted() -> None:
    _, turns = from_json(to_json(SESSION, (turn("a", None, "x", "y", state="running"),)), now=1.0)
    assert (turns[0].state, turns[0].steps[0].state) == ("interrupted", "interrupted")


@pytest.mark.parametrize("text", ["", "{}", "[]", "nonsense", '{"session": 5, "turns": []}'])
def test_what_is_no_chat_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        from_json(text, now=1.0)


def test_a_damaged_or_newer_chat_is_refused_in_words() -> None:
    orphan = to_json(SESSION, (TURNS[1],))
    with pytest.raises(InvalidRequest, match="damaged"):
        from_json(orphan, now=1.0)
    newer = json.loads(to_json(SESSION, TURNS)) | {"version": 99}
    with pytest.raises(InvalidRequest, match="99"):
        from_json(json.dumps(newer), now=1.0)


def test_markdown_names_who_speaks_and_what_failed() -> None:
    failed = Turn(
        id="d",
        session_id="s",
        parent_id="c",
        input=(Message(role="user", content="Three"),),
        state="failed",
        failure=Failure(code="x", message="it crashed"),
    )
    text = to_markdown(SESSION, (TURNS[0], failed))
    assert "## You\n\nOne\n\n## smol\n\nEins" in text
    assert "*(failed: it crashed)*" in text
    assert "**System prompt:** be kind" in text


def test_html_holds_nothing_active() -> None:
    hostile = turn(
        "a", None, "<script>alert(1)</script>", "<img src=x onerror=alert(2)> ![x](http://evil/x.png)\n\n<b>hi</b>"
    )
    page = to_html(SESSION, (hostile,))
    for active in ("<script", "<img", "onerror=alert(2)>", "<b>"):
        assert active not in page
    assert "&lt;script&gt;" in page
