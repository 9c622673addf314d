"""A model host: the child process that holds one GGUF. Started by the supervisor, talks over its standard streams.

Threads: main decodes, one reads commands, one prepares prompts, one writes reports. The process ends when its input
closes, so that it never outlives the app. Must not import anything of Paddock beyond domain and this package.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
from typing import BinaryIO

from app.engine.domain.errors import BugError, PaddockError, to_fields
from app.engine.inference.llama_cpp.backend import BATCH_TOKENS, Backend
from app.engine.inference.llama_cpp.decode_loop import DecodeLoop
from app.engine.inference.llama_cpp.prompting import Prepared, PreparedChoice, Prompter
from app.engine.inference.llama_cpp.scheduler import Limits, Scheduler
from app.engine.inference.llama_cpp.threads import ThreadTuner
from app.engine.inference.llama_cpp.wire import (
    Cancel,
    Classify,
    Counted,
    CountTokens,
    Generate,
    Loaded,
    Loading,
    LoadModel,
    Refused,
    Report,
    Shutdown,
    pack,
    read_command,
)

_Work = tuple[Generate | Classify | CountTokens, float]


class Host:
    """One loaded model behind a pair of streams."""

    def __init__(self, commands: BinaryIO, reports: BinaryIO) -> None:
        self._commands = commands
        self._reports = reports
        self._outbox: queue.SimpleQueue[Report | None] = queue.SimpleQueue()
        self._inbox: queue.SimpleQueue[Prepared | PreparedChoice | Cancel | None] = queue.SimpleQueue()
        self._work: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._lock = threading.Lock()  # between the command reader and the prompt thread
        self._pending: set[str] = set()
        self._cancelled: set[str] = set()

    def run(self) -> int:
        """Serve until told to shut down or until the pipe closes; returns the exit status."""
        writer = threading.Thread(target=self._write, name="reports", daemon=True)
        writer.start()
        command = read_command(self._commands)
        if not isinstance(command, LoadModel):
            return 2
        try:
            backend = Backend(command, self._report_loading, self._log)
            prompter = self._prompter(backend, command)
        except PaddockError as error:
            self._outbox.put(Refused("", to_fields(error)))
            self._outbox.put(None)
            writer.join()
            return 1
        self._outbox.put(self._loaded(backend, command, prompter))
        threading.Thread(target=self._read, name="commands", daemon=True).start()
        threading.Thread(target=self._prepare, args=(prompter,), name="prompts", daemon=True).start()
        self._loop(backend, command).run()
        backend.close()
        self._outbox.put(None)
        writer.join()
        return 0

    def _loop(self, backend: Backend, command: LoadModel) -> DecodeLoop:
        limits = Limits(
            cells=backend.cells,
            sequences=backend.sequences,
            parallel=command.parallel,
            batch_tokens=BATCH_TOKENS,
            queue=command.queue,
        )
        tuner = ThreadTuner(os.cpu_count() or 1, command.threads)
        return DecodeLoop(backend, Scheduler(limits), tuner, self._inbox, self._outbox.put)

    def _prompter(self, backend: Backend, command: LoadModel) -> Prompter:
        template = backend.metadata("tokenizer.chat_template")
        return Prompter(backend.vocabulary, template, command.template_seconds)

    def _loaded(self, backend: Backend, command: LoadModel, prompter: Prompter) -> Loaded:
        return Loaded(
            context_length=backend.cells,
            model_bytes=backend.model_bytes,
            kv_bytes=0,
            device="CPU" if command.gpu_layers == 0 else "GPU",
            has_chat_template=prompter.has_template,
        )

    def _report_loading(self, fraction: float) -> None:
        self._outbox.put(Loading(fraction))

    def _read(self) -> None:
        while True:
            command = read_command(self._commands)
            match command:
                case None:
                    # The app is gone: nobody reads any more, so there is nothing to finish.
                    os._exit(0)
                case Shutdown():
                    self._work.put(None)
                    self._inbox.put(None)
                    return
                case Cancel():
                    self._cancel(command)
                case Generate() | Classify() | CountTokens():
                    self._pending.add(command.id)
                    self._work.put((command, time.perf_counter()))
                case LoadModel():
                    self._outbox.put(Refused("", to_fields(BugError("A host holds one model."))))

    def _cancel(self, command: Cancel) -> None:
        with self._lock:
            if command.id in self._pending:
                self._cancelled.add(command.id)
            else:
                self._inbox.put(command)

    def _prepare(self, prompter: Prompter) -> None:
        while (work := self._work.get()) is not None:
            command, submitted = work
            try:
                self._answer(prompter, command, submitted)
            except PaddockError as error:
                self._outbox.put(Refused(command.id, to_fields(error)))
            except Exception as error:  # a border: one bad prompt must not end the host
                bug = BugError(f"Preparing the prompt failed: {type(error).__name__}: {error}")
                self._outbox.put(Refused(command.id, to_fields(bug)))
            finally:
                with self._lock:
                    self._pending.discard(command.id)
                    self._cancelled.discard(command.id)

    def _answer(self, prompter: Prompter, command: Generate | Classify | CountTokens, submitted: float) -> None:
        if isinstance(command, CountTokens):
            self._outbox.put(Counted(command.id, prompter.count(command)))
            return
        prepared: Prepared | PreparedChoice
        if isinstance(command, Classify):
            prepared = prompter.prepare_choice(command)
        else:
            prepared = prompter.prepare(command, submitted)
        with self._lock:
            self._pending.discard(command.id)
            if command.id not in self._cancelled:
                self._inbox.put(prepared)
            elif isinstance(prepared, Prepared):
                prepared.sampler.close()

    def _write(self) -> None:
        while (report := self._outbox.get()) is not None:
            try:
                self._reports.write(pack(report))
                if self._outbox.empty():
                    self._reports.flush()
            except (BrokenPipeError, OSError):
                os._exit(0)
        self._reports.flush()

    @staticmethod
    def _log(text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


def main() -> int:
    """Run a host on this process's streams; what native code prints goes to stderr, not into the pipe."""
    commands = os.fdopen(os.dup(0), "rb")
    reports = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return Host(commands, reports).run()


if __name__ == "__main__":
    sys.exit(main())
