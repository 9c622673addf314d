"""A GGUF as a ChatModel over a real model host: streams, cancels, dies with a typed error and comes back."""

from __future__ import annotations

import asyncio
import json
import math
import os
import random
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.domain.errors import InvalidRequest, ModelHostDied, ModelUnavailable, PromptTooLong
from app.engine.domain.inference import (
    ChatRequest,
    Classified,
    ClassifyRequest,
    CompletionRequest,
    GenerationEvent,
    GenerationFinished,
    GenerationStarted,
    Message,
    PromptPart,
    ResponseFormat,
    Sampling,
    TextDelta,
    ToolCallDelta,
    ToolChoice,
    ToolSpec,
)
from app.engine.domain.models import ModelState
from app.engine.inference.llama_cpp.model import LlamaCppModel
from app.engine.inference.llama_cpp.supervisor import Attempt
from app.engine.inference.llama_cpp.wire import LoadModel
from app.engine.runtime.streams import closing
from tests.fakes.tiny_gguf import SPECIAL_TOKENS, vocabulary

CONTROLS = range(len(vocabulary()[0]), len(vocabulary()[0]) + len(SPECIAL_TOKENS))
ENDLESS = Sampling(temperature=0, logit_bias=dict.fromkeys(CONTROLS, -100.0))
HELLO = (Message(role="user", content="hello"),)


def made(path: Path, *, context: int = 2048, seconds: float = 60) -> tuple[LlamaCppModel, list[ModelState]]:
    states: list[ModelState] = []
    command = LoadModel(path=str(path), context_length=context, threads=1)
    model = LlamaCppModel([Attempt(command, "CPU")], on_state=states.append, load_seconds=seconds, shutdown_seconds=5)
    return model, states


@pytest.fixture
async def model(tiny_path: Path) -> AsyncIterator[LlamaCppModel]:
    opened, _ = made(tiny_path)
    await opened.initialize()
    yield opened
    await opened.shutdown()


def chat(**more: object) -> ChatRequest:
    return ChatRequest(**({"model": "m", "messages": HELLO, "sampling": ENDLESS, "max_tokens": 8} | more))  # type: ignore[arg-type]


async def collect(events: AsyncIterator[GenerationEvent]) -> list[GenerationEvent]:
    return [event async for event in events]


async def test_a_chat_starts_speaks_and_finishes(model: LlamaCppModel) -> None:
    events = await collect(model.chat(chat()))
    assert isinstance(events[0], GenerationStarted)
    assert events[0].prompt_tokens == await model.count_tokens(HELLO)
    assert all(isinstance(event, TextDelta) for event in events[1:-1])
    finished = events[-1]
    assert isinstance(finished, GenerationFinished)
    assert (finished.reason, finished.usage.completion_tokens) == ("length", 8)
    assert model.running == 0


async def test_a_completion_and_its_logprobs(model: LlamaCppModel) -> None:
    request = CompletionRequest(model="m", prompt="hello you", sampling=ENDLESS, max_tokens=4, logprobs=1)
    events = await collect(model.complete(request))
    entries = [entry for event in events if isinstance(event, TextDelta) for entry in event.logprobs]
    assert len(entries) == 4


async def test_many_at_once_each_get_their_own(model: LlamaCppModel) -> None:
    requests = [chat(messages=(Message(role="user", content=str(n) * n),)) for n in range(1, 9)]
    one_by_one = [await collect(model.chat(request)) for request in requests]
    together = await asyncio.gather(*(collect(model.chat(request)) for request in requests))

    def text(events: list[GenerationEvent]) -> str:
        return "".join(event.text for event in events if isinstance(event, TextDelta))

    assert [text(events) for events in together] == [text(events) for events in one_by_one]


async def test_a_forced_tool_call_comes_as_a_call(model: LlamaCppModel) -> None:
    schema = {"type": "object", "properties": {"ok": {"$ref": "#/$defs/yes"}}, "required": ["ok"],
              "$defs": {"yes": {"type": "boolean"}}}  # fmt: skip
    tool = ToolSpec(name="check", parameters=schema)
    request = chat(
        tools=(tool,), tool_choice=ToolChoice(mode="required"), parallel_tool_calls=False, max_tokens=200,
        sampling=Sampling(temperature=0),
    )  # fmt: skip
    events = await collect(model.chat(request))
    calls = [event for event in events if isinstance(event, ToolCallDelta)]
    assert calls[0].name == "check"
    assert set(json.loads("".join(call.arguments for call in calls))) == {"ok"}
    assert not any(isinstance(event, TextDelta) and event.text.strip() for event in events)
    finished = events[-1]
    assert isinstance(finished, GenerationFinished)
    assert finished.reason == "tool_calls"


def question(text: str = "hello", *choices: str) -> ClassifyRequest:
    return ClassifyRequest(model="m", prompt=(PromptPart(text=text),), choices=choices or ("a", "b"))


