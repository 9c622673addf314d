"""The form is described as it is read."""

from __future__ import annotations

from app.engine.http.files_wire import EXPIRY_SECONDS, FIELDS, FORM


def test_the_description_names_every_field_that_is_read() -> None:
    schema = FORM["content"]["multipart/form-data"]["schema"]
    assert set(schema["properties"]) == FIELDS
    assert set(schema["required"]) < FIELDS
    assert schema["properties"]["expires_after[seconds]"]["maximum"] == EXPIRY_SECONDS[1] == 30 * 86_400
