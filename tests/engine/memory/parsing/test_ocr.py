from __future__ import annotations

import sys
import types

import pytest

from app.engine.domain.errors import DocumentUnreadable
from app.engine.memory.parsing import ocr
from tests.fakes.reading import read_bytes

PNG = b"\x89PNG\r\n\x1a\n and what follows"


@pytest.fixture
def rapid(monkeypatch):
    """An engine that reads the size of a picture, in the place of the extra."""
    monkeypatch.setitem(sys.modules, "rapidocr", types.SimpleNamespace(RapidOCR=lambda: fake_engine, __spec__=object()))
    ocr._engine.cache_clear()
    yield
    ocr._engine.cache_clear()


def fake_engine(picture: bytes) -> object:
    return types.SimpleNamespace(txts=(f"{len(picture)} bytes", "second line") if len(picture) > 20 else None)


def test_pictures_are_read_where_it_is_installed_and_asked_for(tmp_path, rapid) -> None:
    assert ocr.available()
    assert read_bytes(tmp_path, "a.png", PNG, ocr=True).text == f"{len(PNG)} bytes\nsecond line"


def test_a_picture_without_text_is_refused(tmp_path, rapid) -> None:
    with pytest.raises(DocumentUnreadable) as caught:
        read_bytes(tmp_path, "a.png", PNG[:10], ocr=True)
    assert caught.value.code == "document_without_text"


def test_otherwise_pictures_are_refused_with_what_to_do(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    for asked in (True, False):
        with pytest.raises(DocumentUnreadable) as caught:
            read_bytes(tmp_path, "a.png", PNG, ocr=asked)
        assert caught.value.code == "document_needs_ocr"
        assert "ocr" in caught.value.hint
