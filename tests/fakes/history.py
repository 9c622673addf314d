"""Chats in memory: the store that fake agents and fake history share."""

from __future__ import annotations

import itertools
import json
import time
from typing import Any

import msgspec

from app.engine.domain.agents import AgentConfig, InferenceStep, Session, Turn
from app.engine.domain.errors import InvalidRequest, NotFound
from app.engine.domain.events import EventBus, SessionsChanged
from app.engine.domain.history import ChatList, ExportForm, Folder, SearchHit, TurnPage
from app.engine.domain.inference import Message, Timings, Usage


class Store:
    """Sessions, turns and folders by id."""

    def __init__(self, events: EventBus) -> None:
        self._events = events
        self._numbers = itertools.count(1)
        self.sessions: dict[str, Session] = {}
        self.turns: dict[str, Turn] = {}
        self.folders: dict[str, Folder] = {}

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_{next(self._numbers)}"

    def put_session(self, session: Session) -> Session:
        self.sessions[session.id] = session
        self._events.publish(SessionsChanged((session.id,)))
        return session

    def change(self, session_id: str, **changes: Any) -> Session:
        if session_id not in self.sessions:
            raise NotFound("This chat does not exist.")
        return self.put_session(msgspec.structs.replace(self.sessions[session_id], **changes))

    def siblings(self, turn: Turn) -> tuple[str, ...]:
        return tuple(
            t.id for t in self.turns.values() if t.session_id == turn.session_id and t.parent_id == turn.parent_id
        )

    def seen(self, turn_id: str) -> Turn:
        turn = self.turns[turn_id]
        return msgspec.structs.replace(turn, sibling_ids=self.siblings(turn))

    def branch(self, session_id: str) -> list[Turn]:
        found: list[Turn] = []
        turn_id = self.sessions[session_id].active_turn_id
        while turn_id is not None:
            found.append(self.seen(turn_id))
            turn_id = self.turns[turn_id].parent_id
        return found[::-1]

    def leaf(self, turn_id: str) -> str:
        while children := [t.id for t in self.turns.values() if t.parent_id == turn_id]:
            turn_id = children[-1]
        return turn_id

    def add_session(self, title: str, *, age: float = 0.0, **fields: Any) -> Session:
        """Add a chat last changed `age` seconds ago."""
        when = time.time() - age
        return self.put_session(
            Session(id=self.new_id("chat"), title=title, created_at=when, updated_at=when, **fields)
        )

    def add_turn(self, session_id: str, text: str, answer: str, **fields: Any) -> Turn:
        """Add a finished turn at the end of the shown branch."""
        session = self.sessions[session_id]
        turn_id = self.new_id("turn")
        step = InferenceStep(
            id=self.new_id("step"),
            turn_id=turn_id,
            model="smollm2-135m-instruct",
            text=answer,
            state="completed",
            finish_reason="stop",
            usage=Usage(prompt_tokens=320, completion_tokens=max(2, len(answer) // 4)),
            timings=Timings(first_token=0.21, generation=max(0.1, len(answer) / 4 / 55)),
            context=fields.pop("context", None),
        )
        turn = Turn(
            id=turn_id,
            session_id=session_id,
            parent_id=fields.pop("parent_id", session.active_turn_id),
            input=(Message(role="user", content=text),),
            steps=(*fields.pop("looked_up", ()), *(() if fields.get("state") == "blocked" else (step,))),
            output=Message(role="assistant", content=answer)
            if fields.get("state", "completed") == "completed"
            else None,
            **({"state": "completed"} | fields),
        )
        self.turns[turn.id] = turn
        self.sessions[session_id] = msgspec.structs.replace(session, active_turn_id=turn.id)
        return turn


class FakeHistory:
    """The chat list over the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def list(self) -> ChatList:
        kept = [s for s in self._store.sessions.values() if s.deleted_at is None]
        kept.sort(key=lambda s: (not s.pinned, -s.updated_at))
        return ChatList(sessions=tuple(kept), folders=tuple(self._store.folders.values()))

    async def turns(self, session_id: str, *, before: str | None = None, limit: int = 100) -> TurnPage:
        if session_id not in self._store.sessions:
            raise NotFound("This chat does not exist.")
        branch = self._store.branch(session_id)
        if before is not None:
            branch = branch[: [t.id for t in branch].index(before)]
        page = tuple(branch[-limit:])
        return TurnPage(session=self._store.sessions[session_id], turns=page, has_older=len(branch) > len(page))

    async def rename(self, session_id: str, title: str) -> Session:
        return self._store.change(session_id, title=title)

    async def pin(self, session_id: str, pinned: bool) -> Session:
        return self._store.change(session_id, pinned=pinned)

    async def move(self, session_id: str, folder_id: str | None) -> Session:
        return self._store.change(session_id, folder_id=folder_id)

    async def delete(self, session_ids: tuple[str, ...]) -> None:
        for session_id in session_ids:
            self._store.change(session_id, deleted_at=time.time())

    async def restore(self, session_ids: tuple[str, ...]) -> None:
        for session_id in session_ids:
            self._store.change(session_id, deleted_at=None)

    async def purge(self) -> int:
        gone = [s.id for s in self._store.sessions.values() if s.deleted_at is not None]
        for session_id in gone:
            del self._store.sessions[session_id]
        return len(gone)

    async def create_folder(self, name: str) -> Folder:
        folder = Folder(id=self._store.new_id("folder"), name=name)
        self._store.folders[folder.id] = folder
        self._announce()
        return folder

    async def rename_folder(self, folder_id: str, name: str) -> Folder:
        self._store.folders[folder_id] = msgspec.structs.replace(self._store.folders[folder_id], name=name)
        self._announce()
        return self._store.folders[folder_id]

    async def delete_folder(self, folder_id: str) -> None:
        del self._store.folders[folder_id]
        for session in tuple(self._store.sessions.values()):
            if session.folder_id == folder_id:
                self._store.change(session.id, folder_id=None)
        self._announce()

    def _announce(self) -> None:
        self._store._events.publish(SessionsChanged())

    async def search(self, text: str, *, limit: int = 50) -> tuple[SearchHit, ...]:
        hits = []
        for session in (await self.list()).sessions:
            for turn in self._store.branch(session.id):
                body = f"{turn.input_text()} {turn.output_text()}"
                at = body.lower().find(text.lower())
                if at >= 0:
                    marked = f"{body[max(0, at - 20) : at]}⟦{body[at : at + len(text)]}⟧{body[at + len(text) :][:40]}"
                    hits.append(SearchHit(session_id=session.id, turn_id=turn.id, title=session.title, excerpt=marked))
                    break
            else:
                if text.lower() in session.title.lower():
                    hits.append(SearchHit(session_id=session.id, turn_id=None, title=session.title, excerpt=""))
        return tuple(hits[:limit])

    async def export(self, session_id: str, form: ExportForm) -> str:
        turns = self._store.branch(session_id)
        if form == "json":
            return json.dumps({"title": self._store.sessions[session_id].title, "turns": msgspec.to_builtins(turns)})
        return "\n\n".join(f"**You**\n\n{t.input_text()}\n\n**Model**\n\n{t.output_text()}" for t in turns)

    async def import_json(self, text: str) -> Session:
        try:
            data = json.loads(text)
            title, turns = data["title"], msgspec.convert(data["turns"], tuple[Turn, ...])
        except (ValueError, KeyError, TypeError, msgspec.ValidationError) as error:
            raise InvalidRequest("This file is not a chat exported as JSON.") from error
        session = self._store.add_session(title, config=AgentConfig())
        for turn in turns:
            self._store.add_turn(session.id, turn.input_text(), turn.output_text())
        return self._store.sessions[session.id]
