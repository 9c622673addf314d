"""`paddock chat`: one question, the answer streamed to the terminal. Stores nothing."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from app.cli import engine
from app.cli.output import INTERRUPTED, USAGE, print_json, say


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
        request = _request(arguments, host, question)
        answer = _Answer(request.model, show=not arguments.json)
        try:
            for event in host.iterate(lambda: host.engine.inference.chat(request)):
                answer.take(event)
        except KeyboardInterrupt:
            answer.end()
            return INTERRUPTED
        answer.end()
    if arguments.json:
        print_json(answer.fields())
    return 0


def _piped_text() -> str:
    return "" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.read()


def _request(arguments: argparse.Namespace, host: Any, question: str) -> Any:
    from msgspec.structs import replace

    from app.engine.domain.inference import ChatRequest, Message, Priority, Sampling

    models, settings = host.engine.models, host.engine.preferences.get()
    model = host.call(models.get(arguments.model) if arguments.model else models.default()).result()
    system = settings.default_instructions if arguments.system is None else arguments.system
    sampling = Sampling(
        temperature=settings.temperature,
        top_p=settings.top_p,
        top_k=settings.top_k,
        min_p=settings.min_p,
        seed=arguments.seed,
    )
    if arguments.temperature is not None:
        sampling = replace(sampling, temperature=arguments.temperature)
    messages = (Message(role="system", content=system),) if system else ()
    return ChatRequest(
        model=model.id,
        messages=(*messages, Message(role="user", content=question)),
        sampling=sampling,
        max_tokens=arguments.max_tokens,
        priority=Priority.CHAT,
    )


class _Answer:
    """Collects the events of one answer and prints its text as it comes."""

    def __init__(self, model: str, *, show: bool) -> None:
        self._model = model
        self._show = show
        self._text: list[str] = []
        self._finished: Any = None

    def take(self, event: Any) -> None:
        """Take one event of the generation."""
        from app.engine.domain.inference import GenerationFinished, TextDelta

        if isinstance(event, TextDelta):
            self._text.append(event.text)
            if self._show:
                print(event.text, end="", flush=True)
        elif isinstance(event, GenerationFinished):
            self._finished = event

    def end(self) -> None:
        """End the line, and say when the answer was cut."""
        if self._show and self._text:
            print(flush=True)
        if self._finished is not None and self._finished.reason == "length":
            say("(The answer was cut: the limit of tokens was reached.)")

    def fields(self) -> dict[str, object]:
        """Return the answer for `--json`."""
        finished = self._finished
        return {
            "model": self._model,
            "text": "".join(self._text),
            "finish_reason": finished.reason if finished else "",
            "usage": finished.usage if finished else None,
            "timings": finished.timings if finished else None,
        }
