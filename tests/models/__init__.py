"""Small trained models for tests, and what made them. See README.md."""

from __future__ import annotations

from pathlib import Path

TINY_GUARD = Path(__file__).parent / "tiny-llama-guard-3.gguf"
TINY_GUARD_HELD_OUT = Path(__file__).parent / "tiny-llama-guard-3.held-out.jsonl"
