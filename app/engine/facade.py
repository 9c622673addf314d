"""The engine as its clients see it: one attribute per capability. Window, terminal and HTTP call nothing else.

Only signatures live here; `host.py` joins the real parts. All verbs are coroutines or async iterators of the
engine loop and raise `PaddockError`s only. Must not import implementations, so that a client starts fast.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

from app.engine.domain.agents import AgentConfig, Attachment, Session, Turn, TurnEvent
from app.engine.domain.embeddings import EmbeddingModel, Ranked, TextKind, Vectors
from app.engine.domain.events import EventBus
from app.engine.domain.history import ChatList, ExportForm, Folder, SearchHit, TurnPage
from app.engine.domain.inference import ChatRequest, CompletionRequest, GenerationEvent, Message
from app.engine.domain.machine import Endpoint, Finding
from app.engine.domain.memory import (
    Added,
    Attributes,
    Bank,
    BankChanges,
    BankType,
    BatchFile,
    Chunk,
    Chunking,
    Document,
    DocumentPage,
    DocumentState,
    Entry,
    FileBatch,
    Mended,
    Neighbourhood,
    PartText,
    ReadyChunk,
    SearchRequest,
    SearchResult,
    StoredFile,
    WatchedFolder,
)
from app.engine.domain.models import (
    CatalogueOffer,
    Download,
    FitVerdict,
    HubModel,
    LoadSettings,
    Model,
    ModelState,
)
from app.engine.domain.safety import (
    Category,
    Demand,
    Judgement,
    LogEntry,
    LogFilter,
    LogPage,
    Moderation,
    Occasion,
    Policy,
    Question,
    ShieldInfo,
)
from app.engine.domain.settings import RemoteProvider, Settings


class Models(Protocol):
    """What is installed, what can be had, and what is in memory."""

    async def list(self) -> tuple[Model, ...]:
        """Return all models, local first, by name."""
        ...

    async def get(self, model_id: str) -> Model:
        """Return one model; raises ModelNotFound."""
        ...

    async def default(self) -> Model:
        """Return the model a new chat uses: the setting, else the last used, else the first chat model."""
        ...

    def states(self) -> Mapping[str, ModelState]:
        """Return the state of every model that is not simply unloaded."""
        ...

    async def load(self, model_id: str) -> ModelState:
        """Put a model into memory; returns when it is ready, raises ModelLoadFailed."""
        ...

    async def unload(self, model_id: str) -> None:
        """Take a model out of memory; running requests end with ModelUnavailable."""
        ...

    async def configure(self, model_id: str, settings: LoadSettings) -> Model:
        """Remember load settings; they take effect at the next load."""
        ...

    async def import_file(self, path: Path, *, copy: bool = True) -> Model:
        """Check a GGUF's header and add it; raises GgufInvalid. `copy` False links to the file where it is."""
        ...

    async def remove(self, model_id: str) -> int:
        """Remove a model and its file if Paddock owns it; returns the bytes that came free."""
        ...

    async def check(self, path: Path) -> Model:
        """Read a GGUF's header without importing it; raises GgufInvalid."""
        ...

    async def measure(self, model_id: str) -> float:
        """Decode a few tokens, remember and return tokens per second."""
        ...

    async def fit(self, model_id: str) -> FitVerdict:
        """Say whether an installed model fits the memory that is free now."""
        ...

    async def catalogue(self) -> tuple[CatalogueOffer, ...]:
        """Return the catalogue, each entry with its verdict for this machine."""
        ...

    async def search_hub(self, query: str, *, limit: int = 20) -> tuple[HubModel, ...]:
        """Search the hub for GGUF repositories; raises HubUnreachable."""
        ...

    async def hub_files(self, repo: str) -> HubModel:
        """Return a repository with its GGUF files; raises AccessDenied, HubUnreachable, NotFound."""
        ...

    async def download(self, repo: str, file: str, *, sha256: str = "") -> Download:
        """Start (or resume) a download and return at once; progress comes as DownloadChanged events."""
        ...

    def downloads(self) -> tuple[Download, ...]:
        """Return all downloads that are not dismissed, oldest first."""
        ...

    async def pause_download(self, download_id: str) -> None:
        """Stop a download and keep what has arrived."""
        ...

    async def resume_download(self, download_id: str) -> None:
        """Go on where a download stopped."""
        ...

    async def cancel_download(self, download_id: str) -> None:
        """Stop a download and delete what has arrived."""
        ...

    async def set_hub_token(self, token: str) -> bool:
        """Keep the hub token in the keychain; returns False when it is kept for this run only."""
        ...

    async def has_hub_token(self) -> bool:
        """Tell whether a hub token is known."""
        ...

    async def set_remote(self, provider: RemoteProvider, key: str | None) -> tuple[Model, ...]:
        """Add or change a remote provider and return the models it serves."""
        ...

    async def remove_remote(self, provider_id: str) -> None:
        """Forget a remote provider and its key."""
        ...


