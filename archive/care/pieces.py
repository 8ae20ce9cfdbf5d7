"""A WARC file in pieces: its records, and the bytes that are none. What stands behind damage is read as well."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archive import warc
from archive.errors import WarcError
from archive.model import RecordPlace


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a file. `record` is None where none can be read; `record_id` is known from the manifest even then,
    else "". `is_member` is False for bytes that are no whole gzip member, `as_closed` where they are not those with
    which the file was closed."""

    place: RecordPlace
    record: warc.Record | None
    record_id: str = ""
    is_member: bool = True
    as_closed: bool = True

    @property
    def end(self) -> int:
        """The byte behind it."""
        return self.place.offset + self.place.length


def pieces_of_closed(
    directory: Path, name: str, manifest: warc.Manifest, whole: hashlib._Hash
) -> Iterator[Piece]:
    """The pieces of a closed file, as its manifest has them; the last one that is there may be shorter than that.
    `whole` is fed with all of them."""
    with warc.path_of(directory, name).open("rb") as file:
        for entry in manifest.entries():
            packed = file.read(entry.length)
            whole.update(packed)
            place = RecordPlace(name, entry.offset, len(packed))
            as_closed = hashlib.sha256(packed).hexdigest() == entry.sha256
            yield Piece(place, _record(packed, place), entry.record_id, as_closed=as_closed)
            if len(packed) < entry.length:
                return


def pieces_found(directory: Path, name: str) -> Iterator[Piece]:
    """The pieces of a file that has no manifest. Behind bytes that are no record, the next one is looked for."""
    with warc.path_of(directory, name).open("rb") as file:
        size = file.seek(0, 2)
        end = 0
        while end < size:
            for member in warc.members(file, end):
                place = RecordPlace(name, member.offset, len(member.packed))
                record = _parsed(member.content, place)
                yield Piece(place, record, record.record_id if record else "")
                end = member.end
            if end < size:
                behind = _next(file, end, size)
                yield Piece(RecordPlace(name, end, behind - end), None, is_member=False)
                end = behind


def _next(file: BinaryIO, end: int, size: int) -> int:
    found = warc.next_record(file, end + 1)
    return size if found is None else found


def _record(packed: bytes, place: RecordPlace) -> warc.Record | None:
    member = warc.member_at(packed)
    whole = member is not None and len(member.packed) == len(packed)
    return _parsed(member.content, place) if member is not None and whole else None


def _parsed(content: bytes, place: RecordPlace) -> warc.Record | None:
    try:
        return warc.parse(content, place)
    except WarcError:
        return None
