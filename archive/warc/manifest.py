"""The manifest of a closed WARC file: what it holds, byte for byte. Text, so that a person and any other program can
check a file by it, with `sha256sum` and `dd` if need be.

    newsarchive-manifest 1
    file NAME
    bytes N
    sha256 HEX
    records N
    OFFSET LENGTH SHA256HEX TYPE RECORD-ID      a line for each gzip member, in order, without a gap
    end SHA256HEX                               of all lines before
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.errors import WarcError

_HEAD = re.compile(
    r"newsarchive-manifest 1\nfile ([^\n]+)\nbytes (\d{1,18})\nsha256 ([0-9a-f]{64})\nrecords (\d{1,18})\n"
)
_END = re.compile(rb"end ([0-9a-f]{64})\n")
_HEAD_LINES = 5
_LONGEST_LINE = 1 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One gzip member: where it stands, its SHA-256 as hexadecimal digits, and which record it holds."""

    offset: int
    length: int
    sha256: str
    kind: str
    record_id: str

    def line(self) -> str:
        """Its line."""
        return f"{self.offset} {self.length} {self.sha256} {_word(self.kind)} {_word(self.record_id)}\n"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the manifest at `path` says of its file as a whole; its entries are read anew each time."""

    path: Path
    file: str
    bytes: int
    sha256: str
    records: int

    def entries(self) -> Iterator[Entry]:
        """The members, in order. WarcError where the manifest has changed meanwhile."""
        with self.path.open(encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines):
                if _HEAD_LINES <= number < _HEAD_LINES + self.records:
                    yield parse_entry(line)


def head(file: str, size: int, sha256: str, records: int) -> str:
    """The lines before those of the members."""
    return f"newsarchive-manifest 1\nfile {file}\nbytes {size}\nsha256 {sha256}\nrecords {records}\n"


def parse_entry(line: str) -> Entry:
    """The entry of a line; WarcError where it is none."""
    try:
        offset, length, sha256, kind, record_id = line.removesuffix("\n").split(" ")
        return Entry(int(offset), int(length), sha256, kind, record_id)
    except ValueError as error:
        raise WarcError(f"This line of a manifest tells of no record: {line!r}.") from error


def read_manifest(path: Path) -> Manifest:
    """The manifest at a path, checked by its own last line. WarcError where it cannot be read or was changed."""
    hasher, lines, last, first = hashlib.sha256(), 0, b"", b""
    try:
        with path.open("rb") as file:
            while line := file.readline(_LONGEST_LINE):
                hasher.update(last)
                if lines <= _HEAD_LINES:
                    first += last
                last = line
                lines += 1
    except OSError as error:
        raise WarcError(f"{path} cannot be read: {error.strerror}.") from error
    said, end = _HEAD.fullmatch(first.decode("utf-8", "replace")), _END.fullmatch(last)
    if end is None or end[1].decode() != hasher.hexdigest() or said is None:
        raise WarcError(f"{path} is damaged: its last line is not the SHA-256 of those before it.")
    name, size, sha256, records = said.groups()
    if int(records) != lines - _HEAD_LINES - 1:
        raise WarcError(f"{path} is damaged: it does not have the {records} records that it says.")
    return Manifest(path, name, int(size), sha256, int(records))


def _word(text: str) -> str:
    """Text as one word of a line, "-" for none: ids of other programs may have blanks in them."""
    return "".join(text.split()) or "-"
