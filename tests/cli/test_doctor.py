"""`paddock doctor` shows the findings and fails with the mend."""

from __future__ import annotations

import json

import pytest

from app.cli.main import main
from app.engine.domain.errors import DataDirectoryInUse
from app.engine.domain.machine import Finding
from tests.fakes.terminal import TerminalHost


def test_a_fault_is_1_with_the_mend(host: TerminalHost, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 1
    output = capsys.readouterr().out
    assert "✓  Memory" in output
    assert "✗  Keychain" in output
    assert "Keychain: Install gnome-keyring or KWallet." in output


def test_a_healthy_machine_is_0(host: TerminalHost, capsys: pytest.CaptureFixture[str]) -> None:
    host.engine.preferences.findings = (Finding(topic="Memory", ok=True, value="plenty"),)
    assert main(["doctor", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"topic": "Memory", "ok": True, "value": "plenty", "mend": ""}]


def test_an_engine_that_does_not_start_is_a_finding(host: TerminalHost, capsys: pytest.CaptureFixture[str]) -> None:
    host.failure = DataDirectoryInUse("Another Paddock runs.", hint="Close it.")
    assert main(["doctor", "--json"]) == 1
    findings = {each["topic"]: each for each in json.loads(capsys.readouterr().out)}
    assert findings["Engine"] == {"topic": "Engine", "ok": False, "value": "Another Paddock runs.", "mend": "Close it."}
    assert findings["llama.cpp"]["ok"]
    assert findings["Python"]["ok"]
