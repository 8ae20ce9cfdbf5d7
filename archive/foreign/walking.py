"""The records of a WARC file that another program wrote: one by one, whatever is wrong between them.

Nothing that can be read is left out because of what cannot: behind every damage the next record is searched for.
warcio, which reads WARC files everywhere, ends silently at a torn record and at a bit that was flipped.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from archive.foreign.lookahead import GZIP, Lookahead, Member, Plain, Raw, Torn, begins_record
from archive.foreign.record import (
    BEGINNING,
    MAX_BLOCK_BYTES,
    MAX_HEADER_BYTES,
    Damage,
    ForeignRecord,
    Place,
    parse_header,
)

_MAGIC = b"WARC/"
_END = b"\r\n\r\n"
_SHORT_END = b"\n\n"
_VERSION = re.compile(rb"WARC/[01]\.\d{1,2}\r?\n")
_WINDOW = 256 << 10
_OVERLAP = 16
_MAX_SKIPPED = 1 << 30
"""So many bytes of one gzip member without a record are a bomb."""

Found = ForeignRecord | Damage


def walk_warc(
    file: BinaryIO, start: Place = BEGINNING, *, max_block: int = MAX_BLOCK_BYTES
) -> Iterator[Found]:
    """The records of a WARC file from a place on, plain, with a gzip member for each record, or with one for all of
    them; the file must be one that can be searched backwards. No more than one record is in memory at a time."""
    raw = Raw(file, start.offset)
    inside = start.inside
    while head := raw.peek():
        began = raw.tell()
        if head.startswith(GZIP):
            yield from Segment(raw, Member(raw), began, max_block).records(inside)
        elif begins_record(head):
            yield from Segment(raw, Plain(raw), began, max_block).records(0)
        else:
            if not head.strip(b"\r\n\0"):
                raw.read()
                continue
            _next_record(raw, began)
            message = f"{raw.tell() - began:,} bytes are no WARC record."
            yield Damage(Place(began), "no-record", message)
        inside = 0


def _next_record(raw: Raw, behind: int) -> None:
    """Go to the next place behind an offset that a record begins at."""
    raw.seek(behind + 1)
    raw.find(begins_record, GZIP, b"WARC/1.", b"WARC/0.")


class Segment:
    """A run of records: those of one gzip member, or of a plain stretch of the file."""

    def __init__(self, raw: Raw, source: Plain | Member, began: int, max_block: int) -> None:
        self._raw = raw
        self._bytes = Lookahead(source)
        self._began = began
        self._max_block = max_block

    def records(self, inside: int) -> Iterator[Found]:
        """The records from so many bytes on. Leaves the file where the next segment begins."""
        try:
            if inside:
                self._bytes.skip(inside)
            while True:
                found = self._next()
                if found is None:
                    return
                yield found
                if isinstance(found, Damage) and not self._find_next():
                    return
        except (zlib.error, Torn) as error:
            yield self._broken(error)

    def _place(self) -> Place:
        """Where the next byte stands."""
        return (
            Place(self._began, self._bytes.at) if self._bytes.is_gzip else Place(self._began + self._bytes.at)
        )

    def _broken(self, error: Exception) -> Damage:
        """The member is damaged: everything in it from here on cannot be read."""
        place = self._place()
        self._look_behind()
        size = self._raw.tell() - self._began
        if isinstance(error, Torn):
            return Damage(
                place, "torn", f"The file ends inside a gzip member; its {size:,} bytes cannot be read."
            )
        why = str(error).removeprefix("Error -3 while decompressing data: ")
        return Damage(
            place, "damaged", f"A gzip member is damaged ({why}); its {size:,} bytes cannot be read."
        )

    def _look_behind(self) -> None:
        """Go to the next record behind the beginning of a member that is damaged."""
        _next_record(self._raw, self._began)

    def _next(self) -> Found | None:
        """The record that stands here, or what is wrong with it; None at the end."""
        ahead = self._bytes
        self._skip_line_ends()
        if not ahead.has(1):
            return None
        place = self._place()
        if ahead.peek(len(_MAGIC)) != _MAGIC:
            return Damage(place, "no-record", "There is no WARC record here.")
        size = self._header_size()
        if not size:
            what = f"The header has no end within {MAX_HEADER_BYTES:,} bytes."
            return Damage(place, "header", what)
        version, headers = parse_header(ahead.peek(size))
        record = ForeignRecord(place, version, headers, b"")
        length = record.named.get("content-length", "")
        if not (length.isascii() and length.isdecimal() and len(length) < 16):
            return Damage(place, "length", f"The Content-Length is {length[:40] or 'missing'!r}.", record.url)
        if int(length) > self._max_block:
            return self._too_large(record, size, int(length))
        return self._with_block(record, size, int(length))

    def _with_block(self, record: ForeignRecord, size: int, length: int) -> Found:
        ahead = self._bytes
        whole = ahead.has(size + length)
        if not whole or not self._ends_record(size + length):
            have = "more" if whole else "fewer"
            message = f"The record says that it has {length:,} bytes, and has {have}."
            return Damage(record.place, "length", message, record.url)
        block = ahead.peek(length, size)
        ahead.take(size + length)
        return ForeignRecord(record.place, record.version, record.headers, block)

    def _ends_record(self, start: int) -> bool:
        """Whether the end of a record stands here, or no more than line ends before the next one or the end of the
        segment. Where that is reached, the checksum of a member was right, too."""
        behind = self._bytes.peek(len(_END) + len(_MAGIC), start)
        rest = behind.lstrip(b"\r\n")
        return behind.startswith(_END) or not rest or rest.startswith(_MAGIC)

    def _too_large(self, record: ForeignRecord, size: int, length: int) -> Damage:
        """A record that is not read; what follows is where its length says, if that is no lie."""
        ahead = self._bytes
        message = f"The record has {length:,} bytes, more than {self._max_block:,}; it is left out."
        found = Damage(record.place, "too-large", message, record.url)
        ahead.take(size)
        if not ahead.is_gzip:
            self._raw_skip(length)
        elif ahead.skip(min(length, _MAX_SKIPPED)) == _MAX_SKIPPED:
            raise zlib.error("it holds more than a gigabyte")
        return found

    def _raw_skip(self, length: int) -> None:
        """Of a plain file, go over a block without reading it; only if a record or the end is behind it."""
        here = self._began + self._bytes.at
        self._raw.seek(here + length)
        behind = self._raw.peek()
        honest = not behind or begins_record(behind)
        self._raw.seek(here + length if honest else here)
        self._began = self._raw.tell()
        self._bytes = Lookahead(Plain(self._raw))

    def _skip_line_ends(self) -> None:
        while (ahead := self._bytes.peek(1024)) and not ahead.strip(b"\r\n"):
            self._bytes.take(len(ahead))
        self._bytes.take(len(ahead) - len(ahead.lstrip(b"\r\n")))

    def _header_size(self) -> int:
        """The bytes of a header with its empty line; 0 where it is longer than is believable."""
        end = self._bytes.find(_END, MAX_HEADER_BYTES)
        short = self._bytes.find(_SHORT_END, end if end >= 0 else MAX_HEADER_BYTES)
        if short >= 0:
            return short + len(_SHORT_END)
        return end + len(_END) if end >= 0 else 0

    def _find_next(self) -> bool:
        """Go to the next record of this segment. False where there is none."""
        ahead, dropped = self._bytes, 0
        ahead.take(len(ahead.peek(1)))
        while dropped < _MAX_SKIPPED:
            window = ahead.peek(_WINDOW)
            if found := _VERSION.search(window):
                ahead.take(found.start())
                return True
            if len(window) < _WINDOW:
                ahead.take(len(window))
                return False
            dropped += _WINDOW - _OVERLAP
            ahead.take(_WINDOW - _OVERLAP)
        raise zlib.error("it holds more than a gigabyte")
