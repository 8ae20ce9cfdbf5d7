"""Addresses without end: sessions, calendars, filters of filters, paths that repeat themselves. What a feed or a
sitemap names is never asked about here, only what pages merely link to.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from typing import Literal
from urllib.parse import unquote, urlsplit

from archive.discover.addresses import count_words, is_of_a_date, looks_like_article
from archive.discover.patterns import template
from archive.urls import MAX_LENGTH, identity

Cause = Literal["length", "depth", "repeats", "session", "calendar", "facets", "budget", "budget-template"]
"""Why an address is left: longer than 2,000 characters; more than 16 segments; segments again and again; a session
id; a day without an article, or one that is far off; too many parameters; the bounds of `Budget`."""

MAX_DEPTH = 16
MAX_REPEATS = 3
MAX_PARAMETERS = 10
NEW_URLS = 2000
PER_TEMPLATE = 500

_AHEAD = timedelta(days=31)
_FIRST_YEAR = 1990
"""The web has no older archives than this that are made of links; what has a name is an article, of whatever year."""

_SESSION_IN_PATH = re.compile(
    r";(?:jsessionid|phpsessid|sessionid|sid)=[^/?#]*|/\((?:[A-Z]\([0-9a-z]{16,}\))+\)", re.IGNORECASE
)
_SESSION_NAMES = frozenset({
    "phpsessid", "jsessionid", "sessionid", "session_id", "sessid", "asp.net_sessionid", "cftoken", "zenid", "oscsid",
})  # fmt: skip
_SESSION_VALUE = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
_MONTH = r"(?:0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_DAY = re.compile(rf"(?<!\d)[12]\d{{3}}[/-]{_MONTH}(?![\d\w])", re.IGNORECASE)
_DAY_ALONE = re.compile(rf"/(?:1\d|2[01])\d\d(?:/{_MONTH}(?:/\d\d?)?|-\d\d(?:-\d\d)?)/?$", re.IGNORECASE)
_CALENDAR = re.compile(
    r"/(?:calendar|calendrier|kalender|calendario|agenda|events?|termine|tribe)(?:/|$)", re.IGNORECASE
)
_DATE_NAMES = re.compile(
    r"month|year|day|date|yyyy|mm|week|monat|jahr|datum|mois|annee|mes|tribe-bar-date|eventdate|ical"
    r"|calendar(?:month|year|date)?|startdate|enddate|from_date|to_date",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_YEAR_AND_MONTH = re.compile(r"(?<!\d)([12]\d{3})[/-]?(0?[1-9]|1[0-2])(?!\d)")
_FACET = re.compile(
    r".*(?:\[.*\]|%5B.*)|f|facets?|filters?|sort(?:by|_by)?|order(?:by|_by)?|view|layout|refine",
    re.IGNORECASE,
)


def without_session(url: str) -> str:
    """The address without the ids of sessions: who has no cookie is given one with each link."""
    address, mark, query = url.partition("?")
    address = _SESSION_IN_PATH.sub("", address)
    parts = query.split("&")
    kept = [part for part in parts if not _is_session(part, alone=len(parts) == 1)]
    return f"{address}{mark}{'&'.join(kept)}" if kept else address


def trap(url: str, *, today: date) -> Cause | Literal[""]:
    """Why the address of a link looks as if it led nowhere, or to no end; "" where it does not."""
    if len(url) > MAX_LENGTH:
        return "length"
    if without_session(url) != url:
        return "session"
    parts = urlsplit(identity(url))
    segments = [segment for segment in parts.path.split("/") if segment]
    if len(segments) > MAX_DEPTH:
        return "depth"
    if _repeats(segments):
        return "repeats"
    parameters = [part for part in parts.query.split("&") if part]
    if _is_calendar(url, parts.path, parameters, today):
        return "calendar"
    return "facets" if _is_combination(parameters) else ""


class Budget:
    """How many new addresses, found on pages and not known to be articles, one crawl takes of one source; kept in
    memory, so that the next crawl goes on where this one stopped."""

    def __init__(self, new_urls: int = NEW_URLS, per_template: int = PER_TEMPLATE) -> None:
        self._left = new_urls
        self._per_template = per_template
        self._taken: Counter[str] = Counter()

    def refusal(self, url: str) -> Cause | Literal[""]:
        """Why one more address is not taken; "" where it is, and counts."""
        if self._left <= 0:
            return "budget"
        form = template(url)
        if self._taken[form] >= self._per_template:
            return "budget-template"
        self._taken[form] += 1
        self._left -= 1
        return ""


def _repeats(segments: list[str]) -> bool:
    """One segment more than three times, or several one behind the other three times: a/b/a/b/a/b."""
    if any(count > MAX_REPEATS for count in Counter(segments).values()):
        return True
    for period in range(2, len(segments) // MAX_REPEATS + 1):
        for start in range(len(segments) - period * MAX_REPEATS + 1):
            once = segments[start : start + period]
            if segments[start : start + period * MAX_REPEATS] == once * MAX_REPEATS and len(set(once)) > 1:
                return True
    return False


def _is_session(part: str, *, alone: bool) -> bool:
    """Whether a parameter is a session. `sid` may as well be a story, above all where it is alone."""
    name, _, value = part.partition("=")
    name = name.lower()
    if name in _SESSION_NAMES or name.startswith("aspsessionid"):
        return True
    return not alone and name in ("sid", "session") and _SESSION_VALUE.fullmatch(value) is not None


def _is_calendar(url: str, path: str, parameters: list[str], today: date) -> bool:
    dates = [part for part in parameters if _DATE_NAMES.fullmatch(part.partition("=")[0])]
    if _is_far("&".join(dates), today):
        return True
    is_calendar = _CALENDAR.search(path) is not None and _DAY.search(path) is not None
    if looks_like_article(url):
        has_name = count_words(unquote(path.rstrip("/").rpartition("/")[2])) >= 2
        return is_calendar and not has_name and _is_far(path, today)
    if dates:
        return not is_of_a_date(url)
    if is_calendar:
        return True
    return _DAY_ALONE.search(path) is not None and _is_far(path, today)


def _is_far(text: str, today: date) -> bool:
    """Whether a year or a month in the text lies ahead, or before the web."""
    latest = today + _AHEAD
    if any(not _FIRST_YEAR <= int(year) <= latest.year for year in _YEAR.findall(text)):
        return True
    months = _YEAR_AND_MONTH.findall(text)
    return any((int(year), int(month)) > (latest.year, latest.month) for year, month in months)


def _is_combination(parameters: list[str]) -> bool:
    names = [unquote(part.partition("=")[0]).lower() for part in parameters]
    facets = sum(_FACET.fullmatch(name) is not None for name in names)
    return len(names) > MAX_PARAMETERS or facets >= 3 or len(names) - len(set(names)) >= 2
