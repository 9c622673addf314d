"""Short programs that ask this engine, with its address and a model filled in. Must not hold a key."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

KEY_VARIABLE = "PADDOCK_API_KEY"
_QUESTION = "Name three colours."


@dataclass(frozen=True)
class Example:
    """`language` is what the highlighter calls it."""

    name: str
    language: str
    code: str


def examples(url: str, model_id: str, requires_key: bool) -> Sequence[Example]:
    """Return the examples for an address like http://127.0.0.1:8321; a key is read from the environment."""
    return (
        Example("curl", "bash", _curl(url, model_id, requires_key)),
        Example("openai", "python", _openai(url, model_id, requires_key)),
        Example("Llama Stack", "python", _llama_stack(url, model_id, requires_key)),
    )


def _curl(url: str, model_id: str, requires_key: bool) -> str:
    lines = [f"curl {url}/v1/chat/completions"]
    if requires_key:
        lines.append(f'-H "Authorization: Bearer ${KEY_VARIABLE}"')
    body = json.dumps({"model": model_id, "messages": [{"role": "user", "content": _QUESTION}]}, indent=2)
    lines += ['-H "Content-Type: application/json"', f"-d '{body.replace(chr(39), chr(39) + chr(92) + chr(39) * 2)}'"]
    return " \\\n  ".join(lines)


def _openai(url: str, model_id: str, requires_key: bool) -> str:
    return _program("openai", "OpenAI", f"{url}/v1", model_id, requires_key)


def _llama_stack(url: str, model_id: str, requires_key: bool) -> str:
    return _program("ogx_client", "OgxClient", url, model_id, requires_key)


def _program(module: str, name: str, url: str, model_id: str, requires_key: bool) -> str:
    first = "import os\n\n" if requires_key else ""
    key = f'os.environ["{KEY_VARIABLE}"]' if requires_key else '"none"'
    return (
        f"{first}from {module} import {name}\n\n"
        f'client = {name}(base_url="{url}",\n'
        f"{' ' * len(f'client = {name}(')}api_key={key})\n"
        "answer = client.chat.completions.create(\n"
        f"    model={json.dumps(model_id)},\n"
        f'    messages=[{{"role": "user", "content": "{_QUESTION}"}}],\n'
        ")\n"
        "print(answer.choices[0].message.content)"
    )
