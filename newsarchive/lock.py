"""One crawl at a time: a lock of the operating system, which it lets go even after `kill -9`."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from archive.errors import ArchiveBusy

FILE_NAME = "crawl.lock"

_NAMING_SECONDS = 1.0


@contextmanager
def crawl_lock(home: Path) -> Iterator[None]:
    """Hold the right to write this archive. ArchiveBusy, naming the process, where another one holds it."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / FILE_NAME).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _holder(file)
            message = f"Another crawl of {home} is under way (process {holder}); wait for it or stop it."
            raise ArchiveBusy(message) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)  # so that nobody takes this process for the next holder


def _holder(file: IO[str]) -> str:
    """The process that a lock's file names; between taking the lock and writing its name a holder has none yet."""
    ends_at = time.monotonic() + _NAMING_SECONDS
    while True:
        file.seek(0)
        if (holder := file.read().strip()) or time.monotonic() >= ends_at:
            return holder or "unknown"
        time.sleep(0.01)
