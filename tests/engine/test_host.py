"""The whole engine: starts, serves, refuses a second one, survives damage, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx
import psutil
import pytest

from app.engine.domain.agents import AgentConfig, StepProgressed, TurnCompleted
from app.engine.domain.errors import Conflict, DataDirectoryInUse
from app.engine.domain.events import EngineEvent, NoticeRaised
from app.engine.domain.inference import ChatRequest, GenerationFinished, Message, Sampling, TextDelta
from app.engine.domain.models import ModelState
from app.engine.host import EngineHost
from tests.fakes.long_answers import LONG_ANSWER

ROOT = Path(__file__).resolve().parents[2]


def test_starting_and_stopping_leaves_no_handles(tmp_path: Path) -> None:
    def handles() -> int:
        with EngineHost(tmp_path):
            pass
        return psutil.Process().num_fds() if hasattr(psutil.Process, "num_fds") else 0

    handles()
    before = handles()
    for _ in range(4):
        after = handles()
    assert after <= before


def test_a_second_engine_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with EngineHost(tmp_path), pytest.raises(DataDirectoryInUse) as refused:
        EngineHost(tmp_path).start()
    assert str(os.getpid()) in refused.value.message
    with EngineHost(tmp_path):
        pass


def test_a_damaged_database_is_kept_aside(tmp_path: Path) -> None:
    with EngineHost(tmp_path) as host:
        host.call(host.engine.agents.create_session(title="kept")).result()
    database = tmp_path / "paddock.db"
    database.write_bytes(b"SQLite format 3\0" + os.urandom(5000))
    with EngineHost(tmp_path) as host:
        assert host.call(host.engine.history.list()).result().sessions == ()
    assert list(tmp_path.glob("paddock.db.damaged-*"))


def test_what_was_stored_is_there_in_the_next_life(tmp_path: Path) -> None:
    with EngineHost(tmp_path) as host:
        made = host.call(host.engine.agents.create_session(title="kept")).result()
    with EngineHost(tmp_path) as host:
        assert host.call(host.engine.history.list()).result().sessions == (made,)


def test_the_key_in_force_is_wanted_and_no_other(tmp_path: Path) -> None:
    with EngineHost(tmp_path, serve=True, port=0) as host:
        preferences = host.engine.preferences
        old = host.call(preferences.api_key()).result()
        url = f"{preferences.endpoint().url}/v1/models"
        assert httpx.get(url, trust_env=False).status_code == 401
        assert httpx.get(url, headers={"X-API-Key": old}, trust_env=False).status_code == 200
        new = host.call(preferences.renew_api_key()).result()
        assert httpx.get(url, headers={"X-API-Key": old}, trust_env=False).status_code == 401
        assert httpx.get(url, headers={"X-API-Key": new}, trust_env=False).status_code == 200
    with EngineHost(tmp_path, serve=True, port=0, require_key=False) as host:
        endpoint = host.engine.preferences.endpoint()
        assert not endpoint.requires_key
        assert httpx.get(f"{endpoint.url}/v1/models", trust_env=False).status_code == 200


def test_a_taken_port_stops_a_server_but_not_a_window(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Conflict, match=str(port)):
            EngineHost(tmp_path, serve=True, port=port).start()
        with EngineHost(tmp_path, serve=None, port=port) as host:
            endpoint = host.engine.preferences.endpoint()
            assert endpoint.url == ""
            assert str(port) in endpoint.reason
            assert host.call(host.engine.models.list()).result()


def test_stopping_twice_is_harmless(tmp_path: Path) -> None:
    host = EngineHost(tmp_path)
    host.start()
    host.stop()
    host.stop()


def test_what_happened_is_traced_to_the_end(tmp_path: Path) -> None:
    with EngineHost(tmp_path) as host:
        model = host.call(host.engine.models.default()).result()
        host.call(host.engine.models.load(model.id)).result()
    with closing(sqlite3.connect(tmp_path / "paddock.db")) as connection:
        assert "inference.load" in {row[0] for row in connection.execute("select name from spans")}


def test_the_starter_answers_in_a_chat_and_over_http(tmp_path: Path) -> None:
    with EngineHost(tmp_path, serve=True, port=0, api_key="k") as host:
        engine = host.engine
        model = host.call(engine.models.default()).result()
        config = AgentConfig(model=model.id, sampling=Sampling(temperature=0), max_tokens=12)
        session = host.call(engine.agents.create_session(config=config)).result()
        turn = host.call(engine.agents.start_turn(session.id, "Say hello.")).result()
        events = list(host.iterate(lambda: engine.agents.watch_turn(turn.id)))
        last = events[-1]
        assert isinstance(last, TurnCompleted)
        assert last.turn.state == "completed"
        assert last.turn.output_text() == "".join(
            event.delta.text
            for event in events
            if isinstance(event, StepProgressed) and isinstance(event.delta, TextDelta)
        )
        url = engine.preferences.endpoint().url
        body = {"model": model.id, "messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 12}
        headers = {"Authorization": "Bearer k"}
        answer = httpx.post(f"{url}/v1/chat/completions", json={**body, "temperature": 0}, headers=headers, timeout=60)
        assert answer.json()["choices"][0]["message"]["content"].strip()
        assert host.call(engine.models.get(model.id)).result().id == model.id


def test_a_killed_model_host_fails_the_turn_keeps_the_text_and_comes_back(tmp_path: Path) -> None:
    others = _children()
    with EngineHost(tmp_path) as host:
        engine = host.engine
        seen: list[EngineEvent] = []
        engine.events.subscribe(seen.append)
        session = host.call(engine.agents.create_session(config=AgentConfig(max_tokens=400))).result()
        long = AgentConfig(response_format=LONG_ANSWER)
        turn = host.call(engine.agents.start_turn(session.id, "Tell of the sea.", config=long)).result()
        said = ""
        ended = None
        for event in host.iterate(lambda: engine.agents.watch_turn(turn.id)):
            if isinstance(event, StepProgressed) and isinstance(event.delta, TextDelta):
                said += event.delta.text
                if len(said) > 20 and ended is None:
                    _kill_model_hosts(others)
                    ended = True
            if isinstance(event, TurnCompleted):
                final = event.turn
        assert final.state == "failed"
        assert final.failure is not None
        assert final.failure.code == "model_host_died"
        assert final.output_text() == said
        again = host.call(engine.agents.start_turn(session.id, "And then?")).result()
        *_, last = host.iterate(lambda: engine.agents.watch_turn(again.id))
        assert isinstance(last, TurnCompleted)
        assert last.turn.state == "completed", last.turn.failure
        assert not [event for event in seen if isinstance(event, NoticeRaised) and event.level == "error"]


def _children() -> set[psutil.Process]:
    return set(psutil.Process().children(recursive=True))


def _kill_model_hosts(others: set[psutil.Process]) -> None:
    for child in _children() - others:
        if any("llama_cpp.host" in part for part in child.cmdline()):
            child.send_signal(signal.SIGKILL)


def test_unloading_ends_the_model_process(tmp_path: Path) -> None:
    others = _children()
    with EngineHost(tmp_path) as host:
        engine = host.engine
        model = host.call(engine.models.default()).result()
        assert host.call(engine.models.load(model.id)).result().phase == "ready"
        request = ChatRequest(model=model.id, messages=(Message(role="user", content="Hi"),), max_tokens=2)
        *_, last = host.iterate(lambda: engine.inference.chat(request))
        assert isinstance(last, GenerationFinished)
        host.call(engine.models.unload(model.id)).result()
        assert engine.models.states().get(model.id, ModelState()).phase == "not_loaded"
        assert _children() <= others


KILLED = """
import sys
from pathlib import Path
from app.engine.domain.agents import AgentConfig, StepProgressed
from app.engine.domain.inference import TextDelta
from app.engine.host import EngineHost
from tests.fakes.long_answers import LONG_ANSWER

