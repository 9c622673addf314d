"""`paddock serve` tells where it listens and ends on a signal."""

from __future__ import annotations

import os
import signal

import pytest

from app.cli import serve
from app.cli.main import main
from tests.fakes.terminal import TerminalHost


@pytest.fixture
def ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send SIGTERM when the address has been told."""
    announce = serve._announce

    def announce_and_end(*arguments: object) -> None:
        announce(*arguments)  # type: ignore[arg-type]
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(serve, "_announce", announce_and_end)


@pytest.mark.usefixtures("ends_at_once")
def test_the_address_and_the_key_are_told_once(host: TerminalHost, capsys: pytest.CaptureFixture[str]) -> None:
    handler = signal.getsignal(signal.SIGTERM)
    assert main(["serve", "--port", "0"]) == 0
    errors = capsys.readouterr().err
    assert errors.count("http://127.0.0.1:8321/v1") == 1
    assert errors.count(host.engine.preferences.key) == 1
    assert host.options == {
        "data_dir": None,
        "serve": True,
        "host_address": "127.0.0.1",
        "port": 0,
        "api_key": None,
        "require_key": None,
    }
    assert host.stopped == 1
    assert signal.getsignal(signal.SIGTERM) is handler


@pytest.mark.usefixtures("ends_at_once")
def test_a_given_key_is_not_repeated(host: TerminalHost, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--api-key", "mine"]) == 0
    assert "mine" not in capsys.readouterr().err
    assert (host.options["api_key"], host.options["require_key"]) == ("mine", True)


@pytest.mark.usefixtures("ends_at_once")
def test_no_auth_turns_the_key_off(host: TerminalHost) -> None:
    assert main(["serve", "--no-auth"]) == 0
    assert host.options["require_key"] is False


def test_no_auth_is_for_this_machine_only(host: TerminalHost, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--no-auth", "--host", "0.0.0.0"]) == 1
    assert "not on 0.0.0.0" in capsys.readouterr().err
    assert host.options == {}


def test_key_and_no_key_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--no-auth", "--api-key", "x"])
    assert "not allowed with" in capsys.readouterr().err
