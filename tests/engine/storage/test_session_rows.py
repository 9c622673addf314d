"""Sessions, turns and steps survive the way through rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.engine.domain.agents import (
    AgentConfig,
    InferenceStep,
    Session,
    ToolExecutionStep,
    ToolResult,
    Turn,
)
from app.engine.domain.inference import Message, ToolCall, ToolChoice, ToolSpec
from app.engine.storage.session_rows import session_row, step_row, to_session, turn_row, with_parts
from tests.fakes.stores import opened

CALL = ToolCall(id="c", name="get_time", arguments="{}")
CONFIG = AgentConfig(model="m", tools=(ToolSpec(name="get_time"),), tool_choice=ToolChoice(mode="required"))
SESSION = Session(id="s", title="T", kind="conversation", metadata={"topic": "time"}, config=CONFIG, pinned=True)
TURN = Turn(
    id="t",
    session_id="s",
    parent_id=None,
    input=(Message(role="user", content="When?"),),
    output=Message(role="assistant", content="", tool_calls=(CALL,)),
    state="awaiting_input",
    steps=(
        InferenceStep(id="i", turn_id="t", model="m", tool_calls=(CALL,), state="completed"),
        ToolExecutionStep(
            id="x", turn_id="t", tool_calls=(CALL,), results=(ToolResult(call_id="c", content="noon", name="get_time"),)
        ),
    ),
    config=CONFIG,
    metadata={"k": "v"},
    sibling_ids=("t",),
)


def test_a_session_is_the_same_again() -> None:
    row = session_row(SESSION)
    assert all(isinstance(value, str | int | float | None) for value in row.values())
    assert to_session(row) == SESSION


async def test_a_turn_is_the_same_again(tmp_path: Path) -> None:
    def store(conn: Any) -> tuple[Turn, ...]:
        conn.table("sessions").insert(session_row(SESSION))
        conn.table("turns").insert(turn_row(TURN))
        for step in TURN.steps:
            conn.table("steps").insert(step_row(step))
        return with_parts(conn, list(conn.query("select * from turns")))

    async with opened(tmp_path) as database:
        assert await database.write(store) == (TURN,)
