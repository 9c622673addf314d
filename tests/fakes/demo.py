"""Opens the window on the fake engine with canned chats: `python -m tests.fakes.demo`, for looking at it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from msgspec.structs import replace

from app.engine.domain.agents import ContextReport, Failure, MemoryRetrievalStep
from app.ui.application import run
from tests.fakes.engine import FakeEngine, FakeHost
from tests.fakes.library import ANSWER as CITED
from tests.fakes.library import citations, fill, retrieval
from tests.fakes.safety import BIG_GUARD, GUARD
from tests.fakes.verdicts import (
    BLOCKED,
    BLOCKED_ANSWER,
    CALM,
    CALM_ANSWER,
    FAILED,
    LET_THROUGH,
    WARNED,
)
from tests.fakes.verdicts import fill as fill_log

ANSWER = """Binary search halves the range at each step, so it needs about $\\log_2 n$ comparisons.

## How it works

1. Look at the **middle** element.
2. Go on in the half that can still hold the value.
3. Stop when the range is empty.

```python
def find(items: list[int], wanted: int) -> int | None:
    \"\"\"Return the index of `wanted` in sorted `items`, or None.\"\"\"
    low, high = 0, len(items)
    while low < high:
        middle = (low + high) // 2  # never overflows in Python
        if items[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low if low < len(items) and items[low] == wanted else None
```

| Algorithm | Best | Average | Worst | Needs sorted input |
|---|---:|---:|---:|---|
| Linear search | 1 | n / 2 | n | no |
| Binary search | 1 | log n | log n | yes |
| Interpolation search | 1 | log log n | n | yes |

> A list must be sorted first: [bisect](https://docs.python.org/3/library/bisect.html) keeps it so.

The standard library has it as `bisect.bisect_left`. *Prefer that.*
"""

NOTHING = MemoryRetrievalStep(
    id="nothing", turn_id="", query="roof", bank_ids=("vs_1",), nothing_found=True, state="completed"
)


def filled_engine(*, empty: bool = False) -> FakeEngine:
    """Return a fake engine with chats in all states."""
    engine = FakeEngine()
    if empty:
        return engine
    store = engine.store
    for title, age in (
        ("Plan a week of quick dinners", 86_400 * 1.1),
        ("Rust or Go for a small command line tool that parses very large log files", 86_400 * 3),
        ("Explain monads to a gardener", 86_400 * 5),
        ("Letter to the landlord", 86_400 * 14),
        ("Names for a horse", 86_400 * 60),
    ):
        chat = store.add_session(title, age=age)
        store.add_turn(chat.id, title + "?", "Certainly. " * 12)
    pinned = store.add_session("Reading list", age=86_400 * 20, pinned=True)
    store.add_turn(pinned.id, "What should I read next?", "Try *The Left Hand of Darkness*.")
    from app.engine.domain.history import Folder

    store.folders["folder_work"] = Folder(id="folder_work", name="Work")
    for title in ("Quarterly report outline", "SQL for the churn dashboard"):
        chat = store.add_session(title, age=86_400 * 2, folder_id="folder_work")
        store.add_turn(chat.id, "Make an outline.", "1. Revenue\n2. Churn\n3. Outlook")
    full = store.add_session("Binary search in Python", age=30)
    store.add_turn(
        full.id,
        "What is the difference between a list and a tuple?",
        "A tuple cannot be changed once it is made. Use a list when the number of items varies.",
    )
    first = store.add_turn(
        full.id,
        "How does binary search work? Show me code and compare it with other ways.",
        "Briefly: halve the range until the value is found.",
    )
    store.add_turn(
        full.id, "How does binary search work? Show me code and compare it with other ways.", ANSWER,
        parent_id=first.parent_id,
        context=ContextReport(context_length=2048, prompt_tokens=1450, dropped_turns=3),
    )  # fmt: skip
    failing = store.add_session("A chat that failed", age=200)
    store.add_turn(failing.id, "Summarise this year's weather.", "The year began with a mild Jan", state="interrupted")
    store.add_turn(
        failing.id, "And the summer?", "", state="failed",
        failure=Failure(
            code="model_load_failed",
            message="The model could not be loaded: it needs 9.1 GB, 3.2 GB are free.",
            hint="Try the Q4 file or a smaller context.",
        ),
    )  # fmt: skip
    found = fill(engine.memory)
    looked_up = store.add_session("Cleaning the espresso machine", age=60)
    store.sessions[looked_up.id] = replace(
        looked_up, config=replace(looked_up.config, banks=(found["manuals"].id, found["german"].id))
    )
    store.add_turn(
        looked_up.id, "Who repairs the roof?", "I could not find this in your documents.", looked_up=(NOTHING,)
    )
    step = retrieval(found)
    store.add_turn(
        looked_up.id, "How do I clean the machine, and how often?", CITED, looked_up=(step,), citations=citations(),
        attachments=(step.attachments[0].attachment,),
    )  # fmt: skip
    add_checks(engine)
    return engine


def add_checks(engine: FakeEngine) -> None:
    """Add a chat in which shields speak up, guard models, and a log."""
    store = engine.store
    checked = store.add_session("Shields at work", age=45)
    store.add_turn(checked.id, "How do I make soup?", "Start with onions.", looked_up=(CALM, CALM_ANSWER))
    store.add_turn(checked.id, "Is the offer good?", "It seems fair.", looked_up=(CALM, WARNED, LET_THROUGH))
    store.add_turn(checked.id, "Tell me how to stab him.", "", looked_up=(BLOCKED,), state="blocked")
    store.add_turn(checked.id, "Where does my neighbour work?", "", looked_up=(CALM, BLOCKED_ANSWER), state="blocked")
    store.add_turn(checked.id, "And my other neighbour?", "", looked_up=(FAILED,), state="blocked")
    engine.add_guards(GUARD, BIG_GUARD)
    fill_log(engine.safety, {turn.session_id: turn.id for turn in store.turns.values()})


def main(argv: list[str]) -> int:
    """Open the window; `--empty` shows the first start."""
    engine = filled_engine(empty="--empty" in argv)
    engine.script.pause = 0.03
    engine.script.tokens = [word + " " for word in ANSWER.split(" ")]
    with tempfile.TemporaryDirectory() as folder:
        return run(argv, Path(folder), lambda: FakeHost(engine))


if __name__ == "__main__":
    sys.exit(main(sys.argv))
