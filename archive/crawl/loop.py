"""The loop of a crawl: orders the steps, decides nothing.

Threads only fetch. Everything else happens in the one thread that called `run`, so that the archive has one
writer, and a page that breaks the reading stops nobody else. What was not settled when a crawl ends, by its end,
a signal or `kill -9`, is still due for the next one.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from archive.crawl.frontier import Frontier, Step
from archive.crawl.permission import Permissions, RobotsAnswer, fetch_robots
from archive.crawl.report import CrawlReport, Outcome
from archive.crawl.settle import Cause, Settler, patience_of
from archive.crawl.workers import Workers
from archive.errors import ArchiveError, FetchError
from archive.fetch import Fetcher
from archive.model import Capture, Response, Source, Visit
from archive.politeness import Politeness
from archive.store import Store
from archive.urls import fetch_form
from archive.warc import WarcWriter

log = logging.getLogger(__name__)

Progress = Callable[[CrawlReport, str], None]
"""Called after every settled visit with the counts so far and the URL."""

Fetched = Response | RobotsAnswer

MAX_REDIRECTS = 5
THREADS = 8

_REDIRECTS = (301, 302, 303, 307, 308)
_POLL_SECONDS = 0.5


class Crawl:
    """One crawl over an archive; `run` it once. `stop` may be called from a signal handler or another thread.

    `agent` is the name that robots.txt is asked about. `politeness` remembers when hosts were asked last: crawls that
    follow one another share it, so that the pause between the last request and the next is kept, too. After
    `max_seconds` nothing more is begun: what is left stays due, and other sources get their turn in the next crawl.
    """

    def __init__(
        self,
        store: Store,
        warc: WarcWriter,
        fetcher: Fetcher,
        *,
        agent: str,
        politeness: Politeness,
        clock: Callable[[], datetime],
        progress: Progress | None = None,
        max_seconds: float = float("inf"),
    ) -> None:
        self.report = CrawlReport()
        self._store = store
        self._warc = warc
        self._fetcher = fetcher
        self._clock = clock
        self._progress = progress
        self._politeness = politeness
        self._frontier = Frontier(self._politeness)
        self._permissions = Permissions(store, agent, clock)
        self._sources: dict[int, Source] = {}
        self._open: dict[int, set[int]] = {}
        self._started_at = clock()
        self._settler = Settler(
            store, warc, self.report, sources=self._sources, started_at=self._started_at, clock=clock
        )
        self._stopping = threading.Event()
        self._ends_at = time.monotonic() + max_seconds

    def run(self, sources: Iterable[Source]) -> CrawlReport:
        """Visit everything that is due of these sources, and what it leads to."""
        for source in sources:
            self._sources[source.id] = source
            self._open[source.id] = set()
            self._take_in_due(source.id)
            if not self._open[source.id]:
                self._close(source.id)
        return self._loop()

    def run_visits(self, source: Source, visits: Iterable[Visit]) -> CrawlReport:
        """Visit these URLs of a source, and nothing else."""
        self._sources[source.id] = source
        for visit in visits:
            self._frontier.add(Step(visit.url, visit))
        return self._loop()

    def stop(self) -> None:
        """End soon: what is under way is cut and stays due."""
        self._stopping.set()
        self._fetcher.close()

    def _loop(self) -> CrawlReport:
        with Workers[Step, Fetched](THREADS, self._fetch) as workers:
            while not self._stopping.is_set() and (workers.busy or self._may_begin()):
                if self._may_begin():
                    self._hand_out(workers)
                finished = workers.next_result(self._seconds_to_wait(workers))
                if finished is not None and not self._stopping.is_set():
                    self._finish(*finished)
            self.report.waiting = self._frontier.waiting + workers.busy
        self.report.complete = not self.report.waiting
        return self.report

    def _seconds_to_wait(self, workers: Workers[Step, Fetched]) -> float:
        """How long a result may be waited for before there is something to hand out again."""
        if workers.busy == workers.count:
            return _POLL_SECONDS
        return max(min(self._frontier.seconds_until_ready(time.monotonic()), _POLL_SECONDS), 0.001)

    def _may_begin(self) -> bool:
        return self._frontier.waiting > 0 and time.monotonic() < self._ends_at

    def _hand_out(self, workers: Workers[Step, Fetched]) -> None:
        """Give the threads what may be fetched now; a host's robots.txt before anything else of it."""
        while workers.busy < workers.count and (step := self._frontier.take(time.monotonic())):
            if not self._permissions.known(step.host):
                self._frontier.add(step, first=True)
                self._submit(workers, replace(step, asks_robots=True))
            elif refusal := self._permissions.refusal(step.url):
                self._settled(step.visit, self._settler.fail(step.visit, refusal))
            else:
                self._submit(workers, step)

    def _submit(self, workers: Workers[Step, Fetched], step: Step) -> None:
        self._politeness.started(step.host, time.monotonic())
        workers.submit(step)

    def _fetch(self, step: Step) -> Fetched:
        if step.asks_robots:
            return fetch_robots(self._fetcher, step.host)
        return self._fetcher.fetch(step.url, etag=step.visit.etag, last_modified=step.visit.last_modified)

    def _finish(self, step: Step, fetched: Fetched | Exception) -> None:
        self._let_rest(step, fetched)
        if step.asks_robots and isinstance(fetched, Exception):
            log.error("%s/robots.txt could not be asked for", step.host, exc_info=fetched)
            fetched = RobotsAnswer(step.host, (), None, _internal(fetched))  # else it would be asked for ever
        if isinstance(fetched, RobotsAnswer):
            self._permissions.learn(fetched, [self._warc.append(response) for response in fetched.responses])
        else:
            try:
                self._settle(step, step.visit, fetched)
            except ArchiveError:
                raise  # the archive itself cannot be written: nothing can go on
            except Exception as error:
                log.exception("%s could not be settled", step.url)
                self._settled(step.visit, self._settler.fail(step.visit, _internal(error)))

    def _let_rest(self, step: Step, fetched: Fetched | Exception) -> None:
        self._politeness.finished(
            step.host,
            time.monotonic(),
            crawl_delay=self._permissions.crawl_delay(step.host),
            min_delay=self._sources[step.visit.source_id].min_delay,
            retry_after=patience_of(fetched, self._clock()) if isinstance(fetched, Response) else None,
        )

    def _settle(self, step: Step, visit: Visit, fetched: Response | Exception) -> None:
        if isinstance(fetched, FetchError):
            self._settled(visit, self._settler.fail(visit, Cause(fetched.cause, str(fetched))))
        elif isinstance(fetched, Exception):
            raise fetched
        else:
            self.report.counts["pages"] += 1
            capture = self._settler.keep(fetched)
            if fetched.status in _REDIRECTS:
                self._follow(step, visit, fetched, capture)
            else:
                self._settled(visit, self._settler.settle(visit, fetched, capture))

    def _follow(self, step: Step, visit: Visit, response: Response, capture: Capture) -> None:
        """The target of a redirect is a step of its own, with its own permission and pause."""
        try:
            target = fetch_form(response.header("location") or "", response.url)
        except ValueError as error:
            cause = Cause("redirect", f"The redirect leads nowhere: {error}", response.status)
            self._settled(visit, self._settler.fail(visit, cause, capture))
            return
        if target in (*step.seen, step.url) or len(step.seen) >= MAX_REDIRECTS:
            message = f"The redirects go round in circles, or are more than {MAX_REDIRECTS}."
            cause = Cause("redirect-loop", message, response.status)
            self._settled(visit, self._settler.fail(visit, cause, capture))
            return
        with self._store.transaction() as tx:
            tx.add_capture(capture)
        self._frontier.add(step.redirected(target), first=True)

    def _settled(self, visit: Visit, outcome: Outcome | None) -> None:
        if outcome is not None:
            self.report.counts[outcome] += 1
        if visit.source_id in self._open:
            if visit.role != "article":
                self._take_in_due(visit.source_id)
            self._open[visit.source_id].discard(visit.id)
            if not self._open[visit.source_id]:
                self._close(visit.source_id)
        self.report.waiting = self._frontier.waiting
        if self._progress is not None:
            self._progress(self.report, visit.url)

    def _take_in_due(self, source_id: int) -> None:
        """What is due of a source and not taken in yet goes to the frontier."""
        taken = self._open[source_id]
        for visit in self._store.due_visits(source_id, self._clock()):
            if visit.id not in taken:
                taken.add(visit.id)
                self._frontier.add(Step(visit.url, visit))

    def _close(self, source_id: int) -> None:
        """All of a source is settled: it is due again one interval after this crawl began."""
        source = self._sources[source_id]
        del self._open[source_id]
        with self._store.transaction() as tx:
            tx.crawled(
                source_id,
                at=self._clock(),
                due_at=self._started_at + source.interval,
                error=self._settler.errors.get(source_id),
            )


def _internal(error: Exception) -> Cause:
    return Cause("internal", f"This is a fault of newsarchive: {type(error).__name__}: {error}.")
