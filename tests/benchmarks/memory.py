"""How fast memory banks read and find: ingestion, scanning again, searching at size. See README.

Search is compared with LanceDB's own hybrid query on the very same table, in the same run and alternating with it.
`PADDOCK_BENCH_ROWS` makes the large table smaller (1,000,000 rows), `PADDOCK_BENCH_MB` the text that is poured in.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from app.engine.domain.memory import SearchRequest
from app.engine.inference.embeddings import torch_model
from app.engine.inference.embeddings.known import builtin_folder
from app.engine.memory.assembly import MemoryParts
from app.engine.memory.ingest import BATCH
from tests.benchmarks import memory_bank as bank_tools
from tests.benchmarks.memory_flow import growth, stall
from tests.benchmarks.memory_scale import large_table
from tests.benchmarks.report import Row, Skipped

DOCUMENTS, PARAGRAPHS = 40, 20
FILES = 10_000
CHUNKS = 100_000
QUERIES = 100
PAUSE = 0.03
Ask = Callable[[str], Awaitable[Any]]


def run(rounds: int) -> list[Row | Skipped]:
    """Measure everything."""
    rows: list[Row | Skipped] = []
    for part in (ingestion, rescan, searching):
        with tempfile.TemporaryDirectory() as folder:
            rows += asyncio.run(part(Path(folder), rounds))
    rows += large_table()
    rows += [growth(), *stall(rounds)]
    return rows


async def ingestion(folder: Path, rounds: int) -> list[Row | Skipped]:
    """From files to an index that answers, against the embedder alone on the same chunks."""
    with_torch = torch_model.is_installed()
    ours, bare, torch = [], [], []
    async with bank_tools.memory(folder, free=False) as (parts, embeddings, _index):
        service: Any = embeddings
        embedder = await service.open("")
        await embedder.embed(["warm"] * 8)
        reference = torch_model.TorchModel(builtin_folder()) if with_torch else None
        for number in range(rounds):
            source = folder / f"texts-{number}"
            bank_tools.write_texts(source, DOCUMENTS, PARAGRAPHS, seed=number + 10)
            bank = await parts.service.create_bank(f"round {number}")
            began = time.perf_counter()
            await parts.service.add_paths(bank.id, (source,))
            await _all_ready(parts, bank.id)
            chunks = (await parts.service.bank(bank.id)).stats.chunks
            ours.append(chunks / (time.perf_counter() - began))
            await bank_tools.settled(parts, bank.id)
            texts = await _chunk_texts(parts, bank.id)
            bare.append(await _bare_speed(embedder, texts))
            if reference is not None:
                began = time.perf_counter()
                await asyncio.to_thread(reference.embed, texts)
                torch.append(len(texts) / (time.perf_counter() - began))
            say(f"round {number}: {ours[-1]:.1f} end to end, {bare[-1]:.1f} bare, {torch[-1:]} sentence-transformers")
    model = embedder.model
    detail = f"{median(ours):.1f} of {median(bare):.1f} chunks/s; {model.backend_reason}"
    rows: list[Row | Skipped] = [Row("ingestion / bare embedder", _ratio(ours, bare), 0.85, "at least", detail)]
    title = "ingestion / bare sentence-transformers"
    if torch:
        detail = f"{median(ours):.1f} and {median(torch):.1f} chunks/s"
        rows.append(Row(title, _ratio(ours, torch), 1.4, "at least", detail))
    else:
        rows.append(Skipped(title, "it is not installed (python3 dev.py extra torch)"))
    return rows


async def _all_ready(parts: MemoryParts, bank_id: str) -> None:
    """Wait until all documents can be searched; what is tidied up afterwards is no part of it."""
    while True:
        seen = parts.ingest.moves
        bank = await parts.service.bank(bank_id)
        if bank.problem:
            raise SystemExit(bank.problem)
        if bank.stats.documents and not bank.stats.working:
            return
        await parts.ingest.wait_for_move(seen, 0.2)


async def _chunk_texts(parts: MemoryParts, bank_id: str) -> list[str]:
    texts: list[str] = []
    for document in (await parts.service.documents(bank_id, limit=1000)).documents:
        texts += [chunk.text for chunk in await parts.service.chunks(bank_id, document.id, limit=10_000)]
    return texts


async def _bare_speed(embedder: Any, texts: Sequence[str]) -> float:
    began = time.perf_counter()
    batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    for first, second in zip(batches[::2], [*batches[1::2], []], strict=False):
        await asyncio.gather(embedder.embed(first), embedder.embed(second))
    return len(texts) / (time.perf_counter() - began)


async def rescan(folder: Path, rounds: int) -> list[Row | Skipped]:
    """Look at 10,000 files again that have not changed, against walking and hashing them."""
    source = folder / "files"
    bank_tools.write_texts(source, FILES, 1)
    ours, bare = [], []
    async with bank_tools.memory(folder, free=True) as (parts, _embedder, _index):
        bank = await parts.service.create_bank("files", type="keyword")
        await parts.service.add_paths(bank.id, (source,))
        say("reading 10,000 files ...")
        await bank_tools.settled(parts, bank.id)
        for _ in range(rounds):
            began = time.perf_counter()
            added = await parts.service.add_paths(bank.id, (source,))
            ours.append(time.perf_counter() - began)
            assert added.unchanged == FILES, added
            bare.append(await asyncio.to_thread(_walk_and_hash, source))
    detail = f"{median(ours):.2f} and {median(bare):.2f} s"
    return [Row("10,000 unchanged files again / walking and hashing them", _ratio(ours, bare), 2.0, "at most", detail)]


def _walk_and_hash(folder: Path) -> float:
    began = time.perf_counter()
    for place, _folders, names in os.walk(folder):
        for name in names:
            with open(os.path.join(place, name), "rb") as file:
                hashlib.file_digest(file, "sha256")
    return time.perf_counter() - began


async def searching(folder: Path, rounds: int) -> list[Row | Skipped]:
    """Hybrid search at 100,000 chunks, at rest, while documents come in, and afterwards."""
    source = folder / "texts"
    say("writing and reading 100,000 chunks ...")
    bank_tools.write_texts(source, CHUNKS // 200, 200)
    async with bank_tools.memory(folder, free=True) as (parts, embedder, _index):
        bank = await parts.service.create_bank("large", language="en")
        await parts.service.add_paths(bank.id, (source,))
        await bank_tools.settled(parts, bank.id)
        bank = await parts.service.bank(bank.id)
        say(f"{bank.stats.chunks} chunks; {bank.fit}")
        ask = _asker(parts, bank.id)
        async with _bare_table(folder, bank.id) as (table, bare):
            recall = await _recall(table, embedder)
            at_rest = await _alternate(rounds, ask, bare)
            calm = await _now_and_then(ask)
            during = await _while_reading(folder, parts, bank.id, ask)
            await bank_tools.settled(parts, bank.id)
            after = await _now_and_then(ask)
    rest, bare_rest = (_p95(each) for each in at_rest)
    detail = f"p95 {_ms(rest)} and {_ms(bare_rest)}, median {_ms(median(at_rest[0]))} and {_ms(median(at_rest[1]))}"
    return [
        Row("hybrid search / LanceDB's hybrid query, 100,000 chunks", rest / bare_rest, 1.5, "at most", detail),
        Row("recall@10 of the vector index / brute force", recall, 0.98, "at least", f"{QUERIES} queries"),
        _now("search while documents come in / at rest", during, calm),
        _now("search afterwards / at rest", after, calm),
    ]


def _asker(parts: MemoryParts, bank_id: str) -> Ask:
    async def ask(question: str) -> None:
        found = await parts.service.search((bank_id,), SearchRequest(query=question, limit=10))
        assert found.hits and found.mode == "hybrid", found

    return ask


@asynccontextmanager
async def _bare_table(folder: Path, bank_id: str) -> AsyncIterator[tuple[Any, Ask]]:
    """Yield the bank's table as LanceDB opens it, and its own hybrid query with reciprocal rank fusion."""
    import lancedb
    from lancedb.query import MatchQuery
    from lancedb.rerankers import RRFReranker

    uri = folder / "banks" / bank_id / "index"
    connection = await lancedb.connect_async(str(uri), read_consistency_interval=timedelta(0))
    names = [each.stem for each in uri.iterdir()]
    table = await connection.open_table(sorted(names)[-1])
    embedder = bank_tools.FreeEmbedder()
    reranker = RRFReranker()

    async def ask(question: str) -> None:
        vector = (await embedder.embed((question,), "query")).rows()[0]
        query = table.query().nearest_to(list(vector)).distance_type("cosine").refine_factor(5)
        found = await query.nearest_to_text(MatchQuery(question, "text")).rerank(reranker).limit(10).to_list()  # type: ignore[call-arg]
        assert found

    yield table, ask


