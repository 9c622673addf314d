"""Downloads of models: started, paused, resumed after a restart, checked and handed to the library.

Each has a `<id>.json` with its state and a `<id>.part` with what has arrived. A model that is a folder of files is one
download as well: its small files come first, into `<id>.files`. Must not decode any hub answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import shutil
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
from filelock import FileLock, Timeout

from app.engine.domain.errors import ChecksumMismatch, Conflict, GgufInvalid, InvalidRequest, NotFound, PaddockError
from app.engine.domain.events import DownloadChanged, EngineEvent
from app.engine.domain.models import Download, Model
from app.engine.domain.settings import Settings
from app.engine.inference.companions import FolderModels, fetch_companions, mismatch
from app.engine.inference.hub import Hub, RemoteFile, from_status
from app.engine.inference.model_files import Work, hash_file, require_space
from app.engine.inference.speed import Speedometer
from app.engine.inference.transfer import Transfer
from app.engine.runtime.files import from_os, write_atomically
from app.engine.runtime.threads import in_thread

logger = logging.getLogger(__name__)

AT_ONCE = 2
SHOWN_EVERY = 0.2
FINISHED = ("completed", "failed", "cancelled")

Adopt = Callable[[Path, str, str, str], Awaitable[Model]]


class _Saved(msgspec.Struct, kw_only=True):
    """The JSON beside a part file. `expected` is the hash the caller asked for, `companions` a folder's small files."""

    download: Download
    expected: str = ""
    source: RemoteFile | None = None
    is_folder: bool = False
    companions: tuple[RemoteFile, ...] = ()


class _Job:
    """One download in this run."""

    def __init__(self, saved: _Saved) -> None:
        self.saved = saved
        self.task: asyncio.Task[None] | None = None
        self.work = Work()

    @property
    def download(self) -> Download:
        """The download as it stands."""
        return self.saved.download

    @property
    def active(self) -> bool:
        """Whether a task works on it."""
        return self.task is not None and not self.task.done()


