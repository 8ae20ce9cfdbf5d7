"""Counts are exact: facets, filters and the histogram equal loops over a list of articles."""

from __future__ import annotations

import runpy
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.model import Article
from index.engine import Engine, open_engine
from index.labels import label
from index.model import FACET_FIELDS, MISSING, Filter, SearchRequest
from index.rebuild import rebuild

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_articles.py"))))
article, day, NOW = tools.article, tools.day, tools.NOW

NAMES = ("Ann Low", "ann low", "Bo Ek", "Cy Ng", "Di Ma")
WORDS = ("alpha", "beta", "gamma", "delta")
articles = st.builds(
    article,
    st.integers(1, 25),
    st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
    | st.sampled_from((99, 100, 299, 300, 600, 1199, 1200)).map(lambda size: "alpha " * size),
    tags=st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple),
    authors=st.lists(st.sampled_from(NAMES), max_size=3, unique=True).map(tuple),
    published=st.none() | st.dates(date(2019, 11, 1), date(2021, 3, 1)).map(lambda one: day(one.isoformat())),
    source=st.sampled_from(("Gazette", "Weekly")),
    section=st.sampled_from(("", "News", "news", "Sport")),
    language=st.sampled_from(("", "en", "de")),
    number=st.integers(1, 9),
    story=st.integers(0, 4),
    edits=st.integers(0, 3),
)
choices = {
    "author": (*NAMES, "CY NG", "Nobody", MISSING),
    "source": ("Gazette", "weekly", MISSING),
    "section": ("News", "Sport", MISSING),
    "language": ("en", "de", MISSING),
    "year": ("2019", "2020", "1999", MISSING),
    "month": ("2020-01", "2020-02", "2020-13", MISSING),
    "tag": ("Ann Low", "BO EK", "else", MISSING),
    "day": ("2020-01-01", "2020-02-30", MISSING),
    "words": ("0-99", "300-599", "1200-", "7-8", MISSING),
    "copies": ("original", "copy", "else", MISSING),
    "edited": ("never", "once", "SEVERAL", MISSING),
}
filters = st.lists(
    st.sampled_from(FACET_FIELDS).flatmap(
        lambda field: st.builds(Filter, st.just(field), st.sampled_from(choices[field]), st.booleans())
    ),
    max_size=4,
).map(tuple)
batches = st.lists(
    st.tuples(st.lists(articles, max_size=8), st.sets(st.integers(1, 25), max_size=3)), max_size=4
)
few = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@contextmanager
def engine_of(*steps: tuple[list[Article], set[int]]) -> Iterator[tuple[Engine, dict[int, Article]]]:
    """An engine to which batches were applied one after the other, and what it must hold then."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(Path(folder) / "index")
        held: dict[int, Article] = {}
        engine.apply([], checkpoint=0)
        for n, (batch, removed) in enumerate(steps, 1):
            engine.apply(batch, removed=removed, checkpoint=n)
            held |= {one.id: one for one in batch}
            held = {n: one for n, one in held.items() if n not in removed}
        try:
            yield engine, held
        finally:
            engine.close()


@few
@given(batches, filters, st.sampled_from(("", "alpha", "alpha beta", "delta")), st.integers(0, 4))
def test_counts_equal_brute_force(
    steps: list[tuple[list[Article], set[int]]], chosen: tuple[Filter, ...], text: str, size: int
) -> None:
    with engine_of(*steps) as (engine, held):
        request = SearchRequest(text, chosen, page_size=100, facet_size=size, grouped=False)
        results = engine.search(request, now=NOW)
        copied = tools.copies(held.values())
        matching = [one for one in held.values() if tools.has_words(one, text)]
        expected = [one for one in matching if tools.passes(one, chosen, copied=copied)]
        assert {hit.id for hit in results.hits} == {one.id for one in expected}
        assert results.total == results.stories == len(expected)
        for facet in results.facets:
            others = [
                one for one in matching if tools.passes(one, chosen, ignoring=facet.field, copied=copied)
            ]
            counts = Counter(value for one in others for value in tools.values(one, facet.field, copied))
            assert facet.missing == sum(not tools.values(one, facet.field, copied) for one in others)
            assert facet.other == counts.total() - sum(bucket.count for bucket in facet.buckets)
            assert all(bucket.count == counts[bucket.value] for bucket in facet.buckets)
            alphabet = sorted(counts.items(), reverse=facet.field in ("year", "month", "day"))
            expected_first = sorted(alphabet, key=lambda held: -held[1])[:size]
            assert [(b.value, b.count) for b in facet.buckets[: len(expected_first)]] == expected_first
            picked = {f.value.lower() for f in chosen if f.field == facet.field and f.value != MISSING}
            assert picked <= {bucket.value.lower() for bucket in facet.buckets}
        dated = Counter(one.latest.published is not None for one in expected)
        assert results.histogram is not None
        assert results.histogram.undated == dated[False]
        assert sum(bucket.count for bucket in results.histogram.buckets) == dated[True]


@few
@given(
    batches, st.sampled_from(("", "alpha", '"alpha beta"', "alpha -beta", "title:gamma OR author:low", "be*"))
)
def test_catching_up_and_rebuilding_give_the_same_answers(
    steps: list[tuple[list[Article], set[int]]], text: str
) -> None:
    with engine_of(*steps) as (engine, held), tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "index"
        in_order = [held[n] for n in sorted(held)]
        rebuild(fresh, lambda last: (a for a in in_order if a.id > last), checkpoint=4, total=len(held))
        rebuilt = open_engine(fresh)
        for sort in ("newest", "oldest", "changed"):
            request = SearchRequest(text, sort=sort, page_size=100)
            one, other = engine.search(request, now=NOW), rebuilt.search(request, now=NOW)
            assert (one.hits, one.facets, one.histogram) == (other.hits, other.facets, other.histogram)
        assert engine.revisions() == rebuilt.revisions() == {n: a.latest.number for n, a in held.items()}
        rebuilt.close()


def search(batch: list[Article], **how: object) -> SimpleNamespace:
    """The facets of a search by their names, and the histogram."""
    with engine_of((batch, set())) as (engine, _):
        results = engine.search(SearchRequest(**how), now=NOW)
        return SimpleNamespace(
            histogram=results.histogram, **{facet.field: facet for facet in results.facets}
        )


def test_all_authors_of_an_article_are_counted() -> None:
    author = search([article(1, authors=("A", "B")), article(2, authors=("B",)), article(3)]).author
    assert [(b.value, b.count) for b in author.buckets] == [("B", 2), ("A", 1)]
    assert (author.missing, author.other) == (1, 0)


def test_a_chosen_value_is_shown_even_where_it_is_cut_off_or_matches_nothing() -> None:
    batch = [article(n, authors=(f"Author {n % 5}",)) for n in range(1, 10)]
    chosen = (Filter("author", "author 0"), Filter("author", "Nobody"))
    author = search(batch, filters=chosen, facet_size=1).author
    assert [(b.value, b.count, b.selected) for b in author.buckets] == [
        ("Author 1", 2, False),
        ("Author 0", 1, True),
        ("Nobody", 0, True),
    ]
    assert author.other == 6


def test_an_excluded_value_is_marked_so() -> None:
    author = search([article(1, authors=("A",))], filters=(Filter("author", "A", exclude=True),)).author
    assert [(b.value, b.count, b.selected, b.excluded) for b in author.buckets] == [("A", 1, False, True)]


def test_values_are_labelled_for_a_person() -> None:
    facets = search([article(1, language="de", published=day("2025-04-01"))])
    assert [b.label for b in facets.language.buckets] == ["German"]
    assert [b.label for b in facets.month.buckets] == ["April 2025"]
    assert label("language", "tlh") == "tlh"
    assert label("month", "2025-13") == "2025-13"


@pytest.mark.parametrize(
    ("first", "last", "unit", "count"),
    [
        ("2025-04-01", "2025-04-01", "day", 1),
        ("2025-01-31", "2025-03-30", "day", 59),
        ("2025-01-31", "2025-03-31", "month", 3),
        ("2022-04-02", "2025-04-01", "month", 37),
        ("2022-04-01", "2025-04-01", "year", 4),
        ("1000-01-01", "2025-04-01", "year", 200),
    ],
)
def test_the_histogram_is_contiguous_in_a_unit_that_fits(
    first: str, last: str, unit: str, count: int
) -> None:
    histogram = search(
        [article(1, published=day(first)), article(2, published=day(last)), article(3)]
    ).histogram
    assert (histogram.unit, len(histogram.buckets), histogram.undated) == (unit, count, 1)
    assert histogram.buckets[-1].value == last[: {"day": 10, "month": 7, "year": 4}[unit]]
    assert sum(bucket.count for bucket in histogram.buckets) == 2


def test_choosing_a_year_shows_its_months() -> None:
    batch = [article(n, published=day(f"20{n + 10}-0{n % 3 + 1}-15")) for n in range(1, 9)]
    batch.append(article(20, published=day("2015-12-01")))
    assert search(batch).histogram.unit == "year"
    assert search(batch, filters=(Filter("year", "2015"),)).histogram.unit == "month"
    assert search(batch, since=date(2015, 11, 20), until=date(2015, 12, 31)).histogram.unit == "day"


def test_years_without_a_date_come_from_nowhere() -> None:
    assert search([article(1), article(2)]).year == search([article(3), article(4)]).year
    assert search([article(1)]).year.missing == 1


def test_the_calendar_is_right_at_its_ends() -> None:
    for moment in (
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, tzinfo=UTC),
        datetime(1969, 12, 31, tzinfo=UTC),
    ):
        month = search([article(1, published=moment)]).month
        assert [b.value for b in month.buckets] == [moment.date().isoformat()[:7]]


def test_lengths_are_labelled_for_a_person() -> None:
    facet = search([article(1, text="word " * 250), article(2), article(3, text="word " * 1300)]).words
    assert {b.value: b.label for b in facet.buckets} == {
        "0-99": "under 100 words",
        "100-299": "100 to 299 words",
        "1200-": "1,200 words and more",
    }
    assert label("words", "no band") == "no band"


def test_only_what_is_asked_for_is_counted() -> None:
    batch = [article(1, authors=("A",))]
    assert search(batch, facet_fields=("author", "year")).__dict__.keys() == {"histogram", "author", "year"}


contained = st.sampled_from(("", "ann", "B", "l", "low", "nn", "ann low", "é", "*"))


@few
@given(
    batches, filters, st.sampled_from(("author", "tag", "source", "language")), contained, st.integers(1, 4)
)
def test_values_that_contain_a_word_are_counted_like_all(
    steps: list[tuple[list[Article], set[int]]],
    chosen: tuple[Filter, ...],
    field: str,
    containing: str,
    size: int,
) -> None:
    with engine_of(*steps) as (engine, held):
        found = engine.facet_values(SearchRequest("", chosen), field, containing, size=size, now=NOW)
        copied = tools.copies(held.values())
        others = [one for one in held.values() if tools.passes(one, chosen, ignoring=field, copied=copied)]
        counts = Counter(value for one in others for value in tools.values(one, field, copied))
        begun = containing.lower().replace("é", "e")  # accents make no difference
        if begun:
            named = {value: f"{value} {label(field, value)}".lower() for value in counts}
            counts = Counter({v: n for v, n in counts.items() if f" {begun}" in f" {named[v]}"})
            assert [b.count for b in found.buckets] == sorted(counts.values(), reverse=True)[:size]
        assert all(counts[b.value] == b.count for b in found.buckets)
        assert found.other == counts.total() - sum(b.count for b in found.buckets)


def test_a_field_that_is_no_facet_has_no_values() -> None:
    with engine_of() as (engine, _), pytest.raises(ValueError, match="no facet"):
        engine.facet_values(SearchRequest(), "title", now=NOW)
