"""Rules ruff and import-linter cannot state: who may catch everything, who starts the engine, no foreign paths."""

from __future__ import annotations

import ast
import re
import tomllib

from tests.architecture.source import ROOT, Module, modules, project_files

# The window reaches the engine through the bridge; the application object is what builds the bridge.
MAY_START_THE_ENGINE = ("app/engine/host.py", "app/cli/", "app/ui/bridge/", "app/ui/application.py")

# Built from pieces so that this file does not hold what it looks for.
MACHINE_PATH = re.compile("|".join(["/" + "root/", "/" + "work/", "/" + "tmp/b/", "/" + r"home/\w", "/" + r"Users/\w"]))
TEXT = {".py", ".md", ".toml", ".lock", ".yml", ".yaml", ".json", ".sh", ".spec", ".nsi", ".txt", ".cfg", ".qss", ""}


def allowed_borders() -> set[str]:
    """Return the files where ruff lets `except Exception` stand: pyproject.toml holds the one list."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    return {name for name, rules in settings["per-file-ignores"].items() if "BLE001" in rules}


def catches_everything(module: Module) -> bool:
    """Tell whether a module catches Exception, BaseException or simply all."""
    handlers = (node for node in ast.walk(module.tree) if isinstance(node, ast.ExceptHandler))
    caught = ("all" if handler.type is None else ast.unparse(handler.type) for handler in handlers)
    return any(name in ("all", "Exception", "BaseException") for name in caught)


def imported(module: Module) -> set[str]:
    """Return the full names of what a module imports, wherever the statement stands."""
    names: set[str] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_the_list_of_borders_shrinks() -> None:
    listed = [ROOT / name for name in allowed_borders()]
    assert [path.name for path in listed if path.exists() and not catches_everything(Module(path))] == []


def test_nobody_silences_the_border_rule_in_place() -> None:
    assert [module.name for module in modules("app") if "BLE001" in module.text] == []


def test_only_the_bridge_and_the_terminal_start_the_engine() -> None:
    others = [module for module in modules("app") if not module.name.startswith(MAY_START_THE_ENGINE)]
    assert [module.name for module in others if "app.engine.host" in imported(module)] == []


def test_no_file_knows_a_path_of_one_machine() -> None:
    texts = [path for path in project_files() if path.suffix in TEXT and path.name != "test_borders.py"]
    found = {
        path.relative_to(ROOT).as_posix(): match.group()
        for path in texts
        if (match := MACHINE_PATH.search(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert found == {}


# Who may ask a model: inference itself, the one step of the turn loop that does, plain inference over HTTP (no turn),
# and the relations of a graph bank, when a person asks for them.
MAY_ASK_MODELS = (
    "app/engine/agents/answering.py",
    "app/engine/http/inference.py",
    "app/engine/inference/",
    "app/engine/memory/graph_service.py",
)


def asks_a_model(module: Module) -> bool:
    """Tell whether a module calls `chat` or `complete` of anything."""
    calls = (node.func for node in ast.walk(module.tree) if isinstance(node, ast.Call))
    return any(isinstance(func, ast.Attribute) and func.attr.lstrip("_") in ("chat", "complete") for func in calls)


def test_no_turn_reaches_a_model_but_through_the_loop_and_its_shields() -> None:
    askers = [module for module in modules("app") if asks_a_model(module)]
    others = [module.name for module in askers if not module.name.startswith(MAY_ASK_MODELS)]
    # These complete something else: a retrieval step.
    assert [name for name in others if name != "app/engine/agents/loop.py"] == []
    loop = next(module for module in askers if module.name == "app/engine/agents/loop.py")
    assert loop.text.count(".chat(") == 0 and loop.text.count("_retrieval.complete(") == 1
