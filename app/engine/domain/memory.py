"""Words of memory banks: banks, documents, chunks, searches, and what happens to them. No I/O.

A bank holds documents; a document is read into parts (pages) and cut into chunks; a search finds chunks. All character
offsets count from the start of the document's text, which is the texts of its parts joined without anything between.
Ids: banks `vs_…`, documents and files `file-…`, folders `dir_…`, as the clients of vector stores expect them.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field

BankType = Literal["vector", "keyword", "keyvalue", "graph"]
SearchMode = Literal["hybrid", "vector", "keyword"]
DocumentState = Literal["waiting", "parsing", "embedding", "indexing", "ready", "failed", "paused", "cancelled"]
AttributeValue = str | float | bool
Attributes = dict[str, AttributeValue]

WORKING: tuple[DocumentState, ...] = ("waiting", "parsing", "embedding", "indexing")


class Chunking(Struct, frozen=True, kw_only=True):
    """How text is cut, in tokens of the bank's embedding model. No overlap by default: neighbours are read instead."""

    max_tokens: int = 200
    overlap_tokens: int = 0


class BankStats(Struct, frozen=True, kw_only=True):
    """What a bank holds. `working` documents are not ready yet and not failed; sizes are bytes on disk."""

    documents: int = 0
    ready: int = 0
    working: int = 0
    failed: int = 0
    cancelled: int = 0
    chunks: int = 0
    size_bytes: int = 0


class IngestProgress(Struct, frozen=True, kw_only=True):
    """How far the work on a bank is, in chunks. `eta` is seconds left, None while unknown."""

    done: int = 0
    total: int = 0
    speed: float = 0.0
    eta: float | None = None
    current: str = ""


class LanguageFit(Struct, frozen=True, kw_only=True):
    """What the self-test after ingestion found: does the embedding model know the language of the documents?

    `pieces_per_word` is how many word pieces the model's tokenizer makes of a word on average, `likeness` the mean
    cosine of chunks to each other, `found` the share of sentences whose own chunk the vectors find among the first ten.
    `trust` (0 to 1) is what a hybrid search gives the vector leg. `advice` is empty when all is well.
    """

    language: str = ""
    pieces_per_word: float = 0.0
    likeness: float = 0.0
    found: float = 0.0
    trust: float = 1.0
    advice: str = ""


class Bank(Struct, frozen=True, kw_only=True):
    """A memory bank. `embedding_model` is empty for banks without vectors; its hash and dimension are pinned.

    `session_id` marks the bank of a chat's own files, which lists leave out. `location` is the URI of its index when
    that is not in the data directory. `paused` holds back its ingestion. `reembedding` names the model a running
    change goes to. `problem` says in words why the bank cannot be used, empty if it can.
    """

    id: str
    name: str
    type: BankType = "vector"
    description: str = ""
    embedding_model: str = ""
    embedding_sha256: str = ""
    embedding_dimension: int = 0
    chunking: Chunking = Chunking()
    language: str = ""
    location: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    session_id: str | None = None
    expires_after_days: int | None = None
    paused: bool = False
    reembedding: str = ""
    fit: LanguageFit | None = None
    stats: BankStats = BankStats()
    progress: IngestProgress | None = None
    problem: str = ""
    created_at: float = 0.0
    used_at: float = 0.0

    def in_words(self) -> str:
        """Return the state as a person reads it."""
        if self.problem:
            return f"failed: {self.problem}"
        if self.paused and self.stats.working:
            return f"paused, {self.stats.working} waiting"
        if self.progress is not None and self.progress.total:
            return f"reading, {self.progress.done} of {self.progress.total} passages"
        if self.stats.working:
            return f"reading {self.stats.working} documents"
        if self.stats.failed:
            return f"ready, {self.stats.failed} failed"
        return "ready" if self.stats.documents else "empty"


class BankChanges(Struct, frozen=True, kw_only=True):
    """What may change of a bank; None leaves a field as it is."""

    name: str | None = None
    description: str | None = None
    metadata: dict[str, str] | None = None
    expires_after_days: int | None = None


