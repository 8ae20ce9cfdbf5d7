"""What a process writes to its disk, call by call: of SQLite, and of the WARC files.

SQLite is looked over the shoulder at its own seam, the VFS (https://sqlite.org/vfs.html): the methods of its files are
exchanged for ones that write down what they are asked for and then do it. That needs the SQLite of the standard
library, in a library of its own; the archive uses that where there is no other.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from archive.store import exchange
from archive.warc import disk

Kind = Literal["write", "truncate", "sync", "create", "rename", "delete", "sync-folder"]


@dataclass(frozen=True, slots=True)
class Call:
    """One call: `path` is what it is about, `data` stands at byte `at` from now on; `at` is the new size of what is cut;
    `to` is the new name."""

    kind: Kind
    path: str
    at: int = 0
    data: bytes = b""
    to: str = ""


_Open = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
)
_Delete = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int)
_Write = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64)
_Truncate = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int64)
_Sync = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)


class _Vfs(ctypes.Structure):
    _fields_ = [
        ("version", ctypes.c_int), ("size_of_file", ctypes.c_int), ("longest_path", ctypes.c_int),
        ("next", ctypes.c_void_p), ("name", ctypes.c_char_p), ("data", ctypes.c_void_p),
        ("open", ctypes.c_void_p), ("delete", ctypes.c_void_p),
    ]  # fmt: skip


class _Methods(ctypes.Structure):
    _fields_ = [
        ("version", ctypes.c_int), ("close", ctypes.c_void_p), ("read", ctypes.c_void_p),
        ("write", ctypes.c_void_p), ("truncate", ctypes.c_void_p), ("sync", ctypes.c_void_p),
        ("others", ctypes.c_void_p * 13),
    ]  # fmt: skip


def can_record() -> bool:
    """Whether the SQLite of the standard library is one that can be looked over the shoulder."""
    with recorded() as calls, sqlite3.connect(f"/dev/shm/recorder-{os.getpid()}") as raw:
        raw.execute("CREATE TABLE a (b)")
        raw.commit()
    raw.close()
    Path(f"/dev/shm/recorder-{os.getpid()}").unlink()
    return any(call.kind == "sync" for call in calls)


@contextmanager
def recorded() -> Iterator[list[Call]]:
    """What is written to disk within the block, by the archive in this process, in the order in which it is."""
    calls: list[Call] = []
    known = sys.modules.get("pysqlite3.dbapi2")
    sys.modules["pysqlite3.dbapi2"] = None  # type: ignore[assignment]  # the one of the standard library is used
    given = disk.os, disk.rename, disk.remove
    disk.os = _Os(calls)  # type: ignore[assignment]

    def rename(old: Path, new: Path) -> None:
        given[1](old, new)
        calls.append(Call("rename", str(old), to=str(new)))

    def remove(path: Path) -> None:
        given[2](path)
        calls.append(Call("delete", str(path)))

    disk.rename, disk.remove = rename, remove
    given_sync = exchange._sync

    def sync(path: Path) -> None:
        given_sync(path)
        calls.append(Call("sync-folder" if path.is_dir() else "sync", str(path)))

    exchange._sync = sync
    try:
        with _sqlite(calls):
            yield calls
    finally:
        disk.os, disk.rename, disk.remove = given
        exchange._sync = given_sync
        del sys.modules["pysqlite3.dbapi2"]
        if known is not None:
            sys.modules["pysqlite3.dbapi2"] = known


@contextmanager
def _sqlite(calls: list[Call]) -> Iterator[None]:
    library = ctypes.CDLL(ctypes.util.find_library("sqlite3"))
    library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    vfs = library.sqlite3_vfs_find(None).contents
    plain_open, plain_delete = vfs.open, vfs.delete
    paths: dict[int, str] = {}
    made: dict[int, Any] = {}

    def open_file(of: int, name: int, file: int, flags: int, out: int) -> int:
        path = ctypes.string_at(name).decode() if name else ""
        new = bool(path) and not Path(path).exists()
        code = int(_Open(plain_open)(of, name, file, flags, out))
        place = ctypes.cast(file, ctypes.POINTER(ctypes.c_void_p))
        if code == 0 and path and place[0]:
            if new:
                calls.append(Call("create", path))
            paths[file] = path
            methods = int(place[0])
            if methods not in made:
                made[methods] = _watched(methods, calls, paths)
            place[0] = ctypes.addressof(made[methods][0])
        return code

    def delete_file(of: int, name: bytes, sync: int) -> int:
        calls.append(Call("delete", name.decode()))
        if sync:
            calls.append(Call("sync-folder", str(Path(name.decode()).parent)))
        return int(_Delete(plain_delete)(of, name, sync))

    opening, deleting = _Open(open_file), _Delete(delete_file)
    vfs.open = ctypes.cast(opening, ctypes.c_void_p).value
    vfs.delete = ctypes.cast(deleting, ctypes.c_void_p).value
    try:
        yield
    finally:
        vfs.open, vfs.delete = plain_open, plain_delete
        _KEPT.append((opening, deleting, made))  # a connection that is still open goes on using them


_KEPT: list[Any] = []


def _watched(methods: int, calls: list[Call], paths: dict[int, str]) -> Any:
    """The methods of a file with those exchanged that change it, and what must not be collected meanwhile."""
    copy = _Methods.from_buffer_copy(_Methods.from_address(methods))
    plain_write, plain_truncate, plain_sync = _Write(copy.write), _Truncate(copy.truncate), _Sync(copy.sync)

    def write(file: int, data: int, amount: int, at: int) -> int:
        calls.append(Call("write", paths[file], at, ctypes.string_at(data, amount)))
        return int(plain_write(file, data, amount, at))

    def truncate(file: int, size: int) -> int:
        calls.append(Call("truncate", paths[file], size))
        return int(plain_truncate(file, size))

    def sync(file: int, flags: int) -> int:
        code = int(plain_sync(file, flags))
        calls.append(Call("sync", paths[file]))
        if paths[file].endswith("-wal"):  # SQLite syncs the folder with the first sync of a log
            calls.append(Call("sync-folder", str(Path(paths[file]).parent)))
        return code

    exchanged = _Write(write), _Truncate(truncate), _Sync(sync)
    copy.write, copy.truncate, copy.sync = (ctypes.cast(one, ctypes.c_void_p).value for one in exchanged)
    return copy, exchanged, plain_write, plain_truncate, plain_sync


class _Os:
    """The module `os` as `archive.warc.disk` uses it, with what it is asked for written down."""

    def __init__(self, calls: list[Call]) -> None:
        self._calls = calls
        self._paths: dict[int, str] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def open(self, path: Any, flags: int, mode: int = 0o777) -> int:
        new = bool(flags & os.O_CREAT) and not os.path.lexists(path)
        handle = os.open(path, flags, mode)
        self._paths[handle] = str(path)
        if new:
            self._calls.append(Call("create", str(path)))
        return handle

    def write(self, handle: int, data: bytes) -> int:
        at = os.fstat(handle).st_size
        done = os.write(handle, data)
        self._calls.append(Call("write", self._paths[handle], at, bytes(data[:done])))
        return done

    def ftruncate(self, handle: int, size: int) -> None:
        os.ftruncate(handle, size)
        self._calls.append(Call("truncate", self._paths[handle], size))

    def fsync(self, handle: int) -> None:
        os.fsync(handle)
        path = self._paths[handle]
        self._calls.append(Call("sync-folder" if Path(path).is_dir() else "sync", path))
