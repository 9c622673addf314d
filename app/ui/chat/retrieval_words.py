"""What a look into memory found, as words for its line and as HTML for its details. No widgets."""

from __future__ import annotations

import html

from PySide6.QtCore import QCoreApplication, QObject

from app.engine.domain.agents import Included, MemoryRetrievalStep, Source
from app.ui.chat.citations import SCHEME
from app.ui.widgets.words import number_words

translate = QCoreApplication.translate
_LONGEST_QUOTE = 320


class _Counts(QObject):
    """Counted words; only `self.tr` is read with its plural by the translation tools."""

    def banks(self, count: int) -> str:
        return self.tr("Searched %n bank(s)", "", count)

    def passages(self, count: int) -> str:
        return self.tr("%n passage(s)", "", count)


def place_words(source: Source) -> str:
    """Return the page of a source, empty for a format without pages."""
    if source.page and source.label.strip().lower() in ("", str(source.page), f"page {source.page}"):
        return translate("Retrieval", "page {number}").format(number=source.page)
    return source.label


def source_words(source: Source) -> str:
    """Return a source by name and page."""
    return ", ".join(part for part in (source.document_name, place_words(source)) if part)


def included_words(included: Included) -> str:
    """Return what became of an attached file."""
    name = included.attachment.name
    match included.how:
        case "whole":
            words = translate("Retrieval", "{name} included whole").format(name=name)
            if not included.tokens:
                return words
            figure = translate("Retrieval", "{count} tokens").format(count=number_words(included.tokens))
            return f"{words} · {figure}"
        case "searched":
            reason = included.reason or translate("Retrieval", "too long for the context")
            return translate("Retrieval", "{name} searched: {reason}").format(name=name, reason=reason)
        case _:
            reason = included.reason or translate("Retrieval", "it could not be read")
            return translate("Retrieval", "{name} left out: {reason}").format(name=name, reason=reason)


def line_words(step: MemoryRetrievalStep) -> str:
    """Return a look into memory in one line."""
    if step.state == "running":
        return translate("Retrieval", "Searching your documents …")
    parts = [included_words(included) for included in step.attachments]
    own = {included.attachment.bank_id for included in step.attachments}
    banks = [bank_id for bank_id in step.bank_ids if bank_id not in own]
    passages = [source for source in step.sources if not source.whole]
    if step.nothing_found:
        parts.insert(0, translate("Retrieval", "Not in your documents"))
    elif step.state == "failed":
        parts.insert(0, translate("Retrieval", "Your documents could not be searched"))
    elif banks:
        parts.insert(0, f"{_Counts().banks(len(banks))} · {_Counts().passages(len(passages))}")
    elif passages:
        parts.append(_Counts().passages(len(passages)))
    return "  ·  ".join(parts) or translate("Retrieval", "Looked into memory")


def details_html(step: MemoryRetrievalStep) -> str:
    """Return the sources with page, relevance and quote, each a link, and what else is to say."""
    parts = [f"<p>{html.escape(included_words(included))}</p>" for included in step.attachments]
    parts += [_source_html(source) for source in step.sources if not source.whole]
    if step.nothing_found:
        words = translate("Retrieval", "No passage was relevant enough for: {query}").format(query=step.query)
        parts.append(f"<p>{html.escape(words)}</p>")
    elif step.query:
        words = translate("Retrieval", "Looked for: {query}").format(query=step.query)
        parts.append(f"<p>{html.escape(words)}</p>")
    if step.note:
        parts.append(f"<p>{html.escape(step.note)}</p>")
    return "".join(parts)


def _source_html(source: Source) -> str:
    quote = " ".join(source.quote.split())
    if len(quote) > _LONGEST_QUOTE:
        quote = quote[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
    relevance = translate("Retrieval", "{percent} % relevant").format(percent=round(100 * source.score))
    name = f'<a href="{SCHEME}:{source.number}">[{source.number}] {html.escape(source_words(source))}</a>'
    return f"<p>{name}  ·  {html.escape(relevance)}<br>{html.escape(quote)}</p>"
