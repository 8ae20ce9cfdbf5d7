"""Copying files so that the copy is whole, on the disk, and read back before anybody relies on it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

from archive.errors import BackupError

Advance = Callable[[int], None]
"""Called with the number of bytes that were copied or read since it was last called."""

_CHUNK = 1 << 20


def copy_file(source: Path, target: Path, length: int, advance: Advance) -> str:
    """Copy the first `length` bytes into a new file, which appears when it is whole and read back; their SHA-256.
    BackupError where the source is shorter, or the disk gives back other bytes than it got."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(target.name + ".new")
    with source.open("rb") as reading, beside.open("wb") as writing:
        found = _pour(reading, writing, length, hashlib.sha256(), advance)
        writing.flush()
        os.fsync(writing.fileno())
    _read_back(beside, length, found)
    beside.replace(target)
    sync_folder(target.parent)
    return found


def extend_file(
    source: Path, target: Path, start: int, length: int, begun: str, advance: Advance
) -> str | None:
    """Make a copy of the first `start` bytes one of the first `length`; the SHA-256 of these. None, and nothing is
    done, where the first bytes of the source are not those of the SHA-256 `begun` any more."""
    digest = hashlib.sha256()
    with source.open("rb") as reading:
        _pour(reading, None, start, digest, advance)
        if digest.hexdigest() != begun:
            return None
        with target.open("r+b") as writing:
            writing.truncate(start)  # one that was killed may have written more
            writing.seek(start)
            found = _pour(reading, writing, length - start, digest, advance)
            writing.flush()
            os.fsync(writing.fileno())
    _read_back(target, length, found)
    return found


def digest_of(path: Path, length: int, advance: Advance = lambda _bytes: None) -> str:
    """The SHA-256 of the first bytes of a file. BackupError where there are not so many."""
    with path.open("rb") as file:
        return _pour(file, None, length, hashlib.sha256(), advance)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _pour(
    reading: IO[bytes], writing: IO[bytes] | None, length: int, digest: hashlib._Hash, advance: Advance
) -> str:
    left = length
    while left:
        chunk = reading.read(min(left, _CHUNK))
        if not chunk:
            raise BackupError(
                f"{reading.name} is {left:,} bytes shorter than it must be; see `newsarchive verify`."
            )
        digest.update(chunk)
        if writing is not None:
            writing.write(chunk)
        left -= len(chunk)
        advance(len(chunk))
    return digest.hexdigest()


def _read_back(path: Path, length: int, expected: str) -> None:
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):  # what was just written is to be read from the disk, not from memory
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        if _pour(file, None, length, hashlib.sha256(), lambda _bytes: None) != expected:
            raise BackupError(f"{path} gives back other bytes than were written; do not trust this disk.")
