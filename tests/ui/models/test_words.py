"""Facts, verdicts and downloads in words."""

from __future__ import annotations

import json

import msgspec
import pytest
from PySide6.QtCore import QTranslator

from app.engine.domain.models import Download, FitVerdict, ModelState
from app.ui.models import words
from app.ui.resources import resource
from tests.fakes.models import GB, LLAMA, READY, REMOTE, STARTER


@pytest.mark.parametrize(
    ("count", "said"), [(134_515_008, "135 M"), (3_212_749_824, "3.2 B"), (405_000_000_000, "405 B"), (0, "")]
)
def test_parameters(count: int, said: str) -> None:
    assert words.parameters_words(count) == said


def test_the_fact_strip_has_every_known_fact() -> None:
    strip = words.strip_words(LLAMA)
    assert strip.replace("\N{NO-BREAK SPACE}", " ") == "3.2 B  ·  Q4_K_M  ·  2.0 GB  ·  128 k context  ·  Llama 3.2"
    assert strip.count(" ") == 4 * len("    ")
    assert words.strip_words(msgspec.structs.replace(LLAMA, quantisation="", licence="odd")).endswith("odd")


def test_a_verdict_says_the_numbers_and_what_helps() -> None:
    verdict = FitVerdict(verdict="too_large", needed_bytes=9 * GB, free_bytes=4 * GB, reason="")
    assert words.verdict_words(verdict) == "Too large for this computer"
    reason = words.verdict_reason(verdict)
    assert "needs 9.7 GB, 4.3 GB are free" in reason
    assert "smaller" in reason
    unknown = FitVerdict(verdict="unknown", needed_bytes=0, free_bytes=0, reason="the size is not known")
    assert words.verdict_reason(unknown) == "the size is not known"


def test_states_say_device_and_why() -> None:
    assert words.model_state_words(STARTER, READY) == "ready on CPU (no supported GPU was found)"
    assert words.model_state_words(STARTER, ModelState(phase="loading", progress=0.4)) == "loading 40 %"
    assert "missing" in words.model_state_words(msgspec.structs.replace(STARTER, missing=True), ModelState())
    assert "remote" in words.model_state_words(REMOTE, ModelState())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"state": "running", "speed": 8.2e6, "eta": 84.0}, "357.9 MB of 1.1 GB  ·  8.2 MB/s  ·  1 min 24 s left"),
        ({"state": "paused"}, "paused at 357.9 MB of 1.1 GB"),
        ({"state": "verifying"}, "checking the file"),
        ({"state": "waiting"}, "waiting"),
        ({"state": "running", "total_bytes": 0}, "357.9 MB"),
    ],
)
def test_downloads(changes: dict[str, object], said: str) -> None:
    download = Download(id="d", repo="r", file="f", received_bytes=GB // 3, total_bytes=GB)
    assert words.download_words(msgspec.structs.replace(download, **changes)) == said


def test_every_description_of_the_catalogue_is_translated() -> None:
    translator = QTranslator()
    assert translator.load(str(resource("i18n", "paddock_de.qm")))
    entries = json.loads(resource("catalogue.json").read_text(encoding="utf-8"))["entries"]
    assert entries
    assert [e["id"] for e in entries if not translator.translate("Catalogue", e["description"])] == []
