"""Which implementation runs a model on this machine: the fastest one whose vectors are those of the exact one.

Runs in the embedder process at a model's first use; the result is remembered with the versions it holds for.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec
from msgspec import Struct

from app.engine.domain.errors import ModelLoadFailed, PaddockError
from app.engine.inference.embeddings.wire import Choice, Tried

# Cosines of an implementation's vectors to the exact ones: on the whole, and for the worst text.
LEAST_MEAN, LEAST_WORST = 0.99, 0.98
_LIBRARIES = ("onnxruntime", "onnx", "torch", "sentence-transformers", "tokenizers")
_SENTENCES = (
    "The farrier comes every six weeks to trim the hooves and fit new shoes.",
    "Quarterly revenue rose by twelve percent, while operating costs stayed below the forecast.",
    "def add(a: int, b: int) -> int:\n    return a + b",
    "In 1869 Mendeleev published a table in which elements were ordered by atomic weight.",
    "A patient with chest pain should be examined at once; do not wait for a blood test.",
    "short",
    "How do I reset my password?",
    "Der Zug nach München fährt heute von Gleis sieben ab.",
    "la teoría de la relatividad especial fue publicada en 1905",
    "GET /v1/models HTTP/1.1",
    "The contract may be terminated by either party with three months' notice to the end of a calendar year.",
    "Mix the flour with the butter, add an egg and let the dough rest for an hour in a cool place.",
    "SELECT name, count(*) FROM visits GROUP BY name HAVING count(*) > 3;",
    "It rained all night, and in the morning the river had reached the second step of the stairs.",
    "2024-11-05 12:03:44 WARN disk usage above 91% on /var",
    "Photosynthesis turns carbon dioxide and water into glucose, with light as the source of energy.",
)
# Texts of the length that documents are cut to, for the speed.
TEXTS = tuple(" ".join(_SENTENCES[(start + step) % len(_SENTENCES)] for step in range(8)) for start in range(12))


Run = Callable[[Sequence[str]], tuple[bytes, int]]
Load = Callable[[], Run]


def choose(candidates: Mapping[str, Load], reference: str, cache: Path, key: str) -> Choice:
    """Return the remembered choice, or try all candidates; raises ModelLoadFailed when not even the reference runs."""
    path = cache / f"{_stem(key)}.choice.json"
    known = _remembered(path)
    if known is not None:
        return known
    exact, tried = _try_all(candidates, reference)
    fit = [each for each in tried if each.fits]
    if not fit:
        raise ModelLoadFailed(f"No implementation runs this model: {exact}")
    best = max(fit, key=lambda each: each.speed)
    choice = Choice(backend=best.backend, exact=best.exact, tried=tuple(tried))
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.encode(_File(versions=_versions(), choice=choice)))
    return choice


def _try_all(candidates: Mapping[str, Load], reference: str) -> tuple[str, list[Tried]]:
    vectors, tried, failures = b"", list[Tried](), list[str]()
    for name in (reference, *(each for each in candidates if each != reference)):
        try:
            run = candidates[name]()
            made, _tokens = run(_SENTENCES)
            vectors = vectors or made
            mean, worst = cosines(vectors, made, len(_SENTENCES))
            speed = _speed(run)
        except (PaddockError, ImportError, OSError, RuntimeError, ValueError, KeyError) as error:
            failures.append(f"{name}: {error}")
            continue
        backend, _, kind = name.partition("/")
        fits = mean >= LEAST_MEAN and worst >= LEAST_WORST
        tried.append(Tried(backend=backend, exact=kind == "exact", speed=speed, mean=mean, worst=worst, fits=fits))
    return "; ".join(failures), tried


def cosines(one: bytes, other: bytes, count: int) -> tuple[float, float]:
    """Return mean and least cosine of vectors in pairs."""
    import numpy as np

    first, second = (np.frombuffer(each, "<f4").reshape(count, -1) for each in (one, other))
    if first.shape != second.shape:
        return 0.0, 0.0
    found = (first * second).sum(axis=1)
    return float(found.mean()), float(found.min())


def _speed(run: Run) -> float:
    """Return texts per second, the better of two rounds: the first one warms caches."""
    best = 0.0
    for _round in range(2):
        began = time.perf_counter()
        run(TEXTS)
        best = max(best, len(TEXTS) / (time.perf_counter() - began))
    return best


class _File(Struct, frozen=True):
    versions: dict[str, str]
    choice: Choice


def _remembered(path: Path) -> Choice | None:
    try:
        file = msgspec.json.decode(path.read_bytes(), type=_File)
    except (OSError, msgspec.MsgspecError):
        return None
    return file.choice if file.versions == _versions() else None


def _versions() -> dict[str, str]:
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _stem(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:24]
