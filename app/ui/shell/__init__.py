"""The frame around the pages: window, rail, status bar, notices, jobs, palette. Must not know a page's inside."""
