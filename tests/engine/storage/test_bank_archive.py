"""A bank as one file comes back whole; files of strangers and damaged ones are refused and leave nothing."""

from __future__ import annotations

import asyncio
import hashlib
import json
import zipfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from app.engine.domain.errors import InvalidRequest, PaddockError
from app.engine.domain.memory import Bank, DocumentFailure, Entry
from app.engine.storage.bank_archive import VERSION, export, read_cover, read_into
from app.engine.storage.bank_entries import EntryStore
from app.engine.storage.bank_graph import GraphRow, GraphStore
from tests.fakes.bank import DIMENSION, FakeBank, halves, key, opened

BANK = Bank(id="vs_1", name="Birds", embedding_model="m", embedding_dimension=DIMENSION, language="en")
PASTED = b"pasted text"
DIGEST = hashlib.sha256(PASTED).hexdigest()


@pytest.fixture
async def bank(tmp_path: Path) -> AsyncIterator[FakeBank]:
    (tmp_path / "from").mkdir()
    async with opened(tmp_path / "from") as made:
        yield made


@pytest.fixture
async def target(tmp_path: Path) -> AsyncIterator[FakeBank]:
    (tmp_path / "to").mkdir()
    async with opened(tmp_path / "to") as made:
        yield made


@pytest.fixture
async def archive(bank: FakeBank, tmp_path: Path) -> Path:
    """The file of a bank that has something of everything."""
    contents = tmp_path / "from" / "contents"
    contents.mkdir()
    (contents / DIGEST).write_bytes(PASTED)
    original = await bank.add("a", ["One 🦙.", "Two."], ["Three."], content=DIGEST, title="A")
    await bank.list("twin", "failed", "staged")
    await bank.documents.change(await bank.documents.number("file-twin"), state="ready", same_as=original)
    failure = DocumentFailure(code="x", message="It is locked.")
    failed = await bank.documents.number("file-failed")
    await bank.documents.change(failed, state="parsing")
    await bank.documents.fail(failed, failure)
    await bank.stage(["Not yet."])
    await EntryStore(bank.database).put([Entry(key="k", value="v", updated_at=3)])
    graph = GraphStore(bank.database, str.casefold)
    await graph.put([GraphRow(chunk=1, entities=(("Ada", "person"),), relations=(("Ada", "Bob", "knows"),))])
    path = tmp_path / "birds.paddock"
    await export(bank.database, BANK, contents, path)
    return path


