"""All routes, their description and its pages, with nothing fetched from elsewhere."""

from __future__ import annotations

import re

from tests.fakes.http import OneEngine, client


async def test_the_description_names_the_routes() -> None:
    async with client(OneEngine()) as caller:
        paths = (await caller.get("/openapi.json")).json()["paths"]
    assert set(paths) == {
        "/v1/health", "/v1/version", "/v1/models", "/v1/models/{model_id}", "/v1/chat/completions", "/v1/completions",
    }  # fmt: skip


async def test_the_pages_need_no_network() -> None:
    async with client(OneEngine(), **{"Authorization": ""}) as caller:
        page = await caller.get("/docs")
        assets = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert assets
        assert not [asset for asset in assets if "//" in asset]
        for asset in assets:
            assert (await caller.get(asset)).status_code == 200


async def test_old_clients_find_the_routes_under_their_prefix() -> None:
    async with client(OneEngine()) as caller:
        assert (await caller.get("/v1/openai/v1/models")).status_code == 200
