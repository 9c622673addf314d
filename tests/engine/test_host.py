"""The whole engine as one thing: started, asked, stopped, again and again, with nothing left behind."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from app.engine.domain.errors import Conflict, DataDirectoryInUse
from app.engine.domain.events import EngineEvent, NoticeRaised
from app.engine.host import EngineHost, catalogue_path


@pytest.fixture
def host(data_dir: Path) -> Iterator[EngineHost]:
    with EngineHost(data_dir, serve=True, port=0) as started:
        yield started


def test_five_lives_leave_no_handles(data_dir: Path) -> None:
    def live() -> int:
        with EngineHost(data_dir, serve=True, port=0) as host:
            host.call(host.engine.agents.create_session(title="x")).result(30)
        return psutil.Process().num_fds()

    handles = [live() for _ in range(5)]
    assert handles[-1] <= handles[1]


def test_what_was_stored_is_there_in_the_next_life(data_dir: Path) -> None:
    with EngineHost(data_dir) as host:
        made = host.call(host.engine.agents.create_session(title="kept")).result(30)
    with EngineHost(data_dir) as host:
        (session,) = host.call(host.engine.history.list()).result(30).sessions
        assert session == made


def test_the_starter_model_is_there(host: EngineHost) -> None:
    models = host.call(host.engine.models.list()).result(30)
    assert "starter" in {model.source for model in models}
    assert catalogue_path().exists()


def test_the_endpoint_wants_its_key(host: EngineHost) -> None:
    url = host.engine.preferences.endpoint().url
    key = host.call(host.engine.preferences.api_key()).result(30)
    with httpx.Client(base_url=url, trust_env=False) as client:
        assert client.get("/v1/health").status_code == 200
        assert client.get("/v1/models").status_code == 401
        assert client.get("/v1/models", headers={"Authorization": f"Bearer {key}"}).status_code == 200
        renewed = host.call(host.engine.preferences.renew_api_key()).result(30)
        assert client.get("/v1/models", headers={"Authorization": f"Bearer {key}"}).status_code == 401
        assert client.get("/v1/models", headers={"X-API-Key": renewed}).status_code == 200


def test_a_key_of_the_caller_or_none(data_dir: Path) -> None:
    with EngineHost(data_dir, serve=True, port=0, api_key="mine") as host:
        url = host.engine.preferences.endpoint().url
        assert httpx.get(f"{url}/v1/models", headers={"X-API-Key": "mine"}, trust_env=False).status_code == 200
    with EngineHost(data_dir, serve=True, port=0, require_key=False) as host:
        endpoint = host.engine.preferences.endpoint()
        assert not endpoint.requires_key
        assert httpx.get(f"{endpoint.url}/v1/models", trust_env=False).status_code == 200


def test_without_serving_there_is_no_endpoint(data_dir: Path) -> None:
    with EngineHost(data_dir, serve=False) as host:
        endpoint = host.engine.preferences.endpoint()
    assert endpoint.url == ""
    assert endpoint.reason


def test_two_engines_do_not_share_a_directory(host: EngineHost, data_dir: Path) -> None:
    second = EngineHost(data_dir)
    with pytest.raises(DataDirectoryInUse):
        second.start()
    second.stop()
    assert host.call(host.engine.models.list()).result(30)


def test_after_a_refused_start_the_directory_is_free(data_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Conflict, match=str(port)):
            EngineHost(data_dir, serve=True, port=port).start()
        with EngineHost(data_dir, serve=None, port=port) as host:
            assert str(port) in host.engine.preferences.endpoint().reason
            assert host.call(host.engine.models.list()).result(30)


def test_a_damaged_database_is_put_aside_and_told(data_dir: Path) -> None:
    host = EngineHost(data_dir)
    host.paths.create()
    host.paths.database.write_bytes(b"this is no database" * 500)
    events: list[EngineEvent] = []
    with host:
        host.call(_subscribe(host, events)).result(30)
        assert host.call(host.engine.history.list()).result(30).sessions == ()
    files = [path for path in host.paths.root.iterdir() if path.is_file()]
    (kept,) = (path for path in files if path.read_bytes().startswith(b"this is"))
    (notice,) = (event for event in events if isinstance(event, NoticeRaised))
    assert kept.name in notice.message


async def _subscribe(host: EngineHost, events: list[EngineEvent]) -> None:
    host.engine.events.subscribe(events.append)


def test_stopping_twice_is_harmless(data_dir: Path) -> None:
    host = EngineHost(data_dir)
    host.start()
    host.stop()
    host.stop()


def test_spans_of_a_life_are_kept(data_dir: Path) -> None:
    with EngineHost(data_dir) as host:
        model = host.call(host.engine.models.default()).result(30)
        host.call(host.engine.models.load(model.id)).result(120)
        path = host.paths.database
    with sqlite3.connect(path) as connection:
        names = {row[0] for row in connection.execute("select name from spans")}
    connection.close()
    assert "inference.load" in names
