"""Closing a WARC file: its manifest is written and on the disk, then the file gets its final name.

A kill leaves one of these: an unfinished manifest, which is thrown away; a manifest beside a file that is still
called open, which gets its name; a closed file. `finish` brings each to its end.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import chain, takewhile
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, BinaryIO

from archive.errors import WarcError
from archive.model import RecordPlace, WarcFile
from archive.warc import disk
from archive.warc.files import (
    MANIFEST,
    SUFFIX,
    UNFINISHED,
    manifest_path,
    open_files,
    opened,
    path_of,
    size_of,
)
from archive.warc.manifest import Entry, Manifest, head, read_manifest
from archive.warc.members import Member, members
from archive.warc.record import parse
from archive.warc.spans import Spans

_CHUNK = 1 << 20


def seal(directory: Path, name: str, at: datetime, spans: Spans | None = None) -> WarcFile:
    """Close a file, and say what it was closed with. What `spans` remember is compared with what stands in the file,
    everything else is walked, with all digests. `at` is when it is closed.

    WarcError where the file is not whole, or a record is not what its digest says: it stays as it is, for `verify`
    to tell. DiskFull where there is no room for the manifest.
    """
    path = path_of(directory, name)
    manifest = write_manifest(directory, name, spans)
    if path == opened(directory, name):
        _give_name(directory, name)
    return sealed_as(name, manifest, at)


def write_manifest(directory: Path, name: str, spans: Spans | None = None) -> Manifest:
    """Write the manifest of a file that is whole, in the place of one that there may be. Errors: as `seal`."""
    path, target = path_of(directory, name), manifest_path(directory, name)
    unfinished = target.with_name(target.name + UNFINISHED)
    whole, count = hashlib.sha256(), 0
    try:
        with path.open("rb") as file, TemporaryFile(dir=path.parent) as lines:
            size = file.seek(0, os.SEEK_END)
            for entry, packed in _contents(name, file, size, spans or Spans(0)):
                whole.update(packed)
                count += 1
                lines.write(entry.line().encode())
            lines.seek(0)
            _write(unfinished, head(Path(name).name, size, whole.hexdigest(), count).encode(), lines)
        disk.rename(unfinished, target)
        disk.sync_folder(target.parent)
    except OSError as error:
        raise disk.refused(target, error) from error
    finally:
        with suppress(OSError):  # it is there only where something failed
            unfinished.unlink(missing_ok=True)
    return read_manifest(target)


def sha256_of(directory: Path, name: str) -> str:
    """The SHA-256 of a file, as hexadecimal digits."""
    with path_of(directory, name).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def finish(directory: Path) -> list[str]:
    """Bring to its end what a kill interrupted while files were closed; the names of those that were closed by it."""
    for unfinished in directory.glob(f"**/*{SUFFIX}{MANIFEST}{UNFINISHED}"):
        disk.remove(unfinished)
    return [name for name in open_files(directory) if _finish(directory, name)]


def replace_file(new: Path, old: Path) -> None:
    """Put a file in the place of another, for good. WarcError where the disk refuses."""
    disk.rename(new, old)
    disk.sync_folder(old.parent)


def sealed_as(name: str, manifest: Manifest, at: datetime) -> WarcFile:
    """What the database knows of a closed file when everything in it is taken in."""
    return WarcFile(name, manifest.bytes, at, manifest.bytes, manifest.sha256)


def _finish(directory: Path, name: str) -> bool:
    target = manifest_path(directory, name)
    if not target.exists() or (directory / name).exists():  # never over a file that is closed
        return False
    try:
        said: int | None = read_manifest(target).bytes
    except WarcError:
        said = None
    if said != size_of(directory, name):  # not of this file as it is: it is made anew when the file is closed
        disk.remove(target)
        return False
    _give_name(directory, name)
    return True


def _give_name(directory: Path, name: str) -> None:
    path = directory / name
    disk.rename(opened(directory, name), path)
    disk.sync_folder(path.parent)


def _contents(name: str, file: BinaryIO, size: int, spans: Spans) -> Iterator[tuple[Entry, bytes]]:
    """The members of a file, and their bytes."""
    end = 0
    for entry, packed in chain(
        _walked(name, file, 0, spans.start),
        _remembered(name, file, spans),
        _walked(name, file, spans.end, size),
    ):
        if entry.offset != end:
            break
        yield entry, packed
        end += entry.length
    if end != size:
        raise WarcError(f"{name} has bytes that are no whole WARC record at byte {end:,}; it stays open.")


def _walked(name: str, file: BinaryIO, start: int, end: int) -> Iterator[tuple[Entry, bytes]]:
    if start == end:
        return
    for member in takewhile(lambda member: member.offset < end, members(file, start)):
        place = RecordPlace(name, member.offset, len(member.packed))
        record = parse(member.content, place)
        if not record.digests_hold:
            raise WarcError(
                f"{name} has a record at byte {place.offset:,}, {record.record_id}, that is not what its digest says."
            )
        yield entry_of(member, record.kind, record.record_id), member.packed


def _remembered(name: str, file: BinaryIO, spans: Spans) -> Iterator[tuple[Entry, bytes]]:
    file.seek(spans.start)
    for entry in spans.entries():
        packed = file.read(entry.length)
        if hashlib.sha256(packed).hexdigest() != entry.sha256:
            raise WarcError(
                f"{name} has a record at byte {entry.offset:,}, {entry.record_id}, that is not what was written."
            )
        yield entry, packed


def entry_of(member: Member, kind: str, record_id: str) -> Entry:
    """The line of a manifest for a member."""
    sha256 = hashlib.sha256(member.packed).hexdigest()
    return Entry(member.offset, len(member.packed), sha256, kind, record_id)


def _write(path: Path, first: bytes, lines: IO[bytes]) -> None:
    hasher, end, chunk = hashlib.sha256(), 0, first
    while chunk:
        hasher.update(chunk)
        disk.append(path, chunk, end=end)
        end += len(chunk)
        chunk = lines.read(_CHUNK)
    disk.append(path, f"end {hasher.hexdigest()}\n".encode(), end=end)
    disk.sync_file(path)
