"""Icons from the bundled Lucide set, coloured by role at paint time and crisp at any scale.

An icon follows a theme change by itself, because its colour is looked up when it is painted.
"""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.ui.resources import resource
from app.ui.theme.theme import theme

_FILLED = ("square",)
"""Icons that read better as a filled shape."""


@cache
def _source(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def _pixmap(name: str, colour: str, width: int, height: int, stroke: float) -> QPixmap:
    source = _source(name).replace("currentColor", colour).replace('stroke-width="2"', f'stroke-width="{stroke}"')
    if name in _FILLED:
        source = source.replace('fill="none"', f'fill="{colour}"')
    pixmap = QPixmap(width, height)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, width, height))
    painter.end()
    return pixmap


def pixmap(name: str, role: str, size: int, ratio: float = 1.0) -> QPixmap:
    """Return an icon of `size` logical pixels in a role's colour, drawn for a screen of that pixel ratio."""
    device = max(1, round(size * ratio))
    drawn = QPixmap(_pixmap(name, getattr(theme().roles, role), device, device, 1.75))
    drawn.setDevicePixelRatio(ratio)
    return drawn


class _Engine(QIconEngine):
    def __init__(self, name: str, role: str, on_role: str) -> None:
        super().__init__()
        self._name, self._role, self._on_role = name, role, on_role

    def _colour(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode == QIcon.Mode.Disabled:
            return theme().roles.text_disabled
        role = self._on_role if state == QIcon.State.On else self._role
        return str(getattr(theme().roles, role))

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        side = min(rect.width(), rect.height())
        if side < 1:
            return
        drawn = _pixmap(self._name, self._colour(mode, state), round(side * ratio), round(side * ratio), 1.75)
        target = QRect(QPoint(0, 0), QSize(side, side))
        target.moveCenter(rect.center())
        painter.drawPixmap(target, drawn)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        if size.isEmpty():
            return QPixmap()
        return QPixmap(_pixmap(self._name, self._colour(mode, state), size.width(), size.height(), 1.75))

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._role, self._on_role)


_engines: list[_Engine] = []


@cache
def icon(name: str, role: str = "text_secondary", on_role: str = "accent") -> QIcon:
    """Return an icon by its Lucide name; `on_role` colours it while its button is checked."""
    engine = _Engine(name, role, on_role)
    # QIcon keeps only the C++ half alive; the Python half must outlive it.
    _engines.append(engine)
    return QIcon(engine)
