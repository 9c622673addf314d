"""The tiny model is a real one: llama.cpp loads it, knows its special tokens and decodes with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.tiny_gguf import SPECIAL_TOKENS, write_tiny_llama

llama_cpp = pytest.importorskip("llama_cpp")


@pytest.mark.parametrize("quantised", [False, True])
def test_llama_cpp_decodes_it(tmp_path: Path, quantised: bool) -> None:
    path = write_tiny_llama(tmp_path / "tiny.gguf", quantised=quantised)
    assert path.stat().st_size < 600_000
    model = llama_cpp.Llama(str(path), n_ctx=128, n_threads=1, n_threads_batch=1, verbose=False)
    try:
        for text in SPECIAL_TOKENS:
            tokens = model.tokenize(text.encode(), add_bos=False, special=True)
            assert len(tokens) == 1, text
        assert model.tokenize(b"hello the user", add_bos=True)[0] == model.token_bos()
        assert len(model.tokenize(b"hello the user", add_bos=False)) == 3
        text = "Größe 🦙 paddock"
        assert model.detokenize(model.tokenize(text.encode(), add_bos=False)).decode() == text
        assert llama_cpp.llama_vocab_eot(model._model.vocab) == model.tokenize(b"<|eot_id|>", False, True)[0]
        for end in (b"<|eot_id|>", b"<|eom_id|>"):
            token = model.tokenize(end, add_bos=False, special=True)[0]
            assert llama_cpp.llama_vocab_is_eog(model._model.vocab, token)
        answer = model.create_completion("hello", max_tokens=8, temperature=0.0, logit_bias={})
        assert answer["usage"]["completion_tokens"] >= 1
    finally:
        model.close()
