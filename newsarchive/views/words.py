"""Numbers, dates and addresses as a reader sees them. Pure; English, whatever the locale of the machine."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

DATE_SOURCES = {
    "json-ld": "from the page’s structured data (JSON-LD)",
    "meta": "from the page’s meta tags",
    "microdata": "from the page’s microdata",
    "rdfa": "from the page’s RDFa",
    "hatom": "from the page’s hAtom markup",
    "script": "from data in the page’s scripts",
    "learned": "from where this source puts its dates",
    "time": "from a time stamp shown on the page",
    "byline": "from the byline",
    "url": "from the page’s address",
    "feed": "from the feed",
    "rule": "from a rule for this source",
    "file": "from the imported file",
    "none": "the page gives no date",
}
"""Where a publication date came from, by `Revision.published_from`."""


PAGE_KINDS = {
    "live-blog": "Live blog",
    "gallery": "Gallery",
    "opinion": "Opinion",
    "video": "Video",
    "audio": "Audio",
}
"""Kinds of pages that a reader is told, by `Revision.page_kind`."""


ROLES = {
    "photo": "Photos",
    "video": "Video",
    "editor": "Edited by",
    "translator": "Translated by",
    "agency": "Agency",
    "contributor": "With",
}
"""What people did for an article beside writing it, by `Credit.role`."""


UNREAD = {
    "parse-timeout": "it took too long",
    "parse-memory": "it took too much memory",
    "parse-crash": "it broke its reader",
    "parse-error": "it broke its reader",
}
"""Why a page could not be read, by `Revision.unread`."""


KINDS = {
    "first": "as it was found",
    "headline": "the headline says something else",
    "correction": "it was corrected or clarified, or a few numbers or names were put right",
    "body": "the text says something else",
    "byline": "only the authors differ",
    "trivial": "only spelling, punctuation, time stamps and the like",
    "reread": "nothing at the newspaper: the same capture, read anew",
    "gone": "the web has the article no more",
    "back": "the web has the article again",
}
"""What the kinds of edits mean, by `Edit.kind`."""


def count(number: int, singular: str, plural: str = "") -> str:
    """`1 article`, `1,204 articles`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def day(moment: date) -> str:
    """`1 April 2025`: the calendar day at the place of a datetime's own offset."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def month(value: str) -> str:
    """`April 2025` of 2025-04."""
    year, number = value.split("-")
    return f"{_MONTHS[int(number) - 1]} {year}"


def short_month(value: str) -> str:
    """`Apr` of 2025-04."""
    return _MONTHS[int(value[5:7]) - 1][:3]


def published(moment: datetime | None, *, day_only: bool) -> str:
    """A publication date as the page meant it, with its own offset; `undated` where it gave none."""
    if moment is None:
        return "undated"
    if day_only:
        return day(moment)
    offset = moment.strftime("%z")
    zone = f"UTC{offset[:3]}:{offset[3:5]}" if moment.utcoffset() else "UTC"
    return f"{day(moment)}, {moment:%H:%M} {zone}"


def instant(moment: datetime) -> str:
    """`23 November 2026, 13:05 UTC`."""
    return published(moment.astimezone(UTC), day_only=False)


def distance(moment: datetime, now: datetime) -> str:
    """`5 minutes ago`, `in 2 hours`, `now`: the largest unit that fits."""
    seconds = (now - moment).total_seconds()
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        number = int(abs(seconds) // size)
        if number:
            return f"{count(number, unit)} ago" if seconds > 0 else f"in {count(number, unit)}"
    return "just now" if seconds >= 0 else "in a moment"


def period(since: date | None, until: date | None) -> str:
    """`2024`, `May 2024`, `1 May 2024`, `from 1 May 2024`, `1 May 2024 to 3 June 2024`."""
    if since is None:
        return f"until {day(until)}" if until else ""
    if until is None:
        return f"from {day(since)}"
    if since == until:
        return day(since)
    whole_months = since.day == 1 and until.day == calendar.monthrange(until.year, until.month)[1]
    if whole_months and since.year == until.year:
        if (since.month, until.month) == (1, 12):
            return str(since.year)
        if since.month == until.month:
            return month(f"{since:%Y-%m}")
    return f"{day(since)} to {day(until)}"


def web_link(url: str) -> str:
    """The URL where it may become a link: absolute http or https; else "". Archived pages are not trusted."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.netloc else ""
