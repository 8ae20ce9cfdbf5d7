"""How often a source is looked at, and when it is silent or flooding."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.habit import (
    FIRST,
    LONGEST,
    SHORTEST,
    Habit,
    describe_ages,
    flag,
    habit,
    interval,
    parse_ages,
)
from archive.model import Arrival

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LONG_AGO = NOW - 400 * DAY


def found(ago: timedelta, age: timedelta | None = timedelta(0)) -> Arrival:
    """An article found so long ago, published so long before; None is undated."""
    return Arrival(NOW - ago, None if age is None else NOW - ago - age)


def steady(per_day: float, days: int = 28) -> list[Arrival]:
    """Articles at even distances, up to now."""
    return [found(n * DAY / per_day) for n in range(int(per_day * days))]


ARRIVALS = st.lists(
    st.builds(
        found,
        st.timedeltas(-DAY, 40 * DAY),
        st.none() | st.timedeltas(-3 * DAY, 5 * DAY),
    ),
    max_size=40,
)
WATCHED = st.timedeltas(timedelta(0), 60 * DAY).map(lambda ago: NOW - ago)


# -- interval ----------------------------------------------------------------------------------------


def test_a_new_source_is_looked_at_after_half_an_hour() -> None:
    assert interval([], NOW, NOW) == FIRST == timedelta(minutes=30)


def test_a_quiet_source_is_looked_at_ever_more_rarely() -> None:
    watched = [interval([], NOW, NOW - n * DAY / 8) for n in range(8 * 40)]
    assert watched == sorted(watched)
    assert watched[0] == FIRST
    assert watched[-1] == LONGEST
    assert all(later <= 1.3 * earlier for earlier, later in pairwise(watched))


@pytest.mark.parametrize("per_day", [3, 10, 24, 60, 140])
def test_a_look_finds_one_or_two_new_articles(per_day: int) -> None:
    articles_a_look = per_day * (interval(steady(per_day), NOW, LONG_AGO) / DAY)
    assert 1.0 <= articles_a_look <= 2.0


def test_a_wire_service_is_looked_at_as_often_as_may_be() -> None:
    assert interval(steady(1000), NOW, LONG_AGO) == SHORTEST


def test_a_source_that_wakes_is_followed_within_a_day() -> None:
    asleep = steady(1, 27)
    assert interval(asleep, NOW, LONG_AGO) > timedelta(hours=12)
    awake = [*asleep, *(found(n * DAY / 48) for n in range(48))]
    assert interval(awake, NOW, LONG_AGO) < timedelta(hours=1)


def test_nights_and_weekends_do_not_make_it_wild() -> None:
    """A paper of weekdays, eight to eight, looked at in every hour of four weeks."""
    monday = datetime(2026, 1, 5, tzinfo=UTC)
    hours = [monday + timedelta(hours=hour) for hour in range(24 * 7 * 9)]
    printed = [Arrival(hour, hour) for hour in hours if hour.weekday() < 5 and 8 <= hour.hour < 20]
    intervals = [
        interval(
            [arrival for arrival in printed if hour - 29 * DAY < arrival.first_seen <= hour], hour, LONG_AGO
        )
        for hour in hours[24 * 7 * 5 :]
    ]
    assert max(intervals) < 2 * min(intervals)
    assert max(intervals) < timedelta(hours=5)


def test_an_archive_that_is_read_back_is_no_news() -> None:
    back_filled = [found(n * DAY / 100, 300 * DAY) for n in range(2000)]
    assert interval(back_filled, NOW, LONG_AGO) == interval([], NOW, LONG_AGO)


def test_what_a_page_without_dates_links_to_at_first_is_of_any_age() -> None:
    watched_since = NOW - timedelta(hours=30)
    at_first = [found(timedelta(hours=29), None)] * 100
    assert interval(at_first, NOW, watched_since) == interval([], NOW, watched_since)
    later = [found(timedelta(hours=1), None)] * 100
    assert interval(later, NOW, watched_since) < interval([], NOW, watched_since)


@given(ARRIVALS, ARRIVALS, WATCHED)
def test_more_articles_never_mean_a_longer_interval(
    some: list[Arrival], more: list[Arrival], watched_since: datetime
) -> None:
    few, many = interval(some, NOW, watched_since), interval([*some, *more], NOW, watched_since)
    assert SHORTEST <= many <= few <= LONGEST
    assert few % timedelta(minutes=1) == timedelta(0)


# -- habit -------------------------------------------------------------------------------------------


def counted(counts: list[int]) -> Habit:
    """The habit of a source with so many articles a day, the last day last."""
    silent_days = next((ago for ago, count in enumerate(reversed(counts)) if count), 0)
    first = next((n for n, count in enumerate(counts) if count), len(counts))
    usual = counts[first : len(counts) - silent_days][-28:]
    days = ([0] * 28 + counts)[-28:]
    return Habit(sum(usual) / len(usual) if usual else 0.0, days[-1], tuple(days), tuple(usual), silent_days)


@given(st.lists(st.integers(0, 3), max_size=70), st.integers(0, 23))
def test_a_habit_counts_what_was_published_day_by_day(counts: list[int], hour: int) -> None:
    arrivals = [
        found(ago * DAY + timedelta(hours=hour))
        for ago, count in enumerate(reversed(counts))
        for _ in range(count)
    ]
    assert habit(arrivals, NOW) == counted(counts)


def test_an_article_counts_on_the_day_of_its_publication_and_an_old_one_not_at_all() -> None:
    yesterday, old, ahead = found(timedelta(0), DAY), found(DAY, 3 * DAY), found(DAY, -5 * DAY)
    assert habit([yesterday, old, ahead, found(3 * DAY, None)], NOW).days[-5:] == (0, 1, 0, 2, 0)
    assert habit([old], NOW) == habit([], NOW) == Habit(0.0, 0, (0,) * 28, (), 0)


def test_what_was_usual_is_known_however_long_the_silence() -> None:
    known = habit([found(100 * DAY + n * DAY / 5) for n in range(5 * 28)], NOW)
    assert known.days == (0,) * 28
    assert (known.per_day, known.silent_days, len(known.usual)) == (5.0, 100, 28)
    assert flag(known) == "silent"


# -- flag --------------------------------------------------------------------------------------------


def test_a_weekly_paper_is_silent_when_an_issue_is_missing_and_not_on_a_tuesday() -> None:
    weeks = [0, 0, 0, 20, 0, 0, 0] * 4
    for days in range(1, 10):
        assert flag(counted([*weeks[:-3], *[0] * days])) == "", days
    for days in (10, 30, 300):
        assert flag(counted([*weeks[:-3], *[0] * days])) == "silent", days


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([5] * 28 + [0], ""),
        ([5] * 28 + [0] * 3, "silent"),
        ([1000] * 28 + [0], "silent"),
        ([8, 8, 8, 8, 8, 0, 0] * 4, ""),
        ([8, 8, 8, 8, 8, 0, 0] * 4 + [0], ""),
        ([8, 8, 8, 8, 8, 0, 0] * 4 + [0, 0], "silent"),
        ([4, 4, 4, 4, 4, 0, 0] * 2 + [4] * 5 + [0] * 4, ""),
        ([4, 4, 4, 4, 4, 0, 0] * 2 + [4] * 5 + [0] * 6, "silent"),
        ([1] * 13 + [0] * 10, ""),
        ([1000] * 13 + [0] * 10, ""),
        ([0] * 18 + [1] * 9 + [0] * 20, ""),
        ([5] * 27 + [60], "flooding"),
        ([5] * 21 + [60] * 7, "flooding"),
        ([5] * 14 + [60] * 14, ""),
        ([5] * 27 + [15], ""),
        ([1] * 27 + [19], ""),
        ([1] * 27 + [20], "flooding"),
        ([0, 0, 0, 50, 0, 0, 0] * 3 + [0, 0, 0, 60], ""),
        ([0] * 10 + [900], ""),
        ([1000] * 27 + [2000], ""),
        ([1000] * 27 + [3500], "flooding"),
        ([], ""),
        ([0] * 40, ""),
    ],
)
def test_a_source_is_held_to_its_own_habit(counts: list[int], expected: str) -> None:
    assert flag(counted(counts)) == expected


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=28), st.integers(0, 400))
def test_silence_only_becomes_plainer(counts: list[int], days: int) -> None:
    """Once silent, silent until something is published."""
    before, after = (flag(counted([*counts, 1, *[0] * silent])) for silent in (days, days + 1))
    assert not (before == "silent" and after != "silent")


def poisson(chance: random.Random, mean: float) -> int:
    if mean > 50:
        return max(round(chance.gauss(mean, math.sqrt(mean))), 0)
    count, product, end = 0, chance.random(), math.exp(-mean)
    while product > end:
        count += 1
        product *= chance.random()
    return count


def geometric(chance: random.Random, mean: float) -> int:
    return 1 + int(math.log(1 - chance.random()) / math.log(1 - 1 / mean))


SOURCES: dict[str, tuple[Callable[[random.Random, int], int], float, int]] = {
    "weekly": (lambda chance, day: poisson(chance, 20) if day % 7 == 3 else 0, 1, 14),
    "daily": (lambda chance, day: poisson(chance, 5), 5, 5),
    "weekdays": (lambda chance, day: poisson(chance, 8) if day % 7 < 5 else 0, 1, 6),
    "a thousand a day": (lambda chance, day: poisson(chance, 1000 if day % 7 < 5 else 500), 0, 1),
    "news": (lambda chance, day: poisson(chance, 20 * math.exp(chance.gauss(0, 0.5))), 5, 5),
    "bursts": (lambda chance, day: geometric(chance, 10) if chance.random() < 0.3 else 0, 100, 10_000),
}
"""What a day brings; false alarms on 10,000 days at most; days until a silence is seen at the latest."""


@pytest.mark.parametrize("kind", SOURCES)
def test_false_alarms_are_as_rare_as_is_said(kind: str) -> None:
    brings, most, latest = SOURCES[kind]
    chance = random.Random(20260305)
    counts = [brings(chance, day) for day in range(10_060)]
    windows = (counts[day - 60 : day] for day in range(60, len(counts)))
    alarms = sum(flag(counted(window)) != "" for window in windows)
    assert alarms <= most
    for end in range(100, 1100, 25):
        died = counts[end - 60 : end]
        assert flag(counted([*died, *[0] * latest])) == "silent" or kind == "bursts"


# -- ages --------------------------------------------------------------------------------------------


def test_ages_are_read_in_any_order_and_each_once() -> None:
    ages = (timedelta(minutes=90), timedelta(hours=6), timedelta(days=1), timedelta(days=30))
    assert parse_ages(" 1d, 90m,6H ,24h,30d,") == ages
    assert describe_ages(ages) == "90m,6h,1d,30d"
    assert parse_ages("") == ()


@given(st.sets(st.integers(10, 365 * 24 * 60).map(lambda n: timedelta(minutes=n)), max_size=24))
def test_ages_are_read_as_they_are_written(ages: set[timedelta]) -> None:
    assert parse_ages(describe_ages(sorted(ages))) == tuple(sorted(ages))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("soon", "'soon' is not an age; write for example 1h,6h,1d,7d"),
        ("1h;6h", "'1h;6h' is not an age; write for example 1h,6h,1d,7d"),
        ("1h,-6h", "'-6h' is not an age; write for example 1h,6h,1d,7d"),
        ("١h", "'١h' is not an age; write for example 1h,6h,1d,7d"),
        ("1h,5m", "'5m' is not from 10m to 365d"),
        ("99999d", "'99999d' is not from 10m to 365d"),
        (",".join(f"{n}h" for n in range(1, 26)), "an article is looked at again at up to 24 ages, not 25"),
    ],
)
def test_what_is_no_age_is_told_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as caught:
        parse_ages(text)
    assert str(caught.value) == said
