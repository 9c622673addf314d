"""A model host as a real child process, spoken to over its pipe with nothing in between."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine.domain.inference import Message, Sampling
from app.engine.inference.llama_cpp.process import HOST_MODULE
from app.engine.inference.llama_cpp.wire import (
    Accepted,
    Cancel,
    ChatPrompt,
    Command,
    Counted,
    CountTokens,
    Ended,
    Generate,
    Loaded,
    Loading,
    LoadModel,
    Refused,
    Report,
    Shutdown,
    frame_length,
    pack,
    unpack_report,
)
from app.engine.runtime.processes import child_command, child_environment

SECONDS = 60


class Pipe:
    """A host process and the frames to and from it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            child_command(HOST_MODULE),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
        )

    def send(self, command: Command) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(pack(command))
        self.process.stdin.flush()

    def receive(self) -> Report | None:
        assert self.process.stdout is not None
        header = self.process.stdout.read(4)
        return unpack_report(self.process.stdout.read(frame_length(header))) if header else None

    def until(self, *kinds: type) -> Report | None:
        while (report := self.receive()) is not None and not isinstance(report, kinds):
            pass
        return report

    def close(self) -> None:
        self.process.kill()
        self.process.wait(SECONDS)
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            try:
                stream.close()
            except BrokenPipeError:
                continue


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    opened = Pipe()
    yield opened
    opened.close()


@pytest.fixture
def loaded(pipe: Pipe, tiny_path: Path) -> Pipe:
    pipe.send(LoadModel(path=str(tiny_path), context_length=256, threads=1))
    assert isinstance(pipe.until(Loaded, Refused), Loaded)
    return pipe


def test_loading_is_told_and_described(pipe: Pipe, tiny_path: Path) -> None:
    pipe.send(LoadModel(path=str(tiny_path), context_length=256, threads=1))
    assert isinstance(pipe.receive(), Loading)
    report = pipe.until(Loaded)
    assert isinstance(report, Loaded)
    assert (report.context_length, report.device, report.has_chat_template) == (256, "CPU", True)


def test_it_answers_counts_and_shuts_down(loaded: Pipe) -> None:
    prompt = ChatPrompt(messages=(Message(role="user", content="hello"),))
    loaded.send(CountTokens(id="c", prompt=prompt))
    counted = loaded.receive()
    assert isinstance(counted, Counted)
    loaded.send(Generate(id="g", prompt=prompt, max_tokens=3, sampling=Sampling(temperature=0)))
    accepted = loaded.until(Accepted)
    assert isinstance(accepted, Accepted)
    assert accepted.prompt_tokens == counted.tokens
    assert isinstance(loaded.until(Ended), Ended)
    loaded.send(Shutdown())
    assert loaded.until() is None
    assert loaded.process.wait(SECONDS) == 0


def test_it_ends_when_the_app_is_gone(loaded: Pipe) -> None:
    assert loaded.process.stdin is not None
    loaded.process.stdin.close()
    assert loaded.process.wait(SECONDS) == 0


def test_a_broken_file_is_refused_and_the_process_ends(pipe: Pipe, tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF" + b"\xff" * 200)
    pipe.send(LoadModel(path=str(path), context_length=256))
    refused = pipe.until(Refused)
    assert isinstance(refused, Refused)
    assert (refused.id, refused.error["code"]) == ("", "model_load_failed")
    assert pipe.process.wait(SECONDS) == 1


def test_anything_before_a_model_is_the_end(pipe: Pipe) -> None:
    pipe.send(Cancel("x"))
    assert pipe.process.wait(SECONDS) == 2


def test_a_second_model_is_refused(loaded: Pipe, tiny_path: Path) -> None:
    loaded.send(LoadModel(path=str(tiny_path), context_length=256))
    refused = loaded.receive()
    assert isinstance(refused, Refused)
    assert "one model" in refused.error["message"]


def test_a_bad_prompt_does_not_end_the_host(loaded: Pipe) -> None:
    loaded.send(Generate(id="bad", prompt=(10**6,)))
    refused = loaded.receive()
    assert isinstance(refused, Refused)
    assert refused.id == "bad"
    loaded.send(Generate(id="good", prompt=(1, 2), max_tokens=1))
    ended = loaded.until(Ended)
    assert isinstance(ended, Ended)
    assert ended.id == "good"


def test_a_request_cancelled_at_once_ends_or_never_starts(loaded: Pipe) -> None:
    for number in range(20):
        loaded.send(Generate(id=f"x{number}", prompt="hello", sampling=Sampling(logit_bias={})))
        loaded.send(Cancel(f"x{number}"))
    loaded.send(Generate(id="last", prompt=(1, 2), max_tokens=1))
    while True:
        ended = loaded.until(Ended)
        assert isinstance(ended, Ended)
        if ended.id == "last":
            return
