"""The status bar: model and its state in words, speed, device and why, jobs, local API. Must not command anything."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from app.engine.domain.models import ModelState
from app.ui.bridge.client import EngineClient
from app.ui.shell.jobs import Jobs, JobsPopover
from app.ui.theme import tokens
from app.ui.widgets.basics import row
from app.ui.widgets.elided import ElidedLabel
from app.ui.widgets.state_label import PHASE_DOTS, StateDot
from app.ui.widgets.words import number_words, state_words

_SHOWN_PHASES = ("loading", "ready", "unloading", "failed")


class StatusBar(QWidget):
    """`page_wanted(page id)` is emitted when an entry is clicked."""

    page_wanted = Signal(str)

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self._model_id = ""
        self._names: dict[str, str] = {}
        self._guards: set[str] = set()
        self.setProperty("kind", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(tokens.STATUS_HEIGHT)
        self.setAccessibleName(self.tr("Status"))
        self._dot = StateDot()
        self._model = ElidedLabel(self.tr("Starting the engine …"), "secondary")
        self._speed = 0.0
        self.jobs = Jobs(client)
        self._jobs_button = self._entry("", self._show_jobs)
        self._api_dot = StateDot()
        self._api = self._entry("", lambda: self.page_wanted.emit("api"))
        self.setLayout(
            row(
                self._dot, self._model, None, self._jobs_button, row(self._api_dot, self._api),
                spacing=tokens.SPACE_2, margins=(tokens.SPACE_3, 0, tokens.SPACE_2, 0),
            )
        )  # fmt: skip
        self._api_dot.hide()
        self._api.hide()
        self._popover: JobsPopover | None = None
        self._connect()
        self._show_jobs_count()

    def _connect(self) -> None:
        client = self._client
        client.models.state_changed.connect(self._on_state)
        client.models.changed.connect(self._fetch_names)
        client.started.connect(self._on_started)
        client.start_failed.connect(lambda _error: self._model.setText(self.tr("The engine could not start")))
        client.preferences.changed.connect(self._show_api)
        self.jobs.changed.connect(self._show_jobs_count)
        if client.state == "ready":
            self._on_started()
            self._show_api()
            for model_id, state in client.models.states.items():
                self._on_state(model_id, state)

    def _entry(self, text: str, on_click: object) -> QToolButton:
        shown = QToolButton()
        shown.setText(text)
        shown.setAutoRaise(True)
        shown.setProperty("kind", "status")
        shown.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        shown.clicked.connect(on_click)
        return shown

    def show_speed(self, tokens_per_second: float) -> None:
        """Show the speed of the last answer."""
        self._speed = tokens_per_second
        self._show_model()

    def _on_started(self) -> None:
        self._model.setText(self.tr("No model loaded"))
        self._fetch_names()

    def _fetch_names(self) -> None:
        self._client.models.list().on(self, done=self._on_models)

    def _on_models(self, models: tuple[object, ...]) -> None:
        self._names = {model.id: model.name for model in models}  # type: ignore[attr-defined]
        # A guard works beside the model that answers, and is told of on its own page.
        self._guards = {model.id for model in models if model.purpose == "guard"}  # type: ignore[attr-defined]
        if self._model_id in self._guards:
            self._model_id = self._other_model()
        self._show_model()

    def _on_state(self, model_id: str, state: ModelState) -> None:
        if model_id in self._guards:
            return
        shown = self._client.models.state(self._model_id)
        worth = state.phase in ("loading", "ready") or shown.phase not in ("loading", "ready")
        if state.phase in _SHOWN_PHASES and worth:
            self._model_id = model_id
        if model_id == self._model_id and state.phase == "not_loaded":
            self._model_id = self._other_model()
        self._show_model()

    def _other_model(self) -> str:
        ready = (i for i, s in self._client.models.states.items() if s.phase == "ready" and i not in self._guards)
        return next(ready, "")

    def _show_model(self) -> None:
        state = self._client.models.state(self._model_id)
        self._dot.show_state(*PHASE_DOTS[state.phase])
        if self._model_id:
            self._model.setText("  ·  ".join(self._parts(state)))
        elif self._client.state == "ready":
            self._model.setText(self.tr("No model loaded"))

    def _parts(self, state: ModelState) -> list[str]:
        parts = [f"{self._names.get(self._model_id, self._model_id)}  {state_words(state)}"]
        if state.phase == "ready" and self._speed > 0:
            parts.append(self.tr("{speed} tok/s").format(speed=number_words(self._speed)))
        if state.phase == "ready" and state.device:
            parts.append(f"{state.device} ({state.device_reason})" if state.device_reason else state.device)
        return parts

    def _show_api(self) -> None:
        endpoint = self._client.preferences.endpoint
        port = endpoint.url.rsplit(":", 1)[-1].strip("/")
        self._api_dot.setVisible(True)
        self._api.setVisible(True)
        self._api_dot.show_state("success" if endpoint.url else "text_disabled", bool(endpoint.url))
        self._api.setText(self.tr("API on, port {port}").format(port=port) if endpoint.url else self.tr("API off"))
        self._api.setToolTip(endpoint.url or endpoint.reason)

    def _show_jobs_count(self) -> None:
        running = self.jobs.running
        self._jobs_button.setText(self.tr("%n job(s)", "", running) if running else self.tr("No jobs"))
        self._jobs_button.setVisible(bool(self.jobs.all))

    def _show_jobs(self) -> None:
        if self._popover is None:
            self._popover = JobsPopover(self.jobs, self)
        self._popover.pop_up(self._jobs_button, above=True)
