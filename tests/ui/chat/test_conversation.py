"""The conversation keeps few widgets, stays where the person looks, and sticks to the end only when asked."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.engine.domain.agents import InferenceStep, Turn
from app.engine.domain.inference import Message
from app.ui.chat.conversation import MOST_WIDGETS, Conversation
from app.ui.chat.turn_view import TurnView


def turns(count: int, start: int = 0) -> list[Turn]:
    return [
        Turn(
            id=f"t{n}",
            session_id="s",
            parent_id=f"t{n - 1}",
            input=(Message(role="user", content=f"Question {n}?"),),
            steps=(InferenceStep(id=f"p{n}", turn_id=f"t{n}", model="m", text="", state="completed"),),
            output=Message(role="assistant", content=f"Answer {n}. " + "Some *words* here. " * (n % 7 * 5 + 1)),
            state="completed",
        )
        for n in range(start, start + count)
    ]


@pytest.fixture
def conversation(qtbot: QtBot) -> Conversation:
    made = Conversation()
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    return made


def top_of(conversation: Conversation, view: TurnView) -> int:
    return view.mapTo(conversation.viewport(), view.rect().topLeft()).y()


def at_end(conversation: Conversation) -> bool:
    bar = conversation.verticalScrollBar()
    return bar.value() == bar.maximum()


def test_a_thousand_turns_open_at_the_end_with_few_widgets(conversation: Conversation) -> None:
    conversation.show_turns(turns(1000), has_older=False)
    assert len(conversation.views()) < 20
    assert conversation.last_view() is not None
    assert at_end(conversation)


def test_scrolling_through_all_never_keeps_more_than_the_most(qtbot: QtBot, conversation: Conversation) -> None:
    conversation.show_turns(turns(300), has_older=False)
    bar = conversation.verticalScrollBar()

    def up() -> bool:
        bar.setValue(0)
        assert len(conversation.views()) <= MOST_WIDGETS
        return conversation.views()[0].id == "t0"

    qtbot.waitUntil(up, timeout=20_000)
    assert conversation.last_view() is None
    conversation.to_end()
    assert conversation.last_view() is not None
    assert at_end(conversation)


def test_older_turns_are_asked_for_once_and_leave_the_view_where_it_is(
    qtbot: QtBot, conversation: Conversation
) -> None:
    conversation.show_turns(turns(40, 100), has_older=True)
    bar = conversation.verticalScrollBar()
    asked: list[str] = []
    conversation.older_wanted.connect(asked.append)

    def up() -> bool:
        bar.setValue(0)
        return bool(asked)

    qtbot.waitUntil(up, timeout=20_000)
    first = conversation.views()[0]
    before = top_of(conversation, first)
    conversation.add_older(turns(100), has_older=False)
    qtbot.waitUntil(lambda: conversation.views()[0].id != "t100")
    assert top_of(conversation, first) == before
    assert asked == ["t100"]


def test_growing_sticks_to_the_end_only_while_the_person_is_there(qtbot: QtBot, conversation: Conversation) -> None:
    conversation.show_turns(turns(30), has_older=False)
    running = Turn(id="run", session_id="s", parent_id=None, input=(Message(role="user", content="?"),))
    view = conversation.append(running)
    view.stream("One paragraph.\n\n" * 30)
    qtbot.waitUntil(lambda: view.height() > 800 and at_end(conversation))
    bar = conversation.verticalScrollBar()
    bar.setValue(bar.maximum() - 300)
    held, height = top_of(conversation, view), view.height()
    view.stream("One paragraph.\n\n" * 60)
    qtbot.waitUntil(lambda: view.height() > height + 300)
    assert top_of(conversation, view) == held
    assert conversation._pill.isVisible()
    conversation._pill.click()
    assert at_end(conversation)


def test_cutting_shows_another_branch(conversation: Conversation) -> None:
    conversation.show_turns(turns(5), has_older=False)
    conversation.cut_after("t2")
    assert [turn.id for turn in conversation.turns] == ["t0", "t1", "t2"]
    assert conversation.last_view() is not None and conversation.last_view().id == "t2"
    conversation.cut_after(None)
    assert conversation.turns == [] and conversation.views() == ()


def test_a_turn_far_away_can_be_brought_into_view(conversation: Conversation) -> None:
    conversation.show_turns(turns(200), has_older=False)
    view = conversation.to_turn("t120")
    assert view is not None and view.id == "t120"
    assert 0 <= top_of(conversation, view) < conversation.viewport().height()


def test_resizing_fits_every_turn(qtbot: QtBot, conversation: Conversation) -> None:
    conversation.show_turns(turns(20), has_older=False)
    conversation.resize(460, 500)
    qtbot.waitUntil(
        lambda: all(v.answer.prose()[0].width() == conversation.column_width() for v in conversation.views())
    )


def test_what_is_removed_is_deleted_in_slices(qtbot: QtBot, conversation: Conversation) -> None:
    conversation.show_turns(turns(40), has_older=False)
    conversation.to_turn("t0")
    assert len(conversation.findChildren(TurnView)) >= 40
    conversation.show_turns((), has_older=False)
    assert not any(view.isVisible() for view in conversation.findChildren(TurnView))
    qtbot.waitUntil(lambda: not conversation._removed and not conversation.findChildren(TurnView))
