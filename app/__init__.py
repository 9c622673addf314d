"""Paddock, a desktop home for local Llama systems. Holds the version only; must import nothing."""

__version__ = "0.1.0"
