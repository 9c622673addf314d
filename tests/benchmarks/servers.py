"""Starts what is compared: Paddock, llama-cpp-python's own server, llama.cpp's server, and the raw bound."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.engine.inference.model_files import find_starter
from app.engine.runtime.processes import child_environment

CELLS = 8192
START_SECONDS = 120


def starter() -> Path:
    """Return the starter model's file."""
    path = find_starter()
    if path is None:
        raise SystemExit("The starter model is not installed; run the benchmark through dev.py.")
    return path


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def paddock() -> Iterator[tuple[int, str]]:
    """Run `paddock serve` on fresh data; yields port and model name."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "app",
            "serve",
            "--port",
            str(port),
            "--data-dir",
            folder,
            "--api-key",
            "bench",
        ]
        with _running(command, port, "/v1/health"):
            yield port, _first_model(port)


@contextlib.contextmanager
def llama_cpp_server() -> Iterator[tuple[int, str]]:
    """Run llama-cpp-python's server; new requests must not drop running streams."""
    port = free_port()
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(starter()), "--port", str(port)]
    command += ["--host", "127.0.0.1", "--n_ctx", str(CELLS), "--interrupt_requests", "false", "--verbose", "false"]
    with _running(command, port, "/v1/models"):
        yield port, "starter"


@contextlib.contextmanager
def llama_server(binary: str) -> Iterator[tuple[int, str]]:
    """Run llama.cpp's own server with room for eight requests."""
    port = free_port()
    command = [binary, "-m", str(starter()), "--port", str(port), "--host", "127.0.0.1"]
    command += ["-c", str(CELLS), "-np", "8", "--kv-unified", "--no-webui"]
    with _running(command, port, "/health"):
        yield port, "starter"


class RawBound:
    """A bare loop in a process of its own. Called with prompts it returns the figures of its fastest thread count."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.bound", str(starter()), str(CELLS)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=child_environment(), text=True
        )
        self._threads = sorted({1, os.cpu_count() or 1})

    def __call__(self, prompts: list[str], tokens: int) -> dict[str, Any]:
        """Answer the prompts with each thread count and return the best."""
        return min((self._ask(prompts, tokens, threads) for threads in self._threads), key=lambda got: got["seconds"])

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _ask(self, prompts: list[str], tokens: int, threads: int) -> dict[str, Any]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        stdin.write(json.dumps({"prompts": prompts, "tokens": tokens, "threads": threads}) + "\n")
        stdin.flush()
        answer: dict[str, Any] = json.loads(stdout.readline())
        return answer


@contextlib.contextmanager
def _running(command: list[str], port: int, health: str) -> Iterator[None]:
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=child_environment())
        try:
            _wait_until_healthy(process, port, health, log)
            yield
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int, path: str, log: Any) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            log.seek(0)
            raise SystemExit(f"{process.args!r} ended:\n{log.read().decode(errors='replace')[-2000:]}")
        with contextlib.suppress(OSError), urllib.request.urlopen(_request(port, path)) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise SystemExit(f"{process.args!r} did not answer within {START_SECONDS} s")


def _first_model(port: int) -> str:
    with urllib.request.urlopen(_request(port, "/v1/models")) as answer:
        return str(json.load(answer)["data"][0]["id"])


def _request(port: int, path: str) -> urllib.request.Request:
    return urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": "Bearer bench"})
