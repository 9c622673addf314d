"""The hub client searches, pins files to a commit and puts refusals into words, over a hub on 127.0.0.1."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from app.engine.domain.errors import AccessDenied, HubUnreachable, InvalidRequest, NotFound
from app.engine.domain.settings import Settings
from app.engine.inference.hub import Hub, from_status
from tests.fakes import hub as fake


@pytest.fixture
def server() -> Iterator[fake.Hub]:
    files = {
        "Tiny-Q4_K_M.gguf": b"GGUF tiny",
        "big-00001-of-00002.gguf": b"part",
        "mmproj-f16.gguf": b"image part",
        "README.md": b"hello",
    }
    repos = {"maker/Tiny-GGUF": fake.Repo(files), "maker/Other-GGUF": fake.Repo({}, gated=True)}
    with fake.Hub(repos) as running:
        yield running


def client(server: fake.Hub, token: str | None = None) -> Hub:
    async def give() -> str | None:
        return token

    return Hub(lambda: Settings(hub_endpoint=server.url + "/", network_seconds=10), give)


async def test_search_finds_repositories(server: fake.Hub) -> None:
    (found,) = await client(server).search("tiny")
    assert (found.repo, found.author, found.downloads, found.likes) == ("maker/Tiny-GGUF", "maker", 10, 3)
    assert (found.gated, found.licence, found.updated_at[:10]) == (False, "llama3.2", "2025-01-02")
    path, headers = server.requests[0]
    assert "filter=gguf" in path
    assert "authorization" not in headers


async def test_only_whole_models_are_listed(server: fake.Hub) -> None:
    found = await client(server).files("maker/Tiny-GGUF")
    assert [(each.name, each.size_bytes) for each in found.files] == [("Tiny-Q4_K_M.gguf", 9)]
    assert found.files[0].sha256 == hashlib.sha256(b"GGUF tiny").hexdigest()


async def test_a_file_is_pinned_to_its_commit(server: fake.Hub) -> None:
    found = await client(server, "hf_good").resolve("maker/Tiny-GGUF", "Tiny-Q4_K_M.gguf")
    assert found.url == f"{server.url}/maker/Tiny-GGUF/resolve/{fake.REVISION}/Tiny-Q4_K_M.gguf"
    assert (found.size_bytes, found.licence) == (9, "llama3.2")
    assert server.requests[0][1]["authorization"] == "Bearer hf_good"


async def test_a_folder_is_pinned_with_its_weights_first(server: fake.Hub) -> None:
    files = {name: name.encode() for name in ("README.md", "config.json", "tokenizer.json", "model.safetensors")}
    server.repos["maker/bert"] = fake.Repo({**files, "1_Pooling/config.json": b"{}", "onnx/model.onnx": b"x"})
    found = await client(server).resolve_folder("maker/bert")
    names = [each.file for each in found]
    assert names == ["model.safetensors", "config.json", "tokenizer.json", "1_Pooling/config.json"]
    assert {each.revision for each in found} == {fake.REVISION}
    weights, config = found[:2]
    assert (weights.sha256, weights.blob_id) == (hashlib.sha256(b"model.safetensors").hexdigest(), "")
    git = hashlib.sha1(b"blob 11\0config.json", usedforsecurity=False).hexdigest()
    assert (config.sha256, config.blob_id, config.licence) == ("", git, "llama3.2")


async def test_a_folder_without_weights_is_refused(server: fake.Hub) -> None:
    with pytest.raises(InvalidRequest, match=r"no model\.safetensors and no config\.json and no tokenizer\.json"):
        await client(server).resolve_folder("maker/Tiny-GGUF")
    with pytest.raises(NotFound):
        await client(server).resolve_folder("maker/nowhere")


async def test_what_is_not_there_is_told(server: fake.Hub) -> None:
    with pytest.raises(NotFound, match="no maker/None"):
        await client(server).files("maker/None")
    with pytest.raises(NotFound, match=r"no file “other\.gguf”"):
        await client(server).resolve("maker/Tiny-GGUF", "other.gguf")


@pytest.mark.parametrize("repo", ["", "tiny", "../../api", "a/b/c", "a/..", "a b/c", "-/x"])
async def test_names_that_are_none_are_refused_unasked(server: fake.Hub, repo: str) -> None:
    with pytest.raises(InvalidRequest):
        await client(server).files(repo)
    assert server.requests == []


@pytest.mark.parametrize("file", ["", "../x.gguf", "a/../../x.gguf", "/etc/passwd.gguf", "x.bin", "x.gguf?y=.gguf"])
async def test_file_names_that_are_none_are_refused_unasked(server: fake.Hub, file: str) -> None:
    with pytest.raises(InvalidRequest):
        await client(server).resolve("maker/Tiny-GGUF", file)
    assert server.requests == []


async def test_a_hub_that_is_away_is_told() -> None:
    with fake.Hub() as gone:
        pass
    with pytest.raises(HubUnreachable, match="cannot be reached"):
        await client(gone).search("x")


async def test_the_variable_names_the_hub(server: fake.Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", server.url)

    async def none() -> None:
        return None

    hub = Hub(Settings, none)
    assert hub.endpoint == server.url
    assert len(await hub.search("GGUF")) == 2
    monkeypatch.delenv("HF_ENDPOINT")
    assert hub.endpoint == "https://huggingface.co"


def test_refusals_say_what_to_do() -> None:
    gated = from_status(401, "meta/llama", "https://hub/meta/llama", has_token=False)
    assert isinstance(gated, AccessDenied)
    assert gated.hint == "Accept the licence at https://hub/meta/llama and then try again; set a token in the settings."
    assert "may lack access" in from_status(403, "x/y", "p", has_token=True).hint
    assert isinstance(from_status(404, "x/y", "p", has_token=False), NotFound)
    assert isinstance(from_status(500, "x/y", "p", has_token=False), HubUnreachable)
