"""Dates as people write them, where on a page they count, and when a page is undated."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.extract import extract
from archive.extract.byline import front
from archive.extract.dates import dates, day_of_url
from archive.extract.datetext import moment
from archive.extract.page import parse
from archive.extract.remote import last_resorts
from archive.extract.statements import every
from archive.isodate import iso_date
from archive.model import Link, Rules


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
        ("5:30 p.m. ET, Wed April 2, 2025", "2025-04-02T17:30:00-04:00"),
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


ARTICLE = '<script type="application/ld+json">{"@type":"NewsArticle",%s}</script>'


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<time data-published="2020-01-03 09:13:00Z">Jan 3</time>', ("2020-01-03T09:13:00+00:00", "time")),
        (
            '<span class="date" data-timestamp="1578042780">3 Jan</span>',
            ("2020-01-03T09:13:00+00:00", "byline"),
        ),
        (
            '<div class="hentry"><abbr class="published" title="2020-01-03T10:13:00+01:00">10:13</abbr></div>',
            ("2020-01-03T10:13:00+01:00", "hatom"),
        ),
        (
            '<div vocab="https://schema.org/"><span property="datePublished" content="2020-01-03">3 Jan</span></div>',
            ("2020-01-03", "rdfa"),
        ),
        ('<p><span property="dc:issued">3 January 2020</span></p>', ("2020-01-03", "rdfa")),
        ("<p>Published: 3 January 2020, updated: 5 March 2021</p>", ("2020-01-03", "byline")),
        ('<p><span>Updated:</span> <time datetime="2021-03-05">5 March</time></p>', (None, "none")),
        ('<div class="breadcrumbs"><time datetime="2020-01-03">3 Jan</time></div>', ("2020-01-03", "time")),
        ('<aside class="date">3 January 2020</aside>', ("2020-01-03", "byline")),
        ("<p>03.01.2020 - The weir was mended.</p>", ("2020-01-03", "byline")),
    ],
)
def test_dates_in_markup(markup: str, expected: tuple[str | None, str]) -> None:
    assert published(page("", markup)) == expected


@pytest.mark.parametrize(
    ("foot", "expected"),
    [
        ("<div>This entry was posted on 3 January 2020 by Ada.</div>", "2020-01-03"),
        ("<div>3 January 2020</div>", "2020-01-03"),
        ("<div>Updated 3 January 2020</div>", None),
        ("<div>3 January 2020</div><div>4 January 2020</div>", None),
        ("<footer>3 January 2020</footer><div>Copyright 2019-2020</div>", None),
        (
            '<script>window.page = {"publishedAt": "2020-01-03T09:13:00Z"}</script>',
            "2020-01-03T09:13:00+00:00",
        ),
        ('<div data-page="{&quot;pub_date&quot;:&quot;2020-01-03&quot;}"></div>', "2020-01-03"),
        ('<script>a = {"publishedAt": "2020-01-03", b: {"publishedAt": "2021-01-03"}}</script>', None),
        ('<div class="hentry"><b class="updated">3 January 2020</b></div>', "2020-01-03"),
        ('<div class="hentry">Last update: <b class="updated">3 January 2020</b></div>', None),
        (
            '<meta name="og:updated_time" content="2020-01-03"><p class="hentry updated">3 January 2020</p>',
            None,
        ),
    ],
)
def test_last_resorts(foot: str, expected: str | None) -> None:
    prose = "<p>" + "Another paragraph, so that what follows is far from the headline. " * 4 + "</p>"
    text = page("", "").replace(b"</body>", f"{prose}{foot}</body>".encode())
    assert published(text)[0] == expected


def test_a_day_takes_its_time_from_a_statement_about_the_same_day() -> None:
    head = ARTICLE % '"datePublished":"2020-01-03"'
    other = '<p><time datetime="2020-01-05T10:00:00Z">5 January</time></p>'
    same = '<p><time datetime="2020-01-03T08:30:00+01:00">3 January</time></p>'
    assert published(page(head, other)) == ("2020-01-03", "json-ld")
    assert published(page(head, other + same)) == ("2020-01-03T08:30:00+01:00", "time")
    midnight = ARTICLE % '"datePublished":"2020-01-03T00:00:00+01:00"'
    assert published(page(midnight, same)) == ("2020-01-03T08:30:00+01:00", "time")
    script = '<script>{"publish_date": "2020-01-03T07:30:00Z"}</script>'
    assert published(page(head + script)) == ("2020-01-03T07:30:00+00:00", "script")


@pytest.mark.parametrize(
    ("url", "head", "shown", "expected"),
    [
        ("https://paper.example/weir", "", "3 January 2020, 22:30", "2020-01-03T22:30:00+00:00"),
        ("https://paper.de/weir", "", "3 January 2020, 22:30", "2020-01-03T22:30:00+01:00"),
        ("https://paper.jp/weir", "", "3 January 2020, 22:30", "2020-01-03T22:30:00+09:00"),
        ("https://paper.de/weir", "", "3 January 2020, 21:30 GMT", "2020-01-03T22:30:00+01:00"),
        (
            "https://paper.example/weir", "<script>{t: '2020-01-02T10:00:00-05:00'}</script>",
            "3 January 2020, 22:30", "2020-01-03T22:30:00-05:00",
        ),
        (
            "https://paper.example/weir",
            '<meta property="article:modified_time" content="2020-01-04T10:00:00+02:00">',
            "3 January 2020, 22:30", "2020-01-03T22:30:00+02:00",
        ),
    ],
)  # fmt: skip
def test_a_time_without_a_zone_takes_one_from_elsewhere(
    url: str, head: str, shown: str, expected: str
) -> None:
    assert published(page(head, f"<p>{shown}</p>"), url)[0] == expected


def test_an_instant_in_utc_is_shown_on_the_wall_that_readers_see() -> None:
    head = ARTICLE % '"datePublished":"2020-05-02T02:54:29Z"'
    assert published(page(head))[0] == "2020-05-02T02:54:29+00:00"
    assert published(page(head, "<p>May 1, 2020 10:54 PM</p>"))[0] == "2020-05-01T22:54:29-04:00"
    assert published(page(head, "<p>May 2, 2020 2:54 AM</p>"))[0] == "2020-05-02T02:54:29+00:00"
    assert published(page(head), "https://paper.jp/weir")[0] == "2020-05-02T11:54:29+09:00"
    others = "<script>{a: 'Fri, 01 May 2020 23:00:00 -0400'}</script>"
    assert published(page(head + others))[0] == "2020-05-01T22:54:29-04:00"


def test_an_instant_stays_where_the_country_would_contradict_the_day_that_is_shown() -> None:
    late = ARTICLE % '"datePublished":"2020-05-01T23:30:00Z"'
    assert published(page(late), "https://paper.de/weir")[0] == "2020-05-02T01:30:00+02:00"
    assert (
        published(page(late, "<p>May 1, 2020</p>"), "https://paper.de/weir")[0] == "2020-05-01T23:30:00+00:00"
    )


def test_a_time_that_readers_see_as_it_is_declared_stays() -> None:
    head = ARTICLE % '"datePublished":"2020-05-01T12:30:00Z"'
    line = "<p>1 May 2020, 12:30</p>"
    assert published(page(head, line), "https://paper.de/weir")[0] == "2020-05-01T12:30:00+00:00"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<meta property="og:locale" content="en_GB">', "2020-05-04T10:30:00+01:00"),
        ('<meta name="geo.region" content="IE-D">', "2020-05-04T10:30:00+01:00"),
        ('<meta property="og:locale" content="en_US">', None),
    ],
)
def test_the_country_of_a_page_settles_order_and_zone(head: str, expected: str | None) -> None:
    assert published(page(head, "<p>04/05/2020 10:30</p>"))[0] == expected


@pytest.mark.parametrize("day", ["99999-01-01", "2150-01-01", "0001-01-01", "2020-02-30", "1 January 99999"])
def test_hostile_39_days_that_cannot_be_leave_a_page_undated(day: str) -> None:
    head = f'<meta name="date" content="{day}">' + ARTICLE % f'"datePublished":"{day}T10:00:00Z"'
    assert published(page(head, f'<time datetime="{day}">{day}</time>')) == (None, "none")


@pytest.mark.parametrize(
    "markup",
    [
        '<time datetime="04/05/2020 1">x</time>' * 20_000,
        '<div class="date">04/05/2020</div>' * 20_000,
        '<p><a href="/a">a</a> <em class="date">x</em></p>' * 10_000,
        "<script>" + '"publishedAt":' * 100_000 + "</script>",
        "<script>" + "2020-01-01T10:00:00+01:00 " * 50_000 + "</script>",
    ],
    ids=["times", "dates", "lists", "names in scripts", "offsets"],
)
def test_hostile_44_a_hundred_thousand_statements_are_bounded(markup: str) -> None:
    parsed = parse(page("", markup).decode(), "https://paper.example/weir")
    around = front(parsed, "The weir")
    assert len(list(every(parsed, around))) < 500
    assert all(len(group) <= 2000 for group in last_resorts(parsed, around))
    assert len(dates(parsed, around, "en-GB").evidence) < 500


def test_a_rule_by_hand_is_completed_but_stays_a_rule() -> None:
    html = page("", '<b class="when">3 January 2020</b><time datetime="2020-01-03T08:30:00+01:00">x</time>')
    found = extract(html, url="https://paper.example/weir", rules=Rules(date=".when"))
    assert iso_date(found.published) == "2020-01-03T08:30:00+01:00"
    assert found.published_from == "rule"


def test_folders_of_the_url_win_over_what_comes_later_and_yield_to_what_came_before() -> None:
    late = ARTICLE % '"datePublished":"2021-06-17T10:00:00Z"'
    assert published(page(late), "https://paper.example/2020/1/5/weir")[0] == "2020-01-05"
    assert published(page(late), "https://paper.example/weir-20200105.html")[0] == "2021-06-17T10:00:00+00:00"
    assert published(page(late), "https://paper.example/2022/01/05/weir")[0] == "2021-06-17T10:00:00+00:00"


def test_numbers_with_two_readings_are_read_as_another_statement_says() -> None:
    line = "<p>04/05/2021 10:30</p>"
    assert published(page("", line).replace(b'lang="en"', b""))[0] is None
    head = '<meta name="date" content="2021-05-04">'
    assert published(page(head, line).replace(b'lang="en"', b""))[0] == "2021-05-04T10:30:00+00:00"
    assert published(page("", line), "https://paper.uk/weir")[0] == "2021-05-04T10:30:00+01:00"


def test_everything_that_was_seen_is_evidence() -> None:
    head = ARTICLE % '"datePublished":"2020-01-03","dateModified":"2020-01-04T10:00:00Z"'
    html = page(head, '<p><time datetime="2020-01-05T10:00:00Z">5 January 2020</time></p>')
    found = extract(html, url="https://paper.example/2020/01/03/weir")
    said = {(one.field, one.source, one.value, one.chosen) for one in found.evidence}
    assert {
        ("published", "json-ld", "2020-01-03", True),
        ("published", "time", "2020-01-05T10:00:00+00:00", False),
        ("published", "url", "2020-01-03", False),
        ("modified", "json-ld", "2020-01-04T10:00:00+00:00", True),
    } <= said
    agreeing, contradicting = (
        next(one.confidence for one in found.evidence if one.source == source and one.field == "published")
        for source in ("json-ld", "time")
    )
    assert agreeing > 0.9
    assert contradicting < 0.5


DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2049, 12, 31))


@given(
    st.dictionaries(st.sampled_from(["datePublished", "dateModified", "dateCreated"]), DAYS),
    st.lists(DAYS, max_size=3),
    st.none() | DAYS,
    st.none() | DAYS,
)
def test_a_day_of_publication_is_always_one_that_was_said(
    declared: dict[str, date], shown: list[date], in_url: date | None, fed: date | None
) -> None:
    head = ARTICLE % ",".join(f'"{name}":"{day}"' for name, day in declared.items()) if declared else ""
    times = "".join(f'<time datetime="{day}">{day:%d %B %Y}</time>' for day in shown)
    url = f"https://paper.example/{in_url:%Y/%m/%d}/weir" if in_url else "https://paper.example/weir"
    hint = Link(url, published=datetime.combine(fed, datetime.min.time(), UTC)) if fed else None
    found = extract(page(head, f"<p>{times}</p>"), url=url, hint=hint)
    said = {*declared.values(), *shown, in_url, fed}
    assert found.published is None or found.published.date() in said
    assert (found.published is None) == (found.published_from == "none")
    assert found.published is not None or not said - {None, declared.get("dateModified")}
