"""Joins the parts of memory banks, for the host. Must not know what stands behind the ports it is given."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.engine.domain.events import EngineEvent
from app.engine.domain.parsing import DocumentParser, ParseLimits
from app.engine.domain.settings import Settings
from app.engine.memory.adding import Adding
from app.engine.memory.banks import Banks, OpenBank
from app.engine.memory.entries import Entries
from app.engine.memory.fetching import Fetcher
from app.engine.memory.file_batches import FileBatches
from app.engine.memory.files_service import FilesService
from app.engine.memory.graph_service import Chat, DefaultModel, Graphs
from app.engine.memory.ingest import Ingest
from app.engine.memory.news import News
from app.engine.memory.reading import Reader, locate_file
from app.engine.memory.ready_chunks import ReadyChunkParser
from app.engine.memory.reembedding import Reembedding
from app.engine.memory.searching import Rerank, Searcher
from app.engine.memory.service import MemoryService
from app.engine.memory.transfer import Transfer
from app.engine.memory.turn_memory import BankMemory
from app.engine.memory.upkeep import OpenEmbedder, Upkeep
from app.engine.memory.watching import Watcher
from app.engine.storage.banks import BankStore
from app.engine.storage.database import Database
from app.engine.storage.file_batches import FileBatchStore
from app.engine.storage.files import FileStore
from app.engine.storage.lance.client import IndexClient


@dataclass(slots=True)
class MemoryParts:
    """What the host needs of memory banks. `close` ends the children as well."""

    service: MemoryService
    files: FilesService
    file_batches: FileBatches
    turns: BankMemory
    ingest: Ingest
    close: Callable[[], Coroutine[Any, Any, None]]


def assemble(
    *,
    database: Database,
    folder: Path,
    files_folder: Path,
    parser: DocumentParser,
    open_embedder: OpenEmbedder,
    rerank: Rerank,
    chat: Chat,
    default_model: DefaultModel,
    settings: Callable[[], Settings],
    publish: Callable[[EngineEvent], None],
    index: IndexClient | None = None,
    fetcher: Fetcher | None = None,
) -> MemoryParts:
    """Return the parts, not started yet."""
    index = index or IndexClient()
    banks = Banks(BankStore(database), folder, publish)
    news = News(banks, publish)
    upkeep = Upkeep(banks, index, open_embedder)
    graphs = Graphs(chat, default_model)
    files = FileStore(database, files_folder)
    adding = Adding(files, fetcher or Fetcher(lambda: settings().network_seconds))

    async def moved(opened: OpenBank, pending: int) -> None:
        await ingest.moved(opened, pending)

    async def settle(opened: OpenBank) -> None:
        await graphs.read(opened)
        await upkeep.settle(opened)
        if not await opened.documents.has_work():
            await opened.facts.set("busy", "0")

    reader = Reader(ReadyChunkParser(parser), locate_file, lambda: limits_of(settings()), moved)
    ingest = Ingest(banks, reader, open_embedder, index, news, settle)
    searcher = Searcher(banks, index, open_embedder, rerank)
    watcher = Watcher(lambda *given: service.folder_looked_at(*given), lambda *given: service.remove_vanished(*given))
    service = MemoryService(
        banks=banks,
        ingest=ingest,
        searcher=searcher,
        upkeep=upkeep,
        watcher=watcher,
        adding=adding,
        transfer=Transfer(banks, upkeep),
        reembedding=Reembedding(banks, upkeep, ingest, open_embedder),
        entries=Entries(banks),
        graphs=graphs,
        index=index,
        open_embedder=open_embedder,
        publish=publish,
    )

    async def close() -> None:
        await service.close()
        await news.close()
        await parser.close()
        await index.close()

    return MemoryParts(
        service=service,
        files=FilesService(files),
        file_batches=FileBatches(FileBatchStore(database), banks, service, files),
        turns=BankMemory(banks, searcher, ingest),
        ingest=ingest,
        close=close,
    )


def limits_of(settings: Settings) -> ParseLimits:
    """Return what one document may cost, as the settings say."""
    return ParseLimits(
        seconds=settings.document_seconds,
        memory_bytes=settings.document_memory_mb * 1024**2,
        file_bytes=settings.document_file_mb * 1024**2,
    )
