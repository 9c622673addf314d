"""Check digits: published examples are right, and a changed digit makes them wrong."""

from __future__ import annotations

import pytest

from app.engine.safety.rules import checksums


@pytest.mark.parametrize(
    "digits",
    [
        "4111111111111111",
        "5555555555554444",
        "378282246310005",
        "6011111111111117",
        "3530111333300000",
        "2223003122003222",
    ],
)
def test_cards(digits: str) -> None:
    assert checksums.is_card(digits)
    assert not checksums.is_card(digits[:-1] + str((int(digits[-1]) + 1) % 10))
    assert not checksums.is_card(digits[:-1])


def test_numbers_that_are_no_cards() -> None:
    assert not checksums.is_card("0000000000000000")
    assert not checksums.is_card("1234567812345670")  # the check digit is right, the maker is none
    assert checksums.luhn("1234567812345670")


@pytest.mark.parametrize("value", ["DE89370400440532013000", "GB82WEST12345698765432", "FR1420041010050500013M02606"])
def test_ibans(value: str) -> None:
    assert checksums.is_iban(value)
    assert not checksums.is_iban(value[:-1] + ("1" if value[-1] != "1" else "2"))
    assert not checksums.is_iban("XX" + value[2:])


def test_german_tax_ids() -> None:
    assert checksums.is_german_tax_id("86095742719")
    assert checksums.is_german_tax_id("65929970489")
    for wrong in ("86095742718", "08609574271", "12345678901", "11111111111", "8609574271"):
        assert not checksums.is_german_tax_id(wrong)


def test_spanish_and_french_ids() -> None:
    assert checksums.is_spanish_id("12345678Z") and checksums.is_spanish_id("X1234567L")
    assert not checksums.is_spanish_id("12345678A") and not checksums.is_spanish_id("X123456XL")
    assert checksums.is_french_id("255081416802538")
    assert not checksums.is_french_id("255081416802539") and not checksums.is_french_id("955081416802538")
