"""The dates that feeds and sitemaps write, with the offset that they give."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_YEARS = range(1700, 2201)
_LONGEST = 100

_ISO = re.compile(r"\d{4}-\d\d-\d\d|\d{8}(?:T|$)")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d{8}")
_ZONES = {
    "WET": "+0000", "BST": "+0100", "WEST": "+0100", "CET": "+0100", "MEZ": "+0100", "CEST": "+0200",
    "MESZ": "+0200", "EET": "+0200", "SAST": "+0200", "EEST": "+0300", "MSK": "+0300", "IST": "+0530",
    "HKT": "+0800", "SGT": "+0800", "AWST": "+0800", "JST": "+0900", "KST": "+0900", "AEST": "+1000",
    "AEDT": "+1100", "NZST": "+1200", "NZDT": "+1300", "AKST": "-0900", "AKDT": "-0800", "HST": "-1000",
}  # fmt: skip
"""Names of zones beyond those of RFC 822, which the standard library would take for UTC."""


def read_date(text: str) -> tuple[datetime, bool] | None:
    """The aware moment that RFC 822 (RSS) or ISO 8601 (Atom, sitemaps) text means, and whether it is a day only.

    No zone means UTC. None where there is no such date, or one outside the years 1700 to 2200; a month or a
    year alone is no date.
    """
    text = " ".join(text[:_LONGEST].split())
    iso = _ISO.match(text) is not None
    day_only = _ISO_DAY.fullmatch(text) is not None if iso else ":" not in text
    try:
        moment = _iso(text) if iso else _rfc822(f"{text} 00:00:00" if day_only else text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None  # the standard library signals nonsense in each of these ways
    if moment.year not in _YEARS:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)), day_only


def _iso(text: str) -> datetime:
    text = re.sub(r" ?(?:UTC|GMT|Z)$", "+00:00", text.upper())
    return datetime.fromisoformat(re.sub(r" (?=[+-]\d\d:?\d\d$)", "", text))


def _rfc822(text: str) -> datetime:
    before, _, zone = text.rpartition(" ")
    return parsedate_to_datetime(f"{before} {_ZONES.get(zone.upper(), zone)}")
