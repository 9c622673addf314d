"""The embeddings capability: texts as vectors, and in the order of a query. Signatures only."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from app.engine.domain.embeddings import EmbeddingModel, Ranked, TextKind, Vectors
from app.engine.domain.models import Download


class Embeddings(Protocol):
    """Texts as vectors, and texts in the order of a query."""

    async def models(self) -> tuple[EmbeddingModel, ...]:
        """Return embedding and rerank models, installed ones first."""
        ...

    async def classifiers(self) -> tuple[EmbeddingModel, ...]:
        """Return the classifiers of texts, such as Prompt Guard, installed ones first; they are no embedding models."""
        ...

    async def model(self, model_id: str = "") -> EmbeddingModel:
        """Return a model, the default one for an empty id; raises ModelNotFound."""
        ...

    async def embed(self, model_id: str, texts: tuple[str, ...], kind: TextKind = "document") -> Vectors:
        """Return one vector a text; the model is loaded first."""
        ...

    async def texts_of(self, model_id: str, token_lists: tuple[tuple[int, ...], ...]) -> tuple[str, ...]:
        """Return lists of the model's own tokens as texts; raises InvalidRequest for tokens it does not have."""
        ...

    async def rerank(self, model_id: str, query: str, texts: tuple[str, ...]) -> tuple[Ranked, ...]:
        """Return the texts' places, best first.

        An empty id takes the first installed reranker, else the default embedding model, whose cosine then counts.
        """
        ...

    async def add_folder(self, path: Path) -> EmbeddingModel:
        """Add a model from a local folder or a GGUF file, or a Prompt Guard from a folder; raises InvalidRequest."""
        ...

    async def download(self, repo: str) -> Download:
        """Start (or resume) the download of a model of the hub, named by "owner/name" or by the id of an offered one.

        Returns at once; progress comes as DownloadChanged events, and `Models` pauses, resumes and cancels it. Raises
        Conflict when it is installed. A model of an unknown kind ends as a failed download that says why.
        """
        ...

    async def remove(self, model_id: str) -> None:
        """Forget a model that was added or downloaded; banks that use it must change first (Conflict)."""
        ...
