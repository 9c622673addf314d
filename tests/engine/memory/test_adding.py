"""Documents of every origin, listed."""

from __future__ import annotations

import httpx
import pytest

from app.engine.domain.errors import DocumentUnreadable, InvalidRequest, NotFound
from app.engine.memory.fetching import Fetched, Fetcher
from tests.fakes.memory_engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Pages(Fetcher):
    """The web, as far as a test has written it."""

    def __init__(self, pages: dict[str, Fetched]) -> None:
        super().__init__(lambda: 1.0)
        self.pages = pages

    async def fetch(self, url: str) -> Fetched:
        if url not in self.pages:
            raise DocumentUnreadable(f"{url} answered with status {httpx.codes.NOT_FOUND}.")
        return self.pages[url]


async def test_pasted_text_is_kept_and_replaced_by_name(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    first = await engine.service.add_text(bank.id, "note", "Oats in the morning.", attributes={"by": "Mara"})
    assert (first.name, first.uri, first.state, first.attributes) == ("note", "text:note", "waiting", {"by": "Mara"})
    await engine.ready(bank.id)
    second = await engine.service.add_text(bank.id, "note", "Hay at noon.")
    await engine.ready(bank.id)
    assert second.id == first.id
    assert await engine.texts(bank.id, "oats hay") == ["Hay at noon."]
    unnamed = await engine.service.add_text(bank.id, "  ", "A first line\nand more")
    assert unnamed.name == "A first line"
    with pytest.raises(InvalidRequest, match="empty"):
        await engine.service.add_text(bank.id, "note", " \n ")


async def test_contents_that_no_document_needs_any_more_are_deleted(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    await engine.service.add_text(bank.id, "a", "xyzzyplugh")
    await engine.service.add_text(bank.id, "b", "Hay at noon.")
    await engine.ready(bank.id)
    contents = engine.folder / "banks" / bank.id / "contents"
    assert len(list(contents.iterdir())) == 2
    await engine.service.remove_documents(bank.id, ((await engine.documents(bank.id))["a"].id,))
    assert [path.read_text() for path in contents.iterdir()] == ["Hay at noon."]


async def test_a_page_is_fetched_once_and_kept(engine: Engine) -> None:
    url = "https://example.org/horses?x=1"
    pages = {url: Fetched(url, "text/html", b"Oats in the morning.")}
    engine.fetcher = Pages(pages)
    await engine.restart()
    bank = await engine.service.create_bank("Stable")
    document = await engine.service.add_url(bank.id, f" {url} ")
    assert (document.name, document.uri, document.mime) == ("horses.html", url, "text/html")
    pages.clear()
    await engine.ready(bank.id)
    assert await engine.texts(bank.id, "oats") == ["Oats in the morning."]
    with pytest.raises(DocumentUnreadable, match="404"):
        await engine.service.add_url(bank.id, url)


async def test_a_stored_file_outlives_its_original(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    file = await engine.parts.files.add("plan.txt", b"The barn is red.")
    document = await engine.service.add_file(bank.id, file.id, attributes={"year": 2024.0})
    assert (document.name, document.file_id, document.mime) == ("plan.txt", file.id, "text/plain")
    await engine.parts.files.remove(file.id)
    await engine.ready(bank.id)
    (hit,) = await engine.find(bank.id, "barn red")
    assert (hit.file_id, hit.attributes) == (file.id, {"year": 2024.0})
    assert (await engine.service.document(bank.id, file.id)).id == document.id
    with pytest.raises(NotFound):
        await engine.service.add_file(bank.id, "file-nope")


async def test_single_files_are_looked_at_again_when_asked(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    first, second = engine.file("a.txt", "Oats in the morning."), engine.file("b.txt", "Hay at noon.")
    third = engine.file("c.txt", "Water all day.")
    await engine.service.add_paths(bank.id, (first, second, third))
    await engine.ready(bank.id)
    first.write_text("Carrots in the evening.", encoding="utf-8")
    second.unlink()
    added = await engine.service.rescan(bank.id)
    assert [document.name for document in added.documents] == ["a.txt"]
    assert (added.unchanged, [part.where for part in added.refused]) == (1, [str(second)])
    await engine.ready(bank.id)
    assert (await engine.documents(bank.id)).keys() == {"a.txt", "b.txt", "c.txt"}
    assert await engine.texts(bank.id, "carrots", limit=1) == ["Carrots in the evening."]
