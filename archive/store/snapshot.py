"""A copy of a database that somebody may be writing to just now.

To copy the file is no way: what was committed last stands beside it in the write-ahead log, and copies of two moments
are of neither. VACUUM INTO reads one state of both (https://sqlite.org/lang_vacuum.html), blocks nobody, and leaves
out the pages that nothing is in any more.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from archive.errors import StoreError
from archive.store.driver import BUSY_SECONDS, driver


def copy_database(path: Path, target: Path) -> None:
    """Put one consistent state of a database into the file `target`, which is there whole or not at all.

    StoreError where it cannot be read or the disk refuses.
    """
    beside = target.with_name(target.name + ".new")
    existing = f"{path.absolute().as_uri()}?mode=rw"  # to open one that is not there would make it
    try:
        beside.unlink(missing_ok=True)  # of one that was killed
        with contextlib.closing(driver().connect(existing, timeout=BUSY_SECONDS, uri=True)) as raw:
            raw.isolation_level = None
            raw.execute("VACUUM INTO ?", (str(beside),))
        _sync(beside)
        beside.replace(target)
        _sync(target.parent)
    except (driver().Error, OSError) as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise StoreError(f"{path} cannot be copied to {target}: {error}.") from error


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
