"""Examines this machine and says in words what is wrong and how to mend it. Changes nothing, blocking."""

from __future__ import annotations

import re
import socket
import sys
from importlib.metadata import PackageNotFoundError, version

from app import __version__
from app.engine.domain.errors import PaddockError
from app.engine.domain.machine import Endpoint, Finding, Memory
from app.engine.inference.fit import in_gb
from app.engine.inference.hardware import Hardware, free_disk
from app.engine.inference.hardware import examine as examine_hardware
from app.engine.inference.llama_cpp.devices import Build
from app.engine.inference.model_files import find_starter
from app.engine.runtime.files import write_atomically
from app.engine.runtime.paths import DataPaths

LEAST_MEMORY = 1_000_000_000
LEAST_DISK = 2_000_000_000
LOOPBACK = "127.0.0.1"

# llama.cpp's name of a processor feature (llama_print_system_info) and the system's.
_FEATURES = {
    "AVX": "avx",
    "AVX2": "avx2",
    "FMA": "fma",
    "F16C": "f16c",
    "BMI2": "bmi2",
    "AVX512": "avx512f",
    "AVX512_VNNI": "avx512vnni",
    "AMX_INT8": "amx_tile",
    "NEON": "neon",
    "SVE": "sve",
}


def examine(
    build: Build, paths: DataPaths, keychain: tuple[bool, str], endpoint: Endpoint, port: int
) -> tuple[Finding, ...]:
    """Return all findings; `keychain` is whether it works and its name or what is wrong with it."""
    hardware = examine_hardware()
    return (
        Finding(topic="Paddock", ok=True, value=__version__),
        python_finding(sys.version_info[:3]),
        window_finding(_installed("PySide6-Essentials")),
        build_finding(build, _installed("llama-cpp-python")),
        processor_finding(build.features, hardware),
        graphics_finding(build),
        memory_finding(hardware.memory),
        Finding(topic="Data directory", ok=True, value=str(paths.root)),
        writable_finding(paths),
        disk_finding(free_disk(paths.models)),
        starter_finding(),
        keychain_finding(*keychain),
        port_finding(endpoint, port),
    )


def python_finding(found: tuple[int, ...]) -> Finding:
    """Judge the Python version."""
    ok = (3, 11) <= found[:2] <= (3, 13)
    return Finding(
        topic="Python",
        ok=ok,
        value=".".join(map(str, found)),
        mend="" if ok else "Use Python 3.11, 3.12 or 3.13.",
    )


def window_finding(found: str) -> Finding:
    """Judge PySide6: 6.12.0 drops a reference on every call and aborts."""
    if not found:
        return Finding(topic="PySide6", ok=True, value="not installed: terminal and server only")
    numbers = tuple(int(number) for number in re.findall(r"\d+", found)[:2])
    ok = (6, 8) <= numbers < (6, 12)
    return Finding(topic="PySide6", ok=ok, value=found, mend="" if ok else 'Install "PySide6-Essentials>=6.8,<6.12".')


def build_finding(build: Build, installed: str) -> Finding:
    """Judge whether llama.cpp starts at all."""
    if build.features:
        return Finding(topic="llama.cpp", ok=True, value=f"llama-cpp-python {build.version or installed}")
    return Finding(
        topic="llama.cpp",
        ok=False,
        value=build.error or "not installed",
        mend="Set Paddock up again; the build of llama-cpp-python does not suit this machine.",
    )


def processor_finding(features: str, hardware: Hardware) -> Finding:
    """Compare what the build uses with what the processor has."""
    used = {_FEATURES[name] for name in re.findall(r"(\w+) = 1", features) if name in _FEATURES}
    has = set(hardware.features)
    name = f"{hardware.processor}, {hardware.physical_cores} cores"
    if has and (lacking := sorted(used - has)):
        return Finding(
            topic="Processor",
            ok=False,
            value=f"{name}; llama.cpp was built for {', '.join(lacking)}, which it lacks",
            mend="Build llama-cpp-python on this machine, or with -DGGML_NATIVE=OFF and these features OFF.",
        )
    idle = sorted((has & set(_FEATURES.values())) - used) if features else []
    return Finding(topic="Processor", ok=True, value=name + (f"; not used: {', '.join(idle)}" if idle else ""))


def graphics_finding(build: Build) -> Finding:
    """Name the GPU, if this build can use one."""
    if build.gpu is not None:
        memory = f"{in_gb(build.gpu.memory.free)} of {in_gb(build.gpu.memory.total)} free"
        return Finding(topic="GPU", ok=True, value=f"{build.gpu.description or build.gpu.name}, {memory}")
    why = "none found" if build.offers_gpu else "this build of llama.cpp uses the processor only"
    return Finding(topic="GPU", ok=True, value=why)


def memory_finding(memory: Memory) -> Finding:
    """Judge the free memory."""
    ok = memory.free >= LEAST_MEMORY
    value = f"{in_gb(memory.free)} of {in_gb(memory.total)} free"
    return Finding(topic="Memory", ok=ok, value=value, mend="" if ok else "Close other programs.")


def disk_finding(free: int) -> Finding:
    """Judge the free space for models."""
    ok = free >= LEAST_DISK
    return Finding(topic="Disk", ok=ok, value=f"{in_gb(free)} free", mend="" if ok else "Free space, or remove models.")


def writable_finding(paths: DataPaths) -> Finding:
    """Try to write into the data directory."""
    probe = paths.root / ".doctor"
    try:
        write_atomically(probe, b"")
        probe.unlink(missing_ok=True)
    except PaddockError as error:
        return Finding(topic="Writing", ok=False, value=error.message, mend=error.hint)
    return Finding(topic="Writing", ok=True, value="works")


def starter_finding() -> Finding:
    """Look for the starter model."""
    path = find_starter()
    if path is None:
        return Finding(
            topic="Starter model", ok=False, value="not installed", mend="Set Paddock up again, or import a GGUF file."
        )
    return Finding(topic="Starter model", ok=True, value=path.name)


def keychain_finding(works: bool, words: str) -> Finding:
    """Tell where secrets are kept; without a keychain Paddock still works."""
    value = words if works else f"{words}; keys last for one run"
    return Finding(
        topic="Keychain", ok=True, value=value, mend="" if works else "Set PADDOCK_SECRET_… variables to keep them."
    )


def port_finding(endpoint: Endpoint, port: int) -> Finding:
    """Tell whether the local API listens or could."""
    if endpoint.url:
        return Finding(topic="Local API", ok=True, value=endpoint.url)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            if sys.platform != "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((LOOPBACK, port))
    except OSError as error:
        mend = "Close what uses it, or choose another port in the settings."
        return Finding(topic="Local API", ok=False, value=f"port {port} is taken ({error.strerror})", mend=mend)
    return Finding(topic="Local API", ok=True, value=f"port {port} is free")


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
