"""A file of named arrays: written once, mapped for reading, checksummed.

header | table of sections (JSON) | sections, each at a multiple of eight bytes

Header and table are checked when a file is opened, which reads nothing else of it; `check` reads all.
"""

from __future__ import annotations

import json
import mmap
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedIndex

AnyArray = NDArray[Any]

MAGIC = b"\x89NEWSIX\n"  # not text, and a transfer that rewrites line ends damages it
VERSION = 1
_HEADER = struct.Struct("<8sIIQII")
_ALIGNMENT = 8


def write_container(path: Path, meta: Mapping[str, Any], sections: Mapping[str, AnyArray]) -> None:
    """Write a new file; FileExistsError where there is one. `meta` is kept in the table, so it must be JSON."""
    rows: dict[str, tuple[str, int, int, int]] = {}
    offset = 0
    for name, array in sections.items():
        assert array.ndim == 1
        rows[name] = array.dtype.str, offset, len(array), zlib.crc32(_bytes(array))
        offset += array.nbytes + _padding(array.nbytes)
    table = json.dumps({"meta": meta, "sections": rows}, separators=(",", ":")).encode()
    table += b" " * _padding(_HEADER.size + len(table))
    length = _HEADER.size + len(table) + offset
    with path.open("xb") as file:
        file.write(_header(len(table), length, zlib.crc32(table)))
        file.write(table)
        for array in sections.values():
            file.write(_bytes(array))
            file.write(b"\0" * _padding(array.nbytes))


def _header(table_length: int, length: int, checksum: int) -> bytes:
    """The header, which ends with its own checksum."""
    head = _HEADER.pack(MAGIC, VERSION, table_length, length, checksum, 0)[:-4]
    return head + struct.pack("<I", zlib.crc32(head))


def _bytes(array: AnyArray) -> memoryview:
    return np.ascontiguousarray(array).data.cast("B") if array.size else memoryview(b"")


def _padding(length: int) -> int:
    return -length % _ALIGNMENT


class Container:
    """An open file. Its arrays are views of the map: it is unmapped when the last of them is gone."""

    def __init__(self, path: Path) -> None:
        """`DamagedIndex` where header, table or length are not what was written; OSError where there is no file."""
        self._name = path.name
        with path.open("rb") as file:
            header = file.read(_HEADER.size)
            table_length, length, checksum = self._read_header(header)
            if file.seek(0, 2) != length:
                raise self.damaged("it has another length than when it was written")
            self._map = mmap.mmap(file.fileno(), length, access=mmap.ACCESS_READ)
        self._start = _HEADER.size + table_length
        table = self._map[_HEADER.size : self._start]
        if zlib.crc32(table) != checksum:
            raise self.damaged("its table does not match its checksum")
        content = json.loads(table)
        self.meta: dict[str, Any] = content["meta"]
        self._rows: dict[str, tuple[str, int, int, int]] = content["sections"]

    def array(self, name: str) -> AnyArray:
        """A section, as a view that cannot be written to."""
        dtype, offset, count, _checksum = self._rows[name]
        return np.frombuffer(self._map, dtype, count, self._start + offset)

    def view(self, name: str) -> memoryview:
        """The same for code that takes single items, which is faster with a view of memory."""
        return self.array(name).data

    def __contains__(self, name: str) -> bool:
        return name in self._rows

    def check(self) -> None:
        """Read all of it; `DamagedIndex` where a section is not what was written."""
        for name, (_dtype, _offset, _count, checksum) in self._rows.items():
            if zlib.crc32(_bytes(self.array(name))) != checksum:
                raise self.damaged(f"{name} does not match its checksum")

    def damaged(self, what: str) -> DamagedIndex:
        """The error that says so of this file."""
        return DamagedIndex(f"{self._name} is damaged ({what}); `newsarchive rebuild` builds a new index.")

    def _read_header(self, header: bytes) -> tuple[int, int, int]:
        """Length of the table, length of the file, checksum of the table."""
        if len(header) < _HEADER.size or not header.startswith(MAGIC):
            raise self.damaged("it is no segment")
        _magic, version, table_length, length, checksum, own = _HEADER.unpack(header)
        if zlib.crc32(header[:-4]) != own:
            raise self.damaged("its header does not match its checksum")
        if version != VERSION:
            raise self.damaged(f"it is of version {version}, not {VERSION}")
        return table_length, length, checksum
