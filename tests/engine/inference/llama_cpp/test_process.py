"""One life of a model host seen from the parent: every way to end is told in words."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from app.engine.domain.errors import ModelHostDied, ModelLoadFailed
from app.engine.inference.llama_cpp.process import HostProcess
from app.engine.inference.llama_cpp.wire import Ended, Generate, LoadModel


def command(path: Path) -> LoadModel:
    return LoadModel(path=str(path), context_length=256, threads=1)


async def test_load_answer_close(tiny_path: Path) -> None:
    progress: list[float] = []
    process = await HostProcess.start()
    loaded = await process.load(command(tiny_path), progress.append)
    assert loaded.context_length == 256
    assert progress
    assert progress == sorted(progress)
    process.send(Generate(id="g", prompt="hello", max_tokens=2))
    async for report in process.reports():
        if isinstance(report, Ended):
            break
    await process.close(10)
    assert "status 0" in await process.why_ended()
    with pytest.raises(ModelHostDied):
        process.send(Generate(id="h", prompt="hello"))


async def test_a_broken_file_is_told_with_the_words_of_llama_cpp(tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUX" * 20)
    process = await HostProcess.start()
    with pytest.raises(ModelLoadFailed, match="could not load the file"):
        await process.load(command(path), lambda _: None)
    await process.close(10)


async def test_a_killed_process_is_told_as_killed(tiny_path: Path) -> None:
    process = await HostProcess.start()
    await process.load(command(tiny_path), lambda _: None)
    os.kill(process.pid, signal.SIGKILL)
    assert [report async for report in process.reports()] == []
    assert "killed" in await process.why_ended()
    await process.close(0)


async def test_a_death_while_loading_is_a_failed_load(tiny_path: Path) -> None:
    process = await HostProcess.start()
    process.kill()
    with pytest.raises(ModelLoadFailed):
        await process.load(command(tiny_path), lambda _: None)
    await process.close(0)


async def test_a_process_that_does_not_listen_is_ended_anyway(tiny_path: Path) -> None:
    process = await HostProcess.start()
    await process.load(command(tiny_path), lambda _: None)
    os.kill(process.pid, signal.SIGSTOP)
    await process.close(0.05)
    assert "killed" in await process.why_ended()
