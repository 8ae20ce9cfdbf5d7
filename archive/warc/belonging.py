"""Which records belong to a capture: those that were written with it, and stand right before it in its file."""

from __future__ import annotations

from pathlib import Path

from archive.errors import WarcError
from archive.model import RecordPlace
from archive.warc.files import path_of, read_record
from archive.warc.members import member_at
from archive.warc.record import Record

_MAGIC = b"\x1f\x8b\x08"
_WINDOWS = (1 << 14, 1 << 18, 1 << 22, 1 << 26)
"""How far back the beginning of the record before is looked for, in bytes; a request is small as a rule."""


def belonging(directory: Path, place: RecordPlace, record_id: str) -> list[Record]:
    """The request of a capture and, for a 304, the bytes of its head, in the order of the file; empty where they
    stand elsewhere, as in files of other programs. They say themselves whose they are (WARC-Concurrent-To)."""
    found: list[Record] = []
    end = place.offset
    while (record := _before(directory, place.file, end)) is not None:
        if record.field("WARC-Concurrent-To") != record_id:
            break
        found.insert(0, record)
        end = record.place.offset
    return found


def _before(directory: Path, name: str, end: int) -> Record | None:
    """The record that ends at a byte."""
    with path_of(directory, name).open("rb") as file:
        for size in _WINDOWS:
            start = max(0, end - size)
            file.seek(start)
            window = file.read(end - start)
            at = window.rfind(_MAGIC)
            while at >= 0:
                member = member_at(window[at:])
                if member is not None and len(member.packed) == len(window) - at:
                    try:
                        return read_record(directory, RecordPlace(name, start + at, end - start - at))
                    except WarcError:
                        pass
                at = window.rfind(_MAGIC, 0, at)
            if not start:
                break
    return None
