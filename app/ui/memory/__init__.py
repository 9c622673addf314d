"""The memory page: banks, their documents, search in them, and the viewer that shows a passage in its place."""
