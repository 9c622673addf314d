"""The files of a repository: quantisation, size, verdict, download; refused access takes a token."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import AccessDenied
from app.engine.domain.models import FitVerdict, HubFile, HubModel
from app.ui.bridge.client import EngineClient
from app.ui.models.download_control import DownloadControl
from app.ui.models.hub_files import HubFiles, quantisation_words
from app.ui.models.library_model import LibraryModel
from tests.fakes.engine import FakeEngine
from tests.fakes.models import GB

REPO = "bartowski/Llama-3.2-1B-Instruct-GGUF"


@pytest.fixture
def files(qtbot: QtBot, client: EngineClient) -> HubFiles:
    library = LibraryModel(client)
    qtbot.waitUntil(lambda: library.known)
    made = HubFiles(client, library)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize(
    ("file", "said"), [("a/Llama-Q4_K_M.gguf", "Q4_K_M"), ("x.IQ2_XS.gguf", "IQ2_XS"), ("plain.gguf", "plain")]
)
def test_quantisation(file: str, said: str) -> None:
    assert quantisation_words(file) == said


def test_files_with_verdicts(qtbot: QtBot, files: HubFiles) -> None:
    files.show_repo(REPO)
    qtbot.waitUntil(lambda: files.currentWidget() is files._area_place)
    assert len(files.findChildren(DownloadControl)) == 1
    verdict = FitVerdict(verdict="too_large", needed_bytes=9 * GB, free_bytes=GB, reason="")
    many = tuple(HubFile(name=f"a-Q{n}_0.gguf", size_bytes=n * GB, fit=verdict) for n in (2, 4, 8))
    files.fill(HubModel(repo=REPO, files=many, gated=True))
    said = [label.text() for label in files.findChildren(QLabel) if label.isVisible()]
    assert {"Q2_0", "Q4_0", "Q8_0"} <= set(said)
    assert "Too large for this computer" in said
    assert any("accept a licence" in words for words in said)


def test_no_file_is_said(files: HubFiles) -> None:
    files.fill(HubModel(repo=REPO))
    assert any("no GGUF file" in label.text() for label in files.findChildren(QLabel))


def test_refused_access_takes_a_token_and_asks_again(qtbot: QtBot, files: HubFiles, fake_engine: FakeEngine) -> None:
    fake_engine.models.hub_error = AccessDenied("The hub refuses access (401).", hint="Accept the licence.")
    files.show_repo(REPO)
    qtbot.waitUntil(lambda: files.currentWidget() is files.failed)
    assert files.token.isVisible()
    fake_engine.models.hub_error = None
    files.token.field.setText("hf_x")
    files.token.keep.click()
    qtbot.waitUntil(lambda: files.currentWidget() is files._area_place)
