"""Each finding tells a healthy machine from a sick one, and a sick one how to be mended."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from app.engine.domain.machine import Device, Endpoint, Finding, Memory
from app.engine.inference.hardware import Hardware
from app.engine.inference.llama_cpp.devices import Build
from app.engine.preferences import doctor
from app.engine.runtime.paths import DataPaths

GB = 10**9


def hardware(*features: str) -> Hardware:
    memory = Memory(total=16 * GB, free=8 * GB)
    return Hardware(memory=memory, physical_cores=4, logical_cores=8, processor="Test CPU", features=features)


def test_a_healthy_machine_has_no_faults(tmp_path: Path) -> None:
    build = Build(version="0.3.36", features="CPU : SSE3 = 1 |")
    findings = doctor.examine(build, DataPaths(tmp_path), (True, "memory"), Endpoint(url="http://x"), 8321)
    assert [each for each in findings if not each.ok] == []
    assert len({each.topic for each in findings}) == len(findings)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (doctor.python_finding((3, 12, 1)), doctor.python_finding((3, 10, 9))),
        (doctor.python_finding((3, 13, 0)), doctor.python_finding((3, 14, 0))),
        (doctor.window_finding("6.11.3"), doctor.window_finding("6.12.0")),
        (doctor.window_finding(""), doctor.window_finding("6.7.1")),
        (
            doctor.build_finding(Build(features="CPU : AVX = 1"), "0.3.36"),
            doctor.build_finding(Build(error="ended with status -11"), "0.3.36"),
        ),
        (
            doctor.processor_finding("CPU : AVX2 = 1 | FMA = 0 |", hardware("avx2")),
            doctor.processor_finding("CPU : AVX2 = 1 | AVX512 = 1 |", hardware("avx2")),
        ),
        (doctor.memory_finding(Memory(total=GB, free=GB)), doctor.memory_finding(Memory(total=GB, free=GB // 2))),
        (doctor.disk_finding(9 * GB), doctor.disk_finding(GB)),
    ],
)
def test_good_and_bad(good: Finding, bad: Finding) -> None:
    assert (good.ok, good.mend) == (True, "")
    assert bad.ok is False
    assert bad.mend


def test_the_processor_is_named_with_what_lies_idle() -> None:
    found = doctor.processor_finding("CPU : AVX2 = 1", hardware("avx2", "avx512f"))
    assert found.value == "Test CPU, 4 cores; not used: avx512f"
    lacking = doctor.processor_finding("CPU : AVX512_VNNI = 1 |", hardware("avx2"))
    assert "built for avx512vnni, which it lacks" in lacking.value
    assert doctor.processor_finding("CPU : AVX512 = 1", hardware()).ok


def test_the_gpu_is_named() -> None:
    device = Device(name="CUDA0", description="Test GPU", kind="gpu", memory=Memory(total=24 * GB, free=20 * GB))
    assert doctor.graphics_finding(Build(devices=(device,))).value == "Test GPU, 20 GB of 24 GB free"
    assert "processor only" in doctor.graphics_finding(Build()).value
    assert doctor.graphics_finding(Build(offers_gpu=True)).value == "none found"


def test_a_folder_that_is_not_there_cannot_be_written(tmp_path: Path) -> None:
    assert doctor.writable_finding(DataPaths(tmp_path)).ok
    assert list(tmp_path.iterdir()) == []
    found = doctor.writable_finding(DataPaths(tmp_path / "none"))
    assert (found.ok, bool(found.mend)) == (False, True)


def test_a_missing_keychain_is_no_fault_but_told() -> None:
    found = doctor.keychain_finding(False, "no keychain")
    assert (found.ok, "last for one run" in found.value, "PADDOCK_SECRET" in found.mend) == (True, True, True)


def test_a_taken_port_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = doctor.port_finding(Endpoint(), port)
        assert (found.ok, f"port {port} is taken" in found.value) == (False, True)
        assert doctor.port_finding(Endpoint(url="http://127.0.0.1:9"), port).ok
    assert doctor.port_finding(Endpoint(), port).ok


def test_a_missing_starter_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor.starter_finding().ok
    monkeypatch.setattr(doctor, "find_starter", lambda: None)
    assert doctor.starter_finding().mend