class Downloads:
    """All downloads. `adopt(path, file, sha256, licence)` moves a checked file into the library."""

    def __init__(
        self,
        hub: Hub,
        folder: Path,
        settings: Callable[[], Settings],
        publish: Callable[[EngineEvent], None],
        adopt: Adopt,
        *,
        folders: FolderModels | None = None,
        backoff: Callable[[int], float] | None = None,
    ) -> None:
        self._hub = hub
        self._folder = folder
        self._settings = settings
        self._publish = publish
        self._adopt = adopt
        self._folders = folders
        self._backoff = {} if backoff is None else {"backoff": backoff}
        self._jobs: dict[str, _Job] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._client: httpx.AsyncClient | None = None
        self._connecting = asyncio.Lock()

    async def initialize(self) -> None:
        """Find the downloads of earlier runs; those that were running are shown as paused."""
        for saved in await asyncio.to_thread(_load, self._folder):
            self._jobs[saved.download.id] = _Job(saved)

    async def shutdown(self) -> None:
        """Pause everything and close the connections."""
        for job in tuple(self._jobs.values()):
            if job.active:
                await self._stop(job, "paused")
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def all(self) -> tuple[Download, ...]:
        """Return all downloads that are not dismissed, oldest first."""
        return tuple(job.download for job in self._jobs.values())

    async def start(self, repo: str, file: str, *, sha256: str = "") -> Download:
        """Start a download, or go on with the one of this file, and return at once."""
        return await self._start(_Saved(download=Download(id=_key(repo, file), repo=repo, file=file), expected=sha256))

    async def start_folder(self, repo: str) -> Download:
        """Start the download of a model that is a folder, or go on with it, and return at once."""
        made = Download(id=_key(repo, ""), repo=repo, file=repo.rpartition("/")[2])
        return await self._start(_Saved(download=made, is_folder=True))

    async def _start(self, saved: _Saved) -> Download:
        key = saved.download.id
        job = self._jobs.get(key)
        if job is None or job.download.state in ("completed", "cancelled"):
            self._jobs.pop(key, None)
            job = self._jobs[key] = _Job(saved)
        if not job.active:
            await self._go(job)
        return job.download

    async def pause(self, download_id: str) -> None:
        """Stop and keep what has arrived; raises Conflict when it does not run."""
        job = self._job(download_id)
        if not job.active:
            raise Conflict(f"The download of {job.download.file} does not run.")
        await self._stop(job, "paused")

    async def resume(self, download_id: str) -> None:
        """Go on where it stopped; raises Conflict when it runs or is complete."""
        job = self._job(download_id)
        if job.active or job.download.state == "completed":
            raise Conflict(f"The download of {job.download.file} is {job.download.state} already.")
        await self._go(job)

    async def cancel(self, download_id: str) -> None:
        """Stop and delete what has arrived; a finished download is only taken off the list."""
        job = self._job(download_id)
        if job.active:
            await self._stop(job, "cancelled")
        if job.download.state != "completed":
            self._show(job, state="cancelled", speed=0.0, eta=None)
        del self._jobs[download_id]
        await asyncio.to_thread(self._forget, download_id)

    async def wait(self, download_id: str) -> Download:
        """Return when the download has stopped for whatever reason."""
        job = self._job(download_id)
        if job.task is not None:
            await asyncio.wait([job.task])
        return job.download

    def _job(self, download_id: str) -> _Job:
        if download_id not in self._jobs:
            raise NotFound(f"There is no download “{download_id}”.", param="download")
        return self._jobs[download_id]

    def _part(self, download_id: str) -> Path:
        return self._folder / f"{download_id}.part"

    def _files(self, download_id: str) -> Path:
        return self._folder / f"{download_id}.files"

    def _state(self, download_id: str) -> Path:
        return self._folder / f"{download_id}.json"

    async def _go(self, job: _Job) -> None:
        self._show(job, state="waiting", reason="", hint="", code="")
        await self._save(job)
        job.work = Work()
        job.task = asyncio.create_task(self._run(job), name=f"download {job.download.file}")
        job.task.add_done_callback(lambda task: self._report_bug(job, task))

    async def _stop(self, job: _Job, state: str) -> None:
        assert job.task is not None
        job.work.cancel()
        job.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await job.task
        if job.download.state not in FINISHED:
            self._show(job, state=state, speed=0.0, eta=None)
            await self._save(job)

    async def _run(self, job: _Job) -> None:
        try:
            async with self._slots:
                await self._download(job)
        except PaddockError as error:
            await self._fail(job, error)

    def _report_bug(self, job: _Job, task: asyncio.Task[None]) -> None:
        """Show a download that ended through our own mistake; nobody awaits its task."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            logger.error("the download of %s broke", job.download.file, exc_info=error)
            reason = f"The download broke through a mistake of Paddock: {error!r}"
            self._show(job, state="failed", reason=reason, hint="Please report this.", speed=0.0, eta=None)

    async def _download(self, job: _Job) -> None:
        lock = await asyncio.to_thread(_acquire, self._folder / f"{job.download.id}.lock")
        try:
            source = await self._resolved(job)
            if job.saved.is_folder:
                await self._fetch_companions(job)
            await self._transfer(job, source)
            await self._verify(job, source)
            await self._deliver(job, source)
        finally:
            await in_thread(lock.release)

    async def _resolved(self, job: _Job) -> RemoteFile:
        """Return the pinned source; asked once, so that a resumed part always belongs to one commit."""
        if job.saved.source is None:
            if job.saved.is_folder:
                found, *companions = await self._hub.resolve_folder(job.download.repo)
                job.saved.companions = tuple(companions)
            else:
                found = await self._hub.resolve(job.download.repo, job.download.file)
            if job.saved.expected and found.sha256 and found.sha256 != job.saved.expected:
                raise ChecksumMismatch(
                    f"{found.file} on the hub is not the file that was expected.",
                    hint="It was replaced there. Choose it from the hub's list to take it as it is now.",
                )
            job.saved.source = found
            self._show(job, total_bytes=found.size_bytes)
            await self._save(job)
        return job.saved.source

    async def _fetch_companions(self, job: _Job) -> None:
        """Fetch the small files that are not here yet, and ask whether such a model can be used at all."""
        files = self._files(job.download.id)
        token = await self._hub.token()

        async def fetch(source: RemoteFile, part: Path) -> None:
            await self._transfer_file(source, part, token, lambda _done, _total: None)

        await fetch_companions(job.saved.companions, files, fetch)
        assert self._folders is not None
        check = self._folders.check
        try:
            await asyncio.to_thread(check, files)
        except InvalidRequest:
            await asyncio.to_thread(shutil.rmtree, files, ignore_errors=True)
            job.saved.source = None  # another commit may be of another kind
            raise

    async def _transfer(self, job: _Job, source: RemoteFile) -> None:
        part = self._part(job.download.id)
        have = await asyncio.to_thread(_size, part)
        await asyncio.to_thread(require_space, self._folder, max(0, source.size_bytes - have))
        token = await self._hub.token()
        speed = Speedometer(have, source.size_bytes)
        self._show(job, state="running", received_bytes=have)
        shown = time.monotonic()

        def received(done: int, total: int) -> None:
            nonlocal shown
            speed.update(done, time.monotonic())
            if time.monotonic() - shown >= SHOWN_EVERY:
                shown = time.monotonic()
                self._show(job, received_bytes=done, total_bytes=total, speed=speed.speed, eta=speed.eta)

        size = await self._transfer_file(source, part, token, received)
        self._show(job, received_bytes=size, total_bytes=size, speed=0.0, eta=None)

    async def _transfer_file(
        self, source: RemoteFile, part: Path, token: str | None, received: Callable[[int, int], None]
    ) -> int:
        page = f"{self._hub.endpoint}/{source.repo}"
        return await Transfer(
            await self._connection(),
            source.url,
            part,
            token=token,
            total=source.size_bytes,
            refused=lambda status: from_status(status, source.repo, page, bool(token)),
            received=received,
            **self._backoff,
        ).run()

    async def _verify(self, job: _Job, source: RemoteFile) -> None:
        """Check the hash of the whole file, also of what earlier runs brought."""
        self._show(job, state="verifying")
        part = self._part(job.download.id)
        found = await in_thread(lambda: hash_file(part, job.work), stop=job.work.cancel)
        wanted = source.sha256 or job.saved.expected
        if wanted and found != wanted:
            await asyncio.to_thread(part.unlink, missing_ok=True)
            raise mismatch(source.file)
        job.saved.expected = found

    async def _deliver(self, job: _Job, source: RemoteFile) -> None:
        # Once checked, a file that took hours is not lost to a pause in the last second.
        adopting: asyncio.Future[Any] = self._adopting(job, source)
        try:
            adopted = await asyncio.shield(adopting)
        except asyncio.CancelledError:
            adopted = await adopting
        except (GgufInvalid, InvalidRequest):
            await asyncio.to_thread(self._part(job.download.id).unlink, missing_ok=True)
            await asyncio.to_thread(shutil.rmtree, self._files(job.download.id), ignore_errors=True)
            raise
        self._show(job, state="completed", model_id=adopted if isinstance(adopted, str) else adopted.id)
        await asyncio.to_thread(self._forget, job.download.id)

    def _adopting(self, job: _Job, source: RemoteFile) -> asyncio.Future[Model] | asyncio.Future[str]:
        part = self._part(job.download.id)
        if self._folders is not None and job.saved.is_folder:
            return asyncio.ensure_future(self._folders.adopt(part, self._files(job.download.id), source))
        name = Path(source.file).name
        return asyncio.ensure_future(self._adopt(part, name, job.saved.expected, source.licence))

    async def _fail(self, job: _Job, error: PaddockError) -> None:
        self._show(job, state="failed", reason=error.message, hint=error.hint, code=error.code, speed=0.0, eta=None)
        with contextlib.suppress(PaddockError):
            await self._save(job)

    def _show(self, job: _Job, **changes: object) -> None:
        job.saved.download = msgspec.structs.replace(job.saved.download, **changes)
        self._publish(DownloadChanged(job.saved.download))

    async def _save(self, job: _Job) -> None:
        content = msgspec.json.encode(job.saved)
        await asyncio.to_thread(write_atomically, self._state(job.download.id), content)

    def _forget(self, download_id: str) -> None:
        for path in (self._part(download_id), self._state(download_id), self._folder / f"{download_id}.lock"):
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise from_os(error, path) from error
        shutil.rmtree(self._files(download_id), ignore_errors=True)

    async def _connection(self) -> httpx.AsyncClient:
        async with self._connecting:
            if self._client is None:
                self._client = await asyncio.to_thread(_new_client)
        self._client.timeout = httpx.Timeout(self._settings().network_seconds)
        return self._client


def _new_client() -> httpx.AsyncClient:
    """Make the client off the loop: it reads the system's certificates from disk."""
    return httpx.AsyncClient()


def _key(repo: str, file: str) -> str:
    return hashlib.sha256(f"{repo}\n{file}".encode()).hexdigest()[:16]


def _acquire(path: Path) -> FileLock:
    lock = FileLock(path, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise Conflict("Another Paddock downloads this file.", hint="Wait for it to end.") from error
    return lock


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _load(folder: Path) -> list[_Saved]:
    found = []
    for path in folder.glob("*.json"):
        try:
            saved = msgspec.json.decode(path.read_bytes(), type=_Saved)
        except (OSError, msgspec.MsgspecError):
            continue
        state = "failed" if saved.download.state == "failed" else "paused"
        received = _size(path.with_suffix(".part"))
        saved.download = msgspec.structs.replace(
            saved.download, state=state, received_bytes=received, speed=0.0, eta=None
        )
        found.append((path.stat().st_mtime, saved))
    return [saved for _, saved in sorted(found, key=lambda pair: pair[0])]
