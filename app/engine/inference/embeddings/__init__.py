"""Embedding and rerank models: found, measured, and run in a process of their own."""
