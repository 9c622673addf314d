"""Files come as forms and go as bytes that no browser shows."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.fakes.serving import calling

HOUR = {"expires_after[anchor]": "created_at", "expires_after[seconds]": "3600"}


async def upload(client: httpx.AsyncClient, name: str = "a.txt", content: bytes = b"hay", **fields: str) -> Any:
    data = {"purpose": "assistants"} | fields
    return await client.post("/v1/files", files={"file": (name, content)}, data=data)


async def test_a_file_is_kept_described_and_given_back(engine) -> None:
    content = bytes(range(256)) * 5000  # more than what a form keeps in memory
    async with calling(engine) as client:
        made = (await upload(client, "Bücher & <b>.txt", content, **HOUR)).json()
        described = (await client.get(f"/v1/files/{made['id']}")).json()
        answer = await client.get(f"/v1/files/{made['id']}/content")
    assert made == described
    assert (made["object"], made["bytes"], made["filename"]) == ("file", len(content), "Bücher & <b>.txt")
    assert (made["purpose"], made["status"], made["expires_at"]) == (
        "assistants",
        "processed",
        made["created_at"] + 3600,
    )
    assert answer.content == content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''B%C3%BCcher%20%26%20%3Cb%3E.txt"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_files_are_listed_by_time_and_purpose(engine) -> None:
    async with calling(engine) as client:
        for name, purpose in (("1", "assistants"), ("2", "batch"), ("3", "assistants")):
            await upload(client, name, purpose=purpose)

        async def names(**query: Any) -> tuple[list[str], bool]:
            body = (await client.get("/v1/files", params=query)).json()
            return [file["filename"] for file in body["data"]], body["has_more"]

        assert await names() == (["3", "2", "1"], False)
        assert await names(order="asc") == (["1", "2", "3"], False)
        assert await names(purpose="assistants") == (["3", "1"], False)
        assert await names(limit=1) == (["3"], True)
        assert await names(limit=1, after="file-3") == (["2"], True)
        assert (await client.get("/v1/files", params={"after": "file-9"})).status_code == 400


async def test_a_deleted_file_is_gone(engine) -> None:
    async with calling(engine) as client:
        made = (await upload(client)).json()
        deleted = (await client.delete(f"/v1/files/{made['id']}")).json()
        assert deleted == {"id": made["id"], "object": "file", "deleted": True}
        for answer in (
            await client.get(f"/v1/files/{made['id']}"),
            await client.get(f"/v1/files/{made['id']}/content"),
            await client.delete(f"/v1/files/{made['id']}"),
        ):
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"purpose": "fun"}, "purpose"),
        ({"colour": "red"}, "colour"),
        (HOUR | {"expires_after[anchor]": "now"}, "expires_after.anchor"),
        ({"expires_after[seconds]": "3600"}, "expires_after.anchor"),
        ({"expires_after[anchor]": "created_at"}, "expires_after.seconds"),
        (HOUR | {"expires_after[seconds]": "3599"}, "expires_after.seconds"),
        (HOUR | {"expires_after[seconds]": "2592001"}, "expires_after.seconds"),
        (HOUR | {"expires_after[seconds]": "an hour"}, "expires_after.seconds"),
        (HOUR | {"expires_after[seconds]": "³"}, "expires_after.seconds"),
    ],
    ids=str,
)
async def test_a_field_that_cannot_be_is_named(engine, fields: dict[str, str], param: str) -> None:
    async with calling(engine) as client:
        answer = await upload(client, **fields)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)
    assert engine.files.kept == {}


@pytest.mark.parametrize(
    "form",
    [
        {"data": {"purpose": "assistants"}},
        {"files": {"purpose": (None, "assistants")}},
        {"files": {"file": (None, "text without a name"), "purpose": (None, "assistants")}},
        {"files": [("file", ("a", b"1")), ("file", ("b", b"2"))]},
        {"content": b"no form", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"content": b"no form", "headers": {"content-type": "multipart/form-data"}},
        {"content": b"--x\r\nbroken", "headers": {"content-type": "multipart/form-data; boundary=x"}},
    ],
    ids=str,
)
async def test_a_form_without_one_file_is_refused(engine, form: dict[str, Any]) -> None:
    async with calling(engine) as client:
        answer = await client.post("/v1/files", **form)
    assert answer.status_code in (400, 415)
    assert answer.json()["error"]["message"]
    assert engine.files.kept == {}
