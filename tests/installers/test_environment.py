"""The set-up: build flags, cache keys, messages and stamps, all as pure functions; and one lock holder at a time."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import threading
from pathlib import Path, PurePosixPath

import pytest

from installers import environment as setup

AMX_MACHINE = {"sse4_2", "avx", "avx2", "fma", "f16c", "bmi2", "amx_tile", "amx_int8", "avx512_bf16"}
WIDE = AMX_MACHINE | {"avx512f", "avx512cd", "avx512vl", "avx512dq", "avx512bw", "avx512vbmi", "avx512_vnni"}


def test_a_linux_build_is_portable() -> None:
    flags = setup.cmake_flags("linux", "x86_64", AMX_MACHINE)
    assert flags[0] == "-DGGML_NATIVE=OFF"
    assert {"-DGGML_SSE42=ON", "-DGGML_AVX2=ON", "-DGGML_FMA=ON", "-DGGML_F16C=ON", "-DGGML_BMI2=ON"} <= set(flags)
    assert not [flag for flag in flags if "AMX" in flag or "AVX512" in flag]
    assert "-DCMAKE_INSTALL_LIBDIR=llama_cpp/lib" in flags


def test_wide_vectors_only_where_the_processor_has_them() -> None:
    wide = {"-DGGML_AVX512=ON", "-DGGML_AVX512_VBMI=ON", "-DGGML_AVX512_VNNI=ON"}
    assert wide <= set(setup.cmake_flags("linux", "x86_64", WIDE))
    assert not wide & set(setup.cmake_flags("win32", "AMD64", None))
    assert "-DGGML_AVX512=ON" not in setup.cmake_flags("linux", "x86_64", WIDE - {"avx512bw"})


def test_an_old_processor_gets_what_it_has() -> None:
    flags = setup.cmake_flags("linux", "x86_64", {"sse4_2", "avx"})
    assert {"-DGGML_AVX=ON", "-DGGML_AVX2=OFF", "-DGGML_FMA=OFF", "-DGGML_F16C=OFF", "-DGGML_BMI2=OFF"} <= set(flags)


def test_a_mac_keeps_metal_and_its_own_defaults() -> None:
    assert setup.cmake_flags("darwin", "arm64", None) == list(setup.INSTALL_FLAGS)


def test_extra_flags_come_last_and_change_the_key() -> None:
    plain = setup.cmake_flags("linux", "x86_64", WIDE)
    cuda = setup.cmake_flags("linux", "x86_64", WIDE, "-DGGML_CUDA=ON '-DX=a b'")
    assert cuda == [*plain, "-DGGML_CUDA=ON", "-DX=a b"]
    assert setup.wheel_key("1.0", "linux_x86_64", plain) != setup.wheel_key("1.0", "linux_x86_64", cuda)
    assert setup.wheel_key("1.0", "linux_x86_64", plain) != setup.wheel_key("1.1", "linux_x86_64", plain)
    assert setup.wheel_key("1.0", "linux_x86_64", plain).startswith("llama_cpp_python-1.0-linux_x86_64-")


def test_the_processor_is_read_from_cpuinfo(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nflags\t\t: fpu avx2 fma\n\nprocessor\t: 1\nflags\t\t: fpu\n")
    assert setup.cpu_features(cpuinfo) == {"fpu", "avx2", "fma"}
    assert setup.cpu_features(tmp_path / "absent") is None


@pytest.mark.parametrize(
    ("system", "env", "expected"),
    [
        ("linux", {}, "/u/.cache/paddock"),
        ("linux", {"XDG_CACHE_HOME": "/c"}, "/c/paddock"),
        ("darwin", {}, "/u/Library/Caches/paddock"),
        ("win32", {"LOCALAPPDATA": "/l"}, "/l/paddock/Cache"),
        ("win32", {}, "/u/AppData/Local/paddock/Cache"),
    ],
)
def test_the_cache_is_where_the_platform_wants_it(system: str, env: dict[str, str], expected: str) -> None:
    assert setup.cache_dir(system, env, Path("/u")) == Path(PurePosixPath(expected))


def test_the_lock_pins_the_version_the_project_asks_for() -> None:
    version = setup.llama_version(setup.LLAMA_LOCK.read_text())
    assert f'"llama-cpp-python=={version}"' in (setup.ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize("lock", [*setup.LOCKS.values(), setup.LLAMA_LOCK], ids=lambda path: path.name)
def test_a_lock_holds_hashes_and_no_foreign_source(lock: Path) -> None:
    text = lock.read_text()
    packages = re.findall(r"^[a-z0-9][^\n]*==", text, re.MULTILINE)
    assert packages
    assert len(packages) == len(re.findall(r"\\\n    --hash=sha256:[0-9a-f]{64}(?: \\\n    --hash=\S+)*\n", text))
    assert not re.search(r"index-url|find-links|file:|https?:", text)
    assert "torch==" not in text


def test_a_prebuilt_wheel_is_never_compiled() -> None:
    assert setup.prebuilt_arguments("/w/x.whl", "1.0") == ["/w/x.whl"]
    folder = setup.prebuilt_arguments("/w", "1.0")
    assert folder[:3] == ["--no-index", "--find-links", "/w"]
    index = setup.prebuilt_arguments("https://example.org/whl/cu125", "1.0")
    assert index[:2] == ["--index-url", "https://example.org/whl/cu125"]
    for arguments in (folder, index):
        assert arguments[-3:] == ["--only-binary", ":all:", "llama-cpp-python==1.0"]


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


@pytest.mark.parametrize("file", ["dev.py", "installers/environment.py"])
def test_an_old_python_can_read_the_set_up(file: str) -> None:
    ast.parse((setup.ROOT / file).read_text(), feature_version=(3, 7))


def test_the_proof_passes_with_the_installed_build() -> None:
    done = subprocess.run([sys.executable, "-c", setup.PROOF], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
