"""A remote provider, or one of its models: where it is, what it serves, change and remove."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.models import Model
from app.engine.domain.settings import RemoteProvider
from app.ui.bridge.client import EngineClient
from app.ui.models.library_model import provider_of
from app.ui.models.provider_dialog import ProviderDialog
from app.ui.models.words import tokens_words
from app.ui.theme import tokens
from app.ui.widgets.action_button import action_button
from app.ui.widgets.basics import action, column, label, row
from app.ui.widgets.confirm_card import ConfirmCard
from app.ui.widgets.facts import FactGrid
from app.ui.widgets.notice import Notice, notice_of


class ProviderDetails(QWidget):
    """`notify(Notice)`, `chat_wanted(model id)`."""

    notify = Signal(object)
    chat_wanted = Signal(str)

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self.entry: Model | RemoteProvider | None = None
        self.name = label("", "title", wrap=True, selectable=True)
        self.state = label(self.tr("What you ask it leaves this computer."), "muted", wrap=True)
        self.confirm = ConfirmCard()
        self.facts = FactGrid()
        self.use_action = action(
            self, self.tr("Use in a new chat"), self._use, icon_name="message-square", shortcut="Ctrl+Return"
        )
        self.refresh_action = action(self, self.tr("Ask for its models again"), self._refresh, icon_name="refresh-cw")
        self.edit_action = action(self, self.tr("Change provider …"), self._edit, icon_name="pencil")
        self.remove_action = action(
            self, self.tr("Remove provider …"), self._ask_remove, icon_name="trash-2", shortcut="Ctrl+Del"
        )
        use, again = action_button(self.use_action, "primary"), action_button(self.refresh_action)
        edit, remove = action_button(self.edit_action), action_button(self.remove_action, "danger")
        first = row(use, again, None, spacing=tokens.SPACE_2)
        second = row(edit, remove, None, spacing=tokens.SPACE_2)
        self.setLayout(
            column(
                self.name, self.state, tokens.SPACE_1, first, second, self.confirm, tokens.SPACE_3,
                label(self.tr("Facts"), "section"), self.facts, None,
                spacing=tokens.SPACE_2, margins=(tokens.SPACE_6, tokens.SPACE_4, tokens.SPACE_6, tokens.SPACE_6),
            )
        )  # fmt: skip

    @property
    def provider(self) -> RemoteProvider | None:
        """The provider that is shown, or the one of the model that is shown."""
        wanted = provider_of(self.entry) if isinstance(self.entry, Model) else self.entry.id if self.entry else ""
        return next((each for each in self._client.preferences.settings.remotes if each.id == wanted), None)

    def show_entry(self, entry: Model | RemoteProvider) -> None:
        """Show a provider or a remote model."""
        if self.entry is None or self.entry.id != entry.id:
            self.confirm.hide()
        self.entry = entry
        self.name.setText(entry.name if isinstance(entry, Model) else entry.id)
        provider = self.provider
        self.use_action.setVisible(isinstance(entry, Model))
        for item in (self.refresh_action, self.edit_action, self.remove_action):
            item.setVisible(provider is not None)
        pairs = [(self.tr("Provider"), provider.id), (self.tr("Address"), provider.base_url)] if provider else []
        if isinstance(entry, Model):
            pairs.append((self.tr("Context"), tokens_words(entry.context_length)))
            pairs.append((self.tr("Identifier"), entry.id))
        elif provider is not None:
            pairs.append((self.tr("Models"), "\n".join(provider.models) or self.tr("none")))
        self.facts.show_facts(pairs)

    def _use(self) -> None:
        if self.entry is not None:
            self.chat_wanted.emit(self.entry.id)

    def _refresh(self) -> None:
        provider = self.provider
        if provider is None:
            return
        self.refresh_action.setEnabled(False)

        def done(models: tuple[Model, ...]) -> None:
            self.refresh_action.setEnabled(True)
            words = self.tr("{name} serves %n model(s).", "", len(models)).format(name=provider.id)
            self.notify.emit(Notice(words, level="success", topic="provider", seconds=6))

        def failed(error: PaddockError) -> None:
            self.refresh_action.setEnabled(True)
            self.notify.emit(notice_of(error, "provider"))

        self._client.models.set_remote(provider, None).on(self, done=done, failed=failed)

    def _edit(self) -> None:
        if (provider := self.provider) is not None:
            ProviderDialog(self, self._client, provider).open()

    def _ask_remove(self) -> None:
        provider = self.provider
        if provider is None:
            return
        question = self.tr("Remove the provider “{name}”?").format(name=provider.id)
        consequence = self.tr("Its models leave the list and its key is deleted. Chats with them stay.")
        self.confirm.ask(question, consequence, self.tr("Remove"), lambda: self._remove(provider))

    def _remove(self, provider: RemoteProvider) -> None:
        def done(_none: object) -> None:
            words = self.tr("The provider {name} was removed.").format(name=provider.id)
            self.notify.emit(Notice(words, level="success", topic="provider", seconds=8))

        self._client.models.remove_remote(provider.id).on(self, done=done, failed=self._on_failed)

    def _on_failed(self, error: PaddockError) -> None:
        self.notify.emit(notice_of(error, "provider"))
