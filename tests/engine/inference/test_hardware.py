"""The machine's facts are plausible, and features are found in the system's own words."""

from __future__ import annotations

from pathlib import Path

from app.engine.inference.hardware import examine, free_disk, free_memory, parse_features


def test_the_machine_has_memory_and_cores() -> None:
    found = examine()
    assert 0 < found.memory.free <= found.memory.total
    assert 1 <= found.physical_cores <= found.logical_cores
    assert found.processor
    assert free_memory().total == found.memory.total


def test_free_disk_of_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    assert free_disk(tmp_path / "a" / "b") > 0


def test_features_are_found_in_cpuinfo() -> None:
    intel = "processor : 0\nmodel name : x\nflags : fpu sse4_2 avx avx2 fma f16c bmi2 avx512f avx512_vnni\n"
    assert parse_features(intel) == ("avx", "avx2", "avx512f", "avx512vnni", "bmi2", "f16c", "fma", "sse4_2")
    assert parse_features("Features : fp asimd sve\n") == ("neon", "sve")
    assert parse_features("") == ()
