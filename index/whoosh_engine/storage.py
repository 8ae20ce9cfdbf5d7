"""Whoosh on disk: the one place that opens and writes its files."""

from __future__ import annotations

import errno
import os
import pickle
import struct
import zlib
from contextlib import suppress
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.index import IndexError as WhooshIndexError
from whoosh.reading import CorruptIndexError

from index.errors import DamagedIndex
from index.generations import Generation, sync_directory
from index.schema import schema

INDEX = "MAIN"

# What Whoosh raises for files that are cut short, missing or overwritten depends on where the damage is.
_DAMAGE = (
    OSError, EOFError, ValueError, KeyError, AttributeError, TypeError, NameError, AssertionError, IndexError,
    OverflowError, ImportError, MemoryError, struct.error, zlib.error, pickle.UnpicklingError,
    WhooshIndexError, CorruptIndexError,
)  # fmt: skip


class DurableStorage(FileStorage):
    """Files that are on disk before the table of contents names them: Whoosh itself never calls fsync."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))  # type: ignore[no-untyped-call]  # Whoosh has no annotation here

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Whoosh calls it with a new table of contents, as the last step of a commit."""
        folder = Path(self.folder)
        for path in folder.iterdir():
            if path.is_file():
                with path.open("rb") as file:
                    os.fsync(file.fileno())
        if safe and (folder / newname).exists():
            raise FileExistsError(newname)
        (folder / oldname).replace(folder / newname)
        sync_directory(folder)


class damage_named:  # noqa: N801 (used as a function is; a generator would cost each search a microsecond)
    """Errors of unreadable files as `DamagedIndex`. A full disk is none of them."""

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if error is None or not isinstance(error, _DAMAGE):
            return
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return
        msg = f"The index cannot be read ({type(error).__name__}); `newsarchive rebuild` builds a new one."
        raise DamagedIndex(msg) from error


def open_index(generation: Generation) -> FileIndex:
    """The index of a generation; our own schema is used, not the pickled one. `OldIndex` where another version made
    it, which may have written what cannot be read now; `DamagedIndex` where it is broken."""
    storage = DurableStorage(generation.path)
    with damage_named():
        commit = TOC._latest_generation(storage, INDEX)  # noqa: SLF001 (without an open index there is no other way)
        if commit >= 0:
            with suppress(FileNotFoundError):  # a writer was faster
                generation.state(commit).check_version()
        return FileIndex(storage, schema(), INDEX)
