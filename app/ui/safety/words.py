"""Shields, categories, directions, outcomes and probabilities as a person reads them, translated. No widgets."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject

from app.engine.domain.safety import (
    HIDDEN_CHARACTERS,
    INSECURE_CODE,
    LLAMA_GUARD,
    PERSONAL_DATA,
    PROMPT_GUARD,
    SECRETS,
    Action,
    Category,
    Concern,
    Direction,
    KeptText,
    Occasion,
    OnError,
    Outcome,
    Streaming,
    Verdict,
)
from app.ui.widgets.words import number_words

translate = QCoreApplication.translate
STRICT, BALANCED, RELAXED = 0.3, 0.5, 0.8
_FEW_SECONDS = 10


class _Counts(QObject):
    """Counted words; only `self.tr` is read with its plural by the translation tools."""

    def entries(self, count: int) -> str:
        return self.tr("%n entr(y/ies)", "", count)


def counts() -> _Counts:
    """Return what counts things in words."""
    return _Counts()


def shield_title(shield_id: str, title: str = "") -> str:
    """Return the name of a shield; one that an app registered has its own."""
    return {
        LLAMA_GUARD: "Llama Guard",
        PROMPT_GUARD: "Prompt Guard",
        HIDDEN_CHARACTERS: translate("SafetyWords", "Hidden characters"),
        SECRETS: translate("SafetyWords", "Keys and passwords"),
        PERSONAL_DATA: translate("SafetyWords", "Personal data"),
        INSECURE_CODE: translate("SafetyWords", "Insecure code"),
    }.get(shield_id, title or shield_id)


def shield_description(shield_id: str, description: str = "") -> str:
    """Return what a shield looks for."""
    return {
        LLAMA_GUARD: translate("SafetyWords", "A model that judges texts by the categories below."),
        PROMPT_GUARD: translate(
            "SafetyWords", "A small model that finds texts which try to give your model orders of their own."
        ),
        HIDDEN_CHARACTERS: translate("SafetyWords", "Characters nobody sees, in which orders can be hidden."),
        SECRETS: translate("SafetyWords", "Access keys, tokens and passwords."),
        PERSONAL_DATA: translate("SafetyWords", "E-mail addresses, telephone, card and account numbers."),
        INSECURE_CODE: translate("SafetyWords", "Known mistakes in code that open a door to attackers."),
    }.get(shield_id, description)


def direction_words(direction: Direction) -> str:
    """Return where a text came from, as a name."""
    return {
        "input": translate("SafetyWords", "Your messages"),
        "retrieved": translate("SafetyWords", "Found passages"),
        "tool": translate("SafetyWords", "Tool results"),
        "output": translate("SafetyWords", "Answers"),
    }[direction]


def text_words(direction: Direction, subject: str = "") -> str:
    """Return one text of a direction, as a part of a sentence."""
    words = {
        "input": translate("SafetyWords", "your message"),
        "retrieved": translate("SafetyWords", "a found passage"),
        "tool": translate("SafetyWords", "a tool result"),
        "output": translate("SafetyWords", "the answer"),
    }[direction]
    return translate("SafetyWords", "{text} from {subject}").format(text=words, subject=subject) if subject else words


def action_words(action: Action) -> str:
    """Return what happens to what a shield finds."""
    return {
        "block": translate("SafetyWords", "Block"),
        "warn": translate("SafetyWords", "Warn"),
        "log": translate("SafetyWords", "Only log"),
    }[action]


def outcome_words(outcome: Outcome) -> str:
    """Return what happened to a text."""
    return {
        "block": translate("SafetyWords", "Blocked"),
        "warn": translate("SafetyWords", "Warned"),
        "log": translate("SafetyWords", "Logged"),
        "allow": translate("SafetyWords", "Nothing found"),
    }[outcome]


def verdict_words(verdict: Verdict) -> str:
    """Return the end of one check; a check that failed found nothing, and must not look as if it had looked."""
    if not verdict.error:
        return outcome_words(verdict.outcome)
    if verdict.outcome == "block":
        return translate("SafetyWords", "Check failed, blocked")
    return translate("SafetyWords", "Check failed, let through")


def streaming_words(mode: Streaming) -> tuple[str, str]:
    """Return a way of showing answers: its name and what it means."""
    return {
        "verify": (
            translate("SafetyWords", "Check first"),
            translate("SafetyWords", "You see only what is already checked. Answers appear a sentence or two later."),
        ),
        "retract": (
            translate("SafetyWords", "Show and take back"),
            translate("SafetyWords", "You see everything at once. What is then found unsafe disappears again."),
        ),
        "final": (
            translate("SafetyWords", "Check at the end"),
            translate("SafetyWords", "The finished answer is checked once. Quick, but you may have read it by then."),
        ),
    }[mode]


def on_error_words(choice: OnError) -> tuple[str, str]:
    """Return what a failing shield means: its name and what follows."""
    return {
        "closed": (
            translate("SafetyWords", "Block"),
            translate("SafetyWords", "Nothing goes on unchecked. Without a working guard you get no answer."),
        ),
        "open": (
            translate("SafetyWords", "Let through and say so"),
            translate("SafetyWords", "The chat goes on, and a line tells that this text was not checked."),
        ),
    }[choice]


def kept_words(kept: KeptText) -> str:
    """Return what the log keeps of a text."""
    return {
        "none": translate("SafetyWords", "Nothing, only a fingerprint"),
        "excerpt": translate("SafetyWords", "An excerpt"),
        "full": translate("SafetyWords", "The whole text"),
    }[kept]


def occasion_words(occasion: Occasion) -> str:
    """Return where a text was judged."""
    return {
        "chat": translate("SafetyWords", "Chat"),
        "agent": translate("SafetyWords", "Agent"),
        "api": translate("SafetyWords", "Local API"),
        "terminal": translate("SafetyWords", "Terminal"),
        "test": translate("SafetyWords", "Test box"),
    }[occasion.origin]


def strictness_words(threshold: float) -> str:
    """Return how careful a threshold is."""
    if threshold <= 0.4:
        return translate("SafetyWords", "Strict")
    if threshold < 0.65:
        return translate("SafetyWords", "Balanced")
    return translate("SafetyWords", "Relaxed")


def strictness_meaning(threshold: float) -> str:
    """Return what a threshold does, in a sentence."""
    if threshold <= 0.4:
        return translate("SafetyWords", "Finds more, and stops harmless texts more often.")
    if threshold < 0.65:
        return translate("SafetyWords", "What is more likely unsafe than safe is found.")
    return translate("SafetyWords", "Finds only what is almost certain, and misses more.")


def threshold_words(threshold: float, *, expert: bool) -> str:
    """Return a threshold in words, with its number for experts."""
    words = strictness_words(threshold)
    if not expert:
        return words
    return translate("SafetyWords", "{words}: from {percent} % on").format(words=words, percent=round(100 * threshold))


def percent_words(probability: float) -> str:
    """Return a probability as "97 %"; what is nearly nothing or nearly certain does not claim to be either."""
    if 0 < probability < 0.01:
        return "< 1 %"
    if 0.99 < probability < 1:
        return "> 99 %"
    return translate("SafetyWords", "{percent} %").format(percent=round(100 * probability))


def seconds_words(seconds: float) -> str:
    """Return how long a check took."""
    if seconds < 1:
        return translate("SafetyWords", "{milliseconds} ms").format(milliseconds=number_words(seconds * 1000))
    decimals = 1 if seconds < _FEW_SECONDS else 0
    return translate("SafetyWords", "{seconds} s").format(seconds=number_words(seconds, decimals))


def category_name(category: Category) -> str:
    """Return the name of a category; the person's own and unknown ones have theirs."""
    return _names().get(category.code, ("", ""))[0] or category.name


