"""Articles per day as a small picture that stands in a line: geometry and words. Pure; the template draws the SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsarchive.health import Health
from newsarchive.views.words import count

HEIGHT = 24
STEP = 4
"""User units of a day's column; one of them is the gap behind it."""

_LEAST = 1.5
"""So high is the bar of a single article at least."""

_WEEK = 7
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sparkline:
    """The picture. `bars` is the path of all days but the last, `today` that of the last; `usual` is the height at
    which the habit stands, None where there is none; `unknown` is the width of the days before the source was
    added. `label` says the same in words."""

    width: int
    bars: str
    today: str
    usual: float | None
    unknown: int
    label: str


@dataclass(frozen=True, slots=True)
class Day:
    """24 hours in full: when they end, what stands below them ("" for most), how many articles, and their bar."""

    end: datetime
    tick: str
    count: int
    x: int
    y: float
    height: float


def sparkline(health: Health, now: datetime) -> Sparkline:
    """The last days of a source up to now."""
    days, highest = health.days, _highest(health)
    bars = [_bar(index, n, highest) for index, n in enumerate(days)]
    per_day = health.habit.per_day
    known = (now - health.item.source.added_at) // _DAY + 1
    first = next((index for index, n in enumerate(days) if n), len(days))
    return Sparkline(
        width=len(days) * STEP,
        bars="".join(bars[:-1]),
        today=bars[-1],
        usual=round(HEIGHT - HEIGHT * per_day / highest, 1) if per_day else None,
        unknown=min(max(0, len(days) - known), first) * STEP,
        label=_label(days),
    )


def days_of(health: Health, now: datetime) -> list[Day]:
    """Each of the days with its bar; a week apart, they are ticked."""
    highest, most = _highest(health), len(health.days)
    days = []
    for index, n in enumerate(health.days):
        ago, height = most - 1 - index, _height(n, highest)
        tick = "now" if not ago else f"{ago} days ago" if ago % _WEEK == 0 else ""
        days.append(Day(now - ago * _DAY, tick, n, index * STEP, round(HEIGHT - height, 1), height))
    return days


def _highest(health: Health) -> float:
    return max(*health.days, health.habit.per_day, 1)


def _height(n: int, highest: float) -> float:
    return round(max(_LEAST, HEIGHT * n / highest), 1) if n else 0


def _bar(index: int, n: int, highest: float) -> str:
    height = _height(n, highest)
    return f"M{index * STEP} {HEIGHT}v-{height:g}h{STEP - 1}v{height:g}z" if n else ""


def _label(days: Sequence[int]) -> str:
    """`0 to 14 articles a day in 28 days, none in the last 3`."""
    if not any(days):
        return f"no article in {len(days)} days"
    quiet = next(ago for ago, n in enumerate(reversed(days)) if n)
    ending = "" if not quiet else ", none on the last" if quiet == 1 else f", none in the last {quiet}"
    return f"{min(days)} to {count(max(days), 'article')} a day in {len(days)} days{ending}"
