"""The one place that knows Qt and the engine's loop together. Pages talk to these clients and see no engine object."""
