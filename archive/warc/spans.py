"""What a writer remembers of what it wrote, so that a file can be closed without unpacking it again."""

from __future__ import annotations

from collections.abc import Iterator

from archive.warc.manifest import Entry, parse_entry

_MOST_BYTES = 32 << 20
"""Of some 200,000 records. What comes after them is walked when the file is closed."""


class Spans:
    """The members that were appended from byte `start` on, one behind the other, up to byte `end`."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.end = start
        self._lines = bytearray()

    def add(self, entry: Entry) -> None:
        """One more member; of no effect where one before it was not remembered."""
        if entry.offset == self.end and len(self._lines) < _MOST_BYTES:
            self._lines += entry.line().encode()
            self.end += entry.length

    def cut(self, end: int) -> None:
        """Forget what stood behind a byte."""
        while self.end > max(end, self.start):
            last = self._lines.rfind(b"\n", 0, -1) + 1
            self.end = int(self._lines[last:].split(b" ", 1)[0])
            del self._lines[last:]

    def entries(self) -> Iterator[Entry]:
        """The members, in order."""
        start = 0
        while start < len(self._lines):
            end = self._lines.index(b"\n", start)
            yield parse_entry(self._lines[start:end].decode())
            start = end + 1
