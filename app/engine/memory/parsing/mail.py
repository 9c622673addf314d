"""Reads messages (eml) and mailboxes (mbox): who wrote what to whom, and the text. Attachments are named, not read."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage, Message

from app.engine.domain.parsing import Omitted
from app.engine.memory.parsing.cleaning import one_line
from app.engine.memory.parsing.encodings import decode
from app.engine.memory.parsing.html import flow
from app.engine.memory.parsing.plain import paragraphs
from app.engine.memory.parsing.reading import LINE, PARAGRAPH, Lump, Read, Source, Turn
from app.engine.memory.parsing.refusals import unreadable

_MESSAGE_BYTES = 128 * 1024 * 1024
_HEADERS = ("From", "To", "Cc", "Date")
_LABEL_CHARACTERS = 80


def read_message(source: Source) -> Iterator[Read]:
    """Read one message."""
    if source.size > _MESSAGE_BYTES:
        raise unreadable("document_too_large", f"{_MESSAGE_BYTES // 2**20} MB is the limit for a message")
    message = _message(source.path.read_bytes())
    source.facts.title = _header(message, "Subject")
    yield from _read(message, source)


def read_mailbox(source: Source) -> Iterator[Read]:
    """Read the messages of a mailbox one by one; each is a page."""
    for number, data in enumerate(_messages(source), 1):
        message = _message(data)
        yield Turn(number, (_header(message, "Subject") or f"Message {number}")[:_LABEL_CHARACTERS])
        yield from _read(message, source)


def _messages(source: Source) -> Iterator[bytes]:
    held: list[bytes] = []
    length = 0
    with open(source.path, "rb") as file:
        blank = True
        while line := file.readline(1_000_000):
            if blank and line.startswith(b"From "):
                if held:
                    yield b"".join(held)
                held, length = [], 0
            elif length < _MESSAGE_BYTES:
                held.append(line.removeprefix(b">") if line.startswith(b">From ") else line)
                length += len(line)
            blank = not line.strip()
    if held:
        yield b"".join(held)


def _message(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data, policy=email.policy.default)


def _header(message: Message, name: str) -> str:
    # Headers that are against the rules make the library raise different errors.
    try:
        return one_line(str(message.get(name) or ""))
    except (ValueError, TypeError, IndexError, AttributeError, LookupError):
        return ""


def _read(message: EmailMessage, source: Source) -> Iterator[Read]:
    if subject := _header(message, "Subject"):
        yield Lump("heading", subject, 1)
    glue = PARAGRAPH
    for name in _HEADERS:
        if value := _header(message, name):
            yield Lump("list", f"{name}: {value}", glue=glue)
            glue = LINE
    html: list[str] = []
    plain = False
    for part in message.walk():
        kind = part.get_content_type()
        file_name = part.get_filename()
        if file_name or part.get_content_disposition() == "attachment":
            yield Omitted(
                where=one_line(str(file_name or kind))[:_LABEL_CHARACTERS], reason="Attachments are not read."
            )
        elif kind == "text/plain":
            plain = True
            yield from _plain(_text(part), source)
        elif kind == "text/html":
            html.append(_text(part))
    for text in () if plain else html:
        yield from flow(text, source)


def _plain(text: str, source: Source) -> Iterator[Read]:
    for read in paragraphs(text.splitlines(keepends=True), source):
        quoted = isinstance(read, Lump) and all(line.startswith(">") for line in read.text.splitlines())
        yield read._replace(kind="quote") if quoted and isinstance(read, Lump) else read


def _text(part: Message) -> str:
    data = part.get_payload(decode=True)
    return decode(data, part.get_content_charset() or "") if isinstance(data, bytes) else ""
