"""What this machine has: memory, cores, processor features, free disk. Asks no GPU; a throw-away child does that."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
from msgspec import Struct

from app.engine.domain.machine import Memory

# A plain variable: mypy takes branches on sys.platform itself for unreachable.
_SYSTEM: str = sys.platform

# The names that matter to llama.cpp, in /proc/cpuinfo's spelling.
_FEATURES = (
    "sse4_2",
    "avx",
    "avx2",
    "fma",
    "f16c",
    "bmi2",
    "avx512f",
    "avx512vnni",
    "amx_tile",
    "neon",
    "asimd",
    "sve",
)
_SPELLING = {"asimd": "neon", "avx512_vnni": "avx512vnni", "avx1.0": "avx", "sse4.2": "sse4_2"}


class Hardware(Struct, frozen=True, kw_only=True):
    """The machine as it is now. Cores this process may use; `features` is empty where the system does not tell."""

    memory: Memory
    physical_cores: int
    logical_cores: int
    processor: str
    features: tuple[str, ...]


def free_memory() -> Memory:
    """Return total bytes and those a program can get without swapping."""
    memory = psutil.virtual_memory()
    return Memory(total=memory.total, free=memory.available)


def free_disk(path: Path) -> int:
    """Return the bytes this user can still write where `path` is or will be."""
    place = path
    while not place.exists() and place != place.parent:
        place = place.parent
    return shutil.disk_usage(place).free


def examine() -> Hardware:
    """Look at the machine, blocking for some milliseconds."""
    logical = _usable_cores()
    return Hardware(
        memory=free_memory(),
        physical_cores=min(psutil.cpu_count(logical=False) or logical, logical),
        logical_cores=logical,
        processor=_processor(),
        features=cpu_features(),
    )


def cpu_features() -> tuple[str, ...]:
    """Return the processor's features that matter to llama.cpp, sorted; empty where they cannot be known."""
    if _SYSTEM == "linux":
        return parse_features(_read("/proc/cpuinfo"))
    if _SYSTEM == "darwin":
        return parse_features("flags: " + _sysctl("machdep.cpu.features") + " " + _sysctl("machdep.cpu.leaf7_features"))
    return ()


def parse_features(cpuinfo: str) -> tuple[str, ...]:
    """Find the features in text of the form of /proc/cpuinfo."""
    for line in cpuinfo.splitlines():
        name, _, value = line.partition(":")
        if name.strip().lower() in ("flags", "features"):
            flags = {_SPELLING.get(flag, flag) for flag in value.lower().split()}
            return tuple(sorted(flags & set(_FEATURES)))
    return ()


def _usable_cores() -> int:
    if _SYSTEM == "linux":
        return len(os.sched_getaffinity(0))
    return psutil.cpu_count(logical=True) or 1


def _processor() -> str:
    if _SYSTEM == "linux":
        for line in _read("/proc/cpuinfo").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    if _SYSTEM == "darwin":
        return _sysctl("machdep.cpu.brand_string") or platform.machine()
    return platform.processor() or platform.machine()


def _read(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""


def _sysctl(name: str) -> str:
    try:
        result = subprocess.run(["/usr/sbin/sysctl", "-n", name], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return result.stdout.strip()
