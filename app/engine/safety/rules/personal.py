"""Finds data of persons: addresses, phone, card and account numbers, official ids. Shows them masked.

Numbers that have a check digit must carry the right one. Versions, dates, amounts and ids are not phone numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from app.engine.safety.rules import checksums
from app.engine.safety.rules.finding import Finding, apart, masked, matches, without_overlaps

CATEGORY = "personal_data"

_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24}(?![\w-])")
# Names that the standards keep for examples, and accounts of machines.
_NOBODY = re.compile(r"@(?:[\w-]{1,63}\.){0,3}example\.(?:com|org|net)$|^git@|\.(?:png|jpg|svg|example|test|invalid)$")
_PHONE = re.compile(r"(?<![\w+.,])(?<!\d[ -])(?:\+|00(?=[1-9]\d{0,2}[ /-]))[1-9](?:[ ().\-/]{0,2}\d){6,14}(?![\d%])")
_PHONE_US = re.compile(r"(?<![\w.,+-])(?:\([2-9]\d{2}\) ?|[2-9]\d{2}-)[2-9]\d{2}-\d{4}(?![\w-])")
_PHONE_NAMED = re.compile(
    r"\b(?:tel|telefon|telephone|phone|mobile|mobil|handy|fax)\b[.:]{0,2}[ \t]{0,3}(\(?0[\d /()-]{6,18}\d)",
    re.IGNORECASE,
)
_CARD = re.compile(
    r"(?<![\w.,+-])\d{4}(?:([ -]?)\d{4}(?:\1\d{4}){2}(?:\1\d{1,3})?|([ -])\d{6}\2\d{4,5}|\d{9,11})(?![\w-])"
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?=[ ]?[A-Z0-9])")
_SSN = re.compile(r"(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")
_TAX_ID = re.compile(r"(?<![\w.,+-])[1-9]\d ?\d{3} ?\d{3} ?\d{3}(?![\w-])")
_DNI = re.compile(r"(?<![\w-])(?:[XYZ]-?\d{7}|\d{8})-?[A-Z](?![\w-])")
_NIR = re.compile(r"(?<![\w.,-])[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}(?![\w-])")
_CALLING_CODES = re.compile(
    r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|21[1-8]|22\d|23\d|24\d|25[0-8]|26\d|29[0189]"
    r"|35\d|37\d|38[0-35-79]|42[013]|5[09]\d|67\d|68\d|69[0-2]|80\d|85\d|87[08]|88[0-8]|96\d|97\d|99[2-8]"
)


def find(text: str) -> tuple[Finding, ...]:
    """Return the data of persons in a text."""
    found = [*_emails(text), *_ibans(text), *_cards(text), *_phones(text), *_ids(text)]
    return without_overlaps(found)


def _emails(text: str) -> Iterator[Finding]:
    if "@" not in text:
        return
    for match in matches(_EMAIL, text):
        if not _NOBODY.search(match[0].lower()):
            name, _, domain = match[0].partition("@")
            yield _finding("E-mail address", match.span(), f"{name[0]}…@{domain[0]}….{domain.rpartition('.')[2]}")


def _ibans(text: str) -> Iterator[Finding]:
    for match in matches(_IBAN, text):
        length = checksums.IBAN_LENGTHS.get(match[0][:2], 0)
        end, value = _collect(text, match.start(), length)
        if length and len(value) == length and apart(text, match.start(), end) and checksums.is_iban(value):
            yield _finding("Bank account (IBAN)", (match.start(), end), masked(value))


def _collect(text: str, start: int, count: int) -> tuple[int, str]:
    """Return so many characters from `start`, without single spaces between them, and where they end."""
    taken: list[str] = []
    place = start
    while len(taken) < count and place < len(text):
        if text[place] != " ":
            taken.append(text[place])
        elif text[place - 1] == " ":
            break
        place += 1
    value = "".join(taken)
    return place, value if value.isascii() and value.isalnum() else ""


def _cards(text: str) -> Iterator[Finding]:
    for match in matches(_CARD, text):
        digits = _digits(match[0])
        if checksums.is_card(digits):
            yield _finding("Payment card", match.span(), f"card ending in {digits[-2:]} ({len(digits)} digits)")


def _phones(text: str) -> Iterator[Finding]:
    for match in matches(_PHONE, text):
        number = _digits(match[0]).removeprefix("00")
        if 7 <= len(number) <= 15 and _CALLING_CODES.match(number) and not _is_amount(text, match):
            yield _finding("Phone number", match.span(), masked(match[0]))
    for pattern in (_PHONE_US, _PHONE_NAMED):
        for match in matches(pattern, text):
            span = match.span(pattern.groups)
            yield _finding("Phone number", span, masked(text[slice(*span)]))


def _is_amount(text: str, match: re.Match[str]) -> bool:
    """Tell whether a match is part of an amount or a calculation rather than a number to be called."""
    after = text[match.end() : match.end() + 2]
    in_thousands = re.fullmatch(r"\+\d{1,3}(?:[. ]\d{3}){1,4}", match[0]) and "." in match[0]
    dated = re.search(r"[ (]\d{4}-\d{2}-\d{2}", match[0])
    return bool(re.match(r"[.,]\d", after) or in_thousands or dated or re.match(r" ?[€$£%]", after))


def _ids(text: str) -> Iterator[Finding]:
    for match in matches(_SSN, text):
        yield _finding("US social security number", match.span(), "***-**-****")
    yield from _checked("German tax id", _TAX_ID, checksums.is_german_tax_id, text)
    yield from _checked("Spanish identity number", _DNI, checksums.is_spanish_id, text)
    yield from _checked("French social security number", _NIR, _is_french, text)


def _is_french(value: str) -> bool:
    return value.isdigit() and checksums.is_french_id(value)


def _checked(name: str, pattern: re.Pattern[str], check: Callable[[str], bool], text: str) -> Iterator[Finding]:
    for match in matches(pattern, text):
        value = match[0].replace(" ", "").replace("-", "")
        if check(value):
            yield _finding(name, match.span(), masked(value, 2))


def _digits(value: str) -> str:
    return "".join(each for each in value if each in "0123456789")


def _finding(name: str, span: tuple[int, int], excerpt: str) -> Finding:
    start, end = span
    return Finding(category=CATEGORY, name=name, start=start, end=end, excerpt=excerpt)
