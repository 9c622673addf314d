"""/v1/conversations: sessions of apps, as OpenAI's Conversations. Must not know how a session is kept.

A conversation is its shown branch: what was asked and answered on the way to its last turn. Items come in by adding
them or by responses; one alone cannot be taken out, because others rest on it.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from app.engine.domain.agents import Session, Turn
from app.engine.domain.errors import NotFound
from app.engine.facade import Engine
from app.engine.http.agent_ids import conversation_id as id_of
from app.engine.http.including import WantsResults
from app.engine.http.items_wire import MOST_ITEMS, Item
from app.engine.http.paging import Cursor, Limit, Order, cut, page_body
from app.engine.http.response_bodies import output_items
from app.engine.http.response_items import input_items
from app.engine.http.response_turns import conversation_session, documents_of, read_items
from app.engine.http.responses_wire import Includable, Metadata
from app.engine.http.wire import Passable

NewItems = Annotated[list[Item], Field(max_length=MOST_ITEMS)]


class ConversationCreate(Passable):
    """The body of POST /v1/conversations."""

    items: NewItems | None = None
    metadata: Metadata | None = None


class ConversationUpdate(Passable):
    """The body of POST /v1/conversations/{id}: the metadata that takes the place of the old."""

    metadata: Metadata | None


class ItemsCreate(Passable):
    """The body of POST /v1/conversations/{id}/items."""

    items: Annotated[NewItems, Field(min_length=1)]
    include: list[Includable] | None = None


def router(engine: Engine) -> APIRouter:
    """Return the routes of one engine."""
    routes = APIRouter(tags=["conversations"])

    @routes.post("/conversations", summary="Begin a conversation")
    async def create_conversation(body: ConversationCreate) -> dict[str, Any]:
        messages = await read_items(engine, body.items, None, "items") if body.items else ()
        session = await engine.agents.create_session(kind="conversation", metadata=body.metadata or {})
        if messages:
            await engine.agents.add_messages(session.id, messages)
        return conversation_body(session)

    @routes.get("/conversations/{conversation_id}", summary="Describe a conversation")
    async def get_conversation(conversation_id: str) -> dict[str, Any]:
        return conversation_body(await conversation_session(engine, conversation_id))

    @routes.post("/conversations/{conversation_id}", summary="Change what an app keeps with a conversation")
    async def update_conversation(conversation_id: str, body: ConversationUpdate) -> dict[str, Any]:
        session = await conversation_session(engine, conversation_id)
        return conversation_body(await engine.agents.describe_session(session.id, body.metadata or {}))

    @routes.delete("/conversations/{conversation_id}", summary="Delete a conversation with its responses")
    async def delete_conversation(conversation_id: str) -> dict[str, Any]:
        session = await conversation_session(engine, conversation_id)
        await engine.agents.remove_session(session.id)
        return {"id": conversation_id, "object": "conversation.deleted", "deleted": True}

    @routes.get("/conversations/{conversation_id}/items", summary="List the items of a conversation")
    async def list_items(
        conversation_id: str,
        results: WantsResults,
        limit: Limit = 20,
        order: Order = "desc",
        after: Cursor = None,
    ) -> dict[str, Any]:
        items = await _items(engine, conversation_id, results=results)
        items = items if order == "asc" else items[::-1]
        some, has_more = cut(items, lambda item: str(item["id"]), limit=limit, after=after)
        return page_body(some, has_more=has_more)

    @routes.post("/conversations/{conversation_id}/items", summary="Add items to a conversation")
    async def add_items(conversation_id: str, body: ItemsCreate) -> dict[str, Any]:
        session = await conversation_session(engine, conversation_id)
        messages = await read_items(engine, body.items, session.active_turn_id, "items")
        turn = await engine.agents.add_messages(session.id, messages)
        return page_body(input_items(turn.input, turn.id), has_more=False)

    @routes.get("/conversations/{conversation_id}/items/{item_id}", summary="Return one item of a conversation")
    async def get_item(conversation_id: str, item_id: str, results: WantsResults) -> dict[str, Any]:
        for item in await _items(engine, conversation_id, results=results):
            if item["id"] == item_id:
                return item
        raise NotFound(f"There is no item “{item_id}”.", param="item_id")

    return routes


def conversation_body(session: Session) -> dict[str, Any]:
    """Return a session as a conversation."""
    return {
        "id": id_of(session.id),
        "object": "conversation",
        "created_at": int(session.created_at),
        "metadata": session.metadata,
    }


async def _items(engine: Engine, conversation_id: str, *, results: bool) -> list[dict[str, Any]]:
    """Return all items, oldest first."""
    session = await conversation_session(engine, conversation_id)
    if session.active_turn_id is None:
        return []
    items: list[dict[str, Any]] = []
    for turn in await engine.agents.branch(session.active_turn_id):
        items += input_items(turn.input, turn.id)
        items += await _answered(engine, turn, results=results)
    return items


async def _answered(engine: Engine, turn: Turn, *, results: bool) -> list[dict[str, Any]]:
    return output_items(turn, await documents_of(engine, turn.sources()), results=results)
