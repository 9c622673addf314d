"""`paddock shields policy show|set|history`: the policy in words, and changes to it by name. Must not judge."""

from __future__ import annotations

import argparse
import time
from typing import Any

from app.cli import engine
from app.cli.output import print_json, print_table, say
from app.cli.verbs import Verbs
from app.engine.domain.errors import InvalidRequest

_SWITCH = {"on": True, "off": False}


def add_verbs(verbs: Any, common: argparse.ArgumentParser) -> None:
    """Add `policy` and its verbs."""
    policy = verbs.add_parser("policy", parents=[common], help="what is checked where, and what then happens")
    verb = Verbs(policy, common).add

    verb("show", show, "the policy in force")
    verb("history", history, "its versions, newest first")
    setting = verb("set", change, "change it; what is not named stays")
    setting.add_argument("--enabled", choices=_SWITCH, default=None, help="all shields")
    setting.add_argument(
        "--guard", default=None, metavar="MODEL", help="the guard model; empty takes the installed one"
    )
    setting.add_argument("--on-error", choices=("closed", "open"), default=None, help="what a failing shield means")
    setting.add_argument("--streaming", choices=("verify", "retract", "final"), default=None)
    setting.add_argument("--kept-text", choices=("none", "excerpt", "full"), default=None, help="what the log keeps")
    setting.add_argument("--log-days", type=int, default=None, metavar="N")
    setting.add_argument(
        "--category",
        action="append",
        default=[],
        metavar="ID=on|off|0.7",
        help="switch it, or set its threshold",
    )
    setting.add_argument(
        "--shield", action="append", default=[], metavar="ID=on|off|block|warn|log|0.9", help="change a shield's rule"
    )
    setting.add_argument(
        "--where", action="append", default=[], metavar="ID=input,output", help="where a shield applies"
    )


def show(arguments: argparse.Namespace) -> int:
    """Print the policy in force."""
    from app.engine.domain.safety import SHIELDS

    with engine.open_host(arguments) as host:
        policy = host.engine.safety.policy()
    if arguments.json:
        print_json(policy)
        return 0
    print(
        f"Version {policy.version}; {'on' if policy.enabled else 'off'}; guard: {policy.guard or 'the installed one'}"
    )
    failing = "the text is stopped" if policy.on_error == "closed" else "the text goes on"
    print(
        f"When a shield fails, {failing}. Answers: {policy.streaming}. Log: {policy.kept_text}, {policy.log_days} days."
    )
    rules = [(name, policy.shield(name)) for name in SHIELDS]
    rows = [
        (name, "on" if rule.enabled else "off", ", ".join(rule.directions), rule.action, f"{rule.threshold:.2f}")
        for name, rule in rules
    ]
    print_table(("SHIELD", "STATE", "WHERE", "THEN", "FROM"), rows)
    changed = [
        (name, "on" if rule.enabled else "off", f"{rule.threshold:.2f}") for name, rule in policy.categories.items()
    ]
    if changed:
        print()
        print_table(("CATEGORY", "STATE", "FROM"), changed)
    return 0


def history(arguments: argparse.Namespace) -> int:
    """Print the versions."""
    with engine.open_host(arguments) as host:
        policies = host.call(host.engine.safety.policies()).result()
    if arguments.json:
        print_json(policies)
        return 0
    rows = [
        (str(policy.version), time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(policy.changed_at)), policy.streaming)
        for policy in policies
    ]
    print_table(("VERSION", "SINCE", "ANSWERS"), rows)
    return 0


def change(arguments: argparse.Namespace) -> int:
    """Put a changed policy in force."""
    with engine.open_host(arguments) as host:
        policy = changed(host.engine.safety.policy(), arguments)
        kept = host.call(host.engine.safety.set_policy(policy)).result()
    if arguments.json:
        print_json(kept)
    else:
        say(f"Version {kept.version} is in force.")
    return 0


def changed(policy: Any, arguments: argparse.Namespace) -> Any:
    """Return the policy with what the arguments name; raises InvalidRequest for what cannot be read."""
    import msgspec

    plain = {
        "guard": arguments.guard,
        "on_error": arguments.on_error,
        "streaming": arguments.streaming,
        "kept_text": arguments.kept_text,
        "log_days": arguments.log_days,
        "enabled": None if arguments.enabled is None else _SWITCH[arguments.enabled],
    }
    fields: dict[str, Any] = {name: value for name, value in plain.items() if value is not None}
    custom = {each.id: each for each in policy.custom}
    categories, shields = dict(policy.categories), dict(policy.shields)
    for name, word in map(_pair, arguments.category):
        if name in custom:
            custom[name] = msgspec.structs.replace(custom[name], **_rule(word, ()))
        else:
            categories[name] = msgspec.structs.replace(categories.get(name, policy.category(name)), **_rule(word, ()))
    for name, word in map(_pair, arguments.shield):
        shields[name] = msgspec.structs.replace(shields.get(name, policy.shield(name)), **_rule(word, _ACTIONS))
    for name, word in map(_pair, arguments.where):
        places = tuple(place for place in word.split(",") if place)
        unknown = [place for place in places if place not in _PLACES]
        if unknown:
            raise InvalidRequest(f"“{unknown[0]}” is none of {', '.join(_PLACES)}.", param="where")
        shields[name] = msgspec.structs.replace(shields.get(name, policy.shield(name)), directions=places)
    if not fields and not arguments.category and not arguments.shield and not arguments.where:
        raise InvalidRequest("Nothing is named that should change.", hint="See `paddock shields policy set --help`.")
    return msgspec.structs.replace(
        policy, **fields, categories=categories, shields=shields, custom=tuple(custom.values())
    )


_ACTIONS = ("block", "warn", "log")
_PLACES = ("input", "retrieved", "tool", "output")


def _pair(text: str) -> tuple[str, str]:
    name, found, word = text.partition("=")
    if not found or not name:
        raise InvalidRequest(f"“{text}” has no “=”: write what changes, “=”, and how.")
    return name, word


def _rule(word: str, actions: tuple[str, ...]) -> dict[str, Any]:
    if word in _SWITCH:
        return {"enabled": _SWITCH[word]}
    if word in actions:
        return {"action": word}
    try:
        return {"threshold": float(word)}
    except ValueError as error:
        choices = ", ".join((*_SWITCH, *actions, "a number from 0 to 1"))
        raise InvalidRequest(f"“{word}” is none of: {choices}.") from error
