"""Days of publication: those of the documents of a segment, and the calendar of a whole index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np

from index.schema import UNDATED_DAY
from index.whoosh_engine.arrays import AnyInts, Ints
from index.whoosh_engine.codec.narrow import fitting
from index.whoosh_engine.listed import Listed
from index.whoosh_engine.matchers import Docs
from index.whoosh_engine.sortedcolumn import Sorted

Unit = Literal["year", "month", "day"]
UNITS: tuple[Unit, ...] = ("year", "month", "day")

Span = tuple[int, int]
"""Days from one to before another, as `date.toordinal()`."""

UNDATED: Span = (UNDATED_DAY, UNDATED_DAY + 1)

_ORDINAL_OF_1970 = 719_163
_NONE = np.zeros(0, np.uint8)


def span(since: date | None, until: date | None) -> Span:
    """The days from one to another, both included; None is no bound."""
    first = UNDATED_DAY + 1 if since is None else since.toordinal()
    return first, (date.max if until is None else until).toordinal() + 1


class SegmentDays:
    """Days of a segment: `days` ascend and are distinct, UNDATED_DAY always the first of them; `numbers` says by
    document which of them is its own."""

    def __init__(self, day: Ints) -> None:
        self.days, self.numbers = _numbered(day)
        self._among: tuple[Ints, AnyInts] | None = None

    def numbers_among(self, days: Ints) -> AnyInts:
        """By document the number of its own day among all days of an index, which ascend."""
        places = days.searchsorted(self.days)
        if places[-1] == len(places) - 1:  # no others between these
            return self.numbers
        known = self._among
        if known is None or not np.array_equal(known[0], places):  # other than in the commit before
            known = self._among = places, places.astype(fitting(len(days))).take(self.numbers)
        return known[1]

    def within(self, spans: Sequence[Span]) -> Listed:
        """The documents of some days; no two spans have one in common. Numbers have no sign: what is before the first
        day comes to more than there are."""
        ranges = [self.days.searchsorted(span).tolist() for span in spans]
        lists = [self._by_day.docs(first, end) for first, end in ranges if first < end]
        numbers = self.numbers
        if len(lists) == len(ranges) == 1:
            first, end = ranges[0]
            return Listed(lists, lambda docs: numbers.take(docs) - numbers.dtype.type(first) < end - first)
        wanted = np.zeros(len(self.days), bool)
        for first, end in ranges:
            wanted[first:end] = True
        return Listed(lists, lambda docs: wanted.take(numbers.take(docs)))

    @cached_property
    def _by_day(self) -> Sorted:
        return Sorted(self.numbers)


def _numbered(day: Ints) -> tuple[Ints, AnyInts]:
    """The distinct days, and by document the number of its own."""
    dated = day[day != UNDATED_DAY]
    before = int(dated.min()) - 1 if len(dated) else 0
    places = np.maximum(day - before, 0)
    known = np.zeros(int(places.max(initial=0)) + 1, bool)
    known[places] = True
    known[0] = True
    days = np.flatnonzero(known)
    numbers = (np.cumsum(known) - 1).astype(fitting(len(days))).take(places)
    days[1:] += before
    days[0] = UNDATED_DAY
    return days, numbers


@dataclass(frozen=True, slots=True)
class Periods:
    """The years, months or days of an index that have articles: their `numbers` (see `period`), ascending, and where
    each begins among the days of its calendar."""

    unit: Unit
    numbers: Ints
    starts: Ints

    def counts(self, by_day: Ints) -> Ints:
        """How many documents are of each, from how many are of each day of the calendar."""
        if self.unit == "day" or not len(self.starts):
            return by_day[1:]
        return np.add.reduceat(by_day, self.starts)


class Calendar:
    """All days of an index: `days` ascend and are distinct, UNDATED_DAY the first of them."""

    def __init__(self, segments: Iterable[tuple[int, SegmentDays]]) -> None:
        """The days of segments, each with the number of its first document in the index."""
        segments = list(segments)
        self.days = _joined([segment.days for _, segment in segments])
        self._numbers = {base: segment.numbers_among(self.days) for base, segment in segments}

    def counts(self, parts: Iterable[tuple[int, Docs]]) -> Ints:
        """How many of some documents are of each day: those of segments, each named by its first document."""
        numbers = [self._numbers[base].take(docs) for base, docs in parts]
        return np.bincount(np.concatenate([_NONE, *numbers]), minlength=len(self.days))

    @cached_property
    def periods(self) -> dict[Unit, Periods]:
        """Those of each unit."""
        return {unit: self._periods(unit) for unit in UNITS}

    def _periods(self, unit: Unit) -> Periods:
        numbers = periods_of(self.days[1:], unit)
        starts = np.flatnonzero(np.diff(numbers, prepend=-1)) + 1
        return Periods(unit, numbers.take(starts - 1), starts)

    def span(self, periods: Periods, place: int) -> Span:
        """The days of one of the periods, by its place among them."""
        end = periods.starts[place + 1] if place + 1 < len(periods.starts) else len(self.days)
        return int(self.days[periods.starts[place]]), int(self.days[end - 1]) + 1


def _joined(columns: Sequence[Ints]) -> Ints:
    """All days of several segments."""
    if len(columns) == 1:
        return columns[0]
    days = np.concatenate([np.array([UNDATED_DAY]), *columns])
    days.sort(kind="stable")  # merges what is sorted
    return days.compress(np.diff(days, prepend=-1) > 0)


def periods_of(days: Ints, unit: Unit) -> Ints:
    """The number of the period that each of some days is in."""
    if unit == "day":
        return days
    months: Ints = as_dates(days).astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return months // 12 if unit == "year" else months


def as_dates(days: Ints) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    """Ordinals of days as numpy dates."""
    return (days - _ORDINAL_OF_1970).astype("datetime64[D]")


@lru_cache(maxsize=20_000)
def period(unit: Unit, number: int) -> str:
    """A year of that number, a month that many months after January of the year 0, or the day of that ordinal."""
    match unit:
        case "year":
            return f"{number:04}"
        case "month":
            return f"{number // 12:04}-{number % 12 + 1:02}"
        case "day":
            return date.fromordinal(number).isoformat()


def period_number(unit: Unit, value: str) -> int | None:
    """The number of a period, by how it is written; None where it is none."""
    try:
        day = date.fromisoformat(value + {"year": "-01-01", "month": "-01", "day": ""}[unit])
    except ValueError:
        return None
    number = int(periods_of(np.array([day.toordinal()]), unit)[0])
    return number if period(unit, number) == value else None
