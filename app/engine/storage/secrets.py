"""Keys and tokens: environment variable, else the system's keychain, else memory for this run with a notice.

Must never write a secret to disk in clear, to the database or to a log.
"""

from __future__ import annotations

import asyncio
import os
import re
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.events import NoticeRaised

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

HUB_TOKEN = "hub-token"
API_KEY = "api-key"
SERVICE = "Paddock"

# Windows keeps at most 2,560 bytes for one credential, in UTF-16.
LONGEST = 1024

_REFUSED_MODULES = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt", "keyring.backends.chainer")


class SecretStore:
    """Finds and keeps secrets by name. `seconds` gives the keychain's time limit, `notify` takes the notice."""

    def __init__(
        self,
        *,
        seconds: Callable[[], float],
        notify: Callable[[NoticeRaised], None],
        environment: Mapping[str, str] = os.environ,
        service: str = SERVICE,
    ) -> None:
        self._seconds = seconds
        self._notify = notify
        self._environment = environment
        self._service = service
        self._memory: dict[str, str] = {}
        self._refusal = ""
        self._backend: KeyringBackend | None = None
        self._opening = asyncio.Lock()

    async def get(self, name: str) -> str | None:
        """Return the secret, or None when there is none."""
        if found := self._from_environment(name) or self._memory.get(name):
            return found
        backend = await self._keychain()
        if backend is None:
            return None
        return await self._try(lambda: backend.get_password(self._service, name))

    async def set(self, name: str, value: str) -> bool:
        """Keep the secret; False when it lasts for this run only. Raises InvalidRequest for an unusable value."""
        value = value.strip()
        if not value or len(value) > LONGEST or re.search(r"\s", value):
            raise InvalidRequest(f"A key must have 1 to {LONGEST} characters and no spaces.", param=name)
        backend = await self._keychain()
        self._memory[name] = value
        if backend is None or not await self._try(lambda: _store(backend, self._service, name, value)):
            return False
        del self._memory[name]
        return True

    async def delete(self, name: str) -> None:
        """Forget the secret everywhere Paddock keeps it; an environment variable stays."""
        self._memory.pop(name, None)
        backend = await self._keychain()
        if backend is not None:
            await self._try(lambda: _erase(backend, self._service, name))

    async def describe(self) -> tuple[bool, str]:
        """Tell whether the keychain works, and its name or what is wrong with it."""
        backend = await self._keychain()
        return (False, self._refusal) if backend is None else (True, str(backend.name))

    def _from_environment(self, name: str) -> str | None:
        variable = "PADDOCK_SECRET_" + re.sub(r"[^A-Z0-9]", "_", name.upper())
        own = self._environment.get(variable, "").strip()
        return own or (self._environment.get("HF_TOKEN", "").strip() if name == HUB_TOKEN else "") or None

    async def _keychain(self) -> KeyringBackend | None:
        async with self._opening:
            if self._backend is None and not self._refusal:
                self._backend = await self._try(_usable_backend)
                if self._backend is None and not self._refusal:
                    self._refuse("this system has no keychain Paddock trusts")
        return None if self._refusal else self._backend

    async def _try(self, call: Callable[[], T]) -> T | None:
        """Run a keychain call off the loop; None, and no further calls, when it fails or does not return in time."""
        try:
            return await asyncio.wait_for(_in_daemon_thread(call), self._seconds())
        except TimeoutError:
            self._refuse(f"the keychain did not answer within {self._seconds():g} s")
        except Exception as error:
            self._refuse(f"the keychain refused ({type(error).__name__})")
        return None

    def _refuse(self, reason: str) -> None:
        self._refusal = reason
        self._notify(
            NoticeRaised(
                topic="keychain",
                level="warning",
                message=f"Keys are kept for this run only: {reason}.",
                hint="Unlock or install a keychain, or set PADDOCK_SECRET_… variables.",
            )
        )


def _usable_backend() -> KeyringBackend | None:
    import keyring  # imported late and off the loop: it looks through all installed packages

    chosen: Any = keyring.get_keyring()
    candidates = getattr(chosen, "backends", None) or [chosen]
    return next((each for each in candidates if _is_trusted(each)), None)


def _is_trusted(backend: KeyringBackend) -> bool:
    module = type(backend).__module__
    plain = "plaintext" in type(backend).__name__.lower()
    return not plain and not any(module == each or module.startswith(each + ".") for each in _REFUSED_MODULES)


def _store(backend: KeyringBackend, service: str, name: str, value: str) -> bool:
    backend.set_password(service, name, value)
    return backend.get_password(service, name) == value


def _erase(backend: KeyringBackend, service: str, name: str) -> None:
    if backend.get_password(service, name) is not None:
        backend.delete_password(service, name)


async def _in_daemon_thread(call: Callable[[], T]) -> T:
    """Await `call` in a thread of its own: one that hangs on a prompt must not hold up the end of the program."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, failure = None, None
        try:
            result = call()
        except BaseException as error:
            failure = error
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=run, name="paddock-keychain", daemon=True).start()
    return await future
