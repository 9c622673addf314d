"""What the engine asks of the embedder process. Values only."""

from __future__ import annotations

from msgspec import Struct


class LoadModel(Struct, frozen=True, kw_only=True):
    """Load a model by one backend; `cache` is where exports are kept. `threads` 0 lets the process choose."""

    model_id: str
    path: str
    backend: str
    cache: str = ""
    exact: bool = False
    threads: int = 0


class Examine(Struct, frozen=True, kw_only=True):
    """Find the implementation that runs a model fastest here and well enough; `key` names what is remembered."""

    path: str
    key: str
    cache: str
    threads: int = 0


class Tried(Struct, frozen=True, kw_only=True):
    """What came of one implementation: texts a second, and cosines to the exact vectors, mean and least."""

    backend: str
    exact: bool
    speed: float
    mean: float
    worst: float
    fits: bool


class Choice(Struct, frozen=True, kw_only=True):
    """The implementation that runs a model on this machine, and all that were tried."""

    backend: str
    exact: bool = False
    tried: tuple[Tried, ...] = ()

    def in_words(self) -> str:
        """Return why it was chosen."""
        best = next((each for each in self.tried if (each.backend, each.exact) == (self.backend, self.exact)), None)
        if best is None:
            return ""
        form = "" if self.backend != "onnx" else " float32" if self.exact else " int8"
        others = [each for each in self.tried if each is not best]
        rest = ", ".join(f"{each.backend}{' float32' if each.exact else ''} {each.speed:.0f}" for each in others)
        words = f"{self.backend}{form}, {best.speed:.0f} passages/s here"
        return words + (f" ({rest})" if rest else "") + f"; cosine to the exact vectors {best.mean:.3f}"


class Loaded(Struct, frozen=True, kw_only=True):
    """The model is ready."""

    dimension: int
    max_tokens: int
    version: str = ""


class Embed(Struct, frozen=True, kw_only=True):
    """Embed texts with a loaded model."""

    model_id: str
    texts: tuple[str, ...]


class Embedded(Struct, frozen=True, kw_only=True):
    """Vectors as float32, little-endian, and the tokens that were read."""

    dimension: int
    data: bytes
    tokens: int


class RerankPairs(Struct, frozen=True, kw_only=True):
    """Score texts against a query with a loaded cross-encoder."""

    model_id: str
    query: str
    texts: tuple[str, ...]


class Scores(Struct, frozen=True, kw_only=True):
    """A score from 0 to 1 for each text."""

    scores: tuple[float, ...]


class Classify(Struct, frozen=True, kw_only=True):
    """Classify texts with a loaded classifier."""

    model_id: str
    texts: tuple[str, ...]


class Window(Struct, frozen=True, kw_only=True):
    """What a part of a text is: the index of the text, and the probability of each label."""

    text: int
    probabilities: tuple[float, ...]


class Unload(Struct, frozen=True, kw_only=True):
    """Let go of a model."""

    model_id: str
