"""Days as people write them -> a range of calendar days, both included, None for an open end."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

DayRange = tuple[date | None, date | None]

MONTHS = tuple(name.lower() for name in calendar.month_name)
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_AGO = re.compile(r"(\d{1,4})\s*(d|w|m|y|days?|weeks?|months?|years?)(\s+ago)?", re.ASCII)
_LAST_SOME = re.compile(r"(?:last|past)\s+(\d{1,4})\s*(days?|weeks?|months?|years?)", re.ASCII)
_NAMED_MONTH = re.compile(r"(?:(\d{1,2})\.?\s+)?([a-z]{3,9})\.?(?:\s+(\d{1,2}),)?\s+(\d{4})", re.ASCII)


def day_range(text: str, today: date) -> DayRange:
    """The days that a text names. ValueError, with the reason as a clause, where it names none.

    Read are 2025, 2025-04, 2025-04-01, `A..B` and `A to B` of these with either end left open, today,
    yesterday, this or last week, month or year, `2w` (d, w, m, y: the time since), `2 weeks ago`, `last 3 months`,
    `April 2025`, `1 April 2025`.
    """
    text = " ".join(text.strip().lower().split())
    for separator in ("..", " to "):
        low, found, high = text.partition(separator)
        if found:
            return _span(low.strip(" *"), high.strip(" *"), today)
    for read in (_iso, _relative, _named_month):
        days = read(text, today)
        if days is not None:
            return days
    raise ValueError("it is not a date")


def last_day(text: str, today: date) -> date | None:
    """The last of the days that a text names; of `2w` it is the day two weeks ago. ValueError as above."""
    since, until = day_range(text, today)
    return since if _AGO.fullmatch(" ".join(text.lower().split())) else until


def _span(low: str, high: str, today: date) -> DayRange:
    since = day_range(low, today)[0] if low else None
    until = day_range(high, today)[1] if high else None
    if since is None and until is None:
        raise ValueError("it is not a date")
    if since is not None and until is not None and since > until:
        raise ValueError("it ends before it begins")
    return since, until


def _iso(text: str, _today: date) -> DayRange | None:
    found = _ISO.fullmatch(text)
    if not found:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    return _checked(year, month, day)


def _checked(year: int, month: int | None, day: int | None) -> DayRange:
    try:
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is None:
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        return date(year, month, day), date(year, month, day)
    except (ValueError, calendar.IllegalMonthError):
        raise ValueError("there is no such day") from None


def _relative(text: str, today: date) -> DayRange | None:
    if text in ("today", "yesterday"):
        day = today - timedelta(days=text == "yesterday")
        return day, day
    if text in ("this week", "last week"):
        monday = today - timedelta(days=today.weekday() + (7 if text.startswith("last") else 0))
        return monday, monday + timedelta(days=6)
    if text in ("this month", "last month"):
        month = today if text.startswith("this") else today.replace(day=1) - timedelta(days=1)
        return _checked(month.year, month.month, None)
    if text in ("this year", "last year"):
        return _checked(today.year - (text == "last year"), None, None)
    ago = _AGO.fullmatch(text)
    found = ago or _LAST_SOME.fullmatch(text)
    if not found:
        return None
    day = _back(today, int(found[1]), found[2][0])
    return day, (day if ago and ago[3] else today)


def _back(today: date, count: int, unit: str) -> date:
    """The day so many days, weeks, months or years before; the last of a month where it is shorter."""
    try:
        if unit in "dw":
            return today - timedelta(days=count * (7 if unit == "w" else 1))
        months = today.year * 12 + today.month - 1 - count * (12 if unit == "y" else 1)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
    except (ValueError, OverflowError, calendar.IllegalMonthError):
        raise ValueError("it lies before the calendar begins") from None


def _named_month(text: str, _today: date) -> DayRange | None:
    found = _NAMED_MONTH.fullmatch(text)
    if not found:
        return None
    before, name, after, year = found.groups()
    month = next((n for n, full in enumerate(MONTHS) if n and full.startswith(name)), None)
    if month is None or (before and after):
        return None
    day = before or after
    return _checked(int(year), month, int(day) if day else None)
