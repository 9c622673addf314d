"""Brings the translations up to date with the source: `python resources/i18n/update.py`, then fill in what it names.

Reads every string of `app/ui`, of the settings schema and of the catalogue, keeps what is translated, and compiles the
result. Must not invent translations.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from app.ui.settings.schema import fields, groups  # noqa: E402 - found through the path above

SOURCES = sorted(str(path) for path in (HERE.parents[1] / "app" / "ui").rglob("*.py"))
COMMON = ["-no-obsolete", "-locations", "none", "-source-language", "en"]


def tool(name: str, *arguments: str) -> None:
    """Run one of PySide6's translation tools."""
    subprocess.run([str(Path(sys.executable).with_name(f"pyside6-{name}")), *arguments], check=True)


def data_strings() -> str:
    """Return a source in which the tools find the strings that live in data: the schema and the catalogue."""
    catalogue = json.loads((HERE.parent / "catalogue.json").read_text(encoding="utf-8"))
    texts = [("Settings", group) for group in groups()]
    for field in fields().values():
        texts += [("Settings", field.title), ("Settings", field.description)]
    texts += [("Catalogue", entry["description"]) for entry in catalogue["entries"]]
    return "\n".join(f"translate({json.dumps(where)}, {json.dumps(text)})" for where, text in dict.fromkeys(texts))


def unfinished(path: Path) -> list[str]:
    """Return the sources of a file that still need words."""
    messages = ElementTree.parse(path).getroot().iter("message")
    return [
        str(message.findtext("source"))
        for message in messages
        if (translation := message.find("translation")) is not None and translation.get("type") == "unfinished"
    ]


def main() -> int:
    """Update, compile, and return 1 while anything is untranslated."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data.py")
        data.write_text(data_strings(), encoding="utf-8")
        german = ("-ts", str(HERE / "paddock_de.ts"), *COMMON, "-target-language", "de")
        tool("lupdate", *SOURCES, str(data), *german)
    tool("lupdate", *SOURCES, "-ts", str(HERE / "paddock_en.ts"), *COMMON, "-pluralonly", "-target-language", "en")
    files = (HERE / "paddock_de.ts", HERE / "paddock_en.ts")
    tool("lrelease", *map(str, files))
    missing = [f"{path.name}: {source}" for path in files for source in unfinished(path)]
    sys.stdout.write(("\n".join(missing) or "Everything is translated.") + "\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
