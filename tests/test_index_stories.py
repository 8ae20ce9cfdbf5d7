"""One result for each story: the first published of those that match, the others told with it, pages exact."""

from __future__ import annotations

import runpy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model import Article
from index.engine import Engine
from index.model import MAX_ALSO, SORTS, Filter, Hit, SearchRequest, SearchResults

here = Path(__file__)
tools = SimpleNamespace(**runpy.run_path(str(here.with_name("index_articles.py"))))
facets = SimpleNamespace(**runpy.run_path(str(here.with_name("test_index_facets.py"))))
article, day, NOW, engine_of = tools.article, tools.day, tools.NOW, facets.engine_of


def ask(engine: Engine, text: str = "", **how: object) -> SearchResults:
    return engine.search(SearchRequest(text, **how), now=NOW)


def ids(results: SearchResults) -> list[int]:
    return [hit.id for hit in results.hits]


@facets.few
@given(facets.batches, facets.filters, st.sampled_from(("", "alpha", "alpha beta")), st.sampled_from(SORTS))
def test_grouping_equals_brute_force_and_pages_join_to_the_whole(
    steps: list[tuple[list[Article], set[int]]], chosen: tuple[Filter, ...], text: str, sort: str
) -> None:
    with engine_of(*steps) as (engine, held):
        copied = tools.copies(held.values())
        every = ask(engine, text, filters=chosen, sort=sort, page_size=100, grouped=False)
        matching = [held[n] for n in ids(every)]
        assert {a.id for a in matching} == {
            a.id for a in held.values() if tools.has_words(a, text) and tools.passes(a, chosen, copied=copied)
        }
        firsts = tools.firsts(matching)
        grouped = ask(engine, text, filters=chosen, sort=sort, page_size=100)
        shown = {first.id for first in firsts.values()}
        assert ids(grouped) == [n for n in ids(every) if n in shown]
        assert (grouped.total, grouped.stories) == (len(matching), len(firsts))
        for hit in grouped.hits:
            assert [one.id for one in hit.also] == others(hit, held, matching)
            assert hit.more == len(hit.also)
        assert grouped.facets == every.facets
        assert grouped.histogram == every.histogram
        pages = [ask(engine, text, filters=chosen, sort=sort, page_size=2, page=n) for n in range(1, 6)]
        joined = [hit for page in pages for hit in page.hits]
        assert joined == list(grouped.hits[:10])


def others(hit: Hit, held: dict[int, Article], matching: list[Article]) -> list[int]:
    """What a hit must tell of its story, by loops."""
    story = held[hit.id].story or hit.id
    same = [a for a in matching if (a.story or a.id) == story and a.id != hit.id]
    return [a.id for a in sorted(same, key=lambda a: (a.latest.published or tools.LATE, a.id))]


WIRE = (
    article(1, "Storm hits the coast", "The storm came at night.", source="Gazette", published=day("2025-03-03")),
    article(2, "Coast hit by storm", "The storm came at night.", source="Agency", published=day("2025-03-01"), story=1),
    article(3, "Night of the storm", "The storm came at night.", source="Weekly", story=1),
    article(4, "Calm", "After the storm.", source="Weekly", published=day("2025-03-04")),
)  # fmt: skip


def test_the_first_published_stands_for_its_story() -> None:
    with engine_of((list(WIRE), set())) as (engine, _):
        results = ask(engine, "storm", sort="newest")
        assert (ids(results), results.total, results.stories) == ([4, 2], 4, 2)
        story = results.hits[1]
        assert story.more == 2
        assert [(one.id, one.source, one.title) for one in story.also] == [
            (1, "Gazette", "Storm hits the coast"),
            (3, "Weekly", "Night of the storm"),
        ]
        assert story.also[0].published == day("2025-03-03")
        assert results.hits[0].also == ()


def test_of_a_story_only_what_matches_is_told() -> None:
    with engine_of((list(WIRE), set())) as (engine, _):
        weekly = ask(engine, "storm", filters=(Filter("source", "Weekly"),), sort="oldest")
        assert ids(weekly) == [4, 3]
        assert [hit.more for hit in weekly.hits] == [0, 0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("is:original", {2, 4}),
        ("is:copy", {1, 3}),
        ("-is:copy", {2, 4}),
        ("story:3", {1, 2, 3}),
        ("story:9", set()),
    ],
)
def test_originals_copies_and_stories_can_be_asked_for(text: str, expected: set[int]) -> None:
    with engine_of((list(WIRE), set())) as (engine, _):
        assert set(ids(ask(engine, text, grouped=False))) == expected