def category_description(category: Category) -> str:
    """Return what belongs to a category."""
    return _names().get(category.code, ("", ""))[1] or category.description


def concern_name(concern: Concern) -> str:
    """Return the name of what was found; that of a category of Llama Guard in the person's language."""
    return translate("Categories", concern.name) or concern.name


def _names() -> dict[str, tuple[str, str]]:
    return {
        "S1": (
            translate("Categories", "Violent Crimes"),
            translate("Categories", "Murder, assault, kidnapping, terror, cruelty to animals."),
        ),
        "S2": (
            translate("Categories", "Non-Violent Crimes"),
            translate("Categories", "Fraud, theft, drugs, weapons deals, hacking."),
        ),
        "S3": (
            translate("Categories", "Sex-Related Crimes"),
            translate("Categories", "Sexual assault, harassment, trafficking, prostitution."),
        ),
        "S4": (
            translate("Categories", "Child Sexual Exploitation"),
            translate("Categories", "Any sexual abuse of children."),
        ),
        "S5": (
            translate("Categories", "Defamation"),
            translate("Categories", "False claims that harm a living person's name."),
        ),
        "S6": (
            translate("Categories", "Specialized Advice"),
            translate("Categories", "Financial, medical or legal advice; dangerous things called safe."),
        ),
        "S7": (
            translate("Categories", "Privacy"),
            translate("Categories", "Private facts about people that could harm them."),
        ),
        "S8": (
            translate("Categories", "Intellectual Property"),
            translate("Categories", "Copying what belongs to somebody else."),
        ),
        "S9": (
            translate("Categories", "Indiscriminate Weapons"),
            translate("Categories", "Chemical, biological, nuclear and explosive weapons."),
        ),
        "S10": (
            translate("Categories", "Hate"),
            translate("Categories", "Demeaning people for what they are."),
        ),
        "S11": (
            translate("Categories", "Suicide & Self-Harm"),
            translate("Categories", "Encouraging suicide, self-injury or eating disorders."),
        ),
        "S12": (
            translate("Categories", "Sexual Content"),
            translate("Categories", "Erotic texts."),
        ),
        "S13": (
            translate("Categories", "Elections"),
            translate("Categories", "False facts about when, where and how to vote."),
        ),
        "S14": (
            translate("Categories", "Code Interpreter Abuse"),
            translate("Categories", "Attacks through code that the model runs."),
        ),
    }  # fmt: skip
