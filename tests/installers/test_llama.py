"""Build flags, cache keys and sources of llama-cpp-python, and that the installed build decodes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from installers import environment, llama

AMX_MACHINE = {"sse4_2", "avx", "avx2", "fma", "f16c", "bmi2", "amx_tile", "amx_int8", "avx512_bf16"}
WIDE = AMX_MACHINE | {"avx512f", "avx512cd", "avx512vl", "avx512dq", "avx512bw", "avx512vbmi", "avx512_vnni"}


def test_a_linux_build_is_portable() -> None:
    flags = llama.cmake_flags("linux", "x86_64", AMX_MACHINE)
    assert flags[0] == "-DGGML_NATIVE=OFF"
    assert {"-DGGML_SSE42=ON", "-DGGML_AVX2=ON", "-DGGML_FMA=ON", "-DGGML_F16C=ON", "-DGGML_BMI2=ON"} <= set(flags)
    assert not [flag for flag in flags if "AMX" in flag or "AVX512" in flag]
    assert "-DCMAKE_INSTALL_LIBDIR=llama_cpp/lib" in flags


def test_wide_vectors_only_where_the_processor_has_them() -> None:
    wide = {"-DGGML_AVX512=ON", "-DGGML_AVX512_VBMI=ON", "-DGGML_AVX512_VNNI=ON"}
    assert wide <= set(llama.cmake_flags("linux", "x86_64", WIDE))
    assert not wide & set(llama.cmake_flags("win32", "AMD64", None))
    assert "-DGGML_AVX512=ON" not in llama.cmake_flags("linux", "x86_64", WIDE - {"avx512bw"})


def test_an_old_processor_gets_what_it_has() -> None:
    flags = llama.cmake_flags("linux", "x86_64", {"sse4_2", "avx"})
    assert {"-DGGML_AVX=ON", "-DGGML_AVX2=OFF", "-DGGML_FMA=OFF", "-DGGML_F16C=OFF", "-DGGML_BMI2=OFF"} <= set(flags)


def test_a_mac_keeps_metal_and_its_own_defaults() -> None:
    assert llama.cmake_flags("darwin", "arm64", None) == list(llama.INSTALL_FLAGS)


def test_extra_flags_come_last_and_change_the_key() -> None:
    plain = llama.cmake_flags("linux", "x86_64", WIDE)
    cuda = llama.cmake_flags("linux", "x86_64", WIDE, "-DGGML_CUDA=ON '-DX=a b'")
    assert cuda == [*plain, "-DGGML_CUDA=ON", "-DX=a b"]
    assert llama.wheel_key("1.0", "linux_x86_64", plain) != llama.wheel_key("1.0", "linux_x86_64", cuda)
    assert llama.wheel_key("1.0", "linux_x86_64", plain) != llama.wheel_key("1.1", "linux_x86_64", plain)
    assert llama.wheel_key("1.0", "linux_x86_64", plain).startswith("llama_cpp_python-1.0-linux_x86_64-")


def test_the_processor_is_read_from_cpuinfo(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nflags\t\t: fpu avx2 fma\n\nprocessor\t: 1\nflags\t\t: fpu\n")
    assert llama.cpu_features(cpuinfo) == {"fpu", "avx2", "fma"}
    assert llama.cpu_features(tmp_path / "absent") is None


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
    assert llama.cache_dir(system, env, Path("/u")) == Path(PurePosixPath(expected))


def test_the_lock_pins_the_version_the_project_asks_for() -> None:
    version = llama.llama_version(environment.LLAMA_LOCK.read_text())
    assert llama.wanted_llama((environment.ROOT / "pyproject.toml").read_text()) == f"llama-cpp-python=={version}"


def test_a_prebuilt_wheel_is_never_compiled() -> None:
    assert llama.prebuilt_arguments("/w/x.whl", "1.0") == ["/w/x.whl"]
    folder = llama.prebuilt_arguments("/w", "1.0")
    assert folder[:3] == ["--no-index", "--find-links", "/w"]
    index = llama.prebuilt_arguments("https://example.org/whl/cu125", "1.0")
    assert index[:2] == ["--index-url", "https://example.org/whl/cu125"]
    for arguments in (folder, index):
        assert arguments[-3:] == ["--only-binary", ":all:", "llama-cpp-python==1.0"]


def test_the_proof_passes_with_the_installed_build() -> None:
    done = subprocess.run([sys.executable, "-c", llama.PROOF], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_prebuilt_path_does_not_depend_on_where_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert llama.local_source("x.whl") == str(tmp_path / "x.whl")
    assert llama.local_source("https://example.org/whl") == "https://example.org/whl"
    assert llama.local_source("") == ""
