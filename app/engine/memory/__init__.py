"""Memory banks: documents are read, cut, embedded and indexed here, and found again."""
