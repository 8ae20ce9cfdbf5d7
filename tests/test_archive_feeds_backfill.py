"""Which entries of sitemaps and archives are followed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.feeds import newest_first, wanted, without_future
from archive.feeds.backfill import FEW, MOST_ARTICLES, MOST_SITEMAPS, days_of_address
from archive.model import Link

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
A = "https://a.com"


def article(path: str, *, published: str = "", modified: str = "") -> Link:
    return Link(A + path, published=moment(published), modified=moment(modified))


def sitemap(path: str, *, modified: str = "") -> Link:
    return Link(A + path, role="sitemap", modified=moment(modified))


def moment(day: str) -> datetime | None:
    return datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None


def paths(links: tuple[Link, ...]) -> list[str]:
    return [link.url.removeprefix(A) for link in links]


def latest(*links: Link) -> list[str]:
    return paths(wanted(links, since=None, now=NOW))


def since(day: str, *links: Link) -> list[str]:
    return paths(wanted(links, since=date.fromisoformat(day), now=NOW))


@pytest.mark.parametrize(
    ("path", "first", "last"),
    [
        ("/sitemap-2015-03.xml", "2015-03-01", "2015-03-31"),
        ("/sitemap_201503.xml.gz", "2015-03-01", "2015-03-31"),
        ("/sitemaps/2015_3.xml", "2015-03-01", "2015-03-31"),
        ("/sitemap-20150304.xml", "2015-03-04", "2015-03-04"),
        ("/2015/03/", "2015-03-01", "2015-03-31"),
        ("/2016/feb/", "2016-02-01", "2016-02-29"),
        ("/2015/march/4/tea", "2015-03-04", "2015-03-04"),
        ("/sitemap.xml?yyyy=2015&mm=03", "2015-03-01", "2015-03-31"),
        ("/sitemap.xml?yyyy=2015&mm=03&dd=04", "2015-03-04", "2015-03-04"),
        ("/?m=201503", "2015-03-01", "2015-03-31"),
        ("/archive?date=2015-03", "2015-03-01", "2015-03-31"),
        ("/sitemap-2015.xml", "2015-01-01", "2015-12-31"),
    ],
)
def test_an_address_names_days(path: str, first: str, last: str) -> None:
    assert days_of_address(A + path) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "path",
    ["/", "/sitemap7.xml", "/20151399", "/?id=2015", "/article-20153.html", "/x/2015/2/30/", "/12015-03"],
)
def test_numbers_are_not_always_days(path: str) -> None:
    assert days_of_address(A + path) is None


def test_of_a_sitemap_that_was_found_only_the_last_three_days_are_taken() -> None:
    found = latest(
        article("/new", published="2026-05-02"),
        article("/old", published="2026-04-30"),
        article("/changed", modified="2026-05-03"),
        article("/old-and-changed", published="2020-01-01", modified="2026-05-03"),
        article("/2026/05/03/dated"),
        article("/2020/05/03/dated", modified="2026-05-03"),
        article("/undated"),
    )
    assert found == ["/new", "/changed", "/2026/05/03/dated"]


def test_of_a_sitemap_that_dates_nothing_few_articles_are_taken_and_many_not_at_all() -> None:
    undated = [article(f"/{number}") for number in range(FEW + 1)]
    assert len(latest(*undated[:FEW])) == FEW
    assert latest(*undated) == []


def test_a_site_that_dates_everything_with_today_is_not_fetched_whole() -> None:
    everything = [article(f"/{number}", modified="2026-05-04") for number in range(5000)]
    real = [article(f"/real-{number}", published="2026-05-05") for number in range(3)]
    found = latest(*everything, *real)
    assert len(found) == MOST_ARTICLES
    assert found[-3:] == ["/real-0", "/real-1", "/real-2"]
    sitemaps = [sitemap(f"/{number}.xml", modified="2026-05-04") for number in range(500)]
    assert len(latest(*sitemaps)) == MOST_SITEMAPS
    assert len(since("2015-01-01", *sitemaps)) == 500


def test_dates_in_the_future_say_nothing() -> None:
    assert latest(article("/x", published="2036-05-04"), article("/y", published="2026-05-04")) == ["/y"]
    assert since("2026-05-01", article("/x", published="2036-05-04", modified="2026-04-01")) == []


def test_since_a_day_all_that_may_be_of_it_or_later_is_taken() -> None:
    found = since(
        "2015-03-15",
        article("/a", published="2015-03-15"),
        article("/b", published="2015-03-14", modified="2026-01-01"),
        article("/2015/03/story"),
        article("/2015/02/story", modified="2026-01-01"),
        article("/c", modified="2015-03-14"),
        article("/d", modified="2015-03-16"),
        article("/undated"),
    )
    assert found == ["/a", "/2015/03/story", "/d", "/undated"]


def test_a_day_within_a_name_is_what_the_article_is_about() -> None:
    about = article("/news/what-2001-09-11-changed", modified="2026-05-03")
    assert since("2020-01-01", about, article("/1984/review")) == [
        "/news/what-2001-09-11-changed",
        "/1984/review",
    ]
    assert latest(about) == ["/news/what-2001-09-11-changed"]


def test_an_index_is_followed_to_the_sitemaps_of_the_days_wanted_the_newest_first() -> None:
    index = [
        sitemap("/sitemap-2015-02.xml", modified="2026-05-04"),
        sitemap("/sitemap-2015-03.xml"),
        sitemap("/sitemap-2026-05.xml"),
        sitemap("/posts-1.xml", modified="2014-01-01"),
        sitemap("/posts-2.xml", modified="2026-05-04"),
        sitemap("/other.xml"),
    ]
    assert since("2015-03-15", *index) == [
        "/sitemap-2026-05.xml", "/posts-2.xml", "/sitemap-2015-03.xml", "/other.xml",
    ]  # fmt: skip
    assert latest(*index) == ["/sitemap-2026-05.xml", "/posts-2.xml"]


def test_a_year_in_the_name_of_a_sitemap_that_changed_later_may_be_its_number() -> None:
    assert latest(sitemap("/sitemap-2001.xml", modified="2026-05-04")) == ["/sitemap-2001.xml"]


def test_of_an_index_that_dates_nothing_the_news_are_taken_or_else_both_ends() -> None:
    assert latest(*(sitemap(f"/{name}.xml") for name in ("posts1", "google-news", "posts2"))) == [
        "/google-news.xml"
    ]
    assert latest(*(sitemap(f"/posts{number}.xml") for number in range(9))) == ["/posts0.xml", "/posts8.xml"]
    assert latest(sitemap("/posts.xml")) == ["/posts.xml"]


@pytest.mark.parametrize(
    "path",
    [
        "/category-sitemap.xml",
        "/post_tag-sitemap2.xml",
        "/author-sitemap.xml",
        "/sitemaps/tags.xml",
        "/wp-sitemap-users-1.xml",
    ],
)
def test_sitemaps_of_lists_are_never_wanted(path: str) -> None:
    assert since("2015-01-01", sitemap(path, modified="2026-05-04"), sitemap("/post-sitemap.xml")) == [
        "/post-sitemap.xml"
    ]


def test_months_of_an_archive_are_followed_since_a_day() -> None:
    months = [Link(f"{A}/{path}", role="page") for path in ("2015/02/", "2015/03/", "page/2")]
    assert since("2015-03-15", *months) == ["/2015/03/", "/page/2"]


def test_only_dates_ahead_are_taken_away() -> None:
    link = article("/x", published="2036-05-04", modified="2026-05-04")
    assert without_future(link, NOW) == article("/x", modified="2026-05-04")
    tomorrow = Link(A, published=NOW + timedelta(hours=23), modified=NOW + timedelta(hours=25))
    assert without_future(tomorrow, NOW) == Link(A, published=NOW + timedelta(hours=23))


@pytest.mark.parametrize(
    "path",
    [
        "/articles/194709-13-ways-to-drink-tea",
        "/blog/191211_variables/",
        "/1912112/tea",
        "/2012-tea",
        "/x/2012/tea-at-noon",
    ],
)
def test_the_number_of_an_article_is_not_its_day(path: str) -> None:
    assert since("2020-01-01", article(path)) == [path]


@pytest.mark.parametrize(
    "path",
    [
        "/2012/08/22/tea",
        "/2012/8/tea",
        "/news/2012-08-22-tea",
        "/20120822/tea",
        "/2012/aug/22/tea",
        "/x/2012_08_22",
    ],
)
def test_the_day_at_the_beginning_of_a_segment_is_that_of_the_article(path: str) -> None:
    assert since("2020-01-01", article(path)) == []
    assert since("2012-08-22", article(path)) == [path]


DAYS = st.none() | st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
LINKS = st.lists(
    st.builds(
        Link,
        st.integers(0, 99).map(lambda n: f"{A}/{2010 + n % 17}/0{1 + n % 9}/story-{n}"),
        role=st.sampled_from(["article", "sitemap", "page"]),
        published=DAYS,
        modified=DAYS,
    ),
    max_size=20,
)


@given(LINKS, st.dates(date(2009, 1, 1), date(2027, 1, 1)))
def test_nothing_is_wanted_twice_and_an_earlier_day_wants_no_less(links: list[Link], day: date) -> None:
    chosen = wanted(links, since=day, now=NOW)
    earlier = wanted(links, since=day - timedelta(days=400), now=NOW)
    assert len(chosen) <= len(links)
    assert set(chosen) <= set(earlier) <= {without_future(link, NOW) for link in links}


@given(LINKS)
def test_newest_first_loses_nothing(links: list[Link]) -> None:
    assert sorted(map(repr, newest_first(links))) == sorted(map(repr, links))
