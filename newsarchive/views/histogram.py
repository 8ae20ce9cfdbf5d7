"""Articles by date as bars to click: geometry and links. Pure; the template draws the SVG.

A bar drills down: a year sets the period to that year, then its months are the bars, then its days.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index.model import Bucket, Histogram
from newsarchive.searchform import SearchForm
from newsarchive.views import words

WIDTH = 1000
HEIGHT = 100
"""The user units of the drawing, which is stretched to the width of the page."""

_GAP = 0.14
_MIN_HEIGHT = 2.0
_MAX_WIDTH = 80.0
_MAX_LABELS = 12
_STRIDES = {4: (1, 2, 5, 10, 20, 50, 100, 1000), 7: (1, 2, 3, 6, 12, 120), 10: (1, 7, 70)}
"""How far labels may stand apart, by the length of a bucket's value: years, months, days."""
_LAST_WEEK = 25
_UNITS: tuple[tuple[Literal["year", "month", "day"], int, float], ...] = (
    ("day", 10, 59),
    ("month", 7, 3 * 365),
    ("year", 4, float("inf")),
)
"""For periods of at most so many days: the unit, and the length of its values. Two months have at least 59
days, three years 1,095: the index counts in these units or finer ones."""
_MAX_YEARS = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """One bucket: `x` and `width` of its column, `bar_x` and `bar_width` of the bar in it, `y` and `height`.

    `label` names it in full; `tick` is what stands below it, "" for most where there are many. `target` is
    the form that narrows the search to it, None where it is empty.
    """

    label: str
    tick: str
    count: int
    x: float
    width: float
    bar_x: float
    bar_width: float
    y: float
    height: float
    target: SearchForm | None


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing. `span` names its first and last bucket; `crumbs` lead back out: (label, form), the present
    period is the last and has no form."""

    unit: str
    span: str
    bars: tuple[Bar, ...]
    highest: int
    undated: int
    crumbs: tuple[tuple[str, SearchForm | None], ...]


def chart(form: SearchForm, histogram: Histogram | None) -> Chart | None:
    """The chart of a result, None where there is nothing to draw."""
    if histogram is None or not any(bucket.count for bucket in histogram.buckets):
        return None
    histogram = over_period(histogram, form.request.since, form.request.until)
    highest = max(bucket.count for bucket in histogram.buckets)
    width = WIDTH / len(histogram.buckets)
    bar_width = min(width * (1 - _GAP), _MAX_WIDTH)
    ticks = _ticks([bucket.value for bucket in histogram.buckets])
    bars = []
    for position, (bucket, tick) in enumerate(zip(histogram.buckets, ticks, strict=True)):
        height = max(_MIN_HEIGHT, HEIGHT * bucket.count / highest) if bucket.count else 0.0
        bars.append(
            Bar(
                label=_name(bucket.value),
                tick=tick,
                count=bucket.count,
                x=round(position * width, 2),
                width=round(width, 2),
                bar_x=round((position + 0.5) * width - bar_width / 2, 2),
                bar_width=round(bar_width, 2),
                y=round(HEIGHT - height, 2),
                height=round(height, 2),
                target=form.between(*days_of(bucket.value)) if bucket.count else None,
            )
        )
    span = " – ".join(dict.fromkeys((bars[0].label, bars[-1].label)))
    return Chart(histogram.unit, span, tuple(bars), highest, histogram.undated, _crumbs(form))


def over_period(histogram: Histogram, since: date | None, until: date | None) -> Histogram:
    """The histogram from the first to the last day that was asked for, where both were: a month shows all of
    its days, a year all of its months, however few articles there are."""
    if since is None or until is None or until.year - since.year > _MAX_YEARS:
        return histogram
    unit, length = next(step for step in _UNITS if (until - since).days <= step[2])[:2]
    days = (date.fromordinal(day) for day in range(since.toordinal(), until.toordinal() + 1))
    counts = dict.fromkeys((day.isoformat()[:length] for day in days), 0)
    for bucket in histogram.buckets:
        counts[bucket.value[:length]] = counts.get(bucket.value[:length], 0) + bucket.count
    buckets = tuple(Bucket(value, value, count) for value, count in sorted(counts.items()))
    return Histogram(unit, buckets, histogram.undated)


def days_of(value: str) -> tuple[date, date]:
    """The first and last day of YYYY, YYYY-MM or YYYY-MM-DD."""
    parts = [int(part) for part in value.split("-")]
    first = date(*[*parts, 1, 1][:3])
    if len(parts) == 1:
        return first, first.replace(month=12, day=31)
    if len(parts) == 2:
        return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return first, first


def _name(value: str) -> str:
    return words.period(*days_of(value))


def _ticks(values: list[str]) -> list[str]:
    """What stands below each bucket: round years; months from January on, which shows the year where there
    are several; weeks of days from the first on, which shows the month."""
    stride = next(n for n in _STRIDES[len(values[0])] if len(values) <= n * _MAX_LABELS)
    several_years = values[0][:4] != values[-1][:4]
    return [_tick(value, stride, several_years=several_years) for value in values]


def _tick(value: str, stride: int, *, several_years: bool) -> str:
    parts = [int(part) for part in value.split("-")]
    if len(parts) == 1:
        return value if parts[0] % stride == 0 else ""
    if (parts[-1] - 1) % stride:
        return ""
    if len(parts) == 2:
        return value[:4] if several_years and parts[1] == 1 else words.short_month(value)
    if stride > 1 and parts[2] > _LAST_WEEK:  # the first of the next month follows too closely
        return ""
    return words.short_month(value) if parts[2] == 1 else str(parts[2])


def _crumbs(form: SearchForm) -> tuple[tuple[str, SearchForm | None], ...]:
    """All years > 2024 > May 2024, as far as the period is a whole year, month or day."""
    since, until = form.request.since, form.request.until
    if not (since or until):
        return ()
    trail: list[tuple[str, SearchForm | None]] = [("All years", form.between(None, None))]
    if since and until and (since.year, since.month) == (until.year, until.month):
        values = [f"{since:%Y}", f"{since:%Y-%m}"]
        wider = [v for v in values if days_of(v) != (since, until)]
        trail.extend((_name(value), form.between(*days_of(value))) for value in wider)
    trail.append((words.period(since, until), None))
    return tuple(trail)
