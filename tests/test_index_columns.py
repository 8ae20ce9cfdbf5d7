"""Columns of a segment find and count what loops over its documents find, and numbers of values never change."""

from __future__ import annotations

import runpy
from collections import Counter
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model import Article
from index.model import MISSING, SearchRequest
from index.schema import UNDATED_DAY
from index.whoosh_engine.days import UNITS, Calendar, SegmentDays, Unit, period, period_number, span
from index.whoosh_engine.facetcolumns import Chosen, Counts, Values
from index.whoosh_engine.numbering import NOTHING, Numbering
from index.whoosh_engine.sortedcolumn import Sorted
from index.whoosh_engine.valuecolumn import ValueColumn

here = Path(__file__)
tools = SimpleNamespace(**runpy.run_path(str(here.with_name("index_articles.py"))))
facets = SimpleNamespace(**runpy.run_path(str(here.with_name("test_index_facets.py"))))
segments = SimpleNamespace(**runpy.run_path(str(here.with_name("index_segments.py"))))

VALUES = ("Ann", "ann", "Bo", "Élodie", "cy", "Cy")
rows_of_one = st.lists(st.lists(st.sampled_from(VALUES), max_size=1), max_size=30)
rows_of_several = st.lists(st.lists(st.sampled_from(VALUES), max_size=3, unique=True), max_size=30)
days = st.lists(st.just(UNDATED_DAY) | st.integers(1, 9) | st.integers(739_000, 739_800), max_size=40)


@given(st.lists(st.lists(st.text(min_size=1, max_size=3), max_size=150), max_size=4))
def test_a_value_keeps_its_number_while_others_come(batches: list[list[str]]) -> None:
    numbering = Numbering()
    known: dict[str, int] = {MISSING: NOTHING}
    for batch in batches:
        known |= zip(batch, numbering.numbers_of(batch).tolist(), strict=True)
        assert [numbering.values[n] for n in known.values()] == list(known)
        assert len(set(known.values())) == len(known) == len(numbering.values)
        for value in batch:
            same = {n for other, n in known.items() if other.casefold() == value.casefold()}
            assert set(numbering.spellings(value.casefold())) == same
        for some in (list(known), batch[:5]):
            standing = numbering.standing(np.array([known[value] for value in some], np.int64))
            order = np.argsort(-standing, kind="stable").tolist()
            assert [some[place] for place in order] == sorted(some)


