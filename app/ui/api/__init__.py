"""The page of the local API: how other programs reach this engine."""
