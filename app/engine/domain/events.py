"""What the engine tells whoever listens. Named in the past tense; must not carry anything mutable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from app.engine.domain.machine import Endpoint
from app.engine.domain.memory import Bank, Document
from app.engine.domain.models import Download, ModelState


class ModelStateChanged(Struct, frozen=True, tag="model_state_changed"):
    """A model was loaded, unloaded, failed or moved on while loading."""

    model_id: str
    state: ModelState


class ModelsChanged(Struct, frozen=True, tag="models_changed"):
    """A model was added, removed or described anew."""


class DownloadChanged(Struct, frozen=True, tag="download_changed"):
    """A download moved on."""

    download: Download


class SessionsChanged(Struct, frozen=True, tag="sessions_changed"):
    """Chats or folders were added, removed, renamed or moved."""

    session_ids: tuple[str, ...] = ()


class TurnRan(Struct, frozen=True, tag="turn_ran"):
    """A turn of a session started or ended."""

    session_id: str
    turn_id: str
    running: bool


class NoticeRaised(Struct, frozen=True, tag="notice_raised"):
    """Something a person should know. `topic` names its origin, so that a later notice can replace it."""

    topic: str
    level: Literal["info", "warning", "error"]
    message: str
    hint: str = ""


class SettingsChanged(Struct, frozen=True, tag="settings_changed"):
    """One or more settings have new values."""

    names: tuple[str, ...]


class EndpointChanged(Struct, frozen=True, tag="endpoint_changed"):
    """The local API listens elsewhere, or no longer."""

    endpoint: Endpoint


class BanksChanged(Struct, frozen=True, tag="banks_changed"):
    """Banks were added, removed or renamed."""

    bank_ids: tuple[str, ...] = ()


class BankChanged(Struct, frozen=True, tag="bank_changed"):
    """A bank's figures or its progress moved on; at most a few a second for one bank."""

    bank: Bank


class DocumentsChanged(Struct, frozen=True, tag="documents_changed"):
    """Documents of a bank were added or moved on; those that changed together come together."""

    bank_id: str
    documents: tuple[Document, ...]


class DocumentsRemoved(Struct, frozen=True, tag="documents_removed"):
    """Documents left a bank."""

    bank_id: str
    document_ids: tuple[str, ...]


class PolicyChanged(Struct, frozen=True, tag="policy_changed"):
    """The safety policy has a new version, in force from now on."""

    version: int


class VerdictLogged(Struct, frozen=True, tag="verdict_logged"):
    """Shields judged something; the log has new entries."""

    entry_ids: tuple[int, ...] = ()


EngineEvent = (
    ModelStateChanged
    | ModelsChanged
    | DownloadChanged
    | SessionsChanged
    | TurnRan
    | NoticeRaised
    | SettingsChanged
    | EndpointChanged
    | BanksChanged
    | BankChanged
    | DocumentsChanged
    | DocumentsRemoved
    | PolicyChanged
    | VerdictLogged
)

Listener = Callable[[EngineEvent], None]


class EventBus:
    """Hands each event to every listener, in the engine loop's thread. Listeners must return at once.

    Notices of the start, which nobody can hear yet, wait for the first listener that shows them to a person. A part of
    the engine that listens for its own work subscribes with `audience` False.
    """

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._audience: list[Listener] = []
        self._unheard: dict[str, NoticeRaised] = {}

    def subscribe(self, listener: Listener, *, audience: bool = True) -> Callable[[], None]:
        """Add a listener and return the function that removes it; the first audience hears the notices that wait."""
        if audience:
            unheard, self._unheard = self._unheard, {}
            for notice in unheard.values():
                listener(notice)
            self._audience.append(listener)
        self._listeners.append(listener)

        def unsubscribe() -> None:
            for listeners in (self._listeners, self._audience):
                if listener in listeners:
                    listeners.remove(listener)

        return unsubscribe

    def publish(self, event: EngineEvent) -> None:
        """Hand the event to all listeners."""
        if not self._audience and isinstance(event, NoticeRaised):
            self._unheard[event.topic] = event
        for listener in tuple(self._listeners):
            listener(event)
