"""A transfer goes on after every kind of break, writes nothing wrong and follows only safe redirects."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import BinaryIO

import httpx
import pytest

from app.engine.domain.errors import DiskFull, DownloadFailed, PaddockError
from app.engine.inference import transfer
from app.engine.inference.downloads import _new_client
from app.engine.inference.transfer import MOST_ATTEMPTS, Transfer
from tests.fakes import hub as fake

CONTENT = os.urandom(3_000_000)
REPO, FILE = "maker/Tiny-GGUF", "Tiny.gguf"


@pytest.fixture
def server() -> Iterator[fake.Hub]:
    with fake.Hub({REPO: fake.Repo({FILE: CONTENT})}) as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with await asyncio.to_thread(_new_client) as made:
        yield made


class Refused(PaddockError):
    def __init__(self, status: int) -> None:
        super().__init__(str(status))


def begin(
    client: httpx.AsyncClient, server: fake.Hub, part: Path, *, token: str | None = None, total: int = len(CONTENT)
) -> Transfer:
    return Transfer(
        client,
        f"{server.url}/{REPO}/resolve/{fake.REVISION}/{FILE}",
        part,
        token=token,
        total=total,
        refused=Refused,
        received=lambda _done, _total: None,
        backoff=lambda _attempt: 0.0,
    )


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "tiny.part"


@pytest.mark.parametrize("total", [len(CONTENT), 0])
async def test_a_whole_file_arrives(client: httpx.AsyncClient, server: fake.Hub, part: Path, total: int) -> None:
    assert await begin(client, server, part, total=total).run() == len(CONTENT)
    assert part.read_bytes() == CONTENT


async def test_it_goes_on_where_it_stopped(client: httpx.AsyncClient, server: fake.Hub, part: Path) -> None:
    part.write_bytes(CONTENT[:1_234_567])
    await begin(client, server, part).run()
    assert part.read_bytes() == CONTENT
    assert server.ranges() == ["bytes=1234567-"]


async def test_a_complete_part_asks_nothing(client: httpx.AsyncClient, server: fake.Hub, part: Path) -> None:
    part.write_bytes(CONTENT)
    await begin(client, server, part).run()
    assert server.requests == []


async def test_drops_are_survived(client: httpx.AsyncClient, server: fake.Hub, part: Path) -> None:
    server.drop_after = [700_000, 0, 900_000, 10]
    await begin(client, server, part).run()
    assert part.read_bytes() == CONTENT
    assert server.ranges()[:2] == ["", "bytes=700000-"]


async def test_busy_answers_are_tried_again(client: httpx.AsyncClient, server: fake.Hub, part: Path) -> None:
    server.statuses = [503, 429]
    await begin(client, server, part).run()
    assert part.read_bytes() == CONTENT


async def test_it_gives_up_after_too_many_breaks_without_a_byte(
    client: httpx.AsyncClient, server: fake.Hub, part: Path
) -> None:
    server.drop_after = [0] * 50
    with pytest.raises(DownloadFailed, match=f"broke {MOST_ATTEMPTS} times"):
        await begin(client, server, part).run()
    assert len(server.requests) == MOST_ATTEMPTS


async def test_a_server_without_ranges_starts_again(client: httpx.AsyncClient, server: fake.Hub, part: Path) -> None:
    server.honour_range = False
    part.write_bytes(b"something else")
    await begin(client, server, part).run()
    assert part.read_bytes() == CONTENT


async def test_a_part_that_is_too_long_starts_again(client: httpx.AsyncClient, server: fake.Hub, part: Path) -> None:
    part.write_bytes(CONTENT + b"more")
    await begin(client, server, part).run()
    assert part.read_bytes() == CONTENT


async def test_more_than_announced_is_refused(client: httpx.AsyncClient, server: fake.Hub, part: Path) -> None:
    with pytest.raises(DownloadFailed, match="more than the file has"):
        await begin(client, server, part, total=1000).run()


async def test_a_refusal_is_handed_on(client: httpx.AsyncClient, server: fake.Hub, part: Path) -> None:
    server.repos[REPO].gated = True
    with pytest.raises(Refused, match="401"):
        await begin(client, server, part).run()
    with pytest.raises(Refused, match="403"):
        await begin(client, server, part, token="hf_bad").run()
    await begin(client, server, part, token="hf_good").run()
    assert part.read_bytes() == CONTENT


async def test_the_token_stays_with_the_hub(client: httpx.AsyncClient, server: fake.Hub, part: Path) -> None:
    other = server.url.replace("127.0.0.1", "localhost")
    server.redirect = f"{other}/cdn/{REPO}/resolve/x/{FILE}"
    await begin(client, server, part, token="hf_good").run()
    assert part.read_bytes() == CONTENT
    first, second = server.requests
    assert first[1]["authorization"] == "Bearer hf_good"
    assert second[0].startswith("/cdn/")
    assert "authorization" not in second[1]


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://host/x", "//", "javascript:1"])
async def test_redirects_out_of_the_web_are_refused(
    client: httpx.AsyncClient, server: fake.Hub, part: Path, target: str
) -> None:
    server.redirect = target
    with pytest.raises(DownloadFailed, match=r"not allowed|circles"):
        await begin(client, server, part).run()


async def test_a_redirect_from_https_to_http_is_refused() -> None:
    with pytest.raises(DownloadFailed, match="not allowed"):
        transfer._checked_redirect("https://hub/x", "http://hub/x")


async def test_circles_end(client: httpx.AsyncClient, server: fake.Hub, part: Path) -> None:
    server.redirect = f"/{REPO}/resolve/x/{FILE}"
    with pytest.raises(DownloadFailed, match="circles"):
        await begin(client, server, part).run()


async def test_cancelling_keeps_what_has_arrived(client: httpx.AsyncClient, server: fake.Hub, part: Path) -> None:
    server.pause_after = 1_500_000
    arrived = asyncio.Event()
    running = begin(client, server, part)
    running._received = lambda _done, _total: arrived.set()
    task = asyncio.create_task(running.run())
    await asyncio.wait_for(arrived.wait(), 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    kept = part.read_bytes()
    assert 0 < len(kept) <= 1_500_000
    assert CONTENT.startswith(kept)


async def test_a_full_disk_is_told_and_keeps_the_rest(
    client: httpx.AsyncClient, server: fake.Hub, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = transfer.append

    def append(file: BinaryIO, data: bytes, path: Path) -> None:
        if file.tell() > 1_000_000:
            raise transfer.from_os(OSError(errno.ENOSPC, "No space left on device"), path)
        written(file, data, path)

    monkeypatch.setattr(transfer, "append", append)
    with pytest.raises(DiskFull):
        await begin(client, server, part).run()
    kept = part.read_bytes()
    assert len(kept) > 1_000_000
    assert CONTENT.startswith(kept)
