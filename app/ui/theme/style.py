"""The style sheet: spacing, radius and accents on top of Fusion and the palette. Must not name a widget of a page.

Widgets choose a variant through the dynamic property `kind` (see `app.ui.widgets.basics`).
"""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from pathlib import Path

from PySide6.QtCore import QTemporaryDir

from app.ui.resources import resource
from app.ui.theme import tokens
from app.ui.theme.tokens import Roles

_SHEET = """
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {hairline}; padding: 4px 8px; }}
QMainWindow, QDialog {{ background: {window}; }}
QMenuBar {{ background: {window}; padding: 2px 6px; }}
QMenuBar::item {{ padding: 4px 9px; border-radius: 5px; background: transparent; }}
QMenuBar::item:selected {{ background: {hover}; color: {text}; }}
QMenu {{ background: {raised}; border: 1px solid {hairline}; padding: 5px; }}
QMenu::item {{ padding: 6px 26px 6px 12px; border-radius: 5px; }}
QMenu::item:selected {{ background: {hover}; color: {text}; }}
QMenu::item:disabled {{ color: {text_disabled}; }}
QMenu::icon {{ padding-left: 8px; }}
QMenu::separator {{ height: 1px; background: {hairline}; margin: 5px 8px; }}

QPushButton {{ background: {raised}; color: {text}; border: 1px solid {control}; border-radius: {radius}px;
    padding: 5px 14px; min-height: 20px; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:pressed {{ background: {pressed}; }}
QPushButton:disabled {{ color: {text_disabled}; border-color: {hairline}; background: transparent; }}
QPushButton:focus {{ border-color: {focus}; }}
QPushButton[kind="primary"] {{ background: {accent}; color: {accent_text}; border-color: {accent}; font-weight: 600; }}
QPushButton[kind="primary"]:hover {{ background: {accent_hover}; border-color: {accent_hover}; }}
QPushButton[kind="primary"]:focus {{ border-color: {text}; }}
QPushButton[kind="primary"]:disabled {{ background: {pressed}; border-color: {pressed}; color: {text_disabled}; }}
QPushButton[kind="danger"] {{ color: {danger}; }}
QPushButton[kind="quiet"] {{ background: transparent; border-color: transparent; color: {accent}; padding: 5px 8px; }}
QPushButton[kind="quiet"]:hover {{ background: {hover}; }}
QPushButton[kind="quiet"]:focus {{ border-color: {focus}; }}
QPushButton[kind="quiet"]:disabled {{ color: {text_disabled}; }}

QPushButton[kind="chip"] {{ background: {hover}; border-color: transparent; padding: 2px 8px; min-height: 18px;
    font-size: {size_secondary}px; }}
QPushButton[kind="chip"]:hover {{ background: {pressed}; }}
QPushButton[kind="chip"]:focus {{ border-color: {focus}; }}

QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: {radius}px; padding: 4px;
    color: {text}; }}
QToolButton:hover {{ background: {hover}; }}
QToolButton:pressed {{ background: {pressed}; }}
QToolButton:checked {{ background: {accent_soft}; }}
QToolButton:focus {{ border-color: {focus}; }}
QToolButton:disabled {{ color: {text_disabled}; }}
QToolButton::menu-indicator {{ image: none; width: 0; }}
QToolButton[kind="rail"] {{ font-size: {size_label}px; padding: 6px 0 5px 0; border-radius: 9px;
    color: {text_secondary}; }}
QToolButton[kind="rail"]:checked {{ color: {accent}; font-weight: 600; }}
QToolButton[kind="send"] {{ background: {accent}; border-radius: 15px; border: 2px solid transparent; padding: 0; }}
QToolButton[kind="send"]:hover {{ background: {accent_hover}; }}
QToolButton[kind="send"]:disabled {{ background: {pressed}; }}
QToolButton[kind="send"]:focus {{ border-color: {text}; }}
QToolButton[kind="toggle"]:checked {{ background: transparent; }}
QToolButton[kind="toggle"]:checked:hover {{ background: {hover}; }}
QToolButton[kind="status"] {{ color: {text_secondary}; font-size: {size_secondary}px; padding: 1px 6px;
    border-radius: 4px; }}
QToolButton[kind="status-warning"] {{ color: {warning}; font-size: {size_secondary}px; padding: 1px 6px;
    border-radius: 4px; }}
QToolButton[kind="pill"] {{ background: {raised}; border: 1px solid {control}; border-radius: 16px; padding: 5px; }}
QToolButton[kind="pill"]:hover {{ background: {hover}; }}

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox, QAbstractSpinBox {{
    background: {surface}; color: {text}; border: 1px solid {control}; border-radius: {radius}px; padding: 4px 8px;
    selection-background-color: {selection}; selection-color: {selection_text}; }}
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox {{ min-height: 20px; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {{
    border-color: {focus}; }}
QLineEdit:disabled, QPlainTextEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {{
    color: {text_disabled}; border-color: {hairline}; }}
QLineEdit[kind="search"] {{ background: {surface}; border-color: {hairline}; padding-left: 4px; }}
QLineEdit[kind="search"]:focus {{ border-color: {focus}; }}
QLineEdit[kind="bare"], QPlainTextEdit[kind="bare"], QTextEdit[kind="bare"], QTextBrowser[kind="bare"] {{
    background: transparent; border: none; padding: 0; border-radius: 0; }}
QAbstractSpinBox QLineEdit {{ border: none; background: transparent; padding: 0 0 0 6px; min-height: 0; }}
QComboBox::drop-down {{ border: none; width: 22px; }}
QComboBox::down-arrow {{ image: url("{images}/chevron-down.svg"); width: 14px; height: 14px; }}
QComboBox QAbstractItemView {{ background: {raised}; border: 1px solid {hairline}; padding: 4px; outline: none;
    selection-background-color: {hover}; selection-color: {text}; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; background: transparent; width: 18px; }}
QAbstractSpinBox::up-arrow {{ image: url("{images}/chevron-up.svg"); width: 12px; height: 12px; }}
QAbstractSpinBox::down-arrow {{ image: url("{images}/chevron-down.svg"); width: 12px; height: 12px; }}
QCheckBox {{ spacing: 8px; }}
QCheckBox::indicator {{ width: 16px; height: 16px; border: 1px solid {control}; border-radius: 4px;
    background: {surface}; }}
QCheckBox::indicator:hover {{ border-color: {focus}; }}
QCheckBox::indicator:focus {{ border-color: {focus}; }}
QCheckBox::indicator:checked {{ background: {accent}; border-color: {accent}; image: url("{images}/check.svg"); }}
QCheckBox::indicator:disabled {{ border-color: {hairline}; background: {window}; }}
QCheckBox::indicator:checked:disabled {{ background: {text_disabled}; border-color: {text_disabled}; }}
QRadioButton {{ spacing: 8px; }}
QRadioButton::indicator {{ width: 16px; height: 16px; border: 1px solid {control}; border-radius: 9px; }}
QRadioButton::indicator:hover, QRadioButton::indicator:focus {{ border-color: {focus}; }}
QRadioButton::indicator:checked {{ width: 8px; height: 8px; border: 5px solid {accent}; background: {accent_text}; }}
QRadioButton::indicator:disabled {{ border-color: {hairline}; background: {window}; }}
QRadioButton::indicator:checked:disabled {{ border: 5px solid {text_disabled}; background: {surface}; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {pressed}; }}
QSlider::sub-page:horizontal {{ background: {accent}; border-radius: 2px; }}
QSlider::sub-page:horizontal:disabled {{ background: {text_disabled}; }}
QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -6px 0; border-radius: 8px; background: {raised};
    border: 1px solid {control}; }}
QSlider::handle:horizontal:focus {{ border-color: {focus}; }}
QProgressBar {{ background: {pressed}; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 2px; }}

QAbstractItemView {{ background: {surface}; border: none; outline: none;
    selection-background-color: {accent_soft}; selection-color: {text}; }}
QListView[kind="plain"], QTreeView[kind="plain"] {{ background: transparent; }}
QTableView {{ gridline-color: {hairline}; }}
QTableView::item {{ padding: 0 5px; }}
QHeaderView::section {{ background: {surface}; color: {text_secondary}; border: none;
    border-bottom: 1px solid {hairline}; padding: 6px 8px; }}
QTabBar::tab {{ padding: 6px 12px; color: {text_secondary}; border: none; border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {text}; border-bottom-color: {accent}; }}
QTabBar::tab:focus {{ color: {accent}; }}
QTabWidget::pane {{ border: none; }}
QScrollArea, QScrollArea > QWidget > QWidget[kind="transparent"] {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 11px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 0; }}
QScrollBar::handle {{ background: {control}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:hover {{ background: {text_disabled}; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: none; border: none; width: 0; height: 0; }}
QSplitter::handle {{ background: {hairline}; }}
QSplitter::handle:horizontal {{ width: 1px; }}

QFrame[kind="hairline"] {{ background: {hairline}; border: none; }}
QFrame[kind="card"] {{ background: {raised}; border: 1px solid {hairline}; border-radius: {card}px; }}
QFrame[kind="card"][clickable="true"]:hover {{ border-color: {control}; background: {hover}; }}
QFrame[kind="card"][clickable="true"]:focus {{ border-color: {focus}; }}
QFrame[kind="chip"] {{ background: {hover}; border: none; border-radius: {radius}px; }}
QFrame[kind="popover"] {{ background: {raised}; border: 1px solid {control}; border-radius: {card}px; }}
QFrame[kind="banner"] {{ background: {accent_soft}; border: none; border-radius: {radius}px; }}
QFrame[kind="warning-card"] {{ background: {warning_soft}; border: none; border-radius: {radius}px; }}
QFrame[kind="danger-card"] {{ background: {danger_soft}; border: none; border-radius: {radius}px; }}
QFrame[kind="bubble"] {{ background: {bubble}; border: none; border-radius: {bubble_radius}px; }}
QFrame[kind="composer"] {{ background: {raised}; border: 1px solid {control}; border-radius: {bubble_radius}px; }}
QFrame[kind="composer"][focused="true"] {{ border-color: {focus}; }}
QFrame[kind="code"] {{ background: {code_background}; border: 1px solid {hairline}; border-radius: 8px; }}
QWidget[kind="surface"] {{ background: {surface}; }}
QWidget[kind="window"] {{ background: {window}; }}
QLabel {{ background: transparent; }}
QLabel[kind="title"] {{ font-size: {size_title}px; font-weight: 600; }}
QLabel[kind="page-title"] {{ font-size: {size_section}px; font-weight: 600; }}
QLabel[kind="section"] {{ font-size: {size_section}px; font-weight: 600; }}
QLabel[kind="secondary"] {{ color: {text_secondary}; font-size: {size_secondary}px; }}
QLabel[kind="muted"] {{ color: {text_secondary}; }}
QLabel[kind="strong"] {{ font-weight: 600; }}
QLabel[kind="success"] {{ color: {success}; }}
QLabel[kind="warning"] {{ color: {warning}; }}
QLabel[kind="danger"] {{ color: {danger}; }}
QLabel[kind="warning-small"] {{ color: {warning}; font-size: {size_secondary}px; }}
QLabel[kind="danger-small"] {{ color: {danger}; font-size: {size_secondary}px; }}
QLabel[kind="danger-strong"] {{ color: {danger}; font-weight: 600; }}
"""

_IMAGES = (("chevron-down", "text_secondary"), ("chevron-up", "text_secondary"), ("check", "accent_text"))


@cache
def _directory() -> QTemporaryDir:
    return QTemporaryDir()


def _images(roles: Roles) -> str:
    """Write the few images a style sheet can only name by file, in this theme's colours; return their folder."""
    folder = Path(_directory().path()) / roles.window.lstrip("#")
    folder.mkdir(exist_ok=True)
    for name, role in _IMAGES:
        source = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
        (folder / f"{name}.svg").write_text(source.replace("currentColor", getattr(roles, role)), encoding="utf-8")
    return folder.as_posix()


@cache
def style_sheet(roles: Roles) -> str:
    """Return the application's style sheet for these roles."""
    return _SHEET.format(
        **asdict(roles),
        images=_images(roles),
        radius=tokens.RADIUS_CONTROL,
        card=tokens.RADIUS_CARD,
        bubble_radius=tokens.RADIUS_BUBBLE,
        size_secondary=round(tokens.SIZE_SECONDARY),
        size_section=round(tokens.SIZE_SECTION),
        size_title=round(tokens.SIZE_TITLE),
        size_label=round(tokens.SIZE_LABEL),
    )
