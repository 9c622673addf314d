"""What can be done with a bank as a whole: one QAction each, for the menu bar, the cards' menus and the keys."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.memory import Bank, Mended
from app.ui.bridge.client import EngineClient
from app.ui.memory.bank_dialog import ChangeModelDialog, EditBankDialog
from app.ui.memory.words import bank_facts
from app.ui.widgets.basics import action
from app.ui.widgets.confirm_card import ConfirmCard
from app.ui.widgets.notice import Notice, notice_of
from app.ui.widgets.words import size_words

BANK_FILTER = "*.paddock-bank"


class BankActions(QObject):
    """Act on `bank_id`, the bank that is shown or whose card has the focus. `confirm` asks where the person looks.

    `notify(Notice)`, `opened(bank id)` after an import.
    """

    notify = Signal(object)
    opened = Signal(str)

    def __init__(self, page: QWidget, client: EngineClient) -> None:
        super().__init__(page)
        self._page, self._client = page, client
        self.bank_id = ""
        self.confirm: ConfirmCard | None = None
        self.edit = action(page, self.tr("Rename and describe …"), self._edit, icon_name="pencil", shortcut="F2")
        self.model = action(page, self.tr("Change embedding model …"), self._change_model, icon_name="languages")
        self.export = action(page, self.tr("Export as one file …"), self._export, icon_name="upload")
        self.check = action(page, self.tr("Check and mend"), self._check, icon_name="list-checks")
        self.compact = action(
            page, self.tr("Compact"), self._compact, icon_name="package",
            tip=self.tr("Rewrite the bank so that nothing deleted stays on disk"),
        )  # fmt: skip
        self.delete = action(page, self.tr("Delete bank …"), self.ask_delete, icon_name="trash-2")
        self.load = action(page, self.tr("Import bank …"), self._import, icon_name="file-down")
        self.set_bank(None)

    def of_bank(self) -> tuple[QAction | None, ...]:
        """Return the actions of one bank; None is a separator."""
        return self.edit, self.model, None, self.export, self.check, self.compact, None, self.delete

    def fill(self, menu: QMenu) -> None:
        """Put the actions of one bank into a menu."""
        for item in self.of_bank():
            if item is None:
                menu.addSeparator()
            else:
                menu.addAction(item)

    def set_bank(self, bank: Bank | None) -> None:
        """Act on this bank from now on."""
        self.bank_id = bank.id if bank is not None else ""
        own = bank is not None and bank.session_id is None
        for item in (self.edit, self.export, self.check, self.compact, self.delete):
            item.setEnabled(own)
        self.model.setEnabled(own and bank is not None and bool(bank.embedding_model) and not bank.reembedding)

    def bank(self) -> Bank | None:
        """Return the bank that is acted on, as last heard."""
        return self._client.memory.last(self.bank_id)

    def ask_delete(self) -> None:
        """Ask in place, naming the bank and what is lost."""
        bank = self.bank()
        if bank is None or self.confirm is None:
            return
        question = self.tr("Delete “{name}”?").format(name=bank.name)
        consequence = self.tr(
            "{facts} are deleted for good with their index. The files they came from stay where they are."
        ).format(facts=bank_facts(bank))
        self.confirm.ask(question, consequence, self.tr("Delete"), lambda: self._delete(bank))

    def _edit(self) -> None:
        if (bank := self.bank()) is not None:
            EditBankDialog(self._page, self._client, bank).open()

    def _change_model(self) -> None:
        if (bank := self.bank()) is not None:
            ChangeModelDialog(self._page, self._client, bank).open()

    def _export(self) -> None:
        bank = self.bank()
        if bank is None:
            return
        suggested = "".join(c if c.isalnum() or c in " -_" else " " for c in bank.name).strip() or "bank"
        path, _filter = QFileDialog.getSaveFileName(
            self._page, self.tr("Export bank"), suggested + BANK_FILTER.lstrip("*"), BANK_FILTER
        )
        if path:
            words = self.tr("“{name}” was exported to {file}.").format(name=bank.name, file=Path(path).name)
            self._client.memory.export_bank(bank.id, Path(path)).on(
                self,
                done=lambda size: self._tell(words, size_words(size), "bank-export"),
                failed=self._on_failed,
            )

    def _import(self) -> None:
        path, _filter = QFileDialog.getOpenFileName(
            self._page, self.tr("Import bank"), "", f"{BANK_FILTER};;" + self.tr("All files (*)")
        )
        if path:

            def done(bank: Bank) -> None:
                self._tell(self.tr("“{name}” was imported.").format(name=bank.name), "", "bank-import")
                self.opened.emit(bank.id)

            self._client.memory.import_bank(Path(path)).on(self, done=done, failed=self._on_failed)

    def _check(self) -> None:
        bank = self.bank()
        if bank is None:
            return

        def done(mended: Mended) -> None:
            if mended.findings:
                words = self.tr("“{name}” was mended.").format(name=bank.name)
            else:
                words = self.tr("“{name}” is in order.").format(name=bank.name)
            self._tell(words, " ".join(mended.findings), "bank-check")

        self._client.memory.check_bank(bank.id).on(self, done=done, failed=self._on_failed)

    def _compact(self) -> None:
        if (bank := self.bank()) is not None:
            words = self.tr("“{name}” was compacted.").format(name=bank.name)
            self._client.memory.compact_bank(bank.id).on(
                self, done=lambda freed: self._tell(words, freed_words(freed), "bank-compact"), failed=self._on_failed
            )

    def _delete(self, bank: Bank) -> None:
        words = self.tr("“{name}” was deleted.").format(name=bank.name)
        self._client.memory.delete_bank(bank.id).on(
            self, done=lambda freed: self._tell(words, freed_words(freed), "bank-delete"), failed=self._on_failed
        )

    def _tell(self, words: str, hint: str, topic: str) -> None:
        self.notify.emit(Notice(words, hint, "success", topic=topic, seconds=8))

    def _on_failed(self, error: PaddockError) -> None:
        self.notify.emit(notice_of(error))


def freed_words(freed: int) -> str:
    """Return how much space came free, empty for none."""
    words = QCoreApplication.translate("BankActions", "{size} came free.")
    return words.format(size=size_words(freed)) if freed else ""
