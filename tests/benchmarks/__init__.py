"""Benchmarks: speeds as ratios measured in one run. Never part of the tests; nothing here passes or fails a build."""
