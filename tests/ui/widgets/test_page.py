"""A page has a title, offers no menus of its own and takes the focus when it is shown."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.ui.theme import tokens
from app.ui.widgets.page import PageWidget


def test_the_base_of_a_page(qtbot: QtBot) -> None:
    page = PageWidget("Models")
    qtbot.addWidget(page)
    page.resize(600, 400)
    page.show()
    assert (page.accessibleName(), page.title.text(), page.menus()) == ("Models", "Models", ())
    assert page.body.y() == tokens.HEADER_HEIGHT + 1
    assert page.body.geometry().bottom() == page.rect().bottom()