def altered(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """Copy an archive with one member changed."""
    other = path.with_name("altered.paddock")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w") as made:
        for member in source.namelist():
            data = source.read(member)
            made.writestr(member, change(data) if member == name else data)
    return other


def with_row(**fields: object) -> Callable[[bytes], bytes]:
    """Change fields of the first row of a table."""

    def change(data: bytes) -> bytes:
        first, *rest = data.splitlines()
        return b"\n".join([json.dumps({**json.loads(first), **fields}).encode(), *rest])

    return change


async def test_a_bank_comes_back_whole(archive: Path, target: FakeBank, tmp_path: Path) -> None:
    assert await asyncio.to_thread(read_cover, archive) == BANK
    contents = tmp_path / "to" / "contents"
    await read_into(target.database, BANK, contents, archive)
    assert await target.texts() == ["One 🦙.", "Two.", "Three."]
    assert await target.chunks.vectors([key("Two.")]) == {key("Two."): halves("Two.")}
    assert await target.chunks.pending_count() == 0
    document = await target.documents.get("file-a")
    assert (document.title, document.state, document.bank_id) == ("A", "ready", "vs_1")
    assert await target.documents.text_number("file-twin") == await target.documents.number("file-a")
    assert (await target.documents.get("file-failed")).in_words() == "failed: It is locked."
    assert (await target.documents.stats()).documents == 3
    assert (contents / DIGEST).read_bytes() == PASTED
    assert [entry.key for entry in await EntryStore(target.database).list("", 9)] == ["k"]
    graph = GraphStore(target.database, str.casefold)
    assert await graph.passages(await graph.find(["ada"]), 9) == (1,)
    assert (await graph.relations(await graph.find(["ada", "bob"]), 9))[0].kind == "knows"


async def test_missing_vectors_are_made_again(archive: Path, target: FakeBank, tmp_path: Path) -> None:
    size = 16 + 2 * DIMENSION
    cut = altered(archive, "vectors.bin", lambda data: data[:size])
    await read_into(target.database, BANK, tmp_path / "to" / "contents", cut)
    assert await target.chunks.pending_count() == 2


async def test_what_is_read_again_is_what_it_was(bank: FakeBank, target: FakeBank, tmp_path: Path) -> None:
    number = await bank.add("a", ["One.", "Two."])
    await bank.list("b", "new", "a")
    await bank.stage(["Newer."])
    await bank.stage(["Newest."])
    # The new document has a twin, and neither is there yet.
    await bank.documents.change(await bank.documents.number("file-new"), same_as=number + 1, state="ready")
    path = tmp_path / "birds.paddock"
    await export(bank.database, BANK, tmp_path / "none", path)
    await read_into(target.database, BANK, tmp_path / "to" / "contents", path)
    assert await target.texts() == ["One.", "Two."]
    assert (await target.documents.get("file-a")).in_words() == "ready"
    assert (await target.documents.stats()).documents == 1
    assert not await target.documents.has_work()


async def test_an_existing_file_is_not_replaced(archive: Path, bank: FakeBank, tmp_path: Path) -> None:
    before = archive.read_bytes()
    with pytest.raises(PaddockError):
        await export(bank.database, BANK, tmp_path / "none", archive)
    assert archive.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("documents.jsonl", lambda data: data[:-20]),
        ("documents.jsonl", with_row(state=["a"])),
        ("documents.jsonl", with_row(id={"a": 1})),
        ("documents.jsonl", lambda _: b'["a", "list"]'),
        ("documents.jsonl", lambda _: b"7"),
        ("documents.jsonl", lambda _: b"{}"),
        ("documents.jsonl", with_row(body="no json")),
        ("documents.jsonl", with_row(body='{"report": 7}')),
        ("documents.jsonl", with_row(number=None, uri=None)),
        ("documents.jsonl", with_row(state="brewing")),
        ("documents.jsonl", with_row(state="waiting", uri="file:///etc/passwd")),
        ("documents.jsonl", with_row(content="../../../../etc/passwd")),
        ("documents.jsonl", with_row(id="file-twin")),
        ("chunks.jsonl", with_row(key="zz")),
        ("chunks.jsonl", with_row(document=99)),
        ("chunks.jsonl", with_row(headings="no json")),
        ("chunks.jsonl", with_row(start="three")),
        ("parts.jsonl", lambda _: b"\xff\xfe\xfa"),
        ("parts.jsonl", with_row(document=10**30)),
        ("relations.jsonl", with_row(target=99)),
        ("vectors.bin", lambda data: data[:-1]),
        (f"contents/{DIGEST}", lambda _: b"something else"),
    ],
)
async def test_damaged_files_are_refused_and_leave_nothing(
    archive: Path, target: FakeBank, tmp_path: Path, name: str, change: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        await read_into(target.database, BANK, tmp_path / "to" / "contents", altered(archive, name, change))
    assert refused.value.code == "bank_file_invalid"
    for table in ("documents", "parts", "chunks", "vectors", "entries", "entities"):
        assert await target.count(table) == 0


async def test_flipped_bytes_are_found(archive: Path, target: FakeBank, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive) as file:
        info = file.getinfo("parts.jsonl")
    damaged = bytearray(archive.read_bytes())
    at = info.header_offset + 60
    damaged[at : at + 30] = b"\0" * 30
    archive.write_bytes(damaged)
    with pytest.raises(InvalidRequest):
        await read_into(target.database, BANK, tmp_path / "to" / "contents", archive)
    assert await target.count("documents") == 0


async def test_names_of_members_lead_nowhere(archive: Path, target: FakeBank, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive, "a") as file:
        for name in ("contents/../../escaped", "../escaped", "/tmp/escaped", "contents/", "contents/x"):
            file.writestr(name, "out")
    contents = tmp_path / "to" / "contents"
    await read_into(target.database, BANK, contents, archive)
    assert [path.name for path in contents.iterdir()] == [DIGEST]
    assert list(tmp_path.rglob("escaped")) == []


def cover(path: Path, **fields: object) -> Path:
    plain = {"format": "paddock.bank", "version": VERSION, "bank": {"id": "vs_1", "name": "B"}, **fields}
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("bank.json", json.dumps(plain))
    return path


def test_covers(tmp_path: Path) -> None:
    path = tmp_path / "x.paddock"
    assert read_cover(cover(path)).name == "B"
    with pytest.raises(InvalidRequest, match="newer Paddock"):
        read_cover(cover(path, version=VERSION + 1))
    for fields in ({"format": "zip"}, {"bank": {"id": "vs_1"}}, {"bank": {"id": "a", "name": 7}}, {"version": "x"}):
        with pytest.raises(InvalidRequest, match="not a memory bank"):
            read_cover(cover(path, **fields))


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\3\4" + b"\0" * 100])
def test_other_files_are_no_banks(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.paddock"
    path.write_bytes(content)
    with pytest.raises(InvalidRequest, match="not a memory bank"):
        read_cover(path)
    with pytest.raises(InvalidRequest):
        read_cover(tmp_path / "nowhere")
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("other.json", "{}")
    with pytest.raises(InvalidRequest):
        read_cover(path)


def test_a_bomb_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.engine.storage.bank_archive._LIMIT", 50)
    with pytest.raises(InvalidRequest, match="larger inside"):
        read_cover(cover(tmp_path / "x.paddock"))