@pytest.mark.parametrize("many", [0, 2, 32])
@given(rows=rows_of_one | rows_of_several, data=st.data())
def test_values_are_found_and_counted_as_loops_do(
    rows: list[list[str]], data: st.DataObject, many: int
) -> None:
    numbering = Numbering(data.draw(st.lists(st.sampled_from(VALUES), unique=True)))
    column = ValueColumn.of(segments.column(rows), numbering)
    docs = np.array(data.draw(st.permutations(range(len(rows)))), np.intp)[: data.draw(st.integers(0, 30))]
    counts = Counter(numbering.values[n] for held in column.held_by(docs) for n in held.tolist())
    assert counts == Counter(value for doc in docs.tolist() for value in rows[doc] or [MISSING])
    wanted = data.draw(st.lists(st.sampled_from((*VALUES, MISSING)), unique=True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.whoosh_engine.valuecolumn._MANY", many)
        found = column.holding(numbering.numbers_of(wanted).tolist())
    holding = {doc for doc, values in enumerate(rows) if set(values or [MISSING]) & set(wanted)}
    assert sorted(found.docs().tolist()) == sorted(holding)
    assert found.among(docs).tolist() == [doc in holding for doc in docs.tolist()]
    assert found.most == len(holding)


@given(st.lists(st.integers(0, 9)))
def test_few_are_counted_like_many(held: list[int]) -> None:
    counts = np.bincount(np.array(held, np.int64), minlength=NOTHING + 1)
    many, few = Counts.of(counts[1:], int(counts[0])), Counts.of_few(np.array(held, np.uint16))
    assert many.missing == few.missing
    assert many.numbers.tolist() == few.numbers.tolist()
    assert many.counts.tolist() == few.counts.tolist()


@pytest.mark.parametrize(("few", "many"), [(0, 1_000), (0, 0), (64, 1_000)])
@given(rows=st.lists(rows_of_several, max_size=3))
def test_a_facet_is_counted_alike_whatever_is_quickest(
    rows: list[list[list[str]]], few: int, many: int
) -> None:
    numbering = Numbering()
    bases = np.cumsum([0, *map(len, rows)]).tolist()
    columns = [ValueColumn.of(segments.column(some), numbering) for some in rows]
    parts: Any = [
        (SimpleNamespace(base=b), np.arange(len(some))) for b, some in zip(bases, rows, strict=False)
    ]
    commit: Any = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.whoosh_engine.facetcolumns._FEW", few)
        patch.setattr("index.whoosh_engine.facetcolumns._MANY", many)
        counts = Values(numbering, zip(bases, columns, strict=False)).counts(Chosen(commit, parts))
    held = [value for some in rows for values in some for value in values]
    found = {numbering.values[n]: count for n, count in zip(counts.numbers, counts.counts, strict=True)}
    assert found == Counter(held)
    assert counts.missing == sum(not values for some in rows for values in some)


@given(days, st.lists(st.none() | st.dates(date(1, 1, 1), date(2027, 1, 1)), min_size=2, max_size=2))
def test_days_are_found_as_loops_do(day: list[int], bounds: list[date | None]) -> None:
    since, until = bounds
    low, high = since or date.min, until or date.max
    expected = [one != UNDATED_DAY and low.toordinal() <= one <= high.toordinal() for one in day]
    found = SegmentDays(np.array(day, np.int64)).within([span(since, until)])
    everywhere = np.arange(len(day))
    assert sorted(found.docs().tolist()) == np.flatnonzero(expected).tolist()
    assert found.among(everywhere).tolist() == expected


@given(st.lists(days, max_size=3), st.sampled_from(UNITS))
def test_a_calendar_counts_as_loops_do(segments: list[list[int]], unit: Unit) -> None:
    bases = np.cumsum([0, *map(len, segments)]).tolist()
    columns = [SegmentDays(np.array(day, np.int64)) for day in segments]
    calendar = Calendar(zip(bases, columns, strict=False))
    parts = [
        (base, np.flatnonzero(np.arange(len(day)) % 3)) for base, day in zip(bases, segments, strict=False)
    ]
    by_day = calendar.counts(parts)
    chosen = [day[doc] for day, (_, docs) in zip(segments, parts, strict=True) for doc in docs.tolist()]
    assert by_day[0] == chosen.count(UNDATED_DAY)
    written = {"year": 4, "month": 7, "day": 10}[unit]
    expected = Counter(date.fromordinal(day).isoformat()[:written] for day in chosen if day != UNDATED_DAY)
    periods = calendar.periods[unit]
    names = [period(unit, number) for number in periods.numbers.tolist()]
    assert Counter(dict(zip(names, periods.counts(by_day).tolist(), strict=True))) == expected
    for place, name in enumerate(names):
        first, end = calendar.span(periods, place)
        inside = {day for some in segments for day in some if first <= day < end}
        every = {day for some in segments for day in some if day != UNDATED_DAY}
        assert inside == {day for day in every if date.fromordinal(day).isoformat()[:written] == name}


@pytest.mark.parametrize(
    ("unit", "value", "number"),
    [
        ("year", "2025", 2025), ("year", "0001", 1), ("year", "25", None), ("year", "2025-01", None),
        ("month", "2025-02", 2025 * 12 + 1), ("month", "2025-13", None), ("month", "2025", None),
        ("day", "2025-02-28", date(2025, 2, 28).toordinal()), ("day", "2025-02-30", None),
        ("day", "20250228", None), ("day", "2025-W01-1", None), ("year", "", None),
    ],
)  # fmt: skip
def test_a_period_is_known_by_how_it_is_written(unit: Unit, value: str, number: int | None) -> None:
    assert period_number(unit, value) == number
    assert number is None or period(unit, number) == value


@pytest.mark.parametrize("size", [0, 1, 300, 70_000])
def test_documents_of_a_number_are_a_slice(size: int) -> None:
    numbers = (np.arange(size) * 7 % 400).astype(np.uint16)
    column = Sorted(numbers)
    for first, end in ((0, 1), (3, 90), (0, 1_000), (399, 400), (500, 600)):
        found = column.docs(first, end)
        assert sorted(found.tolist()) == np.flatnonzero((numbers >= first) & (numbers < end)).tolist()


@facets.few
@given(
    facets.batches,
    st.none() | st.dates(date(2019, 11, 1), date(2021, 3, 1)),
    st.none() | st.dates(date(2019, 11, 1), date(2021, 3, 1)),
    st.sampled_from(("", "alpha", "-alpha", "is:undated", "-is:undated", "lang:de", "-lang:de alpha", "is:copy OR is:edited")),
)  # fmt: skip
def test_conditions_equal_brute_force(
    steps: list[tuple[list[Article], set[int]]], since: date | None, until: date | None, text: str
) -> None:
    with facets.engine_of(*steps) as (engine, held):
        request = SearchRequest(text, since=since, until=until, page_size=100, grouped=False)
        results = engine.search(request, now=tools.NOW)
        copied = tools.copies(held.values())
        expected = {a.id for a in held.values() if _holds(a, text, copied) and _is_within(a, since, until)}
        assert {hit.id for hit in results.hits} == expected


def _is_within(article: Article, since: date | None, until: date | None) -> bool:
    published = article.latest.published
    if published is None:
        return since is None and until is None
    return (since or date.min) <= published.date() <= (until or date.max)


def _holds(article: Article, text: str, copied: Any) -> bool:
    latest = article.latest
    tests = {
        "alpha": tools.has_words(article, "alpha"),
        "is:undated": latest.published is None,
        "lang:de": latest.language == "de",
        "is:copy": article.id in copied,
        "is:edited": article.edits > 0,
    }
    if " OR " in text:
        return any(tests[part] for part in text.split(" OR "))
    return all(tests[part.removeprefix("-")] != part.startswith("-") for part in text.split())
