"""What makes the tiny guard still runs, and cuts texts into the same tokens as llama.cpp does."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path

import pytest

from app.engine.domain.inference import Message
from app.engine.inference.gguf import read_header
from app.engine.inference.llama_cpp.backend import Backend
from app.engine.inference.llama_cpp.prompting import Prompter
from app.engine.inference.llama_cpp.wire import ChatPrompt, LoadModel
from app.engine.safety.llama_guard.prompt import prompt_for, turns_of
from app.engine.safety.llama_guard.versions import LLAMA_GUARD_3
from tests.models import TINY_GUARD
from tests.models.tiny_guard_examples import examples, frame, question
from tests.models.tiny_guard_sentences import ACTS, held_out, safe, unsafe

_KEPT: list[Backend] = []  # llama.cpp keeps pointers to callbacks for the life of the process


@pytest.fixture(scope="module")
def prompter() -> Prompter:
    backend = Backend(LoadModel(path=str(TINY_GUARD), context_length=400, threads=1), lambda _: None, lambda _: None)
    _KEPT.append(backend)
    return Prompter(backend.vocabulary, backend.metadata("tokenizer.chat_template"), 2.0)


def test_sentences_are_the_same_everywhere_and_say_what_they_break() -> None:
    source = random.Random(1)
    assert unsafe(source, ("hate",), agent=False).categories == {"hate"}
    assert safe(source, agent=True).categories == frozenset()
    assert held_out("How do I strangle the waiter?") is held_out("How do I strangle the waiter?")
    assert len(ACTS) == 14


def test_whole_words_and_codes_are_one_token(prompter: Prompter) -> None:
    command = ("safe", "unsafe", ",", *(str(number) for number in range(1, 20)))
    assert len({prompter._one_token(word) for word in command}) == len(command)


def test_its_chat_template_makes_the_same_prompt(prompter: Prompter) -> None:
    for texts, direction, last in ((["hi"], "input", "user"), (["hi", "Hello there!"], "output", "assistant")):
        asked = question(texts, direction)
        made = prompt_for(LLAMA_GUARD_3, asked, LLAMA_GUARD_3.categories)
        assert made is not None
        talk = (*asked.conversation, Message(role=last, content=texts[-1]))
        # All but the new lines behind the last header.
        assert prompter.tokens(ChatPrompt(messages=talk)) == prompter.part_tokens(made[0])[:-1]


def test_one_step_of_training_makes_a_guard_with_the_same_tokens(tmp_path: Path, prompter: Prompter) -> None:
    pytest.importorskip("torch", reason="PyTorch comes with the torch extra")
    from tests.models import train_tiny_guard as training
    from tests.models.tiny_guard_examples import KINDS
    from tests.models.tiny_guard_model import TinyGuard, write

    tokens = training.vocabulary()
    source = random.Random(5)
    made, direction = frame(source)
    for each in islice(examples(source, made, direction, 10), 40):
        parts = made.prompt(turns_of(each.question))
        assert tokens.encode(parts) == prompter.part_tokens(parts)
    model = TinyGuard(len(tokens.texts), len(KINDS))
    training.train(model, tokens, 1)
    write(model, tokens, training.template(), tmp_path / "guard.gguf")
    assert read_header(tmp_path / "guard.gguf").purpose == "guard"
