"""Settings, the key of the local API, and the doctor. Must not know sessions, HTTP or the window."""
