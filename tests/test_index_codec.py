"""A segment is on disk what it was in memory."""

from __future__ import annotations

import runpy
import tempfile
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage
from whoosh.util.numeric import length_to_byte

from index.whoosh_engine.arrays import OpenSegment, SegmentArrays
from index.whoosh_engine.codec import FileSegment, open_segment, write_segment
from index.whoosh_engine.codec.container import Container, ContainerWriter
from index.whoosh_engine.codec.lengths import length_bytes
from index.whoosh_engine.codec.terms import TermTable, put_terms

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_segments.py"))))
WORDS, differences, segments = tools.WORDS, tools.differences, tools.segments


@contextmanager
def written(arrays: SegmentArrays) -> Iterator[FileSegment]:
    """The segment, written and opened again."""
    with tempfile.TemporaryDirectory() as folder:
        storage = FileStorage(folder)
        write_segment(storage, "MAIN_1", arrays)
        yield open_segment(storage, "MAIN_1")


@given(segments())
def test_a_segment_comes_back_as_it_was_written(arrays: SegmentArrays) -> None:
    with written(arrays) as segment:
        segment.check()
        assert differences(arrays, segment.arrays()) == []


@given(segments(), st.data())
def test_any_stretch_of_a_field_is_read_by_itself(arrays: SegmentArrays, data: st.DataObject) -> None:
    with written(arrays) as segment:
        for name, wanted in arrays.fields.items():
            field = segment.arrays().fields[name]
            for had, found in (
                (wanted.docs, field.docs),
                (wanted.freqs, field.freqs),
                (wanted.positions, field.positions),
            ):
                if had is not None and found is not None:
                    ends = st.integers(0, len(had))
                    low, high = data.draw(ends), data.draw(ends)
                    assert len(found) == len(had)
                    assert found[low:high].tolist() == had[low:high].tolist()


@given(segments(), st.sampled_from([*WORDS, "", "aa", "zz", "\x01"]), st.sampled_from([None, *WORDS]))
def test_terms_are_found_by_their_bytes(arrays: SegmentArrays, low: str, high: str | None) -> None:
    low_bytes, high_bytes = low.encode(), None if high is None else high.encode()
    with written(arrays) as segment:
        for name, field in arrays.fields.items():
            found = segment.field(name)
            assert found is not None
            assert found.count == len(field.terms)
            assert found.find(low_bytes) == (field.terms.index(low_bytes) if low_bytes in field.terms else -1)
            expected = [t for t in field.terms if t >= low_bytes and (high_bytes is None or t < high_bytes)]
            first, end = found.between(low_bytes, high_bytes)
            assert found.terms(first, end) == expected
            if first < end:
                docs = field.docs[field.starts[first] : field.starts[end]]
                assert np.array_equal(found.docs_between(first, end), docs)
            assert [found.term(number) for number in range(first, end)] == expected


@given(st.sets(st.binary(min_size=1, max_size=2), max_size=400), st.lists(st.binary(max_size=3), max_size=20))
def test_a_term_is_found_among_many(terms: set[bytes], others: list[bytes]) -> None:
    known = sorted(terms)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "terms"
        with ContainerWriter(path) as file:
            put_terms(file, "words", known)
            file.finish({})
        table = TermTable(Container(path), "words")
        assert [table.find(term) for term in known] == list(range(len(known)))
        for term in others:
            assert table.place(term) == bisect_left(known, term)
            assert table.find(term) == (known.index(term) if term in terms else -1)


@given(segments())
def test_each_term_has_its_postings(arrays: SegmentArrays) -> None:
    with written(arrays) as segment:
        for name, field in arrays.fields.items():
            found = segment.field(name)
            assert found is not None
            lengths = np.array([length_to_byte(length) for length in field.lengths.tolist()], np.uint8)
            assert np.array_equal(found.lengths, lengths)
            assert found.total == field.lengths.sum()
            assert np.array_equal(found.doc_freqs, np.diff(field.starts))
            place = 0
            for number, (start, end) in enumerate(zip(field.starts, field.starts[1:], strict=False)):
                docs, freqs = field.docs[start:end], field.freqs[start:end]
                assert np.array_equal(found.docs(number), docs)
                assert np.array_equal(found.freqs(number), freqs)
                assert found.bounds(number) == (freqs.max(), lengths[docs].min())
                if field.positions is not None:
                    assert np.array_equal(
                        found.positions(number), field.positions[place : place + freqs.sum()]
                    )
                    place += freqs.sum()
                if field.forms is not None and field.forms_starts is not None:
                    forms = field.forms[field.forms_starts[number] : field.forms_starts[number + 1]]
                    assert np.array_equal(found.forms(number), forms)


