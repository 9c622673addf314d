"""The engine: everything Paddock does, without a window. Must import nothing, so that a domain type stays cheap."""
