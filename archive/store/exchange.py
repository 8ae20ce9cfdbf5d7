"""A database in the place of another: is the one that is there worth keeping, and the switch."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from archive.errors import StoreError
from archive.store.driver import BUSY_SECONDS, driver

_BESIDE = ("-wal", "-shm")
"""What SQLite keeps beside a database; it belongs to the very file that it was made for."""


def is_sound(path: Path) -> bool:
    """Whether SQLite finds a database there with which nothing is wrong."""
    existing = f"{path.absolute().as_uri()}?mode=rw"  # to open one that is not there would make it
    try:
        with contextlib.closing(driver().connect(existing, timeout=BUSY_SECONDS, uri=True)) as raw:
            raw.execute("PRAGMA query_only=on")
            found = [row[0] for row in raw.execute("PRAGMA quick_check")]
            (tables,) = raw.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except driver().Error:
        return False
    return found == ["ok"] and tables > 0


def remove_database(path: Path) -> None:
    """Delete a database with what stands beside it, if there is one."""
    for part in _parts(path):
        part.unlink(missing_ok=True)


def sync_log(path: Path) -> None:
    """What was committed to a database is on the disk when this returns: SQLite leaves that to the next checkpoint
    (`synchronous=normal`). StoreError where the disk refuses."""
    log = path.with_name(path.name + "-wal")
    try:
        if log.exists():
            _sync(log)
            _sync(log.parent)
    except OSError as error:
        raise StoreError(f"{log} cannot be written: {error.strerror}.") from error


def exchange_database(new: Path, path: Path, aside: Path) -> None:
    """Put the database `new`, which nobody has open, in the place of the one at `path`; that one, if it is there,
    stands at `aside` afterwards. There is one at `path` at any moment. StoreError where the disk refuses.

    The log of the old one goes first: it must never stand beside the new one, which it does not belong to.
    """
    try:
        for old, kept in zip(_parts(path)[1:], _parts(aside)[1:], strict=True):
            if old.exists():
                old.replace(kept)
        if path.exists():
            os.link(path, aside)
        _sync(new)
        new.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise StoreError(f"{path} cannot be exchanged: {error.strerror}.") from error


def _parts(path: Path) -> list[Path]:
    return [path, *(path.with_name(path.name + suffix) for suffix in _BESIDE)]


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
