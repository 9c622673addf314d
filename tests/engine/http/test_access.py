"""Who may call: keys and host names."""

from __future__ import annotations

import pytest

from app.engine.http.access import Access, host_names


@pytest.mark.parametrize(
    ("given", "allowed"), [("k€y", True), ("k€", False), ("", False), (None, False), ("K€Y", False)]
)
def test_keys(given: str | None, allowed: bool) -> None:
    assert Access(key=lambda: "k€y", hosts=frozenset()).allows_key(given) is allowed


def test_without_a_key_anything_goes() -> None:
    open_access = Access(key=lambda: None, hosts=frozenset())
    assert open_access.allows_key(None)
    assert open_access.allows_key("whatever")


def test_a_renewed_key_counts_at_once() -> None:
    keys = ["old"]
    access = Access(key=lambda: keys[0], hosts=frozenset())
    keys[0] = "new"
    assert not access.allows_key("old")
    assert access.allows_key("new")


@pytest.mark.parametrize(
    ("address", "port", "names"),
    [
        ("127.0.0.1", 8321, {"127.0.0.1:8321", "localhost:8321", "[::1]:8321"}),
        ("::1", 1, {"127.0.0.1:1", "localhost:1", "[::1]:1"}),
        ("192.168.1.5", 9, {"127.0.0.1:9", "localhost:9", "[::1]:9", "192.168.1.5:9"}),
        ("fe80::1", 9, {"127.0.0.1:9", "localhost:9", "[::1]:9", "[fe80::1]:9"}),
    ],
)
def test_host_names(address: str, port: int, names: set[str]) -> None:
    assert host_names(address, port) == names


def test_on_the_usual_port_names_stand_alone_too() -> None:
    assert {"localhost", "localhost:80"} <= host_names("127.0.0.1", 80)
