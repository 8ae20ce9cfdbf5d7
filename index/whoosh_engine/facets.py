"""Facets and the histogram: exact counts over columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import numpy as np

from index.labels import label
from index.model import MISSING, Bucket, Facet, Histogram, SearchRequest
from index.whoosh_engine.columns import Columns
from index.whoosh_engine.conditions import Condition
from index.whoosh_engine.days import Unit, period
from index.whoosh_engine.facetcolumns import Chosen, Counts, FacetColumn
from index.whoosh_engine.matchers import Mask
from index.whoosh_engine.matches import Matches
from index.whoosh_engine.valuesearch import found_in

MAX_HISTOGRAM = 200
_YEARS_BY_MONTH = 3
_MONTHS_BY_DAY = 2


def chosen_of(columns: Columns, found: Matches) -> Chosen:
    """What was found, to be counted."""
    return Chosen(columns, [(part.shelf, part.docs) for part in found])


class Counting:
    """What a request counts in what its query matches: each facet with the filters of the other fields, the histogram
    with all of them."""

    def __init__(
        self, columns: Columns, matching: Matches, filters: Mapping[str, Condition], request: SearchRequest
    ) -> None:
        self._columns = columns
        self._matching = chosen_of(columns, matching)
        self._request = request
        self._passing: dict[str, list[Mask]] = {
            name: [condition(shelf).among(docs) for shelf, docs in self._matching.parts]
            for name, condition in filters.items()
        }
        self._result = self._within(list(self._passing.values()))
        self.result = matching.within(self._result.mask) if filters else matching

    def facets(self) -> tuple[Facet, ...]:
        """Those that are asked for."""
        return tuple([self._facet(name) for name in self._request.facet_fields])

    def _facet(self, name: str) -> Facet:
        if name not in self._passing:
            return facet_of(self._columns, name, self._result, self._request)
        others = [masks for other, masks in self._passing.items() if other != name]
        return facet_of(self._columns, name, self._within(others), self._request)

    def _within(self, filters: Sequence[Sequence[Mask]]) -> Chosen:
        """What passes some filters, each with a mask for each of the parts."""
        if not filters:
            return self._matching
        parts = []
        for place, (shelf, docs) in enumerate(self._matching.parts):
            passing = filters[0][place]
            for masks in filters[1:]:
                passing = passing & masks[place]
            parts.append((shelf, docs.compress(passing)))
        return Chosen(self._columns, parts)

    def histogram(self) -> Histogram:
        """That of the result."""
        return histogram(self._columns, self._result)


def facet_of(
    columns: Columns, name: str, chosen: Chosen, request: SearchRequest, *, containing: str = ""
) -> Facet:
    """One facet of some documents; of its values only those of which a word begins like `containing`. Values that are
    chosen or excluded are always among its buckets."""
    column = columns.facet(name)
    counts = column.counts(chosen)
    if containing:
        counts = _containing(column, name, counts, containing)
    shown = _foremost(column, counts, request.facet_size)
    selected, excluded = _folded(request.chosen(name)), _folded(request.excluded(name))
    values = [(column.value(number), count) for number, count in shown]
    if (picked := selected | excluded) and not containing:
        values += _picked(column, counts, picked, {number for number, _ in shown})
    return Facet(
        name,
        tuple([_bucket(name, value, count, selected, excluded) for value, count in values]),
        missing=counts.missing,
        other=int(counts.counts.sum()) - sum([count for _, count in values]),
    )


def _foremost(column: FacetColumn, counts: Counts, size: int) -> list[tuple[int, int]]:
    """The numbers and counts of so many values, most first."""
    numbers, held = counts.numbers, counts.counts
    if size <= 0 or not len(numbers):
        return []
    if len(numbers) > size:
        least = np.partition(held, len(held) - size)[len(held) - size]
        above, equal = np.flatnonzero(held > least), np.flatnonzero(held == least)
        if (wanted := size - len(above)) < len(equal):
            standing = column.standing(numbers.take(equal))
            equal = equal.take(np.argpartition(standing, wanted - 1)[:wanted])
        kept = np.concatenate([above, equal])
        numbers, held = numbers.take(kept), held.take(kept)
    order = np.lexsort((column.standing(numbers), -held))
    return list(zip(numbers.take(order).tolist(), held.take(order).tolist(), strict=True))


def _picked(
    column: FacetColumn, counts: Counts, picked: Mapping[str, str], shown: set[int]
) -> list[tuple[str, int]]:
    """Values that are chosen or excluded, with their counts, and not among those that are shown anyhow: those without
    any document, too, as the index spells them where it has them."""
    spelt = {folded: column.spellings(folded) for folded in picked}
    numbers = np.array([n for some in spelt.values() for n in some if n not in shown], np.int64)
    held = np.isin(counts.numbers, numbers)
    few = Counts(counts.numbers.compress(held), counts.counts.compress(held), 0)
    more = _foremost(column, few, len(numbers))
    present = shown | {number for number, _ in more}
    absent = [folded for folded, some in spelt.items() if present.isdisjoint(some)]
    named = (column.value(spelt[folded][-1]) if spelt[folded] else picked[folded] for folded in absent)
    return [(column.value(number), count) for number, count in more] + [(value, 0) for value in named]


def _folded(values: tuple[str, ...]) -> dict[str, str]:
    """Values by how they are compared, without MISSING."""
    return {value.casefold(): value for value in values if value != MISSING}


def _containing(column: FacetColumn, name: str, counts: Counts, begun: str) -> Counts:
    """The counts of values with a word that begins so, and of no others."""
    shown = (lambda value: label(name, value)) if name == "language" else None
    values = [column.value(number) for number in counts.numbers.tolist()]
    kept = found_in(values, begun, shown)
    return Counts(counts.numbers.take(kept), counts.counts.take(kept), counts.missing)


def _bucket(
    name: str, value: str, count: int, selected: Collection[str], excluded: Collection[str]
) -> Bucket:
    if not (selected or excluded):
        return Bucket(value, label(name, value), count)
    folded = value.casefold()
    return Bucket(value, label(name, value), count, selected=folded in selected, excluded=folded in excluded)


def histogram(columns: Columns, found: Chosen) -> Histogram:
    """What matches by publication day, in at most 200 buckets: days of up to two months, months of up to
    three years, else years. It counts the result itself, so choosing a year shows its months."""
    by_day = found.by_day
    undated = int(by_day[0])
    places = np.flatnonzero(by_day[1:]) + 1
    if not len(places):
        return Histogram("year", (), undated)
    days = columns.calendar.days
    first, last = int(days[places[0]]), int(days[places[-1]])
    unit = _unit(date.fromordinal(first), date.fromordinal(last))
    periods = columns.calendar.periods[unit]
    counts = periods.counts(by_day)
    held = np.flatnonzero(counts)
    numbers = periods.numbers.take(held)
    start = max(int(numbers[0]), int(numbers[-1]) - (MAX_HISTOGRAM - 1))
    shown = np.zeros(int(numbers[-1]) - start + 1, np.int64)
    np.add.at(shown, np.maximum(numbers - start, 0), counts.take(held))
    values = (period(unit, start + place) for place in range(len(shown)))
    buckets = [Bucket(v, label(unit, v), n) for v, n in zip(values, shown.tolist(), strict=True)]
    return Histogram(unit, tuple(buckets), undated)


def _unit(first: date, last: date) -> Unit:
    """The unit that shows a span of days best."""
    months = (last.year - first.year) * 12 + last.month - first.month
    if (months, last.day) >= (_YEARS_BY_MONTH * 12, first.day):
        return "year"
    return "month" if (months, last.day) >= (_MONTHS_BY_DAY, first.day) else "day"
