"""What the window has to bear in its benchmark: eight answers at once, and a chat of 1,000 messages."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from app.engine.domain.agents import InferenceStep, Session, Turn
from app.engine.domain.events import BankChanged, TurnRan
from app.engine.domain.inference import Message
from app.ui.bridge.client import Launcher
from tests.benchmarks import window_tools as tools

STREAMS = 8
TOKENS_PER_SECOND = 25
TURNS = 500
QUESTION = "Tell me a long story about a horse, a river and a town, in many chapters. This is chapter {number}."

PARAGRAPH = (
    "Binary search **halves** the range at each step, so it needs about `log2(n)` comparisons; a list of a million "
    "entries takes twenty. It asks for *sorted* data, and sorting costs more than one linear search does. "
)
CODE = """
```python
def find(items: list[int], wanted: int) -> int | None:
    \"\"\"Return the index of `wanted` in sorted `items`, or None.\"\"\"
    low, high = 0, len(items)
    while low < high:
        middle = (low + high) // 2
        if items[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low if low < len(items) and items[low] == wanted else None
```
"""
TABLE = """
| Algorithm | Best | Average | Worst |
|---|---:|---:|---:|
| Linear search | 1 | n / 2 | n |
| Binary search | 1 | log n | log n |
| Interpolation search | 1 | log log n | n |
"""
LIST = """
1. Look at the **middle** element.
2. Go on in the half that can still hold the value.
   - Keep `low` and `high` as indices.
