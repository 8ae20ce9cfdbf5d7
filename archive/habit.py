"""How often a source publishes: how often it is looked at therefore, and whether it is silent or flooding. Pure.

What counts is when an article was published, as far as that is known; articles that were old when they were found
(an archive that is read back, the first look at a feed) say nothing about the habit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from archive.model import Arrival

Flag = Literal["silent", "flooding", ""]

WINDOW = timedelta(days=28)
"""How far back a habit reaches: four of each day of the week."""

SHORTEST, LONGEST = timedelta(minutes=10), timedelta(hours=24)
FIRST = timedelta(minutes=30)
"""The interval of a source of which nothing is known yet."""

MOST_AGES = 24

_DAY = timedelta(days=1)
_OLD = timedelta(days=2)
_AIM = 1.5  # new articles a look
_WORTH = 0.5  # days of watching that the first interval counts as much as

_ENOUGH_DAYS = 14
_ENOUGH_ARTICLES = 10
_CHANCE = 1e-5
_LONGER = 1.5
_SCATTER, _MOST_SCATTER = 0.05, 100.0
_FLOOD = 3
_FEWEST = 20
_LATELY = 7

_AGE = re.compile(r"([0-9]{1,6})\s*([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Habit:
    """What a source does day by day; a day is 24 hours, counted back from now.

    `days` are the counts of the last 28, the oldest first, `today` the last of them. `usual` are those of the
    28 days up to the last article, from the first article known, and `per_day` is their mean; `silent_days` are those
    since, without any.
    """

    per_day: float
    today: int
    days: tuple[int, ...]
    usual: tuple[int, ...]
    silent_days: int


def interval(arrivals: Iterable[Arrival], now: datetime, watched_since: datetime) -> timedelta:
    """How long to wait between two looks at a source, 10 minutes to 24 hours: for one or two new articles a look.

    `arrivals` are those of the last 28 days. The rate is their mean, or that of the last 24 hours where there were
    more, so that a source is followed at once when it wakes and slowly when it falls asleep, and neither nights nor
    weekends count. Half an hour, the interval of a source that was never watched, counts like half a day of
    watching. More arrivals never make a longer interval.
    """
    moments = [
        moment
        for arrival in arrivals
        if (moment := _moment(arrival)) is not None and not _of_any_age(arrival, watched_since)
    ]
    days_watched = min(max(now - watched_since, timedelta(0)), WINDOW) / _DAY
    known = _WORTH * _AIM * (_DAY / FIRST)
    per_day = (known + sum(now - moment < WINDOW for moment in moments)) / (_WORTH + days_watched)
    last_day = sum(now - moment < _DAY for moment in moments)
    minutes = int(_AIM / max(per_day, last_day) * 24 * 60)
    return min(max(timedelta(minutes=minutes), SHORTEST), LONGEST)


def habit(arrivals: Collection[Arrival], now: datetime) -> Habit:
    """The habit of a source. `arrivals` are those since 28 days before the last one, so that what was usual is known
    however long the silence; `now` is when the source was last looked at without failure: while nobody looks, nothing
    is silent."""
    counts = dict[int, int]()
    for arrival in arrivals:
        if (moment := _moment(arrival)) is not None:
            ago = max((now - moment) // _DAY, 0)
            counts[ago] = counts.get(ago, 0) + 1
    window = WINDOW // _DAY
    silent_days = min(counts, default=0)
    first = min(max(counts, default=0), silent_days + window - 1)
    usual = tuple(counts.get(ago, 0) for ago in range(first, silent_days - 1, -1)) if counts else ()
    days = tuple(counts.get(ago, 0) for ago in range(window - 1, -1, -1))
    return Habit(sum(usual) / len(usual) if usual else 0.0, days[-1], days, usual, silent_days)


def flag(known: Habit) -> Flag:
    """Whether a source does what is not its habit; "" also where too little is known of it: less than 14 days, or
    less than 10 articles.

    *Silent*: it has published nothing for more than one and a half times its longest pause, and by chance it would do
    so less than once in 100,000 times. Chance is negative binomial: each day of the week has a mean of its own, so
    that a weekly paper owes nothing on a Tuesday, and all share the scatter that is seen between days of one name.
    *Flooding*: the last day brought 20 articles or more, and over three times as many as the busiest day up to a
    week ago, so that a flood is shown for a week before it is the habit.

    By simulation (tests/test_archive_habit.py), false alarms on 10,000 days of a source: none for a weekly paper, a
    paper on weekdays and one of 1,000 articles a day, under 5 for five articles a day at random, under 100 for
    bursts at random, which no habit foretells. A silence is seen after 1 day at 1,000 a day, about 3 at five a
    day, 4 on weekdays (Tuesday evening), 10 of a weekly paper.
    """
    if len(known.usual) < _ENOUGH_DAYS or sum(known.usual) < _ENOUGH_ARTICLES:
        return ""
    if known.silent_days:
        longer = known.silent_days > _LONGER * _longest_pause(known.usual)
        return "silent" if longer and _chance_of_silence(known.usual, known.silent_days) < _CHANCE else ""
    before = known.usual[:-_LATELY]
    if sum(before) >= _ENOUGH_ARTICLES and known.today >= _FEWEST and known.today > _FLOOD * max(before):
        return "flooding"
    return ""


def parse_ages(text: str) -> tuple[timedelta, ...]:
    """`1h,6h,1d` -> the ages at which an article is looked at again, the youngest first, each once; "" -> none of its
    own. ValueError, one sentence, for anything else."""
    ages = set[timedelta]()
    for part in filter(None, (part.strip() for part in text.lower().split(","))):
        match = _AGE.fullmatch(part)
        if match is None:
            raise ValueError(f"{part!r} is not an age; write for example 1h,6h,1d,7d")
        age = int(match[1]) * _UNITS[match[2]]
        if not SHORTEST <= age <= timedelta(days=365):
            raise ValueError(f"{part!r} is not from 10m to 365d")
        ages.add(age)
    if len(ages) > MOST_AGES:
        raise ValueError(f"an article is looked at again at up to {MOST_AGES} ages, not {len(ages)}")
    return tuple(sorted(ages))


def describe_ages(ages: Iterable[timedelta]) -> str:
    """The ages as `parse_ages` reads them, in whole minutes."""
    return ",".join(_describe(age) for age in ages)


def _moment(arrival: Arrival) -> datetime | None:
    """When an article was published, or else found; None where it was old by then."""
    if arrival.published is None:
        return arrival.first_seen
    if arrival.first_seen - arrival.published > _OLD:
        return None
    return min(arrival.published, arrival.first_seen)


def _of_any_age(arrival: Arrival, watched_since: datetime) -> bool:
    """An undated article that a source had already, or may have had, when it was first looked at."""
    return arrival.published is None and arrival.first_seen < watched_since + _DAY


def _longest_pause(days: Sequence[int]) -> int:
    longest = pause = 0
    for count in days:
        pause = 0 if count else pause + 1
        longest = max(longest, pause)
    return longest


def _chance_of_silence(days: Sequence[int], silent_days: int) -> float:
    """That a source with these counts publishes nothing on the days that follow them."""
    weekdays = [days[first::7] for first in range(7)]
    means = [sum(counts) / len(counts) for counts in weekdays]
    scatter = _scatter(weekdays, means)
    per_day = [math.log1p(scatter * mean) / scatter for mean in means]
    weeks, rest = divmod(silent_days, 7)
    return math.exp(-weeks * sum(per_day) - sum(per_day[(len(days) + day) % 7] for day in range(rest)))


def _scatter(weekdays: Sequence[Sequence[int]], means: Sequence[float]) -> float:
    """The a in variance = mean + a * mean², from what days of one name differ by; above 0, because nobody publishes
    quite at random."""
    beyond = square = 0.0
    for counts, mean in zip(weekdays, means, strict=True):
        variance = sum((count - mean) ** 2 for count in counts) / (len(counts) - 1)
        beyond += variance - mean
        square += max(mean * mean - variance / len(counts), 0.0)
    return min(max(beyond / square, _SCATTER), _MOST_SCATTER) if square else _MOST_SCATTER


def _describe(age: timedelta) -> str:
    unit = next((unit for unit in ("d", "h") if age % _UNITS[unit] == timedelta(0)), "m")
    return f"{age // _UNITS[unit]}{unit}"
