"""Examples hold address and model, read the key from the environment, and are valid programs."""

from __future__ import annotations

import ast
import json
import shlex

from app.ui.api.examples import KEY_VARIABLE, examples

URL, MODEL = "http://127.0.0.1:8321", "odd \"name's"


def test_python_examples_are_programs() -> None:
    for example in examples(URL, MODEL, True):
        if example.language == "python":
            tree = ast.parse(example.code)
            values = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
            assert MODEL in values
            assert KEY_VARIABLE in values
            assert any(str(value).startswith(URL) for value in values)


def test_the_curl_example_carries_valid_json() -> None:
    words = shlex.split(examples(URL, MODEL, True)[0].code)
    assert words[1] == f"{URL}/v1/chat/completions"
    body = json.loads(words[words.index("-d") + 1])
    assert body["model"] == MODEL
    assert f"Authorization: Bearer ${KEY_VARIABLE}" in words


def test_without_a_key_none_is_sent() -> None:
    assert all(KEY_VARIABLE not in example.code for example in examples(URL, MODEL, False))
