"""The tokenizer of a GGUF: text comes back, control tokens act only where they may."""

from __future__ import annotations

from collections.abc import Iterator

import gguf
import llama_cpp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.domain.inference import PromptPart
from app.engine.inference.llama_cpp.backend import Backend
from app.engine.inference.llama_cpp.prompting import Prompter
from app.engine.inference.llama_cpp.vocabulary import Vocabulary
from app.engine.inference.llama_cpp.wire import Classify
from tests.fakes.tiny_gguf import SPECIAL_TOKENS


@pytest.fixture(scope="module")
def vocabulary(backend: Backend) -> Vocabulary:
    return backend.vocabulary


def test_text_comes_back(vocabulary: Vocabulary) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=60).filter(lambda text: "\0" not in text and text.isprintable()))
    def check(text: str) -> None:
        tokens = vocabulary.tokenize(text, special=False)
        assert b"".join(map(vocabulary.piece, tokens)) == text.encode("utf-8", "replace")

    check()


def test_names_of_control_tokens(vocabulary: Vocabulary) -> None:
    assert vocabulary.bos_text == "<|begin_of_text|>"
    assert vocabulary.eos_text == "<|eot_id|>"
    assert vocabulary.adds_bos
    assert set(vocabulary.special_texts) == set(SPECIAL_TOKENS)
    lengths = [len(text) for text in vocabulary.special_texts]
    assert lengths == sorted(lengths, reverse=True)


@pytest.mark.parametrize("text", SPECIAL_TOKENS)
def test_control_tokens_only_where_they_may_act(vocabulary: Vocabulary, text: str) -> None:
    (token,) = vocabulary.tokenize(text, special=True)
    assert vocabulary.is_control(token)
    assert vocabulary.piece(token) == text.encode()
    plain = vocabulary.tokenize(text, special=False)
    assert len(plain) > 1
    assert not any(map(vocabulary.is_control, plain))


def test_ends(vocabulary: Vocabulary) -> None:
    ends = {text for text in SPECIAL_TOKENS if vocabulary.is_end(vocabulary.tokenize(text, special=True)[0])}
    assert {"<|eot_id|>", "<|eom_id|>", "<|end_of_text|>"} <= ends
    assert "<|python_tag|>" not in ends
    assert not vocabulary.is_end(0)


def test_begin_of_text_is_added_on_demand(vocabulary: Vocabulary) -> None:
    with_bos = vocabulary.tokenize("hello", special=False, bos=True)
    assert vocabulary.piece(with_bos[0]) == b"<|begin_of_text|>"
    assert with_bos[1:] == vocabulary.tokenize("hello", special=False)


def test_odd_texts_do_not_break_it(vocabulary: Vocabulary) -> None:
    assert vocabulary.tokenize("", special=False) == []
    assert vocabulary.tokenize("\ud800", special=False) == vocabulary.tokenize("?", special=False)
    assert len(vocabulary.tokenize("a\0b", special=False)) >= 2
    assert len(vocabulary.tokenize("x" * 10_000, special=False)) == 10_000


@pytest.fixture(scope="module")
def sentencepiece(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vocabulary]:
    """The vocabulary of a Llama 2, in small: bytes, letters and the two words a guard says."""
    path = tmp_path_factory.mktemp("gguf") / "sentencepiece.gguf"
    known = [start + word for word in ("safe", "unsafe", "User") for start in ("\u2581", "")]
    words = [word[:end] for word in known for end in range(1, len(word) + 1)]
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), "\u2581", *"0123456789:hiOS,"]
    tokens += [word for word in dict.fromkeys(words) if word not in tokens]
    kinds = [gguf.TokenType.UNKNOWN, *[gguf.TokenType.CONTROL] * 2, *[gguf.TokenType.BYTE] * 256]
    kinds += [gguf.TokenType.NORMAL] * (len(tokens) - len(kinds))
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([float(len(token)) for token in tokens])
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    params = llama_cpp.llama_model_default_params()
    params.vocab_only = True
    model = llama_cpp.llama_model_load_from_file(str(path).encode(), params)
    yield Vocabulary(model)
    llama_cpp.llama_model_free(model)


def test_a_text_behind_another_gets_no_space_of_its_own(sentencepiece: Vocabulary, vocabulary: Vocabulary) -> None:
    def words(tokens: list[int]) -> list[bytes]:
        return [sentencepiece.piece(token) for token in tokens]

    assert sentencepiece.adds_spaces
    assert words(sentencepiece.tokenize("User: hi", special=False))[0] == b" User"
    assert words(sentencepiece.continued("User: hi", special=False))[0] == b"User"
    assert words(sentencepiece.continued("<s>hi", special=True))[0] == b"<s>"
    assert not vocabulary.adds_spaces
    assert vocabulary.continued("User: hi", special=False) == vocabulary.tokenize("User: hi", special=False)


def test_words_and_codes_of_a_guard_are_one_token_with_sentencepiece_too(sentencepiece: Vocabulary) -> None:
    prompter = Prompter(sentencepiece, None, 2.0)
    command = Classify(id="c", prompt=(PromptPart(text="hi"),), choices=("safe", "unsafe", "1", "6", ","))
    pieces = [sentencepiece.piece(token) for token in prompter.prepare_choice(command).choices]
    assert pieces == [b" safe", b" unsafe", b"1", b"6", b","]
    parts = (PromptPart(text="<s>hi\n\n", special=True), PromptPart(text="User: hi"))
    joined = sentencepiece.tokenize("<s>hi\n\nUser: hi", special=True)
    assert prompter.part_tokens(parts) == joined
