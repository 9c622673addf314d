"""Finds fenced blocks of code in Markdown and what language they are in. Judges nothing.

Format: CommonMark, https://spec.commonmark.org/0.31.2/#fenced-code-blocks. A block that is still open ends with the
text, because answers are judged while they are written.
"""

from __future__ import annotations

import re

from msgspec import Struct

_FENCE = re.compile(r"[ \t>*+-]{0,12}(`{3,}+|~{3,}+)[ \t]*+([^\s`{,]{0,40})")
_LANGUAGES = {
    "python": ("python", "py", "python3", "py3", "ipython", "pycon"),
    "javascript": ("javascript", "js", "jsx", "mjs", "node", "typescript", "ts", "tsx", "vue", "svelte", "html"),
    "java": ("java", "kotlin", "kt", "scala", "groovy"),
    "c": ("c", "c++", "cpp", "cc", "cxx", "h", "hpp", "objective-c", "objc"),
    "php": ("php", "php5", "php7", "php8"),
    "csharp": ("c#", "csharp", "cs", "vb", "vbnet"),
    "go": ("go", "golang"),
    "rust": ("rust", "rs"),
    "shell": (
        "shell",
        "sh",
        "bash",
        "zsh",
        "ksh",
        "fish",
        "console",
        "terminal",
        "dockerfile",
        "makefile",
        "powershell",
    ),
}
_BY_NAME = {name: language for language, names in _LANGUAGES.items() for name in names}
_NO_CODE = frozenset({"text", "txt", "plain", "plaintext", "output", "log", "markdown", "md", "csv", "diff", "latex"})


class Block(Struct, frozen=True):
    """Code at `start` of a text. `language` is empty when the fence names none, or one without rules."""

    language: str
    start: int
    code: str
    is_code: bool = True


def blocks(text: str) -> list[Block]:
    """Return the fenced blocks of a text."""
    if "```" not in text and "~~~" not in text:
        return []
    found: list[Block] = []
    fence, name, begin, place = "", "", 0, 0
    for line in text.splitlines(keepends=True):
        match = _FENCE.match(line)
        if match and not fence:
            fence, name, begin = match[1], match[2].lower(), place + len(line)
        elif match and match[1].startswith(fence) and not line[match.end(1) :].strip():
            found.append(_block(name, begin, text[begin:place]))
            fence = ""
        place += len(line)
    if fence:
        found.append(_block(name, begin, text[begin:]))
    return found


def _block(name: str, start: int, code: str) -> Block:
    return Block(_BY_NAME.get(name, ""), start, code, name not in _NO_CODE)
