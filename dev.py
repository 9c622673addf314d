#!/usr/bin/env python3
"""The developer's one door: `python3 dev.py run|test|lint|types|bench|package|extra`.

Makes `.venv` and installs what the lock files name when something changed, then does the task. Standard library
only; must parse on any Python 3, so that an old one gets a sentence instead of a traceback.

Environment: PADDOCK_LLAMA_WHEEL takes a prebuilt llama-cpp-python (a wheel, a folder of wheels or an index URL),
PADDOCK_CMAKE_ARGS adds CMake flags to the build (`-DGGML_CUDA=ON`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from installers.environment import (
    EXTRAS,
    LLAMA_LOCK,
    LOCKS,
    ROOT,
    Environment,
    SetupError,
    has_display,
    libraries_message,
    missing_libraries,
    say,
)
from installers.llama import wanted_llama

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

OLDEST, NEWEST = (3, 11), (3, 13)


def python_fits(version: tuple[int, ...]) -> bool:
    """Tell whether Paddock runs on this Python version."""
    return OLDEST <= version[:2] <= NEWEST


def python_message(version: tuple[int, ...]) -> str:
    """Return what to say when neither this Python nor another one on PATH fits."""
    return (
        f"Paddock needs Python 3.{OLDEST[1]} to 3.{NEWEST[1]}, this is {version[0]}.{version[1]} and no other was "
        "found on PATH. Install one (Debian/Ubuntu: sudo apt install python3.12 python3.12-venv; others: "
        "https://www.python.org) and run: python3.12 dev.py ..."
    )


def find_python() -> str | None:
    """Return another interpreter on PATH that fits and starts, the newest first."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and subprocess.call([found, "-c", "import venv, ensurepip"], stderr=subprocess.DEVNULL) == 0:
            return found
    return None


def task_env(env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of tests and benchmarks: no screen needed, and text in UTF-8 (Qt warns otherwise)."""
    changed = {"QT_QPA_PLATFORM": "offscreen", **env}
    locale = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or "C"
    if sys.platform.startswith("linux") and locale in ("C", "POSIX"):
        changed["LC_ALL"] = "C.UTF-8"
    return changed


def call(environment: Environment, *arguments: str, env: Mapping[str, str] | None = None) -> int:
    """Run a module with the environment's Python in the repository; returns its exit status."""
    process = subprocess.Popen([str(environment.python), *arguments], cwd=str(ROOT), env=dict(env or os.environ))
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the child got it too and ends in its own way
            continue


def require_libraries(*, window: bool) -> None:
    """Raise SetupError when Qt lacks system libraries."""
    missing = missing_libraries(window=window)
    if missing:
        raise SetupError(libraries_message(missing))


def warn_of_libraries() -> None:
    """Mention missing system libraries without stopping."""
    missing = missing_libraries(window=True)
    if missing:
        say(libraries_message(missing))


def run(environment: Environment, rest: list[str]) -> int:
    """Open the app, or run one of its commands."""
    opens_window = not rest or (rest[0].startswith("-") and rest[0] not in ("-h", "--help", "--version"))
    if opens_window and has_display(os.environ):
        require_libraries(window=True)
    environment.ensure("runtime")
    if opens_window and not has_display(os.environ):
        command = environment.python.with_name("paddock").relative_to(ROOT)
        say(f'There is no display here for the window; use `{command} serve` or `{command} chat "Hello"`.')
        return 1
    return call(environment, "-m", "app", *rest)


def test(environment: Environment, rest: list[str]) -> int:
    """Run the tests; the rest goes to pytest."""
    require_libraries(window=False)
    environment.ensure("dev")
    return call(environment, "-m", "pytest", *rest, env=task_env(os.environ))


def lint(environment: Environment, rest: list[str]) -> int:
    """Check style, formatting and import contracts."""
    warn_of_libraries()
    environment.ensure("dev")
    checks = (
        ["-m", "ruff", "check", *(rest or ["."])],
        ["-m", "ruff", "format", "--check", "."],
        ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    )
    statuses = [call(environment, *check) for check in checks]
    return 1 if any(statuses) else 0


def types(environment: Environment, rest: list[str]) -> int:
    """Check types; the rest goes to mypy."""
    warn_of_libraries()
    environment.ensure("dev")
    return call(environment, "-m", "mypy", *rest)


def bench(environment: Environment, rest: list[str]) -> int:
    """Measure; the rest says what (`inference`, `window`, `--json`)."""
    warn_of_libraries()
    environment.ensure("dev")
    return call(environment, "-m", "tests.benchmarks", *rest, env=task_env(os.environ))


def package(environment: Environment, rest: list[str]) -> int:
    """Build the one-folder program into dist/."""
    require_libraries(window=False)
    environment.ensure("dev")
    where = ["--distpath", "dist", "--workpath", "build"]
    return call(environment, "-m", "PyInstaller", "--noconfirm", *where, *rest, "installers/paddock.spec")


def extra(environment: Environment, rest: list[str]) -> int:
    """Install an optional extra: `torch` (embeddings by sentence-transformers) or `ocr` (words in pictures)."""
    if len(rest) != 1 or rest[0] not in EXTRAS:
        raise SetupError(f"usage: python3 dev.py extra {'|'.join(EXTRAS)}")
    environment.ensure("runtime")
    environment.add_extra(rest[0])
    return 0


def lock(environment: Environment, rest: list[str]) -> int:
    """Renew the lock files with uv, which has to be on PATH; `--upgrade` takes the newest versions."""
    uv = shutil.which("uv")
    if uv is None:
        raise SetupError("Renewing the lock files needs uv on PATH: pipx install uv")
    plain = ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    command = [
        uv,
        *["pip", "compile", "-q", "--universal", "--python-version", "3.11", "--generate-hashes"],
        *plain,
        *rest,
    ]
    without = ["--no-emit-package", "llama-cpp-python", "pyproject.toml"]
    pinned = wanted_llama((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    jobs = (
        ([*without, "--group", "setup", "-o", LOCKS["runtime"].name], None),
        ([*without, "--group", "dev", "-c", LOCKS["runtime"].name, "-o", LOCKS["dev"].name], None),
        (["--no-deps", "-", "-o", LLAMA_LOCK.name], pinned.encode()),
    )
    for arguments, text in jobs:
        subprocess.run([*command, *arguments], cwd=str(ROOT), input=text, stdout=subprocess.DEVNULL, check=True)
    return 0


def system(environment: Environment, rest: list[str]) -> int:
    """Print the Debian packages that are missing, one line, for scripts."""
    print(" ".join(sorted({row[1] for row in missing_libraries(window=True)})))
    return 0


TASKS = {"run": run, "test": test, "lint": lint, "types": types, "bench": bench, "package": package, "extra": extra}
MAINTENANCE = {"lock": lock, "system": system}


def main(arguments: list[str]) -> int:
    """Do one task; returns its exit status."""
    if not python_fits(tuple(sys.version_info[:2])):
        other = find_python()
        if other is None:
            say(python_message(tuple(sys.version_info[:2])))
            return 1
        return subprocess.call([other, str(Path(__file__).resolve()), *arguments])
    task = {**TASKS, **MAINTENANCE}.get(arguments[0]) if arguments else None
    if task is None:
        width = max(map(len, TASKS))
        say(f"usage: python3 dev.py {'|'.join(TASKS)} [...]\n")
        say("\n".join(f"  {name:<{width}}  {task.__doc__}" for name, task in TASKS.items()))
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    try:
        return task(Environment(), arguments[1:])
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Stopped; the next call goes on from here.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
