"""Takes the pictures of README: `python -m resources.screenshot`, on a display or under Xvfb of 1280 x 800 or more.

Opens the real app on an empty data directory, asks the starter model and photographs what it answers. Must not touch up
anything.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.engine.domain.agents import AgentConfig
from app.engine.domain.inference import Sampling
from app.ui.application import Desk, real_launcher
from app.ui.chat.page import ChatPage
from app.ui.theme.theme import theme

HERE = Path(__file__).parent
SIZE = (1280, 800)
# The last one is photographed; the others fill the list.
CHATS = (
    ("How do I make a good cup of tea? Answer in four steps.",),
    ("What is the capital of France?",),
    ("Name three animals that live on a farm.",),
    ("Translate “good morning” into French.",),
    (
        "Show me a Python function that checks whether a word is a palindrome.",
        "And one that reverses a string. Show only the code.",
    ),
)
CONFIG = AgentConfig(sampling=Sampling(temperature=0.3, top_p=0.9, top_k=40, seed=12), max_tokens=160)


def wait(condition: Callable[[], bool]) -> None:
    """Run the event loop until the condition holds."""
    loop, timer = QEventLoop(), QTimer(interval=50)
    timer.timeout.connect(lambda: loop.quit() if condition() else None)
    timer.start()
    loop.exec()
    timer.stop()


def rest(milliseconds: int) -> None:
    """Let the window finish what it paints."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def talk(page: ChatPage, questions: tuple[str, ...]) -> None:
    """Ask the questions in a new chat and wait for each answer."""
    page.new_chat()
    page.presenter.configure(replace(page.presenter.config or CONFIG, sampling=CONFIG.sampling, max_tokens=160))
    for number, question in enumerate(questions, 1):
        page.presenter.send(question)
        turns = page.conversation.turns
        wait(lambda n=number, t=turns: len(t) == n and t[-1].state != "running")  # type: ignore[misc]


def main() -> int:
    """Talk, photograph in light and dark, and end."""
    application = QApplication(sys.argv)
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(application, Path(folder), real_launcher(Path(folder)))
        desk.window.resize(*SIZE)
        desk.open()
        wait(lambda: desk.client.state == "ready")
        page = desk.window.page()
        assert isinstance(page, ChatPage)
        wait(lambda: page.picker.model() is not None)
        for questions in CHATS:
            talk(page, questions)
        for card in list(desk.window.notifications.cards):
            card.close()
        for name in ("light", "dark"):
            theme().choose(name)  # type: ignore[arg-type]
            rest(700)
            suffix = "" if name == "light" else "-dark"
            desk.window.grab().save(str(HERE / f"screenshot{suffix}.png"), "PNG", 0)
        desk.window.close()
        desk.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
