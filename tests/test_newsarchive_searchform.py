"""The URL of a search says all of it, and nothing that makes no sense gets through."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.model import FACET_FIELDS, MAX_WINDOW, MISSING, SORTS, Filter, SearchRequest
from index.query import parse as parse_query
from newsarchive.searchform import LONG_FACET, SHORT_FACET, FormError, SearchForm, parse


def read(query: str) -> SearchForm:
    return parse(parse_qsl(query, keep_blank_values=True))


words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40).map(str.strip)
values = words.filter(bool)
filters = st.one_of(
    st.builds(Filter, st.sampled_from(("author", "source", "section", "language")), values, st.booleans()),
    st.builds(Filter, st.just("year"), st.from_regex(r"[0-9]{4}", fullmatch=True), st.booleans()),
    st.builds(
        Filter, st.just("month"), st.from_regex(r"[0-9]{4}-(0[1-9]|1[0-2])", fullmatch=True), st.booleans()
    ),
    st.builds(Filter, st.sampled_from(FACET_FIELDS), st.just(MISSING), st.booleans()),
)


@st.composite
def forms(draw: st.DrawFn) -> SearchForm:
    days = sorted(draw(st.lists(st.dates(), max_size=2)))
    more = tuple(draw(st.lists(st.sampled_from(FACET_FIELDS), unique=True)))
    size = draw(st.integers(1, 100))
    request = SearchRequest(
        text=draw(words),
        filters=tuple(draw(st.lists(filters, max_size=6, unique=True))),
        since=days[0] if days else None,
        until=days[1] if len(days) > 1 else None,
        sort=draw(st.sampled_from(SORTS)),
        page=draw(st.integers(1, MAX_WINDOW // size)),
        page_size=size,
        facet_size=LONG_FACET if more else SHORT_FACET,
    )
    return SearchForm(request, more)


@given(forms())
def test_every_search_is_its_own_url(form: SearchForm) -> None:
    assert read(form.query_string()) == form


@given(
    st.lists(
        st.tuples(st.sampled_from(["q", "author", "year", "since", "page", "size", "sort", "x"]), st.text())
    )
)
def test_whatever_is_sent_is_understood_or_refused_with_a_form(pairs: list[tuple[str, str]]) -> None:
    try:
        form = parse(pairs)
    except FormError as error:
        form = error.form
    assert read(form.query_string()) == form


def test_without_parameters_the_newest_come_first() -> None:
    assert read("").request == SearchRequest(sort="newest")


def test_with_words_the_most_relevant_come_first_unless_it_says_otherwise() -> None:
    assert read("q=ferry").request.sort == "relevance"
    assert read("q=ferry&sort=oldest").request.sort == "oldest"


def test_the_fields_of_an_empty_form_and_foreign_parameters_are_ignored() -> None:
    assert read("q=&since=&until=&utm_source=mail&author=&fbclid=1") == SearchForm()


def test_values_repeat_exclude_and_stand_for_none() -> None:
    form = read("author=Ada+Lane&author=Milo&not_source=Echo&without=year&with=author")
    assert form.request.filters == (
        Filter("author", "Ada Lane"),
        Filter("author", "Milo"),
        Filter("source", "Echo", exclude=True),
        Filter("year", MISSING),
        Filter("author", MISSING, exclude=True),
    )


@pytest.mark.parametrize(
    ("query", "since", "until"),
    [
        ("since=2024&until=2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("since=2024-02&until=2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("since=2024-02-03", date(2024, 2, 3), None),
    ],
)
def test_a_month_or_a_year_stands_for_all_of_its_days(query: str, since: date, until: date | None) -> None:
    assert (read(query).request.since, read(query).request.until) == (since, until)


@pytest.mark.parametrize(
    "query",
    [
        "page=1000000000",
        "page=99999999999999999999999999",
        "page=0",
        "page=-1",
        "page=%EF%BC%91",
        "page=1001&size=10",
        "size=101",
        "since=2026-99-99",
        "since=20260101",
        "since=0000",
        "until=2026-02-30",
        "since=2025&until=2024",
        "sort=random",
        "year=24",
        "year=%EF%BC%92024",
        "month=2024-13",
        "q=a%00b",
        "author=a%00b",
        "without=title",
        "&".join(f"author={n}" for n in range(51)),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(query: str) -> None:
    with pytest.raises(FormError) as caught:
        read(query)
    assert str(caught.value).endswith(".")
    assert "\x00" not in str(caught.value)


def test_a_query_that_is_too_long_is_cut_not_refused() -> None:
    text = read("q=" + "word " * 20_000).request.text
    assert text == ("word " * 200).strip()
    assert parse_query(text, today=date(2026, 11, 23)).notes == (
        "A query has at most 512 characters; what comes after them was ignored.",
        "A query has at most 64 parts; what comes after them was ignored.",
    )


def test_a_refused_parameter_leaves_the_rest_of_the_form() -> None:
    with pytest.raises(FormError) as caught:
        read("q=ferry&author=Ada&page=x")
    assert caught.value.form == read("q=ferry&author=Ada")


def test_changing_a_search_starts_at_its_first_page() -> None:
    form = read("q=ferry&page=3")
    ada = Filter("author", "Ada")
    assert form.adding(ada).query_string() == "q=ferry&author=Ada"
    assert form.adding(ada).removing(ada) == form.at_page(1)
    assert form.sorted_by("newest").query_string() == "q=ferry&sort=newest"
    assert form.between(date(2024, 1, 1), None).query_string() == "q=ferry&since=2024-01-01"
    assert form.at_page(4).query_string() == "q=ferry&page=4"


def test_excluding_a_chosen_value_replaces_the_choice() -> None:
    form = read("author=Ada").adding(Filter("author", "Ada", exclude=True))
    assert form.query_string() == "not_author=Ada"


def test_clearing_keeps_the_words() -> None:
    cleared = read("q=ferry&author=Ada&since=2024&page=2").cleared()
    assert cleared == read("q=ferry")
    assert not cleared.narrowed


def test_other_words_keep_a_chosen_sort_but_not_the_usual_one() -> None:
    assert read("").asking("ferry").request.sort == "relevance"
    assert read("q=boat&sort=oldest").asking("ferry").request.sort == "oldest"


def test_opening_a_facet_asks_for_its_long_list() -> None:
    opened = read("q=ferry&page=2").opening("author")
    assert opened.request.facet_size == LONG_FACET
    assert read(opened.query_string()) == opened
