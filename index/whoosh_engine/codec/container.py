"""A file of named arrays: written once, mapped for reading, checksummed.

header | sections, each at a multiple of eight bytes | table of sections (JSON)

Header and table are checked when a file is opened, which reads nothing else of it; `check` reads all.
"""

from __future__ import annotations

import json
import mmap
import struct
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedIndex

AnyArray = NDArray[Any]

MAGIC = b"\x89NEWSIX\n"  # not text, and a transfer that rewrites line ends damages it
VERSION = 1
_HEADER = struct.Struct("<8sIIQII")
_ALIGNMENT = 8


class ContainerWriter:
    """Writes a file, section by section: none of them is held. Used with `with`; unless `finish` was called in it, no
    file is left."""

    def __init__(self, path: Path) -> None:
        """FileExistsError where there is a file."""
        self._path = path
        self._file = path.open("xb")
        self._file.write(b"\0" * _HEADER.size)
        self._rows: dict[str, tuple[str, int, int, int]] = {}
        self._finished = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        try:
            self._file.close()
        finally:
            if not self._finished:
                self._path.unlink()

    def add(self, name: str, array: AnyArray) -> None:
        """Write a section: one row of numbers."""
        assert array.ndim == 1
        assert name not in self._rows
        content = _bytes(array)
        self._rows[name] = array.dtype.str, self._file.tell(), len(array), zlib.crc32(content)
        self._file.write(content)
        self._file.write(b"\0" * (-len(content) % _ALIGNMENT))

    def add_pieces(self, name: str, pieces: Iterable[bytes | memoryview]) -> None:
        """Write a section of bytes, piece by piece."""
        assert name not in self._rows
        start, checksum = self._file.tell(), 0
        for piece in pieces:
            checksum = zlib.crc32(piece, checksum)
            self._file.write(piece)
        length = self._file.tell() - start
        self._rows[name] = "|u1", start, length, checksum
        self._file.write(b"\0" * (-length % _ALIGNMENT))

    def finish(self, meta: Mapping[str, Any]) -> None:
        """Write the table, which keeps `meta`, and the header. `meta` must be JSON."""
        table = json.dumps({"meta": meta, "sections": self._rows}, separators=(",", ":")).encode()
        start = self._file.tell()
        self._file.write(table)
        self._file.seek(0)
        self._file.write(_header(start, len(table), zlib.crc32(table)))
        self._file.flush()  # a full disk is met here at the latest
        self._finished = True


def _header(start: int, length: int, checksum: int) -> bytes:
    """The header, which ends with its own checksum: where the table starts, its length and checksum."""
    head = _HEADER.pack(MAGIC, VERSION, length, start, checksum, 0)[:-4]
    return head + struct.pack("<I", zlib.crc32(head))


def _bytes(array: AnyArray) -> memoryview:
    return np.ascontiguousarray(array).data.cast("B") if array.size else memoryview(b"")


class Container:
    """An open file. Its arrays are views of the map: it is unmapped when the last of them is gone."""

    def __init__(self, path: Path) -> None:
        """`DamagedIndex` where header, table or length are not what was written; OSError where there is no file."""
        self._name = path.name
        with path.open("rb") as file:
            start, length, checksum = self._read_header(file.read(_HEADER.size))
            if file.seek(0, 2) != start + length:
                raise self.damaged("it has another length than when it was written")
            self._map = mmap.mmap(file.fileno(), start + length, access=mmap.ACCESS_READ)
        table = self._map[start:]
        if zlib.crc32(table) != checksum:
            raise self.damaged("its table does not match its checksum")
        content = json.loads(table)
        self.meta: dict[str, Any] = content["meta"]
        self._rows: dict[str, tuple[str, int, int, int]] = content["sections"]

    def array(self, name: str) -> AnyArray:
        """A section, as a view that cannot be written to."""
        dtype, offset, count, _checksum = self._rows[name]
        return np.frombuffer(self._map, dtype, count, offset)

    def view(self, name: str) -> memoryview:
        """The same for code that takes single items, which is faster with a view of memory."""
        return self.array(name).data

    def slices(self, name: str) -> tuple[mmap.mmap, int]:
        """The map, and where in it a section of bytes begins: slices of it are the quickest way to a few bytes."""
        return self._map, self._rows[name][1]

    def __contains__(self, name: str) -> bool:
        return name in self._rows

    def names(self) -> list[str]:
        """The names of its sections."""
        return list(self._rows)

    def let_go(self) -> None:
        """Give back the memory of what was read; what is read again comes from the system's cache, or the disk."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def check(self) -> None:
        """Read all of it; `DamagedIndex` where a section is not what was written."""
        for name, (_dtype, _offset, _count, checksum) in self._rows.items():
            if zlib.crc32(_bytes(self.array(name))) != checksum:
                raise self.damaged(f"{name} does not match its checksum")
            self.let_go()

    def damaged(self, what: str) -> DamagedIndex:
        """The error that says so of this file."""
        return DamagedIndex(f"{self._name} is damaged ({what}); `newsarchive rebuild` builds a new index.")

    def _read_header(self, header: bytes) -> tuple[int, int, int]:
        """Where the table starts, its length and its checksum."""
        if len(header) < _HEADER.size or not header.startswith(MAGIC):
            raise self.damaged("it is no segment")
        _magic, version, length, start, checksum, own = _HEADER.unpack(header)
        if zlib.crc32(header[:-4]) != own:
            raise self.damaged("its header does not match its checksum")
        if version != VERSION:
            raise self.damaged(f"it is of version {version}, not {VERSION}")
        return start, length, checksum
