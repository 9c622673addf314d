"""Words of safety: categories, the person's policy, what a shield is asked and what it finds, the log. No I/O.

A shield judges one text in one direction. The policy says which shields run where, how sure they must be and what then
happens; it is the person's own, and what an app asks for can only be added to it.
"""

from __future__ import annotations

from typing import Literal, Protocol

from msgspec import Struct

from app.engine.domain.inference import Message

Direction = Literal["input", "retrieved", "tool", "output"]
Action = Literal["block", "warn", "log"]
Outcome = Literal["allow", "log", "warn", "block"]
Streaming = Literal["verify", "retract", "final"]
OnError = Literal["closed", "open"]
Origin = Literal["chat", "agent", "api", "terminal", "test"]
KeptText = Literal["none", "excerpt", "full"]

DIRECTIONS: tuple[Direction, ...] = ("input", "retrieved", "tool", "output")
OUTCOMES: tuple[Outcome, ...] = ("allow", "log", "warn", "block")  # from mild to strict

LLAMA_GUARD = "llama-guard"
PROMPT_GUARD = "prompt-guard"
HIDDEN_CHARACTERS = "hidden-characters"
SECRETS = "secrets"
PERSONAL_DATA = "personal-data"
INSECURE_CODE = "insecure-code"
SHIELDS = (LLAMA_GUARD, PROMPT_GUARD, HIDDEN_CHARACTERS, SECRETS, PERSONAL_DATA, INSECURE_CODE)


class Category(Struct, frozen=True, kw_only=True):
    """A kind of harm. `id` is stable; `code` is what it is called in Llama Guard 3, for people who know it.

    `locked` categories cannot be switched off. `guard_versions` are the Llama Guard versions that know it.
    """

    id: str
    code: str
    name: str
    description: str
    locked: bool = False
    guard_versions: tuple[int, ...] = ()


class CategoryRule(Struct, frozen=True, kw_only=True):
    """What the person set for a category: a text counts as unsafe from this probability on, 0 to 1."""

    enabled: bool = True
    threshold: float = 0.5


class CustomCategory(Struct, frozen=True, kw_only=True):
    """A category of the person's own: a name and the policy text that is given to the guard."""

    id: str
    name: str
    text: str
    enabled: bool = True
    threshold: float = 0.5


class ShieldRule(Struct, frozen=True, kw_only=True):
    """Where a shield runs, and what happens to what it finds. `threshold` is for shields without categories."""

    enabled: bool = True
    directions: tuple[Direction, ...] = ("input", "output")
    action: Action = "block"
    threshold: float = 0.5


def default_shields() -> dict[str, ShieldRule]:
    """Return the rules of a new policy: the guards block, hidden characters are told, the other rules are off."""
    return {
        LLAMA_GUARD: ShieldRule(),
        PROMPT_GUARD: ShieldRule(directions=("retrieved", "tool"), action="warn", threshold=0.9),
        HIDDEN_CHARACTERS: ShieldRule(directions=("input", "retrieved", "tool"), action="warn"),
        SECRETS: ShieldRule(enabled=False, directions=("input", "output"), action="warn"),
        PERSONAL_DATA: ShieldRule(enabled=False, directions=("input", "output"), action="warn"),
        INSECURE_CODE: ShieldRule(enabled=False, directions=("output",), action="warn"),
    }


class Policy(Struct, frozen=True, kw_only=True):
    """All the person decided about safety. Every change is a new version; old ones are kept.

    `guard` is the id of the guard model, empty for the installed one. `categories` holds only what was changed.
    `on_error` says what a shield that fails means: closed blocks, open lets through and says so. `streaming` says how
    answers are shown: verify holds back what is not judged, retract takes back, final judges once at the end.
    `kept_text` is what the log keeps of a judged text, for `log_days`.
    """

    version: int = 0
    changed_at: float = 0.0
    enabled: bool = True
    guard: str = ""
    shields: dict[str, ShieldRule] = {}
    categories: dict[str, CategoryRule] = {}
    custom: tuple[CustomCategory, ...] = ()
    on_error: OnError = "closed"
    streaming: Streaming = "verify"
    kept_text: KeptText = "excerpt"
    log_days: int = 90

    def shield(self, name: str) -> ShieldRule:
        """Return the rule of a shield, the default one where the person set none."""
        return self.shields.get(name) or default_shields().get(name) or ShieldRule(enabled=False)

    def category(self, category_id: str) -> CategoryRule:
        """Return the rule of a category, the default one where the person set none."""
        return self.categories.get(category_id) or CategoryRule()

    @property
    def failing(self) -> Outcome:
        """What the verdict of a shield that could not judge comes to."""
        return "block" if self.on_error == "closed" else "warn"

    def runs(self, name: str, direction: Direction) -> bool:
        """Tell whether a shield runs in a direction."""
        rule = self.shield(name)
        return self.enabled and rule.enabled and direction in rule.directions


