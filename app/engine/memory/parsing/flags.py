"""Finds text that speaks to a model instead of a reader: orders to forget its instructions, markers of roles. Pure.

A flag is a warning for people, no judgement: articles about such attacks are flagged as well. Ordinary prose must not
be, so single words never are.
"""

from __future__ import annotations

import re

_WHAT = r"(?:instructions?|prompts?|rules|guidelines|directions|directives|context|messages?)"
_WHOSE = (
    r"(?:(?:the|any|of)\s+){0,3}"
    r"(?:all|your|my|these|those|previous|prior|above|earlier|preceding|foregoing|system|initial|original)\s+"
    r"(?:(?:of|the|your|my|previous|prior|above|earlier|preceding|foregoing|system|initial|original)\s+){0,4}"
)
_PHRASES = (
    rf"\b(?:ignore|disregard|forget)\s+{_WHOSE}{_WHAT}",
    rf"\b(?:override|bypass)\s+{_WHOSE}(?:instructions|guidelines|prompts?)",
    r"\b(?:ignore|disregard|forget)\s+(?:everything|all)\s+(?:that\s+(?:was|is|has\s+been)\s+|you\s+were\s+)?(?:above|before|told|said|written)",
    r"\byou\s+are\s+now\s+(?:in\s+)?(?:a|an|the|dan|developer|jailbroken|unrestricted|free\s+(?:of|from))\b[^.\n]{0,60}"
    r"\b(?:ai|assistant|model|mode|chatbot|bot|agent|restrictions|rules|dan)\b",
    r"\b(?:reveal|print|show|repeat|output|leak)\s+(?:me\s+)?(?:your|the)\s+(?:(?:full|hidden|secret|entire|initial)\s+){0,2}system\s+prompt",
    r"\bnew\s+(?:system\s+)?instructions?\s*:\s*\S",
    r"\b(?:do\s+not|don't|never)\s+(?:tell|inform|mention\s+(?:this|it)\s+to|reveal\s+this\s+to)\s+the\s+user\b",
    r"\b(?:ignoriere|vergiss|missachte)\s+(?:alle\s+|die\s+|deine\s+|bisherigen\s+|vorherigen\s+|vorigen\s+|obigen\s+)+(?:anweisungen|instruktionen|regeln)",
    r"\b(?:ignore[sz]?|oublie[sz]?)\s+(?:toutes\s+|les\s+|tes\s+|vos\s+)+instructions",
    r"\b(?:ignora|olvida)\s+(?:todas\s+|las\s+|tus\s+)+instrucciones",
    r"(?:игнорируй|забудь)(?:те)?\s+(?:все\s+|предыдущие\s+|прежние\s+)+(?:инструкции|указания)",
    r"(?:忽略|无视|忘记)(?:之前|以上|前面|上面|所有|的)+(?:指令|指示|提示|说明)",
    r"(?:以前|上記|これまで)の(?:すべての)?(?:指示|命令)を(?:無視|忘れ)",
)  # fmt: skip
_MARKERS = (
    r"<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|begin_of_text|start_header_id|end_header_id)\|>",
    r"\[/?inst\]|<</?sys>>",
    r"(?:^|\n)[ \t]*#{2,4}[ \t]*(?:system|instruction)s?[ \t]*:",
)
_ORDERS = re.compile("|".join(_PHRASES))
_ROLES = re.compile("|".join(_MARKERS))
# Looking for plain words and then around them is a hundred times as fast as trying every phrase at every letter.
_HINTS = (
    "ignor", "disregard", "forget", "overrid", "bypass", "you are now", "system prompt", "instruction:",
    "instructions:", "the user", "vergiss", "missachte", "oublie", "olvida", "игнорируй", "забудь",
    "忽略", "无视", "忘记", "指示を", "命令を",
)  # fmt: skip
_ROLE_HINTS = ("<|", "[inst]", "[/inst]", "<<sys>>", "<</sys>>", "system:", "instruction:", "instructions:")
_BEFORE, _AFTER = 80, 240


def gives_instructions(text: str) -> bool:
    """Tell whether a text reads like instructions to a model."""
    small = text.lower()
    if _near(small, _ROLE_HINTS, _ROLES):
        return True
    return _near(" ".join(small.split()), _HINTS, _ORDERS)


def _near(text: str, hints: tuple[str, ...], phrases: re.Pattern[str]) -> bool:
    for hint in hints:
        at = text.find(hint)
        while at >= 0:
            if phrases.search(text, max(0, at - _BEFORE), at + _AFTER):
                return True
            at = text.find(hint, at + _AFTER // 2)
    return False
