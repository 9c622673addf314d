"""Lists documents in a bank: files, pasted text, fetched pages, stored files. Reads none of them."""

from __future__ import annotations

import asyncio
import mimetypes
import time
from pathlib import Path
from urllib.parse import urlsplit

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.memory import Added, Attributes, Chunking, Document, ReadyChunk
from app.engine.memory import ready_chunks
from app.engine.memory.addresses import CHUNKS, chunks_uri, path_of, stored_uri, text_uri
from app.engine.memory.banks import OpenBank, new_document_id
from app.engine.memory.fetching import Fetcher
from app.engine.memory.scanning import Scan
from app.engine.runtime.files import from_os
from app.engine.runtime.tracing import span
from app.engine.storage.bank_documents import NewDocument
from app.engine.storage.files import FileStore

_PAGE = 1000


class Adding:
    """Lives in the engine loop."""

    def __init__(self, files: FileStore, fetcher: Fetcher) -> None:
        self._files = files
        self._fetcher = fetcher
        self._merging = asyncio.Lock()

    async def paths(
        self, opened: OpenBank, paths: tuple[Path, ...], attributes: Attributes | None, chunking: Chunking | None
    ) -> Added:
        """List what is new or changed below paths."""
        absolute = tuple(path.expanduser().absolute() for path in paths)
        return await Scan(opened, attributes=attributes, chunking=chunking).add(absolute)

    async def again(self, opened: OpenBank) -> Added:
        """Look at the single files of a bank again; those that are gone are reported, not removed."""
        paths: list[Path] = []
        after: str | None = None
        while True:
            page = await opened.documents.page(
                after=after, before=None, limit=_PAGE, newest_first=False, states=(), name=""
            )
            paths += [path for each in page.documents if not each.folder_id and (path := path_of(each.uri))]
            if not page.has_more:
                return await Scan(opened).add(paths)
            after = page.documents[-1].id

    async def text(
        self, opened: OpenBank, name: str, text: str, attributes: Attributes | None, chunking: Chunking | None
    ) -> Document:
        """List pasted text; the same name replaces it."""
        if not text.strip():
            raise InvalidRequest("The text is empty.", param="text")
        name = name.strip() or text.strip().splitlines()[0][:60]
        document = self._document(opened, name, text_uri(name), "text/markdown", attributes, chunking)
        return await self._keep(opened, document, text.encode("utf-8", "replace"))

    async def url(
        self, opened: OpenBank, url: str, attributes: Attributes | None, chunking: Chunking | None
    ) -> Document:
        """Fetch an address and list what it shows."""
        with span("memory.fetch"):
            fetched = await self._fetcher.fetch(url.strip())
        parts = urlsplit(url)
        name = Path(parts.path).name or parts.hostname or url
        if "." not in name:
            name += mimetypes.guess_extension(fetched.mime) or ""
        document = self._document(opened, name, url.strip(), fetched.mime, attributes, chunking)
        return await self._keep(opened, document, fetched.content)

    async def file(
        self, opened: OpenBank, file_id: str, attributes: Attributes | None, chunking: Chunking | None
    ) -> Document:
        """List a stored file; its content is kept by the bank as well."""
        stored = await self._files.get(file_id)
        mime = mimetypes.guess_type(stored.name)[0] or ""
        document = self._document(opened, stored.name, stored_uri(file_id), mime, attributes, chunking, file_id)
        return await self._keep(opened, document, await self._files.content(file_id))

    async def chunks(self, opened: OpenBank, name: str, fresh: tuple[ReadyChunk, ...]) -> Document:
        """List passages an app cut itself, together with those that are known of the document already."""
        uri = chunks_uri(name)
        async with self._merging:
            chunks = ready_chunks.merged(await self.ready_chunks(opened, uri), fresh)
            attributes = ready_chunks.shared_attributes(chunks)
            document = self._document(opened, name, uri, ready_chunks.MIME, attributes, None)
            return await self._keep(opened, document, ready_chunks.encode(chunks))

    async def ready_chunks(self, opened: OpenBank, uri: str) -> tuple[ReadyChunk, ...]:
        """Return the passages kept under an address, none for other documents; raises DocumentUnreadable."""
        if not uri.startswith(CHUNKS) or not (digest := await opened.documents.content_of(uri)):
            return ()
        path = opened.content_path(digest)
        try:
            return await asyncio.to_thread(lambda: ready_chunks.decode(path.read_bytes()))
        except OSError as error:
            raise from_os(error, path) from error

    async def drop_contents(self, opened: OpenBank) -> None:
        """Delete kept contents that no document refers to any more."""
        kept = await opened.documents.contents()
        folder = opened.content_path("")

        def drop() -> None:
            for path in folder.glob("*") if folder.is_dir() else ():
                if path.name not in kept:
                    path.unlink(missing_ok=True)

        await asyncio.to_thread(drop)

    async def _keep(self, opened: OpenBank, document: Document, content: bytes) -> Document:
        path = await opened.keep_content(content)
        new = NewDocument(document=document, content=path.name)
        return (await opened.documents.put([new]))[0]

    def _document(
        self,
        opened: OpenBank,
        name: str,
        uri: str,
        mime: str,
        attributes: Attributes | None,
        chunking: Chunking | None,
        file_id: str | None = None,
    ) -> Document:
        now = time.time()
        return Document(
            id=new_document_id(),
            bank_id=opened.bank.id,
            name=name,
            uri=uri,
            file_id=file_id,
            mime=mime,
            attributes=dict(attributes or {}),
            chunking=chunking,
            created_at=now,
            updated_at=now,
        )
