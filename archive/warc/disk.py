"""Writing to a disk that may refuse: what fails leaves a file as it was, and says so as an error of the archive."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from archive.errors import DamagedArchive, DiskFull, WarcError

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_APPENDING = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC


def refused(path: Path, error: OSError, what: str = "written") -> WarcError:
    """The error of the archive for one of the system; DiskFull where only room is missing."""
    kind = DiskFull if error.errno in _NO_ROOM else WarcError
    return kind(f"{path} cannot be {what}: {error.strerror}.")


def append(path: Path, data: bytes, *, end: int) -> None:
    """Write behind byte `end` of a file, made where there is none.

    What stands behind `end` already was never written whole, and is cut first. A torn record would hide all that
    comes after it: where writing fails, the file is cut to `end` again. Errors: WarcError, DiskFull; DamagedArchive
    where the file is shorter than `end`.
    """
    try:
        handle = os.open(path, _APPENDING, 0o666)
        try:
            _cut_to(path, handle, end)
            try:
                _write_whole(handle, data)
            except OSError:
                os.ftruncate(handle, end)
                raise
        finally:
            os.close(handle)
    except OSError as error:
        raise refused(path, error) from error


def cut(path: Path, end: int) -> None:
    """Cut a file to its first `end` bytes, for good. WarcError where the disk refuses."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            _cut_to(path, handle, end)
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise refused(path, error, "cut") from error


def sync_file(path: Path) -> None:
    """All of a file is on the disk when this returns. WarcError where the disk refuses."""
    _sync(path, os.O_WRONLY)


def sync_folder(path: Path) -> None:
    """The names in a folder are on the disk when this returns. WarcError where the disk refuses."""
    _sync(path, os.O_RDONLY)


def rename(old: Path, new: Path) -> None:
    """Give a file another name, in place of one that has it. WarcError where the disk refuses."""
    try:
        old.replace(new)
    except OSError as error:
        raise refused(old, error, f"renamed to {new.name}") from error


def remove(path: Path) -> None:
    """Take a file away, if it is there. WarcError where the disk refuses."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise refused(path, error, "removed") from error


def make_folder(path: Path) -> None:
    """A folder with all above it. WarcError where the disk refuses."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(path, error, "made") from error


def _sync(path: Path, flags: int) -> None:
    try:
        handle = os.open(path, flags | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise refused(path, error) from error


def _cut_to(path: Path, handle: int, end: int) -> None:
    size = os.fstat(handle).st_size
    if size < end:
        raise DamagedArchive(f"{path} has {size:,} bytes, but {end:,} were written; restore the file.")
    if size > end:
        os.ftruncate(handle, end)


def _write_whole(handle: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]