async def _recall(table: Any, embedder: Any) -> float:
    found = 0
    for number in range(QUERIES):
        vector = list((await embedder.embed((f"recall {number}",), "query")).rows()[0])
        query = table.query().nearest_to(vector).distance_type("cosine").select(["id"]).limit(10)
        fast = {row["id"] for row in await query.refine_factor(5).to_list()}
        plain = table.query().nearest_to(vector).distance_type("cosine").select(["id"]).limit(10)
        exact = {row["id"] for row in await plain.bypass_vector_index().to_list()}
        found += len(fast & exact)
    return found / (10 * QUERIES)


async def _alternate(rounds: int, *sides: Ask) -> list[list[float]]:
    """Return the seconds of each side's answers; the same questions, alternating."""
    texts = bank_tools.Texts(99)
    seconds: list[list[float]] = [[] for _ in sides]
    for number in range(QUERIES * max(1, rounds // 2) + 20):
        question = texts.question()
        for side, ask in enumerate(sides):
            began = time.perf_counter()
            await ask(question)
            if number >= 20:  # caches are filled by the first ones
                seconds[side].append(time.perf_counter() - began)
    return seconds


def _now(name: str, seconds: Sequence[float], calm: Sequence[float]) -> Row:
    detail = f"p95 {_ms(_p95(seconds))} and {_ms(_p95(calm))}, median {_ms(median(seconds))} and {_ms(median(calm))}"
    return Row(name, _p95(seconds) / _p95(calm), 2.0, "at most", detail)


async def _now_and_then(ask: Ask) -> list[float]:
    """Return the seconds of answers to questions asked as people do, not one upon the other: pauses cost warmth."""
    texts = bank_tools.Texts(77)
    seconds = []
    for _ in range(200):
        question = texts.question()
        await asyncio.sleep(PAUSE)
        began = time.perf_counter()
        await ask(question)
        seconds.append(time.perf_counter() - began)
    return seconds


async def _while_reading(folder: Path, parts: MemoryParts, bank_id: str, ask: Ask) -> list[float]:
    """Ask while documents come in one by one, at about the pace of a real embedder."""
    source, texts = folder / "more", bank_tools.Texts(5)
    source.mkdir()
    bodies = ["\n\n".join(texts.paragraph() for _ in range(50)) for _ in range(20)]
    seconds: list[float] = []
    done = asyncio.Event()

    async def add() -> None:
        for number, body in enumerate(bodies):
            path = source / f"more-{number}.txt"
            await asyncio.to_thread(path.write_text, body)
            await parts.service.add_paths(bank_id, (path,))
            await asyncio.sleep(0.7)
        done.set()

    adding = asyncio.create_task(add())
    while not done.is_set():
        question = texts.question()
        began = time.perf_counter()
        await ask(question)
        seconds.append(time.perf_counter() - began)
        await asyncio.sleep(PAUSE)
    await adding
    return seconds


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the ratios of each round."""
    return median(one / other for one, other in zip(ours, theirs, strict=True))


def _p95(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=20)[-1]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, file=sys.stderr, flush=True)