class SkippedPart(Struct, frozen=True, kw_only=True):
    """A part of a document that was left out, and why; `where` is a place in words, such as "page 3"."""

    where: str
    reason: str


class DocumentReport(Struct, frozen=True, kw_only=True):
    """What became of a file. `reused_chunks` needed no embedding because their text was known already."""

    format: str = ""
    pages: int = 0
    characters: int = 0
    chunks: int = 0
    reused_chunks: int = 0
    skipped: tuple[SkippedPart, ...] = ()
    skipped_total: int = 0
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0


class DocumentFailure(Struct, frozen=True, kw_only=True):
    """Why a document could not be read, as fields of a PaddockError."""

    code: str
    message: str
    hint: str = ""


class Document(Struct, frozen=True, kw_only=True):
    """A document of a bank. `uri` says where it came from: a file, an address, or `text:` for pasted text.

    `done` of `total` are pages while parsing and chunks while embedding (0 of 0: not known). `flagged` marks text that
    reads like instructions to a model; it is kept as data all the same. Times are Unix seconds.
    """

    id: str
    bank_id: str
    name: str
    uri: str = ""
    file_id: str | None = None
    folder_id: str | None = None
    mime: str = ""
    size_bytes: int = 0
    sha256: str = ""
    state: DocumentState = "waiting"
    done: int = 0
    total: int = 0
    failure: DocumentFailure | None = None
    report: DocumentReport = DocumentReport()
    attributes: Attributes = field(default_factory=dict)
    chunking: Chunking | None = None
    title: str = ""
    language: str = ""
    flagged: bool = False
    created_at: float = 0.0
    updated_at: float = 0.0

    def in_words(self) -> str:
        """Return the state as a person reads it."""
        match self.state:
            case "parsing" if self.total:
                return f"parsing {self.done / self.total * 100:.0f} %"
            case "embedding" if self.total:
                return f"embedding {self.done} of {self.total}"
            case "failed" if self.failure is not None:
                return f"failed: {self.failure.message}"
            case _:
                return self.state


class DocumentPage(Struct, frozen=True, kw_only=True):
    """Some documents of a bank, in the order asked for. `total` counts all that match."""

    documents: tuple[Document, ...] = ()
    has_more: bool = False
    total: int = 0


class Added(Struct, frozen=True, kw_only=True):
    """What adding files led to. `unchanged` files were known with the same content; `refused` ones say why."""

    documents: tuple[Document, ...] = ()
    unchanged: int = 0
    refused: tuple[SkippedPart, ...] = ()


class WatchedFolder(Struct, frozen=True, kw_only=True):
    """A folder whose files a bank follows. `problem` says why it cannot be followed now (a disk taken away)."""

    id: str
    bank_id: str
    path: str
    files: int = 0
    scanned_at: float = 0.0
    problem: str = ""


class Chunk(Struct, frozen=True, kw_only=True):
    """A passage: characters `start` to `end` of its document, within one part. `page` 0 means the format has none."""

    id: int
    document_id: str
    index: int
    text: str
    start: int
    end: int
    page: int = 0
    label: str = ""
    headings: tuple[str, ...] = ()
    tokens: int = 0


class PartText(Struct, frozen=True, kw_only=True):
    """One part of a document as the viewer shows it: its text, where that starts, and its neighbours' numbers.

    `index` counts parts from 0; `page` is the page, slide or sheet number (0 without), `label` names it for a person.
    """

    document: Document
    index: int
    parts: int
    page: int
    label: str
    start: int
    text: str


class Comparison(Struct, frozen=True, kw_only=True, tag="comparison"):
    """A condition on one attribute of a document."""

    op: Literal["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin"]
    key: str
    value: AttributeValue | tuple[AttributeValue, ...]


class Combination(Struct, frozen=True, kw_only=True, tag="combination"):
    """Conditions joined by and/or."""

    op: Literal["and", "or"]
    filters: tuple[Comparison | Combination, ...]


