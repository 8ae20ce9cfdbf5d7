"""How a source is doing, told from what the archive knows of it: is it crawled, and does it bring what it used to?
Pure.

`assess` says how it is now, `events` since when: an event is derived from what is kept, so that it has the same time
whenever it is looked for, and a feed of events needs nobody who writes it down.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from archive.habit import WINDOW, Flag, Habit, flag, habit
from archive.model import Arrival, Source, SourceHealth
from newsarchive.views.words import count, instant

State = Literal["failing", "waiting", "active", "paused"]
Condition = Literal["failing", "silent", "flooding", "waiting", "well", "paused"]
"""What a state or a flag is called where both are meant; "well" is active without a flag."""

TROUBLES: tuple[Condition, ...] = ("failing", "silent", "flooding")
CONDITIONS: tuple[Condition, ...] = (*TROUBLES, "waiting", "well", "paused")
"""In the order of how much they ask for attention."""

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_LONGEST_FLOOD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Health:
    """How a source is doing. `state` is about crawling it, `flag` about what it brings against its own habit.

    `habit` is that of when it was last looked at with success: while nobody looks, nothing is silent. `days` are the
    counts of the last 28 times 24 hours up to now (or to the last success, where that was within the hour), the
    oldest first. `since` is when its condition began: a failing
    source's last success, a silent one's last article, the hour of a flood. `why` is one sentence, "" where all is
    well.
    """

    item: SourceHealth
    state: State
    flag: Flag
    habit: Habit
    days: tuple[int, ...]
    since: datetime | None
    why: str

    @property
    def condition(self) -> Condition:
        """What matters most of it, in one word."""
        return self.marks[0]

    @property
    def marks(self) -> tuple[Condition, ...]:
        """State and flag, in one word or two: a failing source may be silent, too."""
        if self.state == "active":
            return (self.flag or "well",)
        return (self.state, self.flag) if self.flag else (self.state,)

    @property
    def next_visit(self) -> datetime | None:
        """When its next crawl is due, None where it is paused."""
        return None if self.item.source.paused else self.item.source.due_at


@dataclass(frozen=True, slots=True)
class Event:
    """A source fell into trouble or came out of it ("well"). `since` tells it from others of its kind and stays the
    same, `at` is when it could be noticed."""

    item: SourceHealth
    what: Condition
    since: datetime
    at: datetime
    sentence: str


def assess(item: SourceHealth, now: datetime) -> Health:
    """How a source is doing now."""
    source, state = item.source, _state(item.source)
    known = habit(item.arrivals, source.last_success_at or now)
    fresh = source.last_success_at and now - source.last_success_at < _HOUR
    days = known.days if fresh else habit(item.arrivals, now).days
    raised = flag(known) if state in ("active", "failing") else ""
    since, why = None, ""
    if state == "failing":
        since, why = source.last_success_at or source.added_at, source.last_error or ""
    elif raised == "silent":
        since = _counted(item.arrivals)[-1].first_seen
        why = f"Nothing new since {instant(since)}; usually {pace(known.per_day)}."
    elif raised == "flooding":
        since = _begin_of_flood(item.arrivals, source.last_success_at or now)
        why = f"{count(known.today, 'article')} in 24 hours; usually {pace(known.per_day)}."
    return Health(item, state, raised, known, days, since, why)


def by_attention(items: Iterable[Health]) -> list[Health]:
    """Those in trouble first, the newest trouble of a kind first; the others by name."""
    listed = sorted(items, key=lambda health: health.item.source.name.casefold())
    listed.sort(key=lambda h: h.since.timestamp() if h.since and h.condition in TROUBLES else 0, reverse=True)
    return sorted(listed, key=lambda health: CONDITIONS.index(health.condition))


def tally(items: Iterable[Health]) -> dict[str, int]:
    """How many are silent, flooding and failing; one may be both failing and silent."""
    marks = Counter(mark for health in items for mark in health.marks)
    return {mark: marks[mark] for mark in ("silent", "flooding", "failing")}


def events(item: SourceHealth, now: datetime) -> list[Event]:
    """What became of a source within 28 days: the trouble that it is in, else the one that it came out of."""
    health = assess(item, now)
    if health.state in ("paused", "waiting"):
        return []
    if health.since is None:
        return [event for event in (_answers_again(item, now), _publishes_again(item)) if event]
    at = _noticed(item, health.since, now) if health.condition == "silent" else health.since
    return [Event(item, health.condition, health.since, at, health.why)]


def as_dict(health: Health) -> dict[str, Any]:
    """The form that scripts rely on; times in ISO 8601 or null, `failures` of 28 days by cause."""
    source, next_visit = health.item.source, health.next_visit
    return {
        "id": source.id,
        "name": source.name,
        "state": health.state,
        "flag": health.flag,
        "since": health.since.isoformat() if health.since else None,
        "why": health.why,
        "last_success": source.last_success_at.isoformat() if source.last_success_at else None,
        "next_visit": next_visit.isoformat() if next_visit else None,
        "per_day": round(health.habit.per_day, 2),
        "today": health.days[-1],
        "failures": dict(health.item.causes),
        "refused": health.item.refused,
        "unread": health.item.unread,
    }


def pace(per_day: float) -> str:
    """`12 a day`, `3 a week`, `1 a month`; `nothing` of none."""
    for often, unit in ((per_day, "day"), (per_day * 7, "week"), (per_day * 30, "month")):
        if round(often) >= 1:
            return f"{round(often):,} a {unit}"
    return "less than 1 a month" if per_day else "nothing"


def _state(source: Source) -> State:
    if source.paused:
        return "paused"
    if source.last_error:
        return "failing"
    return "active" if source.last_crawl_at else "waiting"


def _counted(arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Those that make the habit: articles that were not old when they were found."""
    return [arrival for arrival in arrivals if habit((arrival,), arrival.first_seen).usual]


def _begin_of_flood(arrivals: Sequence[Arrival], now: datetime) -> datetime:
    """The first full hour (UTC) since which the source is flooding, whenever it is asked for."""
    begin = now.replace(minute=0, second=0, microsecond=0)
    while now - begin < _LONGEST_FLOOD:
        earlier = begin - _HOUR
        if (
            flag(habit([arrival for arrival in arrivals if arrival.first_seen <= earlier], earlier))
            != "flooding"
        ):
            break
        begin = earlier
    return begin


def _noticed(item: SourceHealth, last: datetime, now: datetime) -> datetime:
    """When a silence since the `last` article was longer than usual, in whole days after that."""
    days = (now - last) // _DAY
    moments = (last + day * _DAY for day in range(1, days + 1))
    return next((moment for moment in moments if flag(habit(item.arrivals, moment)) == "silent"), last)


def _answers_again(item: SourceHealth, now: datetime) -> Event | None:
    """The end of its last outage, told by the last failure in it: which success came first is not kept."""
    own = {item.source.url, *item.endpoints}
    last = next((failure for failure in item.last_failures if failure.url in own), None)
    if last is None or now - last.at > WINDOW:
        return None
    return Event(item, "well", last.at, last.at, f"Answers again; the last failure was: {last.message}")


def _publishes_again(item: SourceHealth) -> Event | None:
    """The end of its last silence."""
    arrivals = _counted(item.arrivals)
    for index in range(len(arrivals) - 1, 0, -1):
        last, back = arrivals[index - 1].first_seen, arrivals[index].first_seen
        if back - last > _DAY and flag(habit(arrivals[:index], back)) == "silent":
            return Event(
                item, "well", back, back, f"New articles again; there was none since {instant(last)}."
            )
    return None