async def test_probabilities_of_the_next_token(model: LlamaCppModel) -> None:
    every = tuple(chr(letter) for letter in range(33, 127))
    found = await model.classify(question("hello you", *every))
    assert len(found.logprobs) == len(every)
    assert all(value < 0 for value in found.logprobs)
    assert sum(map(math.exp, found.logprobs)) < 1
    assert found.prompt_tokens == await model.count_part_tokens((PromptPart(text="hello you"),))
    again = await model.classify(question("hello you", *every))
    assert again.logprobs == pytest.approx(found.logprobs, abs=1e-2)
    assert (found.cached_tokens, again.cached_tokens) == (0, found.prompt_tokens - 1)
    assert model.running == 0


async def test_what_cannot_be_classified_is_refused(model: LlamaCppModel) -> None:
    with pytest.raises(InvalidRequest, match="not one"):
        await model.classify(question("hello", "two words"))
    with pytest.raises(PromptTooLong):
        await model.classify(question("x" * 5000))
    assert model.running == 0


async def test_many_classifications_at_once_each_get_their_own(model: LlamaCppModel) -> None:
    requests = [question(f"hello you and paddock {number}") for number in range(40)]
    one_by_one = [await model.classify(request) for request in requests]
    together = await asyncio.gather(*(model.classify(request) for request in requests))
    for alone, beside in zip(one_by_one, together, strict=True):
        assert beside.logprobs == pytest.approx(alone.logprobs, abs=1e-2)
    assert len({found.logprobs for found in together}) > 30


async def test_a_classification_given_up_is_cancelled(model: LlamaCppModel) -> None:
    given_up = asyncio.ensure_future(model.classify(question("x" * 2000)))
    while not model.running:
        await asyncio.sleep(0)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert model.running == 0
    assert isinstance(await model.classify(question()), Classified)


async def test_a_host_killed_during_a_classification_is_a_typed_error(model: LlamaCppModel) -> None:
    pid = model.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    asked = asyncio.ensure_future(model.classify(question()))
    while not model.running:
        await asyncio.sleep(0)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(ModelHostDied, match="killed"):
        await asked
    assert isinstance(await model.classify(question()), Classified)


async def test_leaving_early_cancels(model: LlamaCppModel) -> None:
    async with closing(model.chat(chat(max_tokens=None))) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                break
    assert model.running == 0
    assert (await collect(model.chat(chat())))[-1] is not None


async def test_refusals_are_raised_and_leave_nothing_open(model: LlamaCppModel) -> None:
    with pytest.raises(PromptTooLong) as too_long:
        await collect(model.chat(chat(messages=(Message(role="user", content="x" * 5000),))))
    assert too_long.value.context_length == 2048
    bad = ResponseFormat(type="json_schema", schema={"not": {}})
    with pytest.raises(InvalidRequest):
        await collect(model.chat(chat(response_format=bad)))
    with pytest.raises(InvalidRequest):
        await collect(model.chat(chat(sampling=Sampling(logit_bias={10**6: 1}))))
    assert model.running == 0


async def test_a_host_killed_in_the_middle_is_a_typed_error_and_the_next_request_works(model: LlamaCppModel) -> None:
    pid = model.pid
    assert pid is not None
    stream = model.chat(chat(max_tokens=None))
    await anext(event async for event in stream if isinstance(event, TextDelta))
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(ModelHostDied, match="killed"):
        await collect(stream)
    events = await collect(model.chat(chat()))
    assert isinstance(events[-1], GenerationFinished)
    assert model.pid != pid
    assert (await model.health()).ok


async def test_shutting_down_ends_what_runs_in_words(tiny_path: Path) -> None:
    model, states = made(tiny_path)
    await model.initialize()
    assert model.context_length == 2048
    stream = model.chat(chat(max_tokens=None))
    await anext(stream)
    closing_down = asyncio.create_task(model.shutdown())
    with pytest.raises(ModelUnavailable):
        async for _ in stream:
            pass
    await closing_down
    with pytest.raises(ModelUnavailable):
        await collect(model.chat(chat()))
    with pytest.raises(ModelUnavailable):
        await model.count_tokens(HELLO)
    assert not (await model.health()).ok
    assert [states[0].phase, states[-1].phase] == ["loading", "not_loaded"]


async def test_damaged_models_are_loaded_or_refused_but_never_harm(tiny_path: Path, tmp_path: Path) -> None:
    """Files whose header may well pass: flipped bytes anywhere, cut ends, swapped blocks."""
    whole = tiny_path.read_bytes()
    randomly = random.Random(8)
    for number in range(60):
        data = bytearray(whole)
        for _ in range(randomly.choice((1, 4, 64))):
            data[randomly.randrange(len(data) if number % 2 else 20_000)] = randomly.randrange(256)
        if number % 5 == 0:
            del data[randomly.randrange(len(data)) :]
        path = tmp_path / f"damaged-{number}.gguf"
        path.write_bytes(data)
        assert await outcome(path) != ""


async def outcome(path: Path) -> str:
    """Load a file and ask it something; return its answer's end or its failure, in words."""
    model, _ = made(path, context=256, seconds=10)
    try:
        await model.initialize()
        async with asyncio.timeout(20):
            events = await collect(model.complete(CompletionRequest(model="m", prompt=(1, 2, 3), max_tokens=2)))
    except (ModelUnavailable, InvalidRequest) as error:
        return error.message
    finally:
        await model.shutdown()
    assert isinstance(events[-1], GenerationFinished)
    return events[-1].reason
