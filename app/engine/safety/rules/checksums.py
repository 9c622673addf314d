"""Check digits of numbers that belong to people. Works on digits and letters without spaces."""

from __future__ import annotations

from collections import Counter

# Lengths of IBANs: the register of SWIFT, https://www.swift.com/standards/data-standards/iban
IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15,
    "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24, "SI": 19,
    "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


def luhn(digits: str) -> bool:
    """Tell whether the last digit is that of Luhn's formula, as on payment cards."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_card(digits: str) -> bool:
    """Tell whether digits are the number of a payment card, by maker, length and check digit."""
    two, four, length = int(digits[:2]), int(digits[:4]), len(digits)
    known = (
        (digits[0] == "4" and length in (13, 16, 19))
        or ((51 <= two <= 55 or 2221 <= four <= 2720) and length == 16)
        or (two in (34, 37) and length == 15)
        or ((two == 65 or four == 6011 or 644 <= four // 10 <= 649) and length in (16, 19))
        or (3528 <= four <= 3589 and length in (16, 19))
        or (two in (36, 38, 39) and length == 14)
        or (two == 62 and length in (16, 17, 18, 19))
    )
    return known and len(set(digits)) > 1 and luhn(digits)


def is_iban(value: str) -> bool:
    """Tell whether a value is an IBAN: its country's length, and 97 as in ISO 7064."""
    if IBAN_LENGTHS.get(value[:2]) != len(value):
        return False
    number = "".join(str(int(each, 36)) for each in value[4:] + value[:4])
    return int(number) % 97 == 1


def is_german_tax_id(digits: str) -> bool:
    """Tell whether eleven digits are a German tax id: one digit occurs two or three times, and ISO 7064 mod 11, 10."""
    if len(digits) != 11 or digits[0] == "0":
        return False
    counts = sorted(Counter(digits[:10]).values(), reverse=True)
    if counts[0] not in (2, 3) or (len(counts) > 1 and counts[1] != 1):
        return False
    product = 10
    for digit in digits[:10]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def is_spanish_id(value: str) -> bool:
    """Tell whether a value is a Spanish DNI or NIE: eight digits, or X, Y or Z and seven, and the letter of mod 23."""
    number = value[:-1].translate(str.maketrans("XYZ", "012"))
    return number.isdigit() and _DNI_LETTERS[int(number) % 23] == value[-1]


def is_french_id(digits: str) -> bool:
    """Tell whether fifteen digits are a French social security number, whose last two are 97 less the rest."""
    return digits[0] in "12" and 97 - int(digits[:13]) % 97 == int(digits[13:])
