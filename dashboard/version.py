"""Which program computed a number: a digest of its own text and lists, and the libraries that it counts with."""

import hashlib
import platform
from functools import cache
from importlib.metadata import version

from dashboard.settings import ROOT

_LIBRARIES = ("duckdb", "SQLAlchemy", "pandas", "scipy")
_FOLDERS = (("dashboard", "*.py"), ("data", "*.toml"))


@cache
def program() -> str:
    """Ten signs of the digest of the program's text and of the scales' and terms' lists."""
    digest = hashlib.sha256()
    for folder, pattern in _FOLDERS:
        for path in sorted((ROOT / folder).rglob(pattern)):
            if "local" not in path.relative_to(ROOT).parts:
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:10]


@cache
def versions() -> str:
    """``Program 3f9a01c2d4, Python 3.13.5, duckdb 1.5.6, …``."""
    counted = [f"{name} {version(name)}" for name in _LIBRARIES]
    return ", ".join([f"Program {program()}", f"Python {platform.python_version()}", *counted])
