"""Reads one document into its bank: parsed outside, its parts and chunks staged as they come. Embeds nothing.

Everything read so far is on disk at any moment; a reading that was cut short begins anew, and what has a vector already
is not embedded again.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from app.engine.domain.embeddings import EmbeddingModel
from app.engine.domain.errors import DocumentUnreadable
from app.engine.domain.memory import DocumentReport, SkippedPart
from app.engine.domain.parsing import (
    Closed,
    DocumentParser,
    Omitted,
    Opened,
    ParseLimits,
    ParseRequest,
    Part,
    Piece,
)
from app.engine.memory.addresses import path_of, shown
from app.engine.memory.banks import OpenBank
from app.engine.runtime.streams import closing
from app.engine.runtime.tracing import span
from app.engine.storage.bank_chunks import StagedPart
from app.engine.storage.bank_documents import Work
from app.engine.storage.lance.wording import indexed_text

# Parts are staged together up to this many characters or seconds: one transaction for many small pages.
STAGE_CHARACTERS = 131_072
STAGE_SECONDS = 0.3
SKIPPED_SHOWN = 200
HASH_BYTES = 1024 * 1024

LocateContent = Callable[[OpenBank, Work], Awaitable[Path]]


class Reader:
    """Reads documents with one parser. Holds no state of a document."""

    def __init__(
        self,
        parser: DocumentParser,
        locate: LocateContent,
        limits: Callable[[], ParseLimits],
        moved: Callable[[OpenBank, int], Awaitable[None]],
    ) -> None:
        self._parser = parser
        self._locate = locate
        self._limits = limits
        self._moved = moved

    async def read(self, opened: OpenBank, work: Work, model: EmbeddingModel | None) -> bool:
        """Bring a document from "parsing" to "embedding", or to "ready" when its content is there already.

        Returns whether it is searched through another one from now on. A document that was cancelled, removed or
        listed anew meanwhile is left as it is. Raises DocumentUnreadable, StorageFailed, WorkerDied.
        """
        with span("memory.read", bank=opened.bank.id):
            started = time.monotonic()
            path = await self._locate(opened, work)
            size, mtime, sha256 = await asyncio.to_thread(_digest, path)
            await opened.documents.change_work(work, sha256=sha256, size_bytes=size, mtime_ns=mtime)
            if await self._is_twin(opened, work, sha256):
                return True
            gathered = _Gathered(opened, work, model, self._moved)
            request = self._request(opened, work, path, model)
            async with closing(self._parser.parse(request)) as events:
                async for event in events:
                    await gathered.take(event)
            await gathered.finish(time.monotonic() - started)
            return False

    async def _is_twin(self, opened: OpenBank, work: Work, sha256: str) -> bool:
        """Stored once: a document with the content of another one is searched through that one."""
        found = None if work.ocr else await opened.documents.twin(work.number, sha256)
        if found is None:
            return False
        number, twin = found
        report = msgspec.structs.replace(
            twin.report, chunks=0, warnings=(f"The same content as “{twin.name}”; it is searched there.",)
        )
        return await opened.documents.follow(
            work, number, report=report, mime=twin.mime, title=twin.title, language=twin.language,
            flagged=twin.flagged, failure=None,
        )  # fmt: skip

    def _request(self, opened: OpenBank, work: Work, path: Path, model: EmbeddingModel | None) -> ParseRequest:
        return ParseRequest(
            path=str(path),
            name=work.document.name,
            mime=work.document.mime,
            chunking=work.document.chunking or opened.bank.chunking,
            tokenizer=model.tokenizer if model is not None else "",
            ocr=work.ocr,
            limits=self._limits(),
        )


class _Gathered:
    """What has come of one document so far."""

    def __init__(
        self,
        opened: OpenBank,
        work: Work,
        model: EmbeddingModel | None,
        moved: Callable[[OpenBank, int], Awaitable[None]],
    ) -> None:
        self._opened = opened
        self._work = work
        self._model = model
        self._moved = moved
        self._waiting: list[StagedPart] = []
        self._waiting_characters = 0
        self._staged_at = time.monotonic()
        self._parts = 0
        self._chunks = 0
        self._pending = 0
        self._characters = 0
        self._skipped: list[SkippedPart] = []
        self._skipped_total = 0
        self._opening = Opened(format="", mime="")
        self._closing = Closed()

    async def take(self, event: Opened | Part | Omitted | Closed) -> None:
        """Stage a part, or note what is said about the document."""
        match event:
            case Opened():
                self._opening = event
            case Part() if event.text:
                self._add(event)
            case Omitted(where=where, reason=reason):
                self._skipped_total += 1
                if len(self._skipped) < SKIPPED_SHOWN:
                    self._skipped.append(SkippedPart(where=where, reason=reason))
            case Closed():
                self._closing = event
        late = time.monotonic() - self._staged_at > STAGE_SECONDS
        if self._waiting_characters >= STAGE_CHARACTERS or (self._waiting and late):
            await self._stage()

    def _add(self, part: Part) -> None:
        keys = tuple(chunk_key(self._model, part.text, piece) for piece in part.pieces)
        self._waiting.append(
            StagedPart(part=part, ordinal=self._parts, start=self._characters, first_chunk=self._chunks, keys=keys)
        )
        self._parts += 1
        self._chunks += len(part.pieces)
        self._characters += len(part.text)
        self._waiting_characters += len(part.text)

    async def _stage(self) -> None:
        some, self._waiting, self._waiting_characters = self._waiting, [], 0
        self._staged_at = time.monotonic()
        embed = self._model is not None
        pending = await self._opened.chunks.stage(self._work.number, self._work.generation, some, embed=embed)
        self._pending += pending
        await self._moved(self._opened, pending)

    async def finish(self, seconds: float) -> None:
        """Stage the rest and let the document wait for its vectors; raises DocumentUnreadable when it has no text."""
        if self._waiting:
            await self._stage()
        closing_ = self._closing
        if not self._chunks:
            raise _without_text(closing_)
        warnings = []
        if closing_.needs_ocr:
            warnings.append("Some pages have no text; read it again with character recognition to include them.")
        if closing_.flagged:
            warnings.append("It contains text that reads like instructions to a model; it is kept as data.")
        report = DocumentReport(
            format=self._opening.format,
            pages=closing_.pages,
            characters=self._characters,
            chunks=self._chunks,
            reused_chunks=self._chunks - self._pending if self._model is not None else 0,
            skipped=tuple(self._skipped),
            skipped_total=self._skipped_total,
            warnings=tuple(warnings),
            seconds=seconds,
        )
        await self._opened.documents.change_work(
            self._work, state="embedding", report=report, failure=None, mime=self._opening.mime,
            title=closing_.title, language=closing_.language, flagged=closing_.flagged,
        )  # fmt: skip


def chunk_key(model: EmbeddingModel | None, text: str, piece: Piece) -> bytes:
    """Return the digest of what is embedded for a piece, and of the model that does it."""
    prefix = f"{model.sha256}\0{model.document_prefix}" if model is not None else ""
    whole = indexed_text(piece.headings, text[piece.start : piece.end])
    return hashlib.blake2b(f"{prefix}\0{whole}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _without_text(closing_: Closed) -> DocumentUnreadable:
    if closing_.needs_ocr:
        return DocumentUnreadable(
            "Its pages hold pictures only, no text.",
            hint="Read it again with character recognition (the extra “ocr”).",
            code="document_needs_ocr",
        )
    return DocumentUnreadable(
        "There is no text in it.", hint="Check the file; nothing was added.", code="document_empty"
    )


def _digest(path: Path) -> tuple[int, int, str]:
    """Return size, time and digest of a file; raises DocumentUnreadable."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            before = path.stat()
            while block := file.read(HASH_BYTES):
                digest.update(block)
    except OSError as error:
        raise from_file_error(error, path) from error
    return before.st_size, before.st_mtime_ns, digest.hexdigest()


def from_file_error(error: OSError, path: Path) -> DocumentUnreadable:
    """Return why a file cannot be read, in words."""
    if isinstance(error, FileNotFoundError):
        return DocumentUnreadable("It is no longer there.", hint="Put it back and try again.", code="document_gone")
    if isinstance(error, PermissionError):
        return DocumentUnreadable("Paddock may not read it.", hint="Check its permissions.", code="document_forbidden")
    return DocumentUnreadable(f"It cannot be read: {error.strerror or error}.", hint="Check the disk it is on.")


async def locate_file(opened: OpenBank, work: Work) -> Path:
    """Return where a document's content is: its own path, or what the bank keeps of it."""
    path = path_of(work.document.uri)
    if path is not None:
        return path
    kept = opened.content_path(work.content)
    if not await asyncio.to_thread(kept.exists):
        raise DocumentUnreadable(f"The content of {shown(work.document.uri)} is gone.", hint="Add it again.")
    return kept
