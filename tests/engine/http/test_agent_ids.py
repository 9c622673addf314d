"""Ids of responses, conversations and items lead back to what they stand for."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from app.engine.domain.errors import NotFound
from app.engine.http.agent_ids import (
    conversation_id,
    input_id,
    output_id,
    response_id,
    session_of,
    turn_of,
    turn_of_item,
)

TURN = str(uuid4())


def test_ids_lead_back() -> None:
    assert turn_of(response_id(TURN)) == TURN
    assert session_of(conversation_id(TURN)) == TURN
    assert turn_of_item(input_id("msg", TURN, 3)) == turn_of_item(output_id("fc", TURN, 0)) == TURN


def test_they_have_the_forms_clients_check() -> None:
    assert re.fullmatch("resp_[0-9a-f]{32}", response_id(TURN))
    assert re.fullmatch("conv_[0-9a-f]{48}", conversation_id(TURN))


def test_items_of_a_turn_differ() -> None:
    ids = [make("msg", TURN, place) for make in (input_id, output_id) for place in range(3)]
    assert len(set(ids)) == 6


@pytest.mark.parametrize("text", ["", "resp_", "resp_1", TURN, conversation_id(TURN), response_id(TURN) + "0"])
def test_what_is_no_response_is_not_found(text: str) -> None:
    with pytest.raises(NotFound, match="no response") as refused:
        turn_of(text, "previous_response_id")
    assert refused.value.param == "previous_response_id"


@pytest.mark.parametrize("text", ["", "conv_1", "conv_" + "0" * 48, response_id(TURN)])
def test_what_is_no_conversation_is_not_found(text: str) -> None:
    with pytest.raises(NotFound, match="no conversation"):
        session_of(text)


@pytest.mark.parametrize("text", ["", "msg_1", "msg_" + "g" * 36])
def test_what_is_no_item_is_not_found(text: str) -> None:
    with pytest.raises(NotFound, match="no item"):
        turn_of_item(text)
