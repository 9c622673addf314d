"""The low-level llama.cpp calls: load a model, move cells, decode rows, read logits. Thin; no policy."""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Callable, Sequence
from typing import Any

import llama_cpp
import numpy as np
import numpy.typing as npt

from app.engine.domain.errors import ModelLoadFailed
from app.engine.inference.llama_cpp.scheduler import CopyCells, RemoveCells, Row
from app.engine.inference.llama_cpp.vocabulary import Vocabulary
from app.engine.inference.llama_cpp.wire import LoadModel

_KV_TYPES = {"f16": 1, "q8_0": 8, "q4_0": 2}  # enum ggml_type in ggml.h
_FLASH_ATTENTION = {"auto": -1, "off": 0, "on": 1}  # enum llama_flash_attn_type in llama.h
BATCH_TOKENS = 512
SEQUENCE_LIMIT = 256  # LLAMA_MAX_SEQ in llama-cparams.h


class NoCells(Exception):
    """llama.cpp found no room in the KV cache for this batch; nothing was changed."""


class Backend:
    """One model with one context. Owned by the decode thread, but for `vocabulary`."""

    def __init__(
        self, settings: LoadModel, on_progress: Callable[[float], None], on_log: Callable[[str], None]
    ) -> None:
        self._keep: list[Any] = []
        self._quieten(on_log)
        llama_cpp.llama_backend_init()
        self._model = self._load(settings, on_progress)
        self.vocabulary = Vocabulary(self._model)
        self.sequences = min(SEQUENCE_LIMIT, settings.parallel * 2 + 16)
        self._context = self._open(settings)
        self._memory = llama_cpp.llama_get_memory(self._context)
        self.cells = int(llama_cpp.llama_n_ctx(self._context))
        self._batch = llama_cpp.llama_batch_init(BATCH_TOKENS, 0, 1)
        self._threads = 0

    @property
    def context(self) -> Any:
        """The llama_context pointer, for samplers."""
        return self._context

    @property
    def model_bytes(self) -> int:
        """Bytes of the weights."""
        return int(llama_cpp.llama_model_size(self._model))

    @property
    def has_encoder(self) -> bool:
        """Whether the model is of the encoder kind, which cannot continue text by itself."""
        return bool(llama_cpp.llama_model_has_encoder(self._model))

    def metadata(self, key: str) -> str | None:
        """Return a GGUF metadata value as text, or None."""
        room = 1024
        while True:
            buffer = ctypes.create_string_buffer(room)
            length = llama_cpp.llama_model_meta_val_str(self._model, key.encode(), buffer, room)
            if length < 0:
                return None
            if length < room:
                return buffer.value.decode("utf-8", "replace")
            room = length + 1

    def set_threads(self, threads: int) -> None:
        """Use this many threads from the next decode on."""
        if threads != self._threads:
            self._threads = threads
            llama_cpp.llama_set_n_threads(self._context, threads, threads)

    def move(self, operations: Sequence[CopyCells | RemoveCells]) -> None:
        """Carry out cell operations, in order."""
        for operation in operations:
            match operation:
                case CopyCells(source, target, length):
                    llama_cpp.llama_memory_seq_cp(self._memory, source, target, 0, length)
                case RemoveCells(sequence):
                    llama_cpp.llama_memory_seq_rm(self._memory, sequence, -1, -1)

    def decode(self, rows: Sequence[Row]) -> None:
        """Compute a batch; raises NoCells, or ModelLoadFailed when the computation itself broke."""
        batch = self._batch
        for index, row in enumerate(rows):
            batch.token[index] = row.token
            batch.pos[index] = row.position
            batch.n_seq_id[index] = 1
            batch.seq_id[index][0] = row.sequence
            batch.logits[index] = row.request_id is not None
        batch.n_tokens = len(rows)
        status = llama_cpp.llama_decode(self._context, batch)
        if status == 1:
            raise NoCells
        if status != 0:
            raise ModelLoadFailed(f"llama.cpp could not compute this batch (status {status}).")

    def logits(self, row: int) -> npt.NDArray[np.float32]:
        """Return a view of the logits of batch row `row`, valid until the next decode. Shape (vocabulary,)."""
        pointer = llama_cpp.llama_get_logits_ith(self._context, row)
        return np.ctypeslib.as_array(pointer, shape=(self.vocabulary.size,))

    def close(self) -> None:
        """Free everything."""
        llama_cpp.llama_batch_free(self._batch)
        llama_cpp.llama_free(self._context)
        llama_cpp.llama_model_free(self._model)

    def _quieten(self, on_log: Callable[[str], None]) -> None:
        def log(level: int, text: bytes, _data: Any) -> None:
            if level >= 4 or level == 3:  # GGML_LOG_LEVEL_ERROR is 4, WARN 3
                with contextlib.suppress(ValueError, OSError):
                    on_log(text.decode("utf-8", "replace"))

        # Without a reference of our own the callback is collected and the next log line crashes the process.
        callback = llama_cpp.llama_log_callback(log)
        self._keep.append(callback)
        llama_cpp.llama_log_set(callback, ctypes.c_void_p(0))

    def _load(self, settings: LoadModel, on_progress: Callable[[float], None]) -> Any:
        def progress(fraction: float, _data: Any) -> bool:
            on_progress(fraction)
            return True

        callback = llama_cpp.llama_progress_callback(progress)
        self._keep.append(callback)
        params = llama_cpp.llama_model_default_params()
        params.n_gpu_layers = settings.gpu_layers
        params.progress_callback = callback
        model = llama_cpp.llama_model_load_from_file(settings.path.encode(), params)
        if not model:
            raise ModelLoadFailed("llama.cpp could not load the file.", hint="The file may be damaged.")
        return model

    def _open(self, settings: LoadModel) -> Any:
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = settings.context_length
        params.n_batch = params.n_ubatch = BATCH_TOKENS
        params.n_seq_max = self.sequences
        params.type_k = params.type_v = _KV_TYPES[settings.kv_type]
        params.flash_attn_type = _FLASH_ATTENTION[settings.flash_attention]
        params.offload_kqv = settings.gpu_layers != 0
        # One buffer for all sequences: a prefix is then shared by marking its cells instead of copying them.
        params.kv_unified = True
        params.no_perf = True
        context = llama_cpp.llama_init_from_model(self._model, params)
        if not context:
            raise ModelLoadFailed(
                f"There is not enough memory for a context of {settings.context_length} tokens.",
                hint="Load it with a smaller context or a smaller KV type.",
            )
        return context
