"""Who may call the endpoint: host names, origins, key, rate. Values only; `guards.py` enforces them."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Access:
    """The rules of one listening endpoint. `key` returns the key in force, or None when none is required.

    `hosts` are the exact values of the Host header that are answered: any other name was rebound to this address.
    """

    key: Callable[[], str | None]
    hosts: frozenset[str]
    origins: Callable[[], tuple[str, ...]] = field(default=tuple)
    body_bytes: Callable[[], int] = field(default=lambda: 16 * 1024 * 1024)
    file_bytes: Callable[[], int] = field(default=lambda: 512 * 1024 * 1024)
    requests_per_minute: Callable[[], int] = field(default=lambda: 0)

    def allows_key(self, given: str | None) -> bool:
        """Compare in constant time."""
        key = self.key()
        return key is None or (given is not None and hmac.compare_digest(given.encode(), key.encode()))


def host_names(address: str, port: int) -> frozenset[str]:
    """Return the Host headers under which a listener at `address` and `port` may be called."""
    names = {"127.0.0.1", "localhost", "[::1]"}
    if address not in ("127.0.0.1", "localhost", "::1"):
        names.add(f"[{address}]" if ":" in address else address)
    with_port = {f"{name}:{port}" for name in names}
    return frozenset(with_port | names if port == 80 else with_port)
