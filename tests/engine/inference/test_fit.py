"""The verdict follows from bytes, and the GPU plan from what is free, halved on failure."""

from __future__ import annotations

import pytest

from app.engine.domain.machine import Device, Memory
from app.engine.domain.models import CatalogueEntry
from app.engine.inference.fit import (
    GPU_MARGIN,
    MARGIN,
    fit,
    fit_entry,
    fit_file,
    in_gb,
    kv_bytes_per_token,
    needed_bytes,
    plan_after_failure,
    plan_gpu,
)
from app.engine.inference.gguf import GgufHeader

GB = 10**9

# The shape of Llama 3.1 8B Instruct Q4_K_M: 32 layers, 8 key-value heads of 128.
LLAMA_8B = GgufHeader(
    architecture="llama",
    name="Llama 3.1 8B",
    parameters=8_030_000_000,
    quantisation="Q4_K_M",
    dominant_type="Q4_K",
    context_length=131072,
    embedding_length=4096,
    layers=32,
    heads=32,
    kv_heads=(8,) * 32,
    key_length=128,
    value_length=128,
    vocab_size=128256,
    chat_template="x",
    licence="llama3.1",
    size_bytes=4_920_000_000,
    tensor_bytes=4_912_000_000,
    block_bytes=(134_000_000,) * 32,
    other_bytes=4_912_000_000 - 32 * 134_000_000,
)


def gpu(free: int) -> Device:
    return Device(name="CUDA0", description="test", kind="gpu", memory=Memory(total=24 * GB, free=free))


def test_the_cache_of_llama_8b_is_the_published_128_kib_per_token() -> None:
    assert kv_bytes_per_token(LLAMA_8B) == 128 * 1024
    assert kv_bytes_per_token(LLAMA_8B, "q8_0") == 128 * 1024 * 34 // 64
    assert kv_bytes_per_token(LLAMA_8B, "q4_0") == 128 * 1024 * 18 // 64


def test_the_need_grows_with_the_context() -> None:
    small, large = needed_bytes(LLAMA_8B, 2048), needed_bytes(LLAMA_8B, 32768)
    assert large - small == pytest.approx(30720 * 128 * 1024 * 1.05, abs=2)
    assert small > LLAMA_8B.tensor_bytes + MARGIN


@pytest.mark.parametrize(
    ("free", "verdict"), [(3_200_000_000, "too_large"), (6_700_000_000, "tight"), (16 * GB, "fits")]
)
def test_the_verdict(free: int, verdict: str) -> None:
    found = fit(LLAMA_8B, 8192, "f16", free)
    assert found.verdict == verdict
    assert found.reason.startswith("needs 6.6 GB, ")
    assert found.free_bytes == free


def test_the_way_out_depends_on_the_file() -> None:
    assert "try a smaller model" in fit(LLAMA_8B, 8192, "f16", GB).reason
    assert "3.2 GB are free — try a Q4 file" in fit_file(8 * GB, 3_200_000_000, "Q8_0").reason
    assert fit_file(0, GB).verdict == "unknown"


def test_an_entry_is_judged_by_its_published_numbers() -> None:
    entry = CatalogueEntry(
        id="x",
        name="x",
        description="",
        repo="a/b",
        file="c.gguf",
        parameters=LLAMA_8B.parameters,
        quantisation="Q4_K_M",
        size_bytes=LLAMA_8B.tensor_bytes,
        context_length=131072,
        licence="llama3.1",
        kv_bytes_per_token=128 * 1024,
    )
    assert fit_entry(entry, 16 * GB) == fit(LLAMA_8B, 8192, "f16", 16 * GB)


def test_all_layers_go_to_a_gpu_that_holds_them() -> None:
    plan = plan_gpu(LLAMA_8B, 8192, "f16", gpu(20 * GB))
    assert (plan.layers, plan.all_layers, plan.device) == (33, True, "CUDA0")
    assert plan.reason == "all layers fit, 20 GB are free"


def test_else_as_many_as_fit() -> None:
    per_layer = 134_000_000 + 8192 * 4096
    plan = plan_gpu(LLAMA_8B, 8192, "f16", gpu(GPU_MARGIN + 10 * per_layer + 5))
    assert (plan.layers, plan.all_layers) == (10, False)
    assert "10 of 33 layers fit" in plan.reason
    assert plan_gpu(LLAMA_8B, 8192, "q4_0", gpu(GPU_MARGIN + 10 * per_layer + 5)).layers > 10


def test_no_gpu_a_full_gpu_and_a_wish() -> None:
    assert plan_gpu(LLAMA_8B, 8192, "f16", None).device == "CPU"
    full = plan_gpu(LLAMA_8B, 8192, "f16", gpu(GPU_MARGIN))
    assert (full.layers, full.device) == (0, "CPU")
    assert "not one layer fits" in full.reason
    assert plan_gpu(LLAMA_8B, 8192, "f16", gpu(GB), wanted=99).layers == 33
    assert plan_gpu(LLAMA_8B, 8192, "f16", gpu(GB), wanted=4).reason == "4 of 33 layers, as set"


def test_a_failure_halves_down_to_the_processor() -> None:
    plan = plan_gpu(LLAMA_8B, 8192, "f16", gpu(20 * GB))
    tried = [plan.layers]
    while (after := plan_after_failure(plan, "out of memory")) is not None:
        plan = after
        tried.append(plan.layers)
    assert tried == [33, 16, 8, 4, 2, 1, 0]
    assert plan.reason == "CUDA0 refused: out of memory"


def test_amounts_read_well() -> None:
    assert [in_gb(n) for n in (300_000_000, 5_120_000_000, 42_400_000_000)] == ["0.3 GB", "5.1 GB", "42 GB"]
