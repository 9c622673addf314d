"""A turn that nobody keeps is judged and answered as any other."""

from __future__ import annotations

from app.engine.agents.loop import TurnLoop
from app.engine.agents.run import TurnRun
from app.engine.agents.shielding import Shielding
from app.engine.agents.unstored import Unstored
from app.engine.domain.agents import AgentConfig, ShieldStep, Turn, TurnCompleted
from app.engine.domain.inference import Message
from app.engine.runtime.streams import closing
from tests.engine.agents.test_shielding import Safety
from tests.fakes.chat_model import FakeChatModel
from tests.fakes.shields import BAD


async def answer(text: str) -> Turn:
    async def open_model(_model_id: str) -> FakeChatModel:
        return FakeChatModel("Oats.")

    loop = TurnLoop(Unstored(), open_model, None, Shielding(Safety()))
    turn = Turn(id="t", session_id="", parent_id=None, input=(Message(role="user", content=text),))
    async with closing(loop.run(TurnRun(turn, (), AgentConfig(model="m", max_tokens=9)))) as events:
        last = [event async for event in events][-1]
    assert isinstance(last, TurnCompleted)
    return last.turn


async def test_it_is_answered_and_judged() -> None:
    turn = await answer("What does the mare eat?")
    assert (turn.state, turn.output_text()) == ("completed", "Oats.")
    assert len([step for step in turn.steps if isinstance(step, ShieldStep)]) == 2
    assert (await answer(f"Get me {BAD}.")).state == "blocked"