class Question(Struct, frozen=True, kw_only=True):
    """What a shield is asked: one text, and the conversation before it, oldest first.

    A text of direction "output" was said by the model, all others are judged as the person's side.
    """

    direction: Direction
    text: str
    conversation: tuple[Message, ...] = ()


class Concern(Struct, frozen=True, kw_only=True):
    """One thing a shield found. `category` is the stable id, `code` what the guard calls it. Probability 0 to 1."""

    category: str
    name: str
    probability: float = 1.0
    code: str = ""
    detail: str = ""


class Verdict(Struct, frozen=True, kw_only=True):
    """What one shield says of one text. `probability` is that of being unsafe; `scores` that of every category asked.

    `concerns` are those over their threshold. `error` is set when the shield failed; `outcome` follows `on_error`
    then. `absent` is set when there is nothing to judge with: its model is not installed. `model` and `guard_version`
    name who judged, `seconds` how long it took.
    """

    shield: str
    direction: Direction
    outcome: Outcome = "allow"
    probability: float = 0.0
    concerns: tuple[Concern, ...] = ()
    scores: dict[str, float] = {}
    error: str = ""
    absent: bool = False
    model: str = ""
    guard_version: int = 0
    policy_version: int = 0
    seconds: float = 0.0


class Judgement(Struct, frozen=True, kw_only=True):
    """What all shields of a direction say together: the strictest outcome wins. `message` is for the person."""

    outcome: Outcome = "allow"
    verdicts: tuple[Verdict, ...] = ()
    message: str = ""

    @property
    def blocked(self) -> bool:
        """Whether the text must not go on."""
        return self.outcome == "block"


class Demand(Struct, frozen=True, kw_only=True):
    """What an app asks for in addition to the policy: shields that must run and block.

    `excluded` categories count only against what the app demands; the person's policy stays as it is.
    """

    shields: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


class Occasion(Struct, frozen=True, kw_only=True):
    """Where a text was judged, for the log. `subject` names the document or tool it came from."""

    origin: Origin = "api"
    session_id: str = ""
    turn_id: str = ""
    subject: str = ""


class ShieldInfo(Struct, frozen=True, kw_only=True):
    """A shield as clients see it. `state` is in words; `ready` tells whether it can judge now.

    `provider_id` and `model` are what Llama Stack calls provider and provider resource. `registered` ones were added
    by an app under a name of its own and stand for the built-in shield `stands_for`.
    """

    id: str
    title: str
    description: str
    provider_id: str
    state: str
    ready: bool
    model: str = ""
    guard_version: int = 0
    registered: bool = False
    stands_for: str = ""
    excluded: tuple[str, ...] = ()


class Moderation(Struct, frozen=True, kw_only=True):
    """The scores of one text: probabilities by category id, true ones for safe texts too."""

    flagged: bool
    scores: dict[str, float]
    flagged_categories: tuple[str, ...] = ()
    model: str = ""
    message: str = ""


class LogEntry(Struct, frozen=True, kw_only=True):
    """A verdict in the audit log. `text` is what the policy lets the log keep; `digest` its SHA-256.

    `wrong` marks a verdict the person disagrees with; `note` says why.
    """

    id: int
    at: float
    occasion: Occasion
    verdict: Verdict
    text: str = ""
    digest: str = ""
    wrong: bool = False
    note: str = ""


class LogFilter(Struct, frozen=True, kw_only=True):
    """Which entries of the log; empty fields leave all in. Times are Unix seconds."""

    outcomes: tuple[Outcome, ...] = ()
    directions: tuple[Direction, ...] = ()
    shield: str = ""
    category: str = ""
    session_id: str = ""
    words: str = ""
    wrong: bool | None = None
    since: float = 0.0
    until: float = 0.0


class LogPage(Struct, frozen=True, kw_only=True):
    """Entries, newest first; `next_before` asks for those before them, None at the end."""

    entries: tuple[LogEntry, ...] = ()
    next_before: int | None = None
    total: int = 0


class Shield(Protocol):
    """Judges texts. Never raises for a text: what goes wrong is a verdict with `error`."""

    @property
    def name(self) -> str:
        """One of SHIELDS."""
        ...

    async def judge(self, question: Question, policy: Policy) -> Verdict:
        """Judge one text under a policy."""
        ...

    async def info(self, policy: Policy) -> ShieldInfo:
        """Say whether it can judge now, and with what."""
        ...
