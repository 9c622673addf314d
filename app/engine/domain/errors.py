"""The one error tree of Paddock. Must not format for a particular client; HTTP, CLI and window each do that.

PaddockError
├── WorldError                the world failed: say calmly what happened and what to do
│   ├── InvalidRequest        the caller's values cannot be used (HTTP 400)
│   │   ├── UnsupportedParameter
│   │   ├── PromptTooLong
│   │   ├── TemplateFailed
│   │   ├── GgufInvalid
│   │   └── DocumentUnreadable  a file that cannot be read as a document; `code` says which way
│   ├── NotFound              the named thing does not exist (404)
│   │   ├── ModelNotFound
│   │   └── BankNotFound
│   ├── Conflict              the thing exists or is in use (409)
│   │   └── DataDirectoryInUse
│   ├── Busy                  the bounded queue is full (429, retry_after seconds)
│   ├── ModelUnavailable      the model cannot answer now (503)
│   │   ├── ModelLoadFailed
│   │   ├── ModelHostDied
│   │   └── RemoteFailed      a remote provider refused or broke (502)
│   ├── WorkerDied            a helper process ended while it was needed (503)
│   ├── DownloadFailed
│   │   ├── AccessDenied      401/403: gated or private
│   │   ├── HubUnreachable
│   │   └── ChecksumMismatch
│   └── StorageFailed         disk full, locked or unreadable (507)
│       └── DiskFull
└── BugError                  we failed: offer a bug report (500)
"""

from __future__ import annotations

from collections.abc import Mapping


class PaddockError(Exception):
    """Base of all errors Paddock raises on purpose.

    `message` says what happened and why, `hint` what the person can do, `param` names the request
    field at fault (if any), `code` is a stable machine-readable word.
    """

    code = "error"

    def __init__(self, message: str, *, hint: str = "", param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.param = param
        if code is not None:
            self.code = code

    def in_words(self) -> str:
        """Return message and hint as one readable text."""
        return f"{self.message} {self.hint}".strip()


class WorldError(PaddockError):
    """The environment or the caller failed, not Paddock."""

    code = "world_error"


class InvalidRequest(WorldError):
    """A value given by the caller cannot be used."""

    code = "invalid_request"


class UnsupportedParameter(InvalidRequest):
    """A parameter that Paddock does not implement was set; it is refused rather than ignored."""

    code = "unsupported_parameter"


class PromptTooLong(InvalidRequest):
    """The prompt does not fit the context of the model. Lengths are in tokens."""

    code = "context_length_exceeded"

    def __init__(self, prompt_tokens: int, context_length: int) -> None:
        super().__init__(
            f"The prompt has {prompt_tokens} tokens, but the model's context holds {context_length}.",
            hint="Shorten the conversation or load the model with a larger context.",
            param="messages",
        )
        self.prompt_tokens = prompt_tokens
        self.context_length = context_length


class TemplateFailed(InvalidRequest):
    """The model's chat template is missing, raised, or ran past its limits."""

    code = "template_failed"


class GgufInvalid(InvalidRequest):
    """The file is not a GGUF model that can be loaded."""

    code = "gguf_invalid"


class DocumentUnreadable(InvalidRequest):
    """The file cannot be read as a document; the message says why in plain language."""

    code = "document_unreadable"


class NotFound(WorldError):
    """The named thing does not exist."""

    code = "not_found"


class ModelNotFound(NotFound):
    """No model of that name is installed."""

    code = "model_not_found"


class BankNotFound(NotFound):
    """No memory bank of that id or name exists."""

    code = "bank_not_found"


class Conflict(WorldError):
    """The thing exists already or is in use."""

    code = "conflict"


class DataDirectoryInUse(Conflict):
    """Another Paddock runs on the same data directory."""

    code = "data_directory_in_use"


class Busy(WorldError):
    """A bounded queue is full; try again after `retry_after` seconds."""

    code = "busy"

    def __init__(self, message: str, *, retry_after: float = 1.0) -> None:
        super().__init__(message, hint=f"Try again in {retry_after:.0f} s.")
        self.retry_after = retry_after


class ModelUnavailable(WorldError):
    """The model cannot answer now."""

    code = "model_unavailable"


class ModelLoadFailed(ModelUnavailable):
    """The model could not be loaded; the message says why in plain language."""

    code = "model_load_failed"


class ModelHostDied(ModelUnavailable):
    """The process that held the model ended while it was needed."""

    code = "model_host_died"


class RemoteFailed(ModelUnavailable):
    """A remote provider refused the request or could not be reached. `status` is its HTTP status, if any."""

    code = "remote_failed"

    def __init__(self, message: str, *, hint: str = "", status: int | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status


class WorkerDied(WorldError):
    """A helper process (parser, embedder, index) ended while it was needed; it is started again at the next call."""

    code = "worker_died"


class DownloadFailed(WorldError):
    """A download ended without a usable file."""

    code = "download_failed"


class AccessDenied(DownloadFailed):
    """The hub refused (401 or 403): gated or private."""

    code = "access_denied"


class HubUnreachable(DownloadFailed):
    """The hub could not be reached."""

    code = "hub_unreachable"


class ChecksumMismatch(DownloadFailed):
    """The downloaded bytes are not the published ones."""

    code = "checksum_mismatch"


class StorageFailed(WorldError):
    """The disk or the database refused."""

    code = "storage_failed"


class DiskFull(StorageFailed):
    """No space is left where Paddock writes."""

    code = "disk_full"


class BugError(PaddockError):
    """Paddock itself failed; worth a report."""

    code = "internal_error"


def _subclasses(cls: type[PaddockError]) -> dict[str, type[PaddockError]]:
    found = {cls.code: cls}
    for sub in cls.__subclasses__():
        found |= _subclasses(sub)
    return found


def to_fields(error: PaddockError) -> dict[str, object]:
    """Flatten an error to plain fields so that it can cross a process border or be stored.

    `kind` is the code of its class, where the error has a code of its own.
    """
    fields: dict[str, object] = {"code": error.code, "message": error.message, "hint": error.hint, "param": error.param}
    if error.code != type(error).code:
        fields["kind"] = type(error).code
    for extra in ("prompt_tokens", "context_length", "retry_after", "status"):
        if hasattr(error, extra):
            fields[extra] = getattr(error, extra)
    return fields


def from_fields(fields: Mapping[str, object]) -> PaddockError:
    """Rebuild the error that `to_fields` flattened; one of no known kind or code becomes a BugError."""
    cls = _subclasses(PaddockError).get(str(fields.get("kind", fields.get("code"))), BugError)
    error = cls.__new__(cls)
    PaddockError.__init__(
        error,
        str(fields.get("message", "")),
        hint=str(fields.get("hint", "")),
        param=None if fields.get("param") is None else str(fields["param"]),
        code=str(fields.get("code", cls.code)),
    )
    for extra in ("prompt_tokens", "context_length", "retry_after", "status"):
        if extra in fields:
            setattr(error, extra, fields[extra])
    return error
