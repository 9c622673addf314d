"""The real service of agents over a real database, with a model that says what a test decides."""

from __future__ import annotations

from app.engine.agents.retrieval import Retrieval
from app.engine.agents.service import AgentService
from app.engine.agents.shielding import Shielding
from app.engine.domain.agents import AgentConfig, Session, ToolResult, Turn, TurnCompleted
from app.engine.domain.errors import ModelNotFound
from app.engine.domain.events import EngineEvent
from app.engine.domain.inference import Message
from app.engine.domain.models import Model
from app.engine.domain.settings import Settings
from app.engine.storage.agents import AgentStore
from app.engine.storage.database import Database
from app.engine.storage.sessions import SessionStore
from tests.fakes.chat_model import FakeChatModel
from tests.fakes.waiting import drain, soon


class AgentCase:
    """A service whose next answers a test decides: set `model`. `default` None is an engine without a model."""

    def __init__(self, database: Database) -> None:
        self.store = SessionStore(database)
        self.agents = AgentStore(database)
        self.model = FakeChatModel("an ", "answer")
        self.settings = Settings(default_instructions="Be kind.", temperature=0.3)
        self.events: list[EngineEvent] = []
        self.default: Model | None = Model(id="m", name="M")
        self.known: tuple[str, ...] = ()
        self.join()

    def join(self, retrieval: Retrieval | None = None, shielding: Shielding | None = None) -> None:
        """Make the service anew, with more parts."""
        self.service = AgentService(
            self.store,
            self.agents,
            self.open,
            self.default_model,
            lambda: self.settings,
            self.events.append,
            retrieval,
            shielding,
        )

    async def open(self, model_id: str) -> FakeChatModel:
        """Return the model; with `known` ids all others are not there."""
        if self.known and model_id not in self.known:
            raise ModelNotFound(f"No model {model_id} is installed.")
        return self.model

    async def default_model(self) -> Model:
        """Return the default model."""
        if self.default is None:
            raise ModelNotFound("There is no model.")
        return self.default

    async def session(self) -> Session:
        """Make a chat."""
        return await self.service.create_session()

    async def finish(self, turn: Turn) -> Turn:
        """Wait for the end of a turn."""
        last = (await drain(self.service.watch_turn(turn.id)))[-1]
        assert isinstance(last, TurnCompleted)
        await soon(lambda: not self.service._running)
        return last.turn

    async def answered(
        self,
        session: Session,
        asked: str | tuple[Message, ...],
        *,
        parent_id: str | None = "active",
        config: AgentConfig | None = None,
    ) -> Turn:
        """Ask, and wait for the end."""
        turn = await self.service.start_turn(session.id, asked, parent_id=parent_id, config=config)
        return await self.finish(turn)

    async def resumed(self, turn: Turn, *results: ToolResult) -> Turn:
        """Give results, and wait for the end."""
        return await self.finish(await self.service.resume_turn(turn.id, results))
