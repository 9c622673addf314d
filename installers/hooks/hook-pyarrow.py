"""Tells PyInstaller what of pyarrow LanceDB uses; the hook elsewhere takes everything, headers and tests included.

Left out: Flight (a network protocol), S3 (LanceDB has its own way there), ORC, Substrait's and Gandiva's Python sides,
and the second and third name of a library, which a wheel holds because it cannot hold links.
"""

import re

from PyInstaller.utils.hooks import collect_dynamic_libs, collect_submodules

# The last one: libraries of C++ that look like modules.
PARTS = "tests|_?flight|_?s3fs|_?orc|_dataset_orc|_?substrait|gandiva|_?cuda|_pyarrow_cpp_tests|conftest|libarrow\\w*"
UNUSED = re.compile(rf"\.({PARTS})(\.|$)")
SPARE = re.compile(r"libarrow_(python_)?(flight|s3)\b|libarrow_python\w*\.so$|\.so(\.\d+){2,}$")

hiddenimports = collect_submodules("pyarrow", filter=lambda name: not UNUSED.search(name))
excludedimports = [
    "pyarrow._flight",
    "pyarrow._s3fs",
    "pyarrow._orc",
    "pyarrow._dataset_orc",
    "pyarrow._substrait",
    "pyarrow.tests",
]
binaries = [(path, target) for path, target in collect_dynamic_libs("pyarrow") if not SPARE.search(path)]
