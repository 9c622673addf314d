"""One real engine with the starter model, served on a free port to real clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.engine.host import EngineHost

if TYPE_CHECKING:
    from collections.abc import Iterator

MODEL = "smollm2-135m-instruct-q4_1"
KEY = "k"


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the endpoint; the model is in memory."""
    with EngineHost(tmp_path_factory.mktemp("engine"), serve=True, port=0, api_key=KEY) as host:
        host.call(host.engine.models.load(MODEL)).result()
        yield host.engine.preferences.endpoint().url
