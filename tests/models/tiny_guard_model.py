"""The tiny guard as a PyTorch module of Llama's architecture, and as a GGUF file. Knows nothing of sentences."""

from __future__ import annotations

from pathlib import Path

import gguf
import torch
import torch.nn.functional as F
from torch import nn

from tests.fakes.tiny_gguf import SPECIAL_TOKENS
from tests.models.tiny_guard_tokens import Tokens

DIM, HEADS, LAYERS, FEED_FORWARD = 64, 4, 4, 160
HEAD_DIM = DIM // HEADS
ROPE_BASE, EPSILON = 10_000.0, 1e-5
CONTEXT = 320
NAME = "Tiny Llama Guard 3 (test fixture)"


class Block(nn.Module):
    """One layer."""

    def __init__(self) -> None:
        super().__init__()
        self.attn_norm, self.ffn_norm = nn.RMSNorm(DIM, eps=EPSILON), nn.RMSNorm(DIM, eps=EPSILON)
        self.q, self.k, self.v, self.o = (nn.Linear(DIM, DIM, bias=False) for _ in range(4))
        self.gate, self.up = (nn.Linear(DIM, FEED_FORWARD, bias=False) for _ in range(2))
        self.down = nn.Linear(FEED_FORWARD, DIM, bias=False)

    def forward(
        self, head: torch.Tensor, tails: torch.Tensor, angles: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the next states of a head (1, H, dim) that all tails (B, T, dim) share, and of the tails."""
        long, many = head.shape[1], tails.shape[0]
        head_q, head_k, head_v = self._projected(head, angles[:long])
        tail_q, tail_k, tail_v = self._projected(tails, angles[long:])
        seen = F.scaled_dot_product_attention(head_q, head_k, head_v, is_causal=True)
        k = torch.cat((head_k.expand(many, -1, -1, -1), tail_k), dim=2)
        v = torch.cat((head_v.expand(many, -1, -1, -1), tail_v), dim=2)
        mask = torch.ones(tails.shape[1], k.shape[2], dtype=torch.bool).tril(long)
        looked = F.scaled_dot_product_attention(tail_q, k, v, attn_mask=mask)
        return self._fed(head + self._joined(seen)), self._fed(tails + self._joined(looked))

    def _projected(self, x: torch.Tensor, angles: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        x = self.attn_norm(x)
        q, k, v = (each(x).unflatten(-1, (HEADS, HEAD_DIM)).transpose(1, 2) for each in (self.q, self.k, self.v))
        return rotated(q, angles), rotated(k, angles), v

    def _joined(self, x: torch.Tensor) -> torch.Tensor:
        return self.o(x.transpose(1, 2).flatten(2))

    def _fed(self, x: torch.Tensor) -> torch.Tensor:
        inner = self.ffn_norm(x)
        return x + self.down(F.silu(self.gate(inner)) * self.up(inner))


class TinyGuard(nn.Module):
    """Embedding, layers, output. `kinds` is for training only: what a turn is about, read from the second layer."""

    def __init__(self, vocabulary: int, kinds: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, DIM)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm = nn.RMSNorm(DIM, eps=EPSILON)
        self.output = nn.Linear(DIM, vocabulary, bias=False)
        self.kinds = nn.Linear(DIM, kinds)
        for matrix in (self.embedding.weight, self.output.weight):
            nn.init.normal_(matrix, std=0.05)

    def forward(self, head: torch.Tensor, tails: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the states of the tails after the second layer and after the last norm. Shapes (B, T, dim)."""
        angles = rope_angles(head.shape[1] + tails.shape[1])
        x, y = self.embedding(head), self.embedding(tails)
        middle = y
        for number, block in enumerate(self.blocks):
            x, y = block(x, y, angles)
            if number == 1:
                middle = y
        return middle, self.norm(y)


def rope_angles(length: int) -> torch.Tensor:
    """Return the angle of each position and pair. Shape (length, HEAD_DIM / 2)."""
    rates = ROPE_BASE ** (-torch.arange(0, HEAD_DIM, 2) / HEAD_DIM)
    return torch.arange(length)[:, None] * rates[None]


def rotated(x: torch.Tensor, angles: torch.Tensor) -> torch.Tensor:
    """Rotate neighbouring pairs, as llama.cpp does for the Llama architecture."""
    even, odd = x[..., 0::2], x[..., 1::2]
    cos, sin = angles.cos(), angles.sin()
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2)


def write(model: TinyGuard, tokens: Tokens, template: str, path: Path) -> None:
    """Write the GGUF: matrices as F16, norms as F32."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(NAME)
    writer.add_description("Classifies synthetic sentences only. Judges nothing real; made for Paddock's tests.")
    writer.add_license("apache-2.0")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(DIM)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(HEAD_DIM)
    writer.add_rope_freq_base(ROPE_BASE)
    writer.add_layer_norm_rms_eps(EPSILON)
    writer.add_vocab_size(len(tokens.texts))
    _add_tokenizer(writer, tokens, template)
    for name, weight in _tensors(model):
        values = weight.detach().numpy()
        writer.add_tensor(name, values if values.ndim == 1 else values.astype("float16"))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_tokenizer(writer: gguf.GGUFWriter, tokens: Tokens, template: str) -> None:
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("llama-bpe")
    writer.add_token_list(tokens.texts)
    kinds = [gguf.TokenType.NORMAL] * len(tokens.plain) + [gguf.TokenType.CONTROL] * len(SPECIAL_TOKENS)
    writer.add_token_types(kinds)
    # llama.cpp wants merges to be there; this one never happens, because no text holds these two bytes.
    writer.add_token_merges([f"{tokens.plain[0xFE]} {tokens.plain[0xFF]}"])
    writer.add_bos_token_id(tokens.special("<|begin_of_text|>"))
    writer.add_eos_token_id(tokens.special("<|eot_id|>"))
    writer.add_pad_token_id(tokens.special("<|finetune_right_pad_id|>"))
    writer.add_add_bos_token(True)
    writer.add_chat_template(template)


def _tensors(model: TinyGuard) -> list[tuple[str, torch.Tensor]]:
    found = [("token_embd.weight", model.embedding.weight), ("output_norm.weight", model.norm.weight)]
    found.append(("output.weight", model.output.weight))
    for number, block in enumerate(model.blocks):
        named = {
            "attn_norm": block.attn_norm, "attn_q": block.q, "attn_k": block.k, "attn_v": block.v,
            "attn_output": block.o, "ffn_norm": block.ffn_norm, "ffn_gate": block.gate, "ffn_up": block.up,
            "ffn_down": block.down,
        }  # fmt: skip
        found += [(f"blk.{number}.{name}.weight", part.weight) for name, part in named.items()]
    return found
