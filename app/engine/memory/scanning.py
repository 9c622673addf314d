"""Brings a bank's list of documents in line with files on disk: new, changed and vanished ones. Reads no text.

A file whose size and time are known is unchanged and costs no more than that look. One with a new time is hashed;
only a new content is read again. A file that was moved is a new document; what it holds is not embedded again.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import mimetypes
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.engine.domain.memory import Added, Attributes, Chunking, Document, SkippedPart
from app.engine.memory.addresses import file_uri, path_of, shown_name
from app.engine.memory.banks import OpenBank, new_document_id
from app.engine.memory.walking import FoundFile, Refusal, walk
from app.engine.runtime.tracing import span
from app.engine.storage.bank_documents import Known, NewDocument

STEP = 1000
REFUSED_SHOWN = 1000


class Scan:
    """One look at some paths, for one bank."""

    def __init__(
        self,
        opened: OpenBank,
        *,
        attributes: Attributes | None = None,
        chunking: Chunking | None = None,
        folder_id: str | None = None,
    ) -> None:
        self._opened = opened
        self._attributes = attributes
        self._chunking = chunking
        self._folder_id = folder_id
        self._documents: list[Document] = []
        self._unchanged = 0
        self._refused: list[SkippedPart] = []
        self.seen: set[str] = set()

    async def add(self, paths: Sequence[Path]) -> Added:
        """List what is new or changed below these paths."""
        with span("memory.scan", bank=self._opened.bank.id):
            walked = walk(paths)
            while some := await asyncio.to_thread(lambda: list(itertools.islice(walked, STEP))):
                await self._take(some)
        return Added(
            documents=tuple(self._documents), unchanged=self._unchanged, refused=tuple(self._refused[:REFUSED_SHOWN])
        )

    async def _take(self, found: Sequence[FoundFile | Refusal]) -> None:
        self._refused += [each.part for each in found if isinstance(each, Refusal)]
        files = {file_uri(each.path): each for each in found if isinstance(each, FoundFile)}
        self.seen.update(files)
        known = await self._opened.documents.known(list(files))
        fresh = {uri: file for uri, file in files.items() if uri not in known}
        doubtful = {uri: file for uri, file in files.items() if uri in known and not _same(file, known[uri])}
        changed = await self._really_changed(doubtful, known)
        self._unchanged += len(files) - len(fresh) - len(changed)
        listed = {**fresh, **changed}
        if listed:
            new = [
                NewDocument(document=self._document(uri, file), mtime_ns=file.mtime_ns) for uri, file in listed.items()
            ]
            self._documents += await self._opened.documents.put(new)

    async def _really_changed(self, doubtful: dict[str, FoundFile], known: dict[str, Known]) -> dict[str, FoundFile]:
        """Return the files whose content is another; those that only have a new time are noted as such."""
        digests = await asyncio.to_thread(lambda: {uri: _digest(file.path) for uri, file in doubtful.items()})
        same = {uri for uri, digest in digests.items() if digest and digest == known[uri].sha256}
        touched = {known[uri].number: (doubtful[uri].size_bytes, doubtful[uri].mtime_ns) for uri in same}
        if touched:
            await self._opened.documents.touch(touched)
        return {uri: file for uri, file in doubtful.items() if uri not in same}

    def _document(self, uri: str, file: FoundFile) -> Document:
        now = time.time()
        return Document(
            id=new_document_id(),
            bank_id=self._opened.bank.id,
            name=shown_name(file.path),
            uri=uri,
            folder_id=self._folder_id,
            mime=mimetypes.guess_type(file.path.name)[0] or "",
            size_bytes=file.size_bytes,
            attributes=dict(self._attributes or {}),
            chunking=self._chunking,
            created_at=now,
            updated_at=now,
        )


def _same(file: FoundFile, known: Known) -> bool:
    # A failed document is read again when its file is touched, never for looking at it once more.
    return file.size_bytes == known.size_bytes and file.mtime_ns == known.mtime_ns


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def vanished(uris: Sequence[str]) -> Iterator[str]:
    """Yield the addresses of files that are not there any more, blocking."""
    for uri in uris:
        path = path_of(uri)
        if path is None:
            continue
        try:
            path.stat()
        except (FileNotFoundError, NotADirectoryError):
            yield uri
        except OSError:
            continue  # there, but not to be seen now: a share that does not answer, a folder without permission
