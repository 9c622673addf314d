"""What is asked of the index process arrives as it was meant."""

from __future__ import annotations

import msgspec
import pytest

from app.engine.storage.lance.wire import Commit, Differences, Find, Found, Place, TableState

PLACE = Place(uri="/x", table="t", dimension=2)


@pytest.mark.parametrize(
    "value",
    [
        Commit(place=PLACE, database="/x.db", documents=(1, 2), language="pl"),
        Find(place=PLACE, text="q", vector=b"\0\xff", documents=()),
        Find(place=PLACE, documents=None),
        Found(vector_ids=(1,), similarities=(0.5,), keyword_ids=(2,), scores=(3.5,)),
        TableState(rows=1, unindexed=2, vector_index=True, version="x"),
        Differences(missing=(1,), surplus=(2,), exists=False),
    ],
)
def test_values_cross_the_border(value: msgspec.Struct) -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(value), type=type(value)) == value
