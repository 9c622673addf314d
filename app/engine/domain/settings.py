"""The settings schema: type, default, bounds and words of every setting in one declaration. No I/O.

The settings page, `paddock settings` and validation derive from it. `extra["group"]` places a setting on the
page, `extra["expert"]` hides it in simple mode. A renamed setting needs a migration in `runtime/settings_store.py`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

SCHEMA_VERSION = 1


def _meta(group: str, title: str, description: str, *, expert: bool = False, **bounds: Any) -> Meta:
    return Meta(title=title, description=description, extra={"group": group, "expert": expert}, **bounds)


class RemoteProvider(Struct, frozen=True, kw_only=True):
    """A server that speaks the OpenAI dialect. Its key lives in the secret store under `remote:<id>`."""

    id: str
    preset: Literal["openai", "ollama", "vllm", "together"] = "openai"
    base_url: str = ""
    models: tuple[str, ...] = ()


class Settings(Struct, frozen=True, kw_only=True):
    """All settings with their defaults."""

    theme: Annotated[
        Literal["system", "light", "dark"],
        _meta("Appearance", "Theme", "Follow the system, or stay light or dark."),
    ] = "system"
    mode: Annotated[
        Literal["simple", "expert"],
        _meta("Appearance", "Mode", "Simple hides sampling, traces and raw numbers; Expert shows everything."),
    ] = "simple"
    language: Annotated[
        Literal["system", "en", "de"],
        _meta("Appearance", "Language", "The language of the window. Takes effect after a restart."),
    ] = "system"

    default_model: Annotated[
        str, _meta("Chat", "Default model", "The model of a new chat; empty means the one used last.")
    ] = ""
    default_instructions: Annotated[
        str, _meta("Chat", "System prompt", "Given to the model at the start of every new chat.")
    ] = ""
    temperature: Annotated[
        float, _meta("Chat", "Temperature", "Higher is more varied, 0 always takes the likeliest token.", ge=0, le=2)
    ] = 0.7
    top_p: Annotated[
        float,
        _meta("Chat", "Top P", "Keep the likeliest tokens up to this share.", ge=0, le=1, expert=True),
    ] = 0.9
    top_k: Annotated[
        int, _meta("Chat", "Top K", "Keep this many of the likeliest tokens; 0 is off.", ge=0, le=1000, expert=True)
    ] = 40
    min_p: Annotated[
        float,
        _meta("Chat", "Min P", "Drop tokens below this share of the best one.", ge=0, le=1, expert=True),
    ] = 0.05
    context_policy: Annotated[
        Literal["drop_oldest", "refuse"],
        _meta(
            "Chat",
            "When the context is full",
            "Leave the oldest turns out and say so, or refuse the turn.",
            expert=True,
        ),
    ] = "drop_oldest"

    idle_unload_minutes: Annotated[
        int,
        _meta("Models", "Unload when idle", "Minutes without use after which a model leaves memory; 0 never.", ge=0),
    ] = 30
    hub_endpoint: Annotated[
        str,
        _meta(
            "Models", "Hub address", "Where models are searched and downloaded; empty is huggingface.co.", expert=True
        ),
    ] = ""
    remotes: Annotated[
        tuple[RemoteProvider, ...],
        _meta("Models", "Remote providers", "Servers whose models appear beside the local ones.", expert=True),
    ] = ()

    embedding_model: Annotated[
        str, _meta("Memory", "Embedding model", "The model of a new memory bank; empty means the one installed.")
    ] = ""
    embedding_backend: Annotated[
        Literal["auto", "onnx", "sentence-transformers"],
        _meta(
            "Memory",
            "Embedding implementation",
            "Automatic takes the fastest one whose vectors are those of the exact one.",
            expert=True,
        ),
    ] = "auto"
    embedding_threads: Annotated[
        int, _meta("Memory", "Embedding threads", "Threads that embed; 0 lets Paddock choose.", ge=0, expert=True)
    ] = 0
    document_seconds: Annotated[
        float, _meta("Memory", "Reading limit", "Seconds one document may take to read.", gt=0, expert=True)
    ] = 120.0
    document_memory_mb: Annotated[
        int, _meta("Memory", "Reading memory", "Megabytes reading one document may need.", ge=256, expert=True)
    ] = 2048
    document_file_mb: Annotated[
        int, _meta("Memory", "Largest document", "Megabytes a document may have.", ge=1, expert=True)
    ] = 2048

    server_enabled: Annotated[
        bool, _meta("Local API", "Serve other apps", "Answer on 127.0.0.1 while Paddock is open.")
    ] = True
    response_days: Annotated[
        int,
        _meta("Local API", "Keep responses", "Days that answers to apps can be fetched again.", ge=1, expert=True),
    ] = 30
    server_port: Annotated[
        int, _meta("Local API", "Port", "Port of the local endpoint; 0 takes any free one.", ge=0, le=65535)
    ] = 8321
    server_require_key: Annotated[
        bool, _meta("Local API", "Require a key", "Refuse requests that do not carry the key.")
    ] = True
    server_origins: Annotated[
        tuple[str, ...],
        _meta("Local API", "Allowed origins", "Web pages that may call the endpoint; none by default.", expert=True),
    ] = ()
    server_body_bytes: Annotated[
        int, _meta("Local API", "Largest request", "Bytes a request body may have.", ge=1024, expert=True)
    ] = 16 * 1024 * 1024
    server_file_bytes: Annotated[
        int, _meta("Local API", "Largest upload", "Bytes a file may have that an app hands in.", ge=1024, expert=True)
    ] = 512 * 1024 * 1024
    server_requests_per_minute: Annotated[
        int, _meta("Local API", "Request rate", "Requests a minute from one key; 0 is no limit.", ge=0, expert=True)
    ] = 0

    queue_limit: Annotated[
        int, _meta("Engine", "Queue limit", "Requests that may wait for one model.", ge=1, le=4096, expert=True)
    ] = 128
    parallel_sequences: Annotated[
        int, _meta("Engine", "Parallel requests", "Requests one model decodes together.", ge=1, le=64, expert=True)
    ] = 16
    load_seconds: Annotated[
        float, _meta("Engine", "Load limit", "Seconds a model may take to load.", gt=0, expert=True)
    ] = 600.0
    template_seconds: Annotated[
        float, _meta("Engine", "Template limit", "Seconds a chat template may run.", gt=0, expert=True)
    ] = 2.0
    shutdown_seconds: Annotated[
        float, _meta("Engine", "Shutdown limit", "Seconds a model process may take to end.", gt=0, expert=True)
    ] = 5.0
    keychain_seconds: Annotated[
        float, _meta("Engine", "Keychain limit", "Seconds the system's keychain may take.", gt=0, expert=True)
    ] = 5.0
    network_seconds: Annotated[
        float, _meta("Engine", "Network limit", "Seconds without a byte before a connection fails.", gt=0, expert=True)
    ] = 30.0
    remote_seconds: Annotated[
        float, _meta("Engine", "Remote limit", "Seconds a remote model may stay silent.", gt=0, expert=True)
    ] = 120.0

    trace_days: Annotated[
        int, _meta("Traces", "Keep traces", "Days after which spans are removed.", ge=1, expert=True)
    ] = 14
