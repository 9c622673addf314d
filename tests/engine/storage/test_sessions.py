"""Sessions on disk: the tree of turns, and nothing lost when the process is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from app.engine.domain.agents import AgentConfig, Failure, InferenceStep, Session, Turn
from app.engine.domain.errors import NotFound
from app.engine.domain.inference import Message, ToolCall
from app.engine.storage.database import Database
from app.engine.storage.sessions import MIGRATIONS, SessionStore

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "paddock.db", MIGRATIONS)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def store(database: Database) -> SessionStore:
    return SessionStore(database)


def turn(name: str, parent: str | None = None, session: str = "s", at: float = 1.0) -> Turn:
    said = (Message(role="user", content=f"ask {name}"),)
    return Turn(id=name, session_id=session, parent_id=parent, input=said, started_at=at)


async def test_a_session_comes_back_as_it_was(store: SessionStore) -> None:
    session = Session(id="s", title="T", config=AgentConfig(model="m", instructions="i"), pinned=True, created_at=1.5)
    await store.add_session(session)
    assert await store.session("s") == session
    with pytest.raises(NotFound):
        await store.session("other")


async def test_a_turn_comes_back_as_it_was(store: SessionStore) -> None:
    await store.add_session(Session(id="s", title=""))
    await store.add_turn(turn("a"))
    step = InferenceStep(id="i", turn_id="a", model="m")
    await store.add_step(step)
    await store.append_text("i", "Hel")
    await store.append_text("i", "lo")
    running = await store.turn("a")
    assert (running.state, running.output_text()) == ("running", "Hello")
    done = msgspec.structs.replace(step, text="Hello", state="completed", finish_reason="stop", completed_at=2.0)
    await store.complete_step(done)
    call = ToolCall(id="c", name="f", arguments="{}")
    answer = Message(role="assistant", content="Hello", tool_calls=(call,))
    ended = msgspec.structs.replace(
        running, steps=(done,), output=answer, state="failed", failure=Failure(code="x", message="y"), completed_at=2.0
    )
    await store.complete_turn(ended)
    assert await store.turn("a") == ended
    assert (await store.session("s")).active_turn_id == "a"


async def test_the_path_ends_at_its_leaf_and_siblings_are_known(store: SessionStore) -> None:
    await store.add_session(Session(id="s", title=""))
    await store.add_session(Session(id="other", title=""))
    await store.add_turn(turn("stranger", None, "other"))
    for each in (turn("a"), turn("b", "a"), turn("b2", "a"), turn("c", "b"), turn("root2")):
        await store.add_turn(each)
    path = await store.path("c", 10)
    assert [each.id for each in path] == ["a", "b", "c"]
    assert path[0].sibling_ids == ("a", "root2")
    assert path[1].sibling_ids == ("b", "b2")
    assert [each.id for each in await store.path("c", 2)] == ["b", "c"]
    assert await store.path(None, 5) == ()
    assert await store.newest_leaf("a") == "c"
    assert await store.newest_leaf("b2") == "b2"
    assert [each.id for each in await store.turns("s")] == ["a", "b", "b2", "c", "root2"]


async def test_a_path_of_many_turns(store: SessionStore) -> None:
    turns = tuple(turn(str(n), str(n - 1) if n else None) for n in range(1500))
    await store.add_turns(Session(id="s", title=""), turns)
    assert [each.id for each in await store.path("1499", 1200)] == [str(n) for n in range(300, 1500)]


async def test_deleted_sessions_are_hidden_then_really_gone(store: SessionStore, database: Database) -> None:
    await store.add_turns(Session(id="s", title="gone"), (turn("a"),))
    await store.add_turns(Session(id="kept", title="kept"), (turn("b", None, "kept"),))
    await store.change_session("s", deleted_at=5.0)
    assert [session.id for session in await store.sessions()] == ["kept"]
    assert await store.purge() == 1
    with pytest.raises(NotFound):
        await store.turn("a")
    words = await database.read(lambda conn: [row["turn_id"] for row in conn.query("select turn_id from turn_words")])
    assert words == ["b"]


async def test_pinned_chats_stand_first_then_the_newest(store: SessionStore) -> None:
    for name, pinned, updated in (("old", False, 1.0), ("new", False, 3.0), ("pinned", True, 2.0)):
        await store.add_session(Session(id=name, title=name, pinned=pinned, updated_at=updated))
    assert [session.id for session in await store.sessions()] == ["pinned", "new", "old"]


WRITER = """
import asyncio, sys
from pathlib import Path
from app.engine.domain.agents import InferenceStep, Session, Turn
from app.engine.domain.inference import Message
from app.engine.storage.database import Database
from app.engine.storage.sessions import MIGRATIONS, SessionStore

async def main() -> None:
    database = Database(Path(sys.argv[1]), MIGRATIONS)
    await database.open()
    store = SessionStore(database)
    await store.add_session(Session(id="s", title=""))
    await store.add_turn(Turn(id="t", session_id="s", parent_id=None, input=(Message(role="user", content="Hi"),)))
    await store.add_step(InferenceStep(id="i", turn_id="t", model="m"))
    for number in range(100_000):
        await store.append_text("i", f"{number} ")
        print(number, flush=True)

asyncio.run(main())
"""


async def test_a_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "killed.db"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, env=environment, text=True
    )
    assert writer.stdout is not None
    told = [int(writer.stdout.readline()) for _ in range(60)]
    writer.send_signal(signal.SIGKILL)
    told += [int(line) for line in writer.stdout if line.endswith("\n")]
    writer.wait()
    writer.stdout.close()
    database = Database(path, MIGRATIONS)
    await database.open()
    store = SessionStore(database)
    assert await store.recover() == 1
    kept = await store.turn("t")
    assert (kept.state, kept.steps[0].state) == ("interrupted", "interrupted")
    assert kept.output_text().startswith("".join(f"{number} " for number in told))
    assert await store.recover() == 0
    await database.close()
