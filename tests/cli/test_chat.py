"""`paddock chat` asks what it was told, streams, and ends cleanly."""

from __future__ import annotations

import io
import json

import pytest

from app.cli.main import main
from app.engine.domain.errors import ModelLoadFailed
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
    ((text, config),) = host.turns.asked
    assert (text, config.model, config.instructions) == ("Hi", STARTER.id, "")
    assert (config.sampling.temperature, config.sampling.top_k) == (0.7, 40)
    assert host.stopped == 1


def test_model_system_prompt_and_sampling_are_taken(host: TerminalHost) -> None:
    options = ["--temperature", "0", "--max-tokens", "9", "--seed", "5"]
    assert main(["chat", "-m", LLAMA.id, "--system", "Be brief.", *options, "Hi"]) == 0
    ((_text, config),) = host.turns.asked
    assert (config.model, config.instructions) == (LLAMA.id, "Be brief.")
    assert (config.sampling.temperature, config.max_tokens, config.sampling.seed) == (0.0, 9, 5)


def test_piped_text_is_appended(host: TerminalHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("some notes\n"))
    assert main(["chat", "Summarise this:"]) == 0
    assert host.turns.asked[0][0] == "Summarise this:\n\nsome notes\n"


def test_piped_text_alone_is_enough(host: TerminalHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Hello?"))
    assert main(["chat"]) == 0
    assert host.turns.asked[0][0] == "Hello?"


def test_nothing_to_ask_is_wrong_usage(host: TerminalHost, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chat"]) == 2
    assert "Nothing to ask" in capsys.readouterr().err
    assert host.turns.asked == []


def test_json_gives_one_object(host: TerminalHost, capsys: pytest.CaptureFixture[str]) -> None:
    host.turns.reason = "length"
    assert main(["chat", "Hi", "--json"]) == 0
    output, errors = capsys.readouterr()
    shown = json.loads(output)
    assert (shown["text"], shown["finish_reason"], shown["model"]) == ("Hello there", "length", STARTER.id)
    assert shown["usage"]["completion_tokens"] == 2
    assert "was cut" in errors


def test_what_shields_stop_is_taken_back_and_told_by_the_exit_status(
    host: TerminalHost, capsys: pytest.CaptureFixture[str]
) -> None:
    host.turns.blocked = "This answer was stopped: Weapons."
    assert main(["chat", "Hi"]) == 1
    output, errors = capsys.readouterr()
    assert output == "Hello there\n"
    assert errors == "(What was shown of the answer is taken back.)\n(This answer was stopped: Weapons.)\n"
    assert main(["chat", "Hi", "--json"]) == 1
    shown = json.loads(capsys.readouterr().out)
    assert (shown["text"], shown["state"], shown["blocked"]["direction"]) == ("", "blocked", "output")


def test_an_unknown_model_is_told(host: TerminalHost, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chat", "-m", "none", "Hi"]) == 1
    assert "No model none is installed." in capsys.readouterr().err
    assert host.stopped == 1


def test_a_failure_of_the_model_is_told(host: TerminalHost, capsys: pytest.CaptureFixture[str]) -> None:
    host.turns.failure = ModelLoadFailed("It needs 9 GB.", hint="Try a smaller one.")
    assert main(["chat", "Hi"]) == 1
    assert capsys.readouterr().err == "paddock: It needs 9 GB.\n         Try a smaller one.\n"


def test_ctrl_c_ends_the_line_and_the_engine(
    host: TerminalHost, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inner = host.iterate

    def interrupted(start: object) -> object:
        stream = inner(start)  # type: ignore[arg-type]
        yield next(stream)
        stream.close()
        raise KeyboardInterrupt

    monkeypatch.setattr(host, "iterate", interrupted)
    assert main(["chat", "Hi"]) == 130
    assert capsys.readouterr().out == "Hello\n"
    assert host.stopped == 1
