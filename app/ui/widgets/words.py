"""States, sizes, times and errors as a person reads them, translated. Must not build widgets."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication, QLocale

from app.engine.domain.models import ModelState


def state_words(state: ModelState) -> str:
    """Return the state of a model in words."""
    match state.phase:
        case "loading":
            return QCoreApplication.translate("Words", "loading {percent} %").format(
                percent=round(state.progress * 100)
            )
        case "failed":
            words = QCoreApplication.translate("Words", "failed: {reason}").format(reason=state.reason)
            return f"{words} — {state.hint}" if state.hint else words
        case "ready":
            return QCoreApplication.translate("Words", "ready")
        case "unloading":
            return QCoreApplication.translate("Words", "unloading")
        case _:
            return QCoreApplication.translate("Words", "not loaded")


def size_words(size: int) -> str:
    """Return bytes as "1.9 GB" in the person's number format."""
    return QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def number_words(value: float, decimals: int = 0) -> str:
    """Return a number in the person's format."""
    return QLocale().toString(float(value), "f", decimals)


def duration_words(seconds: float) -> str:
    """Return a time left as "1 min 24 s"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return QCoreApplication.translate("Words", "{seconds} s").format(seconds=whole)
    if whole < 3600:
        return QCoreApplication.translate("Words", "{minutes} min {seconds} s").format(
            minutes=whole // 60, seconds=whole % 60
        )
    return QCoreApplication.translate("Words", "{hours} h {minutes} min").format(
        hours=whole // 3600, minutes=whole % 3600 // 60
    )


def day_words(when: float, now: float | None = None) -> str:
    """Return the day group of a Unix time: Today, Yesterday, Previous 7 days, Previous 30 days, Older."""
    today = (datetime.now() if now is None else datetime.fromtimestamp(now)).date()
    day = datetime.fromtimestamp(when).date()
    if day >= today:
        return QCoreApplication.translate("Words", "Today")
    if day == today - timedelta(days=1):
        return QCoreApplication.translate("Words", "Yesterday")
    if day >= today - timedelta(days=7):
        return QCoreApplication.translate("Words", "Previous 7 days")
    if day >= today - timedelta(days=30):
        return QCoreApplication.translate("Words", "Previous 30 days")
    return QCoreApplication.translate("Words", "Older")
