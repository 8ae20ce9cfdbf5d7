"""Finding and reading WARC files, whichever name they stand under just now."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from archive.errors import DamagedArchive, WarcError
from archive.model import RecordPlace
from archive.warc import disk
from archive.warc.members import ends_whole, member_at, members
from archive.warc.record import Record, parse

SUFFIX = ".warc.gz"
OPEN = ".open"
"""What the newest file is called behind its name, as long as it is written."""

MANIFEST = ".manifest"
UNFINISHED = ".tmp"


def files(directory: Path) -> list[str]:
    """The final names of the WARC files below a folder, relative to it, the oldest first."""
    return sorted({*_named(directory, f"**/*{SUFFIX}"), *open_files(directory)})


def open_files(directory: Path) -> list[str]:
    """The final names of those that are not closed. One that is there closed as well, as after a restore by hand, is
    closed: what else there is of it is nobody's."""
    names = (name.removesuffix(OPEN) for name in _named(directory, f"**/*{SUFFIX}{OPEN}"))
    return sorted(name for name in names if is_open(directory, name))


def is_open(directory: Path, name: str) -> bool:
    """Whether a file is not closed."""
    return opened(directory, name).exists() and not (directory / name).exists()


def unsealed_files(directory: Path) -> list[str]:
    """The names of those that are not written any more and have no manifest, as an older version left them."""
    return sorted({*_named(directory, f"**/*{SUFFIX}")} - {*manifests(directory)})


def manifests(directory: Path) -> list[str]:
    """The final names of those that have a manifest."""
    return sorted(name.removesuffix(MANIFEST) for name in _named(directory, f"**/*{SUFFIX}{MANIFEST}"))


def path_of(directory: Path, name: str) -> Path:
    """Where the file of a final name stands: as long as it is written it has a suffix."""
    return opened(directory, name) if is_open(directory, name) else directory / name


def opened(directory: Path, name: str) -> Path:
    """Where a file stands while it is written."""
    return directory / (name + OPEN)


def manifest_path(directory: Path, name: str) -> Path:
    """Where the manifest of a file stands."""
    return directory / (name + MANIFEST)


def size_of(directory: Path, name: str) -> int | None:
    """The bytes of a file, None where it is not there."""
    path = path_of(directory, name)
    return path.stat().st_size if path.exists() else None


def read_record(directory: Path, place: RecordPlace) -> Record:
    """The record at a place. WarcError where there is none that can be read."""
    member = member_at(read_member(directory, place), place.offset)
    if member is None:
        raise WarcError(
            f"{directory / place.file} has no readable record at byte {place.offset:,}: it is torn or damaged."
        )
    return parse(member.content, place)


def read_member(directory: Path, place: RecordPlace) -> bytes:
    """The bytes at a place, as they stand in the file. WarcError where they cannot be read."""
    try:
        try:
            path = path_of(directory, place.file)
            file = path.open("rb")
        except FileNotFoundError:  # it was closed, and so renamed, this very moment
            path = directory / place.file
            file = path.open("rb")
        with file:
            file.seek(place.offset)
            return file.read(place.length)
    except OSError as error:
        path = directory / place.file
        raise WarcError(f"{path} has no readable record at byte {place.offset:,}: {error}.") from error


def walk(directory: Path, name: str, start: int = 0) -> Iterator[Record]:
    """The records of a file from a byte on, in order. Ends silently before a torn tail (compare `Record.place`
    with the size of the file); WarcError for a whole gzip member that is no record."""
    with path_of(directory, name).open("rb") as file:
        for member in members(file, start):
            yield parse(member.content, RecordPlace(name, member.offset, len(member.packed)))


def make_whole(directory: Path, name: str, known_end: int) -> int:
    """Make a file whole again after a crash, and say where it ends now.

    Bytes behind the last whole record are moved aside to FILE.torn and cut. DamagedArchive where the file is
    shorter than `known_end`: something was lost that was kept before, which no program may paper over. WarcError
    where a whole gzip member behind that byte is no record.
    """
    path = path_of(directory, name)
    size = size_of(directory, name) or 0
    if size < known_end:
        raise DamagedArchive(
            f"{path} has {size:,} bytes, but the database knows {known_end:,}; restore the file."
        )
    end = known_end
    for record in walk(directory, name, known_end):
        end = record.place.offset + record.place.length
    if end < size:
        move_aside(directory, name, end)
    return end


def is_whole(path: Path) -> bool:
    """Whether a file ends with a whole record, so that another may stand behind it."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if ends_whole(file, size):
            return True
        # A page that is itself a WARC file may mislead whoever looks from the end.
        return max((member.end for member in members(file)), default=0) == size


def move_aside(directory: Path, name: str, end: int) -> None:
    """Move the bytes behind byte `end` of a file to FILE.torn, and cut it there. WarcError where the disk refuses."""
    path, aside = path_of(directory, name), directory / f"{name}.torn"
    with path.open("rb") as file:
        file.seek(end)
        torn = file.read()
    kept = aside.stat().st_size if aside.exists() else 0
    disk.append(aside, torn, end=kept)
    disk.sync_file(aside)
    disk.cut(path, end)


def _named(directory: Path, pattern: str) -> Iterator[str]:
    return (path.relative_to(directory).as_posix() for path in directory.glob(pattern))
