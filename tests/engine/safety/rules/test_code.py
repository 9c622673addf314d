"""Weaknesses are looked for in fenced blocks only, by the rules of their language, and told with their place."""

from __future__ import annotations

from app.engine.safety.rules.code import ALL_RULES, RULES, find


def found_in(language: str, code: str) -> list[str]:
    """Return the ids of the rules that find something."""
    return [each.code for each in find(f"```{language}\n{code}\n```\n")]


def test_text_outside_of_blocks_is_not_read() -> None:
    assert find("Never use eval(input()) or os.system('ls ' + x), and curl x | sh is bad.") == ()
    assert find("```text\neval(input())\n```") == ()


def test_a_finding() -> None:
    text = "So:\n\n```python\nimport os\n\nos.system('ls ' + path)\n```\nand\n```sh\nchmod 777 x\n```\n"
    first, second = find(text)
    assert (first.code, first.probability, first.name) == (
        ("python-shell-format", 1.0, "A shell command is put together from values.")
    )
    assert first.excerpt == "os.system('ls ' + (CWE-78)"
    assert text[first.start : first.end] == "os.system('ls ' +"
    assert (second.code, second.probability) == ("shell-chmod", 0.6)
    assert text[second.start : second.end] == "chmod 777"


def test_the_language_decides_and_without_one_all_rules_read() -> None:
    assert found_in("python", "chmod 777 x") == []
    assert found_in("", "chmod 777 x") == found_in("elixir", "chmod 777 x") == ["shell-chmod"]


def test_of_two_rules_at_one_place_the_worse_is_told() -> None:
    assert found_in("python", "eval(input())") == ["python-eval"]
    assert found_in("js", "box.innerHTML = location.hash") == ["js-inner-html"]


def test_rules_are_told_apart_and_complete() -> None:
    ids = [rule.id for rule in ALL_RULES]
    assert len(set(ids)) == len(ids) >= 80
    for language, rules in RULES.items():
        assert all(rule.hints and rule.says.endswith(".") and rule.cwe for rule in rules), language
