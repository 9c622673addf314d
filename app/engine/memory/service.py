"""The facade's verbs on memory banks: each one calls the part that does it. Keeps nothing that is not in the parts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from app.engine.domain.embeddings import EmbeddingModel
from app.engine.domain.errors import DocumentUnreadable, InvalidRequest, NotFound, PaddockError, WorldError, from_fields
from app.engine.domain.events import BankChanged, DocumentsChanged, DocumentsRemoved, EngineEvent, NoticeRaised
from app.engine.domain.memory import (
    WORKING,
    Added,
    Attributes,
    Bank,
    BankChanges,
    BankType,
    Chunk,
    Chunking,
    Document,
    DocumentFailure,
    DocumentPage,
    DocumentState,
    Entry,
    Mended,
    Neighbourhood,
    PartText,
    ReadyChunk,
    SearchRequest,
    SearchResult,
    WatchedFolder,
)
from app.engine.memory.adding import Adding
from app.engine.memory.banks import Banks, OpenBank, index_version
from app.engine.memory.entries import Entries
from app.engine.memory.graph_service import Graphs
from app.engine.memory.ingest import Ingest
from app.engine.memory.reembedding import Reembedding
from app.engine.memory.searching import Searcher
from app.engine.memory.transfer import Transfer
from app.engine.memory.upkeep import SMALL_CHUNKS, OpenEmbedder, Upkeep
from app.engine.memory.watching import Watcher
from app.engine.storage.bank_chunks import StoredPart
from app.engine.storage.lance.client import IndexClient


class MemoryService:
    """Lives in the engine loop."""

    def __init__(
        self,
        *,
        banks: Banks,
        ingest: Ingest,
        searcher: Searcher,
        upkeep: Upkeep,
        watcher: Watcher,
        adding: Adding,
        transfer: Transfer,
        reembedding: Reembedding,
        entries: Entries,
        graphs: Graphs,
        index: IndexClient,
        open_embedder: OpenEmbedder,
        publish: Callable[[EngineEvent], None],
    ) -> None:
        self._banks = banks
        self._ingest = ingest
        self._searcher = searcher
        self._upkeep = upkeep
        self._watcher = watcher
        self._adding = adding
        self._transfer = transfer
        self._reembedding = reembedding
        self._entries = entries
        self._graphs = graphs
        self._index = index
        self._open_embedder = open_embedder
        self._publish = publish
        self._waking: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up the work a former run left, without holding up the start of the engine."""
        await self._banks.initialize()
        await self._ingest.start()
        self._waking = asyncio.create_task(self._wake_all(), name="wake banks")

    async def close(self) -> None:
        """Stop everything; what was done is on disk."""
        if self._waking is not None:
            self._waking.cancel()
            await asyncio.wait([self._waking])
        await self._watcher.close()
        await self._reembedding.close()
        await self._ingest.close()
        await self._upkeep.close()
        await self._banks.close()

    async def _wake_all(self) -> None:
        for bank in self._banks.all():
            if _expired(bank):
                await self.delete_bank(bank.id)
                continue
            try:
                # A bank without work stays closed: a hundred of them must not cost two hundred threads.
                if not await self._banks.is_quiet(bank):
                    await self._wake(bank)
            except PaddockError as error:
                await self._banks.change(bank.id, keep=False, problem=error.in_words())

    async def _wake(self, bank: Bank) -> None:
        """Recover a bank after a start, and take up its work."""
        opened = await self._banks.open(bank.id)
        recovered = await opened.documents.recover()
        unsettled = await opened.facts.get("busy") == "1"
        if recovered or unsettled or await opened.facts.get("deleted") == "1" or await self._has_lost_index(opened):
            mended = await self._upkeep.check(opened)
            for finding in mended.findings:
                self._publish(NoticeRaised(f"bank:{bank.id}", "info", f"{bank.name}: {finding}"))
        await self._watcher.start(opened)
        await self._reembedding.resume(opened)
        if unsettled or await opened.documents.has_work():
            await self._ingest.wake(opened, unsettled=unsettled)

    async def _has_lost_index(self, opened: OpenBank) -> bool:
        """Tell whether a bank with chunks has no index, or one that another version of LanceDB wrote."""
        if opened.bank.type == "keyvalue" or opened.bank.location or not (await opened.documents.stats()).chunks:
            return False
        if not await asyncio.to_thread((opened.folder / "index").exists):
            return True
        written_by = await opened.facts.get("index_version")
        return written_by not in ("", await index_version())

    # Banks.

    async def banks(self) -> tuple[Bank, ...]:
        """Return all banks by name, without those of single chats."""
        return tuple(bank for bank in self._banks.all() if bank.session_id is None)

    async def bank(self, bank_id: str) -> Bank:
        """Return a bank; raises BankNotFound."""
        return self._banks.get(bank_id)

    async def create_bank(
        self,
        name: str,
        *,
        type: BankType = "vector",
        embedding_model: str = "",
        chunking: Chunking | None = None,
        description: str = "",
        metadata: Mapping[str, str] | None = None,
        language: str = "",
        location: str = "",
        expires_after_days: int | None = None,
    ) -> Bank:
        """Create a bank; an empty model takes the default one."""
        if not name.strip():
            raise InvalidRequest("The bank has no name.", param="name")
        model = await self._model_for(type, embedding_model)
        bank = Bank(
            id="",
            name=name.strip(),
            type=type,
            description=description,
            chunking=_checked(chunking or Chunking(), model),
            metadata=dict(metadata or {}),
            language=language,
            location=location,
            expires_after_days=expires_after_days,
        )
        return await self._banks.add(_pinned(bank, model))

    async def chat_bank(self, session_id: str) -> Bank:
        """Return the bank of a chat's own files, made at first use."""
        for bank in self._banks.all():
            if bank.session_id == session_id:
                return bank
        model = await self._model_for("vector", "")
        return await self._banks.add(_pinned(Bank(id="", name="Files of this chat", session_id=session_id), model))

    async def _model_for(self, kind: BankType, model_id: str) -> EmbeddingModel | None:
        if kind in ("keyword", "keyvalue"):
            return None
        return (await self._open_embedder(model_id)).model

    async def change_bank(self, bank_id: str, changes: BankChanges) -> Bank:
        """Rename or describe a bank."""
        bank = self._banks.get(bank_id)
        fields = {
            name: value for name in BankChanges.__struct_fields__ if (value := getattr(changes, name)) is not None
        }
        if "name" in fields and not str(fields["name"]).strip():
            raise InvalidRequest("The bank has no name.", param="name")
        return await self._banks.change(bank.id, used_at=time.time(), **fields)

    async def change_model(self, bank_id: str, embedding_model: str) -> Bank:
        """Embed all anew with another model; the bank answers with the old one until the change is complete."""
        opened = await self._banks.open(bank_id)
        if not opened.bank.embedding_model:
            raise InvalidRequest(f"“{opened.bank.name}” has no vectors.", param="embedding_model")
        return await self._reembedding.begin(opened, embedding_model)

    async def delete_bank(self, bank_id: str) -> int:
        """Delete a bank with its vectors, texts and blobs; returns the bytes that came free."""
        bank = self._banks.get(bank_id)
        opened = await self._banks.open(bank.id)
        await self._watcher.forget(opened)
        await self._reembedding.forget(bank.id)
        await self._ingest.forget(bank.id)
        await self._upkeep.forget(bank.id)
        async with opened.committing:
            size = await opened.size()
            if bank.type != "keyvalue":
                await self._index.drop(opened.place)
            await self._banks.remove(bank.id)
            return size

    async def export_bank(self, bank_id: str, path: Path) -> int:
        """Write a bank as one file; returns its bytes."""
        return await self._transfer.export(await self._banks.open(bank_id), path)

    async def import_bank(self, path: Path, *, name: str = "") -> Bank:
        """Add a bank that `export_bank` wrote; raises InvalidRequest."""
        opened = await self._transfer.bring_in(path, name)
        await self._ingest.wake(opened)
        return opened.bank

    async def check_bank(self, bank_id: str) -> Mended:
        """Compare the bank's index with its documents and mend what disagrees."""
        opened = await self._banks.open(bank_id)
        mended = await self._upkeep.check(opened)
        await self._banks.change(opened.bank.id, problem="")
        await self._ingest.wake(opened)
        return mended

    async def compact_bank(self, bank_id: str) -> int:
        """Rewrite the bank so that nothing deleted stays on disk; returns the bytes that came free."""
        return await self._upkeep.purge(await self._banks.open(bank_id))

    # Documents.

    async def add_paths(
        self,
        bank_id: str,
        paths: tuple[Path, ...],
        *,
        attributes: Attributes | None = None,
        chunking: Chunking | None = None,
    ) -> Added:
        """Add files, and the files of folders; returns when they are listed, reading goes on."""
        opened = await self._for_documents(bank_id)
        added = await self._adding.paths(opened, paths, attributes, chunking)
        await self._take_in(opened, added.documents)
        return added

    async def add_text(
        self,
        bank_id: str,
        name: str,
        text: str,
        *,
        attributes: Attributes | None = None,
        chunking: Chunking | None = None,
    ) -> Document:
        """Add pasted text; the same name replaces it."""
        opened = await self._for_documents(bank_id)
        document = await self._adding.text(opened, name, text, attributes, chunking)
        return await self._taken_in(opened, document)

    async def add_url(
        self, bank_id: str, url: str, *, attributes: Attributes | None = None, chunking: Chunking | None = None
    ) -> Document:
        """Fetch a public address once and add what it shows."""
        opened = await self._for_documents(bank_id)
        document = await self._adding.url(opened, url, attributes, chunking)
        return await self._taken_in(opened, document)

    async def add_file(
        self, bank_id: str, file_id: str, *, attributes: Attributes | None = None, chunking: Chunking | None = None
    ) -> Document:
        """Add a stored file."""
        opened = await self._for_documents(bank_id)
        if chunking is not None and opened.bank.embedding_model:
            chunking = _checked(chunking, (await self._open_embedder(opened.bank.embedding_model)).model)
        document = await self._adding.file(opened, file_id, attributes, chunking)
        return await self._taken_in(opened, document)

    async def add_chunks(self, bank_id: str, name: str, chunks: tuple[ReadyChunk, ...]) -> Document:
        """Add passages as they are to the document of that name; returns when they can be found.

        Raises what kept them from being read. In a paused bank they wait, and so they come back waiting.
        """
        opened = await self._for_documents(bank_id)
        if not name.strip() or not chunks or not all(chunk.text.strip() for chunk in chunks):
            raise InvalidRequest("A passage or its document's name is empty.", param="chunks")
        document = await self._taken_in(opened, await self._adding.chunks(opened, name.strip(), chunks))
        while document.state not in ("ready", "failed", "cancelled"):
            moves = self._ingest.moves
            document = await opened.documents.get(document.id)
            if opened.bank.paused or opened.bank.problem:
                break
            if document.state in WORKING:
                await self._ingest.wait_for_move(moves)
        if document.failure is not None:
            raise _as_error(document.failure)
        return document

    async def ready_chunks(self, bank_id: str, document_id: str) -> tuple[ReadyChunk, ...]:
        """Return the passages `add_chunks` was given, none for other documents."""
        opened = await self._banks.open(bank_id)
        return await self._adding.ready_chunks(opened, (await opened.documents.get(document_id)).uri)

    async def _for_documents(self, bank_id: str) -> OpenBank:
        opened = await self._banks.open(bank_id)
        if opened.bank.type == "keyvalue":
            raise InvalidRequest(f"“{opened.bank.name}” holds keys and values, no documents.", param="bank_id")
        return opened

    async def _taken_in(self, opened: OpenBank, document: Document) -> Document:
        await self._take_in(opened, (document,))
        return document

    async def _take_in(self, opened: OpenBank, documents: tuple[Document, ...]) -> None:
        if documents:
            self._publish(DocumentsChanged(opened.bank.id, documents))
        if opened.bank.problem:
            await self._banks.change(opened.bank.id, problem="")
        await opened.facts.set("busy", "1")
        await self._ingest.wake(opened)

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
        """Return documents by time of adding."""
        opened = await self._banks.open(bank_id)
        return await opened.documents.page(
            after=after, before=before, limit=limit, newest_first=newest_first, states=states, name=name
        )

    async def document(self, bank_id: str, document_id: str) -> Document:
        """Return a document by its own id or that of its stored file; raises NotFound."""
        return await (await self._banks.open(bank_id)).documents.get(document_id)

    async def set_attributes(self, bank_id: str, document_id: str, attributes: Attributes) -> Document:
        """Replace a document's attributes."""
        opened = await self._banks.open(bank_id)
        number = await opened.documents.number(document_id)
        changed = await opened.documents.change(number, attributes=attributes)
        if changed is None:
            raise NotFound(f"The bank has no document “{document_id}”.", param="document_id")
        self._publish(DocumentsChanged(opened.bank.id, (changed,)))
        return changed

    async def remove_documents(self, bank_id: str, document_ids: tuple[str, ...]) -> int:
        """Remove documents for good; returns the bytes that came free, as far as they are known at once."""
        opened = await self._banks.open(bank_id)
        characters = await self._remove(opened, document_ids)
        purge = self._upkeep.purge_later(opened)
        if opened.bank.stats.chunks <= SMALL_CHUNKS:
            return await asyncio.shield(purge)
        return characters

    async def remove_vanished(self, opened: OpenBank, document_ids: tuple[str, ...]) -> None:
        """Remove documents whose files are gone from a watched folder."""
        await self._remove(opened, document_ids)
        self._upkeep.purge_later(opened)

    async def _remove(self, opened: OpenBank, document_ids: tuple[str, ...]) -> int:
        numbers = [await opened.documents.number(each) for each in document_ids]
        ids = tuple(document.id for document in (await opened.documents.many(numbers)).values())
        for number in numbers:
            await self._ingest.stop_document(opened.bank.id, number)
        async with opened.committing:
            await opened.facts.set("deleted", "1")
            characters = await opened.chunks.remove(numbers)
            await self._index.delete(opened.place, numbers)
        await self._adding.drop_contents(opened)
        self._publish(DocumentsRemoved(opened.bank.id, ids))
        await self._ingest.wake(opened)
        return characters

    async def pause(self, bank_id: str) -> Bank:
        """Hold back a bank's ingestion."""
        bank = await self._banks.change(self._banks.get(bank_id).id, paused=True)
        await self._ingest.hold(bank.id)
        return bank

    async def resume(self, bank_id: str) -> Bank:
        """Let a bank's ingestion go on."""
        bank = await self._banks.change(self._banks.get(bank_id).id, paused=False, problem="")
        await self._ingest.wake(await self._banks.open(bank.id))
        return bank

    async def cancel_documents(self, bank_id: str, document_ids: tuple[str, ...] = ()) -> int:
        """Stop documents that are not ready (none named: all of them); returns how many."""
        opened = await self._banks.open(bank_id)
        changed = await opened.documents.change_where(document_ids, WORKING[:3], state="cancelled", done=0, total=0)
        for document in changed:
            await self._ingest.stop_document(opened.bank.id, await opened.documents.number(document.id))
        await self._tell(opened, changed)
        return len(changed)

    async def retry_documents(self, bank_id: str, document_ids: tuple[str, ...] = (), *, ocr: bool = False) -> int:
        """Read documents again that failed or were cancelled (none named: all of them); returns how many."""
        opened = await self._banks.open(bank_id)
        states: tuple[DocumentState, ...] = ("failed", "cancelled")
        if document_ids:
            states = (*states, "ready")
        changed = await opened.documents.change_where(
            document_ids, states, state="waiting", failure=None, ocr=int(ocr), done=0, total=0, same_as=None
        )
        await self._banks.change(opened.bank.id, problem="")
        await self._tell(opened, changed)
        return len(changed)

    async def _tell(self, opened: OpenBank, documents: tuple[Document, ...]) -> None:
        if documents:
            self._publish(DocumentsChanged(opened.bank.id, documents))
        await self._ingest.wake(opened)

    # Folders.

    async def watch_folder(self, bank_id: str, path: Path) -> WatchedFolder:
        """Follow a folder: its files are added, changes and deletions are picked up."""
        return await self._watcher.add(await self._for_documents(bank_id), path)

    async def unwatch_folder(self, bank_id: str, folder_id: str, *, remove_documents: bool = False) -> None:
        """Stop following a folder; its documents stay unless asked otherwise."""
        opened = await self._banks.open(bank_id)
        documents = await self._watcher.remove(opened, folder_id)
        if remove_documents and documents:
            await self.remove_documents(bank_id, documents)
        self._publish(BankChanged(opened.bank))

    async def folders(self, bank_id: str) -> tuple[WatchedFolder, ...]:
        """Return the folders a bank follows."""
        return await (await self._banks.open(bank_id)).facts.folders()

    async def rescan(self, bank_id: str) -> Added:
        """Look for changes in watched folders and single files now."""
        opened = await self._banks.open(bank_id)
        results = [(await self._watcher.look(opened, folder))[0] for folder in await opened.facts.folders()]
        results.append(await self._adding.again(opened))
        added = Added(
            documents=tuple(each for result in results for each in result.documents),
            unchanged=sum(result.unchanged for result in results),
            refused=tuple(each for result in results for each in result.refused),
        )
        await self._take_in(opened, added.documents)
        return added

    async def folder_looked_at(self, opened: OpenBank, added: Added) -> None:
        """Take in what a watched folder brought."""
        if added.documents:
            await self._take_in(opened, added.documents)
        self._publish(BankChanged(opened.bank))

    # Reading and searching.

    async def part(self, bank_id: str, document_id: str, index: int) -> PartText:
        """Return one part of a document's text; raises NotFound."""
        opened = await self._banks.open(bank_id)
        found = await opened.chunks.part(await opened.documents.text_number(document_id), index)
        return _part(await opened.documents.get(document_id), found)

    async def part_at(self, bank_id: str, document_id: str, offset: int) -> PartText:
        """Return the part of a document that holds a character offset."""
        opened = await self._banks.open(bank_id)
        found = await opened.chunks.part_at(await opened.documents.text_number(document_id), offset)
        return _part(await opened.documents.get(document_id), found)

    async def chunks(
        self, bank_id: str, document_id: str, *, after: int | None = None, limit: int = 100
    ) -> tuple[Chunk, ...]:
        """Return a document's chunks in order, from the one behind the chunk id `after`."""
        opened = await self._banks.open(bank_id)
        number = await opened.documents.text_number(document_id)
        found = await opened.chunks.of_document(number, after or 0, limit)
        document = await opened.documents.get(document_id)
        return tuple(msgspec.structs.replace(each.chunk, document_id=document.id) for each in found)

    async def search(self, bank_ids: tuple[str, ...], request: SearchRequest) -> SearchResult:
        """Find chunks; raises InvalidRequest for an empty query or a bank that cannot be searched."""
        return await self._searcher.search(bank_ids, request)

    # Keys and values, graphs.

    async def put_entries(self, bank_id: str, entries: tuple[Entry, ...]) -> None:
        """Set values of a keyvalue bank."""
        await self._entries.put(await self._banks.open(bank_id), entries)

    async def entries(self, bank_id: str, *, prefix: str = "", limit: int = 100) -> tuple[Entry, ...]:
        """Return values of a keyvalue bank by key."""
        return await self._entries.list(await self._banks.open(bank_id), prefix, limit)

    async def remove_entries(self, bank_id: str, keys: tuple[str, ...]) -> int:
        """Remove values of a keyvalue bank; returns how many there were."""
        return await self._entries.remove(await self._banks.open(bank_id), keys)

    async def neighbours(self, bank_id: str, query: str, *, depth: int = 1, limit: int = 20) -> Neighbourhood:
        """Return what stands around the entities of a graph bank that a query names, with passages."""
        return await self._graphs.neighbours(await self._banks.open(bank_id), query, depth, limit)

    async def extract_graph(self, bank_id: str, model_id: str = "") -> int:
        """Let a model read a graph bank's chunks for more relations; returns how many were found."""
        return await self._graphs.extract(await self._banks.open(bank_id), model_id)


