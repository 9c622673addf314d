"""The policy texts of Llama Guard 1 are whole."""

from __future__ import annotations

from app.engine.safety.llama_guard.policies import LLAMA_GUARD_1_POLICIES


def test_each_says_what_not_to_do_and_what_is_allowed() -> None:
    assert len(LLAMA_GUARD_1_POLICIES) == 6
    for _, name, policy in LLAMA_GUARD_1_POLICIES:
        assert not name.endswith(".")
        lines = policy.splitlines()
        assert lines[0] == "Should not"
        assert "Can" in lines
        assert all(line in ("Should not", "Can", "Should") or line[:2] == "- " for line in lines)
        assert all(line.endswith(".") for line in lines if line.startswith("-"))
