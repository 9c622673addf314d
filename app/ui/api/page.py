"""The page of the local API: whether and where it listens, its key, who may call, and how to call it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.machine import Endpoint
from app.engine.domain.models import Model
from app.ui.api.copy_line import CopyLine
from app.ui.api.example_box import ExampleBox
from app.ui.api.examples import examples
from app.ui.api.kept_box import KeptBox
from app.ui.bridge.client import EngineClient
from app.ui.settings.row import SettingRow
from app.ui.theme import tokens
from app.ui.widgets.action_button import action_button
from app.ui.widgets.basics import action, column, label, row
from app.ui.widgets.notice import Notice, notice_of
from app.ui.widgets.page import PageMenu, PageWidget
from app.ui.widgets.scrolling import centred, scrolled
from app.ui.widgets.state_label import StateDot

_ROWS = ("server_enabled", "server_require_key", "server_port", "server_origins")
_KEEPING = "response_days"
_USUAL_PORT = 8321


class ApiPage(PageWidget):
    """Shows what the engine says of its endpoint, and follows it."""

    def __init__(self, client: EngineClient) -> None:
        super().__init__("")
        self.title.setText(self.tr("Local API"))
        self.setAccessibleName(self.title.text())
        self.client = client
        self._model_id = "smollm2-135m-instruct"
        self.dot = StateDot()
        self.state = label("", "strong", wrap=True)
        self.explanation = label("", "muted", wrap=True)
        self.url = CopyLine(self.tr("address"))
        self.url.field.setPlaceholderText(self.tr("Nothing listens now"))
        self.key = CopyLine(self.tr("key"), secret=True)
        self.key.wanted.connect(self._fetch_key)
        self.key.forget()
        self.rows = {name: SettingRow(client, name) for name in (*_ROWS, _KEEPING)}
        self.kept = KeptBox(client)
        self.kept.notify.connect(self.notify)
        self.examples = ExampleBox()
        self._make_actions()
        self._lay_out()
        client.preferences.changed.connect(self.refresh)
        client.models.changed.connect(self._fetch_model)
        client.started.connect(self._fetch_model)
        client.started.connect(self.kept.refresh)
        if client.state == "ready":
            self._fetch_model()
            self.kept.refresh()
        self.refresh()

    def menus(self) -> Sequence[PageMenu]:
        items = (
            self.url.copy_action, self.key.copy_action, self.renew_action, None, self.docs_action, None,
            self.kept.forget_action,
        )  # fmt: skip
        return (PageMenu(self.tr("&Local API"), items),)

    def shown(self) -> None:
        self.client.preferences.refresh()
        self.kept.refresh()
        self.url.field.setFocus()

    def refresh(self) -> None:
        """Show how things are now."""
        endpoint, settings = self.client.preferences.endpoint, self.client.preferences.settings
        listening = bool(endpoint.url)
        self.dot.show_state("success" if listening else "text_disabled", listening)
        if listening:
            self.state.setText(self.tr("Listening at {url}").format(url=endpoint.url))
        else:
            self.state.setText(
                self.tr("Off: {reason}").format(reason=endpoint.reason or self.tr("it has not started yet"))
            )
        self.explanation.setText(self._explain(endpoint))
        url = endpoint.url.rstrip("/") or f"http://127.0.0.1:{settings.server_port or _USUAL_PORT}"
        self.url.show_value(endpoint.url)
        self.docs.setText(f"{url}/docs")
        self.docs_action.setEnabled(listening)
        self.examples.show_examples(examples(url, self._model_id, endpoint.requires_key))

    def _explain(self, endpoint: Endpoint) -> str:
        if not endpoint.url:
            return self.tr("Other programs cannot reach Paddock. Chats in this window are not affected.")
        if endpoint.requires_key:
            return self.tr(
                "Programs on this computer that send the key can use its models. Nothing outside can reach it."
            )
        return self.tr("Every program on this computer can use its models without a key. Nothing outside can reach it.")

    def _make_actions(self) -> None:
        self.renew_action = action(
            self, self.tr("Renew key"), self._renew, icon_name="refresh-cw",
            tip=self.tr("The old key stops working at once"),
        )  # fmt: skip
        self.docs_action = action(self, self.tr("Open the API reference"), self._open_docs, icon_name="external-link")

    def _lay_out(self) -> None:
        self.docs = label("", "secondary", selectable=True)
        inner = QWidget()
        margins = (tokens.SPACE_6, tokens.SPACE_4, tokens.SPACE_6, tokens.SPACE_8)
        reference = row(action_button(self.docs_action), self.docs, None, spacing=tokens.SPACE_3)
        inner.setLayout(
            column(
                self._state_line(), self._addresses(),
                self._section(self.tr("Who may call"), *(self.rows[name] for name in _ROWS)),
                self._section(self.tr("What programs keep"), self.kept, self.rows[_KEEPING]),
                self._section(self.tr("Examples"), self._example_words(), self.examples, tokens.SPACE_1, reference),
                None, spacing=tokens.SPACE_6, margins=margins,
            )
        )  # fmt: skip
        area = scrolled(centred(inner, tokens.COLUMN_WIDTH), self.title.text())
        self.body.setLayout(column(area))

    def _state_line(self) -> QWidget:
        line = row(spacing=tokens.SPACE_2)
        line.addWidget(self.dot)
        line.addWidget(self.state, 1)
        holder = QWidget()
        holder.setLayout(column(line, self.explanation, spacing=tokens.SPACE_1))
        return holder

    def _addresses(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(tokens.SPACE_4)
        grid.setVerticalSpacing(tokens.SPACE_2)
        grid.addWidget(label(self.tr("Address"), "strong"), 0, 0)
        grid.addWidget(self.url, 0, 1)
        grid.addWidget(label(self.tr("Key"), "strong"), 1, 0)
        grid.addWidget(self.key, 1, 1)
        grid.addWidget(action_button(self.renew_action), 1, 2)
        grid.setColumnStretch(1, 1)
        return holder

    def _section(self, title: str, *parts: QWidget | int | object) -> QWidget:
        holder = QWidget()
        holder.setLayout(column(label(title, "section"), *parts, spacing=tokens.SPACE_1))  # type: ignore[arg-type]
        return holder

    def _example_words(self) -> QWidget:
        words = self.tr("They read the key from the environment variable {name}, so that it stands in no file.")
        return label(words.format(name="PADDOCK_API_KEY"), "muted", wrap=True)

    # What can be done.

    def _fetch_model(self) -> None:
        self.client.models.default().on(self, done=self._on_model, failed=lambda _error: None)

    def _on_model(self, model: Model) -> None:
        self._model_id = model.id
        self.refresh()

    def _fetch_key(self) -> None:
        self.client.preferences.api_key().on(self, done=self.key.show_value, failed=self._on_key_failed)

    def _on_key_failed(self, error: PaddockError) -> None:
        self.key.forget()
        self.notify.emit(notice_of(error, "key"))

    def _renew(self) -> None:
        self.renew_action.setEnabled(False)

        def done(key: str) -> None:
            self.renew_action.setEnabled(True)
            self.key.show_value(key)
            words = self.tr("The key was renewed; the old one stopped working.")
            self.notify.emit(
                Notice(words, self.tr("Give the new one to the programs that call."), "success", topic="key", seconds=8)
            )

        def failed(error: PaddockError) -> None:
            self.renew_action.setEnabled(True)
            self.notify.emit(notice_of(error, "key"))

        self.client.preferences.renew_api_key().on(self, done=done, failed=failed)

    def _open_docs(self) -> None:
        QDesktopServices.openUrl(QUrl(self.docs.text()))
