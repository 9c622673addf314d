"""The memory capability: banks and their documents. Signatures only."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from app.engine.domain.memory import (
    Added,
    Attributes,
    Bank,
    BankChanges,
    BankType,
    Chunk,
    Chunking,
    Document,
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


class Memory(Protocol):
    """Memory banks and their documents. A bank is named by its id."""

    async def banks(self) -> tuple[Bank, ...]:
        """Return all banks by name, without those of single chats."""
        ...

    async def bank(self, bank_id: str) -> Bank:
        """Return a bank; raises BankNotFound."""
        ...

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
        """Create a bank; an empty model takes the default one. `location` is an address for its index, if not here."""
        ...

    async def chat_bank(self, session_id: str) -> Bank:
        """Return the bank of a chat's own files, made at first use."""
        ...

    async def change_bank(self, bank_id: str, changes: BankChanges) -> Bank:
        """Rename or describe a bank."""
        ...

    async def change_model(self, bank_id: str, embedding_model: str) -> Bank:
        """Embed all anew with another model; the bank answers with the old one until the change is complete."""
        ...

    async def delete_bank(self, bank_id: str) -> int:
        """Delete a bank with its vectors, texts and blobs; returns the bytes that came free."""
        ...

    async def export_bank(self, bank_id: str, path: Path) -> int:
        """Write a bank as one file; returns its bytes."""
        ...

    async def import_bank(self, path: Path, *, name: str = "") -> Bank:
        """Add a bank that `export_bank` wrote; raises InvalidRequest. Vectors of a known model are kept."""
        ...

    async def check_bank(self, bank_id: str) -> Mended:
        """Compare the bank's index with its documents and mend what disagrees."""
        ...

    async def compact_bank(self, bank_id: str) -> int:
        """Rewrite the bank so that nothing deleted stays on disk; returns the bytes that came free."""
        ...

    async def add_paths(
        self,
        bank_id: str,
        paths: tuple[Path, ...],
        *,
        attributes: Attributes | None = None,
        chunking: Chunking | None = None,
    ) -> Added:
        """Add files, and the files of folders; returns when they are listed, reading goes on."""
        ...

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
        ...

    async def add_url(
        self, bank_id: str, url: str, *, attributes: Attributes | None = None, chunking: Chunking | None = None
    ) -> Document:
        """Fetch a public address once and add what it shows; raises InvalidRequest for addresses that are not public.

        Call it only when the person has agreed to the very address.
        """
        ...

    async def add_file(
        self, bank_id: str, file_id: str, *, attributes: Attributes | None = None, chunking: Chunking | None = None
    ) -> Document:
        """Add a stored file."""
        ...

    async def add_chunks(self, bank_id: str, name: str, chunks: tuple[ReadyChunk, ...]) -> Document:
        """Add passages as they are to the document of that name; those with ids known there replace the old ones.

        What all passages of the document say alike in their metadata (texts, numbers, truths) are its attributes.
        """
        ...

    async def ready_chunks(self, bank_id: str, document_id: str) -> tuple[ReadyChunk, ...]:
        """Return the passages `add_chunks` was given, none for other documents."""
        ...

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
        """Return documents by time of adding; `after` and `before` are document ids, `name` is part of a name."""
        ...

    async def document(self, bank_id: str, document_id: str) -> Document:
        """Return a document by its own id or that of its stored file; raises NotFound."""
        ...

    async def set_attributes(self, bank_id: str, document_id: str, attributes: Attributes) -> Document:
        """Replace a document's attributes."""
        ...

    async def remove_documents(self, bank_id: str, document_ids: tuple[str, ...]) -> int:
        """Remove documents for good; returns the bytes that came free."""
        ...

    async def pause(self, bank_id: str) -> Bank:
        """Hold back a bank's ingestion; what is being read stops within a second and goes on from there later."""
        ...

    async def resume(self, bank_id: str) -> Bank:
        """Let a bank's ingestion go on."""
        ...

    async def cancel_documents(self, bank_id: str, document_ids: tuple[str, ...] = ()) -> int:
        """Stop documents that are not ready (none named: all of them); returns how many."""
        ...

    async def retry_documents(self, bank_id: str, document_ids: tuple[str, ...] = (), *, ocr: bool = False) -> int:
        """Read documents again that failed or were cancelled (none named: all of them); returns how many."""
        ...

    async def watch_folder(self, bank_id: str, path: Path) -> WatchedFolder:
        """Follow a folder: its files are added, changes and deletions are picked up."""
        ...

    async def unwatch_folder(self, bank_id: str, folder_id: str, *, remove_documents: bool = False) -> None:
        """Stop following a folder; its documents stay unless asked otherwise."""
        ...

    async def folders(self, bank_id: str) -> tuple[WatchedFolder, ...]:
        """Return the folders a bank follows."""
        ...

    async def rescan(self, bank_id: str) -> Added:
        """Look for changes in watched folders and single files now."""
        ...

    async def part(self, bank_id: str, document_id: str, index: int) -> PartText:
        """Return one part of a document's text; raises NotFound."""
        ...

    async def part_at(self, bank_id: str, document_id: str, offset: int) -> PartText:
        """Return the part of a document that holds a character offset."""
        ...

    async def chunks(
        self, bank_id: str, document_id: str, *, after: int | None = None, limit: int = 100
    ) -> tuple[Chunk, ...]:
        """Return a document's chunks in order, from the one behind the chunk id `after`."""
        ...

    async def search(self, bank_ids: tuple[str, ...], request: SearchRequest) -> SearchResult:
        """Find chunks; raises InvalidRequest for an empty query or a bank that cannot be searched."""
        ...

    async def put_entries(self, bank_id: str, entries: tuple[Entry, ...]) -> None:
        """Set values of a keyvalue bank."""
        ...

    async def entries(self, bank_id: str, *, prefix: str = "", limit: int = 100) -> tuple[Entry, ...]:
        """Return values of a keyvalue bank by key."""
        ...

    async def remove_entries(self, bank_id: str, keys: tuple[str, ...]) -> int:
        """Remove values of a keyvalue bank; returns how many there were."""
        ...

    async def neighbours(self, bank_id: str, query: str, *, depth: int = 1, limit: int = 20) -> Neighbourhood:
        """Return what stands around the entities of a graph bank that a query names, with passages."""
        ...

    async def extract_graph(self, bank_id: str, model_id: str = "") -> int:
        """Let a model read a graph bank's chunks for more relations; returns how many were found."""
        ...
