"""`paddock chat` asks what it was told, streams, and ends cleanly."""

from __future__ import annotations

import io
import json

import pytest

from app.cli.main import main
from app.engine.domain.errors import ModelLoadFailed
from app.engine.domain.inference import Message, Priority
from tests.fakes.models import LLAMA, STARTER
from tests.fakes.terminal import TerminalHost


class Terminal(io.StringIO):
    """Standard input at which a person sits."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())


def test_the_answer_is_streamed(host: TerminalHost, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chat", "Hi"]) == 0
    assert capsys.readouterr() == ("Hello there\n", "")
    (request,) = host.inference.requests
    assert request.model == STARTER.id
    assert request.messages == (Message(role="user", content="Hi"),)
    assert (request.sampling.temperature, request.sampling.top_k) == (0.7, 40)
    assert request.priority == Priority.CHAT
    assert host.stopped == 1


def test_model_system_prompt_and_sampling_are_taken(host: TerminalHost) -> None:
    options = ["--temperature", "0", "--max-tokens", "9", "--seed", "5"]
    assert main(["chat", "-m", LLAMA.id, "--system", "Be brief.", *options, "Hi"]) == 0
    (request,) = host.inference.requests
    assert request.model == LLAMA.id
    assert request.messages[0] == Message(role="system", content="Be brief.")
    assert (request.sampling.temperature, request.max_tokens, request.sampling.seed) == (0.0, 9, 5)


def test_piped_text_is_appended(host: TerminalHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("some notes\n"))
    assert main(["chat", "Summarise this:"]) == 0
    assert host.inference.requests[0].messages[-1].content == "Summarise this:\n\nsome notes\n"


def test_piped_text_alone_is_enough(host: TerminalHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Hello?"))
    assert main(["chat"]) == 0
    assert host.inference.requests[0].messages[-1].content == "Hello?"


def test_nothing_to_ask_is_wrong_usage(host: TerminalHost, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chat"]) == 2
    assert "Nothing to ask" in capsys.readouterr().err
    assert host.inference.requests == []


def test_json_gives_one_object(host: TerminalHost, capsys: pytest.CaptureFixture[str]) -> None:
    host.inference.reason = "length"
    assert main(["chat", "Hi", "--json"]) == 0
    output, errors = capsys.readouterr()
    shown = json.loads(output)
    assert (shown["text"], shown["finish_reason"], shown["model"]) == ("Hello there", "length", STARTER.id)
    assert shown["usage"]["completion_tokens"] == 2
    assert "was cut" in errors


def test_an_unknown_model_is_told(host: TerminalHost, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chat", "-m", "none", "Hi"]) == 1
    assert "No model none is installed." in capsys.readouterr().err
    assert host.stopped == 1


def test_a_failure_of_the_model_is_told(host: TerminalHost, capsys: pytest.CaptureFixture[str]) -> None:
    host.inference.failure = ModelLoadFailed("It needs 9 GB.", hint="Try a smaller one.")
    assert main(["chat", "Hi"]) == 1
    assert capsys.readouterr().err == "paddock: It needs 9 GB.\n         Try a smaller one.\n"


def test_ctrl_c_ends_the_line_and_the_engine(
    host: TerminalHost, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inner = host.iterate

    def interrupted(start: object) -> object:
        stream = inner(start)  # type: ignore[arg-type]
        yield next(stream)
        yield next(stream)
        stream.close()
        raise KeyboardInterrupt

    monkeypatch.setattr(host, "iterate", interrupted)
    assert main(["chat", "Hi"]) == 130
    assert capsys.readouterr().out == "Hello\n"
    assert host.stopped == 1
