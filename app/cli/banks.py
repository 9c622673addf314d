"""`paddock banks`: memory banks. Made, filled, watched, searched, kept in a file and brought back.

A bank is named by its id or its name. What `add` and `retry` wait for is in `banks_adding`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.cli import banks_adding, banks_models, engine
from app.cli.banks_words import document_line, found, named, search_words, status_lines
from app.cli.output import FAILED, confirm, print_json, print_table, say, size
from app.cli.verbs import Verbs
from app.engine.domain.errors import InvalidRequest

TYPES = ("vector", "keyword", "keyvalue", "graph")


def add_command(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command and its verbs to the parser."""
    command = commands.add_parser("banks", parents=[common], help="fill, search and look after memory banks")
    verbs = Verbs(command, common)

    def verb(
        name: str, run: Callable[[argparse.Namespace], int], text: str, *, of_bank: bool = True
    ) -> argparse.ArgumentParser:
        made = verbs.add(name, run, text)
        if of_bank:
            made.add_argument("bank", metavar="BANK", help="its id or name")
        return made

    verb("list", list_banks, "what there is", of_bank=False)
    banks_models.add_options(verb("models", banks_models.models, "embedding and rerank models", of_bank=False))
    _add_create(verb("create", create, "make an empty bank", of_bank=False))
    _add_sources(verb("add", banks_adding.add, "add files, folders, text or addresses, and wait until they are read"))
    verb("watch", watch, "follow a folder").add_argument("folder", type=Path)
    unwatching = verb("unwatch", unwatch, "follow a folder no longer")
    unwatching.add_argument("folder", help="its path or id")
    unwatching.add_argument("--remove", action="store_true", help="remove its documents as well")
    verb("status", status, "figures, watched folders and what failed")
    _add_search(verb("search", search, "find passages"))
    verb("delete", delete, "delete a bank with all it holds").add_argument(
        "--yes", action="store_true", help="do not ask"
    )
    verb("export", export, "write a bank into one file").add_argument("file", type=Path)
    importing = verb("import", import_bank, "add a bank that was exported", of_bank=False)
    importing.add_argument("file", type=Path)
    importing.add_argument("--name", default="", help="what it is called from now on")
    verb("pause", pause, "hold reading back")
    verb("resume", resume, "let reading go on")
    retrying = verb("retry", banks_adding.retry, "read again what failed")
    retrying.add_argument("documents", nargs="*", metavar="DOCUMENT", help="ids; all that failed if none is given")
    retrying.add_argument("--ocr", action="store_true", help="with character recognition")
    retrying.add_argument("--no-wait", action="store_true", help="leave the reading to the next start")
    verb("check", check, "compare the index with the documents and mend it")


def _add_create(creating: argparse.ArgumentParser) -> None:
    creating.add_argument("name")
    creating.add_argument("--type", choices=TYPES, default="vector", help="what it holds")
    creating.add_argument("--model", default="", metavar="ID", help="embedding model (see `paddock banks models`)")
    creating.add_argument("--description", default="")
    creating.add_argument("--tokens", type=int, default=None, metavar="N", help="tokens of a passage, at most")
    creating.add_argument("--overlap", type=int, default=0, metavar="N", help="tokens passages share")


def _add_sources(adding: argparse.ArgumentParser) -> None:
    adding.add_argument("sources", nargs="+", metavar="SOURCE", help="a file, a folder, an address, or - for stdin")
    adding.add_argument("--name", default="", help="what the text of stdin is called")
    adding.add_argument("--yes", action="store_true", help="fetch addresses without asking")
    adding.add_argument("--no-wait", action="store_true", help="leave the reading to the next start")


def _add_search(searching: argparse.ArgumentParser) -> None:
    searching.add_argument("query", nargs="+")
    searching.add_argument("--mode", choices=("hybrid", "vector", "keyword"), default="hybrid")
    searching.add_argument("--limit", type=int, default=5, metavar="N")


def list_banks(arguments: argparse.Namespace) -> int:
    """Print all banks."""
    with engine.open_host(arguments) as host:
        banks = host.call(host.engine.memory.banks()).result()
    if arguments.json:
        print_json(banks)
        return 0
    rows = [
        (
            bank.id,
            bank.name,
            bank.type,
            str(bank.stats.documents),
            str(bank.stats.chunks),
            size(bank.stats.size_bytes),
            bank.embedding_model or "-",
            bank.in_words(),
        )
        for bank in banks
    ]
    print_table(("ID", "NAME", "TYPE", "DOCUMENTS", "PASSAGES", "SIZE", "MODEL", "STATE"), rows)
    return 0


def create(arguments: argparse.Namespace) -> int:
    """Make a bank and print its id."""
    from app.engine.domain.memory import Chunking

    chunking = None
    if arguments.tokens is not None:
        chunking = Chunking(max_tokens=arguments.tokens, overlap_tokens=arguments.overlap)
    elif arguments.overlap:
        raise InvalidRequest("--overlap needs --tokens.", param="overlap")
    with engine.open_host(arguments) as host:
        made = host.engine.memory.create_bank(
            arguments.name,
            type=arguments.type,
            embedding_model=arguments.model,
            chunking=chunking,
            description=arguments.description,
        )
        bank = host.call(made).result()
    _print(arguments, bank, bank.id)
    return 0


def watch(arguments: argparse.Namespace) -> int:
    """Follow a folder; its files are read while Paddock runs."""
    with engine.open_host(arguments) as host:
        bank = named(host, arguments.bank)
        path = arguments.folder.expanduser().absolute()
        folder = host.call(host.engine.memory.watch_folder(bank.id, path)).result()
    _print(arguments, folder, f"{folder.id}  {folder.path}")
    if not arguments.json:
        say("Its files are read while Paddock or `paddock serve` runs.")
    return 0


