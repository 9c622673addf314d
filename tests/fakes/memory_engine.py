"""Memory banks over a folder of a test: real databases, a parser of plain text, an embedder that counts words.

The index process is the real one where a test asks for it; it is shared by all tests of a run, since starting it is
slow. Form feeds part the pages of a text, blank lines its passages, a line that begins with # is a heading.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import struct
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

from app.engine.domain.embeddings import EmbeddingModel, Ranked, TextKind, Vectors
from app.engine.domain.errors import DocumentUnreadable, ModelNotFound, PaddockError
from app.engine.domain.events import EngineEvent
from app.engine.domain.inference import ChatRequest, GenerationEvent, Health, TextDelta
from app.engine.domain.memory import Bank, Document, Hit, SearchRequest
from app.engine.domain.parsing import Closed, Omitted, Opened, ParseEvent, ParseRequest, Part, Piece
from app.engine.domain.settings import Settings
from app.engine.memory.assembly import MemoryParts, assemble
from app.engine.memory.banks import OpenBank
from app.engine.memory.fetching import Fetcher
from app.engine.memory.service import MemoryService
from app.engine.storage import banks, files, sessions
from app.engine.storage.database import Database
from app.engine.storage.lance.client import IndexClient

MIGRATIONS = (*sessions.MIGRATIONS, *banks.MIGRATIONS, *files.MIGRATIONS)


class TextParser:
    """Reads plain text. Words in a text make it fail; `gate` holds every reading behind its first page."""

    def __init__(self) -> None:
        self.read: list[str] = []
        self.gate: asyncio.Event | None = None
        self.begun = asyncio.Event()
        self.language = ""

    async def parse(self, request: ParseRequest) -> AsyncIterator[ParseEvent]:
        """Yield pages of passages; “UNREADABLE” in a text fails, “OMIT” leaves something out."""
        text = await asyncio.to_thread(Path(request.path).read_text, "utf-8", "replace")
        self.read.append(request.name)
        yield Opened(format="text", mime="text/plain")
        self.begun.set()
        if "UNREADABLE" in text:
            raise DocumentUnreadable("It is encrypted.", hint="Remove the password.", code="document_encrypted")
        headings: tuple[str, ...] = ()
        pages = text.split("\f")
        for number, page in enumerate(pages, 1):
            pieces, headings = _pieces(page, headings)
            yield Part(text=page, page=number, label=f"page {number}", pieces=pieces, done=number)
            if self.gate is not None:
                await self.gate.wait()
            if "OMIT" in page:
                yield Omitted(where=f"page {number}", reason="It is a picture.")
        yield Closed(pages=len(pages), language=self.language, flagged="IGNORE ALL" in text)

    async def close(self) -> None:
        """Nothing runs."""


def _pieces(page: str, headings: tuple[str, ...]) -> tuple[tuple[Piece, ...], tuple[str, ...]]:
    pieces, start = [], 0
    for passage in page.split("\n\n"):
        if passage.startswith("#"):
            headings = (passage.strip("# \n"),)
        elif passage.strip():
            count = len(passage.split())
            end = start + len(passage)
            pieces.append(Piece(start=start, end=end, headings=headings, tokens=count, words=count))
        start += len(passage) + 2
    return tuple(pieces), headings


class WordEmbedder:
    """Counts hashed words, so that texts with the same words are near each other.

    `embedded` are the texts of documents, in order. `failure` is raised by the next call for a text that holds
    `poison` (every text by default); `gate` holds embedding back.
    """

    def __init__(self, name: str = "words", dimension: int = 64) -> None:
        self.model = EmbeddingModel(
            id=name,
            name=name.title(),
            dimension=dimension,
            sha256=hashlib.sha256(name.encode()).hexdigest(),
        )
        self.embedded: list[str] = []
        self.failure: PaddockError | None = None
        self.poison = ""
        self.gate: asyncio.Event | None = None
        self.asked = asyncio.Event()

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""

    async def health(self) -> Health:
        """Always well."""
        return Health(ok=True)

    async def embed(self, texts: Sequence[str], kind: TextKind = "document") -> Vectors:
        """Return one vector a text."""
        self.asked.set()
        if self.gate is not None and kind == "document":
            await self.gate.wait()
        if self.failure is not None and any(self.poison in text for text in texts):
            raise self.failure
        if kind == "document":
            self.embedded += texts
        return Vectors(self.model.dimension, b"".join(self._vector(text) for text in texts))

    def _vector(self, text: str) -> bytes:
        numbers = [0.0] * self.model.dimension
        for word in text.casefold().split():
            digest = hashlib.blake2b(word.strip(".,?!").encode("utf-8", "replace"), digest_size=4).digest()
            numbers[int.from_bytes(digest, "little") % self.model.dimension] += 1.0
        length = math.sqrt(sum(number * number for number in numbers)) or 1.0
        return struct.pack(f"<{self.model.dimension}f", *(number / length for number in numbers))


class Engine:
    """The joined parts of memory, and what a test looks at."""

    def __init__(self, folder: Path, index: IndexClient, fetcher: Fetcher | None = None) -> None:
        self.folder = folder
        self.index = index
        self.parser = TextParser()
        self.words = WordEmbedder()
        self.other = WordEmbedder("other", 32)
        self.settings = Settings()
        self.events: list[EngineEvent] = []
        self.answers: list[str] = []
        self.asked: list[ChatRequest] = []
        self.fetcher = fetcher
        self._database = Database(folder / "paddock.db", MIGRATIONS)

    async def start(self) -> None:
        """Start, or start again over the same folder as after a crash."""
        self._database = Database(self.folder / "paddock.db", MIGRATIONS)
        await self._database.open()
        self.parts: MemoryParts = assemble(
            database=self._database,
            folder=self.folder / "banks",
            files_folder=self.folder / "files",
            parser=self.parser,
            open_embedder=self.open_embedder,
            rerank=self.rerank,
            chat=self.chat,
            default_model=self.default_model,
            settings=lambda: self.settings,
            publish=self.events.append,
            index=_Lasting(self.index),
            fetcher=self.fetcher,
        )
        await self.parts.service.start()

    async def close(self) -> None:
        """Stop at once, wherever the work is."""
        await self.parts.close()
        await self._database.close()

    async def restart(self) -> None:
        """Stop at once and start over what is on disk."""
        await self.close()
        await self.start()

    async def registry(self) -> tuple[Bank, ...]:
        """Return the banks as a closed engine left them on disk."""
        database = Database(self.folder / "paddock.db", MIGRATIONS)
        await database.open()
        try:
            return await banks.BankStore(database).all()
        finally:
            await database.close()

    @property
    def service(self) -> MemoryService:
        """The verbs of the facade."""
        return self.parts.service

    async def opened(self, bank_id: str) -> OpenBank:
        """Return a bank with its database open."""
        return await self.parts.service._banks.open(bank_id)

    async def ready(self, bank_id: str) -> None:
        """Wait until a bank has no work left."""
        async with asyncio.timeout(8):
            await self.parts.service._waking  # type: ignore[misc]
            await self.parts.ingest.idle(bank_id)

    async def documents(self, bank_id: str) -> dict[str, Document]:
        """Return a bank's documents by name."""
        page = await self.parts.service.documents(bank_id, limit=1000)
        return {document.name: document for document in page.documents}

    async def find(self, bank_id: str, query: str, **more: object) -> list[Hit]:
        """Search one bank."""
        request = SearchRequest(query=query, **more)  # type: ignore[arg-type]
        return list((await self.parts.service.search((bank_id,), request)).hits)

    async def texts(self, bank_id: str, query: str, **more: object) -> list[str]:
        """Search one bank for passages."""
        return [hit.chunk.text for hit in await self.find(bank_id, query, **more)]

    def file(self, name: str, *passages: str) -> Path:
        """Write a file of passages below the folder of documents."""
        path = self.folder / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join(passages), encoding="utf-8")
        return path

    def on_disk(self, word: str, below: str = "banks") -> list[str]:
        """Return the files that hold a word, as bytes."""
        wanted = word.encode()
        paths = [path for path in sorted((self.folder / below).rglob("*")) if path.is_file()]
        return [str(path.relative_to(self.folder)) for path in paths if wanted in path.read_bytes()]

    async def open_embedder(self, model_id: str) -> WordEmbedder:
        """Return an embedder; an empty id means the default one."""
        known = {"": self.words, self.words.model.id: self.words, self.other.model.id: self.other}
        if model_id not in known:
            raise ModelNotFound(f"There is no embedding model “{model_id}”.")
        return known[model_id]

    async def rerank(self, _model: str, _query: str, texts: tuple[str, ...]) -> tuple[Ranked, ...]:
        """Prefer short texts."""
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        return tuple(Ranked(index, 1 / (place + 1)) for place, index in enumerate(order))

    async def chat(self, request: ChatRequest) -> AsyncIterator[GenerationEvent]:
        """Say the next of the answers."""
        self.asked.append(request)
        yield TextDelta(self.answers.pop(0))

    async def default_model(self) -> str:
        """Return the id of the model that is asked."""
        return "chat"


class _Lasting(IndexClient):
    """The shared index process as one engine sees it: closing the engine leaves it running."""

    def __init__(self, shared: IndexClient) -> None:
        super().__init__(shared._worker)

    async def close(self) -> None:
        """Leave the process to the next test."""


@asynccontextmanager
async def running(folder: Path, index: IndexClient, fetcher: Fetcher | None = None) -> AsyncIterator[Engine]:
    """Run an engine for the length of a block, with threads of its own."""
    loop = asyncio.get_running_loop()
    threads = ThreadPoolExecutor(8)
    loop.set_default_executor(threads)
    (folder / "banks").mkdir(exist_ok=True)
    (folder / "files").mkdir(exist_ok=True)
    engine = Engine(folder, index, fetcher)
    await engine.start()
    try:
        yield engine
    finally:
        await engine.close()
        threads.shutdown()


async def until(engine: Engine, condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait until a condition holds, looked at whenever the ingestion moves and every hundredth of a second."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)
