"""`paddock chat`: one question, the answer streamed to the terminal. Stores nothing; the shields look all the same."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from app.cli import engine
from app.cli.output import FAILED, INTERRUPTED, USAGE, print_json, say


def add_command(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    command = commands.add_parser("chat", parents=[common], help="ask a model and stream its answer")
    command.add_argument("message", nargs="?", default="", help="the question; piped text is appended to it")
    command.add_argument("-m", "--model", default="", metavar="ID", help="see `paddock models list`")
    command.add_argument("--system", default=None, metavar="TEXT", help="the system prompt")
    command.add_argument("--temperature", type=float, default=None, metavar="T")
    command.add_argument("--max-tokens", type=int, default=None, metavar="N")
    command.add_argument("--seed", type=int, default=None, metavar="N")
    command.add_argument("--json", action="store_true", help="print one JSON object when the answer is complete")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Ask, print the answer as it comes, and return the exit code."""
    question = "\n\n".join(part for part in (arguments.message, _piped_text()) if part.strip())
    if not question:
        say('paddock: Nothing to ask; try `paddock chat "Hello"`.')
        return USAGE
    with engine.open_host(arguments) as host:
        config = _config(arguments, host)
        answer = _Answer(config.model, show=not arguments.json)
        try:
            for event in host.iterate(lambda: host.engine.agents.ask(question, config, origin="terminal")):
                answer.take(event)
        except KeyboardInterrupt:
            answer.end()
            return INTERRUPTED
        answer.end()
    if arguments.json:
        print_json(answer.fields())
    return answer.status


def _piped_text() -> str:
    return "" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.read()


def _config(arguments: argparse.Namespace, host: Any) -> Any:
    from msgspec.structs import replace

    from app.engine.domain.agents import AgentConfig
    from app.engine.domain.inference import Sampling

    models, settings = host.engine.models, host.engine.preferences.get()
    model = host.call(models.get(arguments.model) if arguments.model else models.default()).result()
    sampling = Sampling(
        temperature=settings.temperature,
        top_p=settings.top_p,
        top_k=settings.top_k,
        min_p=settings.min_p,
        seed=arguments.seed,
    )
    if arguments.temperature is not None:
        sampling = replace(sampling, temperature=arguments.temperature)
    return AgentConfig(
        model=model.id,
        instructions=settings.default_instructions if arguments.system is None else arguments.system,
        sampling=sampling,
        max_tokens=arguments.max_tokens,
    )


class _Answer:
    """Collects the events of one turn and prints its text as it comes. `status` is the exit code it comes to."""

    def __init__(self, model: str, *, show: bool) -> None:
        self._model = model
        self._show = show
        self._text: list[str] = []
        self._step: Any = None
        self._turn: Any = None

    @property
    def status(self) -> int:
        """0, or 1 when shields stopped the message or the answer."""
        return FAILED if self._turn is not None and self._turn.state == "blocked" else 0

    def take(self, event: Any) -> None:
        """Take one event of the turn; raises what made it fail."""
        from app.engine.domain.agents import (
            InferenceStep,
            ShieldStep,
            StepCompleted,
            StepProgressed,
            StepRetracted,
            TurnCompleted,
        )
        from app.engine.domain.inference import TextDelta

        match event:
            case StepProgressed(_, _, TextDelta(text)):
                self._text.append(text)
                if self._show:
                    print(text, end="", flush=True)
            case StepRetracted():
                self._retract()
            case StepCompleted(InferenceStep() as step):
                self._step = step
            case StepCompleted(ShieldStep() as step) if step.message:
                self._end_line()
                say(f"({step.message})")
            case TurnCompleted(turn):
                self._turn = turn
                if turn.failure is not None:
                    raise _error(turn.failure)

    def end(self) -> None:
        """End the line, and say when the answer was cut."""
        self._end_line()
        if self._step is not None and self._step.finish_reason == "length":
            say("(The answer was cut: the limit of tokens was reached.)")

    def fields(self) -> dict[str, object]:
        """Return the answer for `--json`."""
        step, turn = self._step, self._turn
        blocking = turn.blocking() if turn is not None else None
        return {
            "model": self._model,
            "text": "".join(self._text),
            "state": turn.state if turn is not None else "",
            "finish_reason": step.finish_reason if step else "",
            "usage": step.usage if step else None,
            "timings": step.timings if step else None,
            "blocked": blocking,
        }

    def _retract(self) -> None:
        self._end_line()
        self._text.clear()
        say("(What was shown of the answer is taken back.)")

    def _end_line(self) -> None:
        if self._show and self._text and not self._text[-1].endswith("\n"):
            print(flush=True)
            self._text.append("\n")


def _error(failure: Any) -> Exception:
    from app.engine.domain.errors import from_fields

    return from_fields({"code": failure.code, "message": failure.message, "hint": failure.hint})
