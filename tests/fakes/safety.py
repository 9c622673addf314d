"""Safety in memory: shields that find what a text says of itself, a policy with versions, a log.

The guard calls a text unsafe when it names a category with the word of `TRIGGERS`; how sure it is follows from a number
behind the word ("weapon 40"), 97 % without one.
"""

from __future__ import annotations

import csv
import hashlib
import re
import time
from pathlib import Path

import msgspec
from msgspec.structs import replace

from app.engine.domain.errors import Conflict, InvalidRequest, ModelNotFound, NotFound, PaddockError
from app.engine.domain.events import EventBus, PolicyChanged, VerdictLogged
from app.engine.domain.models import Model
from app.engine.domain.safety import (
    HIDDEN_CHARACTERS,
    INSECURE_CODE,
    LLAMA_GUARD,
    OUTCOMES,
    PERSONAL_DATA,
    PROMPT_GUARD,
    SECRETS,
    SHIELDS,
    Category,
    Concern,
    Demand,
    Judgement,
    LogEntry,
    LogFilter,
    LogPage,
    Moderation,
    Occasion,
    Outcome,
    Policy,
    Question,
    ShieldInfo,
    Verdict,
)

GUARD = Model(
    id="llama-guard-3-1b",
    name="Llama Guard 3 1B",
    path="/models/guard.gguf",
    architecture="llama",
    parameters=1_498_482_688,
    quantisation="Q4_K_M",
    context_length=131072,
    size_bytes=955_000_000,
    licence="llama3.2",
    has_chat_template=True,
    source="downloaded",
    purpose="guard",
)
BIG_GUARD = msgspec.structs.replace(
    GUARD, id="llama-guard-3-8b", name="Llama Guard 3 8B", size_bytes=4_920_000_000, parameters=8_030_261_248
)

_NAMES = (
    "Violent Crimes", "Non-Violent Crimes", "Sex-Related Crimes", "Child Sexual Exploitation", "Defamation",
    "Specialized Advice", "Privacy", "Intellectual Property", "Indiscriminate Weapons", "Hate", "Suicide & Self-Harm",
    "Sexual Content", "Elections", "Code Interpreter Abuse",
)  # fmt: skip
TRIGGERS = {"S1": "stab", "S2": "steal", "S4": "child", "S7": "address", "S9": "weapon", "S10": "hate", "S14": "shell"}
CATEGORIES = tuple(
    Category(
        id=name.lower().replace(" & ", "-").replace(" ", "-"),
        code=f"S{number}",
        name=name,
        description=f"Texts about {name.lower()}.",
        locked=number == 4,
        guard_versions=(4,) if number == 14 else (3, 4),
    )
    for number, name in enumerate(_NAMES, 1)
)
SECRET = re.compile(r"sk-\w{8,}")


