"""The columns of an index as numpy arrays over all its documents, for facets, filters and order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.model import COPIES, EDITED
from index.schema import NEVER, UNDATED_DAY
from index.whoosh_engine.arrays import ValueArrays
from index.whoosh_engine.codec import FileSegment
from index.whoosh_engine.stories import Stories, find_stories

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
    in microseconds since 1970, `edited` too, NEVER where nothing was; `live` is False for documents that were
    deleted, `story` is the same number for all documents of a story."""

    live: Mask
    id: Ints
    revision: Ints
    published: Ints
    day: Ints
    story: Ints
    edits: Ints
    edited: Ints
    gone: Mask
    stories: Stories
    facets: dict[str, ValueColumn]

    @property
    def dated(self) -> Mask:
        """The documents with a publication date."""
        return np.not_equal(self.day, UNDATED_DAY)

    @property
    def size(self) -> int:
        """Documents, deleted ones too."""
        return len(self.live)


def join(segments: list[FileSegment], live: list[Mask]) -> Columns:
    """The columns of a whole index."""

    def numbers(name: str) -> Ints:
        return np.concatenate([np.zeros(0, np.int64), *(s.numbers(name) for s in segments)])

    everywhere = np.concatenate([np.zeros(0, bool), *live])
    day, story, edits, edited = numbers("day"), numbers("story"), numbers("edits"), numbers("edited")
    stories = find_stories(everywhere, story, first=numbers("first"), ids=numbers("id"))
    facets = {name: _values([s.values(name) for s in segments]) for name in TEXT_FACETS}
    facets["year"] = _periods(day, "Y")
    facets["month"] = _periods(day, "M")
    facets["copies"] = _chosen(COPIES, stories.copies)
    facets["edited"] = _chosen(EDITED, np.minimum(edits, len(EDITED) - 1))
    return Columns(
        live=everywhere,
        id=numbers("id"),
        revision=numbers("revision"),
        published=numbers("published"),
        day=day,
        story=story,
        edits=edits,
        edited=edited,
        gone=numbers("gone").astype(bool),
        stories=stories,
        facets=facets,
    )


def _values(columns: list[ValueArrays]) -> ValueColumn:
    known = sorted({value for column in columns for value in column.values})
    numbers = {value: number for number, value in enumerate(known)}
    docs, codes, first = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], 0
    for column in columns:
        held = np.diff(column.starts)
        docs.append(first + np.repeat(np.arange(len(held)), held))
        table = np.array([numbers[value] for value in column.values], np.int64)
        codes.append(table[column.codes])
        first += len(held)
    return ValueColumn(tuple(known), np.concatenate(docs), np.concatenate(codes))


def _chosen(values: tuple[str, ...], codes: Ints | Mask) -> ValueColumn:
    """One of these values for each document, by its number."""
    return ValueColumn(values, np.arange(len(codes), dtype=np.int64), codes.astype(np.int64))


def _periods(day: Ints, unit: str) -> ValueColumn:
    """Years or months of the days of the documents that have one."""
    docs = np.flatnonzero(day != UNDATED_DAY)
    periods, codes = np.unique(as_dates(day[docs]).astype(f"datetime64[{unit}]"), return_inverse=True)
    return ValueColumn(tuple(str(p) for p in periods), docs.astype(np.int64), codes.astype(np.int64))


_ORDINAL_OF_1970 = 719_163
_MICROSECONDS_OF_A_DAY = 24 * 3600 * 1_000_000


def day_of(instants: Ints) -> Ints:
    """The days of instants in UTC, as `date.toordinal()`; UNDATED_DAY of NEVER."""
    days = instants // _MICROSECONDS_OF_A_DAY + _ORDINAL_OF_1970
    return np.where(instants == NEVER, UNDATED_DAY, days)


def as_dates(day: Ints) -> NDArray[np.datetime64]:
    """Ordinals of days as numpy dates."""
    return (day - _ORDINAL_OF_1970).astype("datetime64[D]")
