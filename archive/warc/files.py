"""Reading WARC files, and making one whole again after a crash."""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

from archive.errors import DamagedArchive, WarcError
from archive.model import Capture, RecordPlace
from archive.warc.record import CAPTURE_KINDS, Record, parse

_CHUNK = 1 << 16


def read_record(directory: Path, place: RecordPlace) -> Record:
    """The record at a place. WarcError where there is none that can be read."""
    path = directory / place.file
    try:
        with path.open("rb") as file:
            file.seek(place.offset)
            data = file.read(place.length)
        return parse(zlib.decompress(data, zlib.MAX_WBITS | 16), place)
    except (OSError, zlib.error) as error:
        raise WarcError(f"{path} has no readable record at byte {place.offset:,}: {error}.") from error


def walk(directory: Path, name: str, start: int = 0) -> Iterator[Record]:
    """The records of a file from a byte on, in order. Ends silently before a torn tail (compare `Record.place`
    with the size of the file); WarcError for a whole gzip member that is no record."""
    with (directory / name).open("rb") as file:
        file.seek(start)
        while True:
            length, data = _next_member(file)
            if not length:
                return
            yield parse(data, RecordPlace(name, start, length))
            start += length
            file.seek(start)


def files(directory: Path) -> list[str]:
    """The WARC files below a folder, relative to it, the oldest first."""
    return sorted(path.relative_to(directory).as_posix() for path in directory.glob("**/*.warc.gz"))


def recover(directory: Path, name: str, known_end: int) -> list[Capture]:
    """Make a file whole again after a crash, and say which captures stand behind byte `known_end`.

    Bytes behind the last whole record are moved aside to FILE.torn and cut. DamagedArchive where the file is
    shorter than `known_end`: something was lost that was kept before, which no program may paper over.
    """
    path = directory / name
    size = path.stat().st_size if path.exists() else 0
    if size < known_end:
        raise DamagedArchive(
            f"{path} has {size:,} bytes, but the database knows {known_end:,}; restore the file."
        )
    captures, end = [], known_end
    for record in walk(directory, name, known_end):
        end = record.place.offset + record.place.length
        if record.kind in CAPTURE_KINDS:
            captures.append(record.as_capture())
    if end < size:
        _cut(path, end)
    return captures


def _cut(path: Path, end: int) -> None:
    with path.open("r+b") as file:
        file.seek(end)
        with path.with_name(path.name + ".torn").open("ab") as aside:
            aside.write(file.read())
            aside.flush()
            os.fsync(aside.fileno())
        file.truncate(end)
        os.fsync(file.fileno())


def _next_member(file: io.BufferedReader) -> tuple[int, bytes]:
    """Length and content of the gzip member at the file's position; (0, b"") where there is no whole one."""
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    length, parts = 0, []
    while not inflater.eof:
        chunk = file.read(_CHUNK)
        if not chunk:
            return 0, b""
        length += len(chunk)
        try:
            parts.append(inflater.decompress(chunk))
        except zlib.error:
            return 0, b""
    return length - len(inflater.unused_data), b"".join(parts)
