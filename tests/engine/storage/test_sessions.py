"""Sessions and turns on disk: branches, long paths, purges, and what a kill leaves."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from app.engine.domain.agents import (
    AgentConfig,
    Attachment,
    CitationMark,
    Failure,
    Included,
    InferenceStep,
    MemoryRetrievalStep,
    Session,
    Source,
    ToolExecutionStep,
    ToolResult,
    Turn,
)
from app.engine.domain.errors import NotFound
from app.engine.domain.inference import Message, Sampling, ToolCall
from app.engine.storage.database import Database
from app.engine.storage.folders import FolderStore
from app.engine.storage.sessions import MIGRATIONS, SessionStore, create_sessions
from tests.fakes.stores import opened

SESSION = Session(
    id="s", title="T", config=AgentConfig(model="m", sampling=Sampling(seed=3), stop=("x",)), updated_at=5
)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path) as database:
        yield database


@pytest.fixture
async def store(db: Database) -> SessionStore:
    made = SessionStore(db)
    await made.add_session(SESSION)
    return made


def turn(name: str, parent: str | None = None, session: str = "s", text: str = "hi") -> Turn:
    asked = (Message(role="user", content=text),)
    return Turn(id=name, session_id=session, parent_id=parent, input=asked, started_at=10.0, sibling_ids=(name,))


async def test_a_session_comes_back_as_it_was(store: SessionStore) -> None:
    assert await store.session("s") == SESSION
    changed = await store.change_session("s", title="New", pinned=1)
    assert (changed.title, changed.pinned) == ("New", True)
    with pytest.raises(NotFound):
        await store.session("nope")
    with pytest.raises(NotFound):
        await store.change_session("nope", title="x")


async def test_the_order_of_the_list(store: SessionStore) -> None:
    await store.add_session(Session(id="new", title="", updated_at=9))
    await store.add_session(Session(id="pinned", title="", updated_at=1, pinned=True))
    await store.add_session(Session(id="gone", title="", updated_at=9, deleted_at=1.0))
    assert [session.id for session in await store.sessions()] == ["pinned", "new", "s"]


async def test_a_turn_is_the_active_leaf_and_comes_back(store: SessionStore) -> None:
    await store.add_turn(turn("a"))
    assert await store.turn("a") == turn("a")
    assert (await store.session("s")).active_turn_id == "a"
    with pytest.raises(NotFound):
        await store.turn("nope")


async def test_a_step_grows_by_fragments_until_it_is_whole(store: SessionStore, db: Database) -> None:
    await store.add_turn(turn("a"))
    step = InferenceStep(id="x", turn_id="a", model="m")
    await store.add_step(step)
    for text in ("Hel", "lo ", "🦙"):
        await store.append_text("x", text)
    (growing,) = (await store.turn("a")).steps
    assert (growing.text, growing.state) == ("Hello 🦙", "running")
    ended = InferenceStep(id="x", turn_id="a", model="m", text="Hello 🦙", state="completed", finish_reason="stop")
    await store.complete_step(ended)
    done = turn("a")
    done = Turn(
        id="a", session_id="s", parent_id=None, input=done.input, output=Message(role="assistant", content="Hello 🦙"),
        state="failed", failure=Failure(code="c", message="m", hint="h"), started_at=10.0, completed_at=11.0,
    )  # fmt: skip
    await store.complete_turn(done)
    stored = await store.turn("a")
    assert stored.steps == (ended,)
    assert (stored.output, stored.state, stored.failure, stored.completed_at) == (
        done.output, "failed", done.failure, 11.0,
    )  # fmt: skip
    assert await db.read(lambda conn: conn["step_fragments"].count) == 0


async def test_files_and_sources_of_a_turn_come_back(store: SessionStore) -> None:
    files = (Attachment(bank_id="vs_1", document_id="file-1", name="a.pdf"),)
    asked = msgspec.structs.replace(turn("a"), attachments=files)
    await store.add_turn(asked)
    assert await store.turn("a") == asked
    source = Source(
        number=1, bank_id="vs_1", document_id="file-1", document_name="a.pdf", quote="Hay.", start=0, end=4, page=1
    )
    step = MemoryRetrievalStep(
        id="x", turn_id="a", query="hay?", bank_ids=("vs_1",), sources=(source,), state="completed",
        attachments=(Included(attachment=files[0], how="whole", tokens=2),),
    )  # fmt: skip
    await store.add_step(step)
    marks = (CitationMark(offset=12, numbers=(1,), written=True), CitationMark(offset=30, numbers=(1, 2)))
    await store.complete_turn(msgspec.structs.replace(asked, state="completed", citations=marks, completed_at=2.0))
    ended = await store.turn("a")
    assert (ended.attachments, ended.citations, ended.steps) == (files, marks, (step,))


async def test_turns_of_an_older_paddock_have_no_sources(tmp_path: Path) -> None:
    path = tmp_path / "older.db"
    before = Database(path, (create_sessions,))
    await before.open()
    await before.write(
        lambda conn: conn.execute(
            "insert into sessions (id, title, config, created_at, updated_at) values ('s', '', '{}', 1, 1)"
        )
    )
    await before.write(
        lambda conn: conn.execute(
            "insert into turns (id, session_id, input, state, started_at) values ('a', 's', '[]', 'completed', 1)"
        )
    )
    await before.close()
    after = Database(path, MIGRATIONS)
    await after.open()
    found = await SessionStore(after).turn("a")
    assert (found.attachments, found.citations) == ((), ())
    await after.close()


async def test_branches(store: SessionStore) -> None:
    for name, parent in (("a", None), ("b", "a"), ("c", "a"), ("d", "b"), ("root2", None)):
        await store.add_turn(turn(name, parent))
    assert (await store.turn("b")).sibling_ids == ("b", "c")
    assert (await store.turn("a")).sibling_ids == ("a", "root2")
    assert [each.id for each in await store.path("d", 10)] == ["a", "b", "d"]
    assert [each.id for each in await store.path("c", 10)] == ["a", "c"]
    assert await store.newest_leaf("a") == "d"
    assert await store.newest_leaf("c") == "c"
    assert [each.id for each in await store.turns("s")] == ["a", "b", "c", "d", "root2"]
    assert await store.path(None, 10) == ()
    with pytest.raises(NotFound):
        await store.newest_leaf("nope")


async def test_roots_of_other_chats_are_no_siblings(store: SessionStore) -> None:
    await store.add_session(Session(id="s2", title=""))
    await store.add_turn(turn("a"))
    await store.add_turn(turn("b", session="s2"))
    assert (await store.turn("a")).sibling_ids == ("a",)


async def test_a_path_over_a_thousand_turns(store: SessionStore) -> None:
    names = [f"t{number:04}" for number in range(1500)]
    turns = [turn(name, parent) for name, parent in zip(names, [None, *names], strict=False)]
    await store.add_turns(
        Session(id="long", title="L"), [Turn(**{**_fields(each), "session_id": "long"}) for each in turns]
    )
    assert [each.id for each in await store.path(names[-1], 2000)] == names
    assert [each.id for each in await store.path(names[-1], 3)] == names[-3:]
    assert await store.newest_leaf(names[0]) == names[-1]


def _fields(value: Turn) -> dict[str, object]:
    return {name: getattr(value, name) for name in value.__struct_fields__}


async def test_a_purge_leaves_nothing_of_a_deleted_chat(store: SessionStore, db: Database) -> None:
    await store.add_session(Session(id="keep", title=""))
    for session in ("s", "keep"):
        await store.add_turn(turn(f"{session}-t", session=session, text="secret"))
        await store.add_step(InferenceStep(id=f"{session}-x", turn_id=f"{session}-t", model="m"))
        await store.append_text(f"{session}-x", "said")
    await store.change_session("s", deleted_at=1.0)
    assert await store.purge() == 1
    assert await store.purge() == 0
    for table in ("sessions", "turns", "steps", "step_fragments", "turn_words"):
        count = await db.read(lambda conn, table=table: conn[table].count)
        assert count == 1, table
    assert [hit.session_id for hit in await FolderStore(db).search("secret", 10)] == ["keep"]


async def test_what_ran_is_interrupted_and_keeps_its_text(store: SessionStore, db: Database) -> None:
    await store.add_turn(turn("a"))
    await store.add_step(InferenceStep(id="x", turn_id="a", model="m"))
    await store.append_text("x", "some llama words")
    assert await store.recover() == 1
    assert await store.recover() == 0
    recovered = await store.turn("a")
    assert (recovered.state, recovered.output_text()) == ("interrupted", "some llama words")
    assert recovered.steps[0].state == "interrupted"
    assert recovered.completed_at is not None
    assert await FolderStore(db).search("llama", 5)


CHILD = """
import asyncio, sys
from pathlib import Path
from app.engine.domain.agents import InferenceStep, Session, Turn
from app.engine.domain.inference import Message
from app.engine.storage.sessions import MIGRATIONS, SessionStore, create_sessions
from tests.fakes.stores import opened
async def main():
    async with opened(Path(sys.argv[1])) as database:
        store = SessionStore(database)
        await store.add_session(Session(id="s", title=""))
        await store.add_turn(Turn(id="a", session_id="s", parent_id=None, input=(Message(role="user", content="q"),)))
        await store.add_step(InferenceStep(id="x", turn_id="a", model="m"))
        for number in range(10**6):
            await store.append_text("x", f"{number} ")
            print(number, flush=True)
