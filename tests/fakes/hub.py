"""A small model hub on 127.0.0.1 that speaks the few routes of the Hugging Face Hub that Paddock uses.

Switches make it gated, slow, broken or lying. `requests` records what was asked, with lower-case headers.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

REVISION = "a" * 40


@dataclass
class Repo:
    """One repository. `published` overrides the hash that the metadata claims."""

    files: dict[str, bytes]
    gated: bool = False
    licence: str = "llama3.2"
    downloads: int = 10
    published: dict[str, str] = field(default_factory=dict)


def folder_repo(folder: Path, **fields: Any) -> Repo:
    """Return the repository of a model that is a folder, with a README beside it."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return Repo({"README.md": b"# A model", **files}, **fields)


@dataclass
class Hub:
    """The hub's content and its moods. Bytes counts are per response."""

    repos: dict[str, Repo] = field(default_factory=dict)
    token: str = "hf_good"
    drop_after: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    honour_range: bool = True
    redirect: str = ""
    pause_after: int | None = None
    go_on: threading.Event = field(default_factory=threading.Event)
    paused: threading.Event = field(default_factory=threading.Event)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def __enter__(self) -> Hub:
        hub = self

        class Handler(_Handler):
            world = hub

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def ranges(self) -> list[str]:
        """Return the Range header of each request for content, empty where there was none."""
        return [headers.get("range", "") for path, headers in self.requests if "/resolve/" in path or "/cdn/" in path]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, _request: Any, _address: Any) -> None:
        """Stay silent: clients that go away are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    world: Hub

    def log_message(self, *_args: Any) -> None:
        """Stay silent."""

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        self.world.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        if path == "/api/models":
            self._search(parse_qs(parts.query).get("search", [""])[0])
        elif found := re.fullmatch(r"/api/models/([^/]+/[^/]+)(?:/revision/.+)?", path):
            self._info(found[1])
        elif found := re.fullmatch(r"/(?:cdn/)?([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
            self._content(found[1], found[3], from_cdn=path.startswith("/cdn/"))
        else:
            self._json(404, {"error": "not found"})

    def _search(self, words: str) -> None:
        found = [
            self._described(name, repo) for name, repo in self.world.repos.items() if words.lower() in name.lower()
        ]
        self._json(200, found)

    def _info(self, name: str) -> None:
        repo = self.world.repos.get(name)
        if repo is None:
            self._json(404, {"error": "Repository not found"}, {"X-Error-Code": "RepoNotFound"})
        else:
            self._json(200, self._described(name, repo))

    def _described(self, name: str, repo: Repo) -> dict[str, Any]:
        return {
            "id": name,
            "modelId": name,
            "author": name.split("/")[0],
            "sha": REVISION,
            "gated": "manual" if repo.gated else False,
            "private": False,
            "downloads": repo.downloads,
            "likes": 3,
            "lastModified": "2025-01-02T03:04:05.000Z",
            "tags": ["gguf", f"license:{repo.licence}"],
            "siblings": [self._sibling(repo, file, content) for file, content in repo.files.items()],
        }

    def _sibling(self, repo: Repo, file: str, content: bytes) -> dict[str, Any]:
        if file.endswith(".json") and file != "tokenizer.json":  # as on the hub, where only large files are in LFS
            git = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
            return {"rfilename": file, "size": len(content), "blobId": repo.published.get(file, git)}
        digest = repo.published.get(file, hashlib.sha256(content).hexdigest())
        lfs = {"sha256": digest, "size": len(content), "pointerSize": 130}
        return {"rfilename": file, "size": len(content), "blobId": "b" * 40, "lfs": lfs}

    def _content(self, name: str, file: str, *, from_cdn: bool) -> None:
        repo = self.world.repos.get(name)
        if self.world.statuses:
            self._json(self.world.statuses.pop(0), {"error": "mood"}, {"Retry-After": "0"})
        elif repo is None or file not in repo.files:
            self._json(404, {"error": "Entry not found"}, {"X-Error-Code": "EntryNotFound"})
        elif repo.gated and not from_cdn and self.headers.get("Authorization") != f"Bearer {self.world.token}":
            self._json(403 if self.headers.get("Authorization") else 401, {"error": "gated"})
        elif self.world.redirect and not from_cdn:
            self.send_response(302)
            self.send_header("Location", self.world.redirect)
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._stream(repo.files[file])

    def _stream(self, content: bytes) -> None:
        start = 0
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if found and self.world.honour_range:
            start = int(found[1])
            if start >= len(content):
                self._json(416, {})
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        body = content[start:]
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._send_body(body)

    def _send_body(self, body: bytes) -> None:
        if self.world.drop_after:
            body = body[: self.world.drop_after.pop(0)]
            self.close_connection = True
        first, rest = body, b""
        if self.world.pause_after is not None:
            first, rest = body[: self.world.pause_after], body[self.world.pause_after :]
        try:
            self.wfile.write(first)
            self.wfile.flush()
            if rest:
                self.world.paused.set()
                self.world.go_on.wait(30)
                self.wfile.write(rest)
        except OSError:
            self.close_connection = True

    def _json(self, status: int, value: object, headers: dict[str, str] | None = None) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, text in {**(headers or {}), "Content-Type": "application/json"}.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
