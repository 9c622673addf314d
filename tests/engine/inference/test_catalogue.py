"""The shipped catalogue is sound, and installed models are recognised in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.engine.domain.errors import BugError
from app.engine.domain.models import CatalogueEntry, Model
from app.engine.inference.catalogue import find_entry, offers, read_catalogue
from app.engine.runtime.resources import resource

ENTRIES = read_catalogue(resource("catalogue.json"))


def test_the_wanted_models_are_offered() -> None:
    ids = [entry.id for entry in ENTRIES]
    assert len(ids) == len(set(ids))
    assert {
        "llama-3.2-1b-instruct",
        "llama-3.2-3b-instruct",
        "llama-3.1-8b-instruct",
        "llama-3.3-70b-instruct",
        "llama-guard-3-1b",
        "llama-guard-3-8b",
        "smollm2-360m-instruct",
        "smollm2-1.7b-instruct",
        "tinyllama-1.1b-chat",
    } <= set(ids)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_every_entry_is_plausible(entry: CatalogueEntry) -> None:
    assert re.fullmatch(r"[\w.-]+/[\w.-]+", entry.repo)
    assert entry.file.endswith(".gguf")
    assert entry.quantisation in entry.file
    assert entry.description.endswith(".")
    assert re.fullmatch(r"([0-9a-f]{64})?", entry.sha256)
    assert entry.licence
    assert entry.layers > 0
    assert entry.kv_bytes_per_token % (entry.layers * 4) == 0
    # Q4_K_M stores about 4.8 to 6.4 bits for each parameter (small vocabulary-heavy models the most).
    assert 4.5 < entry.size_bytes * 8 / entry.parameters < 6.5
    assert (entry.purpose == "guard") == ("Guard" in entry.name)


def test_an_installed_model_is_recognised_by_content_or_file_name() -> None:
    first, second, third = ENTRIES[:3]
    models = (
        Model(id="mine", name="x", path="/m/renamed.gguf", sha256=first.sha256),
        Model(id="other", name="y", path=f"/m/{second.file}"),
        Model(id="gone", name="z", path=f"/m/{third.file}", missing=True),
    )
    found = offers(ENTRIES, models, 16 * 10**9)
    assert [offer.installed_model_id for offer in found[:4]] == ["mine", "other", None, None]
    verdicts = {offer.entry.id: offer.fit.verdict for offer in found}
    assert verdicts["llama-3.2-1b-instruct"] == "fits"
    assert verdicts["llama-3.3-70b-instruct"] == "too_large"


def test_an_entry_is_found_by_its_file() -> None:
    assert find_entry(ENTRIES, ENTRIES[0].repo, ENTRIES[0].file) == ENTRIES[0]
    assert find_entry(ENTRIES, ENTRIES[0].repo, "other.gguf") is None


def test_a_spoilt_file_is_a_bug(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.json"
    path.write_text("{}")
    with pytest.raises(BugError, match="catalogue"):
        read_catalogue(path)
