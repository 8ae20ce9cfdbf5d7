"""The index of a WACZ: a line for each capture, sorted, in compressed blocks with a list of where each begins.

Lines are sorted in parts that go to temporary files and are merged, so that memory stays flat.
"""

from __future__ import annotations

import gzip
import hashlib
import heapq
import json
import tempfile
from collections.abc import Iterator
from datetime import UTC
from itertools import islice
from types import TracebackType
from typing import IO, Self

from archive.model import Capture
from archive.urls import surt

_SORTED_AT_ONCE = 20_000
_LINES_OF_A_BLOCK = 1024


def line(capture: Capture, name: str, offset: int, length: int) -> str:
    """The line of a capture whose record stands in file `name` at a byte."""
    media_type = "warc/revisit" if capture.kind == "revisit" else capture.media_type
    fields = {
        "url": capture.url,
        "mime": media_type,
        # Of a 304 the record holds no head: what it confirms has a status.
        "status": str(capture.status)
        if capture.status not in (0, 304) and capture.kind != "resource"
        else "",
        "digest": capture.payload_digest,
        "length": str(length),
        "offset": str(offset),
        "filename": name,
    }
    said = json.dumps({key: value for key, value in fields.items() if value})
    key = surt(capture.url).replace(" ", "%20")
    return f"{key} {capture.captured_at.astimezone(UTC):%Y%m%d%H%M%S} {said}\n"


class SortedLines:
    """Takes lines in any order and gives them back sorted, once; used as a context, which ends its files."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._parts: list[IO[str]] = []

    def add(self, text: str) -> None:
        """One more line."""
        self._lines.append(text)
        if len(self._lines) == _SORTED_AT_ONCE:
            part = tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115  (closed on exit)
            self._parts.append(part)
            part.writelines(sorted(self._lines))
            part.seek(0)
            self._lines.clear()

    def __iter__(self) -> Iterator[str]:
        return heapq.merge(*self._parts, sorted(self._lines))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for part in self._parts:
            part.close()


def blocks(lines: Iterator[str], name: str) -> Iterator[tuple[bytes, str]]:
    """The lines in compressed blocks, each with its entry in the list of blocks; the first entry has the list's own
    first line before it. `name` is that of the file of blocks."""
    offset, before = 0, f"!meta 0 {json.dumps({'format': 'cdxj-gzip-1.0', 'filename': name})}\n"
    while block := list(islice(lines, _LINES_OF_A_BLOCK)):
        packed = gzip.compress("".join(block).encode(), mtime=0)
        place = {
            "offset": offset,
            "length": len(packed),
            "digest": f"sha256:{hashlib.sha256(packed).hexdigest()}",
        }
        key = block[0].partition(" {")[0]
        yield packed, f"{before}{key} {json.dumps(place)}\n"
        offset, before = offset + len(packed), ""
