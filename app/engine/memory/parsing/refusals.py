"""Why a document cannot be read, in words for a person. Must not decide; readers decide and say which reason it is."""

from __future__ import annotations

from app.engine.domain.errors import DocumentUnreadable

_WORDS = {
    "document_empty": ("The file is empty.", ""),
    "document_missing": ("The file is not there any more.", "Check the folder or the drive it was on."),
    "document_forbidden": ("The system does not let Paddock read the file.", "Change the permissions of the file."),
    "document_encrypted": ("The file is protected by a password.", "Save a copy without a password and add that."),
    "document_damaged": ("The file is damaged or not what its name says.", "Open it in its own program, save it anew."),
    "document_truncated": ("The file ends too early.", "Copy or download it again."),
    "document_too_large": ("The file is larger than Paddock reads.", "Split it into smaller files."),
    "document_unpacks_too_large": (
        "The file unpacks to far more data than a document needs, as files do that are made to fill memory.",
        "If you trust it, save it anew in its own program.",
    ),
    "document_unsafe": ("The file contains what only files made to do harm contain.", "If you trust it, save it anew."),
    "document_too_slow": ("Reading the file took too long, so it was stopped.", "Split it into smaller files."),
    "document_too_large_in_memory": (
        "Reading the file needed more memory than it may have.",
        "Split it into smaller files.",
    ),
    "document_crashed_parser": (
        "The part of Paddock that reads documents crashed on the file; the file is most likely damaged.",
        "Open it in its own program and save it anew.",
    ),
    "document_without_text": ("There is no text in the file.", ""),
    "document_needs_ocr": (
        "The file is a picture, and character recognition is not switched on or not installed.",
        "Install the extra “ocr” and switch it on for this bank.",
    ),
    "unknown_format": ("Paddock does not read files of this kind.", "Save it as PDF, DOCX or plain text and add that."),
}  # fmt: skip

CODES = frozenset(_WORDS)


def unreadable(code: str, detail: str = "", hint: str | None = None) -> DocumentUnreadable:
    """Return the error for a reason; `detail` tells more and follows its words."""
    message, usual_hint = _WORDS[code]
    told = f"{message[:-1]}: {detail.rstrip('.')}." if detail else message
    return DocumentUnreadable(told, hint=usual_hint if hint is None else hint, code=code)
