"""The style of rich text in messages, from tokens. Qt's rich text knows an HTML and CSS subset only."""

from __future__ import annotations

from functools import cache

from app.ui.theme import tokens
from app.ui.theme.fonts import code_family
from app.ui.theme.tokens import Roles

_SHEET = """
p, li, td, th, div {{ line-height: {line}%; }}
p {{ margin-top: 0; margin-bottom: 10px; }}
h1 {{ font-size: 20px; font-weight: 600; margin-top: 14px; margin-bottom: 8px; }}
h2 {{ font-size: 17px; font-weight: 600; margin-top: 14px; margin-bottom: 8px; }}
h3 {{ font-size: 15px; font-weight: 600; margin-top: 12px; margin-bottom: 6px; }}
h4, h5, h6 {{ font-size: 14px; font-weight: 600; margin-top: 10px; margin-bottom: 6px; }}
ul, ol {{ margin-top: 0; margin-bottom: 10px; margin-left: 22px; -qt-list-indent: 0; }}
li {{ margin-top: 0; margin-bottom: 3px; }}
code {{ font-family: "{mono}"; font-size: {code_size}px; background-color: {code_background}; }}
pre.nested {{ font-family: "{mono}"; font-size: {code_size}px; background-color: {code_background};
    margin-top: 4px; margin-bottom: 8px; white-space: pre-wrap; }}
a {{ color: {accent}; text-decoration: underline; }}
a.cite {{ color: {accent}; text-decoration: none; font-size: 11px; }}
table.quote {{ margin-bottom: 10px; }}
td.bar {{ background-color: {control}; }}
td.quoted {{ padding-left: 12px; color: {text_secondary}; }}
hr {{ color: {hairline}; background-color: {hairline}; margin-top: 10px; margin-bottom: 10px; }}
"""

_TABLE_SHEET = """
th, td {{ padding: 7px 12px; border-bottom-width: 1px; border-bottom-style: solid; border-bottom-color: {hairline}; }}
th {{ font-weight: 600; border-bottom-color: {control}; }}
"""


@cache
def prose_style(roles: Roles) -> str:
    """Return the default style sheet of prose documents."""
    return _SHEET.format(
        line=tokens.LINE_HEIGHT_PERCENT,
        mono=code_family(),
        code_size=round(tokens.SIZE_CODE),
        accent=roles.accent,
        code_background=roles.code_background if roles.surface != roles.code_background else roles.hover,
        control=roles.control,
        text_secondary=roles.text_secondary,
        hairline=roles.hairline,
    )


@cache
def table_style(roles: Roles) -> str:
    """Return the default style sheet of table documents."""
    return prose_style(roles) + _TABLE_SHEET.format(hairline=roles.hairline, control=roles.control)
