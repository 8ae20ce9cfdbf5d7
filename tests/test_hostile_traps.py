"""Addresses without end that pages link to: the numbered hostile input 34."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.discover import Budget, discover, trap
from archive.discover.traps import NEW_URLS, PER_TEMPLATE, without_session
from archive.urls import fetch_form

A = "https://a.com"
TODAY = date(2026, 5, 4)


def cause(path: str) -> str:
    return trap(A + path, today=TODAY)


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        ("/news;jsessionid=0AF3?id=7", "/news?id=7"),
        ("/(S(lit3py55t21z5v55vlm25s55))/news.aspx", "/news.aspx"),
        ("/story?PHPSESSID=abc123", "/story"),
        ("/story?id=7&sid=4f3c0a9b8d7e6f5a4b3c2d1e0f9a8b7c", "/story?id=7"),
        ("/story?ASPSESSIONIDQQRRSSTT=ABC&id=7", "/story?id=7"),
        ("/(S(lit3py55t21z5v55vlm25s55))", "/"),
    ],
)
def test_hostile_34_a_link_is_taken_without_its_session(path: str, plain: str) -> None:
    assert cause(path) == "session"
    assert fetch_form(without_session(A + path)) == A + plain
    page = f'<main><h2><a href="{path}">Tea is drunk at noon</a></h2></main>'.encode()
    assert [link.url for link in discover(page, url=f"{A}/home/").articles] in ([A + plain], [])


@pytest.mark.parametrize(
    "path",
    [
        "/story?sid=20345",
        "/story?s=tea",
        "/a(b)/c",
        "/story?side=4f3c0a9b8d7e6f5a4b3c2d1e0f9a8b7c",
        "/story?sid=4f3c0a9b8d7e6f5a4b3c2d1e0f9a8b7c",
        "/story?s_id=7&id=8",
    ],
)
def test_hostile_34_what_is_no_session_stays(path: str) -> None:
    assert without_session(A + path) == A + path
    assert cause(path) == ""


@pytest.mark.parametrize(
    "path",
    [
        "/calendar/2026/05/04", "/calendar/2026-05", "/events/2026-05-04/", "/2031/05/", "/2031/05/04", "/2026-09-01",
        "/1066/10/", "/whats-on?month=2031-05", "/whats-on?month=07", "/?month=7&day=3", "/agenda?date=2031-05-04", "/news?year=2041",
        "/?yyyy=1897&mm=01", "/events/2031-05-04/list",
    ],
)  # fmt: skip
def test_hostile_34_calendars_are_left(path: str) -> None:
    assert cause(path) == "calendar"


def test_hostile_34_an_endless_calendar_is_left_within_a_month_of_today() -> None:
    days = [TODAY + timedelta(days=number) for number in range(5000)]
    followed = [day for day in days if not cause(f"/{day:%Y/%m/%d}/")]
    assert max(followed) < TODAY + timedelta(days=62)


@pytest.mark.parametrize(
    "path", ["/a/a/a/a/x", "/x/a/b/a/b/a/b", "/a/b/c/a/b/c/a/b/c/tea-at-noon", "/news/x/news/y/news/z/news/w"]
)
def test_hostile_34_paths_that_repeat_themselves_are_left(path: str) -> None:
    assert cause(path) == "repeats"


def test_hostile_34_addresses_that_are_long_or_deep_are_left() -> None:
    assert cause("/" + "x" * 10_000) == "length"
    assert cause("/x" * 10_000) == "length"
    assert cause("".join(f"/{n}" for n in range(40))) == "depth"


@pytest.mark.parametrize(
    "path",
    [
        "/shop?f[0]=red&f[1]=blue&f[2]=green", "/list?sort=x&order=asc&view=grid", "/list?tag=a&tag=b&tag=c",
        "/list?" + "&".join(f"p{n}=1" for n in range(11)), "/list?filter%5Ba%5D=1&filter%5Bb%5D=1&sort=x",
    ],
)  # fmt: skip
def test_hostile_34_combinations_of_filters_are_left(path: str) -> None:
    assert cause(path) == "facets"


@pytest.mark.parametrize(
    "path",
    [
        "/", "/news/tea-at-noon", "/2026/05/04/tea-at-noon", "/2015/03/", "/2026/05/04/", "/2015/03/14/54321", "/2011/11/11/11",
        "/1066/10/14/the-battle-of-hastings", "/books/1984/review", "/events/2026/05/04/the-tea-party-of-the-year", "/events/2027/08/big-summer-fair",
        "/index.php?option=com_content&view=article&id=12&catid=3&Itemid=44&lang=en", "/story?id=7&date=20150304",
        "/?p=123", "/page/2", "/news?page=2", "/archive?year=2015&month=03", "/news/2040-climate-goals-will-be-missed",
        "/story?id=7&utm_source=a&utm_medium=b&utm_campaign=c&utm_term=d&utm_content=e&fbclid=f&gclid=g&mc_cid=h&mc_eid=i&ocid=j",
        "/en/world/europe/uk/england/london/2026/05/04/tea/index.html", "/news/news/news/tea-at-noon", "/2609-2/", "/2109-2",
    ],
)  # fmt: skip
def test_hostile_34_what_sites_really_have_is_followed(path: str) -> None:
    assert cause(path) == ""


def test_hostile_34_a_crawl_takes_so_many_new_addresses_and_so_many_of_one_form() -> None:
    budget = Budget(new_urls=100, per_template=60)
    refused = [
        budget.refusal(f"{A}/{year}/{month:02}/") for year in range(2000, 2010) for month in range(1, 13)
    ]
    assert refused == [""] * 60 + ["budget-template"] * 60
    assert [budget.refusal(f"{A}/news/a-tale-of-{name}") for name in ("two", "tea")] == ["", ""]
    assert [budget.refusal(f"{A}/{word}/x") for word in map("a".__mul__, range(1, 50))].count("") == 38
    assert budget.refusal(f"{A}/anything") == "budget"


def test_hostile_34_a_home_page_of_1000_articles_is_within_the_budget() -> None:
    budget = Budget()
    sections = ("council", "sport")
    urls = [f"{A}/{section}/2026/05/04/tale-of-tea-{n}" for section in sections for n in range(PER_TEMPLATE)]
    assert {budget.refusal(url) for url in urls} == {""}
    assert len(urls) <= NEW_URLS


@given(st.text(max_size=60), st.text(max_size=60))
def test_hostile_34_no_address_raises_and_one_without_a_session_has_none(path: str, query: str) -> None:
    try:
        url = fetch_form(f"{A}/{path}?{query}")
    except ValueError:
        return
    trap(url, today=TODAY)
    Budget().refusal(url)
    plain = without_session(url)
    assert without_session(plain) == plain
