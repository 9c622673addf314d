"""Conversations to prompt text, and answer text to tool calls. Pure; must not know llama.cpp or HTTP."""
