"""What pages may ask of memory banks. Keeps a copy of the banks, so that painting never waits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.engine.domain.agents import Attachment
from app.engine.domain.events import BankChanged, BanksChanged, DocumentsChanged, DocumentsRemoved
from app.engine.domain.memory import (
    Added,
    Bank,
    BankChanges,
    BankType,
    Chunking,
    Document,
    DocumentState,
    Entry,
    SearchRequest,
)
from app.engine.facade import Engine
from app.ui.bridge.handle import Handle

if TYPE_CHECKING:
    from app.ui.bridge.client import EngineClient


class MemoryClient(QObject):
    """Each verb returns a Handle whose `done` carries what `facade.Memory` returns.

    `banks_changed()` follows every new list, `bank_changed(Bank)` every figure, `documents_changed(bank id, documents)`
    and `documents_removed(bank id, ids)` what happens inside a bank.
    """

    banks_changed = Signal()
    bank_changed = Signal(object)
    documents_changed = Signal(str, object)
    documents_removed = Signal(str, object)

    def __init__(self, client: EngineClient) -> None:
        super().__init__(client)
        self._client = client
        self._banks: dict[str, Bank] = {}
        self._asking: Handle | None = None
        self.known = False
        client.engine_event.connect(self._on_event)
        client.started.connect(self.refresh)

    @property
    def all_banks(self) -> tuple[Bank, ...]:
        """The banks by name, without those of single chats, as last heard."""
        return tuple(bank for bank in self._banks.values() if bank.session_id is None)

    def last(self, bank_id: str) -> Bank | None:
        """Return a bank as last heard."""
        return self._banks.get(bank_id)

    def refresh(self) -> None:
        """Fetch the banks anew; `banks_changed` follows."""
        if self._asking is not None:
            self._asking.cancel()  # its answer would be older
        self._asking = self._client.call(lambda engine: engine.memory.banks()).on(self, done=self._on_banks)

    def bank(self, bank_id: str) -> Handle:
        """done(Bank)"""
        return self._client.call(lambda engine: engine.memory.bank(bank_id))

    def create_bank(
        self,
        name: str,
        *,
        type: BankType = "vector",
        embedding_model: str = "",
        chunking: Chunking | None = None,
        description: str = "",
    ) -> Handle:
        """done(Bank)"""
        return self._client.call(
            lambda engine: engine.memory.create_bank(
                name, type=type, embedding_model=embedding_model, chunking=chunking, description=description
            )
        )

    def change_bank(self, bank_id: str, changes: BankChanges) -> Handle:
        """done(Bank)"""
        return self._client.call(lambda engine: engine.memory.change_bank(bank_id, changes))

    def change_model(self, bank_id: str, embedding_model: str) -> Handle:
        """done(Bank) once the change has begun; progress comes as `bank_changed`"""
        return self._client.call(lambda engine: engine.memory.change_model(bank_id, embedding_model))

    def delete_bank(self, bank_id: str) -> Handle:
        """done(int), bytes that came free"""
        return self._client.call(lambda engine: engine.memory.delete_bank(bank_id))

    def export_bank(self, bank_id: str, path: Path) -> Handle:
        """done(int), bytes of the file"""
        return self._client.call(lambda engine: engine.memory.export_bank(bank_id, path))

    def import_bank(self, path: Path) -> Handle:
        """done(Bank)"""
        return self._client.call(lambda engine: engine.memory.import_bank(path))

    def check_bank(self, bank_id: str) -> Handle:
        """done(Mended)"""
        return self._client.call(lambda engine: engine.memory.check_bank(bank_id))

    def compact_bank(self, bank_id: str) -> Handle:
        """done(int), bytes that came free"""
        return self._client.call(lambda engine: engine.memory.compact_bank(bank_id))

    def embedding_models(self) -> Handle:
        """done(tuple[EmbeddingModel, ...]), installed ones first, rerankers among them"""
        return self._client.call(lambda engine: engine.embeddings.models())

    def download_model(self, repo: str) -> Handle:
        """done(Download) at once; progress comes as `client.models.download_changed`"""
        return self._client.call(lambda engine: engine.embeddings.download(repo))

    # Documents.

    def add_paths(self, bank_id: str, paths: Sequence[Path]) -> Handle:
        """done(Added) when the files are listed; reading goes on"""
        return self._client.call(lambda engine: engine.memory.add_paths(bank_id, tuple(paths)))

    def add_text(self, bank_id: str, name: str, text: str) -> Handle:
        """done(Document)"""
        return self._client.call(lambda engine: engine.memory.add_text(bank_id, name, text))

    def add_url(self, bank_id: str, url: str) -> Handle:
        """done(Document); only for an address the person has agreed to"""
        return self._client.call(lambda engine: engine.memory.add_url(bank_id, url))

    def attach(self, session_id: str, paths: Sequence[Path]) -> Handle:
        """done((Added, attachments)): files added to a chat's own bank, also those it knew already"""

        async def attach(engine: Engine) -> tuple[Added, tuple[Attachment, ...]]:
            bank = await engine.memory.chat_bank(session_id)
            added = await engine.memory.add_paths(bank.id, tuple(paths))
            found = list(added.documents)
            refused = {skipped.where for skipped in added.refused}
            for path in paths if added.unchanged else ():
                # What was known already is not among the added: find it by its name.
                if path.name not in refused and all(document.name != path.name for document in found):
                    page = await engine.memory.documents(bank.id, name=path.name, newest_first=True, limit=20)
                    found += [document for document in page.documents if document.name == path.name][:1]
            return added, tuple(_attachment(document) for document in found)

        return self._client.call(attach)

    def documents(
        self,
        bank_id: str,
        *,
        after: str | None = None,
        limit: int = 100,
        states: tuple[DocumentState, ...] = (),
        name: str = "",
    ) -> Handle:
        """done(DocumentPage), newest first"""
        return self._client.call(
            lambda engine: engine.memory.documents(
                bank_id, after=after, limit=limit, states=states, name=name, newest_first=True
            )
        )

    def document(self, bank_id: str, document_id: str) -> Handle:
        """done(Document)"""
        return self._client.call(lambda engine: engine.memory.document(bank_id, document_id))

    def remove_documents(self, bank_id: str, document_ids: Sequence[str]) -> Handle:
        """done(int), bytes that came free"""
        return self._client.call(lambda engine: engine.memory.remove_documents(bank_id, tuple(document_ids)))

    def pause(self, bank_id: str) -> Handle:
        """done(Bank)"""
        return self._client.call(lambda engine: engine.memory.pause(bank_id))

    def resume(self, bank_id: str) -> Handle:
        """done(Bank)"""
        return self._client.call(lambda engine: engine.memory.resume(bank_id))

    def cancel_documents(self, bank_id: str, document_ids: Sequence[str] = ()) -> Handle:
        """done(int), how many; none named means all that are not ready"""
        return self._client.call(lambda engine: engine.memory.cancel_documents(bank_id, tuple(document_ids)))

    def retry_documents(self, bank_id: str, document_ids: Sequence[str] = (), *, ocr: bool = False) -> Handle:
        """done(int), how many; none named means all that failed or were cancelled"""
        return self._client.call(lambda engine: engine.memory.retry_documents(bank_id, tuple(document_ids), ocr=ocr))

    def part(self, bank_id: str, document_id: str, index: int) -> Handle:
        """done(PartText)"""
        return self._client.call(lambda engine: engine.memory.part(bank_id, document_id, index))

    def part_at(self, bank_id: str, document_id: str, offset: int) -> Handle:
        """done(PartText)"""
        return self._client.call(lambda engine: engine.memory.part_at(bank_id, document_id, offset))

    # Folders.

    def folders(self, bank_id: str) -> Handle:
        """done(tuple[WatchedFolder, ...])"""
        return self._client.call(lambda engine: engine.memory.folders(bank_id))

    def watch_folder(self, bank_id: str, path: Path) -> Handle:
        """done(WatchedFolder)"""
        return self._client.call(lambda engine: engine.memory.watch_folder(bank_id, path))

    def unwatch_folder(self, bank_id: str, folder_id: str) -> Handle:
        """done(None); the documents stay"""
        return self._client.call(lambda engine: engine.memory.unwatch_folder(bank_id, folder_id))

    def rescan(self, bank_id: str) -> Handle:
        """done(Added)"""
        return self._client.call(lambda engine: engine.memory.rescan(bank_id))

    # Search, entries, graph.

    def search(self, bank_ids: Sequence[str], request: SearchRequest) -> Handle:
        """done(SearchResult)"""
        return self._client.call(lambda engine: engine.memory.search(tuple(bank_ids), request))

    def entries(self, bank_id: str, *, prefix: str = "", limit: int = 100) -> Handle:
        """done(tuple[Entry, ...])"""
        return self._client.call(lambda engine: engine.memory.entries(bank_id, prefix=prefix, limit=limit))

    def put_entry(self, bank_id: str, entry: Entry) -> Handle:
        """done(None)"""
        return self._client.call(lambda engine: engine.memory.put_entries(bank_id, (entry,)))

    def remove_entries(self, bank_id: str, keys: Sequence[str]) -> Handle:
        """done(int)"""
        return self._client.call(lambda engine: engine.memory.remove_entries(bank_id, tuple(keys)))

    def neighbours(self, bank_id: str, query: str) -> Handle:
        """done(Neighbourhood)"""
        return self._client.call(lambda engine: engine.memory.neighbours(bank_id, query))

    def extract_graph(self, bank_id: str) -> Handle:
        """done(int), relations that were found"""
        return self._client.call(lambda engine: engine.memory.extract_graph(bank_id))

    def _on_banks(self, banks: tuple[Bank, ...]) -> None:
        self._asking = None
        chats = {bank.id: bank for bank in self._banks.values() if bank.session_id is not None}
        self._banks = {bank.id: bank for bank in banks} | chats
        self.known = True
        self.banks_changed.emit()

    def _on_event(self, event: object) -> None:
        match event:
            case BankChanged(bank=bank):
                self._banks[bank.id] = bank
                self.bank_changed.emit(bank)
            case BanksChanged():
                self.refresh()
            case DocumentsChanged(bank_id=bank_id, documents=documents):
                self.documents_changed.emit(bank_id, documents)
            case DocumentsRemoved(bank_id=bank_id, document_ids=document_ids):
                self.documents_removed.emit(bank_id, document_ids)
            case _:
                pass


def _attachment(document: Document) -> Attachment:
    return Attachment(bank_id=document.bank_id, document_id=document.id, name=document.name)
