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

_PIECE = 500
_FEW = 100
_SOONEST = timedelta(minutes=1)


@dataclass(slots=True)
class _Open:
    """The visits of a source that are under way, and whether more of it may be due."""

    visits: set[int] = field(default_factory=set)
    more: bool = True


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
        opened.more = opened.more or visit.role not in ("article", "alias")
        if opened.more and len(opened.visits) < _FEW:
            self._take_in(visit.source_id)
        return not opened.visits

    def close(self, source_id: int, error: str | None) -> None:
        """All of a source is settled: it is due again with the next of its visits, its lists one interval after this
        crawl began. `error` is the failure of its own pages, None where they answered."""
        source, now = self.sources[source_id], self._clock()
        del self._open[source_id]
        planned = self._store.next_due(source_id)
        latest = self._started_at + source.interval
        due_at = latest if planned is None else max(min(planned, latest), now + _SOONEST)
        with self._store.transaction() as tx:
            tx.crawled(source_id, at=now, due_at=due_at, error=error)
            if source.adaptive:
                tx.change_source(source_id, interval=source.interval)

    def list_due_at(self, visit: Visit) -> datetime | None:
        """When a page of links is looked at again; the pages of an archive, which change no more, are not."""
        if visit.role == "page" and visit.hint.depth:
            return None
        return self._started_at + self.sources[visit.source_id].interval

    def admitted(self, visit: Visit, listing: Listing, at: datetime) -> list[Link]:
        """The links of a list that are followed."""
        return self._admission.links(self.sources[visit.source_id], visit, listing, at)

    def _take_in(self, source_id: int) -> None:
        """What is due of a source and not taken in yet goes to the frontier."""
        opened = self._open[source_id]
        limit = _PIECE + len(opened.visits)
        due = self._store.due_visits(source_id, self._clock(), limit=limit)
        opened.more = len(due) == limit
        for visit in due:
            if visit.id not in opened.visits:
                opened.visits.add(visit.id)
                self._frontier.add(Step(visit.url, visit))
