"""A file that is there when it is whole, and never half."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

STANDARD = "-"


@contextmanager
def whole_file(name: str) -> Iterator[BinaryIO]:
    """A file to write and to seek in, which takes the place of `name` once all is written and on the disk; where it
    fails, what stood there stays. For `-`, and for what is no plain file, it is sent there at the end instead.
    OSError where it cannot be written."""
    path = Path(name)
    if name == STANDARD or (path.exists() and not path.is_file()):
        with tempfile.TemporaryFile() as file:
            yield file
            file.seek(0)
            _send(file, name)
        return
    handle, part = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _give_rights(Path(part), path)
        Path(part).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(part).unlink()
        raise


def _send(file: BinaryIO, name: str) -> None:
    if name == STANDARD:
        sys.stdout.flush()
        shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    with Path(name).open("wb") as target:
        shutil.copyfileobj(file, target)


def _give_rights(part: Path, path: Path) -> None:
    """Those of the file that is replaced, else what a new file has here: a temporary one is its owner's alone."""
    if path.exists():
        part.chmod(path.stat().st_mode & 0o7777)
        return
    mask = os.umask(0)
    os.umask(mask)
    part.chmod(0o666 & ~mask)
