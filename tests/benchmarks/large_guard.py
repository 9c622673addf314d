"""Writes a guard of Llama-Guard-3-1B's shape with random weights: as slow as the real one, and as meaningless as noise.

16 layers of 2,048, 128,256 tokens, Q8_0, its own output matrix; 1.6 GB. The words are those of the tiny guard.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np

LAYERS, DIM, FEED_FORWARD, HEADS, KV_HEADS, VOCABULARY = 16, 2048, 8192, 32, 8, 128_256
BLOCK = 34  # bytes of 32 values: a half as scale, and 32 bytes
Q8 = gguf.GGMLQuantizationType.Q8_0


def write_large_guard(path: Path, tiny: Path) -> Path:
    """Write the file, with the tokenizer of `tiny`, and return its path."""
    known = gguf.GGUFReader(tiny)
    tokens = [bytes(part).decode() for part in _values(known, "tokenizer.ggml.tokens")]
    kinds = [int(part[0]) for part in _values(known, "tokenizer.ggml.token_type")]
    merges = [bytes(part).decode() for part in _values(known, "tokenizer.ggml.merges")]
    missing = VOCABULARY - len(tokens)
    writer = gguf.GGUFWriter(path, "llama", use_temp_file=False)
    writer.add_name("Llama Guard 3 1B (random weights)")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_context_length(8192)
    writer.add_embedding_length(DIM)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_rope_dimension_count(DIM // HEADS)
    writer.add_rope_freq_base(500_000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(VOCABULARY)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("llama-bpe")
    writer.add_token_list([*tokens, *(f"unused{number}" for number in range(missing))])
    writer.add_token_types([*kinds, *[gguf.TokenType.UNUSED] * missing])
    writer.add_token_merges(merges)
    for name in ("bos", "eos"):
        writer.add_uint32(
            f"tokenizer.ggml.{name}_token_id", int(_values(known, f"tokenizer.ggml.{name}_token_id")[0][0])
        )
    writer.add_chat_template(bytes(_values(known, "tokenizer.chat_template")[0]).decode())
    _add_tensors(writer)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _values(reader: gguf.GGUFReader, key: str) -> list[np.ndarray]:
    field = reader.fields[key]
    return [field.parts[index] for index in field.data]


def _add_tensors(writer: gguf.GGUFWriter) -> None:
    matrix = _matrices(writer)
    matrix("token_embd.weight", VOCABULARY, DIM)
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        for name, rows, columns in (
            ("attn_q", DIM, DIM), ("attn_k", DIM // HEADS * KV_HEADS, DIM), ("attn_v", DIM // HEADS * KV_HEADS, DIM),
            ("attn_output", DIM, DIM), ("ffn_gate", FEED_FORWARD, DIM), ("ffn_up", FEED_FORWARD, DIM),
            ("ffn_down", DIM, FEED_FORWARD),
        ):  # fmt: skip
            matrix(f"{block}.{name}.weight", rows, columns)
        for name in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"{block}.{name}.weight", np.ones(DIM, dtype=np.float32))
    writer.add_tensor("output_norm.weight", np.ones(DIM, dtype=np.float32))
    matrix("output.weight", VOCABULARY, DIM)


def _matrices(writer: gguf.GGUFWriter) -> Callable[[str, int, int], None]:
    """Return what adds a matrix: random bytes under one scale, made at once instead of being rounded."""
    random = np.random.default_rng(0)

    def add(name: str, rows: int, columns: int) -> None:
        blocks = random.integers(0, 256, (rows * columns // 32, BLOCK), dtype=np.uint8)
        scale = np.float16(1 / (73 * np.sqrt(columns)))  # 73 is the deviation of evenly spread bytes
        blocks[:, :2] = np.frombuffer(scale.tobytes(), dtype=np.uint8)
        writer.add_tensor(name, blocks.reshape(rows, columns // 32 * BLOCK), raw_dtype=Q8)

    return add
