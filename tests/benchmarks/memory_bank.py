"""What the memory benchmark measures with: banks over a scratch folder, with the real embedder or with one that costs
nothing, and texts that look like language. Measures nothing itself."""

from __future__ import annotations

import asyncio
import itertools
import random
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from app.engine.domain.embeddings import Embedder, EmbeddingModel, Ranked, TextKind, Vectors
from app.engine.domain.events import EventBus
from app.engine.domain.inference import Health
from app.engine.domain.settings import Settings
from app.engine.inference.embeddings.service import EmbeddingsService
from app.engine.memory.assembly import MemoryParts, assemble
from app.engine.memory.parsing.parser import ChildParser
from app.engine.storage import banks, embeddings, files, sessions
from app.engine.storage.database import Database
from app.engine.storage.lance.client import IndexClient

MIGRATIONS = (*sessions.MIGRATIONS, *embeddings.MIGRATIONS, *banks.MIGRATIONS, *files.MIGRATIONS)
DIMENSION = 384
CENTRES = 200
_SYLLABLES = [consonant + vowel for consonant in "bdgklmnrstv" for vowel in "aeio"]


class FreeEmbedder:
    """Vectors around some centres, as those of real texts lie; costs as good as nothing."""

    def __init__(self) -> None:
        self.model = EmbeddingModel(id="free", name="free", dimension=DIMENSION, sha256="0" * 64)
        generator = random.Random(1)
        self._pool = [_near(generator, [generator.gauss(0, 1) for _ in range(DIMENSION)]) for _ in range(4096)]
        self._next = 0

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""

    async def health(self) -> Health:
        """Always well."""
        return Health(ok=True)

    async def embed(self, texts: Sequence[str], kind: TextKind = "document") -> Vectors:
        """Return one vector a text."""
        if kind == "query":
            return Vectors(DIMENSION, self._pool[hash(texts[0]) % len(self._pool)])
        self._next += len(texts)
        made = (self._pool[(self._next + place) % len(self._pool)] for place in range(len(texts)))
        return Vectors(DIMENSION, b"".join(made))


def _near(generator: random.Random, centre: Sequence[float]) -> bytes:
    numbers = [each + generator.gauss(0, 0.7) for each in centre]
    length = sum(number * number for number in numbers) ** 0.5
    return struct.pack(f"<{DIMENSION}f", *(number / length for number in numbers))


class Texts:
    """Text whose words are as common as words are (Zipf), different at every call."""

    def __init__(self, seed: int = 1, words: int = 30_000) -> None:
        self._random = random.Random(seed)
        # The vocabulary is that of all; only what is said of it differs.
        made = random.Random(0)
        self._words = ["".join(made.choices(_SYLLABLES, k=made.randint(1, 4))) for _ in range(words)]
        self._weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(words)))

    def words(self, count: int) -> list[str]:
        """Return so many words."""
        return self._random.choices(self._words, cum_weights=self._weights, k=count)

    def paragraph(self, words: int = 110) -> str:
        """Return a paragraph of about as many tokens as a chunk has."""
        found = self.words(words)
        return " ".join(f"{word}." if place % 14 == 13 else word for place, word in enumerate(found)).capitalize() + "."

    def question(self) -> str:
        """Return some words to look for."""
        return " ".join(self.words(8))


@asynccontextmanager
async def memory(
    folder: Path, *, free: bool
) -> AsyncIterator[tuple[MemoryParts, EmbeddingsService | FreeEmbedder, IndexClient]]:
    """Yield the parts of memory over a folder, started; `free` takes the embedder that costs nothing."""
    for name in ("banks", "files"):
        (folder / name).mkdir(exist_ok=True)
    database = Database(folder / "paddock.db", MIGRATIONS)
    await database.open()
    settings = Settings()
    service = EmbeddingsService(embeddings.EmbeddingModelStore(database), folder / "embedder", lambda: settings)
    embedder = FreeEmbedder()

    async def open_free(_model_id: str) -> Embedder:
        return embedder

    async def rerank(_model_id: str, _query: str, texts: tuple[str, ...]) -> tuple[Ranked, ...]:
        return tuple(Ranked(place, 0.0) for place in range(len(texts)))

    async def no_model() -> str:
        return ""

    index = IndexClient()
    parts = assemble(
        database=database, folder=folder / "banks", files_folder=folder / "files", parser=ChildParser(),
        open_embedder=open_free if free else service.open, rerank=rerank,
        chat=lambda _request: _nothing(), default_model=no_model, settings=lambda: settings,
        publish=EventBus().publish, index=index,
    )  # fmt: skip
    await parts.service.start()
    try:
        yield parts, embedder if free else service, index
    finally:
        await parts.close()
        await service.close()
        await database.close()


async def _nothing() -> AsyncIterator[object]:  # type: ignore[misc]
    return
    yield


async def settled(parts: MemoryParts, bank_id: str) -> None:
    """Wait until a bank has no work left."""
    await parts.ingest.idle(bank_id)
    bank = await parts.service.bank(bank_id)
    if bank.problem or bank.stats.failed:
        raise SystemExit(f"{bank.name}: {bank.in_words()}")


def write_texts(folder: Path, documents: int, paragraphs: int, seed: int = 1) -> None:
    """Write text files."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = Texts(seed)
    for number in range(documents):
        body = "\n\n".join(texts.paragraph() for _ in range(paragraphs))
        (folder / f"document-{number:06}.txt").write_text(body, encoding="utf-8")


def run_async(coroutine: object) -> object:
    """Run a coroutine to its end."""
    return asyncio.run(coroutine)  # type: ignore[arg-type]
