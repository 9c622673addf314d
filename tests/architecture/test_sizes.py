"""Files and functions stay small: the numbers of the house style."""

from __future__ import annotations

import statistics
import warnings

import pytest

from tests.architecture.source import ROOT, Module, modules

FILE_MEDIAN, FILE_WARN, FILE_LIMIT = 150, 400, 800
FUNCTION_MEDIAN, FUNCTION_WARN = 8, 60

SOURCES = [*modules("app", "installers", "tests"), Module(ROOT / "dev.py")]


def test_no_file_is_over_the_limit() -> None:
    assert [f"{source.name}: {source.lines}" for source in SOURCES if source.lines > FILE_LIMIT] == []


def test_the_median_file_is_short() -> None:
    lengths = [source.lines for source in modules("app") if not source.is_bare_package]
    assert statistics.median(lengths) <= FILE_MEDIAN


def test_the_median_function_is_short() -> None:
    lengths = [length for source in modules("app") for _, length in source.functions()]
    assert statistics.median(lengths) <= FUNCTION_MEDIAN


@pytest.mark.filterwarnings("default")
def test_long_files_and_functions_are_named() -> None:
    """Only warns: a long file is sometimes right, but somebody should have looked at it."""
    for source in SOURCES:
        if source.lines > FILE_WARN:
            warnings.warn(f"{source.name} has {source.lines} lines", stacklevel=1)
        for name, length in source.functions():
            if length > FUNCTION_WARN:
                warnings.warn(f"{name} has {length} lines", stacklevel=1)
