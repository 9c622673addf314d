"""Responses as turns of the engine: where one goes, what it rests on, its events. Holds no state of its own.

A response without a past is a session of its own; one that follows another is the next turn of the same session; one of
a conversation is the next turn of that. What the person chats about is no response, and is not found here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import dataclass

import msgspec
from pydantic import TypeAdapter

from app.engine.domain.agents import (
    AgentConfig,
    InferenceStep,
    Session,
    Source,
    Turn,
    TurnCompleted,
    TurnEvent,
    TurnStarted,
)
from app.engine.domain.errors import InvalidRequest, NotFound, PaddockError
from app.engine.domain.inference import Message
from app.engine.domain.memory import Document
from app.engine.facade import Engine
from app.engine.http.agent_ids import conversation_id, session_of, turn_of, turn_of_item
from app.engine.http.items_wire import Item
from app.engine.http.response_bodies import failure_of, output_items
from app.engine.http.response_config import config_of
from app.engine.http.response_echo import echo_of, is_response, metadata_of
from app.engine.http.response_items import as_items, foreign_calls, input_items, messages_of, references, resolved
from app.engine.http.responses_wire import ResponseBody
from app.engine.runtime.streams import closing

_KINDS = ("response", "conversation")
_ITEM: TypeAdapter[Item] = TypeAdapter(Item)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a response goes: behind the turn `after` of a session, or in a session of its own.

    `conversation` is the id of the one it is part of; `shown` means behind whatever is its last turn by then.
    """

    session_id: str | None = None
    after: str | None = None
    conversation: str | None = None
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """All that a request comes to."""

    messages: tuple[Message, ...]
    config: AgentConfig
    metadata: dict[str, str]
    place: Place


async def asked_of(engine: Engine, body: ResponseBody) -> Asked:
    """Return what a request comes to; raises NotFound and InvalidRequest before anything runs or is stored."""
    if body.background and body.store is False:
        raise InvalidRequest("A response in the background must be stored.", param="background")
    config = config_of(body)
    await engine.models.get(body.model)
    for bank_id in config.banks:
        await engine.memory.bank(bank_id)
    place = await place_of(engine, body)
    messages = await read_items(engine, as_items(body.input), place.after)
    return Asked(messages, config, metadata_of(body, echo_of(body, place.conversation)), place)


async def place_of(engine: Engine, body: ResponseBody) -> Place:
    """Return where a response goes."""
    if body.previous_response_id is not None and body.conversation_id is not None:
        raise InvalidRequest("Give previous_response_id or conversation, one of them.", param="previous_response_id")
    if body.previous_response_id is not None:
        turn = await response_turn(engine, body.previous_response_id, "previous_response_id")
        session = await engine.agents.get_session(turn.session_id)
        named = conversation_id(session.id) if session.kind == "conversation" else None
        return Place(session.id, turn.id, named)
    if body.conversation_id is not None:
        session = await conversation_session(engine, body.conversation_id, "conversation")
        return Place(session.id, session.active_turn_id, body.conversation_id, shown=True)
    return Place()


async def read_items(engine: Engine, items: list[Item], after: str | None, param: str = "input") -> tuple[Message, ...]:
    """Return items as messages: references are looked up, results are given the names of the calls they answer."""
    found = {item_id: await _referred(engine, item_id, param) for item_id in references(items)}
    items = resolved(items, found)
    calls: dict[str, str] = {}
    if after is not None and foreign_calls(items):
        for turn in await engine.agents.branch(after):
            calls |= _calls_of(turn)
    return messages_of(items, calls, param)


async def response_turn(engine: Engine, response: str, param: str = "response_id") -> Turn:
    """Return the turn of a response; raises NotFound, for turns of other kinds too."""
    turn = await _app_turn(engine, turn_of(response, param))
    if turn is None or not is_response(turn):
        raise NotFound(f"There is no response “{response}”.", param=param)
    return turn


async def conversation_session(engine: Engine, conversation: str, param: str = "conversation_id") -> Session:
    """Return the session of a conversation; raises NotFound, for sessions of other kinds too."""
    unknown = NotFound(f"There is no conversation “{conversation}”.", param=param)
    try:
        session = await engine.agents.get_session(session_of(conversation, param))
    except NotFound:
        raise unknown from None
    if session.kind != "conversation":
        raise unknown
    return session


