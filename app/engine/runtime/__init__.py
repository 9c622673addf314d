"""What everything runs on: loop thread, child processes, paths, settings, files. Must not know any capability."""
