"""`paddock banks models` lists, downloads, adds and removes embedding models, as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli.main import main
from app.engine.domain.embeddings import EmbeddingModel
from app.engine.domain.models import Download
from tests.fakes.memory import MINILM, POLYGLOT
from tests.fakes.terminal import TerminalHost

Capture = pytest.CaptureFixture[str]


def test_the_models(host: TerminalHost, capsys: Capture) -> None:
    assert main(["banks", "models"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "installed" in lines[MINILM.id] and "384" in lines[MINILM.id]
    assert f"offered: {POLYGLOT.repo}" in lines[POLYGLOT.id]
    host.engine.embeddings.guards = (EmbeddingModel(id="guard", name="Guard", kind="classifier", size_bytes=10),)
    assert main(["banks", "models"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split()[:2] == ["guard", "classifier"]
    assert main(["banks", "models", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["id"] == MINILM.id


def test_a_model_is_downloaded(host: TerminalHost, capsys: Capture) -> None:
    host.engine.embeddings.ends = True
    assert main(["banks", "models", "--download", POLYGLOT.id]) == 0
    assert capsys.readouterr().out == f"{POLYGLOT.id}\n"
    assert main(["banks", "models"]) == 0
    assert "offered" not in capsys.readouterr().out


def test_a_download_that_fails_says_why(host: TerminalHost, capsys: Capture) -> None:
    async def failed(repo: str) -> Download:
        return Download(id="1", repo=repo, file="x", state="failed", reason="Refused.", hint="Set a token.")

    host.engine.embeddings.download = failed
    assert main(["banks", "models", "--download", "a/b"]) == 1
    assert capsys.readouterr().err == "paddock: Refused.\n         Set a token.\n"
    assert main(["banks", "models", "--download", "a/b", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["repo"] == "a/b"


def test_a_folder_is_added_and_removed(host: TerminalHost, capsys: Capture, tmp_path: Path) -> None:
    assert main(["banks", "models", "--add", str(tmp_path / "mine")]) == 0
    assert capsys.readouterr().out == "mine\n"
    assert main(["banks", "models", "--remove", "mine"]) == 0
    assert capsys.readouterr().out == "mine removed\n"
    assert "mine" not in [model.id for model in host.engine.embeddings.known]
    assert main(["banks", "models", "--add", str(tmp_path / "mine"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["path"] == str(tmp_path / "mine")
    assert main(["banks", "models", "--remove", "mine", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"model": "mine"}


def test_one_thing_at_a_time(host: TerminalHost, capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        main(["banks", "models", "--download", "a/b", "--remove", "c"])
    assert "not allowed with" in capsys.readouterr().err
