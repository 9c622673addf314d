"""What the engine asks of the index process. Values only; see `host.py` for what is done with them."""

from __future__ import annotations

from msgspec import Struct


class Place(Struct, frozen=True, kw_only=True):
    """Where an index is: the address LanceDB opens, and the table. `dimension` 0 means a table without vectors."""

    uri: str
    table: str
    dimension: int = 0


class Commit(Struct, frozen=True, kw_only=True):
    """Put the staged generation of documents (row numbers) in the place of what is there, in one step.

    Rows are read from the bank's database at `database`. `language` is that of the text index, used when it is made.
    """

    place: Place
    database: str
    documents: tuple[int, ...]
    language: str = ""


class Delete(Struct, frozen=True, kw_only=True):
    """Take documents out, without rewriting what stays."""

    place: Place
    documents: tuple[int, ...]


class Tend(Struct, frozen=True, kw_only=True):
    """Bring the index up to date: compact, index new rows, build the vector index when the table has outgrown scans."""

    place: Place
    language: str = ""


class Rebuild(Struct, frozen=True, kw_only=True):
    """Make a table of all live generations; a table of that name is replaced."""

    place: Place
    database: str
    language: str = ""


class Drop(Struct, frozen=True, kw_only=True):
    """Remove a table and its files."""

    place: Place


class Compare(Struct, frozen=True, kw_only=True):
    """Compare the table with the live chunks of the database."""

    place: Place
    database: str


class Find(Struct, frozen=True, kw_only=True):
    """Search both legs, those that are asked for: `text` empty leaves out keywords, `vector` empty the vectors.

    `vector` is float32, little-endian. `documents` None searches all, else these row numbers only.
    """

    place: Place
    text: str = ""
    vector: bytes = b""
    documents: tuple[int, ...] | None = None
    limit: int = 50


class Found(Struct, frozen=True, kw_only=True):
    """Chunk numbers, best first, with cosine similarities and BM25 scores; `tail` tells rows not indexed yet."""

    vector_ids: tuple[int, ...] = ()
    similarities: tuple[float, ...] = ()
    keyword_ids: tuple[int, ...] = ()
    scores: tuple[float, ...] = ()


class TableState(Struct, frozen=True, kw_only=True):
    """Rows in a table, rows that its text index does not hold yet, and whether vectors have an index.

    A table is not `whole` when a kill came before all of its indexes were made.
    """

    rows: int = 0
    unindexed: int = 0
    vector_index: bool = False
    whole: bool = True
    version: str = ""


class Differences(Struct, frozen=True, kw_only=True):
    """Documents whose rows are missing or differ, documents that should not be there, and whether the table exists."""

    missing: tuple[int, ...] = ()
    surplus: tuple[int, ...] = ()
    exists: bool = True
