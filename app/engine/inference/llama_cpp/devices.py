"""Lists what llama.cpp can compute on, in a throw-away process: a broken GPU driver may crash whoever asks.

Run as a module it prints one JSON object; `list_devices` is what the app calls. Must not load models.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import sys
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import Any

import msgspec
from msgspec import Struct

from app.engine.domain.machine import Device
from app.engine.runtime.processes import child_command, child_environment

MODULE = "app.engine.inference.llama_cpp.devices"
_KINDS = ("cpu", "gpu", "igpu", "accelerator")  # enum ggml_backend_dev_type in ggml-backend.h


class Build(Struct, frozen=True, kw_only=True):
    """What the installed llama.cpp offers. `error` says why nothing could be learned."""

    version: str = ""
    features: str = ""
    offers_gpu: bool = False
    devices: tuple[Device, ...] = ()
    error: str = ""

    @property
    def gpu(self) -> Device | None:
        """The GPU with the most free memory, or None."""
        gpus = [device for device in self.devices if device.kind in ("gpu", "igpu")]
        return max(gpus, key=lambda device: device.memory.free, default=None)


async def examine_build(seconds: float) -> Build:
    """Ask a child process what llama.cpp offers; never raises."""
    process = await asyncio.create_subprocess_exec(
        *child_command(MODULE), stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, env=child_environment()
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), seconds)
        return msgspec.json.decode(output.splitlines()[-1], type=Build)
    except TimeoutError:
        process.kill()
        await process.communicate()
        return Build(error=f"llama.cpp did not answer within {seconds:g} s")
    except (IndexError, msgspec.DecodeError):
        return Build(error=f"the process that asks llama.cpp ended with status {process.returncode}")


def _devices(library: Any) -> list[dict[str, Any]]:
    for name, result in (("name", ctypes.c_char_p), ("description", ctypes.c_char_p), ("type", ctypes.c_int)):
        function = getattr(library, f"ggml_backend_dev_{name}")
        function.restype, function.argtypes = result, [ctypes.c_void_p]
    library.ggml_backend_dev_count.restype = ctypes.c_size_t
    library.ggml_backend_dev_get.restype, library.ggml_backend_dev_get.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    memory = library.ggml_backend_dev_memory
    memory.restype, memory.argtypes = None, [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    return [_device(library, library.ggml_backend_dev_get(n)) for n in range(library.ggml_backend_dev_count())]


def _device(library: Any, device: Any) -> dict[str, Any]:
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    library.ggml_backend_dev_memory(device, ctypes.byref(free), ctypes.byref(total))
    kind = library.ggml_backend_dev_type(device)
    return {
        "name": library.ggml_backend_dev_name(device).decode(),
        "description": library.ggml_backend_dev_description(device).decode(),
        "kind": _KINDS[kind] if 0 <= kind < len(_KINDS) else "other",
        "memory": {"total": total.value, "free": free.value},
    }


def main() -> int:
    """Print the build as JSON."""
    import llama_cpp

    callback = llama_cpp.llama_log_callback(lambda *_: None)
    llama_cpp.llama_log_set(callback, ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()
    build = {
        "version": llama_cpp.__version__,
        "features": llama_cpp.llama_print_system_info().decode(),
        "offers_gpu": bool(llama_cpp.llama_supports_gpu_offload()),
    }
    try:
        build["devices"] = _devices(_ggml())
    except (AttributeError, OSError, StopIteration) as error:
        build["error"] = f"the devices could not be listed: {error}"
    sys.stdout.write(json.dumps(build) + "\n")
    return 0


def _ggml() -> Any:
    """Return ggml's own library, which stands beside llama.cpp's and exports the registry of devices."""
    import llama_cpp

    folder = Path(llama_cpp.__file__).parent / "lib"
    names = ("libggml.so", "libggml.dylib", "ggml.dll")
    return ctypes.CDLL(str(next(folder / name for name in names if (folder / name).exists())))


if __name__ == "__main__":
    sys.exit(main())
