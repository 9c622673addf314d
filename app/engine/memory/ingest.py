"""The way of a document into its bank: read, embed, index, as three loops over what the databases say is to be done.

No loop holds work that is not on disk: after a crash the same loops find the same work. One bank is served after the
other, so that a large one does not hold up a small one. Must not know files; `reading.py` does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from app.engine.domain.embeddings import Embedder, EmbeddingModel
from app.engine.domain.errors import BankNotFound, DocumentUnreadable, PaddockError, StorageFailed, WorkerDied
from app.engine.domain.memory import DocumentFailure
from app.engine.memory.banks import Banks, OpenBank
from app.engine.memory.halves import to_halves
from app.engine.memory.news import News
from app.engine.memory.reading import Reader
from app.engine.runtime.tracing import span
from app.engine.storage.bank_chunks import PendingChunk
from app.engine.storage.bank_documents import Work
from app.engine.storage.lance.client import IndexClient
from app.engine.storage.lance.wording import indexed_text

# Chunks that go to the embedder together, and how many such batches are under way, so that it never waits for a disk.
BATCH = 64
BATCHES = 2
# Reading waits while this many chunks of a bank wait for vectors: memory and disk stay bounded, pausing is quick.
READ_AHEAD = 4000
# Documents go into the index together, when so many chunks are there or the first of them has waited this long.
COMMIT_CHUNKS = 2000
COMMIT_SECONDS = 1.0
# Rows that are not in the text index slow every search down; bringing it up to date costs time as well.
TEND_ROWS = 1000
TEND_COMMITS = 8
# A larger bank is looked at as a whole only when nothing has come in for a while: that costs searches time as well.
SMALL_CHUNKS = 5000
REST_SECONDS = 3.0
# At most this share of the time goes into tending while documents come in.
TEND_SHARE = 0.1

T = TypeVar("T")
OpenEmbedder = Callable[[str], Awaitable[Embedder]]
Settle = Callable[[OpenBank], Awaitable[None]]


class _Bank:
    """What the loops remember of a bank while they serve it."""

    def __init__(self, opened: OpenBank) -> None:
        self.opened = opened
        # Never less than what is pending in fact: what removed documents leave over goes when nothing is left to embed.
        self.pending = 0
        self.staged = 0
        self.taken = 0
        self.inflight: set[int] = set()
        self.reading: int | None = None
        self.stop_reading: asyncio.Task[None] | None = None
        self.first_finished = 0.0
        self.commits = 0
        self.tended_at = 0.0
        self.tend_seconds = 0.0
        self.unsettled = False
        self.committed_at = 0.0

    @property
    def paused(self) -> bool:
        return self.opened.bank.paused


class Ingest:
    """Lives in the engine loop. `wake` says that a bank may have work."""

    def __init__(
        self,
        banks: Banks,
        reader: Reader,
        open_embedder: OpenEmbedder,
        index: IndexClient,
        news: News,
        settle: Settle,
    ) -> None:
        self._banks = banks
        self._reader = reader
        self._open_embedder = open_embedder
        self._index = index
        self._news = news
        self._settle = settle
        self._states: dict[str, _Bank] = {}
        self._changed = asyncio.Condition()
        self.moves = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start the loops and take up what a former run left."""
        for each in (self._read_loop, self._embed_loop, self._commit_loop):
            self._tasks.append(asyncio.create_task(each(), name=each.__name__.strip("_")))

    async def close(self) -> None:
        """Stop at once; everything done so far is on disk."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._tasks.clear()

    async def wake(self, opened: OpenBank, *, unsettled: bool = False) -> None:
        """Look at a bank again; `unsettled` when a former run ended before it had looked at the bank as a whole."""
        state = self._states.get(opened.bank.id)
        if state is None or state.opened is not opened:
            state = self._states[opened.bank.id] = _Bank(opened)
        state.unsettled = state.unsettled or unsettled
        # What goes meanwhile is counted once too often rather than twice too little.
        staged, inflight = state.staged, len(state.inflight)
        state.pending = await opened.chunks.pending_count() + state.staged - staged + inflight
        await self._news.count(opened, state.pending)
        await self._move()

    async def hold(self, bank_id: str) -> None:
        """Stop reading a document of a paused bank; it begins anew later."""
        state = self._states.get(bank_id)
        if state is not None and state.stop_reading is not None:
            state.stop_reading.cancel()
        await self._move()

    async def stop_document(self, bank_id: str, number: int) -> None:
        """Stop reading this document, if it is the one being read."""
        state = self._states.get(bank_id)
        if state is not None and state.reading == number and state.stop_reading is not None:
            state.stop_reading.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.wait([state.stop_reading])

    async def forget(self, bank_id: str) -> None:
        """Let go of a bank that is being deleted, and wait until nothing of it is under way."""
        state = self._states.pop(bank_id, None)
        if state is None:
            return
        if state.stop_reading is not None:
            state.stop_reading.cancel()
        async with self._changed:
            await self._changed.wait_for(lambda: not state.inflight and state.reading is None)
        await self._news.forget(bank_id)

    async def idle(self, bank_id: str) -> None:
        """Wait until a bank has no work left that can be done."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._is_idle(bank_id))

    def _is_idle(self, bank_id: str) -> bool:
        state = self._states.get(bank_id)
        return state is None or ((state.paused or not self._news.working(bank_id)) and not state.unsettled)

    async def _move(self) -> None:
        async with self._changed:
            self.moves += 1
            self._changed.notify_all()

    async def wait_for_move(self, seen: int, seconds: float | None = None) -> None:
        """Wait until anything has moved on since `moves` was `seen`, or the seconds are over."""
        async with self._changed:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._changed.wait_for(lambda: self.moves != seen)

    # Reading.

    async def _read_loop(self) -> None:
        while True:
            seen = self.moves
            worked = False
            for state in list(self._states.values()):
                worked = await self._guarded(state, self._read_next(state)) or worked
            if not worked:
                await self.wait_for_move(seen)

    async def _read_next(self, state: _Bank) -> bool:
        opened = state.opened
        if state.paused or opened.bank.problem or state.pending > READ_AHEAD:
            return False
        work = await opened.documents.next_waiting()
        if work is None:
            return False
        await self._news.document(opened, work.document)
        state.reading = work.number
        state.unsettled = True
        state.stop_reading = asyncio.create_task(self._read(state, work), name=f"read {work.document.id}")
        try:
            await asyncio.wait([state.stop_reading])
        except asyncio.CancelledError:
            state.stop_reading.cancel()
            await asyncio.wait([state.stop_reading])
            raise
        finally:
            state.reading, state.stop_reading = None, None
        await self._news.number(opened, work.number)
        await self._move()
        return True

    async def _read(self, state: _Bank, work: Work) -> None:
        opened = state.opened
        try:
            model = await self._model(opened)
            if await self._reader.read(opened, work, model) and work.generation > 1:
                # What it held before must not be found any more.
                async with opened.committing:
                    await self._index.delete(opened.place, [work.number])
        except DocumentUnreadable as error:
            await self._fail(opened, work.number, error)
        except (StorageFailed, WorkerDied) as error:
            await self._fail(opened, work.number, error)
        except PaddockError as error:
            await self._wait_again(opened, work.number)
            await self._trouble(opened, error)
        except asyncio.CancelledError:
            # Paused, cancelled or closing: whoever stopped it has said what the document is now.
            await asyncio.shield(self._wait_again(opened, work.number))
            raise

    async def moved(self, opened: OpenBank, pending: int) -> None:
        """Note that a document being read has more chunks; waits while embedding is far behind."""
        state = self._states.get(opened.bank.id)
        if state is None:
            return
        state.pending += pending
        state.staged += pending
        if state.reading is not None:
            await self._news.number(opened, state.reading, pending)
        await self._move()
        async with self._changed:
            await self._changed.wait_for(lambda: state.pending <= READ_AHEAD or opened.bank.problem != "")

    async def _wait_again(self, opened: OpenBank, number: int) -> None:
        with suppress(StorageFailed):
            found = await opened.documents.many([number])
            if number in found and found[number].state == "parsing":
                await opened.documents.change_where((found[number].id,), ("parsing",), state="waiting", done=0, total=0)

    async def _fail(self, opened: OpenBank, number: int, error: PaddockError) -> None:
        failure = DocumentFailure(code=error.code, message=error.message, hint=error.hint)
        with suppress(StorageFailed):
            await opened.documents.fail(number, failure)
        await self._news.number(opened, number)

    async def _guarded(self, state: _Bank, work: Awaitable[T]) -> T | None:
        """Do something for one bank; what goes wrong must not end the loop that serves all of them."""
        try:
            return await work
        except PaddockError as error:
            await self._trouble(state.opened, error)
            return None

    async def _trouble(self, opened: OpenBank, error: PaddockError) -> None:
        """Stop serving a bank until somebody resumes it: its model or its disk does not work.

        One that was deleted meanwhile has no more use for its database, and no trouble either.
        """
        with suppress(BankNotFound):
            await self._banks.change(opened.bank.id, keep=False, problem=error.in_words())
        await self._move()

    async def _model(self, opened: OpenBank) -> EmbeddingModel | None:
        if not opened.bank.embedding_model:
            return None
        return (await self._open_embedder(opened.bank.embedding_model)).model

    # Embedding.

    async def _embed_loop(self) -> None:
        running: set[asyncio.Task[None]] = set()
        try:
            while True:
                seen = self.moves
                begun = False
                for state in list(self._states.values()):
                    while len(running) < BATCHES:
                        task = await self._guarded(state, self._begin_batch(state))
                        if task is None:
                            break
                        running.add(task)
                        begun = True
                if len(running) >= BATCHES or (running and not begun):
                    done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        task.result()
                elif not begun:
                    await self.wait_for_move(seen)
        finally:
            for task in running:
                task.cancel()
            if running:
                await asyncio.wait(running)

    async def _begin_batch(self, state: _Bank) -> asyncio.Task[None] | None:
        if state.paused or state.opened.bank.problem or state.pending - len(state.inflight) <= 0:
            return None
        staged = state.staged
        chunks = await state.opened.chunks.pending(BATCH, state.taken)
        if not chunks and not state.inflight:
            state.taken = 0  # what was added below, or left by a batch that failed
            chunks = await state.opened.chunks.pending(BATCH, 0)
            if not chunks and state.staged == staged:
                state.pending = 0
                await self._move()
        chunks = tuple(chunk for chunk in chunks if chunk.number not in state.inflight)
        if not chunks:
            return None
        state.taken = chunks[-1].number
        state.inflight.update(chunk.number for chunk in chunks)
        return asyncio.create_task(self._embed(state, chunks), name="embed")

    async def _embed(self, state: _Bank, chunks: Sequence[PendingChunk]) -> None:
        opened = state.opened
        try:
            await self._embed_batch(state, chunks)
        except WorkerDied as error:
            await self._embed_singly(state, chunks, error)
        except PaddockError as error:
            await self._trouble(opened, error)
        finally:
            state.inflight.difference_update(chunk.number for chunk in chunks)
            await asyncio.shield(self._move())

    async def _embed_batch(self, state: _Bank, chunks: Sequence[PendingChunk]) -> None:
        opened = state.opened
        embedder = await self._open_embedder(opened.bank.embedding_model)
        vectors = await embedder.embed([indexed_text(chunk.headings, chunk.text) for chunk in chunks])
        halves = await asyncio.to_thread(to_halves, vectors)
        no_longer = await opened.chunks.put_vectors(chunks, halves)
        state.pending -= no_longer
        await self._news.embedded(opened, chunks, state.pending)

    async def _embed_singly(self, state: _Bank, chunks: Sequence[PendingChunk], error: WorkerDied) -> None:
        """After a death: one text may have killed the embedder; it must not take others with it."""
        if len(chunks) == 1:
            await self._fail(state.opened, chunks[0].document, error)
            return
        middle = len(chunks) // 2
        for half in (chunks[:middle], chunks[middle:]):
            try:
                await self._embed_batch(state, half)
            except WorkerDied as again:
                await self._embed_singly(state, half, again)
            except PaddockError as trouble:
                await self._trouble(state.opened, trouble)
                return

    # Indexing.

    async def _commit_loop(self) -> None:
        while True:
            seen = self.moves
            wait: float | None = None
            for state in list(self._states.values()):
                again = await self._guarded(state, self._commit_finished(state))
                if again is not None:
                    wait = again if wait is None else min(wait, again)
            await self.wait_for_move(seen, wait)

    async def _commit_finished(self, state: _Bank) -> float | None:
        """Commit what is due; returns the seconds after which to look again, None when only news matter."""
        opened = state.opened
        if opened.bank.problem or self._states.get(opened.bank.id) is not state:
            return None
        finished = await opened.chunks.finished()
        if not finished:
            state.first_finished = 0.0
            return await self._after_all(state)
        now = time.monotonic()
        state.first_finished = state.first_finished or now
        due = state.first_finished + COMMIT_SECONDS - now
        busy = state.pending > 0 or state.reading is not None
        if busy and due > 0 and sum(total for _number, total in finished) < COMMIT_CHUNKS:
            return due
        state.first_finished = 0.0
        await self.commit(opened, [number for number, _total in finished])
        state.commits += 1
        state.unsettled = True
        state.committed_at = time.monotonic()
        await self._news.committed(opened, [number for number, _total in finished])
        await self._tend_if_due(state)
        await self._move()
        return None

    async def commit(self, opened: OpenBank, numbers: Sequence[int]) -> None:
        """Put documents whose vectors are all there into the index, and make them live."""
        async with opened.committing:
            with span("memory.commit", bank=opened.bank.id, documents=len(numbers)):
                live = await opened.documents.begin_indexing(numbers)
                if live:
                    language = opened.bank.language or await opened.documents.main_language(live)
                    await self._index.commit(opened.place, opened.database.path, live, language)
                    await opened.chunks.make_live(live)

    async def _tend_if_due(self, state: _Bank) -> None:
        now = time.monotonic()
        if state.commits < TEND_COMMITS or now - state.tended_at < state.tend_seconds / TEND_SHARE:
            return
        async with state.opened.committing:
            await self._index.tend(state.opened.place)
        state.commits = 0
        state.tended_at = time.monotonic()
        state.tend_seconds = state.tended_at - now

    async def _after_all(self, state: _Bank) -> float | None:
        """When nothing is left to do, bring the index up to date and look at the bank as a whole."""
        if not state.unsettled or state.pending or state.reading is not None:
            return None
        if await state.opened.documents.has_work() and not state.paused:
            return None
        rest = state.committed_at + REST_SECONDS - time.monotonic()
        if rest > 0 and state.opened.bank.stats.chunks > SMALL_CHUNKS:
            return rest
        state.unsettled = False
        state.commits = 0
        await self._settle(state.opened)
        await self._news.settled(state.opened)
        await self._move()
        return None
