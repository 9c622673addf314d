"""Secrets are found by their shapes and never repeated; hashes and ids are no secrets."""

from __future__ import annotations

import random
import string

import pytest

from app.engine.safety.rules.secrets import entropy, find

LETTERS = string.ascii_letters + string.digits


def made(length: int, alphabet: str = LETTERS, seed: int = 7) -> str:
    return "".join(random.Random(seed).choices(alphabet, k=length))


BASE32 = string.ascii_uppercase + "234567"
# Made here, so that no scanner takes this file for a leak.
TOKENS = {
    "AWS access key": "AKIA" + made(16, BASE32),
    "GitHub token": "ghp_" + made(36),
    "GitHub token (fine)": "github_pat_" + made(22) + "_" + made(59),
    "GitLab token": "glpat-" + made(20),
    "Slack token": "xoxb-" + made(11, string.digits) + "-" + made(24),
    "Google API key": "AIza" + made(35),
    "Google client secret": "GOCSPX-" + made(28),
    "Stripe key": "sk_live_" + made(24),
    "Stripe webhook secret": "whsec_" + made(32),
    "Anthropic key": "sk-ant-" + "api03-" + made(93),
    "OpenAI key": "sk-" + made(48),
    "OpenAI key (project)": "sk-proj-" + made(64),
    "Hugging Face token": "hf_" + made(34, string.ascii_letters),
    "npm token": "npm_" + made(36),
    "PyPI token": "pypi-AgE" + made(80),
    "SendGrid key": "SG." + made(22) + "." + made(43),
    "DigitalOcean token": "dop_v1_" + made(64, "0123456789abcdef"),
    "Signed token (JWT)": "eyJ" + made(20) + ".eyJ" + made(60) + "." + made(43),
}


@pytest.mark.parametrize("name", TOKENS)
def test_tokens_are_found_and_not_repeated(name: str) -> None:
    token = TOKENS[name]
    for text in (token, f"Use {token}.", f"key\n= '{token}'\n"):
        (found,) = find(text)
        assert found.name == name.partition(" (")[0] or name == "Signed token (JWT)"
        assert text[found.start : found.end] == token
        assert token not in found.excerpt and token[8:16] not in found.excerpt


def test_part_of_a_longer_word_is_no_token() -> None:
    assert find("X" + TOKENS["AWS access key"]) == ()
    assert find(TOKENS["Google API key"] + "abc") == ()


def test_values_in_configuration() -> None:
    secret = made(40, LETTERS + "/+")
    for text, value in (
        (f"aws_secret_access_key = {secret}", secret),
        (f"DefaultEndpointsProtocol=https;AccountKey={made(86)}==", made(86) + "=="),
        ("https://hooks.slack.com/services/T0123456/B0123456/" + made(24), "T0123456/B0123456/" + made(24)),
        ('password = "Sommer2024!"', "Sommer2024!"),
        ("{'api_key': 'k3-9fQx77LmZ0'}", "k3-9fQx77LmZ0"),
        ("export DB_PASSWORD=tr0ub4dor&3x", "tr0ub4dor&3x"),
        ("postgres://admin:s3cr3tpw9@db.internal/app", "s3cr3tpw9"),
    ):
        (found,) = find(text)
        assert value in text[found.start : found.end], text
        assert value not in found.excerpt


def test_a_private_key_is_told_by_its_first_line() -> None:
    for kind in ("", "RSA ", "OPENSSH ", "EC "):
        head = "-----" + f"BEGIN {kind}PRIVATE KEY-----"
        (found,) = find(f"{head}\n{made(64)}\n")
        assert found.excerpt == head
    assert find("-----BEGIN PUBLIC KEY-----\n" + made(64)) == ()


NO_SECRETS = {
    "commit": "fixed in 9d31787c4b1e6e1a6a0d2d3f3a1b2c3d4e5f6071",
    "sha256": "sha256:" + made(64, "0123456789abcdef"),
    "uuid": "id = '123e4567-e89b-12d3-a456-426614174000'",
    "prose": "The password must have at least 12 characters. Secret: nobody knows. Token limits apply.",
    "placeholder": "password = 'your-password-here1'\napi_key = '<API_KEY_12345>'\ntoken = \"${TOKEN_1234}\"",
    "code": "password = os.environ['DB_PASSWORD1']\ntoken = 'access_token'\nsecret: 'required'",
    "example": "AKIAIOSFODNN7EXAMPLE ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "words": "password = 'correcthorse'",
    "address": "https://user@example.com:8080/path and http://host:80/a@b",
    "environment": "API_TOKEN=$OTHER_TOKEN_1\nPASSWORD=<change-me-1>",
    "base64 image": "data:image/png;base64," + made(400, LETTERS + "+/"),
    "nothing": "",
}


@pytest.mark.parametrize("text", NO_SECRETS.values(), ids=NO_SECRETS)
def test_what_is_no_secret(text: str) -> None:
    assert find(text) == ()


def test_one_secret_is_told_once() -> None:
    assert len(find(f'api_key = "{TOKENS["OpenAI key"]}"')) == 1


def test_entropy() -> None:
    assert entropy("aaaa") == 0
    assert entropy("abcd") == 2
