"""Builds small GGUF files that llama.cpp loads: a two-layer Llama with random weights and Llama 3's special tokens.

The words it makes are noise; tokenizer, template, shapes and end tokens are real. The
functions at the end break a finished file in ways a download or a bad tool would.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gguf
import numpy as np

SPECIAL_TOKENS = (
    "<|begin_of_text|>",
    "<|end_of_text|>",
    "<|finetune_right_pad_id|>",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|eom_id|>",
    "<|eot_id|>",
    "<|python_tag|>",
)
_WORDS = ("the", "and", "you", "user", "system", "assistant", "hello", "paddock", "name", "parameters", "function")

LLAMA31_TEMPLATE = """\
{{- bos_token }}
{%- if custom_tools is defined %}{%- set tools = custom_tools %}{%- endif %}
{%- if not tools is defined %}{%- set tools = none %}{%- endif %}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content'] | trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{%- if tools is not none %}{{- "Environment: ipython\\n" }}{%- endif %}
{{- "Cutting Knowledge Date: December 2023\\n" }}
{{- "Today Date: " + (date_string | default("26 Jul 2024")) + "\\n\\n" }}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- if tools is not none %}
    {%- if messages | length == 0 %}
        {{- raise_exception("Cannot put tools in the first user message when there is no first user message!") }}
    {%- endif %}
    {%- set first_user_message = messages[0]['content'] | trim %}
    {%- set messages = messages[1:] %}
    {{- '<|start_header_id|>user<|end_header_id|>\\n\\n' }}
    {{- "Given the following functions, please respond with a JSON for a function call " }}
    {{- "with its proper arguments that best answers the given prompt.\\n\\n" }}
    {{- 'Respond in the format {"name": function name, "parameters": dictionary of argument name and its value}.' }}
    {{- "Do not use variables.\\n\\n" }}
    {%- for t in tools %}{{- t | tojson(indent=4) }}{{- "\\n\\n" }}{%- endfor %}
    {{- first_user_message + "<|eot_id|>" }}
{%- endif %}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' }}
        {{- message['content'] | trim + '<|eot_id|>' }}
    {%- elif 'tool_calls' in message %}
        {%- if not message.tool_calls | length == 1 %}
            {{- raise_exception("This model only supports single tool-calls at once!") }}
        {%- endif %}
        {%- set tool_call = message.tool_calls[0].function %}
        {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
        {{- '{"name": "' + tool_call.name + '", "parameters": ' }}{{- tool_call.arguments | tojson }}{{- "}" }}
        {{- "<|eot_id|>" }}
    {%- else %}
        {{- "<|start_header_id|>ipython<|end_header_id|>\\n\\n" }}
        {%- if message.content is mapping or (message.content is iterable and message.content is not string) %}
            {{- message.content | tojson }}
        {%- else %}
            {{- message.content }}
        {%- endif %}
        {{- "<|eot_id|>" }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{%- endif %}
"""


def byte_letters() -> list[str]:
    """Return GPT-2's printable stand-in for each byte value (openai/gpt-2 encoder.py, bytes_to_unicode)."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    letters, extra = {}, 0
    for byte in range(256):
        if byte in printable:
            letters[byte] = chr(byte)
        else:
            letters[byte] = chr(256 + extra)
            extra += 1
    return [letters[byte] for byte in range(256)]


def vocabulary() -> tuple[list[str], list[str]]:
    """Return the plain tokens (256 bytes, then merged pieces) and the merges that make the pieces."""
    tokens, merges = byte_letters(), []
    space = tokens[ord(" ")]
    for word in [*_WORDS, *(space + word for word in _WORDS)]:
        left = word[0]
        for letter in word[1:]:
            if left + letter not in tokens:
                tokens.append(left + letter)
                merges.append(f"{left} {letter}")
            left += letter
    return tokens, merges


def write_tiny_llama(
    path: Path,
    *,
    name: str = "Tiny Llama Test",
    architecture: str = "llama",
    chat_template: str | None = LLAMA31_TEMPLATE,
    context_length: int = 2048,
    layers: int = 2,
    embedding: int = 64,
    heads: int = 4,
    kv_heads: int = 2,
    feed_forward: int = 128,
    quantised: bool = False,
    licence: str | None = "llama3.1",
    seed: int = 0,
    more: Mapping[str, Any] | None = None,
) -> Path:
    """Write the file and return its path. `more` adds metadata keys of type str, int or bool.

    `quantised` stores the matrices as Q8_0 instead of F16.
    """
    plain, merges = vocabulary()
    tokens = plain + list(SPECIAL_TOKENS)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_name(name)
    if licence is not None:
        writer.add_license(licence)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0 if quantised else gguf.LlamaFileType.MOSTLY_F16)
    writer.add_context_length(context_length)
    writer.add_embedding_length(embedding)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(feed_forward)
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_rope_dimension_count(embedding // heads)
    writer.add_rope_freq_base(500_000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    _add_tokenizer(writer, tokens, merges, len(plain), chat_template)
    _add_more(writer, more or {})
    _add_tensors(writer, len(tokens), layers, embedding, embedding // heads * kv_heads, feed_forward, quantised, seed)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_tokenizer(
    writer: gguf.GGUFWriter, tokens: list[str], merges: list[str], first_special: int, chat_template: str | None
) -> None:
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("llama-bpe")
    writer.add_token_list(tokens)
    writer.add_token_types(
        [gguf.TokenType.NORMAL if i < first_special else gguf.TokenType.CONTROL for i in range(len(tokens))]
    )
    writer.add_token_merges(merges)
    writer.add_bos_token_id(tokens.index("<|begin_of_text|>"))
    writer.add_eos_token_id(tokens.index("<|eot_id|>"))
    writer.add_pad_token_id(tokens.index("<|finetune_right_pad_id|>"))
    writer.add_add_bos_token(True)
    if chat_template is not None:
        writer.add_chat_template(chat_template)


def _add_more(writer: gguf.GGUFWriter, more: Mapping[str, Any]) -> None:
    for key, value in more.items():
        match value:
            case bool():
                writer.add_bool(key, value)
            case int():
                writer.add_uint32(key, value)
            case _:
                writer.add_string(key, str(value))


def _add_tensors(
    writer: gguf.GGUFWriter,
    vocab: int,
    layers: int,
    embedding: int,
    kv_width: int,
    feed_forward: int,
    quantised: bool,
    seed: int,
) -> None:
    random = np.random.default_rng(seed)

    def matrix(name: str, rows: int, columns: int) -> None:
        values = (random.standard_normal((rows, columns)) / np.sqrt(columns)).astype(np.float32)
        if quantised:
            kind = gguf.GGMLQuantizationType.Q8_0
            writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)
        else:
            writer.add_tensor(name, values.astype(np.float16))

    def norm(name: str) -> None:
        writer.add_tensor(name, np.ones(embedding, dtype=np.float32))

    matrix("token_embd.weight", vocab, embedding)
    for layer in range(layers):
        block = f"blk.{layer}"
        norm(f"{block}.attn_norm.weight")
        matrix(f"{block}.attn_q.weight", embedding, embedding)
        matrix(f"{block}.attn_k.weight", kv_width, embedding)
        matrix(f"{block}.attn_v.weight", kv_width, embedding)
        matrix(f"{block}.attn_output.weight", embedding, embedding)
        norm(f"{block}.ffn_norm.weight")
        matrix(f"{block}.ffn_gate.weight", feed_forward, embedding)
        matrix(f"{block}.ffn_up.weight", feed_forward, embedding)
        matrix(f"{block}.ffn_down.weight", embedding, feed_forward)
    norm("output_norm.weight")
    matrix("output.weight", vocab, embedding)


def with_magic(data: bytes, magic: bytes) -> bytes:
    """Return the file with another first four bytes."""
    return magic + data[4:]


def with_version(data: bytes, version: int) -> bytes:
    """Return the file with another GGUF version."""
    return data[:4] + struct.pack("<I", version) + data[8:]


def with_counts(data: bytes, *, tensors: int | None = None, keys: int | None = None) -> bytes:
    """Return the file with other counts of tensors or metadata keys."""
    old_tensors, old_keys = struct.unpack_from("<QQ", data, 8)
    counts = (old_tensors if tensors is None else tensors, old_keys if keys is None else keys)
    return data[:8] + struct.pack("<QQ", *counts) + data[24:]
