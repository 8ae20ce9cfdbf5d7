"""Filters, facets and the histogram: exact counts over columns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

import numpy as np

from index.labels import label
from index.model import FACET_FIELDS, MISSING, Bucket, Facet, Histogram, SearchRequest
from index.schema import UNDATED_DAY
from index.whoosh_engine.arrays import Ints
from index.whoosh_engine.columns import Columns, ValueColumn
from index.whoosh_engine.matchers import Docs, Mask
from index.whoosh_engine.valuesearch import found_in

Unit = Literal["year", "month", "day"]

MAX_HISTOGRAM = 200
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
    facet = columns.facet(name)
    folded = {value.casefold() for value in values}
    codes = [code for value in folded for code in facet.codes_of(value)]
    mask = facet.holders(codes, columns.size)
    return mask | ~facet.have_any(columns.size) if MISSING in values else mask


def count_facets(
    columns: Columns, matching: Docs, filters: dict[str, Mask], request: SearchRequest
) -> tuple[Facet, ...]:
    """The facets that are asked for. Each counts what matches the query and the filters of the other fields."""
    everywhere = passing(matching, filters.values())
    facets = []
    for name in request.facet_fields:
        others = [mask for other, mask in filters.items() if other != name]
        chosen = passing(matching, others) if name in filters else everywhere
        facets.append(facet_of(columns, name, chosen, request))
    return tuple(facets)


def passing(docs: Docs, masks: Iterable[Mask]) -> Docs:
    """Those of some documents that are in all masks."""
    for mask in masks:
        docs = docs.compress(mask.take(docs))
    return docs


def facet_of(
    columns: Columns, name: str, chosen: Docs, request: SearchRequest, *, containing: str = ""
) -> Facet:
    """One facet of some documents; of its values only those of which a word begins like `containing`."""
    column = columns.facet(name)
    counts = column.counts(chosen)
    if containing:
        shown = (lambda value: label(name, value)) if name == "language" else None
        counts = _only(counts, found_in(column.values, containing, shown))
    order = column.alphabetical[::-1] if name in ("year", "month", "day") else column.alphabetical
    order = order.compress(counts.take(order) > 0)
    codes = order[np.argsort(-counts.take(order), kind="stable")].tolist()
    picked = [] if containing else _picked(name, request)
    folded = {value.casefold() for value in picked}
    kept = codes[: max(request.facet_size, 0)]
    held = {code for value in folded for code in column.codes_of(value)} - set(kept)
    kept += [code for code in codes if code in held] if held else []
    values = [(column.values[code], int(counts[code])) for code in kept]
    present = {value.casefold() for value, _ in values}
    values += _without_matches(column, [value for value in picked if value.casefold() not in present])
    return Facet(
        name,
        tuple(_bucket(name, value, count, request) for value, count in values),
        missing=column.missing(chosen),
        other=int(counts.sum() - sum(count for _, count in values)),
    )


def _picked(name: str, request: SearchRequest) -> list[str]:
    """Values that are chosen or excluded."""
    return [value for value in (*request.chosen(name), *request.excluded(name)) if value != MISSING]


def _only(counts: Ints, codes: list[int]) -> Ints:
    """The counts of these values, and of no others."""
    only = np.zeros_like(counts)
    only[codes] = counts[codes]
    return only


def _without_matches(column: ValueColumn, picked: list[str]) -> list[tuple[str, int]]:
    """Chosen values that nothing matches, as the index spells them where it has them."""
    spelt = [column.codes_of(value.casefold()) for value in picked]
    values = (
        column.values[codes[-1]] if codes else value for value, codes in zip(picked, spelt, strict=True)
    )
    return [(value, 0) for value in dict.fromkeys(values)]


def _bucket(name: str, value: str, count: int, request: SearchRequest) -> Bucket:
    folded = value.casefold()
    return Bucket(
        value,
        label(name, value),
        count,
        selected=folded in {v.casefold() for v in request.chosen(name)},
        excluded=folded in {v.casefold() for v in request.excluded(name)},
    )


def histogram(columns: Columns, found: Docs) -> Histogram:
    """What matches by publication day, in at most 200 buckets: days of up to two months, months of up to
    three years, else years. It counts the result itself, so choosing a year shows its months."""
    days = columns.day.take(found)
    dated = days != UNDATED_DAY
    days = days.compress(dated)
    undated = len(found) - len(days)
    if not len(days):
        return Histogram("year", (), undated)
    unit = _unit(date.fromordinal(int(days.min())), date.fromordinal(int(days.max())))
    periods = days if unit == "day" else columns.month_number.take(found).compress(dated)
    if unit == "year":
        periods = periods // 12
    start = max(int(periods.min()), int(periods.max()) - (MAX_HISTOGRAM - 1))
    counts = np.bincount(np.maximum(periods - start, 0))
    values = [_period(unit, start + n) for n in range(len(counts))]
    buckets = tuple(Bucket(v, label(unit, v), int(n)) for v, n in zip(values, counts, strict=True))
    return Histogram(unit, buckets, undated)


def _period(unit: Unit, number: int) -> str:
    """A year of that number, a month that many months after January of the year 0, or the day of that ordinal."""
    match unit:
        case "year":
            return f"{number:04}"
        case "month":
            return f"{number // 12:04}-{number % 12 + 1:02}"
        case "day":
            return date.fromordinal(number).isoformat()


def _unit(first: date, last: date) -> Unit:
    """The unit that shows a span of days best."""
    months = (last.year - first.year) * 12 + last.month - first.month
    if (months, last.day) >= (_YEARS_BY_MONTH * 12, first.day):
        return "year"
    return "month" if (months, last.day) >= (_MONTHS_BY_DAY, first.day) else "day"
