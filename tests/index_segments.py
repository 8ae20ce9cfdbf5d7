"""Segments for the tests of the codec: made of random documents, inverted by plain loops."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from hypothesis import strategies as st

from index.whoosh_engine.arrays import FieldArrays, SegmentArrays, ValueArrays

WORDS = ["a", "ab", "abc", "b", "ba", "été", "東京", "zebra", "\x00", "x" * 300]

Document = list[str]
"""The words of a field, in order."""


def inverted(documents: list[Document], *, places: bool = True) -> FieldArrays:
    """A field of these documents."""
    postings: dict[bytes, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for doc, words in enumerate(documents):
        for place, word in enumerate(words):
            postings[word.encode()][doc].append(place)
    terms = sorted(postings)
    runs = [(doc, found) for term in terms for doc, found in sorted(postings[term].items())]
    return FieldArrays(
        terms=terms,
        starts=np.cumsum([0] + [len(postings[term]) for term in terms], dtype=np.int64),
        docs=np.array([doc for doc, _ in runs], np.int64),
        freqs=np.array([len(found) for _, found in runs], np.int64),
        positions=np.array([place for _, found in runs for place in found], np.int64) if places else None,
        lengths=np.array([len(words) for words in documents], np.int64),
    )


def stemmed(exact: FieldArrays, documents: list[Document]) -> FieldArrays:
    """The field of their stems (here: the first letter of each word), which knows its words."""
    stems = inverted([[word[0] for word in words] for words in documents], places=False)
    forms = [
        [n for n, word in enumerate(exact.terms) if word.decode()[0].encode() == stem] for stem in stems.terms
    ]
    return FieldArrays(
        stems.terms, stems.starts, stems.docs, stems.freqs, None, stems.lengths, "body_exact",
        np.cumsum([0] + [len(numbers) for numbers in forms], dtype=np.int64),
        np.array([n for numbers in forms for n in numbers], np.int64),
    )  # fmt: skip


def column(rows: list[list[str]]) -> ValueArrays:
    """A column of these values."""
    values = sorted({value for row in rows for value in row})
    return ValueArrays(
        values,
        np.cumsum([0] + [len(row) for row in rows], dtype=np.int64),
        np.array([values.index(value) for row in rows for value in row], np.int64),
    )


@st.composite
def segments(draw: st.DrawFn) -> SegmentArrays:
    """A segment of up to a dozen documents."""
    size = draw(st.integers(0, 12))

    def each(one: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(one, min_size=size, max_size=size))

    documents = each(st.lists(st.sampled_from(WORDS), max_size=40))
    exact = inverted(documents)
    return SegmentArrays(
        size=size,
        fields={"body_exact": exact, "body": stemmed(exact, documents)},
        numbers={
            "id": np.array(each(st.integers(-(2**63), 2**63 - 1)), np.int64),
            "day": np.array(each(st.integers(739_000, 739_010)), np.int64),
        },
        values={"author": column(each(st.lists(st.text(max_size=8), max_size=3)))},
        stored=each(st.binary(max_size=20)),
        texts=each(st.binary(max_size=200)),
    )  # fmt: skip


def differences(one: object, other: object, at: str = "") -> list[str]:
    """Where two segments, or parts of them, are not the same."""
    if hasattr(one, "dtype") and hasattr(other, "dtype"):  # arrays, or what reads them
        one, other = one[:], other[:]
        return [] if np.array_equal(one, other) else [f"{at}: {one} != {other}"]
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        keys = [] if one.keys() == other.keys() else [f"{at}: {list(one)} != {list(other)}"]
        return keys + [
            d for k in one.keys() & other.keys() for d in differences(one[k], other[k], f"{at}/{k}")
        ]
    if isinstance(one, FieldArrays | ValueArrays | SegmentArrays) and type(one) is type(other):
        names = [field.name for field in fields(one) if field.compare]
        return [d for n in names for d in differences(getattr(one, n), getattr(other, n), f"{at}.{n}")]
    if isinstance(one, list) and isinstance(other, Iterable):  # records are read only when they are asked for
        other = list(other)
    return [] if one == other else [f"{at}: {one!r} != {other!r}"]
