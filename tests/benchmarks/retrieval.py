"""How well memory banks find: nDCG@10 and recall@10 of each leg and of both, on public test sets and one of our own.

Documents go through the whole pipeline, from files to the index; questions through the same search as everyone's. The
bar: hybrid is never worse than its better leg by more than 0.01 nDCG@10, and better on average.
"""

from __future__ import annotations

import math
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

from app.engine.domain.memory import Bank, SearchMode, SearchRequest
from app.engine.host import EngineHost
from tests.benchmarks.own_texts import LANGUAGES, own_set
from tests.benchmarks.report import Row, Skipped
from tests.benchmarks.retrieval_sets import RetrievalSet, all_sets, data_folder

QUESTIONS = 300
MODES: tuple[SearchMode, ...] = ("keyword", "vector", "hybrid")
ALLOWED_LOSS = 0.01


def run(rounds: int) -> list[Row | Skipped]:
    """Measure all sets; one round is enough, nothing here depends on time."""
    del rounds
    rows: list[Row | Skipped] = []
    losses: list[float] = []
    for each in sets():
        figures, bank = measure(each)
        fit = bank.fit
        assert fit is not None
        text = "  ".join(f"{name} {ndcg:.3f}/{recall:.3f}" for name, (ndcg, recall) in figures.items())
        say(f"{each.name}: {text}  (pieces/word {fit.pieces_per_word}, trust {fit.trust})")
        best = max(figures["keyword"][0], figures["vector"][0])
        gain = figures["hybrid"][0] - best
        losses.append(gain)
        detail = f"nDCG@10/recall@10: {text}; trust {fit.trust:g}"
        rows.append(Row(f"{each.name}: hybrid − better leg", gain, -ALLOWED_LOSS, "at least", detail))
    rows.append(Row("hybrid − better leg, mean of all sets", fmean(losses), 0.0, "at least", f"{fmean(losses):+.4f}"))
    return rows


def sets() -> Iterator[RetrievalSet]:
    """Yield our own sets, then the public ones that are there."""
    yield from map(own_set, LANGUAGES)
    folder = data_folder()
    if folder is None:
        say("The public test sets are not there (PADDOCK_TEST_DATA names their folder); only our own one is measured.")
        return
    yield from all_sets(folder)


def measure(wanted: RetrievalSet) -> tuple[dict[str, tuple[float, float]], Bank]:
    """Return (nDCG@10, recall@10) by mode, and the bank as it was after its self-test."""
    with tempfile.TemporaryDirectory() as folder, EngineHost(Path(folder) / "data") as host:
        texts = Path(folder) / "texts"
        texts.mkdir()
        for key, text in wanted.texts.items():
            (texts / f"{key}.txt").write_text(text, encoding="utf-8")
        memory = host.engine.memory
        bank = host.call(memory.create_bank(wanted.name)).result()
        host.call(memory.add_paths(bank.id, (texts,))).result()
        bank = wait_until_settled(host, bank.id)
        step = max(1, len(wanted.questions) // QUESTIONS)
        asked = list(wanted.questions.items())[::step]
        figures = {}
        for mode in modes(host):
            judged = [judge(host, bank.id, mode, question, wanted.relevant[key]) for key, question in asked]
            figures[mode] = (fmean(each[0] for each in judged), fmean(each[1] for each in judged))
        return figures, bank


def modes(host: EngineHost) -> list[str]:
    """Return the columns of the table; reranking needs a cross-encoder that is installed."""
    models = host.call(host.engine.embeddings.models()).result()
    rerankers = [model.id for model in models if model.kind == "rerank" and model.installed]
    return [*MODES, *(f"rerank:{name}" for name in rerankers[:1])]


def judge(host: EngineHost, bank_id: str, mode: str, question: str, relevant: dict[str, int]) -> tuple[float, float]:
    """Return nDCG@10 and recall@10 of one question."""
    request = SearchRequest(
        query=question,
        mode="hybrid" if mode.startswith("rerank:") else mode,  # type: ignore[arg-type]
        rerank=mode.removeprefix("rerank:") if mode.startswith("rerank:") else "",
        limit=10,
        per_document=1,
    )
    found = host.call(host.engine.memory.search((bank_id,), request)).result()
    order = [hit.document_name.removesuffix(".txt") for hit in found.hits]
    return ndcg(order, relevant), sum(name in relevant for name in order) / len(relevant)


def ndcg(order: Sequence[str], relevant: dict[str, int], depth: int = 10) -> float:
    """Return the normalised discounted cumulative gain of an order."""
    gain = sum(relevant.get(name, 0) / math.log2(place + 2) for place, name in enumerate(order[:depth]))
    best = sorted(relevant.values(), reverse=True)[:depth]
    return gain / sum(grade / math.log2(place + 2) for place, grade in enumerate(best))


def wait_until_settled(host: EngineHost, bank_id: str) -> Bank:
    """Return a bank once all of its documents are read and it has tested itself."""
    while True:
        bank = host.call(host.engine.memory.bank(bank_id)).result()
        if bank.problem:
            raise SystemExit(bank.problem)
        if bank.stats.documents and not bank.stats.working and bank.fit is not None:
            return bank
        time.sleep(0.2)


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, file=sys.stderr, flush=True)
