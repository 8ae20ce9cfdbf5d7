"""Facets and the histogram: exact counts over columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import numpy as np

from index.labels import label, labels
from index.model import MISSING, Bucket, Facet, Histogram, SearchRequest
from index.whoosh_engine.columns import Columns
from index.whoosh_engine.combining import All
from index.whoosh_engine.conditions import Condition
from index.whoosh_engine.days import Unit, period
from index.whoosh_engine.facetcolumns import Chosen, Counts, FacetColumn
from index.whoosh_engine.matchers import Docs, Mask
from index.whoosh_engine.matches import Matches
from index.whoosh_engine.shelves import Shelf
from index.whoosh_engine.valuesearch import found_in

MAX_HISTOGRAM = 200
_STANDING_BITS = 32
_YEARS_BY_MONTH = 3
_MONTHS_BY_DAY = 2


def chosen_of(columns: Columns, found: Matches) -> Chosen:
    """What was found, to be counted."""
    return Chosen(columns, [(part.shelf, part.docs) for part in found])


class Counting:
    """What a request counts in what its query matches: each facet with the filters of the other fields, the histogram
    with all of them. A query that matches `everything` is not looked at for that, but what its filters find."""

    def __init__(
        self,
        columns: Columns,
        matching: Matches,
        filters: Mapping[str, Condition],
        request: SearchRequest,
        *,
        everything: bool,
    ) -> None:
        self._columns = columns
        self._matches = matching
        self._filters = filters
        self._request = request
        self._matching = columns.everything if everything else chosen_of(columns, matching)
        self._passing: dict[str, list[Mask]] | None = None
        if not everything:
            parts = self._matching.parts
            self._passing = {
                n: [find(shelf).among(docs) for shelf, docs in parts] for n, find in filters.items()
            }
        self._result = self._within(list(filters))

    def passing(self) -> Matches:
        """What passes all filters of what the query matches."""
        return self._matches.within(self._result.mask) if self._filters else self._matches

    def facets(self) -> tuple[Facet, ...]:
        """Those that are asked for."""
        return tuple([self._facet(name) for name in self._request.facet_fields])

    def _facet(self, name: str) -> Facet:
        chosen = self._result
        if name in self._filters:
            chosen = self._within([other for other in self._filters if other != name])
        return facet_of(self._columns, name, chosen, self._request)

    def _within(self, names: Sequence[str]) -> Chosen:
        """What passes the filters of some fields."""
        if not names:
            return self._matching
        parts = self._matching.parts
        if self._passing is None:
            filters = [self._filters[name] for name in names]
            return Chosen(self._columns, [(shelf, _live_within(shelf, filters)) for shelf, _ in parts])
        masks = [np.logical_and.reduce(some) for some in zip(*(self._passing[n] for n in names), strict=True)]
        kept = [(shelf, docs.compress(mask)) for (shelf, docs), mask in zip(parts, masks, strict=True)]
        return Chosen(self._columns, kept)

    def histogram(self) -> Histogram:
        """That of the result."""
        return histogram(self._columns, self._result)


def _live_within(shelf: Shelf, filters: Sequence[Condition]) -> Docs:
    """The live documents of a segment that pass some filters."""
    docs = All([find(shelf) for find in filters]).docs()
    return docs if shelf.live is None else docs.compress(shelf.live.take(docs))


def facets_of_everything(columns: Columns, request: SearchRequest) -> tuple[tuple[Facet, ...], Histogram]:
    """The facets and the histogram of all articles, which are counted once in a commit."""
    chosen = columns.everything
    facets = tuple([facet_of(columns, name, chosen, request) for name in request.facet_fields])
    return facets, histogram(columns, chosen)


def facet_of(
    columns: Columns, name: str, chosen: Chosen, request: SearchRequest, *, containing: str = ""
) -> Facet:
    """One facet of some documents; of its values only those of which a word begins like `containing`. Values that are
    chosen or excluded are always among its buckets."""
    column = columns.facet(name)
    counts = chosen.counts(name)
    if containing:
        counts = _containing(column, name, counts, containing)
    shown = _foremost(column, counts, request.facet_size)
    selected, excluded = _folded(request.chosen(name)), _folded(request.excluded(name))
    values = [(column.value(number), count) for number, count in shown]
    if (picked := selected | excluded) and not containing:
        values += _picked(column, counts, picked, {number for number, _ in shown})
    return Facet(
        name,
        tuple(_buckets(name, values, selected, excluded)),
        missing=counts.missing,
        other=int(counts.counts.sum()) - sum([count for _, count in values]),
    )


def _foremost(column: FacetColumn, counts: Counts, size: int) -> list[tuple[int, int]]:
    """The numbers and counts of so many values, most first."""
    numbers = counts.numbers
    if size <= 0 or not len(numbers):
        return []
    merits = (counts.counts << _STANDING_BITS) + column.standing(numbers)  # no two of them are the same
    if len(merits) > size:
        parted = merits.copy()
        parted.partition(len(parted) - size)
        kept = (merits >= parted[len(parted) - size]).nonzero()[0]
        order = kept.take(merits.take(kept).argsort()[::-1])
    else:
        order = merits.argsort()[::-1]
    return list(zip(numbers.take(order).tolist(), counts.counts.take(order).tolist(), strict=True))


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
    values = [column.values[number] for number in counts.numbers.tolist()]
    kept = found_in(values, begun, shown)
    return Counts(counts.numbers.take(kept), counts.counts.take(kept), counts.missing)


def _buckets(
    name: str, values: Sequence[tuple[str, int]], selected: Collection[str], excluded: Collection[str]
) -> list[Bucket]:
    named = labels(name, [value for value, _ in values])
    if not (selected or excluded):
        return [Bucket(value, shown, count) for (value, count), shown in zip(values, named, strict=True)]
    folded = [value.casefold() for value, _ in values]
    return [
        Bucket(value, shown, count, selected=known in selected, excluded=known in excluded)
        for (value, count), shown, known in zip(values, named, folded, strict=True)
    ]


def histogram(columns: Columns, found: Chosen) -> Histogram:
    """What matches by publication day, in at most 200 buckets: days of up to two months, months of up to
    three years, else years. It counts the result itself, so choosing a year shows its months."""
    by_day = found.by_day
    undated = int(by_day[0])
    held = by_day[1:] > 0
    if not held.any():
        return Histogram("year", (), undated)
    days = columns.calendar.days[1:]
    first, last = int(days[held.argmax()]), int(days[::-1][held[::-1].argmax()])
    unit = _unit(date.fromordinal(first), date.fromordinal(last))
    periods = columns.calendar.periods[unit]
    counts = periods.counts(by_day)
    places = counts.nonzero()[0]
    numbers = periods.numbers.take(places)
    start = max(int(numbers[0]), int(numbers[-1]) - (MAX_HISTOGRAM - 1))
    shown = np.bincount(np.maximum(numbers - start, 0), weights=counts.take(places)).astype(np.int64).tolist()
    values = [period(unit, number) for number in range(start, start + len(shown))]
    return Histogram(unit, tuple(_buckets(unit, list(zip(values, shown, strict=True)), (), ())), undated)


def _unit(first: date, last: date) -> Unit:
    """The unit that shows a span of days best."""
    months = (last.year - first.year) * 12 + last.month - first.month
    if (months, last.day) >= (_YEARS_BY_MONTH * 12, first.day):
        return "year"
    return "month" if (months, last.day) >= (_MONTHS_BY_DAY, first.day) else "day"
