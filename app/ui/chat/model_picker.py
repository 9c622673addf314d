"""The model picker: the chat's model with its state in words, a list to choose another, load and unload."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionToolButton,
    QStyleOptionViewItem,
    QStylePainter,
    QToolButton,
)

from app.engine.domain.models import Model, ModelState
from app.ui.bridge.client import EngineClient
from app.ui.chat.model_choice import FACTS_ROLE, STATE_ROLE, ModelChoice
from app.ui.theme import tokens
from app.ui.theme.fonts import font
from app.ui.theme.icons import icon
from app.ui.theme.theme import theme
from app.ui.widgets.basics import action, button, hairline, row
from app.ui.widgets.popover import Popover
from app.ui.widgets.state_label import PHASE_DOTS, paint_dot
from app.ui.widgets.words import state_words

Index = QModelIndex | QPersistentModelIndex
_ROW = 46
_MOST_TEXT = 440
_AROUND = 62


class _Delegate(QStyledItemDelegate):
    chosen = ""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour("hover"))
            painter.drawRoundedRect(option.rect, tokens.RADIUS_CONTROL, tokens.RADIUS_CONTROL)
        area = option.rect.adjusted(10, 5, -10, -5)
        state = index.data(STATE_ROLE)
        left = QStyle.visualRect(option.direction, area, area.adjusted(0, 0, 14 - area.width(), 0))
        paint_dot(painter, QRectF(left), *PHASE_DOTS[state.phase])
        words = QStyle.visualRect(option.direction, area, area.adjusted(22, 0, -22, 0))
        start = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeft)
        for role, size, colour, place in (
            (Qt.ItemDataRole.DisplayRole, tokens.SIZE_BODY, "text", Qt.AlignmentFlag.AlignTop),
            (FACTS_ROLE, tokens.SIZE_SECONDARY, "text_secondary", Qt.AlignmentFlag.AlignBottom),
        ):
            painter.setFont(font(size))
            painter.setPen(theme().colour(colour))
            shown = painter.fontMetrics().elidedText(str(index.data(role)), Qt.TextElideMode.ElideRight, words.width())
            painter.drawText(words, int(start | place), shown)
        if str(index.data()) == self.chosen:
            end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            icon("check", "accent").paint(painter, QStyle.alignedRect(option.direction, end, QSize(16, 16), area))
        painter.restore()


class ModelPicker(QToolButton):
    """`picked(model id)` follows a choice; `manage_wanted()` asks for the models page."""

    picked = Signal(str)
    manage_wanted = Signal()

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self.model_id = ""
        self.choice = ModelChoice(client, self)
        self._name, self._words = "", ""
        self.setProperty("kind", "picker")
        self.setFont(font(tokens.SIZE_BODY))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self.open)
        self.load_action = action(self, self.tr("Load model"), self._load, icon_name="power")
        self.unload_action = action(self, self.tr("Unload model"), self._unload, icon_name="eject")
        client.models.state_changed.connect(lambda _id, _state: self._refresh())
        self.choice.modelReset.connect(self._refresh)
        theme().changed.connect(self._refresh)
        self._refresh()

    @property
    def state(self) -> ModelState:
        """The state of the chosen model, as last heard."""
        return self._client.models.state(self.model_id)

    def show_model(self, model_id: str) -> None:
        """Show which model this chat uses."""
        self.model_id = model_id
        self._refresh()

    def model(self) -> Model | None:
        """Return the chosen model, if it is installed."""
        row_number = self.choice.row_of(self.model_id)
        return self.choice.models[row_number] if row_number >= 0 else None

    def open(self) -> None:
        """Show the list."""
        _PickerPopover(self).pop_up(self, centred=True)

    def _load(self) -> None:
        if self.model_id:
            self._client.models.load(self.model_id)

    def _unload(self) -> None:
        if self.model_id:
            self._client.models.unload(self.model_id)

    def _refresh(self) -> None:
        model = self.model()
        remote = model is not None and model.source == "remote"
        self._name = self.choice.name_of(self.model_id) if self.model_id else self.tr("Choose a model")
        self._words = "" if not self.model_id else self.tr("remote") if remote else state_words(self.state)
        self.setToolTip(f"{self._name}\n{self._words}")
        self.setAccessibleName(self.tr("Model: {name}, {state}").format(name=self._name, state=self._words))
        local = model is not None and not remote
        self.load_action.setEnabled(local and self.state.phase in ("not_loaded", "failed"))
        self.unload_action.setEnabled(local and self.state.phase == "ready")
        self.updateGeometry()
        self.update()

    def _bold(self) -> QFontMetrics:
        return QFontMetrics(font(tokens.SIZE_BODY, QFont.Weight.DemiBold))

    def sizeHint(self) -> QSize:
        text = self._bold().horizontalAdvance(self._name) + self.fontMetrics().horizontalAdvance(self._words)
        return QSize(min(_MOST_TEXT, text + _AROUND), tokens.CONTROL_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, tokens.CONTROL_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint dot, name, state and chevron; the name gives way first, but keeps half."""
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawPrimitive(QStyle.PrimitiveElement.PE_PanelButtonTool, option)
        direction, area = self.layoutDirection(), self.rect().adjusted(10, 0, -8, 0)
        if self.model_id:
            dot = QStyle.visualRect(direction, area, area.adjusted(0, 0, 10 - area.width(), 0))
            paint_dot(painter, QRectF(dot), *PHASE_DOTS[self.state.phase])
        end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        icon("chevron-down").paint(painter, QStyle.alignedRect(direction, end, QSize(14, 14), area))
        words = area.adjusted(16, 0, -20, 0)
        bold = self._bold()
        state_room = self.fontMetrics().horizontalAdvance(self._words)
        name_room = max(words.width() // 2, words.width() - state_room - tokens.SPACE_2)
        name = bold.elidedText(self._name, Qt.TextElideMode.ElideRight, name_room)
        used = bold.horizontalAdvance(name) + tokens.SPACE_2
        start = int(QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(font(tokens.SIZE_BODY, QFont.Weight.DemiBold))
        painter.setPen(theme().colour("text"))
        painter.drawText(QStyle.visualRect(direction, self.rect(), words), start, name)
        rest = words.adjusted(used, 0, 0, 0)
        painter.setFont(font(tokens.SIZE_BODY))
        painter.setPen(theme().colour("danger" if self.state.phase == "failed" else "text_secondary"))
        shown = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, rest.width())
        painter.drawText(QStyle.visualRect(direction, self.rect(), rest), start, shown)


class _PickerPopover(Popover):
    def __init__(self, picker: ModelPicker) -> None:
        super().__init__(picker, QCoreApplication.translate("_PickerPopover", "Models"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(440)
        self._picker = picker
        view = QListView(uniformItemSizes=True)
        view.setProperty("kind", "plain")
        view.setMouseTracking(True)
        view.setModel(picker.choice)
        delegate = _Delegate(view)
        delegate.chosen = picker.choice.name_of(picker.model_id)
        view.setItemDelegate(delegate)
        view.setAccessibleName(self.tr("Models"))
        view.setFixedHeight(_ROW * max(1, min(7, picker.choice.rowCount())))
        view.setCurrentIndex(picker.choice.index(max(0, picker.choice.row_of(picker.model_id))))
        view.clicked.connect(self._choose)
        view.activated.connect(self._choose)
        self.box.addWidget(view)
        self.box.addWidget(hairline())
        self.box.addLayout(self._buttons())
        view.setFocus()

    def _buttons(self) -> QHBoxLayout:
        picker = self._picker
        load = button(self.tr("Load"), lambda: self._run(picker.load_action.trigger), "quiet", "power")
        load.setEnabled(picker.load_action.isEnabled())
        unload = button(self.tr("Unload"), lambda: self._run(picker.unload_action.trigger), "quiet", "eject")
        unload.setEnabled(picker.unload_action.isEnabled())
        manage = button(self.tr("Manage models …"), lambda: self._run(picker.manage_wanted.emit), "quiet")
        return row(load, unload, None, manage)

    def _run(self, what: Callable[[], object]) -> None:
        self.close()
        what()

    def _choose(self, index: QModelIndex) -> None:
        model = self._picker.choice.models[index.row()]
        self.close()
        self._picker.picked.emit(model.id)