def unwatch(arguments: argparse.Namespace) -> int:
    """Follow a folder no longer."""
    with engine.open_host(arguments) as host:
        bank = named(host, arguments.bank)
        path = str(Path(arguments.folder).expanduser().absolute())
        folders = host.call(host.engine.memory.folders(bank.id)).result()
        folder = next((each for each in folders if arguments.folder == each.id or path == each.path), None)
        if folder is None:
            known = ", ".join(each.path for each in folders) or "none"
            raise InvalidRequest(f"“{bank.name}” does not follow {arguments.folder}.", hint=f"Its folders: {known}")
        leaving = host.engine.memory.unwatch_folder(bank.id, folder.id, remove_documents=arguments.remove)
        host.call(leaving).result()
    _print(arguments, {"folder": folder, "removed": arguments.remove}, f"{folder.path} is followed no longer")
    return 0


def status(arguments: argparse.Namespace) -> int:
    """Print what is known of a bank."""
    with engine.open_host(arguments) as host:
        bank = named(host, arguments.bank)
        memory = host.engine.memory
        folders: tuple[Any, ...] = ()
        failed: tuple[Any, ...] = ()
        if bank.type != "keyvalue":
            folders = host.call(memory.folders(bank.id)).result()
            failed = host.call(memory.documents(bank.id, states=("failed",), limit=100)).result().documents
            bank = _counted(host, bank)
    if arguments.json:
        print_json({"bank": bank, "folders": folders, "failed": failed})
        return 0
    for line in (*status_lines(bank, folders), *map(document_line, failed)):
        print(line)
    return 0


def _counted(host: Any, bank: Any) -> Any:
    """Return a bank with its documents counted now: right after a start, what is shown of it may be older."""
    import msgspec

    def count(*states: str) -> int:
        return int(host.call(host.engine.memory.documents(bank.id, states=states, limit=1)).result().total)

    stats = msgspec.structs.replace(
        bank.stats,
        documents=count(),
        ready=count("ready"),
        working=count(*banks_adding.UNREAD),
        failed=count("failed"),
        cancelled=count("cancelled"),
    )
    return msgspec.structs.replace(bank, stats=stats)


def search(arguments: argparse.Namespace) -> int:
    """Print passages, best first, with what each way of looking says of them."""
    from app.engine.domain.memory import SearchRequest

    request = SearchRequest(query=" ".join(arguments.query), mode=arguments.mode, limit=max(1, arguments.limit))
    with engine.open_host(arguments) as host:
        bank = named(host, arguments.bank)
        result = host.call(host.engine.memory.search((bank.id,), request)).result()
    if arguments.json:
        print_json(result)
        return 0
    if result.note:
        say(result.note)
    for line in found(result):
        print(line)
    say(search_words(result))
    return 0


def delete(arguments: argparse.Namespace) -> int:
    """Delete a bank, if the person is sure, and tell what came free."""
    with engine.open_host(arguments) as host:
        bank = named(host, arguments.bank)
        question = f"Delete “{bank.name}” with {bank.stats.documents} documents for good?"
        if not arguments.yes and not confirm(question):
            say("Nothing was deleted; --yes deletes without asking.")
            return FAILED
        freed = host.call(host.engine.memory.delete_bank(bank.id)).result()
    words = f"{bank.name} deleted, {size(freed)} freed" if freed else f"{bank.name} deleted"
    _print(arguments, {"bank": bank.id, "freed_bytes": freed}, words)
    return 0


def export(arguments: argparse.Namespace) -> int:
    """Write a bank into a file."""
    with engine.open_host(arguments) as host:
        bank = named(host, arguments.bank)
        path = arguments.file.expanduser().absolute()
        written = host.call(host.engine.memory.export_bank(bank.id, path)).result()
    _print(arguments, {"bank": bank.id, "file": str(path), "bytes": written}, f"{path}, {size(written)}")
    return 0


def import_bank(arguments: argparse.Namespace) -> int:
    """Bring a bank back and print its id."""
    with engine.open_host(arguments) as host:
        path = arguments.file.expanduser().absolute()
        bank = host.call(host.engine.memory.import_bank(path, name=arguments.name)).result()
    _print(arguments, bank, bank.id)
    return 0


def pause(arguments: argparse.Namespace) -> int:
    """Hold a bank's reading back."""
    with engine.open_host(arguments) as host:
        bank = host.call(host.engine.memory.pause(named(host, arguments.bank).id)).result()
    _print(arguments, bank, f"{bank.name}: {bank.in_words()}")
    return 0


def resume(arguments: argparse.Namespace) -> int:
    """Let a bank's reading go on."""
    with engine.open_host(arguments) as host:
        bank = host.call(host.engine.memory.resume(named(host, arguments.bank).id)).result()
    _print(arguments, bank, f"{bank.name}: {bank.in_words()}")
    return 0


def check(arguments: argparse.Namespace) -> int:
    """Mend a bank and print what was found."""
    with engine.open_host(arguments) as host:
        bank = named(host, arguments.bank)
        mended = host.call(host.engine.memory.check_bank(bank.id)).result()
    _print(arguments, mended, "\n".join(mended.findings) or f"{bank.name} is in order")
    return 0


def _print(arguments: argparse.Namespace, value: Any, words: str) -> None:
    if arguments.json:
        print_json(value)
    else:
        print(words)
