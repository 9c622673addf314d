"""`paddock shields`: what judges texts here, the policy over it, and the log. Must not judge anything itself."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from app.cli import engine, shields_policy
from app.cli.output import FAILED, confirm, print_json, print_table, say
from app.cli.shields_words import bars, log_row, verdict_row
from app.cli.verbs import Verbs
from app.engine.domain.errors import InvalidRequest

DIRECTIONS = ("input", "retrieved", "tool", "output")


def add_command(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command and its verbs to the parser."""
    command = commands.add_parser("shields", parents=[common], help="test and set what judges texts, and read its log")
    verbs = Verbs(command, common)
    verb = verbs.add

    verb("list", list_shields, "what there is, and whether it can judge")
    verb("categories", list_categories, "kinds of harm, and what is set for each")
    testing = verb("test", test, "let the shields judge a text; exit status 1 when it is blocked")
    testing.add_argument("text", nargs="?", help="the text; - or nothing reads it from stdin")
    testing.add_argument("--as", dest="role", choices=("user", "agent", "document", "tool"), default="user")
    testing.add_argument("--after", action="append", default=[], metavar="TEXT", help="what was said before, in turns")
    testing.add_argument("--shield", default="", metavar="ID", help="ask this shield only")
    shields_policy.add_verbs(verbs.parsers, common)
    reading = verb("log", log, "what shields said")
    reading.add_argument("--limit", type=int, default=20, metavar="N")
    reading.add_argument("--outcome", action="append", default=[], choices=("allow", "log", "warn", "block"))
    reading.add_argument("--direction", action="append", default=[], choices=DIRECTIONS)
    reading.add_argument("--shield", default="")
    reading.add_argument("--category", default="", metavar="ID")
    reading.add_argument("--words", default="", help="in the kept text")
    reading.add_argument("--wrong", action="store_true", help="those marked as wrong only")
    reading.add_argument("--export", type=Path, default=None, metavar="FILE", help="write them all, .jsonl or .csv")
    reading.add_argument("--mark", type=int, default=None, metavar="ID", help="mark a verdict as wrong")
    reading.add_argument("--note", default="", help="why it is wrong")
    reading.add_argument("--clear", action="store_true", help="delete the whole log")
    reading.add_argument("--yes", action="store_true", help="do not ask")


def list_shields(arguments: argparse.Namespace) -> int:
    """Print the shields."""
    with engine.open_host(arguments) as host:
        shields = host.call(host.engine.safety.shields()).result()
    if arguments.json:
        print_json(shields)
        return 0
    rows = [(shield.id, shield.provider_id, shield.model or "-", shield.state) for shield in shields]
    print_table(("ID", "PROVIDER", "MODEL", "STATE"), rows)
    return 0


def list_categories(arguments: argparse.Namespace) -> int:
    """Print the categories with what the policy says of each."""
    with engine.open_host(arguments) as host:
        categories = host.call(host.engine.safety.categories()).result()
        policy = host.engine.safety.policy()
    if arguments.json:
        print_json(categories)
        return 0
    own = {custom.id: custom for custom in policy.custom}
    rows = []
    for category in categories:
        rule = own.get(category.id) or policy.category(category.id)
        state = "on" if rule.enabled else "off"
        rows.append((category.id, category.code or "-", category.name, state, f"{rule.threshold:.2f}"))
    print_table(("ID", "CODE", "NAME", "STATE", "FROM"), rows)
    return 0


def test(arguments: argparse.Namespace) -> int:
    """Judge a text and print what each shield says."""
    from app.engine.domain.safety import Occasion, Question

    text = arguments.text if arguments.text not in (None, "-") else sys.stdin.read()
    if not text.strip():
        raise InvalidRequest("There is no text to judge.", param="text")
    question = Question(direction=_DIRECTION[arguments.role], text=text, conversation=_said(arguments.after))
    with engine.open_host(arguments) as host:
        safety, occasion = host.engine.safety, Occasion(origin="terminal")
        if arguments.shield:
            asked = safety.run_shield(arguments.shield, question, occasion=occasion)
        else:
            asked = safety.check(question, occasion=occasion)
        judgement = host.call(asked).result()
        names = {category.id: category.name for category in host.call(safety.categories()).result()}
    if arguments.json:
        print_json(judgement)
    else:
        print_table(("SHIELD", "SAYS", "UNSAFE", "BECAUSE OF", "TIME"), [verdict_row(v) for v in judgement.verdicts])
        for line in bars(judgement, names):
            print(line)
        say(judgement.message or "Nothing was found.")
    return FAILED if judgement.blocked else 0


def log(arguments: argparse.Namespace) -> int:
    """Print, export, mark or clear the log."""
    with engine.open_host(arguments) as host:
        safety = host.engine.safety
        if arguments.clear:
            return _clear(arguments, host)
        if arguments.mark is not None:
            entry = host.call(safety.mark(arguments.mark, True, arguments.note)).result()
            print_json(entry) if arguments.json else say(f"Entry {entry.id} is marked as wrong.")
            return 0
        wanted = _filter(arguments)
        if arguments.export is not None:
            count = host.call(safety.export_log(arguments.export, wanted)).result()
            print_json({"entries": count}) if arguments.json else say(f"{count} entries are in {arguments.export}.")
            return 0
        page = host.call(safety.log(wanted, limit=arguments.limit)).result()
    if arguments.json:
        print_json(page)
        return 0
    headers = ("ID", "TIME", "DIRECTION", "SHIELD", "SAID", "UNSAFE", "BECAUSE OF", "TEXT")
    print_table(headers, [log_row(entry) for entry in page.entries])
    if page.total > len(page.entries):
        say(f"{page.total} in all; --limit shows more.")
    return 0


def _clear(arguments: argparse.Namespace, host: Any) -> int:
    if not arguments.yes and not confirm("Delete the whole log of verdicts?"):
        say("Nothing was deleted; --yes does it without asking.")
        return FAILED
    count = host.call(host.engine.safety.clear_log()).result()
    print_json({"deleted": count}) if arguments.json else say(f"{count} entries are deleted.")
    return 0


def _filter(arguments: argparse.Namespace) -> Any:
    from app.engine.domain.safety import LogFilter

    return LogFilter(
        outcomes=tuple(arguments.outcome),
        directions=tuple(arguments.direction),
        shield=arguments.shield,
        category=arguments.category,
        words=arguments.words,
        wrong=True if arguments.wrong else None,
    )


def _said(texts: list[str]) -> Any:
    from app.engine.domain.inference import Message

    return tuple(Message(role="assistant" if number % 2 else "user", content=text) for number, text in enumerate(texts))


_DIRECTION: dict[str, Any] = {"user": "input", "agent": "output", "document": "retrieved", "tool": "tool"}