class Inference(Protocol):
    """Plain inference: no session, nothing stored. A model that is not in memory is loaded first."""

    def chat(self, request: ChatRequest) -> AsyncIterator[GenerationEvent]:
        """Continue a conversation."""
        ...

    def complete(self, request: CompletionRequest) -> AsyncIterator[GenerationEvent]:
        """Continue a raw prompt."""
        ...

    async def count_tokens(self, model_id: str, messages: tuple[Message, ...]) -> int:
        """Return the prompt length in tokens."""
        ...


class Agents(Protocol):
    """Sessions and their turns. A running turn belongs to the engine: watchers may come and go."""

    async def create_session(
        self, *, title: str = "", config: AgentConfig | None = None, folder_id: str | None = None
    ) -> Session:
        """Create a chat; without a config it takes the defaults of the settings."""
        ...

    async def get_session(self, session_id: str) -> Session:
        """Return a session; raises NotFound."""
        ...

    async def configure_session(self, session_id: str, config: AgentConfig) -> Session:
        """Change model, system prompt or sampling of a session."""
        ...

    async def start_turn(
        self,
        session_id: str,
        text: str,
        *,
        parent_id: str | Literal["active"] | None = "active",
        attachments: tuple[Attachment, ...] = (),
    ) -> Turn:
        """Store the message and start answering; returns at once. The turn becomes the active leaf.

        `parent_id` "active" continues the shown branch, a turn id (or None for the root) branches there.
        `attachments` are files of the chat's own bank: whole in the prompt where they fit, searched otherwise.
        Raises Conflict while another turn of the session runs.
        """
        ...

    def ask(self, text: str, config: AgentConfig | None = None) -> AsyncIterator[TurnEvent]:
        """Answer once, without a session: nothing is stored, but shields look as they do at every turn.

        Leaving the iterator early ends the answer.
        """
        ...

    async def regenerate_turn(self, turn_id: str) -> Turn:
        """Answer the same message again as a sibling turn."""
        ...

    async def edit_turn(self, turn_id: str, text: str) -> Turn:
        """Answer a changed message as a sibling turn."""
        ...

    def watch_turn(self, turn_id: str) -> AsyncIterator[TurnEvent]:
        """Yield the turn's events from its start, ending with TurnCompleted; ends at once for a finished turn."""
        ...

    async def cancel_turn(self, turn_id: str) -> Turn:
        """Stop a running turn, keep what it has said, and return it."""
        ...

    async def select_turn(self, turn_id: str) -> Session:
        """Show the branch through this turn (its most recent leaf)."""
        ...

    async def running_turns(self) -> tuple[Turn, ...]:
        """Return the turns that run now."""
        ...


