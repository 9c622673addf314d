from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
import time
import zlib

import psutil
import pytest

from app.engine.domain.errors import DocumentUnreadable
from app.engine.domain.parsing import Closed, Opened, ParseLimits, ParseRequest, Part
from app.engine.memory.parsing.parser import ChildParser
from app.engine.memory.parsing.refusals import CODES
from tests.fakes.documents import SENTENCE, contents, pdf_of, word_body, word_package
from tests.fakes.waiting import soon

FAST = ParseLimits(seconds=5.0, memory_bytes=600 * 1024**2)


@contextlib.asynccontextmanager
async def parsing(**options):
    parser = ChildParser(**options)
    try:
        yield parser
    finally:
        await parser.close()


def pid_of(parser: ChildParser) -> int | None:
    worker = parser._children[0]._worker
    return worker.pid if worker is not None else None


async def text_of(parser: ChildParser, path, **asked) -> str:
    return "".join([e.text async for e in parser.parse(ParseRequest(path=str(path), **asked)) if isinstance(e, Part)])


async def reason(parser: ChildParser, path, limits: ParseLimits = FAST) -> str:
    with pytest.raises(DocumentUnreadable) as caught:
        await text_of(parser, path, limits=limits)
    assert caught.value.message
    return caught.value.code


def write(path, content: bytes | str):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


async def test_a_document_comes_in_order_and_the_child_stays_warm(tmp_path) -> None:
    path = write(tmp_path / "birds.pdf", contents()["pdf"])
    async with parsing() as parser:
        events = [event async for event in parser.parse(ParseRequest(path=str(path)))]
        assert isinstance(events[0], Opened)
        assert isinstance(events[-1], Closed)
        assert [event.page for event in events[1:-1]] == [1, 2, 3]
        pid = pid_of(parser)
        assert SENTENCE in await text_of(parser, path)
        assert pid_of(parser) == pid
    assert not psutil.pid_exists(pid)


async def test_a_refusal_says_which_way_it_failed_and_the_next_document_is_read(tmp_path) -> None:
    good = write(tmp_path / "birds.txt", SENTENCE)
    async with parsing() as parser:
        assert await reason(parser, write(tmp_path / "empty.txt", "")) == "document_empty"
        pid = pid_of(parser)
        assert await text_of(parser, good, limits=FAST) == SENTENCE
        assert pid_of(parser) == pid


async def test_a_child_that_is_killed_takes_one_document_with_it(tmp_path) -> None:
    long = write(tmp_path / "long.txt", f"{SENTENCE}\n\n" * 400_000)
    async with parsing() as parser:
        events = parser.parse(ParseRequest(path=str(long)))
        with pytest.raises(DocumentUnreadable) as caught:
            async for event in events:
                if isinstance(event, Opened):
                    os.kill(pid_of(parser), signal.SIGABRT if sys.platform != "win32" else signal.SIGTERM)
        assert caught.value.code == "document_crashed_parser"
        assert await text_of(parser, write(tmp_path / "birds.txt", SENTENCE)) == SENTENCE


