"""Is this when it was published? To the day as it is written, and to the minute where the label has a time of day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TOLERANCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Written:
    """A date as it is written; `at` is None where there is no time of day."""

    day: date
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Whether a day is right, and the minute; None where the label has no time of day."""

    day: bool
    minute: bool | None


def agreement(right: str, read: str | None) -> Agreement:
    """Compares two dates in ISO 8601. The same instant is the same day, whatever the zones; where only one has a
    zone, the times of day are compared as they are written."""
    wanted, had = written(right), written(read)
    is_timed = wanted is not None and wanted.at is not None
    if wanted is None or had is None:
        return Agreement(day=False, minute=False if is_timed else None)
    day = wanted.day == had.day
    if wanted.at is None:
        return Agreement(day, None)
    if had.at is None:
        return Agreement(day, minute=False)
    both_zoned = wanted.at.tzinfo is not None and had.at.tzinfo is not None
    minute = _near(wanted.at, had.at)
    return Agreement(day or (minute and both_zoned), minute)


def _near(first: datetime, second: datetime) -> bool:
    if (first.tzinfo is None) != (second.tzinfo is None):
        first, second = first.replace(tzinfo=None), second.replace(tzinfo=None)
    return abs(first - second) <= _TOLERANCE


def written(text: str | None) -> Written | None:
    """What a text says, None where it says no date."""
    text = (text or "").strip()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        found = _DAY.match(text)
        try:
            return Written(date.fromisoformat(found[0]), None) if found else None
        except ValueError:
            return None
    return Written(at.date(), at if len(text) > len("2026-01-01") else None)
