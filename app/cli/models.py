"""`paddock models`: what is installed and what can be had; import, download, remove and try models."""

from __future__ import annotations

import argparse
import queue
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from app.cli import engine
from app.cli.output import FAILED, INTERRUPTED, Progress, amount, print_json, print_table, say, size
from app.cli.verbs import Verbs


def add_command(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command and its verbs to the parser."""
    command = commands.add_parser("models", parents=[common], help="list, import, download, remove or try models")
    verb = Verbs(command, common).add

    verb("list", list_models, "what is installed")
    verb("catalogue", list_catalogue, "what is worth having, and whether it fits this machine")
    importing = verb("import", import_file, "add a GGUF file")
    importing.add_argument("path", type=Path)
    importing.add_argument("--link", action="store_true", help="use the file where it is instead of copying it")
    downloading = verb("download", download, "download from the hub")
    downloading.add_argument("repo", help="a repository of the hub (owner/name), or an id of the catalogue")
    downloading.add_argument("file", nargs="?", default="", help="a GGUF file of the repository")
    verb("remove", remove, "remove a model and its file, if Paddock owns it").add_argument("model", metavar="ID")
    checking = verb("load-check", load_check, "load a model, measure it and unload it; or check a GGUF file")
    checking.add_argument("model", metavar="ID|FILE")


def list_models(arguments: argparse.Namespace) -> int:
    """Print the installed models."""
    with engine.open_host(arguments) as host:
        models = host.call(host.engine.models.list()).result()
    if arguments.json:
        print_json(models)
        return 0
    headers = ("ID", "PARAMETERS", "QUANTISATION", "CONTEXT", "SIZE", "TOKENS/S", "LICENCE", "NOTE")
    print_table(headers, [_row(model) for model in models])
    return 0


def _row(model: Any) -> tuple[str, ...]:
    speed = f"{model.tokens_per_second:.1f}" if model.tokens_per_second else "-"
    note = "file is missing" if model.missing else ("small starter" if model.source == "starter" else model.source)
    context = str(model.context_length or "-")
    licence, quantisation = model.licence or "-", model.quantisation or "-"
    return model.id, amount(model.parameters), quantisation, context, size(model.size_bytes), speed, licence, note


def list_catalogue(arguments: argparse.Namespace) -> int:
    """Print the catalogue with its verdicts."""
    with engine.open_host(arguments) as host:
        offers = host.call(host.engine.models.catalogue()).result()
    if arguments.json:
        print_json(offers)
        return 0
    rows = [
        (
            offer.entry.id,
            amount(offer.entry.parameters),
            size(offer.entry.size_bytes),
            offer.entry.licence,
            f"installed as {offer.installed_model_id}" if offer.installed_model_id else offer.fit.verdict,
            offer.fit.reason,
        )
        for offer in offers
    ]
    print_table(("ID", "PARAMETERS", "SIZE", "LICENCE", "VERDICT", "WHY"), rows)
    return 0


def import_file(arguments: argparse.Namespace) -> int:
    """Add a file and print the model it became."""
    with engine.open_host(arguments) as host:
        path = arguments.path.expanduser().absolute()
        model = host.call(host.engine.models.import_file(path, copy=not arguments.link)).result()
    if arguments.json:
        print_json(model)
    else:
        print(model.id)
    return 0


def remove(arguments: argparse.Namespace) -> int:
    """Remove a model and tell what came free."""
    with engine.open_host(arguments) as host:
        freed = host.call(host.engine.models.remove(arguments.model)).result()
    if arguments.json:
        print_json({"model": arguments.model, "freed_bytes": freed})
    else:
        print(f"{arguments.model} removed, {size(freed)} freed" if freed else f"{arguments.model} removed")
    return 0


def download(arguments: argparse.Namespace) -> int:
    """Download a file and print the model it became; Ctrl-C pauses."""
    with engine.open_host(arguments) as host:
        repo, file = _wanted(host, arguments)
        return fetch(host, lambda: host.engine.models.download(repo, file), as_json=arguments.json)


def fetch(host: Any, begin: Callable[[], Coroutine[Any, Any, Any]], *, as_json: bool) -> int:
    """Begin a download, show its progress to the end, and print the model it became; Ctrl-C pauses."""
    changes: queue.SimpleQueue[Any] = queue.SimpleQueue()
    unsubscribe = host.engine.events.subscribe(changes.put)
    try:
        begun = host.call(begin()).result()
        try:
            ended = _watch(begun, changes)
        except KeyboardInterrupt:
            host.call(host.engine.models.pause_download(begun.id)).result()
            say("Paused; the same command goes on with it.")
            return INTERRUPTED
    finally:
        unsubscribe()
    if as_json:
        print_json(ended)
    elif ended.state == "completed":
        print(ended.model_id)
    if ended.state == "completed":
        return 0
    say(f"paddock: {ended.reason or f'The download is {ended.state}.'}")
    if ended.hint:
        say(f"         {ended.hint}")
    return FAILED


def _wanted(host: Any, arguments: argparse.Namespace) -> tuple[str, str]:
    from app.engine.domain.errors import InvalidRequest

    if arguments.file:
        return arguments.repo, arguments.file
    for offer in host.call(host.engine.models.catalogue()).result():
        if offer.entry.id == arguments.repo:
            return offer.entry.repo, offer.entry.file
    if "/" not in arguments.repo:
        raise InvalidRequest(f"The catalogue has no “{arguments.repo}”.", hint="See `paddock models catalogue`.")
    files = host.call(host.engine.models.hub_files(arguments.repo)).result().files
    names = ", ".join(each.name for each in files) or "none"
    raise InvalidRequest(f"Name a file of {arguments.repo}.", hint=f"Its GGUF files: {names}")


def _watch(begun: Any, changes: queue.SimpleQueue[Any]) -> Any:
    from app.engine.domain.events import DownloadChanged

    current, line = begun, Progress()
    try:
        while current.state not in ("completed", "failed", "cancelled", "paused"):
            line.show(_progress_words(current))
            event = changes.get()
            if isinstance(event, DownloadChanged) and event.download.id == begun.id:
                current = event.download
    finally:
        line.clear()
    return current


def _progress_words(download: Any) -> str:
    share = f"{download.received_bytes / download.total_bytes * 100:.0f} %" if download.total_bytes else ""
    speed = f"{size(int(download.speed))}/s" if download.speed else ""
    left = f"{download.eta:.0f} s left" if download.eta is not None else ""
    return " ".join(part for part in (download.state, share, speed, left) if part)


def load_check(arguments: argparse.Namespace) -> int:
    """Check a file's header, or load a model, measure it and unload it."""
    path = Path(arguments.model).expanduser()
    with engine.open_host(arguments) as host:
        models = host.engine.models
        if path.is_file():
            model = host.call(models.check(path.absolute())).result()
            report: dict[str, Any] = {"model": model, "state": None, "tokens_per_second": None}
        else:
            state = host.call(models.load(arguments.model)).result()
            speed = host.call(models.measure(arguments.model)).result()
            model = host.call(models.get(arguments.model)).result()
            host.call(models.unload(arguments.model)).result()
            report = {"model": model, "state": state, "tokens_per_second": speed}
    if arguments.json:
        print_json(report)
        return 0
    print(f"{model.name}: {model.architecture}, {amount(model.parameters)}, {model.quantisation}")
    if report["state"] is not None:
        reason = f" ({state.device_reason})" if state.device_reason else ""
        print(f"loads on {state.device or 'this machine'}{reason}, context {state.context_length}")
        print(f"{speed:.1f} tokens/s")
    return 0
