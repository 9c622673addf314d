"""The database keeps what it acknowledged, runs migrations once and puts a damaged file aside."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlite_utils import Database as Connection

from app.engine.domain.errors import BugError, DiskFull, StorageFailed
from app.engine.storage.database import Database
from app.engine.storage.migrations import Migration, migration


@migration("0001_notes")
def notes(conn: Connection) -> None:
    conn.execute("create table notes (id integer primary key, text text not null)")


@migration("0002_pins")
def pins(conn: Connection) -> None:
    conn.execute("create table pins (note_id integer not null references notes(id) on delete cascade)")


@migration("0003_broken")
def broken(conn: Connection) -> None:
    conn.execute("create table half (id integer)")
    conn.execute("insert into nowhere values (1)")


def texts(conn: Connection) -> list[str]:
    return [row["text"] for row in conn.query("select text from notes order by id")]


def add(text: str) -> object:
    return lambda conn: conn["notes"].insert({"text": text}).last_pk


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "paddock.db", (notes, pins))
    await database.open()
    yield database
    await database.close()


async def test_what_was_written_is_read_and_survives_reopening(tmp_path: Path, db: Database) -> None:
    assert await db.write(lambda conn: conn["notes"].insert({"text": "hay"}).last_pk) == 1
    assert await db.read(texts) == ["hay"]
    await db.close()
    again = Database(db.path, (notes, pins))
    await again.open()
    assert await again.read(texts) == ["hay"]
    await again.close()


async def test_a_failing_write_leaves_nothing(db: Database) -> None:
    def fail(conn: Connection) -> None:
        conn["notes"].insert({"text": "lost"})
        raise KeyError("stop")

    with pytest.raises(KeyError):
        await db.write(fail)
    assert await db.read(texts) == []


async def test_pragmas_are_set(db: Database) -> None:
    def pragma(name: str) -> object:
        return lambda conn: conn.execute(f"PRAGMA {name}").fetchone()[0]

    assert await db.read(pragma("journal_mode")) == "wal"
    assert await db.write(pragma("foreign_keys")) == 1
    assert await db.write(pragma("synchronous")) == 1
    assert await db.write(pragma("busy_timeout")) == 5000


async def test_own_pragmas_come_before_the_first_table(tmp_path: Path) -> None:
    database = Database(tmp_path / "own.db", (notes,), pragmas=("auto_vacuum=INCREMENTAL", "secure_delete=ON"))
    await database.open()
    assert await database.read(lambda conn: conn.execute("PRAGMA auto_vacuum").fetchone()[0]) == 2
    assert await database.write(lambda conn: conn.execute("PRAGMA secure_delete").fetchone()[0]) == 1
    await database.close()


async def test_shrinking_gives_the_disk_back_and_leaves_nothing_in_the_log(tmp_path: Path) -> None:
    database = Database(tmp_path / "own.db", (notes,), pragmas=("auto_vacuum=INCREMENTAL", "secure_delete=ON"))
    await database.open()
    await database.write(lambda conn: conn["notes"].insert_all({"text": "xyzzysecret" * 200} for _ in range(200)))
    await database.shrink()
    large = database.path.stat().st_size
    assert b"xyzzysecret" in database.path.read_bytes()
    await database.write(lambda conn: conn.execute("delete from notes"))
    await database.shrink()
    assert database.path.stat().st_size < large / 4
    assert not any(b"xyzzysecret" in path.read_bytes() for path in tmp_path.glob("own.db*"))
    assert sum(path.stat().st_size for path in tmp_path.glob("own.db-wal")) == 0
    await database.close()


async def test_foreign_keys_and_bad_statements_are_bugs(db: Database) -> None:
    with pytest.raises(BugError, match="FOREIGN KEY"):
        await db.write(lambda conn: conn["pins"].insert({"note_id": 99}))


async def test_the_reader_cannot_write(db: Database) -> None:
    with pytest.raises(StorageFailed):
        await db.read(lambda conn: conn.execute("insert into notes (text) values ('x')"))


async def test_the_loop_runs_on_and_reads_pass_while_a_write_is_slow(db: Database) -> None:
    entered, release = threading.Event(), threading.Event()

    def slow(conn: Connection) -> None:
        conn["notes"].insert({"text": "slow"})
        entered.set()
        release.wait(10)

    writing = asyncio.create_task(db.write(slow))
    await asyncio.to_thread(entered.wait, 10)
    assert await db.read(texts) == []
    release.set()
    await writing
    assert await db.read(texts) == ["slow"]


async def test_a_full_disk_is_named(db: Database) -> None:
    await db.write(lambda conn: conn.execute("PRAGMA max_page_count=1").fetchone())
    with pytest.raises(DiskFull):
        await db.write(lambda conn: conn["notes"].insert({"text": "x" * 1_000_000}))
    assert await db.read(texts) == []


async def test_migrations_run_once_and_a_failing_one_leaves_nothing(tmp_path: Path) -> None:
    runs: list[str] = []
    counted = Migration("0001_notes", lambda conn: (runs.append("run"), notes.apply(conn))[0])
    path = tmp_path / "paddock.db"
    for _ in range(2):
        database = Database(path, (counted,))
        await database.open()
        await database.close()
    assert runs == ["run"]
    with pytest.raises(BugError):
        await Database(path, (counted, broken)).open()
    database = Database(path, (counted, pins))
    await database.open()
    assert "half" not in await database.read(lambda conn: conn.table_names())
    await database.close()


async def test_a_newer_database_is_refused(tmp_path: Path, db: Database) -> None:
    await db.close()
    with pytest.raises(StorageFailed, match="newer"):
        await Database(db.path, (notes,)).open()


@pytest.mark.parametrize("content", [b"not a database at all " * 500, b"SQLite format 3\0" + b"\xff" * 5000])
async def test_a_damaged_file_is_kept_and_a_new_one_begun(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "paddock.db"
    path.write_bytes(content)
    database = Database(path, (notes,))
    await database.open()
    assert database.moved_aside is not None
    assert database.moved_aside.read_bytes() == content
    assert await database.read(texts) == []
    await database.close()


async def test_a_hole_in_the_middle_is_found(tmp_path: Path, db: Database) -> None:
    await db.write(lambda conn: conn["notes"].insert_all({"text": "x" * 200} for _ in range(500)))
    await db.close()
    damaged = bytearray(db.path.read_bytes())
    damaged[8192:20000] = b"\xaa" * (20000 - 8192)
    db.path.write_bytes(damaged)
    again = Database(db.path, (notes, pins))
    await again.open()
    assert again.moved_aside is not None
    await again.close()


async def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="could not be opened"):
        await Database(tmp_path / "nowhere" / "paddock.db").open()


async def test_a_closed_database_says_so(db: Database) -> None:
    await db.close()
    with pytest.raises(StorageFailed, match="closed"):
        await db.read(texts)


CHILD = """
import asyncio, sys
from pathlib import Path
from app.engine.storage.database import Database
from tests.engine.storage.test_database import notes
async def main():
    db = Database(Path(sys.argv[1]), (notes,))
    await db.open()
    for i in range(10**6):
        await db.write(lambda conn: conn["notes"].insert({"text": str(i)}))
        print(i, flush=True)
asyncio.run(main())
"""


async def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "paddock.db"
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, path, stdout=subprocess.PIPE)
    assert child.stdout is not None
    seen = [(await child.stdout.readline()).decode().strip() for _ in range(20)]
    child.kill()
    seen += (await child.stdout.read()).decode().split("\n")[:-1]
    await child.wait()
    database = Database(path, (notes,))
    await database.open()
    assert database.moved_aside is None
    assert (await database.read(texts))[: len(seen)] == [text for text in seen if text]
    await database.close()
