"""The set-up: locks, libraries, stamps, the proof that ends it, and one lock holder at a time."""

from __future__ import annotations

import ast
import re
import sys
import threading
from pathlib import Path

import pytest

from installers import environment as setup


@pytest.mark.parametrize("lock", [*setup.LOCKS.values(), setup.LLAMA_LOCK], ids=lambda path: path.name)
def test_a_lock_holds_hashes_and_no_foreign_source(lock: Path) -> None:
    text = lock.read_text()
    packages = re.findall(r"^[a-z0-9][^\n]*==", text, re.MULTILINE)
    assert packages
    assert len(packages) == len(re.findall(r"\\\n    --hash=sha256:[0-9a-f]{64}(?: \\\n    --hash=\S+)*\n", text))
    assert not re.search(r"index-url|find-links|file:|https?:", text)
    assert "torch==" not in text


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lacks libraries")
def test_missing_libraries_are_named_with_the_command() -> None:
    have = {"libEGL.so.1", "libxkbcommon.so.0", "libdbus-1.so.3", "libfontconfig.so.1", "libglib-2.0.so.0"}
    for_import = setup.missing_libraries(window=False, loads=have.__contains__)
    assert [row[0] for row in for_import] == ["libGL.so.1"]
    message = setup.libraries_message(setup.missing_libraries(window=True, loads=have.__contains__))
    assert "sudo apt-get install -y --no-install-recommends libgl1 " in message
    assert "libxcb-cursor0" in message
    assert "dnf install" in message
    assert setup.missing_libraries(window=True, loads=lambda name: True) == []


def test_a_library_that_does_not_exist_is_missing() -> None:
    assert not setup.can_load("libpaddock-is-not-a-library.so.99")


@pytest.mark.parametrize(
    ("env", "system", "display"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"QT_QPA_PLATFORM": "vnc"}, "linux", True),
        ({}, "darwin", True),
        ({}, "win32", True),
    ],
)
def test_where_a_window_can_be_shown(env: dict[str, str], system: str, display: bool) -> None:
    assert setup.has_display(env, system) is display


def test_settings_of_tools_do_not_renew_the_environment() -> None:
    base = "[project]\nname = 'x'\ndependencies = ['a']\n"
    assert setup.project_table(base) == setup.project_table(base + "[tool.ruff]\nline-length = 9\n")
    assert setup.project_table(base) != setup.project_table(base.replace("'a'", "'b'"))


def test_the_environment_for_development_serves_to_run() -> None:
    wanted = {"runtime": "r", "dev": "d"}
    assert setup.is_current({"dev": "d"}, "runtime", wanted)
    assert setup.is_current({"runtime": "r"}, "runtime", wanted)
    assert not setup.is_current({"runtime": "r"}, "dev", wanted)
    assert not setup.is_current({"dev": "old"}, "runtime", wanted)
    assert not setup.is_current({}, "runtime", wanted)


def test_a_stamp_depends_on_every_part_and_on_where_parts_end() -> None:
    assert setup.stamp_of(["a", "b"]) == setup.stamp_of(["a", "b"])
    assert setup.stamp_of(["a", "b"]) != setup.stamp_of(["ab", ""])


def test_only_one_sets_up_at_a_time(tmp_path: Path) -> None:
    order: list[str] = []
    waiting = threading.Event()

    def second() -> None:
        waiting.set()
        with setup.only_one(tmp_path / "cache" / "lock"):
            order.append("second")

    with setup.only_one(tmp_path / "cache" / "lock"):
        other = threading.Thread(target=second)
        other.start()
        assert waiting.wait(10)
        order.append("first")
    other.join(10)
    assert order == ["first", "second"]


def test_the_choice_of_a_wheel_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "VENV", Path(sys.prefix))
    monkeypatch.setattr(setup, "STAMP", tmp_path / "stamp.json")
    index = "https://example.org/whl/cu125"
    setup.Environment({"PADDOCK_LLAMA_WHEEL": index, "PADDOCK_CMAKE_ARGS": "-DX=1"}).write_stamp(dev="d")
    again = setup.Environment({})
    assert (again.prebuilt, again.flags[-1]) == (index, "-DX=1")
    assert again.read_stamp()["dev"] == "d"
    assert setup.Environment({"PADDOCK_LLAMA_WHEEL": ""}).prebuilt == ""


def test_a_failed_proof_removes_the_cached_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = setup.Environment()
    environment.wheels = tmp_path / "wheels"
    environment.wheels.mkdir()
    (environment.wheels / "bad.whl").touch()
    environment.python = Path(sys.executable)
    monkeypatch.setattr(setup, "VENV", tmp_path)
    monkeypatch.setattr(setup, "PROOF", "import ctypes; ctypes.string_at(0)")
    with pytest.raises(setup.SetupError, match="PADDOCK_LLAMA_WHEEL"):
        environment.prove()
    assert not environment.wheels.exists()