def _pinned(bank: Bank, model: EmbeddingModel | None) -> Bank:
    if model is None:
        return bank
    return msgspec.structs.replace(
        bank, embedding_model=model.id, embedding_sha256=model.sha256, embedding_dimension=model.dimension
    )


def _checked(chunking: Chunking, model: EmbeddingModel | None) -> Chunking:
    """Raise InvalidRequest for sizes that make no sense; what a model cannot read is cut to what it can."""
    if chunking.max_tokens < 16 or chunking.max_tokens > 4096:
        raise InvalidRequest("A chunk has 16 to 4096 tokens.", param="chunking.max_tokens")
    if not 0 <= chunking.overlap_tokens <= chunking.max_tokens // 2:
        raise InvalidRequest("Chunks overlap by at most half of their size.", param="chunking.overlap_tokens")
    # Two tokens of what a model reads are its marks of beginning and end.
    most = max(16, model.max_tokens - 2) if model is not None else chunking.max_tokens
    return msgspec.structs.replace(chunking, max_tokens=min(chunking.max_tokens, most))


def _part(document: Document, found: StoredPart | None) -> PartText:
    if found is None:
        raise NotFound(f"“{document.name}” has no text there.", param="index")
    return PartText(
        document=document, index=found.index, parts=found.parts, page=found.page, label=found.label,
        start=found.start, text=found.text,
    )  # fmt: skip


def _as_error(failure: DocumentFailure) -> PaddockError:
    """Return what a document failed of; a code that no error of its own has is one of reading."""
    error = from_fields(msgspec.structs.asdict(failure))
    if isinstance(error, WorldError):
        return error
    return DocumentUnreadable(failure.message, hint=failure.hint, code=failure.code)


def _expired(bank: Bank) -> bool:
    days = bank.expires_after_days
    return days is not None and time.time() > max(bank.used_at, bank.created_at) + days * 86_400
