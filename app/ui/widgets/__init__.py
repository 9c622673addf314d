"""Reusable widgets without knowledge of the engine or of any page."""
