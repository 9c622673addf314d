"""Data of persons is found and masked; versions, dates, amounts and ids raise no alarm."""

from __future__ import annotations

import pytest

from app.engine.safety.rules.personal import find

PERSONAL = {
    "E-mail address": ["anna.berg@firma.de", "x+tag@sub.mail.co.uk", "o'neil@uni-köln.de".replace("ö", "oe")],
    "Phone number": [
        "+49 30 901820", "+4915112345678", "+1 (415) 555-2671", "+44 20 7946 0958", "0049 30 901820",
        "(415) 555-2671", "415-555-2671", "Tel.: 030 90 18 20", "phone: 0171/1234567", "+91-98765-43210",
    ],
    "Payment card": ["4111 1111 1111 1111", "4111-1111-1111-1111", "4111111111111111", "3782 822463 10005"],
    "Bank account (IBAN)": ["DE89 3704 0044 0532 0130 00", "DE89370400440532013000", "GB82 WEST 1234 5698 7654 32"],
    "US social security number": ["536-90-4399"],
    "German tax id": ["86095742719", "86 095 742 719"],
    "Spanish identity number": ["12345678Z", "X-1234567-L"],
    "French social security number": ["2 55 08 14 168 025 38"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, some in PERSONAL.items() for value in some])
def test_personal_data_is_found_and_masked(name: str, value: str) -> None:
    for text in (value, f"Write to ({value}), please.", f"a\n{value}\nb", f"Mine is {value} IS MY"):
        (found,) = find(text)
        assert found.name == name
        inside = text[found.start : found.end]
        assert inside in value and len(inside) >= len(value) - 8
        assert inside not in found.excerpt and inside[-6:] not in found.excerpt


NOT_PERSONAL = {
    "nothing": "",
    "dates": "2024-11-05, 05.11.2024, 11/05/2024, 2024-11-05T12:03:44+01:00, 12:30",
    "versions": "python 3.11.9, 1.2.3.4, v10.0.19045, numpy==2.4.6, torch 2.13.0+cpu, +0.10.3456789",
    "amounts": "1,234,567.89 EUR, +1.234.567,89 €, +1234567 %, -20 000 000, +12,345,678",
    "hashes": "9d31787c4b1e6e1a6a0d2d3f3a1b2c3d4e5f6071 and 123e4567-e89b-12d3-a456-426614174000",
    "numbers": "1234567890123, 12345678901, 00000000000, 4111 1111 1111 1112, id 536904399",
    "coordinates": "52.520008, 13.404954",
    "isbn": "978-3-16-148410-0",
    "examples": "user@example.com, me@mail.example.org, git@github.com:owner/name.git",
    "code": "@decorator\nx @ y\nicon@2x.png",
    "arithmetic": "x = 5 + 123456 + 7",
    "wrong iban": "DE89 3704 0044 0532 0130 01",
    "address": "10.0.0.1:8080, 192.168.100.200",
    "unix time": "1732586091, 1732586091123",
}


@pytest.mark.parametrize("text", NOT_PERSONAL.values(), ids=NOT_PERSONAL)
def test_what_is_no_personal_data(text: str) -> None:
    assert find(text) == ()
