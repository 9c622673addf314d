"""Storage starts without the packages that sqlite-utils would load for types nobody stores."""

from __future__ import annotations

import subprocess
import sys

PROBE = """
import sys
import app.engine.storage.database
print(sorted({"numpy", "pandas"} & {name for name, module in sys.modules.items() if module is not None}))
import numpy
print(numpy.int64(7))
"""


def test_storage_loads_no_data_science_and_leaves_it_importable() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "7"]