class History(Protocol):
    """The chat list: find, order, keep, export."""

    async def list(self) -> ChatList:
        """Return all chats and folders."""
        ...

    async def turns(self, session_id: str, *, before: str | None = None, limit: int = 100) -> TurnPage:
        """Return the newest turns of the shown branch, or those before a turn."""
        ...

    async def rename(self, session_id: str, title: str) -> Session:
        """Give a chat a title."""
        ...

    async def pin(self, session_id: str, pinned: bool) -> Session:
        """Pin a chat to the top of the list, or unpin it."""
        ...

    async def move(self, session_id: str, folder_id: str | None) -> Session:
        """Move a chat into a folder, or out of all folders."""
        ...

    async def delete(self, session_ids: tuple[str, ...]) -> None:
        """Hide chats; `restore` undoes it until `purge`, which also runs at the next start."""
        ...

    async def restore(self, session_ids: tuple[str, ...]) -> None:
        """Bring deleted chats back."""
        ...

    async def purge(self) -> int:
        """Really delete hidden chats; returns how many."""
        ...

    async def create_folder(self, name: str) -> Folder:
        """Create a folder."""
        ...

    async def rename_folder(self, folder_id: str, name: str) -> Folder:
        """Rename a folder."""
        ...

    async def delete_folder(self, folder_id: str) -> None:
        """Delete a folder; its chats stay and leave it."""
        ...

    async def search(self, text: str, *, limit: int = 50) -> tuple[SearchHit, ...]:
        """Find chats whose title or messages contain all the words."""
        ...

    async def export(self, session_id: str, form: ExportForm) -> str:
        """Return a chat as text. JSON holds every branch, Markdown and HTML the shown one."""
        ...

    async def import_json(self, text: str) -> Session:
        """Add a chat exported as JSON; raises InvalidRequest."""
        ...


class Preferences(Protocol):
    """Settings, and facts about this machine that a client shows."""

    def get(self) -> Settings:
        """Return the settings in force."""
        ...

    async def set(self, changes: Mapping[str, Any]) -> Settings:
        """Change settings by name; raises InvalidRequest that names the field and its bounds."""
        ...

    @property
    def current_key(self) -> str | None:
        """The key other apps must send, once `api_key` has made or read it."""
        ...

    def endpoint(self) -> Endpoint:
        """Return where other apps reach this engine."""
        ...

    async def api_key(self) -> str:
        """Return the key other apps must send; made at first use."""
        ...

    async def renew_api_key(self) -> str:
        """Replace the key; the old one stops working at once."""
        ...

    async def doctor(self) -> tuple[Finding, ...]:
        """Examine hardware, llama.cpp build, paths, keychain and versions."""
        ...


class Safety(Protocol):
    """Shields, the person's policy over them, and the log of what they said."""

    async def shields(self) -> tuple[ShieldInfo, ...]:
        """Return the built-in shields, then those that apps registered."""
        ...

    async def categories(self) -> tuple[Category, ...]:
        """Return all categories a guard may know, in the order of Llama Guard 3; the person's own come last."""
        ...

    def policy(self) -> Policy:
        """Return the policy in force."""
        ...

    async def set_policy(self, policy: Policy) -> Policy:
        """Put a changed policy in force, as a new version; raises InvalidRequest that names the field.

        Raises Conflict when `policy.version` is not the one in force: somebody else changed it meanwhile.
        """
        ...

    async def policies(self, *, limit: int = 50) -> tuple[Policy, ...]:
        """Return the versions of the policy, newest first."""
        ...

    async def check(
        self, question: Question, *, demand: Demand | None = None, occasion: Occasion | None = None
    ) -> Judgement:
        """Let all shields of the question's direction judge it, those of the policy and those demanded."""
        ...

    async def run_shield(self, shield_id: str, question: Question, *, occasion: Occasion | None = None) -> Judgement:
        """Let one shield judge, whatever its rule says of directions; raises NotFound."""
        ...

    async def moderate(
        self, texts: tuple[str, ...], *, model: str = "", occasion: Occasion | None = None
    ) -> tuple[Moderation, ...]:
        """Return the scores of each text, judged together as what a person wrote.

        `model` names a guard model or shield, empty the one in force. Raises ModelNotFound when there is no guard.
        """
        ...

    async def register_shield(self, shield: ShieldInfo) -> ShieldInfo:
        """Let an app name a shield; raises Conflict for a built-in name, InvalidRequest for an unknown provider."""
        ...

    async def unregister_shield(self, shield_id: str) -> None:
        """Forget a name an app gave; raises NotFound, and Conflict for a built-in one."""
        ...

    async def log(self, wanted: LogFilter | None = None, *, before: int | None = None, limit: int = 100) -> LogPage:
        """Return entries of the audit log, newest first."""
        ...

    async def mark(self, entry_id: int, wrong: bool, note: str = "") -> LogEntry:
        """Mark a verdict as wrong, or no longer; raises NotFound."""
        ...

    async def export_log(self, path: Path, wanted: LogFilter | None = None) -> int:
        """Write entries as JSON lines, or as CSV where the name ends so; returns how many."""
        ...

    async def clear_log(self) -> int:
        """Delete all entries; returns how many."""
        ...


