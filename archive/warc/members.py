"""Gzip members, one behind the other: what a WARC file is made of below its records."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_FIRST_CHUNK = 2048
_CHUNK = 1 << 16
_MAGIC = b"\x1f\x8b\x08"
_GZIP = zlib.MAX_WBITS | 16
_BEGINNING = b"WARC/"
_ENOUGH_TO_TELL = 4096


@dataclass(frozen=True, slots=True)
class Member:
    """A whole gzip member: where it stands, its bytes, and what they unpack to."""

    offset: int
    packed: bytes
    content: bytes

    @property
    def end(self) -> int:
        """The byte behind it."""
        return self.offset + len(self.packed)


def members(file: BinaryIO, start: int = 0) -> Iterator[Member]:
    """The members from a byte on. Ends before the first that is torn or damaged, or at the end of the file."""
    file.seek(start)
    rest = b""
    while True:
        found = _member(file, start, rest)
        if found is None:
            return
        member, rest = found
        yield member
        start = member.end


def member_at(data: bytes, offset: int = 0) -> Member | None:
    """The member at the beginning of `data`, None where there is no whole one; `offset` is where it stands."""
    inflater = zlib.decompressobj(_GZIP)
    try:
        content = inflater.decompress(data)
    except zlib.error:
        return None
    if not inflater.eof:
        return None
    return Member(offset, data[: len(data) - len(inflater.unused_data)], content)


def next_record(file: BinaryIO, start: int) -> int | None:
    """The first byte, from `start` on, at which a gzip member with a WARC record in it begins; None where none does.
    What stands behind damage is found by that."""
    file.seek(start)
    window, begins = b"", start
    while chunk := file.read(_CHUNK):
        window += chunk
        at = window.find(_MAGIC)
        while at >= 0 and len(window) - at >= _ENOUGH_TO_TELL:
            if _begins_record(window[at : at + _ENOUGH_TO_TELL]):
                return begins + at
            at = window.find(_MAGIC, at + 1)
        kept = min(len(window), len(window) - at if at >= 0 else len(_MAGIC) - 1)
        begins, window = begins + len(window) - kept, window[len(window) - kept :]
    at = window.find(_MAGIC)
    while at >= 0:
        if _begins_record(window[at:]):
            return begins + at
        at = window.find(_MAGIC, at + 1)
    return None


def ends_whole(file: BinaryIO, size: int) -> bool:
    """Whether a file ends with a whole member that holds a record, told from its last bytes.

    Where the end was torn, what is found last is an earlier member, with something behind it.
    """
    span = _CHUNK
    while True:
        start = max(0, size - span)
        file.seek(start)
        window = file.read(size - start)
        at = window.rfind(_MAGIC)
        while at >= 0:
            member = member_at(window[at:])
            if member is not None and member.content.startswith(_BEGINNING):
                return at + len(member.packed) == len(window)
            at = window.rfind(_MAGIC, 0, at + len(_MAGIC) - 1)
        if not start:
            return False
        span *= 8


def _member(file: BinaryIO, offset: int, rest: bytes) -> tuple[Member, bytes] | None:
    """The next member and what was read beyond it. It is read in chunks that grow: what is left over of the last one
    is copied, and most members are small."""
    inflater = zlib.decompressobj(_GZIP)
    packed, content, size = [], [], _FIRST_CHUNK
    while not inflater.eof:
        chunk, rest = (rest[:size], rest[size:]) if rest else (file.read(size), b"")
        if not chunk:
            return None
        size = min(2 * size, _CHUNK)
        packed.append(chunk)
        try:
            content.append(inflater.decompress(chunk))
        except zlib.error:
            return None
    unused = inflater.unused_data
    whole = b"".join(packed)
    return Member(offset, whole[: len(whole) - len(unused)], b"".join(content)), unused + rest


def _begins_record(data: bytes) -> bool:
    try:
        return zlib.decompressobj(_GZIP).decompress(data, len(_BEGINNING)) == _BEGINNING
    except zlib.error:
        return False
