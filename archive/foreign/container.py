"""The WARC files in a WACZ, which is a ZIP file (Webrecorder's Web Archive Collection Zipped).

Only their bytes are read. Nothing is unpacked under a name of the container, and no index in it is believed: the
records themselves are walked.
"""

from __future__ import annotations

import io
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from archive.foreign.record import Damage, Place

MAGIC = b"PK\x03\x04"

_SUFFIXES = (".warc", ".warc.gz", ".arc", ".arc.gz")
_MAX_ENTRIES = 100_000
_MAX_RATIO = 200
"""How many times larger an entry may be than it is packed; WARC files are compressed already."""
_SMALL = 1 << 20
_LOCAL_HEADER = 30


class NoContainer(Exception):
    """A ZIP file that cannot be read, or that is made to do harm; the text is one sentence."""


class _Window(io.RawIOBase):
    """A stretch of a file as if it were a file."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file = file
        self._start = start
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to an offset of the window."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Some bytes, none at the end of the window."""
        self._file.seek(self._start + self._at)
        data = self._file.read(min(len(buffer), max(0, self._size - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def entries(file: BinaryIO) -> Iterator[zipfile.ZipInfo | Damage]:
    """The WARC files of a container by their names, in order, and what of it is left out. NoContainer where it is
    none."""
    try:
        infos = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise NoContainer(f"The WACZ cannot be read: {error}.") from error
    if len(infos) > _MAX_ENTRIES:
        raise NoContainer(f"The WACZ has {len(infos):,} entries, more than {_MAX_ENTRIES:,}.")
    seen: set[str] = set()
    for info in sorted(infos, key=lambda info: info.filename):
        if not info.filename.lower().endswith(_SUFFIXES) or info.is_dir():
            continue
        problem = _problem(info, seen)
        seen.add(info.filename)
        yield Damage(Place(info.header_offset, entry=info.filename), "entry", problem) if problem else info


def _problem(info: zipfile.ZipInfo, seen: set[str]) -> str:
    if info.filename in seen:
        return "There are two entries of that name; the second is left out."
    if stat.S_ISLNK(info.external_attr >> 16):
        return "The entry is a symbolic link."
    if info.flag_bits & 1:
        return "The entry is encrypted."
    if info.file_size > max(_SMALL, _MAX_RATIO * info.compress_size):
        return f"The entry unpacks to {info.file_size:,} bytes from {info.compress_size:,}: that is a bomb."
    return ""


@contextmanager
def opened(file: BinaryIO, info: zipfile.ZipInfo) -> Iterator[BinaryIO]:
    """An entry as a file that can be searched backwards. NoContainer where it cannot be read."""
    try:
        with zipfile.ZipFile(file) as container:
            if info.compress_type == zipfile.ZIP_STORED and info.file_size == info.compress_size:
                yield io.BufferedReader(_Window(file, _data_offset(file, info), info.file_size))
                return
            with tempfile.TemporaryFile() as unpacked, container.open(info) as packed:
                shutil.copyfileobj(packed, unpacked)
                unpacked.seek(0)
                yield unpacked
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, RuntimeError) as error:
        raise NoContainer(f"{info.filename} of the WACZ cannot be read: {error}.") from error


def _data_offset(file: BinaryIO, info: zipfile.ZipInfo) -> int:
    """Where the bytes of a stored entry begin: behind its local header, which has lengths of its own."""
    file.seek(info.header_offset)
    header = file.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or not header.startswith(MAGIC):
        raise zipfile.BadZipFile("the entry is not where the directory says")
    lengths = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    return info.header_offset + _LOCAL_HEADER + lengths
