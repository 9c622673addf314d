"""Tells PyInstaller which shared libraries llama_cpp opens by name; there is no such hook elsewhere.

A wheel holds every library three times because it cannot hold links. The plain name is what llama_cpp opens and
`.so.0` is what the libraries ask each other for; the fully versioned copy is left out.
"""

import re
from pathlib import Path

from PyInstaller.utils.hooks import get_package_paths

FULLY_VERSIONED = re.compile(r"\.so(\.\d+){2,}$|(\.\d+){2,}\.dylib$")

_, package = get_package_paths("llama_cpp")
libraries = (path for pattern in ("*.so*", "*.dll", "*.dylib") for path in Path(package, "lib").glob(pattern))
binaries = [(str(path), "llama_cpp/lib") for path in sorted(libraries) if not FULLY_VERSIONED.search(path.name)]
