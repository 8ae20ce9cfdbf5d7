"""Records of an ARC file, the form before WARC, as if they were of a WARC file."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from archive.foreign.lookahead import GZIP, Member, Plain, Raw
from archive.foreign.record import BEGINNING, MAX_BLOCK_BYTES, Damage, ForeignRecord, Place
from archive.foreign.walking import Found, Segment

MAGIC = b"filedesc:"

_MAX_LINE = 16 << 10
_LINE = re.compile(
    rb"(?P<url>\S.*) (?P<ip>\S+) (?P<date>\d{14}) (?P<type>.*?) ?(?:\S+ \S+ \S+ \S+ \S+ )?(?P<length>\d{1,12})"
)
"""URL, address, date, type and length of a record; the second version of the form has five fields more before the
length: result, checksum, location, offset and file name."""


def walk_arc(
    file: BinaryIO, start: Place = BEGINNING, *, max_block: int = MAX_BLOCK_BYTES
) -> Iterator[Found]:
    """The records of an ARC file from a place on. What is behind a damage is found where each record has a gzip
    member of its own; a record has no other mark that it could be known by."""
    raw = Raw(file, start.offset)
    inside = start.inside
    while head := raw.peek():
        began = raw.tell()
        if head.startswith(GZIP):
            yield from _ArcSegment(raw, Member(raw), began, max_block).records(inside)
        elif began == start.offset and not inside:
            yield from _ArcSegment(raw, Plain(raw), began, max_block).records(0)
        else:
            _next_member(raw, began)
            yield Damage(Place(began), "no-record", f"{raw.tell() - began:,} bytes are no ARC record.")
        inside = 0


def _next_member(raw: Raw, behind: int) -> None:
    raw.seek(behind + 1)
    raw.find(_begins_arc, GZIP)


def _begins_arc(data: bytes) -> bool:
    try:
        head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, _MAX_LINE)
    except zlib.error:
        return False
    return _LINE.fullmatch(head.lstrip(b"\r\n").partition(b"\n")[0].rstrip(b"\r")) is not None


class _ArcSegment(Segment):
    """A run of ARC records."""

    def _next(self) -> Found | None:
        ahead = self._bytes
        self._skip_line_ends()
        if not ahead.has(1):
            return None
        place = self._place()
        size = ahead.find(b"\n", _MAX_LINE) + 1
        line = _LINE.fullmatch(ahead.peek(size).rstrip(b"\r\n")) if size else None
        if line is None:
            return Damage(place, "no-record", "There is no ARC record here.")
        length, url = int(line["length"]), line["url"].decode("utf-8", "replace")
        if length > self._max_block:
            ahead.take(size)
            ahead.skip(length)
            return Damage(place, "too-large", f"The record has more than {self._max_block:,} bytes.", url)
        if not ahead.has(size + length):
            return Damage(place, "length", "The file ends inside a record.", url)
        block = ahead.peek(length, size)
        ahead.take(size + length)
        ahead.has(1)  # the checksum of a member is behind its last byte
        if url.startswith("filedesc:"):
            return self._next()
        return ForeignRecord(place, "ARC", tuple(_headers(line, url, block)), block)

    def _find_next(self) -> bool:
        ahead = self._bytes
        while ahead.has(1):
            ahead.take(len(ahead.peek(1 << 20)))
        return False

    def _look_behind(self) -> None:
        _next_member(self._raw, self._began)


def _headers(line: re.Match[bytes], url: str, block: bytes) -> Iterator[tuple[str, str]]:
    is_http = block.startswith(b"HTTP/")
    yield "WARC-Type", "response" if is_http else "resource"
    yield "WARC-Target-URI", url
    yield "WARC-Date", line["date"].decode()
    yield "WARC-IP-Address", line["ip"].decode("latin-1")
    own = line["type"].decode("latin-1").strip()
    yield "Content-Type", "application/http; msgtype=response" if is_http else own
    yield "Content-Length", str(len(block))
