"""Every module says what it is for, and has a test of its name or stands on a list that can only shrink."""

from __future__ import annotations

import ast

from tests.architecture.source import APP, ROOT, Module, modules

# Declarations without behaviour, and what other tests cover. A module that gets its own test must leave the list.
TESTED_ELSEWHERE = {
    "app/__init__.py": "holds the version",
    "app/engine/agents/ports.py": "signatures; every test of the turn loop fulfils them",
    "app/engine/domain/agents.py": "values; exercised by every test of the turn loop",
    "app/engine/domain/history.py": "values",
    "app/engine/domain/inference.py": "values; exercised by every test of inference",
    "app/engine/domain/machine.py": "values",
    "app/engine/facade/__init__.py": "signatures; mypy and the import contracts hold them",
    "app/engine/facade/agents.py": "signatures; mypy and the import contracts hold them",
    "app/engine/facade/embeddings.py": "signatures; mypy and the import contracts hold them",
    "app/engine/facade/files.py": "signatures; mypy and the import contracts hold them",
    "app/engine/facade/history.py": "signatures; mypy and the import contracts hold them",
    "app/engine/facade/inference.py": "signatures; mypy and the import contracts hold them",
    "app/engine/facade/memory.py": "signatures; mypy and the import contracts hold them",
    "app/engine/facade/models.py": "signatures; mypy and the import contracts hold them",
    "app/engine/facade/preferences.py": "signatures; mypy and the import contracts hold them",
    "app/engine/facade/safety.py": "signatures; mypy and the import contracts hold them",
}


def test_path(module: Module) -> str:
    """Return where the test of a module belongs."""
    inner = module.path.relative_to(APP)
    stem = inner.parent.name if inner.name == "__init__.py" else inner.stem.strip("_")
    return (ROOT / "tests" / inner.parent / f"test_{stem}.py").relative_to(ROOT).as_posix()


test_path.__test__ = False  # type: ignore[attr-defined]


def test_every_module_has_a_docstring() -> None:
    silent = [m.name for m in modules("app", "installers") if m.tree.body and ast.get_docstring(m.tree) is None]
    assert silent == []


def test_every_module_has_its_test() -> None:
    own = [m for m in modules("app") if not m.is_bare_package and m.name not in TESTED_ELSEWHERE]
    missing = [f"{m.name} -> {test_path(m)}" for m in own if not (ROOT / test_path(m)).exists()]
    assert missing == []


def test_the_list_of_exceptions_shrinks() -> None:
    gone = [name for name in TESTED_ELSEWHERE if not (ROOT / name).exists()]
    tested = [name for name in TESTED_ELSEWHERE if (ROOT / test_path(Module(ROOT / name))).exists()]
    assert (gone, tested) == ([], [])
