"""Memory banks in memory: documents are read in steps that can be held, a search counts words.

Keeps the promises of `facade.Memory` and `facade.Embeddings` that the window relies on. Pages of a text are parted by
form feeds, passages by blank lines.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from pathlib import Path
from typing import Any

import msgspec

from app.engine.domain.embeddings import EmbeddingModel
from app.engine.domain.errors import BankNotFound, Conflict, InvalidRequest, NotFound, PaddockError
from app.engine.domain.events import (
    BankChanged,
    BanksChanged,
    DocumentsChanged,
    DocumentsRemoved,
    DownloadChanged,
    EventBus,
)
from app.engine.domain.memory import (
    WORKING,
    Added,
    Bank,
    BankChanges,
    BankStats,
    Chunk,
    Document,
    DocumentFailure,
    DocumentPage,
    DocumentReport,
    DocumentState,
    Entity,
    Entry,
    Hit,
    IngestProgress,
    LegScores,
    Mended,
    Neighbourhood,
    PartText,
    Relation,
    SearchRequest,
    SearchResult,
    SkippedPart,
    WatchedFolder,
)
from app.engine.domain.models import Download

MINILM = EmbeddingModel(
    id="all-minilm-l6-v2",
    name="MiniLM L6 v2",
    dimension=384,
    size_bytes=91_000_000,
    languages=("en",),
    licence="apache-2.0",
    backend_reason="comes with Paddock",
)
POLYGLOT = EmbeddingModel(
    id="multilingual-e5-small",
    name="Multilingual E5 small",
    dimension=384,
    max_tokens=512,
    size_bytes=471_000_000,
    languages=("*",),
    licence="mit",
    source="hub",
    installed=False,
    repo="intfloat/multilingual-e5-small",
)
RERANKER = EmbeddingModel(id="minilm-rerank", name="MiniLM reranker", kind="rerank", languages=("en",))
_replace = msgspec.structs.replace


class FakeEmbeddings:
    """Embedding models to choose from. With `ends`, a download is complete at once; else `arrive` ends it."""

    def __init__(self, events: EventBus | None = None) -> None:
        self._events = events or EventBus()
        self.known: tuple[EmbeddingModel, ...] = (MINILM, POLYGLOT, RERANKER)
        self.guards: tuple[EmbeddingModel, ...] = ()
        self.ends = False

    async def models(self) -> tuple[EmbeddingModel, ...]:
        return self.known

    async def classifiers(self) -> tuple[EmbeddingModel, ...]:
        return self.guards

    async def model(self, model_id: str = "") -> EmbeddingModel:
        return next((m for m in self.known if m.id == model_id), MINILM)

    async def download(self, repo: str) -> Download:
        model = next((m for m in (*self.known, *self.guards) if repo in (m.id, m.repo)), None)
        if model is None or model.installed:
            raise Conflict(f"“{repo}” is installed already.", hint="Choose it.")
        size = model.size_bytes
        half = Download(id=model.id, repo=model.repo, file=model.id, state="running", total_bytes=size)
        half = self.tell(_replace(half, received_bytes=size // 2))
        return self.arrive(half) if self.ends else half

    def tell(self, download: Download) -> Download:
        """Announce a download."""
        self._events.publish(DownloadChanged(download))
        return download

    def arrive(self, download: Download) -> Download:
        """Complete a download."""
        self.known = tuple(_replace(m, installed=True) if m.repo == download.repo else m for m in self.known)
        return self.tell(_replace(download, state="completed", model_id=download.file))

    async def add_folder(self, path: Path) -> EmbeddingModel:
        made = EmbeddingModel(id=path.name, name=path.name, source="folder", path=str(path))
        self.known = (*self.known, made)
        return made

    async def remove(self, model_id: str) -> None:
        self.known = tuple(model for model in self.known if model.id != model_id)


class FakeMemory:
    """`hold()` stops reading at the first passage until `release()`; `failures` maps file names to reasons.

    `error` is raised by the next verb that changes something.
    """

    def __init__(self, events: EventBus) -> None:
        self._events = events
        self._numbers = itertools.count(1)
        self.all: dict[str, Bank] = {}
        self.kept: dict[str, Document] = {}
        self.parts: dict[str, list[str]] = {}
        self.values: dict[str, dict[str, Entry]] = {}
        self.watched: dict[str, WatchedFolder] = {}
        self.failures: dict[str, str] = {}
        self.ocr_asked: list[str] = []
        self.searches: list[tuple[tuple[str, ...], SearchRequest]] = []
        self.fetched: list[str] = []
        self.released = asyncio.Event()
        self.released.set()
        self.error: PaddockError | None = None
        self._reading: dict[str, asyncio.Task[None]] = {}

    def hold(self) -> None:
        """Stop every document at its first passage."""
        self.released.clear()

    # Canned content, for tests and the demo.

    def add_bank(self, name: str, **fields: Any) -> Bank:
        """Add a bank at once."""
        bank_type = fields.get("type", "vector")
        model = {} if bank_type in ("keyword", "keyvalue") else {"embedding_model": MINILM.id}
        bank = Bank(id=f"vs_{next(self._numbers)}", name=name, created_at=time.time(), **(model | fields))
        self.all[bank.id] = bank
        return bank

    def add_document(self, bank_id: str, name: str, text: str = "", **fields: Any) -> Document:
        """Add a document at once, ready unless told otherwise."""
        given: dict[str, Any] = {"state": "ready", "uri": f"file:///docs/{name}", "created_at": time.time()}
        given["size_bytes"] = len(text)
        document = Document(id=f"file-{next(self._numbers)}", bank_id=bank_id, name=name, **(given | fields))
        self.parts[document.id] = text.split("\f")
        if document.state == "ready" and "report" not in fields:
            document = _replace(document, report=self._report(document))
        self.kept[document.id] = document
        self.count(bank_id)
        return document

    def count(self, bank_id: str) -> Bank:
        """Bring the figures of a bank up to date."""
        own = self._documents(bank_id)
        states = [document.state for document in own]
        ready = [document for document in own if document.state == "ready"]
        stats = BankStats(
            documents=len(own),
            ready=len(ready),
            working=sum(state in (*WORKING, "paused") for state in states),
            failed=states.count("failed"),
            cancelled=states.count("cancelled"),
            chunks=sum(document.report.chunks for document in ready),
            size_bytes=sum(document.size_bytes for document in own) * 2,
        )
        moving = [document for document in own if document.state == "embedding"]
        progress = None
        if moving:
            done, total = sum(d.done for d in moving), sum(d.total for d in moving)
            progress = IngestProgress(done=done, total=total, speed=12.0, eta=84.0, current=moving[0].name)
        self.all[bank_id] = _replace(self.all[bank_id], stats=stats, progress=progress)
        return self.all[bank_id]

    # Banks.

    async def banks(self) -> tuple[Bank, ...]:
        return tuple(sorted((b for b in self.all.values() if b.session_id is None), key=lambda b: b.name.lower()))

    async def bank(self, bank_id: str) -> Bank:
        if bank_id not in self.all:
            raise BankNotFound("This bank does not exist.", hint="It may have been deleted.")
        return self.all[bank_id]

    async def create_bank(self, name: str, **fields: Any) -> Bank:
        self._fail()
        if any(bank.name == name for bank in self.all.values()):
            raise InvalidRequest(f"There is a bank named {name} already.", hint="Choose another name.")
        given = {key: value for key, value in fields.items() if value}
        bank = self.add_bank(name, **given)
        self._events.publish(BanksChanged((bank.id,)))
        return bank

    async def chat_bank(self, session_id: str) -> Bank:
        found = next((bank for bank in self.all.values() if bank.session_id == session_id), None)
        return found or self.add_bank("Files of this chat", session_id=session_id)

    async def change_bank(self, bank_id: str, changes: BankChanges) -> Bank:
        self._fail()
        given = {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not None}
        return self._put(_replace(await self.bank(bank_id), **given), listed=True)

    async def change_model(self, bank_id: str, embedding_model: str) -> Bank:
        self._fail()
        bank = self._put(_replace(await self.bank(bank_id), reembedding=embedding_model))
        if self.released.is_set():
            bank = self._put(_replace(bank, embedding_model=embedding_model, reembedding="", fit=None))
        return bank

    async def delete_bank(self, bank_id: str) -> int:
        self._fail()
        bank = await self.bank(bank_id)
        await self._stop(tuple(document.id for document in self._documents(bank_id)))
        for document in self._documents(bank_id):
            del self.kept[document.id]
        del self.all[bank_id]
        self._events.publish(BanksChanged((bank_id,)))
        return bank.stats.size_bytes

    async def export_bank(self, bank_id: str, path: Path) -> int:
        self._fail()
        bank = await self.bank(bank_id)
        return path.write_bytes(msgspec.json.encode({"bank": bank, "documents": self._documents(bank_id)}))

    async def import_bank(self, path: Path, *, name: str = "") -> Bank:
        try:
            data = msgspec.json.decode(path.read_bytes())
            bank = msgspec.convert(data["bank"], Bank)
        except (OSError, msgspec.DecodeError, msgspec.ValidationError, KeyError, TypeError) as error:
            raise InvalidRequest("This file is not a bank.", hint="Choose a file that Paddock exported.") from error
        made = await self.create_bank(name or f"{bank.name} (imported)", type=bank.type)
        return self._put(_replace(made, stats=bank.stats))

    async def check_bank(self, bank_id: str) -> Mended:
        self._fail()
        return Mended(bank_id=bank_id, findings=("Two vectors without a passage were removed.",))

    async def compact_bank(self, bank_id: str) -> int:
        self._fail()
        return 4_200_000

    # Documents.

    async def add_paths(self, bank_id: str, paths: tuple[Path, ...], **_options: Any) -> Added:
        self._fail()
        await self.bank(bank_id)
        files = [f for path in paths for f in (sorted(path.rglob("*")) if path.is_dir() else [path])]
        refused, found, unchanged = [], [], 0
        known = {document.uri for document in self._documents(bank_id)}
        for file in (f for f in files if not f.is_dir()):
            if file.suffix == ".exe" or not file.exists():
                refused.append(SkippedPart(where=file.name, reason="this kind of file holds no text"))
            elif file.as_uri() in known:
                unchanged += 1
            else:
                text = file.read_text(encoding="utf-8", errors="replace")
                found.append(self.add_document(bank_id, file.name, text, uri=file.as_uri(), state="waiting"))
        for document in found:
            self._tell(document)
            self._read(document.id)
        return Added(documents=tuple(found), unchanged=unchanged, refused=tuple(refused))

    async def add_text(self, bank_id: str, name: str, text: str, **_options: Any) -> Document:
        self._fail()
        return self._begin(self.add_document(bank_id, name, text, uri=f"text:{name}", state="waiting"))

    async def add_url(self, bank_id: str, url: str, **_options: Any) -> Document:
        if "127.0.0.1" in url:
            raise InvalidRequest("This address is not public.", hint="Save the page and add the file.")
        self.fetched.append(url)
        name = url.rsplit("/", 1)[-1] or url
        return self._begin(self.add_document(bank_id, name, f"What {url} says.", uri=url, state="waiting"))

    async def documents(
        self,
        bank_id: str,
        *,
        after: str | None = None,
        before: str | None = None,
        limit: int = 100,
        newest_first: bool = False,
        states: tuple[DocumentState, ...] = (),
        name: str = "",
    ) -> DocumentPage:
        found = [
            d for d in self._documents(bank_id) if (not states or d.state in states) and name.lower() in d.name.lower()
        ]
        ordered = found[::-1] if newest_first else found
        start = next((n + 1 for n, d in enumerate(ordered) if d.id == after), 0) if after else 0
        page = ordered[start : start + limit]
        return DocumentPage(documents=tuple(page), has_more=start + limit < len(ordered), total=len(ordered))

    async def document(self, bank_id: str, document_id: str) -> Document:
        if document_id not in self.kept or self.kept[document_id].bank_id != bank_id:
            raise NotFound("This document is no longer in the bank.")
        return self.kept[document_id]

    async def remove_documents(self, bank_id: str, document_ids: tuple[str, ...]) -> int:
        self._fail()
        await self._stop(document_ids)
        freed = sum(self.kept.pop(document_id).size_bytes for document_id in document_ids if document_id in self.kept)
        self._events.publish(DocumentsRemoved(bank_id, document_ids))
        self._events.publish(BankChanged(self.count(bank_id)))
        return freed

    async def pause(self, bank_id: str) -> Bank:
        return self._put(_replace(await self.bank(bank_id), paused=True))

    async def resume(self, bank_id: str) -> Bank:
        return self._put(_replace(await self.bank(bank_id), paused=False))

    async def cancel_documents(self, bank_id: str, document_ids: tuple[str, ...] = ()) -> int:
        own = [d for d in self._documents(bank_id) if d.state in WORKING and (not document_ids or d.id in document_ids)]
        await self._stop(tuple(document.id for document in own))
        for document in own:
            self._change(document.id, state="cancelled")
        return len(own)

    async def retry_documents(self, bank_id: str, document_ids: tuple[str, ...] = (), *, ocr: bool = False) -> int:
        own = [
            d
            for d in self._documents(bank_id)
            if d.id in document_ids or (not document_ids and d.state in ("failed", "cancelled"))
        ]
        for document in own:
            self.failures.pop(document.name, None)
            if ocr:
                self.ocr_asked.append(document.id)
            self._change(document.id, state="waiting", failure=None)
            self._read(document.id)
        return len(own)

    async def watch_folder(self, bank_id: str, path: Path) -> WatchedFolder:
        self._fail()
        if not path.is_dir():
            raise InvalidRequest(f"{path.name} is not a folder.")
        added = await self.add_paths(bank_id, (path,))
        folder = WatchedFolder(
            id=f"dir_{next(self._numbers)}",
            bank_id=bank_id,
            path=str(path),
            files=len(added.documents),
            scanned_at=time.time(),
        )
        self.watched[folder.id] = folder
        return folder

    async def unwatch_folder(self, bank_id: str, folder_id: str, *, remove_documents: bool = False) -> None:
        del self.watched[folder_id]

    async def folders(self, bank_id: str) -> tuple[WatchedFolder, ...]:
        return tuple(folder for folder in self.watched.values() if folder.bank_id == bank_id)

    async def rescan(self, bank_id: str) -> Added:
        paths = tuple(Path(folder.path) for folder in await self.folders(bank_id))
        return await self.add_paths(bank_id, paths)

    async def part(self, bank_id: str, document_id: str, index: int) -> PartText:
        document = await self.document(bank_id, document_id)
        texts = self.parts[document_id]
        if not 0 <= index < len(texts):
            raise NotFound("This part does not exist.")
        start = sum(len(text) for text in texts[:index])
        paged = len(texts) > 1
        return PartText(
            document=document,
            index=index,
            parts=len(texts),
            page=index + 1 if paged else 0,
            label=f"page {index + 1}" if paged else "",
            start=start,
            text=texts[index],
        )

    async def part_at(self, bank_id: str, document_id: str, offset: int) -> PartText:
        await self.document(bank_id, document_id)
        ends = list(itertools.accumulate(len(text) for text in self.parts[document_id]))
        index = next((n for n, end in enumerate(ends) if offset < end), len(ends) - 1)
        return await self.part(bank_id, document_id, index)

    # Search, entries, graph.

    async def search(self, bank_ids: tuple[str, ...], request: SearchRequest) -> SearchResult:
        self._fail()
        self.searches.append((bank_ids, request))
        if not request.query.strip():
            raise InvalidRequest("There is nothing to look for.")
        words = re.findall(r"\w+", request.query.lower())
        hits = [hit for bank_id in bank_ids for hit in self._hits(bank_id, words)]
        hits.sort(key=lambda hit: -hit.score)
        return SearchResult(hits=tuple(hits[: request.limit]), mode=request.mode, seconds=0.012)

    async def put_entries(self, bank_id: str, entries: tuple[Entry, ...]) -> None:
        self._fail()
        own = self.values.setdefault(bank_id, {})
        for entry in entries:
            own[entry.key] = _replace(entry, updated_at=time.time())

    async def entries(self, bank_id: str, *, prefix: str = "", limit: int = 100) -> tuple[Entry, ...]:
        own = self.values.get(bank_id, {})
        return tuple(own[key] for key in sorted(own) if key.startswith(prefix))[:limit]

    async def remove_entries(self, bank_id: str, keys: tuple[str, ...]) -> int:
        return sum(self.values.get(bank_id, {}).pop(key, None) is not None for key in keys)

    async def neighbours(self, bank_id: str, query: str, *, depth: int = 1, limit: int = 20) -> Neighbourhood:
        words = re.findall(r"\w+", query.lower())
        hits = tuple(self._hits(bank_id, words))[:limit]
        names = [word.capitalize() for word in words] if hits else []
        relations = tuple(
            Relation(source=a, target=b, kind="named with", weight=2) for a, b in itertools.pairwise(names)
        )
        entities = tuple(Entity(name=name, kind="term", mentions=len(hits)) for name in names)
        return Neighbourhood(entities=entities, relations=relations, hits=hits)

    async def extract_graph(self, bank_id: str, model_id: str = "") -> int:
        self._fail()
        return 7

    # Inside.

    def _fail(self) -> None:
        error, self.error = self.error, None
        if error is not None:
            raise error

    def _documents(self, bank_id: str) -> list[Document]:
        return [document for document in self.kept.values() if document.bank_id == bank_id]

    def _put(self, bank: Bank, *, listed: bool = False) -> Bank:
        self.all[bank.id] = bank
        self._events.publish(BankChanged(bank))
        if listed:
            self._events.publish(BanksChanged((bank.id,)))
        return bank

    def _tell(self, document: Document) -> None:
        self._events.publish(DocumentsChanged(document.bank_id, (document,)))
        self._events.publish(BankChanged(self.count(document.bank_id)))

    def _change(self, document_id: str, **fields: Any) -> Document:
        self.kept[document_id] = _replace(self.kept[document_id], updated_at=time.time(), **fields)
        self._tell(self.kept[document_id])
        return self.kept[document_id]

    def _begin(self, document: Document) -> Document:
        self._tell(document)
        self._read(document.id)
        return document

    def _read(self, document_id: str) -> None:
        self._reading[document_id] = asyncio.get_running_loop().create_task(self._read_on(document_id))

    async def _stop(self, document_ids: tuple[str, ...]) -> None:
        tasks = [self._reading.pop(document_id) for document_id in document_ids if document_id in self._reading]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _read_on(self, document_id: str) -> None:
        document = self.kept[document_id]
        await asyncio.sleep(0)
        self._change(document_id, state="parsing", done=1, total=len(self.parts[document_id]))
        if document.name in self.failures:
            why = self.failures[document.name]
            self._change(document_id, state="failed", failure=DocumentFailure(code="document_unreadable", message=why))
            return
        chunks = len(self._chunks(document))
        self._change(document_id, state="embedding", done=0, total=chunks)
        await self.released.wait()
        self._change(document_id, state="ready", done=0, total=0, report=self._report(document))

    def _report(self, document: Document) -> DocumentReport:
        texts = self.parts[document.id]
        return DocumentReport(
            format=Path(document.name).suffix.lstrip(".").upper() or "Text",
            pages=len(texts) if len(texts) > 1 else 0,
            characters=sum(len(text) for text in texts),
            chunks=len(self._chunks(document)),
            seconds=0.4,
        )

    def _chunks(self, document: Document) -> list[Chunk]:
        found: list[Chunk] = []
        start = 0
        for page, text in enumerate(self.parts[document.id], 1):
            for match in re.finditer(r"[^\n]+(?:\n[^\n]+)*", text):
                found.append(
                    Chunk(
                        id=len(found) + 1,
                        document_id=document.id,
                        index=len(found),
                        text=match.group(),
                        start=start + match.start(),
                        end=start + match.end(),
                        page=page if len(self.parts[document.id]) > 1 else 0,
                        label=f"page {page}" if len(self.parts[document.id]) > 1 else "",
                    )
                )
            start += len(text)
        return found

    def _hits(self, bank_id: str, words: list[str]) -> list[Hit]:
        hits = []
        for document in self._documents(bank_id):
            for chunk in self._chunks(document) if document.state == "ready" else ():
                share = sum(word in chunk.text.lower() for word in words) / max(1, len(words))
                if share:
                    legs = LegScores(vector=share * 0.8, keyword=share * 6, fused=share)
                    hits.append(
                        Hit(
                            bank_id=bank_id,
                            document_id=document.id,
                            document_name=document.name,
                            chunk=chunk,
                            score=share * 0.9,
                            legs=legs,
                        )
                    )
        return hits
