"""What can be wrong with an archive, in the words of `verify`."""

from __future__ import annotations

from dataclasses import dataclass

from archive.model import RecordPlace


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not agree. `where` names file and byte, or the part of the database; `repaired` is
    True where it was mended. `file` is relative to the WARC folder, "" where no file is meant; `offset` is None for a
    file as a whole, and `record_id` "" where it is not known."""

    code: str
    where: str
    message: str
    repaired: bool = False
    file: str = ""
    offset: int | None = None
    record_id: str = ""


def in_file(code: str, name: str, message: str) -> Problem:
    """A problem of a WARC file as a whole."""
    return Problem(code, name, message, file=name)


def at_byte(code: str, name: str, offset: int, message: str, record_id: str = "") -> Problem:
    """A problem at a byte of a WARC file; the record is named with it where it is known."""
    told = f"{message} ({record_id})" if record_id else message
    return Problem(
        code, f"{name} at byte {offset}", f"{told}.", file=name, offset=offset, record_id=record_id
    )


def of_record(code: str, place: RecordPlace, message: str, record_id: str) -> Problem:
    """A problem of the record at a place."""
    return at_byte(code, place.file, place.offset, message, record_id)
