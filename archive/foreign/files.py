"""Files and folders of other programs: which of them are archives, and what is in them."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from archive.errors import NoArchiveFile
from archive.foreign import arc, container
from archive.foreign.lookahead import GZIP
from archive.foreign.record import BEGINNING, MAX_BLOCK_BYTES, Damage, ForeignRecord, Place
from archive.foreign.walking import Found, walk_warc

SUFFIXES = (".warc", ".warc.gz", ".wacz", ".arc", ".arc.gz", ".warc.open", ".warc.gz.open")
"""What files of a folder are taken; a file that is named may be called anything."""

_CHUNK = 1 << 20
_BEGINNING = 64 << 10
_LOOKED_AT = 5


@dataclass(frozen=True, slots=True)
class ForeignFile:
    """A file to be imported: `digest` is `sha256:` and hex of all its bytes."""

    path: Path
    size: int
    digest: str = ""


def find_files(paths: Iterable[Path], suffixes: tuple[str, ...] = SUFFIXES) -> list[ForeignFile]:
    """The files that are meant: those that are named, and of folders all that end like archives, to any depth.
    Links in a folder are not followed. NoArchiveFile where one is not there, or no file."""
    found: dict[Path, ForeignFile] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(
                file
                for file in path.rglob("*")
                if file.name.lower().endswith(suffixes) and file.is_file() and not file.is_symlink()
            )
            if not inside:
                raise NoArchiveFile(
                    f"There is no file to import in {path}: none ends with {', '.join(suffixes)}."
                )
        elif path.is_file():
            inside = [path]
        else:
            why = "is no file" if path.exists() else "is not there"
            raise NoArchiveFile(f"{path} {why}; name a file to import, or a folder of them.")
        for file in inside:
            found.setdefault(file.resolve(), ForeignFile(file, file.stat().st_size))
    return list(found.values())


def with_digest(file: ForeignFile) -> ForeignFile:
    """The file with the digest of its bytes."""
    digest = hashlib.sha256()
    with file.path.open("rb") as opened:
        while data := opened.read(_CHUNK):
            digest.update(data)
    return replace(file, digest=f"sha256:{digest.hexdigest()}")


def first_date(file: ForeignFile) -> datetime:
    """The date of the first dated record of a file; the beginning of time where there is none among the first."""
    with file.path.open("rb") as opened:
        for found in islice(records(opened), _LOOKED_AT):
            if isinstance(found, ForeignRecord) and found.date is not None:
                return found.date
    return datetime.min.replace(tzinfo=UTC)


def records(
    file: BinaryIO,
    start: Place = BEGINNING,
    *,
    told: Callable[[int], None] = lambda _: None,
    max_block: int = MAX_BLOCK_BYTES,
) -> Iterator[Found]:
    """The records of an archive of any kind that is known, from a place on; the kind is told by its first bytes.
    `told` is given the offset in the file that was come to."""
    head = _beginning(file)
    if head.startswith(container.MAGIC):
        yield from _of_container(file, start, told, max_block)
        return
    walk = arc.walk_arc if head.startswith(arc.MAGIC) else walk_warc
    for found in walk(file, start, max_block=max_block):
        told(found.place.offset)
        yield found


def _of_container(
    file: BinaryIO, start: Place, told: Callable[[int], None], max_block: int
) -> Iterator[Found]:
    try:
        for info in container.entries(file):
            if isinstance(info, Damage):
                if info.place.entry >= start.entry:
                    yield info
                continue
            if info.filename < start.entry:
                continue
            with container.opened(file, info) as entry:
                there = replace(start, entry="") if info.filename == start.entry else BEGINNING
                for found in records(entry, there, max_block=max_block):
                    told(info.header_offset + found.place.offset)
                    yield replace(found, place=replace(found.place, entry=info.filename))
    except container.NoContainer as error:
        yield Damage(start, "container", str(error))


def _beginning(file: BinaryIO) -> bytes:
    """The first bytes of what a file holds, behind its compression."""
    file.seek(0)
    head = file.read(_BEGINNING)
    if head.startswith(GZIP):
        try:
            return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, 64)
        except zlib.error:
            return b""
    return head