3. Stop when the range is empty.
"""


def answer(number: int) -> str:
    """Return one of many answers: prose always, then code, a list or a table in turn, as chats with code have them."""
    parts = [PARAGRAPH * (1 + number % 3)]
    parts += [(CODE, LIST, TABLE, "")[number % 4], PARAGRAPH]
    return "\n\n".join(part for part in parts if part)


def write_long_chat(data: str) -> None:
    """Import a chat of 500 questions and answers through the engine."""
    from app.engine.history.export import to_json
    from app.engine.host import EngineHost

    session = Session(id="long", title="A long chat", created_at=1.0, updated_at=1.0, active_turn_id=f"t{TURNS - 1}")
    with EngineHost(Path(data)) as host:
        host.call(
            host.engine.history.import_json(to_json(session, [_turn(number) for number in range(TURNS)]))
        ).result()


def _turn(number: int) -> Turn:
    text = answer(number)
    step = InferenceStep(id=f"s{number}", turn_id=f"t{number}", model="starter", text=text, state="completed")
    return Turn(
        id=f"t{number}",
        session_id="long",
        parent_id=f"t{number - 1}" if number else None,
        input=(Message(role="user", content=f"Question {number}: how do I find something in a sorted list?"),),
        steps=(step,),
        output=Message(role="assistant", content=text),
        state="completed",
        started_at=float(number),
    )


def fake_launcher() -> Launcher:
    """Return an engine without a model that speaks at the speed of a real one."""
    from tests.fakes.engine import FakeEngine, FakeHost

    engine = FakeEngine()
    engine.script.pause = 1 / TOKENS_PER_SECOND
    # A token of English is about four characters.
    engine.script.tokens = [t for n in range(20) for t in _pieces(answer(n) + "\n\n")]
    return lambda: FakeHost(engine)


def _pieces(text: str) -> list[str]:
    return [text[at : at + 4] for at in range(0, len(text), 4)]


class EightStreams:
    """Eight chats that answer all the time, the first of them on the screen."""

    def __init__(self, session: tools.Session) -> None:
        self._session = session
        self._client = session.desk.client
        self._page: Any = session.desk.window.page()
        self._chats: list[str] = []
        self._characters = 0
        self._measuring = True

    def measure(self, seconds: float) -> dict[str, Any]:
        """Return the longest lateness, and what was said meanwhile."""
        for _ in range(STREAMS):
            self._client.agents.create_session().on(self._page, done=lambda made: self._chats.append(made.id))
        self._session.until(lambda: len(self._chats) == STREAMS)
        self._client.engine_event.connect(self._on_event)
        self._page.presenter.open(self._chats[0])
        for chat in self._chats:
            self._ask(chat)
        self._session.until(lambda: len(self._page.conversation.turns) > 0 or self._reopen())
        self._session.until(lambda: bool(self._shown()))
        self._session.settle(1_000)
        heart = tools.Heart(self._page)
        self._session.settle(round(seconds * 1000))
        self._measuring = False
        running = len(self._shown())
        return {"seconds": heart.longest, "beats": heart.beats, "characters": running}

    def _reopen(self) -> bool:
        if self._page.presenter._opening is None:
            self._page.presenter.open(self._chats[0])
        return False

    def _shown(self) -> str:
        view = self._page.conversation.last_view()
        return view.answer.text if view is not None else ""

    def _ask(self, chat: str) -> None:
        number = self._chats.index(chat)
        self._client.agents.start_turn(chat, QUESTION.format(number=number))

    def _on_event(self, event: object) -> None:
        """Ask again where an answer ended, so that there are always eight."""
        if isinstance(event, TurnRan) and not event.running and self._measuring:
            self._ask(event.session_id)


class Reading:
    """Documents that are read into a bank while its page is shown."""

    def __init__(self, session: tools.Session) -> None:
        self._session = session
        self._memory = session.desk.client.memory
        self._window = session.desk.window
        self._bank: Any = None

    def measure(self, texts: str) -> dict[str, Any]:
        """Return the longest lateness from the drop to the last document, in seconds."""
        made: list[Any] = []
        self._memory.create_bank("Texts").on(self._window, done=made.append)
        self._session.until(lambda: bool(made))
        self._window.show_page("memory", made[0].id)
        self._session.settle()
        self._session.desk.client.engine_event.connect(self._on_event)
        heart = tools.Heart(self._window)
        self._memory.add_paths(made[0].id, (Path(texts),))
        self._session.until(self._is_done)
        return {"seconds": heart.longest, "beats": heart.beats, "documents": self._bank.stats.ready}

    def _on_event(self, event: object) -> None:
        if isinstance(event, BankChanged):
            self._bank = event.bank

    def _is_done(self) -> bool:
        return self._bank is not None and self._bank.stats.documents > 0 and not self._bank.stats.working


class LongChat:
    """The chat of 1,000 messages, opened and scrolled through."""

    def __init__(self, session: tools.Session) -> None:
        self._session = session
        self._page: Any = session.desk.window.page()
        self._conversation = self._page.conversation
        found: list[Any] = []
        session.desk.client.history.list().on(self._page, done=found.append)
        session.until(lambda: bool(found))
        (self._chat,) = found[0].sessions

    @property
    def turns(self) -> int:
        """How many turns are loaded."""
        return len(self._conversation.turns)

    def open(self) -> float:
        """Return the seconds from the click to the painted end of the chat."""
        painted: list[float] = []
        began = time.perf_counter()

        def shown(_turns: bool) -> None:
            tools.on_paint(self._conversation.viewport(), lambda: painted.append(time.perf_counter()))

        self._page.presenter.shown.connect(shown)
        self._page.presenter.open(self._chat.id)
        self._session.until(lambda: bool(painted))
        self._page.presenter.shown.disconnect(shown)
        return painted[0] - began

    def scroll_through(self) -> int:
        """Go up to the first message and down to the last; return the resident bytes then."""
        for direction in (-1, 1):
            self._session.until(lambda by=direction: self._scroll(by))
        self._session.settle()
        return tools.memory()

    def _scroll(self, direction: int) -> bool:
        """Scroll by most of a page; True when there is no further."""
        bar = self._conversation.verticalScrollBar()
        bar.setValue(bar.value() + direction * bar.pageStep() * 4 // 5)
        if self._conversation._filler.isActive():
            return False
        if direction < 0:
            return bar.value() == 0 and self._conversation._first == 0 and self.turns == TURNS
        return bool(bar.value() == bar.maximum() and self._conversation.last_view() is not None)
