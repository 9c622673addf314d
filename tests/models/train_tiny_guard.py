"""Trains the tiny guard and writes `tiny-llama-guard-3.gguf` and its held-out sentences beside this file.

    python -m tests.models.train_tiny_guard [--steps N] [--out FOLDER]

Needs PyTorch (the torch extra) on the CPU. Seeds and threads are fixed.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from itertools import islice
from pathlib import Path

import torch
import torch.nn.functional as F

from app.engine.domain.inference import PromptPart
from app.engine.safety.llama_guard.prompt import Frame, frame_for
from app.engine.safety.llama_guard.versions import LLAMA_GUARD_3
from tests.models.tiny_guard_examples import KINDS, Example, answer, examples, frame, question, token_turns
from tests.models.tiny_guard_model import TinyGuard, write
from tests.models.tiny_guard_sentences import (
    ACTS,
    CUSTOM,
    Sentence,
    acts,
    all_texts,
    frames,
    held_out,
    safe,
)
from tests.models.tiny_guard_tokens import Tokens, words_of

HERE = Path(__file__).parent
SEED = 3
STEPS, BATCH, LONG_BATCH = 1350, 48, 16
RATE, WARM_UP = 4e-3, 60
IGNORED = -100


def vocabulary() -> Tokens:
    """Return every word of the sentences and of the prompts they stand in."""
    custom = [entry[0] for entry in CUSTOM.values()]
    plain, special = all_texts(), []
    for direction in ("input", "output"):
        made = frame_for(LLAMA_GUARD_3, direction, tuple(ACTS), custom)
        assert made is not None
        parts = [*made.head, made.tail]
        plain += [part.text for part in parts if not part.special]
        special += [part.text for part in parts if part.special]
    plain += [f"{role}: {text}\n\n" for role in ("User", "Agent") for text in ("x", "x.", "x?", "x!")]
    plain += ["unsafe\n" + ",".join(f"S{number}" for number in range(1, 20)), "safe"]
    return Tokens(words_of(plain, special))


class Batch:
    """Examples under one frame as tensors: the shared head, the tails, what is to be said, what turns are about."""

    def __init__(self, tokens: Tokens, made: Frame, several: list[Example]) -> None:
        self.head = torch.tensor([tokens.encode(made.head)])
        rows = [self._row(tokens, made, each) for each in several]
        longest = max(len(ids) for ids, _, _ in rows)
        pad = tokens.special("<|finetune_right_pad_id|>")
        self.tails = torch.tensor([ids + [pad] * (longest - len(ids)) for ids, _, _ in rows])
        self.said = torch.tensor([[IGNORED] * (start - 1) + ids[start:] + [IGNORED] * (longest - len(ids) + 1)
                                  for ids, start, _ in rows])  # fmt: skip
        ends = [(number, at, kinds) for number, (_, _, turns) in enumerate(rows) for at, kinds in turns]
        self.rows, self.ends = torch.tensor([e[0] for e in ends]), torch.tensor([e[1] for e in ends])
        self.kinds = torch.tensor([[float(kind in e[2]) for kind in KINDS] for e in ends])

    @staticmethod
    def _row(tokens: Tokens, made: Frame, each: Example) -> tuple[list[int], int, list[tuple[int, frozenset[str]]]]:
        ids: list[int] = []
        turns = []
        for text, kinds in zip(token_turns(each), each.kinds, strict=True):
            ids += tokens.encode([PromptPart(text=text)])
            turns.append((len(ids) - 1, kinds))
        ids += tokens.encode([made.tail])
        start = len(ids)
        said = tokens.encode([PromptPart(text=each.answer)])
        return [*ids, *said, tokens.special("<|eot_id|>")], start, turns


def loss_of(model: TinyGuard, batch: Batch) -> torch.Tensor:
    """Return the loss of the answers, and of what each turn is about."""
    middle, last = model(batch.head, batch.tails)
    due = batch.said != IGNORED
    answers = F.cross_entropy(model.output(last[due]), batch.said[due])
    return answers + F.binary_cross_entropy_with_logits(model.kinds(middle[batch.rows, batch.ends]), batch.kinds) * 4


def train(model: TinyGuard, tokens: Tokens, steps: int) -> None:
    """Train in place."""
    source = random.Random(SEED)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.98), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps))
    started, recent = time.monotonic(), 0.0
    for step in range(1, steps + 1):
        made, direction = frame(source)
        words, size = (80, LONG_BATCH) if step % 5 == 0 else (8, BATCH)
        loss = loss_of(model, Batch(tokens, made, list(islice(examples(source, made, direction, words), size))))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        recent += loss.item()
        if step % 200 == 0:
            right = accuracy(model, tokens)
            print(f"{step} {time.monotonic() - started:.0f} s  loss {recent / 200:.3f}  held out {right}", flush=True)
            recent = 0.0


def _rate(step: int, steps: int) -> float:
    if step < WARM_UP:
        return (step + 1) / WARM_UP
    return 0.5 * (1 + math.cos(math.pi * (step - WARM_UP) / max(1, steps - WARM_UP))) + 0.01


def held_out_sentences() -> list[dict[str, object]]:
    """Return sentences that training never saw: for each category and side some, and as many safe ones."""
    source = random.Random(SEED + 1)
    rows: list[dict[str, object]] = []
    for role, agent in (("user", False), ("agent", True)):
        for category in ACTS:
            every = [text for act in acts(category) for f in frames(agent) if held_out(text := f.format(act=act))]
            rows += [{"role": role, "text": text, "categories": [category]}
                     for text in source.sample([text for text in every if len(text) >= 24], 10)]  # fmt: skip
        texts: dict[str, None] = {}
        while len(texts) < 140:
            text = safe(source, agent).text
            if held_out(text) and len(text) >= 24:
                texts[text] = None
        rows += [{"role": role, "text": text, "categories": []} for text in texts]
    return rows


@torch.no_grad()
def accuracy(model: TinyGuard, tokens: Tokens) -> str:
    """Return how many held-out sentences are told right: safe or unsafe, and by the very category."""
    rows = held_out_sentences()
    words = [tokens.word("safe"), tokens.word("unsafe")]
    judged = named = 0
    for role, direction in (("user", "input"), ("agent", "output")):
        made = frame_for(LLAMA_GUARD_3, direction, tuple(ACTS))
        assert made is not None
        own = [row for row in rows if row["role"] == role]
        several = [_example(made, direction, row) for row in own]
        batch = Batch(tokens, made, several)
        _, last = model(batch.head, batch.tails)
        for number, each in enumerate(several):
            due = (batch.said[number] != IGNORED).nonzero().flatten()
            said = model.output(last[number, due])
            unsafe = bool(said[0, words[1]] > said[0, words[0]])
            judged += unsafe == each.answer.startswith("unsafe")
            named += bool((said.argmax(-1) == batch.said[number, due]).all())
    return f"{judged / len(rows):.1%} judged, {named / len(rows):.1%} said exactly"


def _example(made: Frame, direction: str, row: dict[str, object]) -> Example:
    kinds = frozenset(map(str, row["categories"]))  # type: ignore[call-overload]
    text = str(row["text"])
    return Example(question([text], direction), answer(made, Sentence(text, kinds)), (kinds,))


def template() -> str:
    """Return a chat template that makes the same prompts from conversations, for those who ask the usual way."""
    heads = {}
    for direction in ("input", "output"):
        made = frame_for(LLAMA_GUARD_3, direction, tuple(ACTS))
        assert made is not None
        heads[direction] = (json.dumps(made.head[0].text), json.dumps(made.tail.text.removesuffix("\n\n")))
    (user_head, user_tail), (agent_head, agent_tail) = heads["input"], heads["output"]
    agent = "messages[-1]['role'] == 'assistant'"
    return (
        f"{{{{ {agent_head} if {agent} else {user_head} }}}}"
        "{% for m in messages %}{{ ('Agent' if m['role'] == 'assistant' else 'User') + ': ' + (m['content'] | trim) "
        '+ "\\n\\n" }}{% endfor %}'
        f"{{{{ {agent_tail} if {agent} else {user_tail} }}}}"
    )


def main() -> None:
    """Train and write."""
    options = argparse.ArgumentParser()
    options.add_argument("--steps", type=int, default=STEPS)
    options.add_argument("--out", type=Path, default=HERE)
    given = options.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(1)  # so that sums are the same everywhere, and small matrices gain nothing by more
    torch.use_deterministic_algorithms(mode=True)
    tokens = vocabulary()
    model = TinyGuard(len(tokens.texts), len(KINDS))
    print(f"{len(tokens.texts)} tokens, {sum(p.numel() for p in model.parameters()):,} parameters", flush=True)
    train(model, tokens, given.steps)
    write(model, tokens, template(), given.out / "tiny-llama-guard-3.gguf")
    lines = [json.dumps(row, ensure_ascii=False) for row in held_out_sentences()]
    (given.out / "tiny-llama-guard-3.held-out.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
