"""What the pages compute before they are drawn: words, facets, chart and marks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.model import Bucket, Facet, Filter, HighlightedText, Histogram, SearchRequest, SearchResults
from newsarchive.searchform import SearchForm, parse
from newsarchive.views import facets, words
from newsarchive.views.histogram import HEIGHT, WIDTH, chart, days_of, over_period
from newsarchive.views.marks import mark_paragraphs
from newsarchive.views.security import hostname, is_loopback

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def read(query: str) -> SearchForm:
    return parse(parse_qsl(query))


def found(total: int, page: int = 1) -> SearchResults:
    request = SearchRequest(page=page)
    return SearchResults(request, "", (), total, (), (), None, (), 0.0, total)


class TestWords:
    def test_a_date_is_the_calendar_day_of_its_own_place(self) -> None:
        moment = datetime(2025, 4, 1, 0, 30, tzinfo=timezone(timedelta(hours=9)))
        assert words.day(moment) == "1 April 2025"
        assert words.published(moment, day_only=False) == "1 April 2025, 00:30 UTC+09:00"
        assert words.published(moment, day_only=True) == "1 April 2025"
        assert words.published(None, day_only=False) == "undated"

    @pytest.mark.parametrize(
        ("since", "until", "said"),
        [
            (date(2024, 1, 1), date(2024, 12, 31), "2024"),
            (date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
            (date(2024, 2, 3), date(2024, 2, 3), "3 February 2024"),
            (date(2024, 2, 3), None, "from 3 February 2024"),
            (None, date(2024, 2, 3), "until 3 February 2024"),
            (date(2023, 1, 1), date(2024, 12, 31), "1 January 2023 to 31 December 2024"),
            (None, None, ""),
        ],
    )
    def test_a_period_is_said_as_shortly_as_it_can_be(self, since: date, until: date, said: str) -> None:
        assert words.period(since, until) == said

    @pytest.mark.parametrize(
        ("ago", "said"),
        [
            (timedelta(seconds=5), "just now"),
            (timedelta(minutes=1), "1 minute ago"),
            (timedelta(hours=5), "5 hours ago"),
            (timedelta(days=-2), "in 2 days"),
            (timedelta(seconds=-5), "in a moment"),
        ],
    )
    def test_a_distance_has_its_largest_unit(self, ago: timedelta, said: str) -> None:
        assert words.distance(NOW - ago, NOW) == said

    @pytest.mark.parametrize(
        "url",
        ["javascript:alert(1)", "data:text/html,x", "//evil.example/", "/path", "", "http:///x", "http://["],
    )
    def test_only_web_addresses_become_links(self, url: str) -> None:
        assert words.web_link(url) == ""
        assert words.web_link("https://example.org/a") == "https://example.org/a"


class TestFacets:
    authors = Facet("author", tuple(Bucket(f"A{n}", f"A{n}", 50 - n) for n in range(30)), missing=3, other=7)

    def test_a_long_facet_is_cut_and_says_what_is_left(self) -> None:
        (view,) = facets.facet_views(read(""), [self.authors])
        assert [row.label for row in view.rows] == [*(f"A{n}" for n in range(10)), "no byline"]
        assert view.other == 7 + sum(50 - n for n in range(10, 30))
        assert view.more == read("more=author")

    def test_opened_it_shows_all_there_is(self) -> None:
        (view,) = facets.facet_views(read("more=author"), [self.authors])
        assert len(view.rows) == 31
        assert view.more is None

    def test_a_chosen_value_is_shown_however_rare(self) -> None:
        buckets = (*self.authors.buckets[:-1], Bucket("Z", "Z", 1, selected=True))
        (view,) = facets.facet_views(read("author=Z"), [Facet("author", buckets)])
        assert [row.label for row in view.rows if row.checked] == ["Z"]
        assert view.chosen == 1

    def test_the_form_sends_every_filter_once(self) -> None:
        form = read("q=x&author=A1&author=Gone&not_source=Echo&without=year&sort=oldest&since=2024&page=3")
        authors = Facet("author", (Bucket("A1", "A1", 4, selected=True), Bucket("A2", "A2", 3)))
        views = facets.facet_views(form, [authors, Facet("year", (), missing=2)])
        ticked = [(row.name, row.parameter) for view in views for row in view.rows if row.checked]
        assert ticked == [("author", "A1"), ("without", "year")]
        sent = [*ticked, *facets.hidden_inputs(form, views), ("q", "x"), ("since", "2024-01-01")]
        assert sorted(sent) == sorted(form.at_page(1).pairs())

    def test_case_makes_no_difference_to_what_is_chosen(self) -> None:
        form = read("author=ada")
        facet = Facet("author", (Bucket("Ada", "Ada", 5, selected=True), Bucket("Bo", "Bo", 2)))
        (view,) = facets.facet_views(form, [facet])
        assert [row.checked for row in view.rows] == [True, False]
        assert facets.hidden_inputs(form, [view]) == []
        assert view.rows[0].exclude == read("not_author=Ada")

    def test_years_stand_in_the_order_of_time(self) -> None:
        facet = Facet(
            "year", (Bucket("2023", "2023", 9), Bucket("2025", "2025", 1), Bucket("2024", "2024", 5))
        )
        (view,) = facets.facet_views(read(""), [facet])
        assert [row.label for row in view.rows] == ["2025", "2024", "2023"]

    def test_each_filter_has_a_chip_that_removes_it(self) -> None:
        form = read("author=A1&not_source=Echo&without=year&month=2024-05&since=2024&until=2024")
        chips = facets.chips(form)
        assert [(chip.label, chip.value) for chip in chips] == [
            ("author", "A1"),
            ("not source", "Echo"),
            ("", "undated"),
            ("month", "May 2024"),
            ("date", "2024"),
        ]
        assert chips[0].removed == form.removing(Filter("author", "A1"))
        assert chips[-1].removed.request.since is None

    def test_page_numbers_keep_first_last_and_neighbours(self) -> None:
        assert facets.page_numbers(found(0)) == (1,)
        assert facets.page_numbers(found(35)) == (1, 2, 3, 4)
        assert facets.page_numbers(found(1000, page=50)) == (1, None, 48, 49, 50, 51, 52, None, 100)
        assert facets.last_page(found(10**6)) == 1000

    def test_a_search_without_hits_gets_only_ideas_that_help(self) -> None:
        form = read("q=ferry+storm&author=A1&year=1999")
        helpful = form.removing(Filter("year", "1999"))
        either = form.asking("ferry OR storm").cleared()
        found = {helpful: 4, either: 2}
        ideas = facets.loosened(form, facets.chips(form), ["ferry OR storm"], lambda idea: found.get(idea, 0))
        assert ideas == [
            ("Remove “1999”", 4, helpful),
            ("Search for “ferry OR storm”, without filters", 2, either),
        ]


class TestHistogram:
    @given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60))
    def test_bars_stand_in_the_drawing_and_in_order(self, counts: list[int]) -> None:
        buckets = tuple(Bucket(str(1960 + i), "", n) for i, n in enumerate(counts))
        drawn = chart(SearchForm(), Histogram("year", buckets))
        if not any(counts):
            assert drawn is None
            return
        assert drawn is not None
        assert drawn.highest == max(counts)
        assert all(bar.y >= 0 and bar.y + bar.height == pytest.approx(HEIGHT) for bar in drawn.bars)
        assert drawn.bars[-1].x + drawn.bars[-1].width == pytest.approx(WIDTH, abs=1)
        assert all((bar.target is None) == (bar.count == 0) for bar in drawn.bars)
        assert all(bar.height > 0 for bar in drawn.bars if bar.count)

    def test_a_bar_drills_down_and_the_crumbs_lead_back(self) -> None:
        drawn = chart(read("q=x"), Histogram("year", (Bucket("2024", "2024", 3),)))
        assert drawn is not None
        year = drawn.bars[0].target
        assert year == read("q=x&since=2024&until=2024")
        within = chart(read("since=2024-05&until=2024-05"), Histogram("day", (Bucket("2024-05-01", "", 1),)))
        assert within is not None
        assert [label for label, _ in within.crumbs] == ["All years", "2024", "May 2024"]
        assert within.crumbs[1][1] == read("since=2024&until=2024")

    @pytest.mark.parametrize(
        ("values", "ticks"),
        [
            (["2023", "2024"], ["2023", "2024"]),
            ([f"{year}" for year in range(2001, 2021)], ["2002", "2004", "2006"]),
            ([f"2024-{month:02}" for month in range(1, 13)], ["Jan", "Feb", "Mar"]),
            ([f"{y}-{m:02}" for y in (2023, 2024) for m in range(1, 13)], ["2023", "Mar", "May"]),
            ([f"2024-05-{day:02}" for day in range(1, 32)], ["May", "8", "15", "22"]),
            (["2024-05-09", "2024-05-10"], ["9", "10"]),
        ],
    )
    def test_labels_below_the_bars_are_round(self, values: list[str], ticks: list[str]) -> None:
        unit = {4: "year", 7: "month", 10: "day"}[len(values[0])]
        drawn = chart(SearchForm(), Histogram(unit, tuple(Bucket(v, v, 1) for v in values)))
        assert drawn is not None
        shown = [bar.tick for bar in drawn.bars if bar.tick]
        assert shown[: len(ticks)] == ticks
        assert len(shown) <= 13
        assert drawn.span == " – ".join(words.period(*days_of(v)) for v in (values[0], values[-1]))

    def test_a_period_is_drawn_whole_in_the_unit_that_suits_it(self) -> None:
        found = Histogram("day", (Bucket("2021-11-08", "", 1), Bucket("2021-11-26", "", 2)), undated=3)
        month = over_period(found, date(2021, 11, 1), date(2021, 11, 30))
        assert (month.unit, len(month.buckets), month.undated) == ("day", 30, 3)
        year = over_period(found, date(2021, 1, 1), date(2021, 12, 31))
        assert [bucket.count for bucket in year.buckets] == [0] * 10 + [3, 0]
        decade = over_period(found, date(2020, 1, 1), date(2029, 12, 31))
        assert [bucket.value for bucket in decade.buckets] == [str(year) for year in range(2020, 2030)]
        assert over_period(found, date(2021, 11, 1), None) == found
        assert over_period(found, date(1, 1, 1), date(9999, 12, 31)) == found

    def test_a_bucket_is_whole_days(self) -> None:
        assert days_of("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))


class TestMarks:
    @given(st.text("ab \n", max_size=60), st.lists(st.integers(0, 60), max_size=8, unique=True))
    def test_paragraphs_keep_every_character(self, text: str, cuts: list[int]) -> None:
        inside = sorted(cut for cut in cuts if cut <= len(text))
        spans = tuple(zip(inside[::2], inside[1::2], strict=False))
        marked = mark_paragraphs(HighlightedText(text, spans))
        flat = [fragment for paragraph in marked.paragraphs for fragment in paragraph]
        assert [f.mark for f in flat if f.mark] == list(range(1, marked.matches + 1))
        kept = "".join(f.text for f in flat)
        assert kept.replace("\n", "") == text.replace("\n", "")

    def test_matches_are_numbered_across_paragraphs(self) -> None:
        marked = mark_paragraphs(HighlightedText("a b\n\nb c", ((2, 3), (5, 6))))
        assert marked.matches == 2
        assert [[f.mark for f in paragraph] for paragraph in marked.paragraphs] == [[0, 1], [2, 0]]


class TestHosts:
    def test_the_name_in_a_host_header(self) -> None:
        assert hostname("LocalHost:8080") == "localhost"
        assert hostname("[::1]:8080") == "::1"
        assert hostname("127.0.0.1") == "127.0.0.1"

    def test_what_serves_only_this_machine(self) -> None:
        assert all(is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "127.9.9.9"))
        assert not any(is_loopback(host) for host in ("0.0.0.0", "192.0.2.1", "news.example.org"))