def test_a_missing_compiler_is_named_before_any_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = setup.Environment()
    environment.wheels, environment.prebuilt = tmp_path, ""
    monkeypatch.setattr(setup, "compiler_message", lambda: "no compiler")
    with pytest.raises(setup.SetupError, match="no compiler"):
        environment.check_compiler()
    (tmp_path / "built.whl").touch()
    environment.check_compiler()


class Extras:
    """An environment in a temporary place that writes down what pip was asked for; `refuses` fails from then on."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.refuses = False
        monkeypatch.setattr(setup, "VENV", Path(sys.prefix))
        monkeypatch.setattr(setup, "STAMP", root / "stamp.json")
        self._monkeypatch = monkeypatch
        self._cache = root / "cache"
        self._cache.mkdir()

    def environment(self) -> setup.Environment:
        """Return the environment as the next call of dev.py finds it."""
        made = setup.Environment({})
        made.cache = self._cache
        self._monkeypatch.setattr(made, "pip", self._pip)
        for step in ("check_compiler", "install_llama", "prove"):
            self._monkeypatch.setattr(made, step, lambda: None)
        return made

    def _pip(self, *arguments: str) -> None:
        if self.refuses and str(setup.LOCKS["runtime"]) not in arguments and "--editable" not in arguments:
            raise setup.SetupError("no network")
        self.asked.append(arguments)


@pytest.fixture
def extras(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Extras:
    return Extras(tmp_path, monkeypatch)


def test_torch_comes_first_and_for_processors(extras: Extras, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    environment = extras.environment()
    environment.write_stamp(runtime="r", dev="d")
    environment.add_extra("torch")
    first, second = extras.asked
    assert first[-1] == "torch==2.13.0" and "--no-deps" in first and setup.TORCH_CPU_INDEX in first
    assert second[-1] == str(setup.EXTRAS["torch"])
    constraints = Path(second[second.index("--constraint") + 1]).read_text()
    assert re.search(r"^numpy==[\d.]+", constraints, re.MULTILINE) and "hash" not in constraints
    stamp = extras.environment().read_stamp()
    assert (stamp["extras"], stamp["runtime"], stamp["dev"]) == ("torch", "r", "d")


def test_other_systems_and_extras_need_no_other_index(extras: Extras, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = extras.environment()
    environment.add_extra("ocr")
    monkeypatch.setattr(sys, "platform", "darwin")
    environment.add_extra("torch")
    environment.add_extra("torch")
    assert [asked[-1] for asked in extras.asked] == [str(setup.EXTRAS[name]) for name in ("ocr", "torch", "torch")]
    assert extras.environment().extras == ["ocr", "torch"]


def test_an_extra_outlives_a_renewed_environment(
    extras: Extras, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    extras.environment().add_extra("ocr")
    extras.asked.clear()
    extras.environment().ensure("runtime")
    assert extras.asked[-1][-1] == str(setup.EXTRAS["ocr"])
    extras.asked.clear()
    extras.environment().ensure("runtime")
    assert extras.asked == []
    # Another Python makes .venv anew, and the extra comes back.
    monkeypatch.setattr(setup.platform, "python_version", lambda: "3.99.0")
    environment = extras.environment()
    monkeypatch.setattr(environment, "create", lambda: None)
    environment.ensure("runtime")
    assert extras.asked[-1][-1] == str(setup.EXTRAS["ocr"])
    # Without a network everything else still works.
    extras.refuses = True
    environment = extras.environment()
    environment.write_stamp(runtime="old")
    environment.ensure("runtime")
    assert "dev.py extra ocr" in capsys.readouterr().err
    assert setup.is_current(environment.read_stamp(), "runtime", environment.wanted())
    assert extras.environment().extras == ["ocr"]


@pytest.mark.parametrize("file", setup.EXTRAS.values(), ids=lambda path: path.name)
def test_extras_are_pinned(file: Path) -> None:
    pins = setup.requirements_of(file.read_text())
    assert pins and all(re.fullmatch(r"[a-z-]+==\d+\.\d+\.\d+", pin) for pin in pins)


@pytest.mark.parametrize("file", ["dev.py", "installers/environment.py", "installers/llama.py"])
def test_an_old_python_can_read_the_set_up(file: str) -> None:
    ast.parse((setup.ROOT / file).read_text(), feature_version=(3, 7))
