"""What is asked of the embedder process arrives as it was meant."""

from __future__ import annotations

import msgspec
import pytest

from app.engine.inference.embeddings.wire import Embed, Embedded, Loaded, LoadModel, RerankPairs, Scores, Unload


@pytest.mark.parametrize(
    "value",
    [
        LoadModel(model_id="m", path="/m", backend="onnx", cache="/c", exact=True, threads=2),
        Loaded(dimension=3, max_tokens=9, version="1"),
        Embed(model_id="m", texts=("a", "🦙")),
        Embedded(dimension=1, data=b"\0\0\x80\x3f", tokens=3),
        RerankPairs(model_id="m", query="q", texts=()),
        Scores(scores=(0.5, 1)),
        Unload(model_id="m"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_cross_the_border(value: msgspec.Struct) -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(value), type=type(value)) == value
