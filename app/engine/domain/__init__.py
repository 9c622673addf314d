"""Frozen values, ports, events and errors shared by every layer. Must not perform I/O or import upper layers."""
