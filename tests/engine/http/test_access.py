"""Names and keys that are allowed."""

from __future__ import annotations

import pytest

from app.engine.http.access import Access, host_names


def access(key: str | None) -> Access:
    return Access(key=lambda: key, hosts=frozenset())


@pytest.mark.parametrize(
    ("key", "given", "allowed"),
    [
        (None, None, True),
        (None, "anything", True),
        ("key", "key", True),
        ("key", None, False),
        ("key", "", False),
        ("key", "Key", False),
        ("key", "key ", False),
        ("schlüssel", "schlüssel", True),
        ("key", "schlüssel", False),
    ],
)
def test_keys(key: str | None, given: str | None, allowed: bool) -> None:
    assert access(key).allows_key(given) is allowed


def test_a_new_key_is_in_force_at_once() -> None:
    keys = ["old"]
    rules = Access(key=lambda: keys[0], hosts=frozenset())
    assert rules.allows_key("old")
    keys[0] = "new"
    assert not rules.allows_key("old") and rules.allows_key("new")


def test_a_loopback_listener_has_three_names() -> None:
    names = {"127.0.0.1:8321", "localhost:8321", "[::1]:8321"}
    for address in ("127.0.0.1", "localhost", "::1"):
        assert host_names(address, 8321) == names


def test_the_usual_port_may_be_left_out() -> None:
    assert {"localhost", "localhost:80"} <= host_names("127.0.0.1", 80)


@pytest.mark.parametrize(("address", "name"), [("192.168.1.5", "192.168.1.5:1"), ("fd00::5", "[fd00::5]:1")])
def test_another_address_is_a_name_too(address: str, name: str) -> None:
    assert host_names(address, 1) == host_names("127.0.0.1", 1) | {name}