class FakeSafety:
    """`guards` are the installed guard models; `guard_error` makes the guard fail; `failure` makes checks raise."""

    def __init__(self, events: EventBus, guards: tuple[str, ...] = ()) -> None:
        self._events = events
        self.guards = guards
        self.guard_error = ""
        self.failure: PaddockError | None = None
        self.kept: list[Policy] = [Policy()]
        self.entries: list[LogEntry] = []
        self.registered: dict[str, ShieldInfo] = {}
        self.questions: list[Question] = []

    # Shields and policy.

    async def shields(self) -> tuple[ShieldInfo, ...]:
        guard = self.policy().guard if self.policy().guard in self.guards else (*self.guards, "")[0]
        state = "ready" if guard else "no guard model is installed"
        built_in = (
            ShieldInfo(
                id=LLAMA_GUARD, title="Llama Guard", description="Judges texts.", provider_id="llama-guard",
                state=self.guard_error or state, ready=bool(guard) and not self.guard_error, model=guard,
                guard_version=3 if guard else 0,
            ),
            ShieldInfo(
                id=PROMPT_GUARD, title="Prompt Guard", description="Finds injections.", provider_id="prompt-guard",
                state="no Prompt Guard is installed", ready=False,
            ),
            *(
                ShieldInfo(id=name, title=name, description="", provider_id="rules", state="ready", ready=True)
                for name in (HIDDEN_CHARACTERS, SECRETS, PERSONAL_DATA, INSECURE_CODE)
            ),
        )  # fmt: skip
        return (*built_in, *self.registered.values())

    async def categories(self) -> tuple[Category, ...]:
        own = (Category(id=c.id, code="", name=c.name, description=c.text) for c in self.policy().custom)
        return (*CATEGORIES, *own)

    def policy(self) -> Policy:
        return self.kept[-1]

    async def set_policy(self, policy: Policy) -> Policy:
        if policy.version != self.policy().version:
            raise Conflict("The policy was changed meanwhile.", hint="Look at it again.")
        if not 1 <= policy.log_days <= 3650:
            raise InvalidRequest("The log keeps entries for 1 to 3650 days.", param="log_days")
        return self.put(policy)

    def put(self, policy: Policy) -> Policy:
        """Make a policy the newest version, whoever changes it."""
        self.kept.append(replace(policy, version=self.policy().version + 1, changed_at=time.time()))
        self._events.publish(PolicyChanged(self.policy().version))
        return self.policy()

    async def policies(self, *, limit: int = 50) -> tuple[Policy, ...]:
        return tuple(self.kept[::-1][:limit])

    async def register_shield(self, shield: ShieldInfo) -> ShieldInfo:
        if shield.id in SHIELDS:
            raise Conflict("This name is taken by a shield of Paddock.")
        self.registered[shield.id] = replace(shield, registered=True)
        return self.registered[shield.id]

    async def unregister_shield(self, shield_id: str) -> None:
        if self.registered.pop(shield_id, None) is None:
            raise NotFound("No app registered this shield.")

    # Judging.

    async def check(
        self, question: Question, *, demand: Demand | None = None, occasion: Occasion | None = None
    ) -> Judgement:
        if self.failure is not None:
            raise self.failure
        wanted = [name for name in SHIELDS if self.policy().runs(name, question.direction)]
        wanted += [name for name in (demand.shields if demand else ()) if name not in wanted]
        return self._judge(wanted, question, occasion or Occasion())

    async def run_shield(self, shield_id: str, question: Question, *, occasion: Occasion | None = None) -> Judgement:
        if shield_id not in SHIELDS:
            raise NotFound("There is no such shield.")
        return self._judge([shield_id], question, occasion or Occasion())

    async def moderate(
        self, texts: tuple[str, ...], *, model: str = "", occasion: Occasion | None = None
    ) -> tuple[Moderation, ...]:
        if not self.guards:
            raise ModelNotFound("No guard model is installed.", hint="Download Llama Guard on the Models page.")
        verdicts = [self.verdict(LLAMA_GUARD, Question(direction="input", text=text)) for text in texts]
        return tuple(Moderation(flagged=bool(each.concerns), scores=each.scores) for each in verdicts)

    def _judge(self, wanted: list[str], question: Question, occasion: Occasion) -> Judgement:
        self.questions.append(question)
        verdicts = tuple(self.verdict(name, question) for name in wanted if name != PROMPT_GUARD)
        strictest = max((OUTCOMES.index(each.outcome) for each in verdicts), default=0)
        for verdict in verdicts:
            self.add_entry(verdict, question.text, occasion)
        names = ", ".join(c.name for each in verdicts for c in each.concerns)
        message = f"This is about: {names}." if names else ""
        return Judgement(outcome=OUTCOMES[strictest], verdicts=verdicts, message=message)

    def verdict(self, shield: str, question: Question) -> Verdict:
        """Return what a shield says of a text."""
        policy = self.policy()
        base = Verdict(shield=shield, direction=question.direction, policy_version=policy.version, seconds=0.12)
        failed: Outcome = "block" if policy.on_error == "closed" else "allow"
        if shield != LLAMA_GUARD:
            found = SECRET.search(question.text) if shield == SECRETS else None
            concern = Concern(category="api-key", name="API key", detail="characters 1 to 12")
            rule_found = (concern,) if found else ()
            return replace(base, concerns=rule_found, outcome=self._outcome(shield, rule_found))
        if not self.guards or self.guard_error:
            error = self.guard_error or "No guard model is installed."
            return replace(base, error=error, outcome=failed)
        scores = {each.id: _score(each, question.text) for each in CATEGORIES if policy.category(each.id).enabled}
        concerns = tuple(
            Concern(category=each.id, name=each.name, code=each.code, probability=scores[each.id])
            for each in CATEGORIES
            if scores.get(each.id, 0.0) >= policy.category(each.id).threshold
        )
        return replace(
            base, model=self.guards[0], guard_version=3, scores=scores, concerns=concerns,
            probability=max(scores.values(), default=0.0), outcome=self._outcome(shield, concerns),
        )  # fmt: skip

    def _outcome(self, shield: str, concerns: tuple[Concern, ...]) -> Outcome:
        return self.policy().shield(shield).action if concerns else "allow"

    # The log.

    def add_entry(self, verdict: Verdict, text: str, occasion: Occasion, *, age: float = 0.0) -> LogEntry:
        """Log a verdict `age` seconds ago."""
        kept = {"none": "", "excerpt": text[:200], "full": text}[self.policy().kept_text]
        entry = LogEntry(
            id=len(self.entries) + 1, at=time.time() - age, occasion=occasion, verdict=verdict, text=kept,
            digest=hashlib.sha256(text.encode()).hexdigest(),
        )  # fmt: skip
        self.entries.append(entry)
        self._events.publish(VerdictLogged((entry.id,)))
        return entry

    async def log(self, wanted: LogFilter | None = None, *, before: int | None = None, limit: int = 100) -> LogPage:
        if self.failure is not None:
            raise self.failure
        found = [each for each in self.entries[::-1] if _fits(each, wanted or LogFilter())]
        older = [each for each in found if before is None or each.id < before]
        page = tuple(older[:limit])
        more = page[-1].id if len(older) > len(page) else None
        return LogPage(entries=page, next_before=more, total=len(found))

    async def mark(self, entry_id: int, wrong: bool, note: str = "") -> LogEntry:
        for place, entry in enumerate(self.entries):
            if entry.id == entry_id:
                self.entries[place] = replace(entry, wrong=wrong, note=note)
                return self.entries[place]
        raise NotFound("This entry is no longer in the log.")

    async def export_log(self, path: Path, wanted: LogFilter | None = None) -> int:
        found = [each for each in self.entries if _fits(each, wanted or LogFilter())]
        if path.suffix == ".csv":
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows((each.id, each.verdict.shield, each.verdict.outcome) for each in found)
        else:
            path.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in found))
        return len(found)

    async def clear_log(self) -> int:
        count = len(self.entries)
        self.entries.clear()
        return count


def _score(category: Category, text: str) -> float:
    found = re.search(rf"{TRIGGERS.get(category.code, '-')}\w*(?: (\d+))?", text.lower())
    return (int(found[1]) / 100 if found[1] else 0.97) if found else 0.01


def _fits(entry: LogEntry, wanted: LogFilter) -> bool:
    verdict = entry.verdict
    return (
        (not wanted.outcomes or verdict.outcome in wanted.outcomes)
        and (not wanted.directions or verdict.direction in wanted.directions)
        and wanted.shield in ("", verdict.shield)
        and (not wanted.category or wanted.category in {each.category for each in verdict.concerns})
        and wanted.since <= entry.at
        and wanted.session_id in ("", entry.occasion.session_id)
        and wanted.words.casefold() in entry.text.casefold()
        and wanted.wrong in (None, entry.wrong)
    )