class Memory(Protocol):
    """Memory banks and their documents. A bank is named by its id."""

    async def banks(self) -> tuple[Bank, ...]:
        """Return all banks by name, without those of single chats."""
        ...

    async def bank(self, bank_id: str) -> Bank:
        """Return a bank; raises BankNotFound."""
        ...

    async def create_bank(
        self,
        name: str,
        *,
        type: BankType = "vector",
        embedding_model: str = "",
        chunking: Chunking | None = None,
        description: str = "",
        metadata: Mapping[str, str] | None = None,
        language: str = "",
        location: str = "",
        expires_after_days: int | None = None,
    ) -> Bank:
        """Create a bank; an empty model takes the default one. `location` is an address for its index, if not here."""
        ...

    async def chat_bank(self, session_id: str) -> Bank:
        """Return the bank of a chat's own files, made at first use."""
        ...

    async def change_bank(self, bank_id: str, changes: BankChanges) -> Bank:
        """Rename or describe a bank."""
        ...

    async def change_model(self, bank_id: str, embedding_model: str) -> Bank:
        """Embed all anew with another model; the bank answers with the old one until the change is complete."""
        ...

    async def delete_bank(self, bank_id: str) -> int:
        """Delete a bank with its vectors, texts and blobs; returns the bytes that came free."""
        ...

    async def export_bank(self, bank_id: str, path: Path) -> int:
        """Write a bank as one file; returns its bytes."""
        ...

    async def import_bank(self, path: Path, *, name: str = "") -> Bank:
        """Add a bank that `export_bank` wrote; raises InvalidRequest. Vectors of a known model are kept."""
        ...

    async def check_bank(self, bank_id: str) -> Mended:
        """Compare the bank's index with its documents and mend what disagrees."""
        ...

    async def compact_bank(self, bank_id: str) -> int:
        """Rewrite the bank so that nothing deleted stays on disk; returns the bytes that came free."""
        ...

    async def add_paths(
        self,
        bank_id: str,
        paths: tuple[Path, ...],
        *,
        attributes: Attributes | None = None,
        chunking: Chunking | None = None,
    ) -> Added:
        """Add files, and the files of folders; returns when they are listed, reading goes on."""
        ...

    async def add_text(
        self,
        bank_id: str,
        name: str,
        text: str,
        *,
        attributes: Attributes | None = None,
        chunking: Chunking | None = None,
    ) -> Document:
        """Add pasted text; the same name replaces it."""
        ...

    async def add_url(
        self, bank_id: str, url: str, *, attributes: Attributes | None = None, chunking: Chunking | None = None
    ) -> Document:
        """Fetch a public address once and add what it shows; raises InvalidRequest for addresses that are not public.

        Call it only when the person has agreed to the very address.
        """
        ...

    async def add_file(
        self, bank_id: str, file_id: str, *, attributes: Attributes | None = None, chunking: Chunking | None = None
    ) -> Document:
        """Add a stored file."""
        ...

    async def add_chunks(self, bank_id: str, name: str, chunks: tuple[ReadyChunk, ...]) -> Document:
        """Add passages as they are to the document of that name; those with ids known there replace the old ones.

        What all passages of the document say alike in their metadata (texts, numbers, truths) are its attributes.
        """
        ...

    async def ready_chunks(self, bank_id: str, document_id: str) -> tuple[ReadyChunk, ...]:
        """Return the passages `add_chunks` was given, none for other documents."""
        ...

    async def documents(
        self,
        bank_id: str,
        *,
        after: str | None = None,
        before: str | None = None,
        limit: int = 100,
        newest_first: bool = False,
        states: tuple[DocumentState, ...] = (),
        name: str = "",
    ) -> DocumentPage:
        """Return documents by time of adding; `after` and `before` are document ids, `name` is part of a name."""
        ...

    async def document(self, bank_id: str, document_id: str) -> Document:
        """Return a document by its own id or that of its stored file; raises NotFound."""
        ...

    async def set_attributes(self, bank_id: str, document_id: str, attributes: Attributes) -> Document:
        """Replace a document's attributes."""
        ...

    async def remove_documents(self, bank_id: str, document_ids: tuple[str, ...]) -> int:
        """Remove documents for good; returns the bytes that came free."""
        ...

    async def pause(self, bank_id: str) -> Bank:
        """Hold back a bank's ingestion; what is being read stops within a second and goes on from there later."""
        ...

    async def resume(self, bank_id: str) -> Bank:
        """Let a bank's ingestion go on."""
        ...

    async def cancel_documents(self, bank_id: str, document_ids: tuple[str, ...] = ()) -> int:
        """Stop documents that are not ready (none named: all of them); returns how many."""
        ...

    async def retry_documents(self, bank_id: str, document_ids: tuple[str, ...] = (), *, ocr: bool = False) -> int:
        """Read documents again that failed or were cancelled (none named: all of them); returns how many."""
        ...

    async def watch_folder(self, bank_id: str, path: Path) -> WatchedFolder:
        """Follow a folder: its files are added, changes and deletions are picked up."""
        ...

    async def unwatch_folder(self, bank_id: str, folder_id: str, *, remove_documents: bool = False) -> None:
        """Stop following a folder; its documents stay unless asked otherwise."""
        ...

    async def folders(self, bank_id: str) -> tuple[WatchedFolder, ...]:
        """Return the folders a bank follows."""
        ...

    async def rescan(self, bank_id: str) -> Added:
        """Look for changes in watched folders and single files now."""
        ...

    async def part(self, bank_id: str, document_id: str, index: int) -> PartText:
        """Return one part of a document's text; raises NotFound."""
        ...

    async def part_at(self, bank_id: str, document_id: str, offset: int) -> PartText:
        """Return the part of a document that holds a character offset."""
        ...

    async def chunks(
        self, bank_id: str, document_id: str, *, after: int | None = None, limit: int = 100
    ) -> tuple[Chunk, ...]:
        """Return a document's chunks in order, from the one behind the chunk id `after`."""
        ...

    async def search(self, bank_ids: tuple[str, ...], request: SearchRequest) -> SearchResult:
        """Find chunks; raises InvalidRequest for an empty query or a bank that cannot be searched."""
        ...

    async def put_entries(self, bank_id: str, entries: tuple[Entry, ...]) -> None:
        """Set values of a keyvalue bank."""
        ...

    async def entries(self, bank_id: str, *, prefix: str = "", limit: int = 100) -> tuple[Entry, ...]:
        """Return values of a keyvalue bank by key."""
        ...

    async def remove_entries(self, bank_id: str, keys: tuple[str, ...]) -> int:
        """Remove values of a keyvalue bank; returns how many there were."""
        ...

    async def neighbours(self, bank_id: str, query: str, *, depth: int = 1, limit: int = 20) -> Neighbourhood:
        """Return what stands around the entities of a graph bank that a query names, with passages."""
        ...

    async def extract_graph(self, bank_id: str, model_id: str = "") -> int:
        """Let a model read a graph bank's chunks for more relations; returns how many were found."""
        ...


class FileBatches(Protocol):
    """Stored files that are added to a bank together, and what became of them."""

    async def create(self, bank_id: str, files: tuple[BatchFile, ...]) -> FileBatch:
        """Add files; raises NotFound, and adds none, when one of them is not there."""
        ...

    async def get(self, bank_id: str, batch_id: str) -> FileBatch:
        """Return a batch with its documents as they stand; raises NotFound."""
        ...

    async def cancel(self, bank_id: str, batch_id: str) -> FileBatch:
        """Stop those documents of a batch that are not ready."""
        ...


class Files(Protocol):
    """Files that apps hand in, kept by their content."""

    async def add(
        self, name: str, content: bytes, *, purpose: str = "assistants", expires_after_seconds: int | None = None
    ) -> StoredFile:
        """Keep a file."""
        ...

    async def list(self, *, purpose: str = "") -> tuple[StoredFile, ...]:
        """Return all files, newest first."""
        ...

    async def get(self, file_id: str) -> StoredFile:
        """Return a file's description; raises NotFound."""
        ...

    async def content(self, file_id: str) -> bytes:
        """Return a file's bytes; raises NotFound."""
        ...

    async def remove(self, file_id: str) -> None:
        """Delete a file; documents made from it stay in their banks."""
        ...


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
