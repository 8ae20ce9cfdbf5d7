"""What a facet counts: the values of a field over a whole index, segment by segment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from index.model import MISSING
from index.whoosh_engine.arrays import AnyInts, Ints
from index.whoosh_engine.days import UNDATED, Calendar, Unit, period, period_number
from index.whoosh_engine.listed import Listed
from index.whoosh_engine.matchers import Docs, Mask
from index.whoosh_engine.numbering import NOTHING, Numbering
from index.whoosh_engine.shelves import Shelf
from index.whoosh_engine.valuecolumn import ValueColumn

_NONE = np.zeros(0, np.uint8)
_FEW = 64
"""Where there are so many times as many values as are held, these are sorted, not counted by number."""

_MANY = 1_000
"""Where so many times as many are held as there are values, each value is counted by itself."""


class Commit(Protocol):
    """What is to be known of a commit to count documents of it."""

    @property
    def size(self) -> int:
        """How many documents there are, deleted ones too."""
        ...

    @property
    def calendar(self) -> Calendar:
        """Their days."""
        ...

    def facet(self, name: str) -> FacetColumn:
        """Their values."""
        ...


class Chosen:
    """Documents to be counted, segment by segment. What was counted is remembered."""

    def __init__(self, commit: Commit, parts: Sequence[tuple[Shelf, Docs]]) -> None:
        self._commit = commit
        self._counts: dict[str, Counts] = {}
        self.parts = parts

    def counts(self, name: str) -> Counts:
        """How many hold each value of a facet."""
        found = self._counts.get(name)
        if found is None:
            found = self._counts[name] = self._commit.facet(name).counts(self)
        return found

    @property
    def mask(self) -> Mask:
        """The same with a place for each document of the index."""
        mask = np.zeros(self._commit.size, bool)
        for shelf, docs in self.parts:
            mask[shelf.places][docs] = True
        return mask

    @cached_property
    def by_day(self) -> Ints:
        """How many are of each day of the calendar: years, months, days and the histogram are made of these."""
        return self._commit.calendar.counts((shelf.base, docs) for shelf, docs in self.parts)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many documents hold each of some values, at least one each, by the numbers of these, which ascend;
    `missing` hold none."""

    numbers: Ints
    counts: Ints
    missing: int

    @classmethod
    def of(cls, counts: Ints, missing: int) -> Counts:
        """From a count for each number from 1 on."""
        held = counts.nonzero()[0]
        return cls(held + 1, counts.take(held), missing)

    @classmethod
    def of_few(cls, held: AnyInts) -> Counts:
        """From the number of each value that a document holds, NOTHING for one that holds none."""
        numbers, counts = np.unique(held, return_counts=True)
        missing = int(counts[0]) if len(numbers) and numbers[0] == NOTHING else 0
        first = 1 if missing else 0
        return cls(numbers[first:].astype(np.int64), counts[first:], missing)


class FacetColumn(Protocol):
    """The values of a field, by numbers from 1 on; NOTHING stands for no value."""

    @property
    def values(self) -> Sequence[str]:
        """All of them by number, MISSING the first."""
        ...

    def value(self, number: int) -> str:
        """One of them."""
        ...

    def counts(self, chosen: Chosen) -> Counts:
        """How many documents hold each."""
        ...

    def spellings(self, folded: str) -> tuple[int, ...]:
        """The numbers of a value in any spelling of upper and lower case."""
        ...

    def standing(self, numbers: Ints) -> Ints:
        """Where some values stand among equals: the more the further in front, less than 2^32 in any case."""
        ...

    def holding(self, shelf: Shelf, numbers: Sequence[int]) -> Listed:
        """The documents of a segment that hold one of some values; NOTHING stands for those without any."""
        ...


class Values:
    """Values that segments have columns of; these are named by the first document of the segment in the index."""

    def __init__(self, numbering: Numbering, columns: Iterable[tuple[int, ValueColumn]]) -> None:
        self._columns = dict(columns)
        self._numbering = numbering

    @property
    def values(self) -> Sequence[str]:
        return self._numbering.values

    def value(self, number: int) -> str:
        return self._numbering.values[number]

    def counts(self, chosen: Chosen) -> Counts:
        held = [
            numbers for shelf, docs in chosen.parts for numbers in self._columns[shelf.base].held_by(docs)
        ]
        numbers = np.concatenate([_NONE, *held])
        size = len(self._numbering.values)
        if len(numbers) * _FEW < size:
            return Counts.of_few(numbers)
        each = len(numbers) > _MANY * size
        counts = _each(numbers, size) if each else np.bincount(numbers, minlength=NOTHING + 1)
        return Counts.of(counts[NOTHING + 1 :], missing=int(counts[NOTHING]))

    def spellings(self, folded: str) -> tuple[int, ...]:
        return self._numbering.spellings(folded)

    def standing(self, numbers: Ints) -> Ints:
        return self._numbering.standing(numbers)

    def holding(self, shelf: Shelf, numbers: Sequence[int]) -> Listed:
        return self._columns[shelf.base].holding(numbers)


def _each(numbers: AnyInts, size: int) -> Ints:
    """What `bincount` says of few different numbers, in less time: they are compared many at once."""
    return np.array([np.count_nonzero(numbers == number) for number in range(size)], np.int64)


class Dates:
    """Years, months or days of publication, the newest first among equals."""

    def __init__(self, calendar: Calendar, unit: Unit) -> None:
        self._calendar = calendar
        self._periods = calendar.periods[unit]
        self._unit = unit

    @cached_property
    def values(self) -> Sequence[str]:
        return [MISSING, *(period(self._unit, number) for number in self._periods.numbers.tolist())]

    def value(self, number: int) -> str:
        return period(self._unit, int(self._periods.numbers[number - 1]))

    def counts(self, chosen: Chosen) -> Counts:
        by_day = chosen.by_day
        return Counts.of(self._periods.counts(by_day), missing=int(by_day[0]))

    def spellings(self, folded: str) -> tuple[int, ...]:
        number = period_number(self._unit, folded)
        numbers = self._periods.numbers
        if number is None or not len(numbers):
            return ()
        place = int(numbers.searchsorted(number))
        return (place + 1,) if place < len(numbers) and numbers[place] == number else ()

    def standing(self, numbers: Ints) -> Ints:
        return numbers

    def holding(self, shelf: Shelf, numbers: Sequence[int]) -> Listed:
        periods = self._periods
        spans = [UNDATED if n == NOTHING else self._calendar.span(periods, n - 1) for n in numbers]
        return shelf.days.within(spans)
