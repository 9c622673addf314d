"""Will it fit, and how much of it on the GPU? Arithmetic on facts that others measured. No I/O."""

from __future__ import annotations

from msgspec import Struct

from app.engine.domain.machine import Device, Memory
from app.engine.domain.models import CatalogueEntry, FitVerdict, KvType
from app.engine.inference.gguf import GgufHeader

# Bytes per element: f16; q8_0 stores 32 in 34 bytes, q4_0 32 in 18.
KV_ELEMENT_BYTES: dict[KvType, float] = {"f16": 2.0, "q8_0": 34 / 32, "q4_0": 18 / 32}

MARGIN = 300 * 1024**2
MARGIN_SHARE = 0.05
GPU_MARGIN = 600 * 1024**2
TIGHT_SHARE = 0.85
USUAL_CONTEXT = 8192

GB = 1e9


class GpuPlan(Struct, frozen=True, kw_only=True):
    """How many layers go to the device, and why. `layers` 0 is the processor alone, `all_layers` has the output too."""

    layers: int
    all_layers: bool
    device: str
    reason: str


def kv_bytes_per_token(header: GgufHeader, kv_type: KvType = "f16") -> int:
    """Return bytes of key and value for one token over all layers.

    An upper bound: sliding windows and shared layers need less.
    """
    elements = sum(header.kv_heads) * (header.key_length + header.value_length)
    return round(elements * KV_ELEMENT_BYTES[kv_type])


def needed_bytes(header: GgufHeader, context_length: int, kv_type: KvType = "f16") -> int:
    """Return the memory a loaded model takes: weights, key-value cache and compute buffers."""
    return _with_margin(header.tensor_bytes, kv_bytes_per_token(header, kv_type) * context_length)


def usual_context(trained: int) -> int:
    """Return the context a verdict assumes when nobody has chosen one, in tokens."""
    return min(trained or USUAL_CONTEXT, USUAL_CONTEXT)


def fit(header: GgufHeader, context_length: int, kv_type: KvType, free: int) -> FitVerdict:
    """Judge a file that is on disk against `free` bytes."""
    return judge(needed_bytes(header, context_length, kv_type), free, context_length, header.quantisation)


def fit_entry(entry: CatalogueEntry, free: int) -> FitVerdict:
    """Judge a catalogue entry from its published numbers, with the usual context."""
    context = usual_context(entry.context_length)
    needed = _with_margin(entry.size_bytes, entry.kv_bytes_per_token * context)
    return judge(needed, free, context, entry.quantisation)


def fit_file(size_bytes: int, free: int, quantisation: str = "") -> FitVerdict:
    """Judge a file of which only the size is known; its cache is guessed from the size."""
    if size_bytes <= 0:
        return FitVerdict(verdict="unknown", needed_bytes=0, free_bytes=free, reason="the size is not known")
    return judge(_with_margin(size_bytes, size_bytes // 8), free, USUAL_CONTEXT, quantisation)


def judge(needed: int, free: int, context_length: int, quantisation: str) -> FitVerdict:
    """Compare and put into words, with what would help when it does not fit."""
    amounts = f"needs {in_gb(needed)}, {in_gb(free)} are free"
    if needed > free:
        return FitVerdict(
            verdict="too_large", needed_bytes=needed, free_bytes=free, reason=f"{amounts} — {_way_out(quantisation)}"
        )
    if needed > free * TIGHT_SHARE:
        words = f"{amounts} — close other programs or choose a context below {context_length} tokens"
        return FitVerdict(verdict="tight", needed_bytes=needed, free_bytes=free, reason=words)
    return FitVerdict(verdict="fits", needed_bytes=needed, free_bytes=free, reason=amounts)


def in_gb(count: int) -> str:
    """Return bytes as a person reads them: 0.3 GB, 5.1 GB, 42 GB."""
    return f"{count / GB:.0f} GB" if count >= 10 * GB else f"{count / GB:.1f} GB"


def plan_gpu(
    header: GgufHeader, context_length: int, kv_type: KvType, device: Device | None, wanted: int | None = None
) -> GpuPlan:
    """Choose the layers for a device from what is free on it now; `wanted` is the person's own number."""
    if device is None:
        return GpuPlan(layers=0, all_layers=False, device="CPU", reason="no GPU that this build can use was found")
    everything = header.layers + 1
    if wanted is not None:
        layers = max(0, min(wanted, everything))
        return _plan(header, layers, device, f"{layers} of {everything} layers, as set")
    layers = _layers_that_fit(header, context_length, kv_type, device.memory)
    if layers >= everything:
        return _plan(header, everything, device, f"all layers fit, {in_gb(device.memory.free)} are free")
    if layers == 0:
        reason = f"not one layer fits the {in_gb(device.memory.free)} that are free on {device.name}"
        return GpuPlan(layers=0, all_layers=False, device="CPU", reason=reason)
    reason = f"{layers} of {everything} layers fit the {in_gb(device.memory.free)} that are free"
    return _plan(header, layers, device, reason)


def plan_after_failure(plan: GpuPlan, why: str) -> GpuPlan | None:
    """Return the next plan to try: half the layers, at last the processor, then None."""
    if plan.layers == 0:
        return None
    layers = plan.layers // 2
    if layers == 0:
        return GpuPlan(layers=0, all_layers=False, device="CPU", reason=f"{plan.device} refused: {why}")
    reason = f"{layers} layers, because {plan.device} refused {plan.layers}: {why}"
    return GpuPlan(layers=layers, all_layers=False, device=plan.device, reason=reason)


def _with_margin(weights: int, cache: int) -> int:
    return round((weights + cache) * (1 + MARGIN_SHARE)) + MARGIN


def _way_out(quantisation: str) -> str:
    heavy = quantisation in ("F32", "F16", "BF16") or quantisation.startswith(("Q5", "Q6", "Q8"))
    return "try a Q4 file of it or a shorter context" if heavy else "try a smaller model or a shorter context"


def _plan(header: GgufHeader, layers: int, device: Device, reason: str) -> GpuPlan:
    return GpuPlan(layers=layers, all_layers=layers > header.layers, device=device.name, reason=reason)


def _layers_that_fit(header: GgufHeader, context_length: int, kv_type: KvType, memory: Memory) -> int:
    """Count layers from the last one down, as llama.cpp offloads them; one more when the output fits too."""
    left = memory.free - GPU_MARGIN
    cache = [
        round(heads * (header.key_length + header.value_length) * KV_ELEMENT_BYTES[kv_type]) * context_length
        for heads in header.kv_heads
    ]
    whole = sum(header.block_bytes) + sum(cache) + header.other_bytes
    if whole <= left:
        return header.layers + 1
    layers = 0
    for weights, kv in zip(reversed(header.block_bytes), reversed(cache), strict=True):
        left -= weights + kv
        if left < 0:
            break
        layers += 1
    return layers
