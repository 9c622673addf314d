"""`paddock shields policy` shows the policy and changes what is named, and nothing else."""

from __future__ import annotations

import json

import pytest

from app.cli.main import main
from app.engine.domain.safety import (
    LLAMA_GUARD,
    SECRETS,
    CategoryRule,
    CustomCategory,
    Policy,
    ShieldRule,
)
from tests.fakes.terminal import TerminalHost

Capture = pytest.CaptureFixture[str]
SET = ["shields", "policy", "set"]


def test_it_is_shown(capsys: Capture) -> None:
    assert main(["shields", "policy", "show"]) == 0
    out = capsys.readouterr().out
    assert "Version 0; on; guard: the installed one" in out
    assert "the text is stopped" in out and LLAMA_GUARD in out
    assert main(["shields", "policy", "show", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["on_error"] == "closed"


def test_only_what_is_named_changes(host: TerminalHost, capsys: Capture) -> None:
    options = ["--on-error", "open", "--streaming", "final", "--kept-text", "none", "--log-days", "7", "--guard", "g"]
    assert main([*SET, *options, "--enabled", "off"]) == 0
    assert "Version 1 is in force" in capsys.readouterr().err
    policy = host.engine.safety.policy()
    assert (policy.on_error, policy.streaming, policy.kept_text) == ("open", "final", "none")
    assert (policy.log_days, policy.guard, policy.enabled) == (7, "g", False)
    assert main([*SET, "--enabled", "on", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["version"] == 2
    assert host.engine.safety.policy().on_error == "open"


def test_rules_are_changed_by_words(host: TerminalHost) -> None:
    assert main([*SET, "--shield", f"{SECRETS}=on", "--shield", f"{SECRETS}=block", "--shield", f"{SECRETS}=0.7"]) == 0
    assert host.engine.safety.policy().shield(SECRETS) == ShieldRule(action="block", threshold=0.7)
    assert main([*SET, "--where", f"{SECRETS}=output,tool"]) == 0
    assert host.engine.safety.policy().shield(SECRETS).directions == ("output", "tool")
    assert main([*SET, "--category", "hate=off", "--category", "hate=0.9"]) == 0
    assert host.engine.safety.policy().category("hate") == CategoryRule(enabled=False, threshold=0.9)


def test_own_categories_are_changed_in_place(host: TerminalHost) -> None:
    host.engine.safety.put(Policy(custom=(CustomCategory(id="own", name="Horse theft", text="No theft."),)))
    assert main([*SET, "--category", "own=off"]) == 0
    assert [custom.enabled for custom in host.engine.safety.policy().custom] == [False]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "Nothing is named"),
        (["--category", "hate"], "has no “=”"),
        (["--category", "hate=maybe"], "“maybe” is none of"),
        (["--category", "hate=block"], "“block” is none of"),
        (["--shield", "=on"], "has no “=”"),
        (["--where", "secrets=elsewhere"], "“elsewhere” is none of"),
        (["--log-days", "0"], "3650 days"),
    ],
    ids=str,
)
def test_what_cannot_be_read_changes_nothing(
    host: TerminalHost, capsys: Capture, options: list[str], words: str
) -> None:
    assert main([*SET, *options]) == 1
    assert words in capsys.readouterr().err
    assert host.engine.safety.policy().version == 0


def test_its_versions_are_listed(capsys: Capture) -> None:
    main([*SET, "--enabled", "off"])
    capsys.readouterr()
    assert main(["shields", "policy", "history"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["VERSION", "1"]
    assert main(["shields", "policy", "history", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1
