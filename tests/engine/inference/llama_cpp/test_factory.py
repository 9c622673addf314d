"""How a GGUF is going to be loaded on this machine, and that a bad header never reaches native code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.engine.domain.errors import GgufInvalid, ModelLoadFailed, ModelUnavailable
from app.engine.domain.machine import Device, Memory
from app.engine.domain.models import LoadSettings, Model, ModelState
from app.engine.domain.settings import Settings
from app.engine.inference.gguf import read_header
from app.engine.inference.llama_cpp.devices import Build
from app.engine.inference.llama_cpp.factory import LlamaCppFactory, attempts
from app.engine.inference.llama_cpp.process import HostProcess
from app.engine.inference.llama_cpp.wire import Loaded, LoadModel
from app.engine.storage.models import DeviceMemory

GIB = 1024**3


def gpu(free: int = 8 * GIB) -> Build:
    return Build(
        offers_gpu=True, devices=(Device(name="g", description="G", kind="gpu", memory=Memory(total=free, free=free)),)
    )


def model(path: Path | None, **own: object) -> Model:
    return Model(id="m", name="M", path=None if path is None else str(path), load_settings=LoadSettings(**own))  # type: ignore[arg-type]


def test_without_a_gpu_there_is_one_way(tiny_path: Path) -> None:
    (only,) = attempts(model(tiny_path), read_header(tiny_path), Build(), Settings())
    assert only.command.gpu_layers == 0
    assert only.command.path == str(tiny_path)
    assert only.command.context_length == 2048
    assert only.reason


def test_with_a_gpu_the_cpu_is_the_last_resort(tiny_path: Path) -> None:
    ways = attempts(model(tiny_path), read_header(tiny_path), gpu(), Settings())
    layers = [way.command.gpu_layers for way in ways]
    assert layers[0] > 0
    assert layers[-1] == 0
    assert layers == sorted(set(layers), reverse=True)
    assert "could not load" in ways[-1].reason


def test_settings_reach_the_host(tiny_path: Path) -> None:
    own = {"context_length": 512, "threads": 3, "kv_type": "q8_0", "flash_attention": "off", "gpu_layers": 0}
    settings = Settings(parallel_sequences=5, queue_limit=9, template_seconds=1.5)
    (only,) = attempts(model(tiny_path, **own), read_header(tiny_path), gpu(), settings)
    command = only.command
    assert (command.context_length, command.threads, command.kv_type, command.flash_attention) == (
        512,
        3,
        "q8_0",
        "off",
    )
    assert (command.parallel, command.queue, command.template_seconds) == (5, 9, 1.5)


class Factory:
    """A factory, the machine it sees, how often it looked, and what it remembered of GPUs."""

    def __init__(self, found: Build | None = None) -> None:
        self.asked = 0
        self.found = found or Build()
        self.remembered: dict[tuple[str, str], DeviceMemory] = {}
        self.made = LlamaCppFactory(Settings, self.build, self)

    async def build(self) -> Build:
        self.asked += 1
        return self.found

    async def device_memory(self, model_id: str, device: str) -> DeviceMemory | None:
        return self.remembered.get((model_id, device))

    async def remember_device(self, model_id: str, device: str, memory: DeviceMemory) -> None:
        self.remembered[model_id, device] = memory


async def test_a_model_is_opened_ready(tiny_path: Path) -> None:
    states: list[ModelState] = []
    factory = Factory()
    opened = await factory.made.open(model(tiny_path, context_length=256), states.append)
    assert opened.context_length == 256
    assert states[-1].phase == "ready"
    await opened.shutdown()
    assert factory.asked == 1


async def test_a_bad_header_is_refused_before_anything_starts(tmp_path: Path) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(b"GGUF" + b"\xff" * 100)
    factory = Factory()
    with pytest.raises(GgufInvalid):
        await factory.made.open(model(path), lambda _: None)
    assert factory.asked == 0


async def test_a_model_without_a_file_says_so() -> None:
    with pytest.raises(ModelUnavailable, match="no file"):
        await Factory().made.open(model(None), lambda _: None)


async def test_what_a_gpu_refused_is_remembered_and_not_tried_again(
    tiny_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []
    load = HostProcess.load

    async def refusing(process: HostProcess, command: LoadModel, on_progress: Callable[[float], None]) -> Loaded:
        tried.append(command.gpu_layers)
        if command.gpu_layers:
            raise ModelLoadFailed("the device is out of memory")
        return await load(process, command, on_progress)

    monkeypatch.setattr(HostProcess, "load", refusing)
    factory = Factory(gpu())
    states: list[ModelState] = []
    opened = await factory.made.open(model(tiny_path, context_length=256), states.append)
    await opened.shutdown()
    assert tried[0] > 0
    assert tried[-1] == 0
    ready = next(state for state in states if state.phase == "ready")
    assert "out of memory" in ready.device_reason
    assert factory.remembered["m", "g"].layers == 0
    tried.clear()
    again = await factory.made.open(model(tiny_path, context_length=256), states.append)
    await again.shutdown()
    assert tried == [0]
