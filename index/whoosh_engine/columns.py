"""The columns of an index as numpy arrays over all its documents, for facets, filters and order.

A column is put together from those of the segments when it is first asked for: most searches need few of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import NDArray

from index.model import COPIES, EDITED, WORD_BANDS
from index.schema import NEVER, UNDATED_DAY
from index.whoosh_engine.arrays import Ints
from index.whoosh_engine.shelves import Mask, Shelves
from index.whoosh_engine.stories import Stories, find_stories

Docs = NDArray[np.intp]

_FEW = 16
"""Of a sixteenth of all documents the values are looked up; of more all values are gone through."""


class ValueColumn:
    """Values that documents hold: `codes[k]` is the number of a value in `values`, held by document `docs[k]`, which
    ascend. `size` counts the documents of the index."""

    def __init__(self, values: Iterable[str], docs: Docs, codes: Docs, size: int) -> None:
        self.values = tuple(values)
        self.docs = docs
        self.codes = codes
        self.size = size

    def counts(self, chosen: Docs | Mask) -> Ints:
        """For each value, how many of the chosen documents hold it: distinct numbers, or a place for each."""
        docs = np.flatnonzero(chosen) if chosen.dtype == bool else cast("Docs", chosen)
        if self._only is not None:
            return np.bincount(self._only.take(docs), minlength=len(self.values) + 1)[:-1]
        if len(docs) * _FEW < self.size:
            return np.bincount(self.codes.take(self._held_by(docs)), minlength=len(self.values))
        mask = np.zeros(self.size, bool)
        mask[docs] = True
        return np.bincount(self.codes.compress(mask.take(self.docs)), minlength=len(self.values))

    def _held_by(self, chosen: Docs) -> Docs:
        """Where the values of these documents stand: what a document holds is side by side."""
        first = self.docs.searchsorted(chosen)
        held = self.docs.searchsorted(chosen, side="right") - first
        before = np.cumsum(held) - held
        return np.repeat(first - before, held) + np.arange(held.sum())

    def holders(self, codes: Iterable[int], size: int) -> Mask:
        """The documents that hold one of these values."""
        mask = np.zeros(size, bool)
        order, starts = self._by_value
        for code in codes:
            mask[self.docs.take(order[starts[code] : starts[code + 1]])] = True
        return mask

    def have_any(self, size: int) -> Mask:
        """The documents that hold a value at all."""
        mask = np.zeros(size, bool)
        mask[self.docs] = True
        return mask

    def missing(self, chosen: Docs) -> int:
        """How many of some documents hold no value."""
        return len(chosen) - int(np.count_nonzero(self._holding.take(chosen)))

    def codes_of(self, folded: str) -> tuple[int, ...]:
        """The numbers of a value in any spelling of upper and lower case."""
        return self._codes.get(folded, ())

    @cached_property
    def alphabetical(self) -> Docs:
        """The numbers of the values in the order of the alphabet."""
        return np.array(sorted(range(len(self.values)), key=self.values.__getitem__), np.intp)

    @cached_property
    def _codes(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, tuple[int, ...]] = {}
        for code, value in enumerate(self.values):
            folded = value.casefold()
            found[folded] = (*found.get(folded, ()), code)
        return found

    @cached_property
    def _holding(self) -> Mask:
        return self.have_any(self.size)

    @cached_property
    def _only(self) -> Docs | None:
        """By document the one value that it holds, `len(values)` where it holds none; None where some hold
        several."""
        if len(self.docs) > 1 and not (self.docs[1:] > self.docs[:-1]).all():
            return None
        only = np.full(self.size, len(self.values), np.intp)
        only[self.docs] = self.codes
        return only

    @cached_property
    def _by_value(self) -> tuple[Docs, Docs]:
        """Where each value is held, value after value; and where those of each begin."""
        starts = np.zeros(len(self.values) + 1, np.intp)
        np.cumsum(np.bincount(self.codes, minlength=len(self.values)), out=starts[1:])
        return np.argsort(self.codes, kind="stable"), starts


class Columns:
    """All columns, by document number. `day` counts days as `date.toordinal()`, 0 for undated; `published` is in
    microseconds since 1970, `edited` too, NEVER where nothing was; `live` is False for documents that were deleted,
    `story` is the same number for all documents of a story."""

    def __init__(self, shelves: Shelves) -> None:
        self._shelves = shelves
        self._numbers: dict[str, Ints] = {}
        self._facets: dict[str, ValueColumn] = {}
        self.size = shelves.documents

    def numbers(self, name: str) -> Ints:
        """A column of numbers: see `index.schema.NUMBERS`."""
        found = self._numbers.get(name)
        if found is None:
            columns = [shelf.segment.numbers(name) for shelf in self._shelves]
            found = columns[0] if len(columns) == 1 else np.concatenate([np.zeros(0, np.int64), *columns])
            self._numbers[name] = found
        return found

    def facet(self, name: str) -> ValueColumn:
        """A column of values: those of `index.schema.VALUES`, and those made of numbers."""
        found = self._facets.get(name)
        if found is None:
            make = _MADE.get(name)
            found = self._facets[name] = make(self) if make else self._joined(name)
        return found

    @property
    def id(self) -> Ints:
        return self.numbers("id")

    @property
    def revision(self) -> Ints:
        return self.numbers("revision")

    @property
    def published(self) -> Ints:
        return self.numbers("published")

    @property
    def day(self) -> Ints:
        return self.numbers("day")

    @property
    def story(self) -> Ints:
        return self.numbers("story")

    @property
    def edits(self) -> Ints:
        return self.numbers("edits")

    @property
    def edited(self) -> Ints:
        return self.numbers("edited")

    @cached_property
    def gone(self) -> Mask:
        return self.numbers("gone").astype(bool)

    @cached_property
    def dated(self) -> Mask:
        """The documents with a publication date."""
        return np.not_equal(self.day, UNDATED_DAY)

    @cached_property
    def month_number(self) -> Ints:
        """The month of publication, counted from January of the year 0; of no meaning where it is undated."""
        months: Ints = as_dates(self.day).astype("datetime64[M]").astype(np.int64) + 1970 * 12
        return months

    @cached_property
    def live(self) -> Mask:
        live = np.ones(self.size, bool)
        for shelf in self._shelves:
            if shelf.live is not None:
                live[shelf.places] = shelf.live
        return live

    @cached_property
    def stories(self) -> Stories:
        return find_stories(self.live, self.story, first=self.numbers("first"), ids=self.id)

    def _joined(self, name: str) -> ValueColumn:
        """The columns of the segments as one, with the values of all in their order."""
        columns = [shelf.segment.values(name) for shelf in self._shelves]
        values = sorted(set().union(*(column.values for column in columns)))
        known = {value: code for code, value in enumerate(values)}
        docs, codes = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)]
        for shelf, column in zip(self._shelves, columns, strict=True):
            of_all = np.fromiter(map(known.__getitem__, column.values), np.intp, len(column.values))
            held = np.diff(column.starts)
            docs.append(np.repeat(np.arange(shelf.base, shelf.base + len(held), dtype=np.intp), held))
            codes.append(of_all.take(column.codes))
        return ValueColumn(values, np.concatenate(docs), np.concatenate(codes), self.size)


def _chosen(values: tuple[str, ...], codes: Ints | Mask) -> ValueColumn:
    """One of these values for each document, by its number."""
    return ValueColumn(values, np.arange(len(codes), dtype=np.intp), codes.astype(np.intp), len(codes))


def _periods(day: Ints, unit: str) -> ValueColumn:
    """Years or months of the days of the documents that have one."""
    docs = np.flatnonzero(day != UNDATED_DAY)
    periods, codes = np.unique(as_dates(day[docs]).astype(f"datetime64[{unit}]"), return_inverse=True)
    return ValueColumn((str(p) for p in periods), docs, codes.astype(np.intp), len(day))


_LONGEST = np.array([int(band.partition("-")[2]) for band in WORD_BANDS[:-1]])
"""The most words of each band but the last."""

_MADE: dict[str, Callable[[Columns], ValueColumn]] = {
    "year": lambda columns: _periods(columns.day, "Y"),
    "month": lambda columns: _periods(columns.day, "M"),
    "day": lambda columns: _periods(columns.day, "D"),
    "words": lambda columns: _chosen(WORD_BANDS, np.searchsorted(_LONGEST, columns.numbers("words"))),
    "copies": lambda columns: _chosen(COPIES, columns.stories.copies),
    "edited": lambda columns: _chosen(EDITED, np.minimum(columns.edits, len(EDITED) - 1)),
}

_ORDINAL_OF_1970 = 719_163
_MICROSECONDS_OF_A_DAY = 24 * 3600 * 1_000_000


def day_of(instants: Ints) -> Ints:
    """The days of instants in UTC, as `date.toordinal()`; UNDATED_DAY of NEVER."""
    days = instants // _MICROSECONDS_OF_A_DAY + _ORDINAL_OF_1970
    return np.where(instants == NEVER, UNDATED_DAY, days)


def as_dates(day: Ints) -> NDArray[np.datetime64]:
    """Ordinals of days as numpy dates."""
    return (day - _ORDINAL_OF_1970).astype("datetime64[D]")
