"""Tells the format of a file: by what it contains first, then by the suffix of its name. Refuses what is no document.

Must not read more than the head of the file, except the list of names in a zip file.
"""

from __future__ import annotations

import re
import zipfile
from typing import NamedTuple

from app.engine.memory.parsing.reading import Source
from app.engine.memory.parsing.refusals import unreadable

HEAD_BYTES = 65_536


class Known(NamedTuple):
    """A format, by the name of its reader, and its media type."""

    format: str
    mime: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
_MIMES = {
    "text": "text/plain",
    "code": "text/plain",
    "markdown": "text/markdown",
    "rst": "text/x-rst",
    "html": "text/html",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "ipynb": "application/x-ipynb+json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "pptx": f"{_OFFICE}presentationml.presentation",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "epub": "application/epub+zip",
    "odt": "application/vnd.oasis.opendocument.text",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "rtf": "application/rtf",
    "eml": "message/rfc822",
    "mbox": "application/mbox",
    "xml": "application/xml",
    "picture": "image/*",
}
_CODE = [
    "py", "pyi", "pyx", "js", "mjs", "cjs", "jsx", "ts", "tsx", "java", "kt", "kts", "scala", "groovy", "c", "h",
    "cc", "cpp", "cxx", "hpp", "hh", "m", "mm", "cs", "go", "rs", "rb", "php", "pl", "pm", "swift", "dart", "lua",
    "r", "jl", "hs", "ml", "mli", "fs", "fsx", "ex", "exs", "erl", "clj", "cljs", "lisp", "el", "scm", "sh", "bash",
    "zsh", "fish", "ps1", "psm1", "bat", "cmd", "sql", "css", "scss", "sass", "less", "vue", "svelte", "proto",
    "graphql", "tf", "hcl", "cmake", "make", "mk", "dockerfile", "gradle", "nix", "zig", "v", "sv", "vhd", "vhdl",
    "asm", "s", "f", "f90", "f95", "pas", "d", "nim", "cr", "vb", "vbs", "tcl", "awk", "sed", "yaml", "yml", "toml",
    "ini", "cfg", "conf", "properties", "env", "diff", "patch", "tex", "bib", "sol", "cu", "cuh", "metal", "glsl",
    "wgsl", "hlsl", "ipp", "inl", "qml",
]  # fmt: skip
_SUFFIXES = {
    **dict.fromkeys(["txt", "text", "log", "me", "asc", "srt", "vtt", "nfo"], "text"),
    **dict.fromkeys(_CODE, "code"),
    **dict.fromkeys(["md", "markdown", "mdown", "mkd", "mdx", "qmd", "rmd"], "markdown"),
    **dict.fromkeys(["rst", "rest"], "rst"),
    **dict.fromkeys(["html", "htm", "xhtml", "xht", "shtml"], "html"),
    **dict.fromkeys(["json", "geojson", "webmanifest", "har"], "json"),
    **dict.fromkeys(["jsonl", "ndjson"], "jsonl"),
    **dict.fromkeys(["tsv", "tab"], "tsv"),
    **dict.fromkeys(["xml", "rss", "atom", "svg", "xsd", "xsl", "opml", "kml", "gpx", "plist"], "xml"),
    "csv": "csv",
    "ipynb": "ipynb",
    "eml": "eml",
    "mbox": "mbox",
}
_NAMES = {"makefile": "code", "dockerfile": "code", "readme": "text", "license": "text", "changelog": "text"}
_PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
_BINARIES = {
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"\x1f\x8b": "a compressed archive",
    b"BZh": "a compressed archive",
    b"\xfd7zXZ\0": "a compressed archive",
    b"7z\xbc\xaf": "a compressed archive",
    b"Rar!": "a compressed archive",
    b"SQLite format 3\0": "a database",
    b"GGUF": "a model",
    b"OggS": "a recording",
    b"ID3": "a recording",
    b"fLaC": "a recording",
    b"\0asm": "a program",
    b"\xca\xfe\xba\xbe": "a program",
    b"PAR1": "a table in Parquet format",
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_WORDS = {"doc": "DOCX", "xls": "XLSX", "ppt": "PPTX", "msg": "EML"}
_WORKING_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
_HTML = re.compile(rb"\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_HEADER = re.compile(rb"(?:[!-9;-~]+:[ \t][^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n){2,}")
_MAIL = re.compile(rb"^(?:from|subject|message-id|received|mime-version|date|to):", re.IGNORECASE | re.MULTILINE)


def recognise(source: Source) -> Known:
    """Return the format of a file; raises DocumentUnreadable when it is none that can be read."""
    name = _by_content(source) or _by_name(source)
    return Known(name, _MIMES[name])


def _by_content(source: Source) -> str:
    head = source.head
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _in_zip(source)
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(_OLD_OFFICE):
        raise _old_office(source)
    if head.startswith(_PICTURES) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        return "picture"
    for magic, words in _BINARIES.items():
        if head.startswith(magic) and (len(magic) > 2 or b"\0" in head):
            raise unreadable("unknown_format", f"it is {words}")
    return _in_text(source)


def _old_office(source: Source) -> Exception:
    if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in source.head or source.suffix in ("docx", "xlsx", "pptx"):
        return unreadable("document_encrypted")
    better = _OLD_WORDS.get(source.suffix, "DOCX or PDF")
    return unreadable(
        "unknown_format", "it is a format of Office before 2007", hint=f"Save it as {better} and add that."
    )


def _in_zip(source: Source) -> str:
    try:
        with zipfile.ZipFile(source.path) as archive:
            names = set(archive.namelist()[:100_000])
            kind = ""
            if "mimetype" in names:
                with archive.open("mimetype") as member:
                    kind = member.read(100).decode("ascii", "replace").strip()
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise unreadable("document_truncated", "its list of contents is missing or damaged") from error
    for name, mime in _MIMES.items():
        if kind and kind.removesuffix("-template") == mime:
            return name
    if "META-INF/container.xml" in names:
        return "epub"
    for folder, name in (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx")):
        if any(entry.lower().startswith(folder) for entry in names):
            return name
    raise unreadable("unknown_format", "it is an archive", hint="Unpack it and add the files in it.")


def _in_text(source: Source) -> str:
    head = source.head
    if source.suffix in _SUFFIXES and source.suffix not in ("txt", "text", "log"):
        return ""
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        return "html"
    if head.startswith(b"From ") and _HEADER.match(head.partition(b"\n")[2]):
        return "mbox"
    header = _HEADER.match(head)
    if header and len({word.lower() for word in _MAIL.findall(header.group())}) >= 2:
        return "eml"
    return ""


def _by_name(source: Source) -> str:
    name = _SUFFIXES.get(source.suffix) or _NAMES.get(source.name.lower().partition(".")[0], "")
    head = source.head
    if b"\0" in head and not head.startswith(_WORKING_BOMS) and not _looks_wide(head):
        raise unreadable("unknown_format", "it holds bytes that are no text")
    if name:
        return name
    if head.lstrip().startswith(b"<?xml"):
        return "xml"
    return "code" if head.startswith(b"#!") else "text"


def _looks_wide(head: bytes) -> bool:
    """Tell whether every other byte is zero, as in UTF-16 text of Latin letters without a mark."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    return half > 0 and max(even, odd) > half * 0.6 and min(even, odd) < half * 0.1
