"""The chat list: folders, search, export and import. Must not run turns or know models."""
