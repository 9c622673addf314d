"""Writes a BERT embedding model (a folder of safetensors) as GGUF, the way llama.cpp's converter does. For tests.

Names and tokens follow llama.cpp's conversion of BertModel: word beginnings get "▁", continuations lose their "##".
"""

from __future__ import annotations

import json
from pathlib import Path

import gguf
from safetensors.numpy import load_file

_LAYER = {
    "attention.self.query": "attn_q",
    "attention.self.key": "attn_k",
    "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output",
    "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up",
    "output.dense": "ffn_down",
    "output.LayerNorm": "layer_output_norm",
}
_WHOLE = {
    "embeddings.word_embeddings.weight": "token_embd.weight",
    "embeddings.position_embeddings.weight": "position_embd.weight",
    "embeddings.token_type_embeddings.weight": "token_types.weight",
    "embeddings.LayerNorm.weight": "token_embd_norm.weight",
    "embeddings.LayerNorm.bias": "token_embd_norm.bias",
}


def write_bert_gguf(folder: Path, target: Path) -> Path:
    """Convert the model in `folder`."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    vocabulary = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    writer = gguf.GGUFWriter(str(target), "bert")
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_layer_norm_eps(config["layer_norm_eps"])
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    _add_vocabulary(writer, vocabulary, config["type_vocab_size"])
    for name, tensor in load_file(folder / "model.safetensors").items():
        if (known := _name(name.removeprefix("bert."))) is not None:
            writer.add_tensor(known, tensor.astype("float32"))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return target


def _add_vocabulary(writer: gguf.GGUFWriter, vocabulary: dict[str, int], kinds: int) -> None:
    ordered = sorted(vocabulary, key=lambda token: vocabulary[token])
    special = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}
    writer.add_tokenizer_model("bert")
    writer.add_token_type_count(kinds)
    writer.add_token_list([token if token in special else _piece(token) for token in ordered])
    writer.add_token_types([gguf.TokenType.CONTROL if token in special else gguf.TokenType.NORMAL for token in ordered])
    for add, token in (
        (writer.add_pad_token_id, "[PAD]"),
        (writer.add_unk_token_id, "[UNK]"),
        (writer.add_bos_token_id, "[CLS]"),
        (writer.add_sep_token_id, "[SEP]"),
        (writer.add_eos_token_id, "[SEP]"),
    ):
        add(vocabulary[token])


def _piece(token: str) -> str:
    return token[2:] if token.startswith("##") else "▁" + token


def _name(name: str) -> str | None:
    if name in _WHOLE:
        return _WHOLE[name]
    if not name.startswith("encoder.layer."):
        return None
    number, _, rest = name.removeprefix("encoder.layer.").partition(".")
    module, _, kind = rest.rpartition(".")
    return f"blk.{number}.{_LAYER[module]}.{kind}"
