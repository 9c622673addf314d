"""The engine as its clients see it: one attribute per capability. Window, terminal and HTTP call nothing else.

Only signatures live here; `host.py` joins the real parts. All verbs are coroutines or async iterators of the
engine loop and raise `PaddockError`s only. Must not import implementations, so that a client starts fast.
"""

from __future__ import annotations

from typing import Protocol

from app.engine.domain.events import EventBus
from app.engine.facade.agents import Agents
from app.engine.facade.embeddings import Embeddings
from app.engine.facade.files import FileBatches, Files
from app.engine.facade.history import History
from app.engine.facade.inference import Inference
from app.engine.facade.memory import Memory
from app.engine.facade.models import Models
from app.engine.facade.preferences import Preferences
from app.engine.facade.safety import Safety

__all__ = [
    "Agents",
    "Embeddings",
    "Engine",
    "FileBatches",
    "Files",
    "History",
    "Inference",
    "Memory",
    "Models",
    "Preferences",
    "Safety",
]


class Engine(Protocol):
    """Everything Paddock does, by capability."""

    models: Models
    inference: Inference
    embeddings: Embeddings
    memory: Memory
    files: Files
    file_batches: FileBatches
    agents: Agents
    history: History
    preferences: Preferences
    safety: Safety
    events: EventBus
