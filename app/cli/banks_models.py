"""`paddock banks models`: models that embed, rerank or classify. Listed, downloaded, added from this disk, removed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from app.cli import engine
from app.cli.models import fetch
from app.cli.output import print_json, print_table, size


def add_options(command: argparse.ArgumentParser) -> None:
    """Add what can be done beside listing; one thing at a time."""
    doing = command.add_mutually_exclusive_group()
    doing.add_argument("--download", default="", metavar="ID|REPO", help="an offered model, or owner/name on the hub")
    doing.add_argument("--add", type=Path, default=None, metavar="FOLDER|GGUF", help="a model that is on this disk")
    doing.add_argument("--remove", default="", metavar="ID", help="forget a model; a downloaded one is deleted")


def models(arguments: argparse.Namespace) -> int:
    """Do what an option says, else print all of them."""
    with engine.open_host(arguments) as host:
        embeddings = host.engine.embeddings
        if arguments.download:
            return fetch(host, lambda: embeddings.download(arguments.download), as_json=arguments.json)
        if arguments.add is not None:
            model = host.call(embeddings.add_folder(arguments.add.expanduser().absolute())).result()
            return _print(arguments, model, model.id)
        if arguments.remove:
            host.call(embeddings.remove(arguments.remove)).result()
            return _print(arguments, {"model": arguments.remove}, f"{arguments.remove} removed")
        return _list(host, arguments)


def _list(host: Any, arguments: argparse.Namespace) -> int:
    embeddings = host.engine.embeddings
    models = (*host.call(embeddings.models()).result(), *host.call(embeddings.classifiers()).result())
    if arguments.json:
        print_json(models)
        return 0
    rows = [
        (
            model.id,
            model.kind,
            str(model.dimension or "-"),
            str(model.max_tokens),
            size(model.size_bytes),
            ", ".join(model.languages) or "-",
            model.licence or "-",
            "installed" if model.installed else f"offered: {model.repo}",
        )
        for model in models
    ]
    print_table(("ID", "KIND", "NUMBERS", "TOKENS", "SIZE", "LANGUAGES", "LICENCE", "NOTE"), rows)
    return 0


def _print(arguments: argparse.Namespace, value: Any, words: str) -> int:
    if arguments.json:
        print_json(value)
    else:
        print(words)
    return 0
