"""`paddock doctor`: what this machine has, what is wrong, and how to mend it."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli import engine
from app.cli.output import FAILED, print_json, print_table
from app.engine.domain.errors import PaddockError
from app.engine.domain.machine import Endpoint, Finding


def add_command(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    command = commands.add_parser("doctor", parents=[common], help="examine hardware, llama.cpp, paths and keychain")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print all findings; 1 when something is wrong, with the mend."""
    findings = examine(arguments)
    if arguments.json:
        print_json(findings)
    else:
        print_table(("", "TOPIC", "FOUND"), [("✓" if each.ok else "✗", each.topic, each.value) for each in findings])
        for each in findings:
            if each.mend:
                print(f"\n{each.topic}: {each.mend}")
    return 0 if all(each.ok for each in findings) else FAILED


def examine(arguments: argparse.Namespace) -> tuple[Finding, ...]:
    """Ask the engine; one that does not start is a finding itself, and the rest is examined without it."""
    try:
        with engine.open_host(arguments) as host:
            findings: tuple[Finding, ...] = host.call(host.engine.preferences.doctor()).result()
            return findings
    except PaddockError as error:
        return (Finding(topic="Engine", ok=False, value=error.message, mend=error.hint), *_without_engine(arguments))


def _without_engine(arguments: argparse.Namespace) -> tuple[Finding, ...]:
    import asyncio

    from app.engine.domain.settings import Settings
    from app.engine.inference.llama_cpp.devices import examine_build
    from app.engine.preferences import doctor
    from app.engine.runtime.paths import data_paths
    from app.engine.storage.secrets import SecretStore

    settings = Settings()
    paths = data_paths(arguments.data_dir)

    async def look() -> tuple[Finding, ...]:
        build = await examine_build(settings.load_seconds)
        secrets = SecretStore(seconds=lambda: settings.keychain_seconds, notify=lambda _notice: None)
        keychain = await secrets.describe()
        return await asyncio.to_thread(
            doctor.examine, build, paths, keychain, Endpoint(reason="not started"), settings.server_port
        )

    return asyncio.run(look())
