"""Text to tokens and back for one loaded model. Thin ctypes; must not know prompts or requests."""

from __future__ import annotations

import ctypes
from functools import cached_property
from typing import Any

import llama_cpp


class Vocabulary:
    """The tokenizer inside a GGUF. Safe to use from several threads: llama.cpp's vocabulary is read-only."""

    def __init__(self, model: Any) -> None:
        self._vocab = llama_cpp.llama_model_get_vocab(model)
        self.size = int(llama_cpp.llama_vocab_n_tokens(self._vocab))
        self._pieces: dict[int, bytes] = {}

    @property
    def pointer(self) -> Any:
        """The llama_vocab pointer."""
        return self._vocab

    @property
    def adds_bos(self) -> bool:
        """Whether the model wants its begin-of-text token in front of every prompt."""
        return bool(llama_cpp.llama_vocab_get_add_bos(self._vocab))

    @cached_property
    def adds_spaces(self) -> bool:
        """Whether a text gets a space in front of its first word, as SentencePiece does (Llama 1 and 2)."""
        return bool(llama_cpp.llama_vocab_type(self._vocab) == llama_cpp.LLAMA_VOCAB_TYPE_SPM)

    @cached_property
    def bos_text(self) -> str:
        """The text of the begin-of-text token, empty when there is none."""
        return self._text(llama_cpp.llama_vocab_bos(self._vocab))

    @cached_property
    def eos_text(self) -> str:
        """The text of the end-of-sequence token, empty when there is none."""
        return self._text(llama_cpp.llama_vocab_eos(self._vocab))

    @cached_property
    def special_texts(self) -> tuple[str, ...]:
        """The texts of all control tokens, longest first; in a person's words they must not act as tokens."""
        special = llama_cpp.LLAMA_TOKEN_ATTR_CONTROL | llama_cpp.LLAMA_TOKEN_ATTR_USER_DEFINED
        texts = {
            self._text(token)
            for token in range(self.size)
            if llama_cpp.llama_vocab_get_attr(self._vocab, token) & special
        }
        return tuple(sorted((text for text in texts if len(text) > 1), key=len, reverse=True))

    def tokenize(self, text: str, *, special: bool, bos: bool = False) -> list[int]:
        """Return token ids; `special` lets control token texts become control tokens."""
        raw = text.encode("utf-8", "replace")
        room = len(raw) + 8
        buffer = (llama_cpp.llama_token * room)()
        count = llama_cpp.llama_tokenize(self._vocab, raw, len(raw), buffer, room, bos, special)
        if count < 0:
            room = -count
            buffer = (llama_cpp.llama_token * room)()
            count = llama_cpp.llama_tokenize(self._vocab, raw, len(raw), buffer, room, bos, special)
        return list(buffer[:count])

    def continued(self, text: str, *, special: bool) -> list[int]:
        """Return token ids of a text that goes on behind another one: no space is put before it."""
        if not self.adds_spaces:
            return self.tokenize(text, special=special)
        return self.tokenize(f"\n{text}", special=special)[len(self.tokenize("\n", special=False)) :]

    def piece(self, token: int) -> bytes:
        """Return the bytes of a token; control tokens give their text."""
        known = self._pieces.get(token)
        if known is None:
            known = self._pieces[token] = self._render(token)
        return known

    def is_end(self, token: int) -> bool:
        """Tell whether a token ends a generation (end of text, of turn or of message)."""
        return bool(llama_cpp.llama_vocab_is_eog(self._vocab, token))

    def is_control(self, token: int) -> bool:
        """Tell whether a token is a control token, which is never shown."""
        return bool(llama_cpp.llama_vocab_is_control(self._vocab, token))

    def _text(self, token: int) -> str:
        if token < 0:
            return ""
        return (llama_cpp.llama_vocab_get_text(self._vocab, token) or b"").decode("utf-8", "replace")

    def _render(self, token: int) -> bytes:
        buffer = ctypes.create_string_buffer(64)
        count = llama_cpp.llama_token_to_piece(self._vocab, token, buffer, len(buffer), 0, True)
        if count < 0:
            buffer = ctypes.create_string_buffer(-count)
            count = llama_cpp.llama_token_to_piece(self._vocab, token, buffer, len(buffer), 0, True)
        return buffer.raw[:count]
