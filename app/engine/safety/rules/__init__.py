"""Shields that need no model: what they look for is written down, small detector by small detector."""
