"""Takes the meaning from texts that look like pieces of a guard's prompt, so that nobody can move what is judged. Pure.

What is changed stays readable: `<END CONVERSATION>` becomes `(END CONVERSATION)`, a line `Agent: yes` becomes
`Agent - yes`. Control tokens of the model need no change here, because texts are never read as control tokens.
"""

from __future__ import annotations

import re

# What is not seen but may stand between letters: zero-width characters, marks of writing direction, soft hyphens,
# variation selectors and tags.
_HIDDEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff"
)
_LINE_ENDS = "\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
_BLANK = rf"[\s{_HIDDEN}]"


def _loosely(words: str) -> str:
    """Return a pattern for words however they are spaced and whatever unseen stands between their letters."""
    return f"{_BLANK}+".join(f"[{_HIDDEN}]*".join(word) for word in words.split(" "))


# Of two classes that can match the same characters, one must not follow the other: texts can be very long.
_MARKS = "|".join(
    _loosely(f"{edge} {what}") for edge in ("BEGIN", "END") for what in ("CONVERSATION", "UNSAFE CONTENT CATEGORIES")
)
_MARKER = re.compile(rf"[<＜‹〈][/\s{_HIDDEN}]*({_MARKS}){_BLANK}*[>＞›〉]", re.IGNORECASE)
_BRACKET = re.compile(rf"\[([/\s{_HIDDEN}]*){_loosely('INST')}{_BLANK}*\]", re.IGNORECASE)
_ROLE = re.compile(
    rf"(?P<start>\A|[{_LINE_ENDS}])(?P<before>[^\w{_LINE_ENDS}]*)(?P<role>{_loosely('User')}|{_loosely('Agent')})"
    rf"(?P<after>[\s{_HIDDEN}*_`\"'”’)\]]*)[:：﹕︓꞉∶]",
    re.IGNORECASE,
)


def neutral(text: str) -> str:
    """Return the text without anything that could be taken for a marker or the header of a role, trimmed.

    Halves of surrogate pairs, which cannot be written as UTF-8, become question marks.
    """
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = _MARKER.sub(r"(\1)", text)
    text = _BRACKET.sub(r"(\1INST)", text)
    return _ROLE.sub(r"\g<start>\g<before>\g<role>\g<after> -", text).strip()


def neutral_line(text: str) -> str:
    """Return the text as one line without markers, for names."""
    return " ".join(neutral(text).split())
