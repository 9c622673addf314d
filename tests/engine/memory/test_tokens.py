from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from app.engine.domain.errors import WorldError
from app.engine.domain.memory import Chunking
from app.engine.domain.parsing import Block
from app.engine.memory.chunking import Chunker
from app.engine.memory.tokens import TokenMeasure

VOCABULARY = ["[UNK]", "the", "heron", "wait", "##s", "##ing", "a", "##a", ".", "at", "har", "##bour", "鷺"]


@pytest.fixture(scope="module")
def by_word(tmp_path_factory) -> str:
    """A small tokenizer of the family most embedding models have."""
    model = models.WordPiece({word: index for index, word in enumerate(VOCABULARY)}, unk_token="[UNK]")
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.enable_truncation(4)
    path = tmp_path_factory.mktemp("by_word") / "tokenizer.json"
    tokenizer.save(str(path))
    return str(path)


@pytest.fixture(scope="module")
def by_byte(tmp_path_factory) -> str:
    """A tokenizer to which spaces and line breaks are tokens as well."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({sign: index for index, sign in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    path = tmp_path_factory.mktemp("by_byte") / "tokenizer.json"
    tokenizer.save(str(path))
    return str(path)


def test_tokens_are_those_of_the_tokenizer_without_its_truncation(by_word) -> None:
    measure = TokenMeasure(by_word)
    texts = ["the heron waits.", "the\n\n  heron", "harbour waiting at 鷺 the heron a aa", ""]
    plain = Tokenizer.from_file(by_word)
    plain.no_truncation()
    expected = [len(plain.encode(text, add_special_tokens=False)) for text in texts]
    assert measure.count(texts) == measure.count(texts) == expected
    assert measure.gap == 0


def test_atoms_stand_where_their_text_is(by_word) -> None:
    text = "the harbour  鷺waits."
    atoms = TokenMeasure(by_word).atoms(text)
    assert [(text[a.start : a.end], a.tokens) for a in atoms] == [("the", 1), ("harbour", 2), ("鷺", 1), ("waits.", 3)]


def test_line_breaks_cost_where_they_are_tokens(by_byte) -> None:
    measure = TokenMeasure(by_byte)
    assert measure.gap == 2
    assert measure.count(["abc\n\nd"]) == [6]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("thewaisrbonu. \n鷺", max_size=200), max_size=5), st.integers(2, 60))
def test_pieces_never_have_more_tokens_than_they_may(by_word, texts, most) -> None:
    text = "\n\n".join(texts)
    block = Block(kind="paragraph", start=0, end=len(text))
    counting = Tokenizer.from_file(by_word)
    counting.no_truncation()
    for piece in Chunker(Chunking(max_tokens=most), TokenMeasure(by_word)).pieces(text, [block]):
        inner = text[piece.start : piece.end]
        assert len(counting.encode(inner)) <= piece.tokens
        assert piece.tokens <= most or " " not in inner


def test_more_words_than_are_kept_are_counted_all_the_same(by_word, monkeypatch) -> None:
    monkeypatch.setattr("app.engine.memory.tokens._KNOWN_WORDS", 3)
    measure = TokenMeasure(by_word)
    assert measure.count(["the heron", "heron waits a", "the a at"]) == [2, 4, 3]
    assert measure.count(["the heron waits at the harbour ."]) == [9]


def test_a_file_that_is_no_tokenizer_is_refused_in_words(tmp_path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps({"model": None}))
    with pytest.raises(WorldError, match="tokenizer"):
        TokenMeasure(str(path))
