"""The frame around the pages: window, rail, status bar, notices, jobs, command palette. Must not know a page's inside."""
