"""Paddock's own source, as the architecture tests read it. Must not import the code it reads."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"


@dataclass(frozen=True)
class Module:
    """One Python file."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @property
    def is_bare_package(self) -> bool:
        """Whether this is an `__init__.py` with a docstring at most."""
        docstring_only = all(isinstance(node, ast.Expr) for node in self.tree.body)
        return self.path.name == "__init__.py" and docstring_only

    def functions(self) -> list[tuple[str, int]]:
        """Return (name, length in lines without docstring) of every function and method."""
        found = (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
        return [(f"{self.name}:{node.lineno} {node.name}", _body_lines(node)) for node in found]


def _body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count lines from `def` to the end, less those of the docstring."""
    length = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node) is not None:
        docstring = node.body[0]
        length -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return length


def modules(*folders: str) -> list[Module]:
    """Return the Python files below the folders, in a stable order."""
    return [Module(path) for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def project_files() -> list[Path]:
    """Return the files that belong to the project: what git knows or would add, else all that is not built."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        built = {".venv", ".git", "build", "dist", "__pycache__"}
        return [path for path in ROOT.rglob("*") if path.is_file() and not built & set(path.relative_to(ROOT).parts)]
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]
