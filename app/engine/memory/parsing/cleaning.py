"""Takes out of a text what nobody sees: control characters, soft hyphens, strange line ends. Pure.

Runs before a part's text is fixed, so that offsets never move afterwards. Must not change what a person reads.
"""

from __future__ import annotations

import re

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Controls, the soft hyphen, byte order marks and non-characters, and the invisible copies of ASCII in which text is
# hidden from people but not from models.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff\ufffe\uffff\U000e0000-\U000e007f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_HYPHENATED = re.compile("(?<=[^\\W\\d_])[-\u2010\x02\ufffe]\n(?=[^\\W\\d_])")


def clean(text: str) -> str:
    """Return the text with plain line ends and without characters that nobody sees."""
    text = _LINE_ENDS.sub("\n", text)
    if text.isascii() and text.isprintable():
        return text
    text = _UNSEEN.sub("", text)
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def join_hyphenated(text: str) -> str:
    """Join words that were divided at the ends of lines; the next line must go on in small letters."""
    return _HYPHENATED.sub(lambda found: "" if text[found.end()].islower() else "-", text)


def one_line(text: str) -> str:
    """Return the text with every run of white space as one space."""
    return " ".join(text.split())
