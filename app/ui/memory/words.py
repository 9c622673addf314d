"""Banks, documents and passages as a person reads them, translated. Must not build widgets."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, QObject

from app.engine.domain.embeddings import EmbeddingModel
from app.engine.domain.memory import Added, Bank, BankType, Document, IngestProgress, SearchMode
from app.ui.widgets.words import duration_words, number_words, size_words

translate = QCoreApplication.translate


class _Counts(QObject):
    """Counted words; only `self.tr` is read with its plural by the translation tools."""

    def documents(self, count: int) -> str:
        return self.tr("%n document(s)", "", count)

    def passages(self, count: int) -> str:
        return self.tr("%n passage(s)", "", count)

    def entries(self, count: int) -> str:
        return self.tr("%n entry(s)", "", count)

    def reading(self, count: int) -> str:
        return self.tr("reading %n document(s)", "", count)

    def failed(self, count: int) -> str:
        return self.tr("%n document(s) failed", "", count)

    def added(self, count: int) -> str:
        return self.tr("%n document(s) added.", "", count)

    def unchanged(self, count: int) -> str:
        return self.tr("%n unchanged file(s).", "", count)

    def refused(self, count: int) -> str:
        return self.tr("%n file(s) left out", "", count)

    def omitted(self, count: int) -> str:
        return self.tr("and %n more part(s)", "", count)

    def characters(self, count: int) -> str:
        return self.tr("%n character(s)", "", count)

    def mentions(self, count: int) -> str:
        return self.tr("%n mention(s)", "", count)

    def hits(self, count: int) -> str:
        return self.tr("%n passage(s) found", "", count)

    def files(self, count: int) -> str:
        return self.tr("%n file(s)", "", count)

    def relations(self, count: int) -> str:
        return self.tr("%n more relation(s) found.", "", count)


def counts() -> _Counts:
    """Return the sentences that hold a number."""
    return _Counts()


def type_words(kind: BankType) -> str:
    """Return the name of a kind of bank."""
    return {
        "vector": translate("Memory", "By meaning and words"),
        "keyword": translate("Memory", "By words"),
        "keyvalue": translate("Memory", "Keys and values"),
        "graph": translate("Memory", "Graph"),
    }[kind]


def type_explanation(kind: BankType) -> str:
    """Return one line on what a kind of bank is good for."""
    return {
        "vector": translate(
            "Memory", "Finds passages that mean the same, also in other words. Right for most documents."
        ),
        "keyword": translate("Memory", "Finds passages that hold the very words. Fast, and needs no embedding model."),
        "keyvalue": translate(
            "Memory", "A table of names and values, looked up by name. For facts you enter yourself."
        ),
        "graph": translate(
            "Memory", "Finds passages as well as the people, places and terms in them and what links them."
        ),
    }[kind]


def bank_words(bank: Bank) -> str:
    """Return the state of a bank."""
    stats, progress = bank.stats, bank.progress
    if bank.problem:
        return translate("Memory", "failed: {reason}").format(reason=bank.problem)
    if bank.paused and stats.working:
        waiting = _Counts().documents(stats.working)
        return translate("Memory", "paused, {documents} waiting").format(documents=waiting)
    if bank.reembedding:
        return translate("Memory", "changing to {model}").format(model=bank.reembedding)
    if (progress is not None and progress.total) or stats.working:
        return _Counts().reading(max(1, stats.working))
    if stats.failed:
        return translate("Memory", "ready, {failed}").format(failed=_Counts().failed(stats.failed))
    if stats.documents or stats.chunks:
        return translate("Memory", "ready")
    return translate("Memory", "ready") if bank.type == "keyvalue" else translate("Memory", "empty")


def bank_phase(bank: Bank) -> str:
    """Return the phase whose dot stands beside a bank."""
    if bank.problem:
        return "failed"
    if bank.stats.working or bank.reembedding or bank.progress is not None:
        return "paused" if bank.paused else "embedding"
    return "ready" if bank.stats.documents or bank.type == "keyvalue" else "waiting"


def bank_facts(bank: Bank) -> str:
    """Return documents, passages and size in one line."""
    stats, parts = bank.stats, []
    if bank.type == "keyvalue":
        entries = stats.chunks or stats.documents
        parts += [_Counts().entries(entries)] if entries else []
    else:
        parts += [_Counts().documents(stats.documents), _Counts().passages(stats.chunks)]
    if stats.size_bytes:
        parts.append(size_words(stats.size_bytes))
    return "  ·  ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in parts)


def progress_words(progress: IngestProgress) -> str:
    """Return how far reading is, its speed and the time left."""
    both = translate("Memory", "{done} of {total} passages")
    parts = [both.format(done=number_words(progress.done), total=number_words(progress.total))]
    if progress.eta is not None:
        parts.append(translate("Memory", "{time} left").format(time=duration_words(progress.eta)))
    return "  ·  ".join(parts)


def document_words(document: Document) -> str:
    """Return the state of a document."""
    match document.state:
        case "parsing" if document.total:
            percent = round(100 * document.done / document.total)
            return translate("Memory", "parsing {percent} %").format(percent=percent)
        case "embedding" if document.total:
            done, total = number_words(document.done), number_words(document.total)
            return translate("Memory", "embedding {done} of {total}").format(done=done, total=total)
        case "failed" if document.failure is not None:
            return translate("Memory", "failed: {reason}").format(reason=document.failure.message)
        case state:
            return {
                "waiting": translate("Memory", "waiting"),
                "parsing": translate("Memory", "parsing"),
                "embedding": translate("Memory", "embedding"),
                "indexing": translate("Memory", "indexing"),
                "ready": translate("Memory", "ready"),
                "failed": translate("Memory", "failed"),
                "paused": translate("Memory", "paused"),
                "cancelled": translate("Memory", "cancelled"),
            }[state]


def mode_words(mode: SearchMode) -> str:
    """Return what a search compares."""
    return {
        "hybrid": translate("Memory", "Meaning and words"),
        "vector": translate("Memory", "Meaning only"),
        "keyword": translate("Memory", "Words only"),
    }[mode]


def place_words(page: int, label: str) -> str:
    """Return where a passage stands, empty for a format without pages."""
    if page and (not label or label.strip().lower() in (f"page {page}", str(page))):
        return translate("Memory", "page {number}").format(number=page)
    return label


def score_words(score: float) -> str:
    """Return a relevance from 0 to 1 as a share of hundred."""
    return translate("Memory", "{percent} % relevant").format(percent=round(100 * max(0.0, min(1.0, score))))


def language_words(languages: tuple[str, ...]) -> str:
    """Return the languages a model knows, by their names in the person's language."""
    if "*" in languages:
        return translate("Memory", "many languages")
    named = [_language(code) for code in languages]
    if len(named) > 3:
        return translate("Memory", "{first} and {count} more languages").format(first=named[0], count=len(named) - 1)
    return ", ".join(named)


