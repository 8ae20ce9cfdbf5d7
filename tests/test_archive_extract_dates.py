"""Dates as people write them, where on a page they count, and when a page is undated."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.extract import extract
from archive.extract.dates import day_of_url
from archive.extract.datetext import moment
from archive.model import Link, iso_date


def read(text: str, language: str = "", day: date | None = None) -> str | None:
    found = moment(text, language=language, day=day)
    return iso_date(found.at, day_only=found.day_only) if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-04-01", "2025-04-01"),
        ("20250401", "2025-04-01"),
        ("2025/04/01", "2025-04-01"),
        ("2025-04-01T10:20:30+02:00", "2025-04-01T10:20:30+02:00"),
        ("2025-04-01T10:20:30.123Z", "2025-04-01T10:20:30+00:00"),
        ("2025-04-01 10:20:30 -0500", "2025-04-01T10:20:30-05:00"),
        ("20250401T102030", "2025-04-01T10:20:30+00:00"),
        ("20250401T993030", "2025-04-01"),
        ("2025-04-01T2399", "2025-04-01"),
        ("2025-04-01T105099", "2025-04-01T10:50:00+00:00"),
        ("Tue, 01 Apr 2025 10:00:00 +0000", "2025-04-01T10:00:00+00:00"),
        ("Fri Mar 05 2021 10:00:00 GMT+0100 (CET)", "2021-03-05T10:00:00+01:00"),
        ("April 1, 2025", "2025-04-01"),
        ("Apr. 1st, 2025 at 5:30 pm EDT", "2025-04-01T17:30:00-04:00"),
        ("5:30 p.m. ET, Wed April 2, 2025", "2025-04-02T17:30:00+00:00"),
        ("Saturday 5 March 2022 10.30am GMT", "2022-03-05T10:30:00+00:00"),
        ("1. April 2025, 14.30 Uhr", "2025-04-01T14:30:00+00:00"),
        ("3. März 2022", "2022-03-03"),
        ("1er août 2025 à 14h30", "2025-08-01T14:30:00+00:00"),
        ("1 de abril de 2025", "2025-04-01"),
        ("7 dicembre 2019", "2019-12-07"),
        ("9 de março de 2018", "2018-03-09"),
        ("2 maart 2017", "2017-03-02"),
        ("30 października 2021", "2021-10-30"),
        ("12 ноября 2021, 15:30", "2021-11-12T15:30:00+00:00"),
        ("2025年4月1日 12時34分", "2025-04-01T12:34:00+00:00"),
        ("01.04.2025 09:05", "2025-04-01T09:05:00+00:00"),
        ("25/12/2024", "2024-12-25"),
        ("12/25/2024", "2024-12-25"),
        ("8.5.12", "2012-05-08"),
        ("1646474400", "2022-03-05T10:00:00+00:00"),
        ("1646474400000", "2022-03-05T10:00:00+00:00"),
    ],
)
def test_a_date_is_read(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "3 hours ago",
        "April 2025",
        "99999-01-01",
        "31 February 2020",
        "2025-13-01",
        "12:30",
        "May",
    ],
)
def test_what_is_no_day_is_not_guessed(text: str) -> None:
    assert read(text) is None


def test_a_numeric_date_with_two_readings_needs_something_that_settles_it() -> None:
    assert read("04/05/2021") is None
    assert read("04/05/2021", language="en") is None
    assert read("04/05/2021", language="fr") == "2021-05-04"
    assert read("04/05/2021", language="en-US") == "2021-04-05"
    assert read("04/05/2021", language="en-GB") == "2021-05-04"
    assert read("04/05/2021", day=date(2021, 4, 5)) == "2021-04-05"
    assert read("04/05/2021", language="fr", day=date(2020, 1, 1)) is None


@given(st.integers(-(10**9), 4 * 10**9), st.integers(-14 * 60, 14 * 60))
def test_an_iso_instant_is_read_as_written(seconds: int, offset: int) -> None:
    zone = timezone(timedelta(minutes=offset))
    text = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(zone).isoformat()
    assert read(text) == text


@given(st.dates(min_value=date(1800, 1, 1), max_value=date(2099, 12, 31)))
def test_a_written_out_day_is_read_as_written(day: date) -> None:
    assert read(f"{day:%B} {day.day}, {day.year}") == day.isoformat()
    assert read(f"{day.day} {day:%b} {day.year}") == day.isoformat()


@given(st.text(max_size=200))
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = moment(text)
    assert found is None or found.at.tzinfo is not None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/2025/04/01/title/", date(2025, 4, 1)),
        ("/news/2025-04-01-title", date(2025, 4, 1)),
        ("/title-20250401", date(2025, 4, 1)),
        ("/2025/apr/01/title", date(2025, 4, 1)),
        ("/2016/10/3/title", date(2016, 10, 3)),
        ("/2025/04/", None),
        ("/story/194709-13-ways", None),
        ("/news/2039026", None),
        ("/id-1234567890123", None),
    ],
)
def test_the_day_in_a_url(path: str, expected: date | None) -> None:
    assert day_of_url(f"https://paper.example{path}") == expected


def page(head: str = "", body: str = "") -> bytes:
    prose = "<p>" + "A long enough paragraph about the weir, which held through the winter. " * 4 + "</p>"
    return f'<html lang="en"><head><title>The weir</title>{head}</head><body><h1>The weir</h1>{body}{prose}</body></html>'.encode()


def published(
    html: bytes, url: str = "https://paper.example/weir", hint: Link | None = None
) -> tuple[str | None, str]:
    found = extract(html, url=url, hint=hint)
    return iso_date(found.published, day_only=found.published_day_only), found.published_from


def test_sources_are_asked_from_the_most_explicit_to_the_least() -> None:
    json_ld = (
        '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2020-01-01"}</script>'
    )
    meta = '<meta property="article:published_time" content="2020-01-02">'
    time = '<p><time datetime="2020-01-03">a while ago</time></p>'
    line = "<p>January 4, 2020</p>"
    assert published(page(json_ld + meta, time + line)) == ("2020-01-01", "json-ld")
    assert published(page(meta, time + line)) == ("2020-01-02", "meta")
    assert published(page("", time + line)) == ("2020-01-03", "time")
    assert published(page("", line)) == ("2020-01-04", "byline")
    assert published(page(), "https://paper.example/2020/01/05/weir") == ("2020-01-05", "url")


def test_a_statement_that_contradicts_the_url_yields_to_one_that_does_not() -> None:
    meta = '<meta property="article:published_time" content="2024-09-09T10:00:00Z">'
    time = '<p><time datetime="2020-01-05T08:00:00+01:00">5 January</time></p>'
    assert published(page(meta, time), "https://paper.example/2020/01/05/weir") == (
        "2020-01-05T08:00:00+01:00",
        "time",
    )


def test_the_feed_is_asked_last() -> None:
    hint = Link("https://paper.example/weir", published=datetime(2021, 6, 7, 8, tzinfo=UTC))
    assert published(page(), hint=hint) == ("2021-06-07T08:00:00+00:00", "feed")
    assert published(page("", "<p>January 4, 2020</p>"), hint=hint) == ("2020-01-04", "byline")


def test_a_page_that_does_not_say_is_undated() -> None:
    assert published(
        page("", "<p>It was on 3 May 1999 that the weir broke and the mill stood still.</p>")
    ) == (None, "none")


def test_a_day_of_change_is_not_a_day_of_publication() -> None:
    html = page(
        '<meta property="article:modified_time" content="2022-02-02T10:00:00Z">',
        "<p>Updated February 2, 2022</p>",
    )
    found = extract(html, url="https://paper.example/weir")
    assert (found.published, found.published_from) == (None, "none")
    assert found.modified == datetime(2022, 2, 2, 10, tzinfo=UTC)
