"""Request shapes of input items, as OpenAI's Responses and Conversations take them. Must not call anything.

What earlier responses brought is accepted back, with the fields its items carry. Images and files have a shape only so
that they can be refused in words.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from app.engine.http.wire import Strict

MOST_ITEMS = 1000
Status = Literal["in_progress", "completed", "incomplete"]
Id = Annotated[str, Field(min_length=1, max_length=256)]


class InputText(Strict):
    """A piece of text; `text` as its type is how chat completions call it."""

    type: Literal["input_text", "text"]
    text: str


class OutputText(Strict):
    """A piece of an earlier answer."""

    type: Literal["output_text"]
    text: str
    annotations: list[Any] | None = None
    logprobs: list[Any] | None = None


class Refusal(Strict):
    """An earlier answer that was none."""

    type: Literal["refusal"]
    refusal: str


class NoText(BaseModel):
    """A piece that is no text."""

    model_config = ConfigDict(extra="allow")

    type: Literal["input_image", "input_file", "input_audio", "image_url"]


def _form(content: Any) -> str:
    return "text" if isinstance(content, str) else "parts"


Part = Annotated[InputText | OutputText | Refusal | NoText, Field(discriminator="type")]
Content = Annotated[
    Annotated[str, Tag("text")] | Annotated[list[Part], Field(max_length=MOST_ITEMS), Tag("parts")],
    Discriminator(_form),
]


class MessageItem(Strict):
    """A message, with or without the fields of one that came back."""

    type: Literal["message"] | None = None
    role: Literal["user", "assistant", "system", "developer"]
    content: Content
    id: Id | None = None
    status: Status | None = None
    phase: str | None = None


class FunctionCallItem(Strict):
    """A call the model made earlier."""

    type: Literal["function_call"]
    call_id: Id
    name: Annotated[str, Field(min_length=1, max_length=128)]
    arguments: str
    id: Id | None = None
    status: Status | None = None


class FunctionCallOutputItem(Strict):
    """What a call came to."""

    type: Literal["function_call_output"]
    call_id: Id
    output: Content
    id: Id | None = None
    status: Status | None = None


class ItemReference(Strict):
    """An item of a response or conversation that is kept here, by its id."""

    type: Literal["item_reference"] | None = None
    id: Id


class LeftOut(BaseModel):
    """What came back from an earlier response and tells a model nothing new."""

    model_config = ConfigDict(extra="allow")

    type: Literal["reasoning", "file_search_call"]


def _kind(item: Any) -> str | None:
    fields = item if isinstance(item, dict) else vars(item) if isinstance(item, BaseModel) else {}
    kind = fields.get("type")
    if kind is None:
        kind = "item_reference" if fields.get("role") is None and fields.get("id") is not None else "message"
    return kind if isinstance(kind, str) else None


Item = Annotated[
    Annotated[MessageItem, Tag("message")]
    | Annotated[FunctionCallItem, Tag("function_call")]
    | Annotated[FunctionCallOutputItem, Tag("function_call_output")]
    | Annotated[ItemReference, Tag("item_reference")]
    | Annotated[LeftOut, Tag("reasoning")]
    | Annotated[LeftOut, Tag("file_search_call")],
    Discriminator(_kind),
]
Items = Annotated[list[Item], Field(min_length=1, max_length=MOST_ITEMS)]


def _shape(given: Any) -> str:
    return "text" if isinstance(given, str) else "items"


Input = Annotated[Annotated[str, Tag("text")] | Annotated[Items, Tag("items")], Discriminator(_shape)]