@given(segments())
def test_columns_and_records_are_read_one_by_one(arrays: SegmentArrays) -> None:
    with written(arrays) as segment:
        assert segment.size == arrays.size
        assert [segment.stored(doc) for doc in range(segment.size)] == arrays.stored
        assert [segment.text(doc) for doc in range(segment.size)] == arrays.texts
        assert (
            differences(dict(arrays.numbers), {name: segment.numbers(name) for name in arrays.numbers}) == []
        )
        assert differences(dict(arrays.values), {name: segment.values(name) for name in arrays.values}) == []


def test_a_name_is_not_used_twice(tmp_path: Path) -> None:
    empty = SegmentArrays(0, {}, {"id": np.zeros(0, np.int64)}, {}, [], [])
    write_segment(FileStorage(str(tmp_path)), "MAIN_1", empty)
    with pytest.raises(FileExistsError):
        write_segment(FileStorage(str(tmp_path)), "MAIN_1", empty)
    segment: OpenSegment = open_segment(FileStorage(str(tmp_path)), "MAIN_1")
    assert (segment.name, segment.size, list(segment.fields()), segment.field("body")) == (
        "MAIN_1",
        0,
        [],
        None,
    )


def test_long_texts_and_frequent_words_come_back_too() -> None:
    lengths = [3, 1_000, 300, 70_000, 400, 0, *[300] * 400]
    exact = tools.inverted([[("a" if n % 3 else f"w{n % 700}") for n in range(length)] for length in lengths])
    size = len(lengths)
    nothing = [b""] * size
    with written(
        SegmentArrays(size, {"body_exact": exact}, {"id": np.arange(size)}, {}, nothing, nothing)
    ) as segment:
        assert differences({"body_exact": exact}, segment.arrays().fields) == []
        field = segment.field("body_exact")
        assert field is not None
        ends = np.concatenate(([0], np.cumsum(exact.freqs)))[exact.starts]
        for number in (0, 1, 100, field.count - 1):
            assert exact.positions is not None
            positions = exact.positions[ends[number] : ends[number + 1]]
            assert np.array_equal(field.positions(number), positions)
            for every in (1, 3, 97, 1_001):
                some = np.arange(len(positions))[every // 2 :: every]
                assert np.array_equal(field.positions_at(number, some), positions[some])
            of_term = slice(exact.starts[number], exact.starts[number + 1])
            own = np.concatenate(([0], np.cumsum(exact.freqs[of_term])))
            for first, end in ((0, len(own) - 1), (len(own) // 2, len(own) - 1), (0, len(own) // 2), (0, 0)):
                places = positions[own[first] : own[end]]
                assert np.array_equal(field.positions(number, first, end), places)
                for every in (1, 97):
                    some = np.arange(len(places))[::every]
                    assert np.array_equal(field.positions_at(number, some, first, end), places[some])
            assert np.array_equal(field.freqs(number), exact.freqs[of_term])
            assert field.bounds(number)[0] == exact.freqs[of_term].max()


def test_texts_are_small_beside_a_sample_of_them() -> None:
    texts = [
        f"The court said on day {n} that {n * 7919 % 1009} people were heard. ".encode() * 9
        for n in range(1_500)
    ]
    with written(SegmentArrays(1_500, {}, {"id": np.arange(1_500)}, {}, [b""] * 1_500, texts)) as segment:
        assert list(segment.arrays().texts) == texts
        assert segment.text(1_499) == texts[1_499]


def test_lengths_have_the_byte_that_whoosh_gives_them() -> None:
    lengths = [*range(3_000), *range(100_000, 120_000, 7), 10**9]
    assert length_bytes(np.array(lengths)).tolist() == [length_to_byte(length) for length in lengths]


def test_the_page_on_the_format_names_every_section() -> None:
    page = (Path(__file__).parent.parent / "docs" / "index-format.md").read_text(encoding="utf-8")
    exact = tools.inverted([["a"] * 300, ["b"]])
    fields = {"body_exact": exact, "body": tools.stemmed(exact, [["a"] * 300, ["b"]])}
    columns = {"author": tools.column([["Ann", "Bo"], []])}
    with written(
        SegmentArrays(2, fields, {"id": np.arange(2)}, columns, [b"", b"x"], [b"", b"x"])
    ) as segment:
        names = {
            name.split("/", 2)[-1] if name.startswith(("field/", "value/")) else name
            for name in segment.sections()
        }
    assert [
        name for name in names - {"number/id"} if f"`{name}`" not in page and f"…/{name}`" not in page
    ] == []