if __name__ == "__main__":
    host = EngineHost(Path(sys.argv[1]))
    host.start()
    session = host.call(host.engine.agents.create_session(config=AgentConfig(response_format=LONG_ANSWER))).result()
    turn = host.call(host.engine.agents.start_turn(session.id, "Tell of the sea.")).result()
    print(turn.id, flush=True)
    for event in host.iterate(lambda: host.engine.agents.watch_turn(turn.id)):
        if isinstance(event, StepProgressed) and isinstance(event.delta, TextDelta):
            print(ascii(event.delta.text), flush=True)
"""


def test_a_killed_app_keeps_all_that_was_shown(tmp_path: Path) -> None:
    script = tmp_path / "app_killed.py"
    script.write_text(KILLED)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(script), str(tmp_path / "data")]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
    assert child.stdout is not None
    turn_id = child.stdout.readline().strip()
    shown = [child.stdout.readline() for _ in range(6)]
    hosts = psutil.Process(child.pid).children(recursive=True)
    child.kill()
    shown += [line for line in child.stdout if line.endswith("\n")]
    child.wait()
    child.stdout.close()
    _gone, alive = psutil.wait_procs(hosts, timeout=20)
    assert alive == []
    with EngineHost(tmp_path / "data") as host:
        page = host.call(host.engine.history.list()).result()
        turn = host.call(host.engine.history.turns(page.sessions[0].id)).result().turns[0]
    text = "".join(eval(line) for line in shown)
    assert turn.id == turn_id
    assert turn.state == "interrupted"
    assert turn.output_text().startswith(text)
    assert text
