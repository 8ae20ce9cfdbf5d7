"""Disks that lose, change and refuse: what was acknowledged stays, and what was damaged is named with file, byte and
record. Numbers as in the list of hostile inputs."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import care, warc
from archive.care import Problem
from archive.model import Capture, Response
from archive.store import Store
from archive.warc import WarcWriter

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
FLIPS = 300


class Press:
    """Keeps pages as a crawl does: on the disk, then in the database."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self.writer = WarcWriter(folder, software="test")
        self.kept: list[Capture] = []

    def write(self, path: str, *, size: int = 100, known: bool = True) -> Capture:
        """A page of that address; the database lacks it unless it is `known`."""
        url = f"http://paper.example/{path}"
        text = random.Random(path).randbytes(size)
        raw = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>" + text
        request = f"GET /{path} HTTP/1.1\r\nHost: paper.example\r\n\r\n".encode()
        headers = (("content-type", "text/html"),)
        capture = self.writer.append(Response(url, 200, headers, b"", request, raw, "192.0.2.7", AT, 0.1))
        self.writer.append_metadata({"event": "test", "path": path}, refers_to=capture.record_id, at=AT)
        self.writer.sync()
        if known:
            with self.store.transaction() as tx:
                tx.add_capture(capture)
                tx.taken_in(self.writer.ends())
        self.kept.append(capture)
        return capture

    def close(self) -> str:
        """Close the file; its name."""
        (closed,) = self.writer.seal(AT)
        with self.store.transaction() as tx:
            tx.warc_file_closed(closed)
        return closed.name

    def check(self) -> list[Problem]:
        """What `verify` finds."""
        return list(care.check(self.store, self.folder))


@pytest.fixture
def press(store: Store, tmp_path: Path) -> Press:
    """An empty archive to keep pages in."""
    return Press(store, tmp_path / "warc")


# -- 49: bits that flip ------------------------------------------------------------------------------


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_hostile_49_every_bit_that_flips_in_a_closed_file_is_found_with_file_and_record(press: Press) -> None:
    """300 of them, some in the head of a gzip member, where unpacking does not notice."""
    for number in range(12):
        press.write(f"page-{number}")
    name = press.close()
    assert press.check() == []
    path = press.folder / name
    data, records = path.read_bytes(), list(warc.walk(press.folder, name))
    chance = random.Random("flips")
    heads = [8 * (record.place.offset + byte) for record in records for byte in (4, 8, 9)]
    for bit in (*heads, *(chance.randrange(8 * len(data)) for _ in range(FLIPS - len(heads)))):
        path.write_bytes(flipped(data, bit))
        hit = next(r for r in reversed(records) if r.place.offset <= bit // 8)
        problems = press.check()
        assert problems, bit
        first = problems[0]
        assert (first.code, first.file, first.offset) == ("damaged-record", name, hit.place.offset), bit
        assert first.record_id == hit.record_id
        assert hit.record_id in first.message
        assert first.where == f"{name} at byte {hit.place.offset}"
        assert {problem.offset for problem in problems} == {hit.place.offset}
    path.write_bytes(data)
    assert press.check() == []
