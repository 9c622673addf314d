"""Rich text takes the height it needs and never fetches anything, from the net or from disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QTextDocument, QWheelEvent
from pytestqt.qtbot import QtBot

from app.ui.chat.prose_view import ProseView, TableView


@pytest.fixture
def view(qtbot: QtBot) -> ProseView:
    made = ProseView()
    qtbot.addWidget(made)
    made.fit(300)
    return made


def red_image(folder: Path) -> Path:
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff0000"))
    path = folder / "red.png"
    assert image.save(str(path))
    return path


def test_an_image_on_disk_is_never_shown(view: ProseView, tmp_path: Path) -> None:
    path = red_image(tmp_path)
    view.show_html(f'<p><img src="{path.as_uri()}" width="40" height="40"><img src="{path}"></p>')
    shown = view.grab().toImage()
    points = {shown.pixelColor(x, y).name() for x in range(shown.width()) for y in range(shown.height())}
    assert "#ff0000" not in points


@pytest.mark.parametrize("address", ["https://example.org/x.png", "qrc:/x", "file:///etc/passwd", "x.css"])
def test_every_resource_is_empty(view: ProseView, address: str) -> None:
    kinds = QTextDocument.ResourceType
    image = view.loadResource(kinds.ImageResource.value, QUrl(address))
    assert isinstance(image, QImage) and (image.width(), image.pixelColor(0, 0).alpha()) == (1, 0)
    assert view.loadResource(kinds.StyleSheetResource.value, QUrl(address)) == b""
    assert view.loadResource(kinds.HtmlResource.value, QUrl(address)) == b""


def test_a_link_is_told_not_followed(qtbot: QtBot, view: ProseView) -> None:
    view.show_html('<p><a href="https://example.org/">link</a></p>')
    with qtbot.waitSignal(view.link_clicked) as clicked:
        view.anchorClicked.emit(QUrl("https://example.org/"))
    assert clicked.args == [QUrl("https://example.org/")]
    assert "link" in view.toPlainText()


def test_more_words_make_it_higher_and_a_wider_room_lower(view: ProseView) -> None:
    view.show_html("<p>" + "word " * 10 + "</p>")
    low = view.height()
    view.show_html("<p>" + "word " * 100 + "</p>")
    high = view.height()
    view.fit(900)
    assert low < view.height() < high
    assert view.width() == 900


def test_the_ideal_width_needs_no_wrapping(view: ProseView) -> None:
    view.show_html("<p>a few words in one line</p>")
    wide = view.ideal_width()
    view.fit(wide + 2)
    one_line = view.height()
    view.fit(wide // 2)
    assert view.height() > one_line


def test_the_wheel_belongs_to_the_conversation(view: ProseView) -> None:
    event = QWheelEvent(
        QPointF(), QPointF(), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    view.wheelEvent(event)
    assert not event.isAccepted()


def test_a_wide_table_scrolls_by_itself(qtbot: QtBot) -> None:
    table = TableView()
    qtbot.addWidget(table)
    table.show_html("<table><tr>" + "<td>a_long_cell</td>" * 12 + "</tr></table>")
    table.fit(200)
    table.show()
    assert table.width() == 200
    assert table.horizontalScrollBar().maximum() > 0