Filter = Comparison | Combination


class SearchRequest(Struct, frozen=True, kw_only=True):
    """What to look for. `min_score` is on the relevance of a hit (0 to 1).

    `fusion` "weighted" adds the scores of both legs, "rrf" their reciprocal ranks with `rank_constant` as k.
    `vector_weight` and `keyword_weight` None let the bank's self-test decide which leg to trust. `rerank` names a
    cross-encoder (empty: none). `per_document` bounds hits of one document (0: no bound). `around` adds the text
    of that many neighbouring chunks before and after each hit's own.
    """

    query: str
    mode: SearchMode = "hybrid"
    limit: int = 10
    filter: Filter | None = None
    min_score: float = 0.0
    fusion: Literal["weighted", "rrf"] = "weighted"
    vector_weight: float | None = None
    keyword_weight: float | None = None
    rank_constant: float = 10.0
    rerank: str = ""
    per_document: int = 0
    around: int = 0


class LegScores(Struct, frozen=True, kw_only=True):
    """What each leg says of a hit: cosine similarity, BM25, cross-encoder score; None when the leg did not find it."""

    vector: float | None = None
    keyword: float | None = None
    rerank: float | None = None
    fused: float = 0.0


class Hit(Struct, frozen=True, kw_only=True):
    """A chunk that a search found, with where it stands. `score` is its relevance, 0 to 1."""

    bank_id: str
    document_id: str
    document_name: str
    chunk: Chunk
    score: float
    legs: LegScores = LegScores()
    file_id: str | None = None
    attributes: Attributes = field(default_factory=dict)
    before: str = ""
    after: str = ""


class SearchResult(Struct, frozen=True, kw_only=True):
    """The hits, best first. `mode` is what was done in fact and `note` says why it differs from what was asked."""

    hits: tuple[Hit, ...] = ()
    mode: SearchMode = "hybrid"
    note: str = ""
    seconds: float = 0.0


class Entry(Struct, frozen=True, kw_only=True):
    """A value of a keyvalue bank; `value` is JSON text or plain text."""

    key: str
    value: str
    updated_at: float = 0.0


class Entity(Struct, frozen=True, kw_only=True):
    """A node of a graph bank. `mentions` counts the chunks that name it."""

    name: str
    kind: str = ""
    mentions: int = 0


class Relation(Struct, frozen=True, kw_only=True):
    """An edge of a graph bank, with how often it was seen."""

    source: str
    target: str
    kind: str
    weight: int = 1


class Neighbourhood(Struct, frozen=True, kw_only=True):
    """What stands around the entities a query names, and the passages that say so."""

    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    hits: tuple[Hit, ...] = ()


class StoredFile(Struct, frozen=True, kw_only=True):
    """A file handed in by an app, kept by its content. `purpose` is whatever the app called it."""

    id: str
    name: str
    purpose: str
    size_bytes: int
    sha256: str
    created_at: float
    expires_at: float | None = None


class ReadyChunk(Struct, frozen=True, kw_only=True):
    """A passage that somebody else cut: kept as it is, never cut again. `metadata` is the app's own, JSON values."""

    id: str
    text: str
    metadata: dict[str, Any] = field(default_factory=dict)


class BatchFile(Struct, frozen=True, kw_only=True):
    """A stored file that is to be added with others."""

    file_id: str
    attributes: Attributes = field(default_factory=dict)
    chunking: Chunking | None = None


class FileBatch(Struct, frozen=True, kw_only=True):
    """Stored files that were added to a bank together. `documents` are those still there, in the order given."""

    id: str
    bank_id: str
    file_ids: tuple[str, ...]
    cancelled: bool = False
    created_at: float = 0.0
    documents: tuple[Document, ...] = ()


class Mended(Struct, frozen=True, kw_only=True):
    """What a check of a bank found and mended: words for a person, empty when all agreed."""

    bank_id: str
    findings: tuple[str, ...] = ()
