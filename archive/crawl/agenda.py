"""What there is to do for each source in one crawl: taken in from the database piece by piece, and closed when all of
it is settled."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from archive.crawl.admission import Admission
from archive.crawl.frontier import Frontier, Step
from archive.habit import WINDOW, interval
from archive.model import Link, Source, Visit
from archive.parsing import Listing
from archive.store import Store

_MOST, _FEWEST = 500, 20
_IN_MEMORY = 50_000
_SOONEST = timedelta(minutes=1)


@dataclass(slots=True)
class _Open:
    """The visits of a source that are under way, whether more of it may be due, and whether a list of it was looked
    at."""

    visits: set[int] = field(default_factory=set)
    more: bool = True
    looked: bool = False


class Agenda:
    """The sources of one crawl and what is due of them. `sources` are those that the crawl has to do with, by id."""

    def __init__(
        self,
        store: Store,
        frontier: Frontier,
        *,
        admission: Admission,
        clock: Callable[[], datetime],
    ) -> None:
        self.sources: dict[int, Source] = {}
        self._store = store
        self._frontier = frontier
        self._admission = admission
        self._clock = clock
        self._started_at = clock()
        self._open: dict[int, _Open] = {}
        self._piece = _MOST

    def share(self, sources: int) -> None:
        """So many sources share the memory: the more there are, the less is taken in of each at a time."""
        self._piece = max(_FEWEST, min(_MOST, _IN_MEMORY // max(1, sources)))

    def open(self, source: Source) -> bool:
        """Take in what is due of a source; False where nothing is."""
        if source.adaptive:
            arrivals = self._store.arrivals(source.id, self._started_at - WINDOW)
            source = replace(source, interval=interval(arrivals, self._started_at, source.added_at))
        self.sources[source.id] = source
        self._open[source.id] = _Open()
        self._take_in(source.id)
        return bool(self._open[source.id].visits)

    def only(self, source: Source, visits: Iterable[Visit]) -> None:
        """Take in these visits of a source, and nothing else of it."""
        self.sources[source.id] = source
        for visit in visits:
            self._frontier.add(Step(visit.url, visit))

    def settled(self, visit: Visit) -> bool:
        """A visit is settled; whether it was the last of its source."""
        opened = self._open.get(visit.source_id)
        if opened is None:
            return False
        opened.visits.discard(visit.id)
        if visit.role not in ("article", "alias", "requisite"):
            opened.looked = opened.more = True
        if opened.more and len(opened.visits) < self._piece // 5:
            self._take_in(visit.source_id)
        return not opened.visits

    def close(self, source_id: int, error: str | None) -> None:
        """All of a source is settled: it is due again with the next of its visits, its lists one interval after this
        crawl began. `error` is the failure of its own pages, None where they answered; where only articles were
        looked at again, nothing is known of these."""
        source, now = self.sources[source_id], self._clock()
        looked = self._open[source_id].looked
        planned = self._store.next_due(source_id)
        latest = self._started_at + source.interval
        due_at = latest if planned is None else max(min(planned, latest), now + _SOONEST)
        with self._store.transaction() as tx:
            if looked:
                tx.crawled(source_id, at=now, due_at=due_at, error=error)
            else:
                tx.plan(source_id, due_at=due_at)
            tx.follow_habit(source_id, source.interval)
        del self._open[source_id]

    def more(self, source_id: int) -> None:
        """Something of a source has become due."""
        if opened := self._open.get(source_id):
            opened.more = True

    def still_open(self) -> list[int]:
        """The sources that were not closed yet."""
        return list(self._open)

    def put_off(self, host: str, source_ids: Iterable[int], seconds: float) -> None:
        """Nothing that these sources have on a host is due before so many seconds have passed."""
        until = self._clock() + timedelta(seconds=seconds)
        with self._store.transaction() as tx:
            for source_id in source_ids:
                tx.put_off(source_id, host, until)

    def list_due_at(self, visit: Visit) -> datetime | None:
        """When a page of links is looked at again; the pages of an archive, which change no more, are not. A crawl
        that takes longer than the interval does not look at it again and again."""
        if visit.role == "page" and visit.hint.depth:
            return None
        interval = self.sources[visit.source_id].interval
        return max(self._started_at + interval, self._clock() + interval / 2)

    def admitted(self, visit: Visit, listing: Listing, at: datetime) -> list[Link]:
        """The links of a list that are followed."""
        return self._admission.links(self.sources[visit.source_id], visit, listing, at)

    def _take_in(self, source_id: int) -> None:
        """What is due of a source and not taken in yet goes to the frontier."""
        opened = self._open[source_id]
        limit = self._piece + len(opened.visits)
        due = self._store.due_visits(source_id, self._clock(), limit=limit)
        opened.more = len(due) == limit
        for visit in due:
            if visit.id not in opened.visits:
                opened.visits.add(visit.id)
                self._frontier.add(Step(visit.url, visit))
