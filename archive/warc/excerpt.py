"""Records of some captures out of a WARC file, member by member, as they stand in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from archive.errors import WarcError
from archive.model import Capture, RecordPlace
from archive.warc.files import path_of
from archive.warc.forms import form
from archive.warc.members import member_at, members
from archive.warc.record import CAPTURE_KINDS, date_text

AHEAD = 256
"""What is told of a capture is written soon after it: behind at most so many others, that were under way with it."""

_NOT_TAKEN = (*CAPTURE_KINDS, "warcinfo")
_ABOUT = ("warc-concurrent-to", "warc-refers-to")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A record: its gzip member as it stands in its file, the capture that it is, None for a request or for metadata,
    and the id of the record that it refers to, "" for none."""

    packed: bytes
    capture: Capture | None
    refers_to: str


def excerpt(
    directory: Path,
    name: str,
    places: Iterable[tuple[RecordPlace, Capture | None]],
    about: Collection[str],
    damaged: Callable[[Capture], None],
) -> Iterator[Excerpt]:
    """The records of captures that stand in a file, with requests and metadata about them, in the order of the file.

    `places` are those of all captures in it, by offset, with the capture where it is wanted; `about` are the ids of
    the wanted records. `damaged` is called for each of them that is not there as it should be. WarcError where the
    file cannot be read.
    """
    end = position = until = 0
    with _opened(directory, name) as file:
        for position, (place, wanted) in enumerate(places, 1):
            if wanted or position <= until:
                yield from _between(file, end, place.offset, about)
            if wanted:
                found = _record(file, wanted)
                if found:
                    yield found
                else:
                    damaged(wanted)
                until = position + AHEAD
            end = place.offset + place.length
        if position <= until:
            yield from _between(file, end, None, about)


def excerpt_info(software: str, description: str, at: datetime, record_id: str) -> bytes:
    """The warcinfo that an excerpt begins with, as a gzip member (ISO 28500, 6.2)."""
    fields = {"software": software, "format": "WARC File Format 1.1", "description": description}
    block = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields.items())
    headers = {"WARC-Record-ID": record_id, "WARC-Date": date_text(at)}
    return form("warcinfo", headers, block.encode(), "application/warc-fields").packed


def _opened(directory: Path, name: str) -> BinaryIO:
    try:
        try:
            return path_of(directory, name).open("rb")
        except FileNotFoundError:  # it was closed, and so renamed, this very moment
            return (directory / name).open("rb")
    except OSError as error:
        raise WarcError(f"{directory / name} cannot be read: {error.strerror}.") from error


def _between(file: BinaryIO, start: int, stop: int | None, about: Collection[str]) -> Iterator[Excerpt]:
    """What stands between two captures, or behind the last, and is about one that is wanted."""
    if start == stop:
        return
    for member in members(file, start):
        fields = _fields(member.content)
        if fields.get("warc-type") not in _NOT_TAKEN and any(fields.get(name) in about for name in _ABOUT):
            yield Excerpt(member.packed, None, fields.get("warc-refers-to", ""))
        if stop is not None and member.end >= stop:
            return  # before the capture itself is unpacked


def _record(file: BinaryIO, capture: Capture) -> Excerpt | None:
    file.seek(capture.place.offset)
    packed = file.read(capture.place.length)
    member = member_at(packed)
    if member is None or len(member.packed) != len(packed):
        return None
    fields = _fields(member.content)
    if fields.get("warc-record-id") != capture.record_id:
        return None
    return Excerpt(packed, capture, fields.get("warc-refers-to", ""))


def _fields(content: bytes) -> dict[str, str]:
    """The fields of a record's head, by their names in lower case."""
    lines = content.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").split("\r\n")[1:]
    parted = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in parted}
