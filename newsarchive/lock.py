"""One crawl at a time: a lock of the operating system, which it lets go even after `kill -9`."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import ArchiveBusy

FILE_NAME = "crawl.lock"


@contextmanager
def crawl_lock(home: Path) -> Iterator[None]:
    """Hold the right to write this archive. ArchiveBusy, naming the process, where another one holds it."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / FILE_NAME).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            message = f"Another crawl of {home} is under way (process {holder}); wait for it or stop it."
            raise ArchiveBusy(message) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
