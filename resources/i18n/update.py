"""Brings the translations up to date with the source: `python resources/i18n/update.py`, then fill in what it names.

Reads every string of `app/ui`, keeps what is translated, and compiles the result. Must not invent translations.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).parent
SOURCES = sorted(str(path) for path in (HERE.parents[1] / "app" / "ui").rglob("*.py"))
COMMON = ["-no-obsolete", "-locations", "none", "-source-language", "en"]


def tool(name: str, *arguments: str) -> None:
    """Run one of PySide6's translation tools."""
    subprocess.run([str(Path(sys.executable).with_name(f"pyside6-{name}")), *arguments], check=True)


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
    tool("lupdate", *SOURCES, "-ts", str(HERE / "paddock_de.ts"), *COMMON, "-target-language", "de")
    tool("lupdate", *SOURCES, "-ts", str(HERE / "paddock_en.ts"), *COMMON, "-pluralonly", "-target-language", "en")
    files = (HERE / "paddock_de.ts", HERE / "paddock_en.ts")
    tool("lrelease", *map(str, files))
    missing = [f"{path.name}: {source}" for path in files for source in unfinished(path)]
    sys.stdout.write(("\n".join(missing) or "Everything is translated.") + "\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
