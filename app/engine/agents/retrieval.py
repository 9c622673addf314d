"""The look into memory banks within a turn: attached files whole where they fit, passages for the rest.

Must not call the model beyond counting tokens, and must not store anything; the loop does.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import uuid4

import msgspec

from app.engine.domain.agents import AgentConfig, Attachment, Included, MemoryRetrievalStep, Source, Turn
from app.engine.domain.errors import PaddockError
from app.engine.domain.inference import Message
from app.engine.domain.memory import Document, Hit, SearchRequest, SearchResult

# What sources may take of the context; the rest is for the conversation and the answer.
CONTEXT_SHARE = 0.5
# No text has more characters than this for a token, so a longer one need not be counted.
CHARACTERS_PER_TOKEN = 12
# A question of fewer words likely refers to the one before it.
SHORT_QUESTION = 5
QUERY_CHARACTERS = 2000

Count = Callable[[tuple[Message, ...]], Awaitable[int]]


class TurnMemory(Protocol):
    """What a turn needs of memory banks."""

    async def search(self, bank_ids: tuple[str, ...], request: SearchRequest) -> SearchResult:
        """Find passages."""
        ...

    async def read(self, bank_id: str, document_id: str, *, searchable: bool) -> Document:
        """Wait until a document's text is there (or can be searched) or will not be; returns it as it is then."""
        ...

    async def text(self, bank_id: str, document_id: str, limit: int) -> str | None:
        """Return a document's whole text, None when it is longer than `limit` characters."""
        ...


@dataclass
class _Gathered:
    """Sources so far, and the tokens left for more."""

    room: int
    sources: list[Source] = field(default_factory=list)
    included: list[Included] = field(default_factory=list)

    @property
    def next_number(self) -> int:
        return len(self.sources) + 1


class Retrieval:
    """Looks things up for turns. Holds no state of a turn."""

    def __init__(self, memory: TurnMemory) -> None:
        self._memory = memory

    def begin(self, turn: Turn, past: Sequence[Turn], config: AgentConfig) -> MemoryRetrievalStep | None:
        """Return the step to be done, or None when the turn has nothing to look into."""
        attachments = _attachments(turn, past)
        banks = tuple(dict.fromkeys((*config.banks, *(each.bank_id for each in attachments))))
        if not banks or not turn.input_text().strip():
            return None
        return MemoryRetrievalStep(
            id=str(uuid4()),
            turn_id=turn.id,
            query=query_of(turn, past),
            bank_ids=banks,
            started_at=time.time(),
        )

    async def complete(
        self,
        step: MemoryRetrievalStep,
        turn: Turn,
        past: Sequence[Turn],
        config: AgentConfig,
        context_length: int,
        count: Count,
    ) -> MemoryRetrievalStep:
        """Return the step with what was found; raises PaddockError when a bank cannot be searched at all."""
        attachments = _attachments(turn, past)
        gathered = _Gathered(room=int(context_length * CONTEXT_SHARE))
        searched = [each for each in attachments if not await self._include(gathered, each, count)]
        banks = tuple(dict.fromkeys((*config.banks, *(each.bank_id for each in searched))))
        whole = {source.document_id for source in gathered.sources}
        note = ""
        if banks:
            gathered.room = min(gathered.room, config.retrieval.max_tokens)
            note = await self._search(gathered, step, banks, whole, config, count)
        return msgspec.structs.replace(
            step,
            sources=tuple(gathered.sources),
            attachments=tuple(gathered.included),
            nothing_found=not gathered.sources,
            note=note,
            state="completed",
            completed_at=time.time(),
        )

    async def _include(self, gathered: _Gathered, attachment: Attachment, count: Count) -> bool:
        """Take a file in whole if it fits; returns whether nothing of it is left to be searched."""
        try:
            document = await self._memory.read(attachment.bank_id, attachment.document_id, searchable=False)
            if document.failure is not None or document.state not in ("ready", "embedding", "indexing"):
                gathered.included.append(_left_out(attachment, document))
                return True
            limit = gathered.room * CHARACTERS_PER_TOKEN
            text = await self._memory.text(attachment.bank_id, attachment.document_id, limit)
            tokens = await count((Message(role="user", content=text),)) if text is not None else 0
            if text is None or tokens > gathered.room:
                await self._memory.read(attachment.bank_id, attachment.document_id, searchable=True)
                reason = "too long for the context"
                gathered.included.append(Included(attachment=attachment, how="searched", tokens=tokens, reason=reason))
                return False
        except PaddockError as error:
            gathered.included.append(Included(attachment=attachment, how="left_out", reason=error.message))
            return True
        gathered.room -= tokens
        gathered.included.append(Included(attachment=attachment, how="whole", tokens=tokens))
        gathered.sources.append(_whole(gathered.next_number, attachment, document, text))
        return True

    async def _search(
        self,
        gathered: _Gathered,
        step: MemoryRetrievalStep,
        banks: tuple[str, ...],
        whole: set[str],
        config: AgentConfig,
        count: Count,
    ) -> str:
        retrieval = config.retrieval
        request = SearchRequest(
            query=step.query,
            limit=retrieval.limit + len(whole),
            min_score=retrieval.min_score,
            rerank=retrieval.rerank,
            per_document=max(2, retrieval.limit // 2),
        )
        result = await self._memory.search(banks, request)
        for hit in result.hits:
            if hit.document_id in whole or len(gathered.sources) >= retrieval.limit + len(whole):
                continue
            tokens = await count((Message(role="user", content=hit.chunk.text),))
            if tokens <= gathered.room:
                gathered.room -= tokens
                gathered.sources.append(_passage(gathered.next_number, hit))
        return result.note


def query_of(turn: Turn, past: Sequence[Turn]) -> str:
    """Return what to look for: the question, with the one before it when it is too short to stand alone."""
    question = turn.input_text().strip()
    if len(question.split()) < SHORT_QUESTION and past and question.isascii():
        question = f"{past[-1].input_text().strip()} {question}"
    return question[-QUERY_CHARACTERS:]


def _attachments(turn: Turn, past: Sequence[Turn]) -> tuple[Attachment, ...]:
    """Return the files of this turn, then those of earlier ones, newest first."""
    found: dict[str, Attachment] = {}
    for each in (turn, *reversed(past)):
        for attachment in each.attachments:
            found.setdefault(attachment.document_id, attachment)
    return tuple(found.values())


def _left_out(attachment: Attachment, document: Document) -> Included:
    reason = document.failure.message if document.failure is not None else f"it is {document.in_words()}"
    return Included(attachment=attachment, how="left_out", reason=reason)


def _whole(number: int, attachment: Attachment, document: Document, text: str) -> Source:
    return Source(
        number=number,
        bank_id=attachment.bank_id,
        document_id=document.id,
        document_name=document.name,
        quote=text,
        start=0,
        end=len(text),
        whole=True,
    )


def _passage(number: int, hit: Hit) -> Source:
    return Source(
        number=number,
        bank_id=hit.bank_id,
        document_id=hit.document_id,
        document_name=hit.document_name,
        quote=hit.chunk.text,
        start=hit.chunk.start,
        end=hit.chunk.end,
        page=hit.chunk.page,
        label=hit.chunk.label,
        score=hit.score,
    )