def _language(code: str) -> str:
    usual = {
        "ar": translate("Memory", "Arabic"),
        "cs": translate("Memory", "Czech"),
        "de": translate("Memory", "German"),
        "en": translate("Memory", "English"),
        "es": translate("Memory", "Spanish"),
        "fr": translate("Memory", "French"),
        "it": translate("Memory", "Italian"),
        "ja": translate("Memory", "Japanese"),
        "nl": translate("Memory", "Dutch"),
        "pl": translate("Memory", "Polish"),
        "pt": translate("Memory", "Portuguese"),
        "ru": translate("Memory", "Russian"),
        "tr": translate("Memory", "Turkish"),
        "zh": translate("Memory", "Chinese"),
    }
    # Qt knows the others, in English.
    return usual.get(code) or QLocale.languageToString(QLocale.codeToLanguage(code))


def model_words(model: EmbeddingModel) -> str:
    """Return an embedding model with its languages and size in one line."""
    parts = [model.name, language_words(model.languages)]
    if model.size_bytes:
        parts.append(size_words(model.size_bytes))
    return "  ·  ".join(part for part in parts if part)


def added_words(added: Added) -> tuple[str, str]:
    """Return what adding files led to: the sentence, and what was left out and why."""
    words = [_Counts().added(len(added.documents))] if added.documents or not added.unchanged else []
    if added.unchanged:
        words.append(_Counts().unchanged(added.unchanged))
    refused = [f"{skipped.where}: {skipped.reason}" for skipped in added.refused[:3]]
    if refused:
        words.append(f"{_Counts().refused(len(added.refused))}.")
    return " ".join(words), "; ".join(refused)


def when_words(when: float) -> str:
    """Return a Unix time in the person's short format; empty for none."""
    if not when:
        return ""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(round(when)), QLocale.FormatType.ShortFormat)