async def start(engine: Engine, asked: Asked) -> Turn:
    """Start the turn of a response, in a session of its own if need be; nothing is left of one that is refused."""
    place, own = asked.place, None
    if place.session_id is None:
        own = (await engine.agents.create_session(kind="response", config=asked.config)).id
    try:
        turn = await engine.agents.start_turn(
            own or place.session_id or "",
            asked.messages,
            parent_id="active" if place.shown else place.after,
            config=asked.config,
            metadata=asked.metadata,
        )
        own = None
        return turn
    finally:
        if own is not None:
            await engine.agents.remove_session(own)


async def stored_events(engine: Engine, asked: Asked) -> AsyncIterator[TurnEvent]:
    """Yield the events of a response that is kept; leaving them early cancels it.

    One that fails before it told anything is raised and not kept: a request that is answered with an error leaves
    nothing behind.
    """
    turn = await _started(engine, asked)
    over = False
    try:
        async with closing(engine.agents.watch_turn(turn.id)) as events:
            async for event in events:
                if isinstance(event, TurnCompleted):
                    over = True
                    if says_nothing(event.turn):
                        await engine.agents.remove_turn(turn.id)
                        raise failure_of(event.turn)
                yield event
    finally:
        if not over:
            await engine.agents.cancel_turn(turn.id)


async def _started(engine: Engine, asked: Asked) -> Turn:
    """Start a turn; one that is left while it starts is cancelled once it has."""
    starting = asyncio.create_task(start(engine, asked), name="start a response")
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        with suppress(PaddockError):
            await engine.agents.cancel_turn((await starting).id)
        raise


async def unstored_events(engine: Engine, asked: Asked) -> AsyncIterator[TurnEvent]:
    """Yield the events of a response that is not kept; one that fails before it told anything is raised."""
    async with closing(
        engine.agents.ask(asked.messages, asked.config, after=asked.place.after, origin="agent")
    ) as events:
        async for event in events:
            if isinstance(event, TurnCompleted) and says_nothing(event.turn):
                raise failure_of(event.turn)
            match event:
                case TurnStarted(turn) | TurnCompleted(turn):
                    yield type(event)(msgspec.structs.replace(turn, metadata=asked.metadata))
                case _:
                    yield event


async def last_turn(events: AsyncIterator[TurnEvent]) -> Turn:
    """Return the turn as it ends."""
    turn: Turn | None = None
    async with closing(events):
        async for event in events:
            if isinstance(event, TurnCompleted):
                turn = event.turn
    assert turn is not None, "a turn ends with its end"
    return turn


def says_nothing(turn: Turn) -> bool:
    """Tell whether a turn failed before it looked anything up or said a word."""
    return turn.state == "failed" and not output_items(turn, {})


async def documents_of(engine: Engine, sources: Iterable[Source]) -> dict[str, Document]:
    """Return the documents of passages by their ids; those that have left their bank since are not there."""
    found: dict[str, Document] = {}
    for bank_id, document_id in {(source.bank_id, source.document_id) for source in sources}:
        with suppress(NotFound):
            found[document_id] = await engine.memory.document(bank_id, document_id)
    return found


async def _app_turn(engine: Engine, turn_id: str) -> Turn | None:
    """Return a turn of an app, None when there is none."""
    try:
        turn = await engine.agents.turn(turn_id)
        session = await engine.agents.get_session(turn.session_id)
    except NotFound:
        return None
    return turn if session.kind in _KINDS else None


async def _referred(engine: Engine, item_id: str, param: str) -> Item:
    turn = await _app_turn(engine, turn_of_item(item_id, param))
    known = [*input_items(turn.input, turn.id), *output_items(turn, {})] if turn is not None else []
    for body in known:
        if body["id"] == item_id:
            return _ITEM.validate_python(body)
    raise NotFound(f"There is no item “{item_id}”.", param=param)


def _calls_of(turn: Turn) -> dict[str, str]:
    made = [call for message in turn.input for call in message.tool_calls]
    made += [call for step in turn.steps if isinstance(step, InferenceStep) for call in step.tool_calls]
    return {call.id: call.name for call in made}
