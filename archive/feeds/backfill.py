"""Which entries of sitemaps and of archive pages are wanted: all since a day, or the latest only.

A sitemap lists all that was ever published. So that a site that is added is not fetched whole by surprise, only the
latest is taken of a sitemap that was merely found; of one that a person named, the caller takes all.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from archive.model import Link

RECENT = timedelta(days=3)
FEW = 100
"""So many articles of a sitemap that dates none of them are taken nevertheless."""

MOST_ARTICLES = 1000
MOST_SITEMAPS = 20
"""The bounds of what one sitemap may call recent: some systems date everything with the day they made the list on. A
news sitemap has no more than 1,000 articles (Google)."""

_CLOCKS_DIFFER = timedelta(days=1)
_A_MONTH = timedelta(days=31)

_MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9,
    "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7,
    "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)"
    rf"(?:(?:[-_/.]?(?P<month>0[1-9]|1[0-2]|{_NAME})|[-_/.](?P<digit>[1-9]))(?![a-z])"
    r"(?:[-_/.]?(?P<day>0[1-9]|[12]\d|3[01])|[-_/.](?P<digit_day>[1-9]))?)?(?!\d)",
    re.IGNORECASE,
)
_BEGINS_SEGMENT = re.compile(
    r"/\d{4}([-_/])(?:\d\d?|[a-z]{3,9})\1|/\d{8}(?!\d)|/\d{4}/(?:\d\d?|[a-z]{3,9})(?=/|$)", re.IGNORECASE
)
_YEAR_NAMES = ("yyyy", "year", "y", "jahr")
_MONTH_NAMES = ("mm", "month", "m", "monat")
_DAY_NAMES = ("dd", "day", "d", "tag")
_NEWS = re.compile(r"(?:^|[^a-z])(?:google-?)?(?:news|latest|recent|today)(?:[^a-z]|$)", re.IGNORECASE)
_LISTS = re.compile(
    r"(?:^|[-_/])(?:category|categories|tags?|post_tag|authors?|users?|topics?|taxonomy|taxonomies|product_cat)"
    r"(?:[-_.\d]|site-?map)[^/]*$",
    re.IGNORECASE,
)

Days = tuple[date, date]
"""The first and the last of a stretch of days."""


def wanted(links: Iterable[Link], *, since: date | None, now: datetime) -> tuple[Link, ...]:
    """Of the entries of one sitemap, or of the pages of an archive, those that hold or are articles published since
    a day; without one, of the last three days. In their order, but sitemaps with the newest first.

    A publication date decides, then the day in the address, then the last change. What says nothing of its date is
    wanted since a day; else only where none of its neighbours does either, and there are few. Sitemaps of tags,
    authors and the like are never wanted. Dates that lie in the future say nothing. Without a day no more than
    1,000 articles and 20 sitemaps are wanted, the newest.
    """
    links = [without_future(link, now) for link in links]
    links = [link for link in links if link.role != "sitemap" or not _LISTS.search(urlsplit(link.url).path)]
    if since is not None:
        chosen = [link for link in links if _may_be_since(link, since)]
    elif any(_last_day(link) for link in links):
        first = (now - RECENT).date()
        chosen = _newest([link for link in links if _last_day(link) and _may_be_since(link, first)])
    else:
        chosen = _undated(links)
    articles = [link for link in chosen if link.role != "sitemap"]
    return (*newest_first(link for link in chosen if link.role == "sitemap"), *articles)


def _newest(links: list[Link]) -> list[Link]:
    """At most so many as can be recent, in their order."""
    sitemaps = newest_first(link for link in links if link.role == "sitemap")[:MOST_SITEMAPS]
    articles = newest_first(link for link in links if link.role != "sitemap")[:MOST_ARTICLES]
    kept = {*sitemaps, *articles}
    return [link for link in links if link in kept]


def newest_first(links: Iterable[Link]) -> tuple[Link, ...]:
    """Sitemaps by the days in their addresses, else by their last changes, articles by their dates; those without
    any come last."""
    dated = [(_last_day(link) or date.min, link) for link in links]
    return tuple(link for _, link in sorted(dated, key=lambda pair: pair[0], reverse=True))


def without_future(link: Link, now: datetime) -> Link:
    """The link as undated where its dates lie more than a day ahead: no page is published before it can be read."""
    latest = now + _CLOCKS_DIFFER
    if link.published is not None and link.published > latest:
        link = replace(link, published=None, published_day_only=False)
    if link.modified is not None and link.modified > latest:
        link = replace(link, modified=None)
    return link


def days_of_address(url: str) -> Days | None:
    """The day, month or year that an address names, in its path or in its parameters; None where it names none."""
    parts = urlsplit(url)
    if days := _days_of_parameters(parts.query):
        return days
    found = [days for match in _DATE.finditer(parts.path) if (days := _days_of(match))]
    return min(found, key=lambda days: days[1] - days[0], default=None)


def _may_be_since(link: Link, since: date) -> bool:
    last = _last_day(link)
    return last is None or last >= since


def _last_day(link: Link) -> date | None:
    """The last day on which what an entry stands for can have been published."""
    if link.published is not None:
        return link.published.date()
    changed = link.modified.date() if link.modified is not None else None
    if link.role == "article":
        days = _days_of_article(link.url)
        return days[1] if days else changed
    days = days_of_address(link.url)
    if days is None:
        return changed
    # A year alone may be a number like any other.
    return max(days[1], changed) if changed and days[1] - days[0] > _A_MONTH else days[1]


def _days_of_article(url: str) -> Days | None:
    """The day or month that begins a segment of the path; within a name it may be what the article is about."""
    path = urlsplit(url).path
    begins = (match.start() + 1 for match in _BEGINS_SEGMENT.finditer(path))
    found = (_DATE.match(path, start) for start in begins)
    stretches = [
        days for match in found if match and (days := _days_of(match)) and days[1] - days[0] <= _A_MONTH
    ]
    return min(stretches, key=lambda days: days[1] - days[0], default=None)


def _undated(links: list[Link]) -> list[Link]:
    """Of entries that say nothing of their dates: the sitemaps of news, else the first and the last; few articles."""
    sitemaps = [link for link in links if link.role == "sitemap"]
    news = [link for link in sitemaps if _NEWS.search(urlsplit(link.url).path)]
    ends = sitemaps[:1] + sitemaps[1:][-1:]
    articles = [link for link in links if link.role != "sitemap"]
    return [*(news or ends), *(articles if len(articles) <= FEW else [])]


def _days_of_parameters(query: str) -> Days | None:
    given = {name.lower(): value for name, value in parse_qsl(query)}
    year, month, day = (
        next((given[name] for name in names if name in given), None)
        for names in (_YEAR_NAMES, _MONTH_NAMES, _DAY_NAMES)
    )
    if year is None and month is not None and (match := _DATE.fullmatch(month)):
        return _days_of(match)  # ?m=201503
    if year is None or re.fullmatch(r"(?:19|20)\d\d", year) is None:
        return next((days for value in given.values() if (days := _days_of_value(value))), None)
    return _days(year, month, day)


def _days_of_value(value: str) -> Days | None:
    """Of ?date=2015-03 and the like; a bare year may be any number."""
    match = _DATE.fullmatch(value)
    return (
        _days_of(match) if match and (match["month"] or match["digit"]) and re.search(r"\D", value) else None
    )


def _days_of(match: re.Match[str]) -> Days | None:
    return _days(match["year"], match["month"] or match["digit"], match["day"] or match["digit_day"])


def _days(year: str, month: str | None = None, day: str | None = None) -> Days | None:
    try:
        if month is None:
            return date(int(year), 1, 1), date(int(year), 12, 31)
        number = _MONTHS.get(month.lower()) or int(month)
        if day is None:
            return date(int(year), number, 1), date(
                int(year), number, calendar.monthrange(int(year), number)[1]
            )
        return date(int(year), number, int(day)), date(int(year), number, int(day))
    except ValueError:
        return None