def test_what_is_taken_out_is_of_no_story() -> None:
    with engine_of((list(WIRE), set())) as (engine, _):
        engine.apply([], removed=[2], checkpoint=9)
        results = ask(engine, "is:original", sort="oldest")
        assert ids(results) == [1, 4]
        assert [one.id for one in results.hits[0].also] == []
        assert [one.id for one in ask(engine, "storm", sort="oldest").hits[0].also] == [3]


def test_a_day_without_a_time_is_later_than_the_times_of_that_day() -> None:
    at_noon = article(1, published=day("2025-03-01"))
    by_day = article(2, published=datetime(2025, 3, 1, tzinfo=UTC), story=1)
    object.__setattr__(by_day.latest, "published_day_only", True)
    with engine_of(([at_noon, by_day], set())) as (engine, _):
        assert ids(ask(engine)) == [1]


def test_of_a_long_list_the_beginning_is_told() -> None:
    batch = [article(n, "Wire", story=1, published=day(f"2025-01-{n:02}")) for n in range(1, 21)]
    with engine_of((batch, set())) as (engine, _):
        (hit,) = ask(engine, "wire").hits
        assert hit.more == 19
        assert [one.id for one in hit.also] == list(range(2, 2 + MAX_ALSO))


EDITED = (
    article(1, "Never", published=day("2025-01-01")),
    article(2, "Once", edits=1, edited_at=NOW - timedelta(days=3), published=day("2025-01-02"), earlier_titles=("Mayor resigns", "Mayor to go")),
    article(3, "Often", edits=4, edited_at=datetime(2025, 4, 30, 23, 30, tzinfo=UTC), gone=True),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("edits:0", {1}),
        ("edits:>1", {3}),
        ("edits:>=1", {2, 3}),
        ("edits:1..3", {2}),
        ("edits:[1 TO 4]", {2, 3}),
        ("edits:..1", {1, 2}),
        ("edits:2..", {3}),
        ("edits:4", {3}),
        ("edits:<2", {1, 2}),
        ("edits:1+", {2, 3}),
        ("is:edited", {2, 3}),
        ("-is:edited", {1}),
        ("is:gone", {3}),
        ("changed:2025-04", {3}),
        ("changed:2025-05", set()),
        ("changed:2w", {2}),
        ('changed:"this month"', {2}),
        ("changed:[2025 TO 2026]", {2, 3}),
        ("changed:2025..", {2, 3}),
        ("-changed:2025", {1, 2}),
        ("resigns", {2}),
        ("mayor go", {2}),
        ('"mayor to go"', {2}),
        ('"resigns mayor"', set()),
        ("was:resigned", set()),
        ("was:resign*", {2}),
        ("was:mayor", {2}),
        ("was:once", set()),
        ("title:mayor", set()),
    ],
)
def test_what_was_edited_is_found(text: str, expected: set[int]) -> None:
    with engine_of((list(EDITED), set())) as (engine, _):
        assert set(ids(ask(engine, text))) == expected


def test_last_edits_come_first_where_that_is_the_order() -> None:
    with engine_of((list(EDITED), set())) as (engine, _):
        assert ids(ask(engine, sort="changed")) == [2, 3, 1]


def test_earlier_headlines_are_shown_the_newest_first_with_marks() -> None:
    with engine_of((list(EDITED), set())) as (engine, _):
        (hit,) = ask(engine, "mayor resigning").hits
        assert [title.text for title in hit.earlier_titles] == ["Mayor to go", "Mayor resigns"]
        assert [p for p, marked in hit.earlier_titles[1].pieces() if marked] == ["Mayor", "resigns"]
        assert (hit.edits, hit.edited_at) == (1, NOW - timedelta(days=3))
        assert hit.title.spans == ()


def test_edits_and_copies_are_facets() -> None:
    with engine_of(([*EDITED, article(4, story=1)], set())) as (engine, _):
        found = {facet.field: facet for facet in ask(engine).facets}
        assert [(b.value, b.count) for b in found["edited"].buckets] == [
            ("never", 2),
            ("once", 1),
            ("several", 1),
        ]
        assert [(b.label, b.count) for b in found["copies"].buckets] == [
            ("originals", 3),
            ("copies", 1),
        ]
        assert set(ids(ask(engine, filters=(Filter("edited", "several"), Filter("copies", "original"))))) == {
            3
        }
