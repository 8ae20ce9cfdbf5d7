"""Segments that are cut short, overwritten or of another kind: said so, never read as if nothing were the matter."""

from __future__ import annotations

import runpy
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from whoosh.filedb.filestore import FileStorage

from index.errors import DamagedIndex
from index.whoosh_engine.arrays import SegmentArrays
from index.whoosh_engine.codec import FileSegment, open_segment, segment_path, write_segment
from index.whoosh_engine.storage import damage_named

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_segments.py"))))

DOCUMENTS = [["a", "b", "ab", "été"], [], ["b"] * 300, ["c", "a"] * 500, *[["a", f"w{n}"] for n in range(70)]]


def whole() -> SegmentArrays:
    """A segment that has something in nearly every section."""
    size = len(DOCUMENTS)
    exact = tools.inverted(DOCUMENTS)
    return SegmentArrays(
        size,
        {"body_exact": exact, "body": tools.stemmed(exact, DOCUMENTS)},
        {"id": np.arange(size) * 3, "gone": np.zeros(size, np.int64)},
        {"author": tools.column([[f"Ann {n % 5}"] * (n % 3) for n in range(size)])},
        [f"line {n}".encode() for n in range(size)],
        [" ".join(words).encode() * 30 for words in DOCUMENTS],
    )


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of that segment."""
    storage = FileStorage(str(tmp_path_factory.mktemp("segment")))
    write_segment(storage, "MAIN_1", whole())
    return segment_path(storage, "MAIN_1").read_bytes()


def opened(folder: Path, content: bytes) -> FileSegment:
    """A segment with this content."""
    (folder / "MAIN_1.segment").write_bytes(content)
    return open_segment(FileStorage(str(folder)), "MAIN_1")


def read(segment: FileSegment) -> SegmentArrays:
    """All of a segment, in all ways."""
    for name in segment.fields():
        field = segment.field(name)
        assert field is not None
        for number in range(field.count):
            field.find(field.term(number))
            field.docs(number), field.freqs(number), field.positions(number), field.bounds(number)
    [(segment.stored(doc), segment.text(doc)) for doc in range(segment.size)]
    return segment.arrays()


@pytest.mark.parametrize("part", range(0, 100, 3))
def test_a_file_that_was_cut_short_is_not_opened(tmp_path: Path, content: bytes, part: int) -> None:
    for length in {part, len(content) * part // 100, len(content) - part // 3 - 1}:
        with pytest.raises(DamagedIndex):
            opened(tmp_path, content[:length])
    with pytest.raises(DamagedIndex):
        opened(tmp_path, content + b"x")


@pytest.mark.parametrize("bit", range(8))
def test_a_changed_bit_is_found_or_changes_nothing(tmp_path: Path, content: bytes, bit: int) -> None:
    """What is neither found at opening nor by the check is the room between sections."""
    for place in range(bit, len(content), 53):
        changed = bytearray(content)
        changed[place] ^= 1 << bit
        try:
            segment = opened(tmp_path, bytes(changed))
            segment.check()
        except DamagedIndex:
            continue
        assert tools.differences(whole(), read(segment)) == [], place


@pytest.mark.parametrize("bit", range(0, 8, 3))
def test_damage_that_was_not_looked_for_ends_in_an_error_that_says_so(
    tmp_path: Path, content: bytes, bit: int
) -> None:
    for place in range(bit, len(content), 167):
        changed = bytearray(content)
        changed[place] ^= 1 << bit
        with suppress(DamagedIndex), damage_named():
            read(opened(tmp_path, bytes(changed)))


def test_sections_in_the_wrong_place_are_found(tmp_path: Path, content: bytes) -> None:
    middle = len(content) // 2
    swapped = content[:100] + content[middle : middle + 512] + content[612:]
    with pytest.raises(DamagedIndex):
        opened(tmp_path, swapped).check()


@pytest.mark.parametrize(
    "stranger", [b"", b"{}", b"\0" * 4096, b"\x89NEWSIX\n" + b"\xff" * 4096, b"PK\x03\x04" * 99]
)
def test_a_file_of_another_kind_is_not_opened(tmp_path: Path, stranger: bytes) -> None:
    with pytest.raises(DamagedIndex):
        opened(tmp_path, stranger)


def test_a_newer_version_is_said_to_be_one(
    tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.whoosh_engine.codec.container.VERSION", 2)
    with pytest.raises(DamagedIndex, match="version 1, not 2"):
        opened(tmp_path, content)


def test_a_segment_that_could_not_be_written_leaves_no_file(tmp_path: Path) -> None:
    arrays = replace(whole(), stored=[b"line", "no bytes"])
    with pytest.raises(TypeError):
        write_segment(FileStorage(str(tmp_path)), "MAIN_1", arrays)
    assert list(tmp_path.iterdir()) == []
