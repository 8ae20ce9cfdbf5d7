"""The columns of an index as numpy arrays over all its documents, for facets, filters and order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import IndexReader

from index.schema import SEPARATOR, UNDATED_DAY

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]

TEXT_FACETS = ("author", "source", "section", "language")


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """Values of a field that has any number of them in a document: `codes[k]` is the number of a value in
    `values`, held by document `docs[k]`."""

    values: tuple[str, ...]
    docs: Ints
    codes: Ints

    def counts(self, chosen: Mask) -> Ints:
        """For each value, how many of the chosen documents hold it."""
        return np.bincount(self.codes[chosen[self.docs]], minlength=len(self.values))

    def holders(self, codes: list[int], size: int) -> Mask:
        """The documents that hold one of these values."""
        mask = np.zeros(size, bool)
        mask[self.docs[np.isin(self.codes, codes)]] = True
        return mask

    def have_any(self, size: int) -> Mask:
        """The documents that hold a value at all."""
        mask = np.zeros(size, bool)
        mask[self.docs] = True
        return mask


@dataclass(frozen=True, slots=True)
class Columns:
    """All columns, by document number. `day` counts days as `date.toordinal()`, 0 for undated; `published` is
    in microseconds since 1970; `live` is False for documents that were deleted."""

    live: Mask
    id: Ints
    revision: Ints
    published: Ints
    day: Ints
    facets: dict[str, ValueColumn]

    @property
    def dated(self) -> Mask:
        """The documents with a publication date."""
        return np.not_equal(self.day, UNDATED_DAY)

    @property
    def size(self) -> int:
        """Documents, deleted ones too."""
        return len(self.live)


@dataclass(frozen=True, slots=True)
class SegmentColumns:
    """The columns of one segment; a segment never changes, so they are read once."""

    numbers: dict[str, Ints]
    texts: dict[str, list[str]]


def read_segment(reader: IndexReader) -> SegmentColumns:
    """The columns of a segment reader."""
    numbers = {
        name: np.fromiter(iter(reader.column_reader(f"c_{name}", translate=False)), np.int64)
        for name in ("id", "revision", "published", "day")
    }
    texts = {
        name: [value.decode() for value in reader.column_reader(f"c_{name}", translate=False)]
        for name in TEXT_FACETS
    }
    return SegmentColumns(numbers, texts)


def join(segments: list[SegmentColumns], live: list[Mask]) -> Columns:
    """The columns of a whole index."""

    def numbers(name: str) -> Ints:
        return np.concatenate([np.zeros(0, np.int64), *(s.numbers[name] for s in segments)])

    day = numbers("day")
    facets = {name: _values([text for s in segments for text in s.texts[name]]) for name in TEXT_FACETS}
    facets["year"] = _periods(day, "Y")
    facets["month"] = _periods(day, "M")
    return Columns(
        np.concatenate([np.zeros(0, bool), *live]),
        numbers("id"),
        numbers("revision"),
        numbers("published"),
        day,
        facets,
    )


def _values(texts: list[str]) -> ValueColumn:
    known: dict[str, int] = {}
    docs, codes = [], []
    for doc, text in enumerate(texts):
        if text:
            for value in text.split(SEPARATOR):
                docs.append(doc)
                codes.append(known.setdefault(value, len(known)))
    return ValueColumn(tuple(known), np.array(docs, np.int64), np.array(codes, np.int64))


def _periods(day: Ints, unit: str) -> ValueColumn:
    """Years or months of the days of the documents that have one."""
    docs = np.flatnonzero(day != UNDATED_DAY)
    periods, codes = np.unique(as_dates(day[docs]).astype(f"datetime64[{unit}]"), return_inverse=True)
    return ValueColumn(tuple(str(p) for p in periods), docs.astype(np.int64), codes.astype(np.int64))


_ORDINAL_OF_1970 = 719_163


def as_dates(day: Ints) -> NDArray[np.datetime64]:
    """Ordinals of days as numpy dates."""
    return (day - _ORDINAL_OF_1970).astype("datetime64[D]")
