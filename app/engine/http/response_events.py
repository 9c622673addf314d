"""The events of a turn as the events of a response's stream. Pure; the documents it cites are looked up before.

Texts go out as they are said; everything else is told whole when it is certain: calls because shields may take them
back, the message's citations because they are found at the end. So what the stream adds up to is the final response by
construction, whichever of the turn's events were seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from app.engine.domain.agents import (
    MemoryRetrievalStep,
    StepCompleted,
    StepProgressed,
    StepStarted,
    Turn,
    TurnCompleted,
    TurnEvent,
    TurnStarted,
)
from app.engine.domain.inference import TextDelta
from app.engine.http.agent_ids import response_id
from app.engine.http.response_bodies import Documents, message_item, output_items, response_body, search_item
from app.engine.http.response_items import output_text

Event = dict[str, Any]
_LAST = {"completed": "response.completed", "failed": "response.failed"}


class ResponseEvents:
    """One stream. `results` as in `response_body`."""

    def __init__(self, *, results: bool = False) -> None:
        self._results = results
        self._turn: Turn | None = None
        self._response_id = ""
        self._opened = 0
        self._searches: dict[str, int] = {}
        self._spoken_step = ""
        self._text: dict[int, str] = {}

    def take(self, event: TurnEvent, documents: Documents) -> Iterator[Event]:
        """Take an event of the turn in and yield those of the stream, without their numbers."""
        for each in self._take(event, documents):
            # Llama Stack's client does not know an item's events without it; OpenAI's has no use for it.
            yield each if "response" in each else {**each, "response_id": self._response_id}

    def _take(self, event: TurnEvent, documents: Documents) -> Iterator[Event]:
        match event:
            case TurnStarted(turn):
                yield from self._begin(turn)
            case StepStarted(MemoryRetrievalStep() as step):
                yield from self._open_search(step)
            case StepCompleted(MemoryRetrievalStep() as step):
                yield from self._close_search(step, documents)
            case StepProgressed(_, step_id, TextDelta(text)) if text:
                yield from self._say(step_id, text)
            case TurnCompleted(turn):
                yield from self._end(turn, documents)

    def _begin(self, turn: Turn) -> Iterator[Event]:
        self._turn = turn
        self._response_id = response_id(turn.id)
        body = response_body(turn, {}, results=self._results)
        yield {"type": "response.created", "response": body}
        yield {"type": "response.in_progress", "response": body}

    def _open_search(self, step: MemoryRetrievalStep) -> Iterator[Event]:
        place = self._next()
        self._searches[step.id] = place
        item = search_item(step, place, {})
        yield {"type": "response.output_item.added", "output_index": place, "item": {**item, "status": "in_progress"}}
        for phase in ("in_progress", "searching"):
            yield {"type": f"response.file_search_call.{phase}", "output_index": place, "item_id": item["id"]}

    def _close_search(self, step: MemoryRetrievalStep, documents: Documents) -> Iterator[Event]:
        place = self._searches.pop(step.id)
        yield from _search_done(search_item(step, place, documents, results=self._results), place)

    def _say(self, step_id: str, text: str) -> Iterator[Event]:
        if self._spoken_step != step_id:
            self._spoken_step = step_id
            place = self._next()
            self._text[place] = ""
            yield from self._open_message(place)
        place = max(self._text)
        yield from self._delta(place, text)

    def _open_message(self, place: int) -> Iterator[Event]:
        item = {**self._message(place), "content": []}
        yield {"type": "response.output_item.added", "output_index": place, "item": item}
        yield self._part(place, "added", output_text(""))

    def _delta(self, place: int, text: str) -> Iterator[Event]:
        self._text[place] += text
        yield {"type": "response.output_text.delta", **self._within(place), "delta": text, "logprobs": []}

    def _end(self, turn: Turn, documents: Documents) -> Iterator[Event]:
        if self._turn is None:
            yield from self._begin(_begun(turn))
        self._turn = turn
        items = output_items(turn, documents, results=self._results)
        for place, item in enumerate(items):
            yield from self._finish(place, item)
        body = response_body(turn, documents, results=self._results)
        yield {"type": _LAST.get(body["status"], "response.incomplete"), "response": body}

    def _finish(self, place: int, item: dict[str, Any]) -> Iterator[Event]:
        """Yield what is left to tell of an item: all of it, the end of a message, or nothing of a search."""
        match item["type"]:
            case "file_search_call" if place >= self._opened:
                yield {"type": "response.output_item.added", "output_index": place, "item": item}
                yield from _search_done(item, place)
            case "function_call":
                yield from _call(item, place)
            case "message":
                yield from self._finish_message(place, item)

    def _finish_message(self, place: int, item: dict[str, Any]) -> Iterator[Event]:
        part = item["content"][0]
        if part["type"] == "refusal":
            yield from self._refuse(place, item, part["refusal"])
        else:
            if place not in self._text:
                self._text[place] = ""
                yield from self._open_message(place)
            if rest := part["text"][len(self._text[place]) :]:
                yield from self._delta(place, rest)
            within = self._within(place)
            for number, annotation in enumerate(part["annotations"]):
                kind = "response.output_text.annotation.added"
                yield {"type": kind, **within, "annotation_index": number, "annotation": annotation}
            yield {"type": "response.output_text.done", **within, "text": part["text"], "logprobs": []}
            yield self._part(place, "done", part)
        yield {"type": "response.output_item.done", "output_index": place, "item": item}

    def _refuse(self, place: int, item: dict[str, Any], refusal: str) -> Iterator[Event]:
        """Yield the refusal as the message's part; behind one that is taken back, if texts were shown."""
        content_index = 0
        if place in self._text:
            content_index = 1
            yield self._part(place, "done", output_text(""))
        else:
            yield {"type": "response.output_item.added", "output_index": place, "item": {**item, "content": []}}
        within = {**self._within(place), "content_index": content_index}
        empty, whole = ({"type": "refusal", "refusal": text} for text in ("", refusal))
        yield {"type": "response.content_part.added", **within, "part": empty}
        yield {"type": "response.refusal.delta", **within, "delta": refusal}
        yield {"type": "response.refusal.done", **within, "refusal": refusal}
        yield {"type": "response.content_part.done", **within, "part": whole}

    def _message(self, place: int) -> dict[str, Any]:
        assert self._turn is not None, "a turn starts before it says anything"
        return message_item(_begun(self._turn), place, [])

    def _within(self, place: int) -> dict[str, Any]:
        return {"item_id": self._message(place)["id"], "output_index": place, "content_index": 0}

    def _part(self, place: int, end: str, part: dict[str, Any]) -> Event:
        return {"type": f"response.content_part.{end}", **self._within(place), "part": part}

    def _next(self) -> int:
        self._opened += 1
        return self._opened - 1


def _begun(turn: Turn) -> Turn:
    """Return a turn as it was when it began."""
    return msgspec.structs.replace(
        turn, state="running", steps=(), output=None, citations=(), failure=None, completed_at=None
    )


def _search_done(item: dict[str, Any], place: int) -> Iterator[Event]:
    yield {"type": "response.file_search_call.completed", "output_index": place, "item_id": item["id"]}
    yield {"type": "response.output_item.done", "output_index": place, "item": item}


def _call(item: dict[str, Any], place: int) -> Iterator[Event]:
    begun = {**item, "arguments": "", "status": "in_progress"}
    within = {"item_id": item["id"], "output_index": place}
    yield {"type": "response.output_item.added", "output_index": place, "item": begun}
    yield {"type": "response.function_call_arguments.delta", **within, "delta": item["arguments"]}
    yield {
        "type": "response.function_call_arguments.done",
        **within,
        "arguments": item["arguments"],
        "name": item["name"],
    }
    yield {"type": "response.output_item.done", "output_index": place, "item": item}
