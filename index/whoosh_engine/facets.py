"""Filters, facets and the histogram: exact counts over columns."""

from __future__ import annotations

from datetime import date
from typing import Literal

import numpy as np

from index.labels import label
from index.model import FACET_FIELDS, MISSING, Bucket, Facet, Histogram, SearchRequest
from index.whoosh_engine.columns import Columns, Mask, ValueColumn, as_dates

Unit = Literal["year", "month", "day"]

MAX_HISTOGRAM = 200
_PERIODS: dict[Unit, str] = {"year": "datetime64[Y]", "month": "datetime64[M]", "day": "datetime64[D]"}
_YEARS_BY_MONTH = 3
_MONTHS_BY_DAY = 2


def filter_masks(columns: Columns, request: SearchRequest) -> dict[str, Mask]:
    """For each filtered field, the documents that pass its filters. Unknown fields filter nothing."""
    masks = {}
    for name in FACET_FIELDS:
        chosen, excluded = request.chosen(name), request.excluded(name)
        if chosen or excluded:
            mask = _holding(columns, name, chosen) if chosen else np.ones(columns.size, bool)
            masks[name] = mask & ~_holding(columns, name, excluded)
    return masks


def _holding(columns: Columns, name: str, values: tuple[str, ...]) -> Mask:
    """The documents that hold one of these values, or none where MISSING is among them."""
    facet = columns.facets[name]
    folded = {value.casefold() for value in values}
    codes = [code for code, value in enumerate(facet.values) if value.casefold() in folded]
    mask = facet.holders(codes, columns.size)
    return mask | ~facet.have_any(columns.size) if MISSING in values else mask


def count_facets(
    columns: Columns, matching: Mask, filters: dict[str, Mask], request: SearchRequest
) -> tuple[Facet, ...]:
    """The facets of all fields. Each counts what matches the query and the filters of the other fields."""
    facets = []
    for name in FACET_FIELDS:
        others = [mask for other, mask in filters.items() if other != name]
        chosen = np.logical_and.reduce([matching, *others]) if others else matching
        facets.append(_facet(name, columns.facets[name], chosen, request))
    return tuple(facets)


def _facet(name: str, column: ValueColumn, chosen: Mask, request: SearchRequest) -> Facet:
    counts = column.counts(chosen)
    codes = [int(code) for code in np.flatnonzero(counts)]
    newest_first = name in ("year", "month")
    codes.sort(key=lambda code: column.values[code], reverse=newest_first)
    codes.sort(key=lambda code: -counts[code])  # stable: the order above stays among equals
    picked = [value for value in (*request.chosen(name), *request.excluded(name)) if value != MISSING]
    folded = {value.casefold() for value in picked}
    kept = codes[: max(request.facet_size, 0)]
    kept += [code for code in codes[len(kept) :] if column.values[code].casefold() in folded]
    values = [(column.values[code], int(counts[code])) for code in kept]
    present = {value.casefold() for value, _ in values}
    values += _without_matches(column, [value for value in picked if value.casefold() not in present])
    return Facet(
        name,
        tuple(_bucket(name, value, count, request) for value, count in values),
        missing=int(chosen.sum() - (column.have_any(len(chosen)) & chosen).sum()),
        other=int(counts.sum() - sum(count for _, count in values)),
    )


def _without_matches(column: ValueColumn, picked: list[str]) -> list[tuple[str, int]]:
    """Chosen values that nothing matches, as the index spells them where it has them."""
    spelling = {value.casefold(): value for value in column.values}
    return [(value, 0) for value in dict.fromkeys(spelling.get(v.casefold(), v) for v in picked)]


def _bucket(name: str, value: str, count: int, request: SearchRequest) -> Bucket:
    folded = value.casefold()
    return Bucket(
        value,
        label(name, value),
        count,
        selected=folded in {v.casefold() for v in request.chosen(name)},
        excluded=folded in {v.casefold() for v in request.excluded(name)},
    )


def histogram(columns: Columns, matching: Mask) -> Histogram:
    """What matches by publication day, in at most 200 buckets: days of up to two months, months of up to
    three years, else years. It counts the result itself, so choosing a year shows its months."""
    undated = int((matching & ~columns.dated).sum())
    days = columns.day[matching & columns.dated]
    if not len(days):
        return Histogram("year", (), undated)
    unit = _unit(date.fromordinal(int(days.min())), date.fromordinal(int(days.max())))
    periods = as_dates(days).astype(_PERIODS[unit])
    start = max(periods.min(), periods.max() - (MAX_HISTOGRAM - 1))
    offsets = np.maximum((periods - start).astype(np.int64), 0)
    counts = np.bincount(offsets)
    values = [str(start + n) for n in range(len(counts))]
    buckets = tuple(Bucket(v, label(unit, v), int(n)) for v, n in zip(values, counts, strict=True))
    return Histogram(unit, buckets, undated)


def _unit(first: date, last: date) -> Unit:
    """The unit that shows a span of days best."""
    months = (last.year - first.year) * 12 + last.month - first.month
    if (months, last.day) >= (_YEARS_BY_MONTH * 12, first.day):
        return "year"
    return "month" if (months, last.day) >= (_MONTHS_BY_DAY, first.day) else "day"