asyncio.run(main())
"""


async def test_all_that_was_shown_survives_a_kill(tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    folder.mkdir()
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, folder, stdout=subprocess.PIPE)
    assert child.stdout is not None
    seen = [(await child.stdout.readline()).decode().strip() for _ in range(30)]
    child.kill()
    rest = (await child.stdout.read()).decode()
    seen += rest.split("\n")[:-1]
    await child.wait()
    async with opened(folder) as database:
        store = SessionStore(database)
        assert database.moved_aside is None
        assert await store.recover() == 1
        recovered = await store.turn("a")
        assert recovered.state == "interrupted"
        assert recovered.output_text().split()[: len(seen)] == seen


async def test_only_chats_are_listed_and_found(store: SessionStore, db: Database) -> None:
    for number, kind in enumerate(("response", "conversation", "response")):
        session = msgspec.structs.replace(SESSION, id=f"{kind}-{number}", kind=kind, created_at=number)
        await store.add_session(session)
        await store.add_turn(turn(f"t{number}", session=session.id, text="horses"))
    assert [session.id for session in await store.sessions()] == ["s"]
    assert [session.id for session in await store.sessions_of("response")] == ["response-2", "response-0"]
    assert await FolderStore(db).search("horses", 10) == ()
    assert [each.id for each in await store.latest_turns("response", None, 9)] == ["t2", "t0"]
    assert [each.id for each in await store.latest_turns("response", "t2", 9)] == ["t0"]
    assert [each.id for each in await store.latest_turns("response", None, 1)] == ["t2"]


async def test_what_follows_a_deleted_turn_follows_the_one_before_it(store: SessionStore) -> None:
    for name, parent in (("a", None), ("b", "a"), ("c", "b"), ("d", "b")):
        await store.add_turn(turn(name, parent))
    await store.remove_turn(await store.turn("b"))
    assert [each.id for each in await store.path("c", 9)] == ["a", "c"]
    assert [each.id for each in await store.path("d", 9)] == ["a", "d"]
    with pytest.raises(NotFound):
        await store.turn("b")
    await store.remove_turn(await store.turn("d"))
    assert (await store.session("s")).active_turn_id == "a"


async def test_a_responses_session_goes_with_its_last_turn(store: SessionStore) -> None:
    await store.add_session(msgspec.structs.replace(SESSION, id="r", kind="response"))
    await store.add_turn(turn("a", session="r"))
    await store.add_turn(turn("b", "a", session="r"))
    await store.remove_turn(await store.turn("a"))
    assert (await store.session("r")).kind == "response"
    await store.remove_turn(await store.turn("b"))
    with pytest.raises(NotFound):
        await store.session("r")


async def test_old_responses_go_and_nothing_else(store: SessionStore) -> None:
    for name, kind, used in (("old", "response", 5), ("new", "response", 50), ("kept", "conversation", 5)):
        await store.add_session(msgspec.structs.replace(SESSION, id=name, kind=kind, updated_at=used))
    assert await store.remove_responses(before=20) == 1
    assert [each.id for each in await store.sessions_of("response")] == ["new"]
    assert {each.id for each in await store.sessions_of("conversation")} == {"kept"}
    assert (await store.session("s")).updated_at == 5


async def test_a_turn_that_got_results_runs_again(store: SessionStore) -> None:
    asked = msgspec.structs.replace(turn("a"), state="awaiting_input", output=Message(role="assistant"))
    await store.add_turn(asked)
    call = ToolCall(id="c", name="get_time", arguments="{}")
    step = ToolExecutionStep(
        id="x", turn_id="a", tool_calls=(call,), results=(ToolResult(call_id="c", content="noon"),)
    )
    await store.reopen_turn("a", step)
    again = await store.turn("a")
    assert (again.state, again.output, again.steps) == ("running", None, (step,))
    assert await store.recover() == 1
    assert (await store.turn("a")).state == "interrupted", "a kill between results and answer loses neither"


async def test_withheld_messages_are_replaced(store: SessionStore, db: Database) -> None:
    await store.add_turn(turn("a", text="a secret word"))
    withheld = (Message(role="user", content="nothing"),)
    await store.change_input(msgspec.structs.replace(turn("a"), input=withheld))
    assert (await store.turn("a")).input == withheld
    assert await FolderStore(db).search("secret", 10) == ()
