"""The raw bound: a bare llama_decode loop in one process. Run as a module; prints one JSON object per request line.

Reads requests from standard input: {"prompts": [...], "tokens": 64, "threads": 2}. No sampling beyond arg max, no
detokenising, no pipe: what no server on this machine can beat without sharing prefixes.
"""

from __future__ import annotations

import ctypes
import json
import sys
import time
from typing import Any

import llama_cpp
import numpy as np

BATCH = 512


class Bound:
    """A model with one context, driven directly."""

    def __init__(self, path: str, cells: int) -> None:
        self._log = llama_cpp.llama_log_callback(lambda *_: None)
        llama_cpp.llama_log_set(self._log, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        params = llama_cpp.llama_model_default_params()
        params.n_gpu_layers = 0
        self._model = llama_cpp.llama_model_load_from_file(path.encode(), params)
        options = llama_cpp.llama_context_default_params()
        options.n_ctx, options.n_batch, options.n_ubatch, options.n_seq_max = cells, BATCH, BATCH, 16
        options.kv_unified = True
        options.flash_attn_type = 1
        self._context = llama_cpp.llama_init_from_model(self._model, options)
        self._vocab = llama_cpp.llama_model_get_vocab(self._model)
        self._size = llama_cpp.llama_vocab_n_tokens(self._vocab)
        self._batch = llama_cpp.llama_batch_init(BATCH, 0, 1)

    def run(self, prompts: list[str], tokens: int, threads: int) -> dict[str, Any]:
        """Answer all prompts together; returns seconds in all and until the last first token."""
        llama_cpp.llama_set_n_threads(self._context, threads, threads)
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self._context), True)
        encoded = [self._tokenize(prompt) for prompt in prompts]
        began = time.perf_counter()
        latest = self._prefill(encoded)
        first = time.perf_counter() - began
        steps: list[float] = []
        for step in range(tokens - 1):
            mark = time.perf_counter()
            rows = [(token, len(encoded[n]) + step, n, True) for n, token in enumerate(latest)]
            latest = self._decode(rows)
            steps.append(time.perf_counter() - mark)
        seconds = time.perf_counter() - began
        lengths = [len(each) for each in encoded]
        return {"seconds": seconds, "first": first, "step": float(np.median(steps)), "prompt_tokens": lengths}

    def _prefill(self, prompts: list[list[int]]) -> list[int]:
        rows = [
            (token, position, number, position == len(prompt) - 1)
            for number, prompt in enumerate(prompts)
            for position, token in enumerate(prompt)
        ]
        found: list[int] = []
        for at in range(0, len(rows), BATCH):
            found += self._decode(rows[at : at + BATCH])
        return found

    def _decode(self, rows: list[tuple[int, int, int, bool]]) -> list[int]:
        batch = self._batch
        for index, (token, position, sequence, wanted) in enumerate(rows):
            batch.token[index], batch.pos[index], batch.n_seq_id[index] = token, position, 1
            batch.seq_id[index][0], batch.logits[index] = sequence, wanted
        batch.n_tokens = len(rows)
        if llama_cpp.llama_decode(self._context, batch) != 0:
            raise RuntimeError("llama_decode failed")
        return [self._best(index) for index, row in enumerate(rows) if row[3]]

    def _best(self, row: int) -> int:
        logits = llama_cpp.llama_get_logits_ith(self._context, row)
        return int(np.ctypeslib.as_array(logits, shape=(self._size,)).argmax())

    def _tokenize(self, text: str) -> list[int]:
        raw = text.encode()
        buffer = (llama_cpp.llama_token * (len(raw) + 8))()
        return list(buffer[: llama_cpp.llama_tokenize(self._vocab, raw, len(raw), buffer, len(buffer), True, False)])


def main() -> None:
    """Serve requests until the input ends."""
    bound = Bound(sys.argv[1], int(sys.argv[2]))
    for line in sys.stdin:
        sys.stdout.write(json.dumps(bound.run(**json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
