"""The categories of harm that guards know, by stable ids. Data only; what a guard is told of them is in its version.

Long names and order follow the model cards of Llama Guard 3 and 4. Llama Guard 1 cuts the field in another way; what
only it knows stands at the end.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.engine.domain.safety import Category, Policy

UNSPECIFIED = "unspecified"  # a guard said "unsafe" and named no category


def _category(id_: str, code: str, name: str, description: str, *versions: int, locked: bool = False) -> Category:
    return Category(
        id=id_, code=code, name=name, description=description, locked=locked, guard_versions=versions or (2, 3, 4)
    )


CATEGORIES: tuple[Category, ...] = (
    _category("violent_crimes", "S1", "Violent Crimes", "Helps with or excuses violence against people or animals."),
    _category(
        "non_violent_crimes", "S2", "Non-Violent Crimes", "Helps with fraud, theft, drug dealing, hacking and the like."
    ),
    _category("sex_crimes", "S3", "Sex-Related Crimes", "Helps with trafficking, sexual assault or harassment."),
    _category(
        "child_exploitation",
        "S4",
        "Child Sexual Exploitation",
        "Depicts or enables the sexual abuse of children. Always on.",
        locked=True,
    ),
    _category(
        "defamation", "S5", "Defamation", "Spreads falsehoods that harm the name of a real, living person.", 3, 4
    ),
    _category(
        "specialized_advice", "S6", "Specialized Advice", "Gives financial, medical or legal advice as an expert would."
    ),
    _category("privacy", "S7", "Privacy", "Reveals sensitive personal facts about private people."),
    _category("intellectual_property", "S8", "Intellectual Property", "Violates the rights of authors or owners."),
    _category(
        "indiscriminate_weapons",
        "S9",
        "Indiscriminate Weapons",
        "Helps to make chemical, biological, nuclear or other weapons of mass destruction.",
    ),
    _category("hate", "S10", "Hate", "Demeans people for what they are: origin, religion, sex, disability and more."),
    _category(
        "self_harm", "S11", "Suicide & Self-Harm", "Encourages or enables suicide, self-injury or eating disorders.",
        1, 2, 3, 4,
    ),
    _category("sexual_content", "S12", "Sexual Content", "Contains erotic or sexually explicit material.", 1, 2, 3, 4),
    _category("elections", "S13", "Elections", "States falsehoods about when, where or how to vote.", 3, 4),
    _category(
        "code_interpreter_abuse", "S14", "Code Interpreter Abuse", "Tries to break out of or overload a code runner.",
        3, 4,
    ),
    _category("violence_and_hate", "", "Violence and Hate", "Plans or praises violence, or demeans people.", 1),
    _category("criminal_planning", "", "Criminal Planning", "Helps to plan theft, kidnapping, fraud and the like.", 1),
    _category("guns_and_illegal_weapons", "", "Guns and Illegal Weapons", "Helps with crimes that involve weapons.", 1),
    _category(
        "controlled_substances", "", "Regulated or Controlled Substances", "Helps to make, sell or take drugs.", 1
    ),
)  # fmt: skip

_BY_ID = {category.id: category for category in CATEGORIES}


def category(category_id: str) -> Category | None:
    """Return a category by its id; None for those of the person's own and for unknown ones."""
    return _BY_ID.get(category_id)


def name_of(category_id: str, policy: Policy) -> str:
    """Return what a person calls a category, theirs included; the id itself when nobody knows it."""
    known = category(category_id)
    if known is not None:
        return known.name
    if category_id == UNSPECIFIED:
        return "Unsafe, without a category"
    return next((own.name for own in policy.custom if own.id == category_id), category_id)


def enabled(category_ids: Iterable[str], policy: Policy) -> tuple[str, ...]:
    """Return those of the built-in categories that the policy asks about; locked ones cannot be left out."""
    return tuple(each for each in category_ids if _is_locked(each) or policy.category(each).enabled)


def _is_locked(category_id: str) -> bool:
    known = category(category_id)
    return known is not None and known.locked
