"""Names are safe and stable; a copy is complete or absent."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest

from app.engine.domain.errors import DiskFull
from app.engine.inference import model_files
from app.engine.inference.model_files import (
    Cancelled,
    Work,
    copy_file,
    find_starter,
    free_name,
    hash_file,
    slug,
    unique_slug,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SmolLM2-135M-Instruct.Q4_1.gguf", "smollm2-135m-instruct-q4_1"),
        ("Llama-3.2-1B-Instruct-Q4_K_M.gguf", "llama-3.2-1b-instruct-q4_k_m"),
        ("My Model (final).GGUF", "my-model-final"),
        ("../../etc/passwd", "etc-passwd"),
        ("🦙.gguf", "model"),
    ],
)
def test_slugs(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_taken_slugs_are_numbered() -> None:
    assert unique_slug("a.gguf", ["b"]) == "a"
    assert unique_slug("a.gguf", ["a", "a-2"]) == "a-3"


@pytest.mark.parametrize("wanted", ["../../evil.gguf", "..", "/etc/passwd", "a/b/c.gguf", "...", "x" * 400])
def test_a_name_never_leaves_the_folder(tmp_path: Path, wanted: str) -> None:
    path = free_name(tmp_path, wanted)
    assert path.parent == tmp_path
    assert path.suffix == ".gguf"
    path.write_bytes(b"")
    assert free_name(tmp_path, wanted) != path


def test_copying_hashes_and_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_files, "CHUNK", 1000)
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(os.urandom(2500))
    steps: list[tuple[int, int]] = []
    digest = copy_file(source, target, Work(lambda done, total: steps.append((done, total))))
    assert digest == hashlib.sha256(source.read_bytes()).hexdigest() == hash_file(target, Work())
    assert target.read_bytes() == source.read_bytes()
    assert steps == [(1000, 2500), (2000, 2500), (2500, 2500)]


def test_a_cancelled_or_failed_copy_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"x" * 100)
    work = Work()
    work.cancel()
    with pytest.raises(Cancelled):
        copy_file(source, target, work)

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        copy_file(source, target, Work())
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_a_disk_without_room_is_told_before_copying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_files, "free_disk", lambda _path: 10)
    (tmp_path / "a").write_bytes(b"x" * 100)
    with pytest.raises(DiskFull, match=r"only 0\.0 GB are free"):
        copy_file(tmp_path / "a", tmp_path / "b", Work())


def test_the_starter_is_found_and_its_absence_bearable() -> None:
    found = find_starter()
    assert found is not None
    assert found.name == "SmolLM2-135M-Instruct.Q4_1.gguf"
    assert find_starter("no_such_package") is None
