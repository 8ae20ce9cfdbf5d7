"""The statement that dates an article, completed from the others on the page.

- A day takes the time of day from a statement about the same day; so does midnight, which often means "no time".
- A time without a zone takes that of a statement with the same time of day, else the offset that the page's own
  other statements have, else the zone of the country (`zones`), else none: it is read as UTC.
- An instant in UTC is moved to the zone that the page is read in, which a time of day that readers see beside it
  tells by what it differs: servers say 02:54Z of what was published at 22:54 the day before. The instant stays.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from itertools import islice

from archive.extract import zones
from archive.extract.datetext import Moment, moment
from archive.extract.labels import Role
from archive.extract.page import Page
from archive.model import DateSource

_QUARTER = timedelta(minutes=15)
_LONGEST_OFFSET = timedelta(hours=14)
_SEASON = timedelta(days=60)  # so long an offset holds, by and large
_OFFSET = re.compile(r":\d\d(?:\.\d{1,9})?\s?[+-][01]\d:?[0-5]\d(?![\d:])")
_ZONED = re.compile(
    r"(?:20\d\d-\d\d-\d\d[T ]|\d\d? [A-Z][a-z]{2} 20\d\d )\d\d:\d\d(?::\d\d)?(?:\.\d{1,9})?\s?[+-]\d\d:?\d\d$"
)
_BEFORE_OFFSET = 24  # characters of a time that stand before the last colon
_MOST = 50


@dataclass(frozen=True, slots=True)
class Said:
    """A statement that was read: in which words it was said does not matter any more."""

    role: Role
    source: DateSource
    where: str
    at: Moment
    shown: bool = False
    near: bool = True

    @property
    def day(self) -> date:
        """The day on the wall."""
        return self.at.at.date()


def completed(said: Said, stated: list[Said], page: Page, place: str) -> Said:
    """The statement with the time of day and the zone that others have; `place` is a country."""
    zone = zones.zone_of(place)
    peers = [other for other in stated if other.role == said.role and other.near]
    said = _with_time(said, peers, zone)
    if said.at.day_only:
        return said
    if not said.at.zoned:
        return _with_zone(said, stated, page, zone)
    return _on_the_wall(said, peers, page, zone) if zones.is_utc(said.at.at) else said


def _with_time(said: Said, peers: list[Said], zone: tzinfo | None) -> Said:
    if not lacks_time(said.at):
        return said
    for other in peers:
        if not lacks_time(other.at) and said.day in _days(other.at, zone):
            source = said.source if said.source == "rule" else other.source
            return replace(said, source=source, where=_joined(said.where, other.where), at=other.at)
    return said


def lacks_time(at: Moment) -> bool:
    """Is this a day without a time, or midnight, which often means that?"""
    return at.day_only or at.at.time() == time.min


def _days(at: Moment, zone: tzinfo | None) -> set[date]:
    """The days that a moment falls on: as it is written, and where the page is read."""
    found = {at.at.date()}
    if zone is not None and at.zoned:
        found.add(zones.moved(at.at, zone).date())
    return found


def _with_zone(said: Said, stated: list[Said], page: Page, zone: tzinfo | None) -> Said:
    wall = said.at.at
    for other in stated:
        if _says_zone(other) and _minute(other.at) == _minute(said.at):
            return _in_zone(said, other.at.at.tzinfo, other.where)
    for other in stated:
        if _says_zone(other) and not zones.is_utc(other.at.at) and abs(other.at.at - wall) < _SEASON:
            return _in_zone(said, other.at.at.tzinfo, other.where)
    if zone is not None and (offset := zones.offset_at(zone, wall)) is not None:
        return _in_zone(said, offset, "the zone of the country")
    elsewhere = _offset_of(page.text, wall)
    return _in_zone(said, elsewhere, "other times of the page") if elsewhere else said


def _says_zone(other: Said) -> bool:
    return other.at.zoned and not other.at.day_only and other.source != "feed"


def _in_zone(said: Said, zone: tzinfo | None, where: str) -> Said:
    at = Moment(said.at.at.replace(tzinfo=zone))
    return replace(said, at=at, where=_joined(said.where, where))


def _on_the_wall(said: Said, peers: list[Said], page: Page, zone: tzinfo | None) -> Said:
    """An instant in UTC as readers of the page are shown it."""
    seen = [other for other in peers if other.shown and not (other.at.zoned and not other.at.day_only)]
    if any(not other.at.day_only and _minute(other.at) == _minute(said.at) for other in seen):
        return said  # what readers see is the same time: they are told UTC, or the page errs and means its own zone
    for other in seen:
        ahead = _difference(other.at, said.at)
        if ahead is not None and (zone is None or ahead == zones.moved(said.at.at, zone).utcoffset()):
            return _moved(said, timezone(ahead), other.where)
    zone = zone or _offset_of(page.text, said.at.at)
    if zone is None:
        return said
    days, there = {other.day for other in seen}, zones.moved(said.at.at, zone)
    return said if said.day in days and there.date() not in days else _moved(said, zone, "")


def _minute(at: Moment) -> datetime:
    """The time on the wall, to the minute."""
    return at.at.replace(tzinfo=UTC, second=0, microsecond=0)


def _difference(wall: Moment, instant: Moment) -> timedelta | None:
    """How far a time on the wall is ahead of an instant in UTC, None where that is no offset of any place."""
    if wall.day_only:
        return None
    ahead = _minute(wall) - _minute(instant)
    is_offset = ahead % _QUARTER == timedelta(0) and timedelta(0) < abs(ahead) <= _LONGEST_OFFSET
    return ahead if is_offset else None


def _moved(said: Said, zone: tzinfo, where: str) -> Said:
    at = Moment(zones.moved(said.at.at, zone))
    return replace(said, at=at, where=_joined(said.where, where) if where else said.where)


def _offset_of(text: str, at: datetime) -> tzinfo | None:
    """The offset that most other times of the season in the page's markup and scripts have, UTC left out."""
    found: Counter[tzinfo | None] = Counter()
    for match in islice(_OFFSET.finditer(text), _MOST):
        if zoned := _ZONED.search(text[max(0, match.start() - _BEFORE_OFFSET) : match.end()]):
            other = moment(zoned[0])
            if other is not None and not zones.is_utc(other.at) and abs(other.at - at) < _SEASON:
                found[other.at.tzinfo] += 1
    return found.most_common(1)[0][0] if found else None


def _joined(where: str, other: str) -> str:
    return where if other == where else f"{where}, {other}"
