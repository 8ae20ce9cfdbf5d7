"""Bytes of a file, forwards, with as much looked ahead as a record needs: plain, or out of one gzip member."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import BinaryIO

GZIP = b"\x1f\x8b\x08"
"""How a gzip member begins (RFC 1952, 2.3.1): its magic, and deflate, the only method there is."""

_CHUNK = 64 << 10
_PIECE = 256 << 10
"""What is inflated at a time: a bomb has no more of it in memory than that."""

_PROBE = 1024


class Torn(Exception):
    """The file ends inside a gzip member."""


class Raw:
    """The bytes of a file as they stand in it; some may be given back."""

    def __init__(self, file: BinaryIO, start: int = 0) -> None:
        self._file = file
        self._rest = b""
        self.seek(start)

    def tell(self) -> int:
        """The offset of the next byte."""
        return self._at - len(self._rest)

    def seek(self, offset: int) -> None:
        """Go on at an offset."""
        self._at = self._file.seek(offset)
        self._rest = b""

    def read(self) -> bytes:
        """Some bytes; none at the end of the file."""
        if self._rest:
            data, self._rest = self._rest, b""
            return data
        data = self._file.read(_CHUNK)
        self._at += len(data)
        return data

    def give_back(self, data: bytes) -> None:
        """Read these again, which were the last that were read."""
        self._rest = data

    def peek(self) -> bytes:
        """Some bytes that are read again; more than three, unless the file ends before."""
        data = self.read()
        while len(data) < len(GZIP) and (more := self.read()):
            data += more
        self.give_back(data)
        return data

    def find(self, looks_right: Callable[[bytes], bool], *needles: bytes) -> bool:
        """Go to the next place that begins with a needle and looks right; to the end where there is none."""
        overlap = max(map(len, needles)) - 1
        at, window = self.tell(), self.read()
        while window:
            more = self.read() if len(window) < _CHUNK else b""
            window += more
            for place in sorted(_places(window, needles)):
                self.seek(at + place)
                if looks_right(self.peek()[:_CHUNK]):
                    return True
            self.seek(at + len(window))
            following = self.read()
            if not following:
                return False
            kept = window[-overlap:]
            at, window = at + len(window) - len(kept), kept + following
        return False


def _places(window: bytes, needles: tuple[bytes, ...]) -> set[int]:
    found = set()
    for needle in needles:
        place = window.find(needle)
        while place >= 0:
            found.add(place)
            place = window.find(needle, place + 1)
    return found


def begins_record(data: bytes) -> bool:
    """Whether bytes begin with a WARC record, plain or in a gzip member."""
    if data.startswith(GZIP):
        try:
            data = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data[:_PROBE], _PROBE)
        except zlib.error:
            return False
    return data.lstrip(b"\r\n").startswith(b"WARC/")


class Plain:
    """What stands in the file as it is."""

    is_gzip = False

    def __init__(self, raw: Raw) -> None:
        self._raw = raw

    def next(self) -> bytes:
        """Some more bytes, none at the end."""
        return self._raw.read()


class Member:
    """What one gzip member holds."""

    is_gzip = True

    def __init__(self, raw: Raw) -> None:
        self._raw = raw
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def next(self) -> bytes:
        """Some more bytes, none at the end, where the checksum was right. zlib.error where the member is damaged,
        Torn where the file ends before it does."""
        while not self._inflater.eof:
            data = self._inflater.unconsumed_tail or self._raw.read()
            if not data:
                raise Torn
            piece = self._inflater.decompress(data, _PIECE)
            self._give_back_rest()
            if piece:
                return piece
        return b""

    def _give_back_rest(self) -> None:
        if self._inflater.eof:
            self._raw.give_back(self._inflater.unused_data)


class Lookahead:
    """The bytes of a `Plain` or a `Member`. `at` is how many were taken already."""

    def __init__(self, source: Plain | Member) -> None:
        self.at = 0
        self.is_gzip = source.is_gzip
        self._source = source
        self._held = bytearray()
        self._from = 0
        self._ended = False

    def has(self, size: int) -> bool:
        """Whether there are so many more bytes."""
        while len(self._held) - self._from < size and not self._ended:
            piece = self._source.next()
            self._ended = not piece
            self._held += piece
        return len(self._held) - self._from >= size

    def find(self, needle: bytes, within: int, start: int = 0) -> int:
        """How many bytes stand before the needle, from `start` on; -1 where it does not end `within` so many."""
        searched = start
        while True:
            place = self._held.find(needle, self._from + searched, self._from + within)
            if place >= 0:
                return place - self._from
            known = len(self._held) - self._from
            if known >= within or not self.has(known + 1):
                return -1
            searched = max(start, known - len(needle) + 1)

    def peek(self, size: int, start: int = 0) -> bytes:
        """So many of the next bytes from `start` on, fewer at the end."""
        self.has(start + size)
        return bytes(self._held[self._from + start : self._from + start + size])

    def take(self, size: int) -> None:
        """These bytes are done with."""
        self.at += size
        self._from += size
        if self._from >= _CHUNK or self._from >= len(self._held):
            del self._held[: self._from]
            self._from = 0

    def skip(self, size: int) -> int:
        """Be done with so many bytes without holding them; says how many there were."""
        left = size
        while left:
            step = min(left, _PIECE)
            if not self.has(step):
                step = len(self._held) - self._from
                self.take(step)
                return size - left + step
            self.take(step)
            left -= step
        return size
