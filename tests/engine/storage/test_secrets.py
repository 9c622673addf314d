"""Secrets come from the environment, else the keychain, else memory with a notice; never from a clear file."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.events import NoticeRaised
from app.engine.storage.secrets import HUB_TOKEN, SecretStore
from tests.fakes.keychain import HangingKeychain, LockedKeychain, MemoryKeychain, PlaintextKeyring


@pytest.fixture(autouse=True)
def _own_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def store(
    backend: KeyringBackend, *, environment: dict[str, str] | None = None, seconds: float = 10.0
) -> tuple[SecretStore, list[NoticeRaised]]:
    keyring.set_keyring(backend)
    notices: list[NoticeRaised] = []
    return SecretStore(seconds=lambda: seconds, notify=notices.append, environment=environment or {}), notices


async def test_the_keychain_keeps_a_secret_beyond_this_run() -> None:
    backend = MemoryKeychain()
    secrets, notices = store(backend)
    assert await secrets.get("api-key") is None
    assert await secrets.set("api-key", " pdk-1\n") is True
    again, _ = store(backend)
    assert await again.get("api-key") == "pdk-1"
    await again.delete("api-key")
    await again.delete("api-key")
    assert await again.get("api-key") is None
    assert backend.kept == {}
    assert notices == []
    assert await secrets.describe() == (True, "memory")


async def test_the_environment_wins() -> None:
    environment = {"HF_TOKEN": "hf_env", "PADDOCK_SECRET_REMOTE_LAB": "lab"}
    secrets, _ = store(MemoryKeychain(), environment=environment)
    await secrets.set(HUB_TOKEN, "hf_kept")
    assert await secrets.get(HUB_TOKEN) == "hf_env"
    assert await secrets.get("remote:lab") == "lab"
    environment["PADDOCK_SECRET_HUB_TOKEN"] = "hf_own"
    assert await secrets.get(HUB_TOKEN) == "hf_own"


@pytest.mark.parametrize(
    "backend",
    [keyring.backends.fail.Keyring(), keyring.backends.null.Keyring(), PlaintextKeyring(), LockedKeychain()],
    ids=lambda backend: type(backend).__module__ + type(backend).__name__,
)
async def test_an_unsafe_or_refusing_keychain_is_not_used(backend: KeyringBackend) -> None:
    secrets, notices = store(backend)
    assert await secrets.set("api-key", "pdk-1") is False
    assert await secrets.get("api-key") == "pdk-1"
    assert await secrets.get("other") is None
    assert [notice.topic for notice in notices] == ["keychain"]

    assert (await secrets.describe())[0] is False


async def test_a_plaintext_backend_is_never_written_to() -> None:
    backend = PlaintextKeyring()
    secrets, _ = store(backend)
    await secrets.set("api-key", "pdk-1")
    assert backend.kept == {}


async def test_a_chain_gives_its_first_trusted_member(monkeypatch: pytest.MonkeyPatch) -> None:
    good = MemoryKeychain()
    monkeypatch.setattr(keyring.backends.chainer.ChainerBackend, "backends", [PlaintextKeyring(), good])
    secrets, _ = store(keyring.backends.chainer.ChainerBackend())
    assert await secrets.set("api-key", "pdk-1") is True
    assert good.kept == {("Paddock", "api-key"): "pdk-1"}


async def test_a_keychain_that_hangs_is_given_up_once() -> None:
    backend = HangingKeychain()
    secrets, notices = store(backend, seconds=0.05)
    assert await secrets.get("api-key") is None
    assert await secrets.set("api-key", "pdk-1") is False
    assert await secrets.get("api-key") == "pdk-1"
    assert backend.calls == 1
    assert "did not answer within 0.05 s" in notices[0].message
    assert len(notices) == 1
    backend.release.set()


@pytest.mark.parametrize("value", ["", "  ", "two words", "x" * 2000])
async def test_unusable_values_are_refused(value: str) -> None:
    secrets, _ = store(MemoryKeychain())
    with pytest.raises(InvalidRequest):
        await secrets.set("api-key", value)
