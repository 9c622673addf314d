"""Finds keys and passwords by the shapes their makers gave them. What it found is never repeated in full.

Shapes are those the services document, so that hashes, UUIDs and ids of commits are not taken for secrets. A password
in a line of configuration is one when it looks made up by chance.
"""

from __future__ import annotations

import math
import re
from collections import Counter

from msgspec import Struct

from app.engine.safety.rules.finding import Finding, apart, masked, matches, without_overlaps

CATEGORY = "secret"


class _Shape(Struct, frozen=True):
    """A kind of secret. It is looked for only in texts that have one of its `hints`; group 1 is the secret, if any."""

    name: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]


def _shape(name: str, hints: str, pattern: str) -> _Shape:
    return _Shape(name, tuple(hints.split()), re.compile(pattern))


_SHAPES = (
    _shape("Private key", "PRIVATE", r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----"),
    _shape("AWS access key", "AKIA ASIA", r"(?:AKIA|ASIA)[A-Z2-7]{16}"),
    _shape(
        "AWS secret key",
        "aws_secret_access_key AWS_SECRET_ACCESS_KEY",
        r"(?:aws_secret_access_key|AWS_SECRET_ACCESS_KEY)[\"']?\s{0,4}[=:]\s{0,4}[\"']?([A-Za-z0-9/+=]{40})",
    ),
    _shape("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{36,255}"),
    _shape("GitHub token", "github_pat_", r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
    _shape("GitLab token", "gl", r"gl(?:pat|dt|rt|ptt|soat|cbt|agent)-[A-Za-z0-9_-]{20,60}"),
    _shape("Slack token", "xox xapp", r"(?:xox[abeoprs]|xapp)-[A-Za-z0-9]{1,12}-[A-Za-z0-9-]{10,240}"),
    _shape("Slack webhook", "hooks.slack.com", r"hooks\.slack\.com/services/(T\w{6,12}/B\w{6,12}/\w{20,30})"),
    _shape("Google API key", "AIza", r"AIza[0-9A-Za-z_-]{35}"),
    _shape("Google client secret", "GOCSPX-", r"GOCSPX-[A-Za-z0-9_-]{28}"),
    _shape("Stripe key", "_live_ _test_", r"[sr]k_(?:live|test)_[A-Za-z0-9]{16,250}"),
    _shape("Stripe webhook secret", "whsec_", r"whsec_[A-Za-z0-9+/]{32,64}"),
    _shape("Anthropic key", "sk-ant-", r"sk-ant-[a-z0-9]{3,12}-[A-Za-z0-9_-]{24,200}"),
    _shape("OpenAI key", "sk-", r"sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{24,220}"),
    _shape("OpenAI key", "sk-", r"sk-[A-Za-z0-9]{48}"),
    _shape("Hugging Face token", "hf_", r"hf_[A-Za-z]{34}"),
    _shape("npm token", "npm_", r"npm_[A-Za-z0-9]{36}"),
    _shape("PyPI token", "pypi-AgE", r"pypi-AgE[A-Za-z0-9_-]{50,250}"),
    _shape("SendGrid key", "SG.", r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    _shape("DigitalOcean token", "dop_v1_", r"dop_v1_[a-f0-9]{64}"),
    _shape("Azure storage key", "AccountKey=", r"AccountKey=([A-Za-z0-9+/]{86}==)"),
    _shape(
        "Signed token (JWT)",
        "eyJ",
        r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,1000}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{16,1000}",
    ),
    _shape("Password in an address", "://", r"[a-z][a-z0-9+]{1,12}://[^\s:/@\"']{1,64}:([^\s:/@\"'<>{}$]{6,100})@"),
)
_KEY = r"(?:passwor[dt]|passwd|passphrase|secret|api[_-]?key|access[_-]?key|auth[_-]?token|access[_-]?token|token)"
_ASSIGNED = re.compile(rf"{_KEY}[\"']?\s{{0,4}}(?:=>|:=|[=:])\s{{0,4}}[\"']([^\"'\s]{{8,200}})[\"']", re.IGNORECASE)
_ENVIRONMENT = re.compile(
    r"^(?:export[ \t])?[A-Z_]{0,40}(?:PASSWORD|PASSWD|SECRET|TOKEN|API_KEY|APIKEY)[ \t]?=[ \t]?([^\s\"'#;]{8,200})$",
    re.MULTILINE,
)
_PLACEHOLDER = re.compile(
    r"[<>{}$%*]|\.\.\.|…|example|change.?me|your|placeholder|xxxx|dummy|redacted|process\.env|environ|getenv|\w\(|://",
    re.IGNORECASE,
)
# Bits a character: words of a language have up to 3, what was made by chance more.
_LEAST_ENTROPY = 2.8


def find(text: str) -> tuple[Finding, ...]:
    """Return the secrets of a text."""
    found = [each for shape in _SHAPES if any(hint in text for hint in shape.hints) for each in _of_shape(shape, text)]
    return without_overlaps([*found, *_passwords(text)])


def _of_shape(shape: _Shape, text: str) -> list[Finding]:
    found = []
    for match in matches(shape.pattern, text):
        secret = match[match.lastindex or 0]
        if shape.pattern.groups == 0 and not apart(text, *match.span()):
            continue
        if secret.endswith("EXAMPLE") or _is_monotonous(secret):
            continue
        excerpt = secret if secret.startswith("-----") else masked(secret)
        found.append(_finding(shape.name, match.span(), excerpt))
    return found


def _passwords(text: str) -> list[Finding]:
    found = []
    for pattern in (_ASSIGNED, _ENVIRONMENT):
        for match in matches(pattern, text):
            value = match[1]
            if not _PLACEHOLDER.search(value) and _is_mixed(value) and entropy(value) >= _LEAST_ENTROPY:
                found.append(_finding("Password or key", match.span(1), masked(value, 2), probability=0.8))
    return found


def entropy(value: str) -> float:
    """Return the bits a character carries, by how often each occurs."""
    counts = Counter(value)
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())


def _is_mixed(value: str) -> bool:
    """Tell whether a value has digits beside letters, or capitals, small letters and signs."""
    has_digit, has_letter = any(map(str.isdigit, value)), any(map(str.isalpha, value))
    has_sign = not value.replace("_", "").replace("-", "").replace(".", "").isalnum()
    mixed_case = value.lower() != value != value.upper()
    return has_letter and (has_digit or (has_sign and mixed_case))


def _is_monotonous(value: str) -> bool:
    """Tell whether a value is a stand-in such as `ghp_xxxxxxxx`."""
    tail = value[-12:]
    return len(set(tail)) <= 2 and not tail.startswith("-")


def _finding(name: str, span: tuple[int, int], excerpt: str, *, probability: float = 1.0) -> Finding:
    start, end = span
    return Finding(category=CATEGORY, name=name, start=start, end=end, excerpt=excerpt, probability=probability)
