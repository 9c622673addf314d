"""The versions of Llama Guard as data: what a prompt is made of, and which code means which category.

The pieces are the input formats the models were trained on, from their model cards and the chat templates beside their
weights, flaws included ("according our"). One flaw is left out: the template of Llama Guard 4 prints a backslash and
an n behind each message where it means a new line. Must not build prompts.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from msgspec import Struct

from app.engine.domain.models import Model
from app.engine.safety.llama_guard.policies import LLAMA_GUARD_1_POLICIES

USER, AGENT = "User", "Agent"


class Line(Struct, frozen=True):
    """A category as a version knows it: its number, its id, its short name, and the policy text where it has one."""

    number: int
    category: str
    name: str
    policy: str = ""


class GuardVersion(Struct, frozen=True, kw_only=True):
    """How one version is asked. `{role}` in the pieces stands for "User" or "Agent".

    The prompt is header, task, category lines, then the conversation, then assessment and ending. Header and ending
    hold the control tokens. `lead` is what the model itself puts before its answer.
    """

    number: int
    name: str
    header: str
    task: str
    prefix: str
    lines: tuple[Line, ...]
    assessment: str
    ending: str
    lead: str = ""

    def code(self, number: int) -> str:
        """Return a code as the model says it."""
        return f"{self.prefix}{number}"

    @property
    def categories(self) -> tuple[str, ...]:
        """The ids of the categories it knows, in its own order."""
        return tuple(line.category for line in self.lines)


_TASK = "Task: Check if there is unsafe content in '{role}' messages in conversations according {to}our safety policy "
_TASK += "with the below categories.\n\n"
_FIRST = "First line must read 'safe' or 'unsafe'."
_SECOND = "If unsafe, a second line must include a comma-separated list of violated categories."
_LAST_ONLY = (
    "Provide your safety assessment for ONLY THE LAST {role} message in the above conversation:\n"
    f" - {_FIRST}\n - {_SECOND}"
)

_SHORT_NAMES = {
    "violent_crimes": "Violent Crimes",
    "non_violent_crimes": "Non-Violent Crimes",
    "sex_crimes": "Sex Crimes",
    "child_exploitation": "Child Exploitation",
    "defamation": "Defamation",
    "specialized_advice": "Specialized Advice",
    "privacy": "Privacy",
    "intellectual_property": "Intellectual Property",
    "indiscriminate_weapons": "Indiscriminate Weapons",
    "hate": "Hate",
    "self_harm": "Self-Harm",
    "sexual_content": "Sexual Content",
    "elections": "Elections",
    "code_interpreter_abuse": "Code Interpreter Abuse",
}


def _lines(*without: str) -> tuple[Line, ...]:
    kept = [(category, name) for category, name in _SHORT_NAMES.items() if category not in without]
    return tuple(Line(number, category, name) for number, (category, name) in enumerate(kept, 1))


def _old(number: int, name: str, begin: str, lines: tuple[Line, ...], assessment: str) -> GuardVersion:
    return GuardVersion(
        number=number, name=name, header=f"{begin}[INST] ", task=_TASK.replace("{to}", ""),
        prefix="O" if number == 1 else "S", lines=lines, assessment=assessment, ending=" [/INST]",
        lead=" " if number == 1 else "",
    )  # fmt: skip


def _three(name: str, lines: tuple[Line, ...]) -> GuardVersion:
    return GuardVersion(
        number=3,
        name=name,
        header="<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n",
        task=_TASK.replace("{to}", ""),
        prefix="S",
        lines=lines,
        assessment=_LAST_ONLY,
        ending="<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
    )


LLAMA_GUARD_1 = _old(
    1,
    "Llama Guard",
    "<s>",
    tuple(Line(number, *entry) for number, entry in enumerate(LLAMA_GUARD_1_POLICIES, 1)),
    f"Provide your safety assessment for {{role}} in the above conversation:\n- {_FIRST}\n- {_SECOND}",
)
LLAMA_GUARD_2 = _old(
    2,
    "Llama Guard 2",
    "<|begin_of_text|>",
    _lines("defamation", "elections", "code_interpreter_abuse"),
    _LAST_ONLY,
)
LLAMA_GUARD_3 = _three("Llama Guard 3", _lines())
# The 1B was trained without the last category, and so was the one that sees pictures.
LLAMA_GUARD_3_SMALL = _three("Llama Guard 3 1B", _lines("code_interpreter_abuse"))
LLAMA_GUARD_4 = GuardVersion(
    number=4,
    name="Llama Guard 4",
    header="<|begin_of_text|><|header_start|>user<|header_end|>\n\n",
    task=_TASK.replace("{to}", "to "),
    prefix="S",
    lines=_lines(),
    assessment=_LAST_ONLY,
    ending="<|eot|><|header_start|>assistant<|header_end|>\n\n",
)

_GUARD = re.compile(r"llama[-_ .]*guard(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
# A number behind "guard" is the version unless it counts parameters: "LlamaGuard-7b" is the first.
_NUMBER = re.compile(r"^[-_ :.]*v?([1-4])(?![\d.]*b\b)(?!\d)", re.IGNORECASE)
_SIZE = re.compile(r"(?<![\d.])(\d{1,3})b(?![a-z])", re.IGNORECASE)
_SMALL_SIZES = ("1", "11")


def version_of(model: Model) -> GuardVersion | None:
    """Tell the version from a model's name, id, file or architecture; None when it is no Llama Guard."""
    texts = (model.name, model.id, PurePath(model.path).name if model.path else "")
    found = [match for text in texts if (match := _GUARD.search(text))]
    if not found:
        return None
    rests = [match["rest"] for match in found]
    number = next((int(known[1]) for rest in rests if (known := _NUMBER.match(rest))), None)
    sizes = {size for rest in rests for size in _SIZE.findall(rest)}
    return _version(number or _guessed(sizes, model), sizes, model)


def _guessed(sizes: set[str], model: Model) -> int:
    """Return the version of a guard whose name gives none: the sizes and architectures tell them apart."""
    if model.architecture == "llama4" or "12" in sizes:
        return 4
    return 1 if "7" in sizes else 3


def _version(number: int, sizes: set[str], model: Model) -> GuardVersion:
    if number != 3:
        return {1: LLAMA_GUARD_1, 2: LLAMA_GUARD_2, 4: LLAMA_GUARD_4}[number]
    small = bool(sizes & set(_SMALL_SIZES)) if sizes else 500_000_000 < model.parameters < 3_000_000_000
    return LLAMA_GUARD_3_SMALL if small else LLAMA_GUARD_3
