"""Records of some captures out of a WARC file: theirs and what is about them, no others, byte for byte."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import warc
from archive.errors import WarcError
from archive.model import Capture, RecordPlace, Response
from archive.warc import WarcWriter
from archive.warc.excerpt import AHEAD

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
SAID = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"

Keep = Callable[[str], Capture]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the WARC files."""
    return tmp_path / "warc"


@pytest.fixture
def writer(folder: Path) -> WarcWriter:
    """A writer of that folder."""
    return WarcWriter(folder, software="test")


@pytest.fixture
def keep(writer: WarcWriter) -> Keep:
    """Keeps a page of that name."""

    def kept(name: str) -> Capture:
        said = SAID + name.encode()
        url = f"http://paper.example/{name}"
        return writer.append(
            Response(url, 200, (), b"", b"GET / HTTP/1.1\r\n\r\n", said, "192.0.2.1", AT, 0.1)
        )

    return kept


def taken(
    folder: Path, captures: list[Capture], wanted: Collection[Capture]
) -> tuple[list[str], list[Capture]]:
    """What is in an excerpt, in words, and what is told as damaged."""
    damaged: list[Capture] = []
    places = [(capture.place, capture if capture in wanted else None) for capture in captures]
    about = {capture.record_id for capture in wanted}
    found = list(warc.excerpt(folder, captures[0].place.file, places, about, damaged.append))
    words = []
    for record in found:
        lines = gzip.decompress(record.packed).decode().rstrip().splitlines()
        kind = next(line.split(": ")[1] for line in lines if line.startswith("WARC-Type"))
        words.append(f"{kind} {lines[-1] if kind in ('response', 'metadata') else ''}".strip())
    return words, damaged


def test_a_capture_comes_with_its_request_and_what_is_told_of_it(
    folder: Path, writer: WarcWriter, keep: Keep
) -> None:
    one, two, three = keep("one"), keep("two"), keep("three")
    for number, capture in enumerate((two, one, two)):
        writer.append_metadata({"number": number}, refers_to=capture.record_id, at=AT)
    writer.append_metadata({"event": "source"}, refers_to="", at=AT)
    found, damaged = taken(folder, [one, two, three], [two])
    assert found == ["request", "response two", 'metadata {"number": 0}', 'metadata {"number": 2}']
    assert damaged == []
    assert taken(folder, [one, two, three], [])[0] == []


def test_the_bytes_are_those_of_the_file(folder: Path, keep: Keep) -> None:
    one = keep("one")
    found = list(warc.excerpt(folder, one.place.file, [(one.place, one)], {one.record_id}, lambda _: None))
    data = warc.path_of(folder, one.place.file).read_bytes()
    assert data.endswith(b"".join(record.packed for record in found))


def test_what_is_told_of_a_capture_is_looked_for_near_it(
    folder: Path, writer: WarcWriter, keep: Keep
) -> None:
    """So that a few articles of a large file do not cost the reading of all of it."""
    one = keep("one")
    others = [keep("other") for _ in range(AHEAD - 1)]
    writer.append_metadata({"is": "near"}, refers_to=one.record_id, at=AT)
    further = [keep("other"), keep("other")]
    writer.append_metadata({"is": "far"}, refers_to=one.record_id, at=AT)
    assert taken(folder, [one, *others, *further], [one])[0] == [
        "request",
        "response one",
        'metadata {"is": "near"}',
    ]


@pytest.mark.parametrize("byte", [0, 5, 40, -4])
def test_a_damaged_record_is_told_and_left_out(folder: Path, keep: Keep, byte: int) -> None:
    one, two = keep("one"), keep("two")
    path = warc.path_of(folder, one.place.file)
    data = bytearray(path.read_bytes())
    data[one.place.offset + byte + (one.place.length if byte < 0 else 0)] ^= 0x04
    path.write_bytes(data)
    found, damaged = taken(folder, [one, two], [one, two])
    if byte == 5:  # a time in the head of a member says nothing
        assert damaged == []
        return
    assert found[-1] == "response two"
    assert damaged == [one]


def test_another_record_at_its_place_is_none(folder: Path, keep: Keep) -> None:
    one, two = keep("one"), keep("two")
    other = Capture(**{name: getattr(one, name) for name in one.__slots__} | {"place": two.place})
    assert taken(folder, [other], [other])[1] == [other]


def test_a_file_that_is_closed_meanwhile_is_found_by_its_name(
    folder: Path, writer: WarcWriter, keep: Keep
) -> None:
    one = keep("one")
    before = taken(folder, [one], [one])
    warc.seal(folder, one.place.file, AT + timedelta(days=2))
    assert not warc.open_files(folder)
    assert taken(folder, [one], [one]) == before


def test_a_file_that_is_not_there_is_an_error(folder: Path) -> None:
    place = RecordPlace("2026/05/gone.warc.gz", 0, 9)
    with pytest.raises(WarcError, match=r"gone\.warc\.gz cannot be read"):
        list(warc.excerpt(folder, place.file, [(place, None)], (), lambda _: None))