def slow_document(folder):
    """Write a PDF that PDFium reads for minutes: one page that shows the same long content twenty times."""
    content = zlib.compress(b"BT /F1 12 Tf (a) Tj ET " * 3_000_000, 1)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents[%s]>>" % (b"4 0 R " * 20)
    stream = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content)
    kids = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    return write(folder / "slow.pdf", pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", kids, page, stream]))


async def test_a_child_that_hangs_is_ended(tmp_path) -> None:
    path = slow_document(tmp_path)
    limits = ParseLimits(seconds=0.7, memory_bytes=8 * 1024**3)
    async with parsing() as parser:
        began = time.monotonic()
        assert await reason(parser, path, limits) == "document_too_slow"
        assert time.monotonic() - began < 30
        assert await text_of(parser, write(tmp_path / "birds.txt", SENTENCE)) == SENTENCE


async def test_a_child_that_does_not_listen_is_ended_when_its_document_is_left(tmp_path) -> None:
    path, short = slow_document(tmp_path), write(tmp_path / "birds.txt", SENTENCE)
    limits = ParseLimits(memory_bytes=8 * 1024**3)
    async with parsing() as parser:
        assert await text_of(parser, short, limits=limits) == SENTENCE
        pid = pid_of(parser)
        reading = asyncio.create_task(text_of(parser, path, limits=limits))
        process = psutil.Process(pid)
        used = process.cpu_times().user
        await soon(lambda: process.cpu_times().user > used + 0.5)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await soon(lambda: pid_of(parser) is None)
        assert await text_of(parser, short, limits=limits) == SENTENCE


async def test_leaving_early_frees_the_child_for_the_next_document(tmp_path) -> None:
    long = write(tmp_path / "long.txt", f"{SENTENCE}\n\n" * 400_000)
    short = write(tmp_path / "birds.txt", SENTENCE)
    async with parsing() as parser:
        await text_of(parser, short)
        async with contextlib.aclosing(parser.parse(ParseRequest(path=str(long)))) as events:
            async for event in events:
                if isinstance(event, Part):
                    break
        began = time.monotonic()
        assert await text_of(parser, short) == SENTENCE
        assert time.monotonic() - began < 5


async def test_time_in_which_the_reader_is_slow_does_not_count(tmp_path) -> None:
    path = write(tmp_path / "birds.txt", f"{SENTENCE}\n\n" * 20_000)
    limits = ParseLimits(seconds=1.5)
    waited = asyncio.Event()
    asyncio.get_running_loop().call_later(2.8, waited.set)
    async with parsing() as parser:
        count = 0
        async for event in parser.parse(ParseRequest(path=str(path), limits=limits)):
            count += isinstance(event, Part)
            if count == 1:
                await waited.wait()
        assert count > 10


async def test_memory_is_bounded(tmp_path) -> None:
    # One paragraph that unpacks to more than the child may have; the share of its size is that of an honest file.
    body = word_body(f"<w:p>{'<w:r><w:t>ab</w:t></w:r>' * 1_500_000}</w:p>")
    path = write(tmp_path / "heavy.docx", word_package(body))
    async with parsing() as parser:
        limits = ParseLimits(seconds=60, memory_bytes=150 * 1024**2)
        assert await reason(parser, path, limits) == "document_too_large_in_memory"
        assert await text_of(parser, write(tmp_path / "birds.txt", SENTENCE), limits=limits) == SENTENCE


async def test_children_are_replaced_after_some_documents(tmp_path) -> None:
    path = write(tmp_path / "birds.txt", SENTENCE)
    async with parsing(documents=2) as parser:
        pids = []
        for _ in range(4):
            events = parser.parse(ParseRequest(path=str(path)))
            async for event in events:
                if isinstance(event, Opened):
                    pids.append(pid_of(parser))
        assert pids[0] == pids[1] != pids[2] == pids[3]


async def test_two_children_read_two_documents_at_once(tmp_path) -> None:
    path = write(tmp_path / "birds.txt", SENTENCE)
    async with parsing(children=2) as parser:
        texts = await asyncio.gather(*(text_of(parser, path) for _ in range(4)))
        assert texts == [SENTENCE] * 4
        await soon(lambda: parser._free.qsize() == 2)


def mutations(seed: int, count: int):
    """Yield names and contents of damaged files: flipped bits, cut ends, stretches of other files put in."""
    chance = random.Random(seed)
    originals = sorted(contents().items())
    for number in range(count):
        suffix, data = originals[number % len(originals)]
        damaged = bytearray(data)
        way = chance.randrange(3)
        if way == 0:
            for _ in range(chance.randint(1, 30)):
                damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        elif way == 1:
            del damaged[chance.randrange(len(damaged)) :]
        else:
            other = chance.choice(originals)[1]
            at, start = chance.randrange(len(damaged)), chance.randrange(len(other))
            damaged[at : at + chance.randint(0, 200)] = other[start : start + chance.randint(1, 2_000)]
        yield f"{number}.{suffix}", bytes(damaged)


async def test_damaged_files_of_every_format_end_in_events_or_a_reason(tmp_path) -> None:
    read = refused = 0
    async with parsing() as parser:
        for name, content in mutations(7, 300):
            began = time.monotonic()
            try:
                await text_of(parser, write(tmp_path / name, content), limits=FAST)
                read += 1
            except DocumentUnreadable as error:
                refused += error.message.endswith(".") and error.code in CODES
            assert time.monotonic() - began < FAST.seconds + 5, name
    assert read + refused == 300
    assert read > 50
    assert refused > 50
