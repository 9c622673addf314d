"""Downloads end in the library or in a clear reason, and survive pauses, restarts and kills."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from app.engine.domain.errors import Conflict, NotFound
from app.engine.domain.events import DownloadChanged, EngineEvent
from app.engine.domain.models import Download, Model
from app.engine.domain.settings import Settings
from app.engine.inference import downloads as module
from app.engine.inference import model_files, transfer
from app.engine.inference.downloads import Downloads
from app.engine.inference.hub import Hub
from tests.fakes import hub as fake

CONTENT = os.urandom(3_000_000)
REPO, FILE = "maker/Tiny-GGUF", "Tiny.gguf"


@pytest.fixture
def server() -> Iterator[fake.Hub]:
    with fake.Hub({REPO: fake.Repo({FILE: CONTENT, "second.gguf": CONTENT[:1000], "third.gguf": b"x"})}) as running:
        yield running


class World:
    """Downloads into a temporary folder with a library that only moves files."""

    def __init__(self, server: fake.Hub, root: Path) -> None:
        self.server = server
        self.root = root
        self.folder = root / "downloads"
        self.folder.mkdir(exist_ok=True)
        self.token: str | None = None
        self.events: list[EngineEvent] = []
        self.adopted: list[tuple[str, str, str]] = []
        self._changed = asyncio.Event()
        self.downloads = self.fresh()

    def fresh(self) -> Downloads:
        settings = Settings(hub_endpoint=self.server.url, network_seconds=10)
        hub = Hub(lambda: settings, self._give_token)
        return Downloads(hub, self.folder, lambda: settings, self._hear, self._adopt, backoff=lambda _attempt: 0.0)

    async def _give_token(self) -> str | None:
        return self.token

    def _hear(self, event: EngineEvent) -> None:
        self.events.append(event)
        self._changed.set()

    async def _adopt(self, path: Path, name: str, sha256: str, licence: str) -> Model:
        path.rename(self.root / name)
        self.adopted.append((name, sha256, licence))
        return Model(id="tiny", name="Tiny")

    async def until(self, condition: Callable[[Download], bool]) -> Download:
        async with asyncio.timeout(60):
            while True:
                for download in self.downloads.all():
                    if condition(download):
                        return download
                self._changed.clear()
                await self._changed.wait()

    async def finish(self, file: str = FILE, *, sha256: str = "") -> Download:
        begun = await self.downloads.start(REPO, file, sha256=sha256)
        async with asyncio.timeout(60):
            return await self.downloads.wait(begun.id)


@pytest.fixture
async def world(server: fake.Hub, tmp_path: Path) -> AsyncIterator[World]:
    made = World(server, tmp_path)
    await made.downloads.initialize()
    yield made
    await made.downloads.shutdown()


async def test_a_download_ends_in_the_library(world: World) -> None:
    begun = await world.downloads.start(REPO, FILE)
    assert begun.state == "waiting"
    done = await world.downloads.wait(begun.id)
    assert (done.state, done.model_id, done.reason) == ("completed", "tiny", "")
    assert (done.received_bytes, done.total_bytes) == (len(CONTENT), len(CONTENT))
    assert world.adopted == [(FILE, hashlib.sha256(CONTENT).hexdigest(), "llama3.2")]
    assert (world.root / FILE).read_bytes() == CONTENT
    assert list(world.folder.iterdir()) == []
    states = [event.download.state for event in world.events if isinstance(event, DownloadChanged)]
    assert list(dict.fromkeys(states)) == ["waiting", "running", "verifying", "completed"]
    assert world.downloads.all() == (done,)
    await world.downloads.cancel(done.id)
    assert world.downloads.all() == ()
    assert (world.root / FILE).exists()


async def test_pause_keeps_what_arrived_and_resume_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHOWN_EVERY", 0.0)
    world.server.pause_after = 1_500_000
    begun = await world.downloads.start(REPO, FILE)
    await world.until(lambda download: download.received_bytes >= 1_000_000)
    part = world.folder / f"{begun.id}.part"
    await world.downloads.pause(begun.id)
    (paused,) = world.downloads.all()
    assert (paused.state, paused.speed, paused.eta) == ("paused", 0.0, None)
    with pytest.raises(Conflict):
        await world.downloads.pause(begun.id)
    kept = part.stat().st_size
    assert kept >= 1_000_000
    world.server.pause_after = None
    await world.downloads.resume(begun.id)
    assert (await world.downloads.wait(begun.id)).state == "completed"
    assert world.server.ranges()[-1] == f"bytes={kept}-"
    with pytest.raises(Conflict):
        await world.downloads.resume(begun.id)


async def test_cancel_deletes_what_arrived(world: World) -> None:
    world.server.pause_after = 1_500_000
    begun = await world.downloads.start(REPO, FILE)
    await asyncio.to_thread(world.server.paused.wait, 10)
    await world.downloads.cancel(begun.id)
    assert list(world.folder.iterdir()) == []
    assert world.downloads.all() == ()
    with pytest.raises(NotFound):
        await world.downloads.resume(begun.id)


async def test_starting_twice_is_one_download(world: World) -> None:
    world.server.pause_after = 1000
    first = await world.downloads.start(REPO, FILE)
    second = await world.downloads.start(REPO, FILE)
    assert first.id == second.id
    assert len(world.downloads.all()) == 1


async def test_a_shutdown_pauses_and_the_next_run_goes_on(world: World) -> None:
    world.server.pause_after = 2_000_000
    begun = await world.downloads.start(REPO, FILE)
    await asyncio.to_thread(world.server.paused.wait, 10)
    await world.downloads.shutdown()
    world.server.pause_after = None
    world.downloads = world.fresh()
    await world.downloads.initialize()
    (found,) = world.downloads.all()
    assert (found.id, found.state, found.total_bytes) == (begun.id, "paused", len(CONTENT))
    assert found.received_bytes == (world.folder / f"{begun.id}.part").stat().st_size
    assert (await world.finish()).state == "completed"
    assert (world.root / FILE).read_bytes() == CONTENT


CHILD = """
import asyncio, sys
from pathlib import Path
from tests.engine.inference.test_downloads import FILE, REPO, World
from tests.fakes.hub import Hub
async def main():
    world = World(Hub(url=sys.argv[1]), Path(sys.argv[2]))
    await world.downloads.initialize()
    await world.downloads.start(REPO, FILE)
    await world.until(lambda download: download.received_bytes >= 1_000_000)
    print("enough", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


async def test_a_killed_download_goes_on_in_the_next_run(
    world: World, server: fake.Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.pause_after = 2_000_000
    code = CHILD.replace(
        "import asyncio", "import asyncio, app.engine.inference.downloads as d; d.SHOWN_EVERY = 0\nimport asyncio"
    )
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, server.url, str(world.root), stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    assert await asyncio.wait_for(child.stdout.readline(), 60) == b"enough\n"
    child.kill()
    await child.wait()
    child.stdout.feed_eof()
    server.pause_after = None
    server.go_on.set()
    world.downloads = world.fresh()
    await world.downloads.initialize()
    (found,) = world.downloads.all()
    assert found.state == "paused"
    assert found.received_bytes >= 1_000_000
    await world.downloads.resume(found.id)
    assert (await world.downloads.wait(found.id)).state == "completed"
    assert (world.root / FILE).read_bytes() == CONTENT
    assert server.ranges()[-1] == f"bytes={found.received_bytes}-"


async def test_wrong_bytes_are_deleted_and_told(world: World) -> None:
    world.server.repos[REPO].published[FILE] = "0" * 64
    failed = await world.finish()
    assert failed.state == "failed"
    assert "not the published ones" in failed.reason
    assert not (world.folder / f"{failed.id}.part").exists()
    assert world.adopted == []
    del world.server.repos[REPO].published[FILE]
    await world.downloads.cancel(failed.id)
    assert (await world.finish()).state == "completed"


async def test_a_spoilt_part_is_found_by_the_hash_of_the_whole(world: World) -> None:
    begun = await world.downloads.start(REPO, "third.gguf")
    await world.downloads.wait(begun.id)
    key = hashlib.sha256(f"{REPO}\n{FILE}".encode()).hexdigest()[:16]
    (world.folder / f"{key}.part").write_bytes(b"\0" * 1_000_000)
    failed = await world.finish()
    assert failed.state == "failed"
    assert "not the published ones" in failed.reason


async def test_a_file_that_was_replaced_on_the_hub_is_told_before_it_is_loaded(world: World) -> None:
    failed = await world.finish(sha256="1" * 64)
    assert failed.state == "failed"
    assert "not the file that was expected" in failed.reason
    assert world.server.ranges() == []


async def test_a_gated_file_says_where_to_accept(world: World) -> None:
    world.server.repos[REPO].gated = True
    failed = await world.finish()
    assert failed.state == "failed"
    assert "refuses access" in failed.reason
    assert f"{world.server.url}/{REPO}" in failed.hint
    assert "set a token" in failed.hint
    assert failed.code == "access_denied"
    world.token = "hf_good"
    await world.downloads.resume(failed.id)
    assert (await world.downloads.wait(failed.id)).state == "completed"


async def test_an_unknown_file_is_told(world: World) -> None:
    failed = await world.finish("none.gguf")
    assert (failed.state, "has no file" in failed.reason) == ("failed", True)


async def test_a_disk_without_room_is_told_before_a_byte(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_files, "free_disk", lambda _path: 1000)
    failed = await world.finish()
    assert failed.state == "failed"
    assert "only 0.0 GB are free" in failed.reason
    assert world.server.ranges() == []


async def test_a_disk_that_fills_up_keeps_the_rest(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    written = transfer.append

    def append(file: object, data: bytes, path: Path) -> None:
        if file.tell() > 1_000_000:  # type: ignore[attr-defined]
            raise transfer.from_os(OSError(28, "No space left on device"), path)
        written(file, data, path)  # type: ignore[arg-type]

    monkeypatch.setattr(transfer, "append", append)
    failed = await world.finish()
    assert failed.state == "failed"
    assert "is full" in failed.reason
    monkeypatch.setattr(transfer, "append", written)
    assert (await world.finish()).state == "completed"
    assert (world.root / FILE).read_bytes() == CONTENT


async def test_only_a_few_run_at_once(world: World) -> None:
    world.server.pause_after = 1
    for file in (FILE, "second.gguf"):
        await world.downloads.start(REPO, file)
    third = await world.downloads.start(REPO, "third.gguf")
    await world.until(lambda download: download.file == "second.gguf" and download.state == "running")
    await asyncio.to_thread(world.server.paused.wait, 10)
    states = {download.file: download.state for download in world.downloads.all()}
    assert states["third.gguf"] == "waiting"
    world.server.go_on.set()
    assert (await world.downloads.wait(third.id)).state == "completed"


async def test_progress_has_speed_and_time_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHOWN_EVERY", 0.0)
    monkeypatch.setattr(transfer, "WRITE_BYTES", 100_000)
    await world.finish()
    seen = [event.download for event in world.events if isinstance(event, DownloadChanged)]
    running = [each for each in seen if each.state == "running" and each.received_bytes]
    assert [each.received_bytes for each in running] == sorted(each.received_bytes for each in running)
    assert any(each.speed > 0 and each.eta is not None for each in running)


async def test_a_state_file_that_is_damaged_is_passed_over(world: World) -> None:
    (world.folder / "x.json").write_text("{")
    world.downloads = world.fresh()
    await world.downloads.initialize()
    assert world.downloads.all() == ()


async def test_our_own_mistake_is_shown_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_args: object) -> Model:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(world.downloads, "_adopt", broken)
    failed = await world.finish()
    assert failed.state == "failed"
    assert "mistake of Paddock: ZeroDivisionError('ours')" in failed.reason
