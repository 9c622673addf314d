"""Facts of models, verdicts and downloads as a person reads them, translated. Must not build widgets."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.engine.domain.models import CatalogueEntry, Download, FitVerdict, Model, ModelState, Purpose
from app.ui.widgets.words import duration_words, number_words, size_words, state_words

_LICENCES = {
    "apache-2.0": "Apache 2.0",
    "mit": "MIT",
    "llama3": "Llama 3",
    "llama3.1": "Llama 3.1",
    "llama3.2": "Llama 3.2",
    "llama3.3": "Llama 3.3",
    "llama4": "Llama 4",
}
_KILO, _MEGA, _GIGA = 1e3, 1e6, 1e9
translate = QCoreApplication.translate

VERDICT_LOOKS: dict[str, tuple[str, str]] = {
    "fits": ("circle-check", "success"),
    "tight": ("triangle-alert", "warning"),
    "too_large": ("circle-alert", "danger"),
    "unknown": ("circle-help", "text_secondary"),
}
"""Icon and colour role of each verdict; the words say the same."""


def parameters_words(count: int) -> str:
    """Return a number of parameters as "3.2 B" or "135 M"; empty when it is not known."""
    if count <= 0:
        return ""
    if count >= _GIGA:
        whole = count >= 100 * _GIGA
        return translate("ModelWords", "{number} B").format(number=number_words(count / _GIGA, 0 if whole else 1))
    return translate("ModelWords", "{number} M").format(number=number_words(count / _MEGA))


def tokens_words(count: int) -> str:
    """Return a context length as "128 k"; empty when it is not known."""
    if count <= 0:
        return ""
    return f"{number_words(count // 1024)} k" if count % 1024 == 0 else number_words(count)


def licence_words(licence: str) -> str:
    """Return the usual name of a licence, the identifier itself when it has none."""
    return _LICENCES.get(licence.lower(), licence)


def purpose_words(purpose: Purpose) -> str:
    """Return what a model is for."""
    return {
        "chat": translate("ModelWords", "Chat"),
        "guard": translate("ModelWords", "Safety"),
        "base": translate("ModelWords", "Text completion"),
        "embedding": translate("ModelWords", "Embeddings"),
    }[purpose]


def strip_words(model: Model | CatalogueEntry) -> str:
    """Return the fact strip of a card: parameters, quantisation, size, context, licence."""
    context = tokens_words(model.context_length)
    facts = (
        parameters_words(model.parameters),
        model.quantisation,
        size_words(model.size_bytes) if model.size_bytes else "",
        translate("ModelWords", "{tokens} context").format(tokens=context) if context else "",
        licence_words(model.licence),
    )
    # Lines break between facts, never inside one.
    return "  ·  ".join(fact.replace(" ", "\N{NO-BREAK SPACE}") for fact in facts if fact)


def description_words(entry: CatalogueEntry) -> str:
    """Return what the catalogue says of a model, in the person's language where it is known."""
    return translate("Catalogue", entry.description)


def verdict_words(verdict: FitVerdict) -> str:
    """Return the verdict as a short sentence."""
    return {
        "fits": translate("ModelWords", "Fits this computer"),
        "tight": translate("ModelWords", "Fits, but only just"),
        "too_large": translate("ModelWords", "Too large for this computer"),
        "unknown": translate("ModelWords", "Not known whether it fits"),
    }[verdict.verdict]


def verdict_reason(verdict: FitVerdict) -> str:
    """Return the numbers behind a verdict, and what would help."""
    if not verdict.needed_bytes:
        return verdict.reason
    needed, free = size_words(verdict.needed_bytes), size_words(verdict.free_bytes)
    amounts = translate("ModelWords", "needs {needed}, {free} are free").format(needed=needed, free=free)
    way_out = {
        "tight": translate("ModelWords", "Close other programs or choose a smaller context."),
        "too_large": translate("ModelWords", "Choose a smaller file, a smaller context or a smaller model."),
    }.get(verdict.verdict, "")
    return f"{amounts}. {way_out}" if way_out else amounts


def model_state_words(model: Model, state: ModelState) -> str:
    """Return where a model stands, with what runs it and why."""
    if model.source == "remote":
        return translate("ModelWords", "remote, ready when asked")
    if model.missing:
        return translate("ModelWords", "the file is missing")
    if state.phase != "ready" or not state.device:
        return state_words(state)
    device = f"{state.device} ({state.device_reason})" if state.device_reason else state.device
    return translate("ModelWords", "ready on {device}").format(device=device)


def source_words(model: Model) -> str:
    """Return where a model came from."""
    return {
        "starter": translate("ModelWords", "Comes with Paddock"),
        "imported": translate("ModelWords", "Imported"),
        "downloaded": translate("ModelWords", "Downloaded"),
        "remote": translate("ModelWords", "Remote provider"),
    }[model.source]


def download_words(download: Download) -> str:
    """Return how far a download is, its speed and the time left."""
    arrived, total = size_words(download.received_bytes), size_words(download.total_bytes)
    both = translate("ModelWords", "{arrived} of {total}").format(arrived=arrived, total=total)
    amounts = both if download.total_bytes else arrived
    match download.state:
        case "waiting":
            return translate("ModelWords", "waiting")
        case "verifying":
            return translate("ModelWords", "checking the file")
        case "paused":
            return translate("ModelWords", "paused at {amounts}").format(amounts=amounts)
        case "completed":
            return translate("ModelWords", "completed")
        case "cancelled":
            return translate("ModelWords", "cancelled")
        case "failed":
            return translate("ModelWords", "failed")
    parts = [amounts]
    if download.speed > 0:
        parts.append(f"{size_words(round(download.speed))}/s")
    if download.eta is not None:
        parts.append(translate("ModelWords", "{time} left").format(time=duration_words(download.eta)))
    return "  ·  ".join(parts)


def count_words(count: int) -> str:
    """Return a large count as "123 k"."""
    if count >= _MEGA:
        return translate("ModelWords", "{number} M").format(number=number_words(count / _MEGA, 1))
    return f"{number_words(count / _KILO)} k" if count >= 10 * _KILO else number_words(count)
