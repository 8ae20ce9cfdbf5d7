"""Which SQLite there is."""

from __future__ import annotations

import contextlib
import importlib
import sqlite3
from types import ModuleType

BUSY_SECONDS = 10
"""How long one waits for another who is writing."""


def driver() -> ModuleType:
    """The newest SQLite there is: that of the package pysqlite3 (Linux), else the standard library's."""
    with contextlib.suppress(ImportError):
        return importlib.import_module("pysqlite3.dbapi2")
    return sqlite3
