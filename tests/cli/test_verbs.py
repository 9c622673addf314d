"""Verbs share what all of them take."""

from __future__ import annotations

import argparse

import pytest

from app.cli.verbs import Verbs


def test_a_verb_runs_and_prints_json() -> None:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data-dir")
    root = argparse.ArgumentParser()
    Verbs(root, common).add("list", lambda _arguments: 7, "what there is").add_argument("name")
    chosen = root.parse_args(["list", "--json", "--data-dir", "d", "bird"])
    assert (chosen.run(chosen), chosen.json, chosen.data_dir, chosen.name) == (7, True, "d", "bird")


def test_one_of_them_must_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    root = argparse.ArgumentParser()
    Verbs(root, argparse.ArgumentParser(add_help=False))
    with pytest.raises(SystemExit):
        root.parse_args([])
    assert "VERB" in capsys.readouterr().err
