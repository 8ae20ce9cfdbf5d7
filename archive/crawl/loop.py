"""The loop of a crawl: orders the steps, decides nothing.

Threads only fetch and processes only read. Everything else happens in the one thread that called `run`, so that the
archive has one writer. What was not settled when a crawl ends, by its end, a signal or `kill -9`, is still due for
the next one.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Literal

from archive.crawl.admission import Admission
from archive.crawl.agenda import Agenda
from archive.crawl.events import Events, FetchEnded, ReadEnded
from archive.crawl.frontier import Frontier, Step
from archive.crawl.hosts import Fetched, Hosts
from archive.crawl.pausing import Pausing
from archive.crawl.permission import Permissions, RobotsAnswer, ask_robots
from archive.crawl.report import CrawlReport, Outcome
from archive.crawl.room import Room
from archive.crawl.settle import Arrival, Cause, Settler
from archive.crawl.workers import Workers
from archive.errors import ArchiveError, DiskFull, FetchError
from archive.fetch import Fetcher, redirect_target, worth_retrying
from archive.keeping import Keeper
from archive.model import Requisites, Response, Source, Visit
from archive.parsing import Page, Parsers, Reading, Unreadable
from archive.politeness import Politeness

log = logging.getLogger(__name__)

Progress = Callable[[CrawlReport, str], None]
"""Called after every settled visit with the counts so far and the URL; with "" where the crawl pauses or goes on."""

MAX_REDIRECTS = 5
MAX_TRIES = 3
CONNECTIONS = 32

MAX_WAIT = 330.0
"""Seconds that a crawl waits for a host. No pause of ours, and no Crawl-delay, is longer; a Retry-After may be."""

_REDIRECTS = (301, 302, 303, 307, 308)
_POLL_SECONDS = 0.5
_HANDED_OUT = 50
_PAGES_READ_AHEAD = 64
_BYTES_READ_AHEAD = 64 << 20


class Crawl:
    """One crawl over an archive; `run` it once. `stop` may be called from a signal handler or another thread.

    `agent` is the name that robots.txt is asked about; `robots_forbidden` is what a 401 or 403 for robots.txt means.
    `politeness` remembers when hosts were asked last: crawls that follow one another share it, so that the pause
    between the last request and the next is kept, too. At most `connections` hosts are asked at a time. After
    `max_seconds` nothing more is begun: what is left stays due, and other sources get their turn in the next crawl.
    `requisites` are kept of sources of which nothing else is said.
    """

    def __init__(
        self,
        keeper: Keeper,
        fetcher: Fetcher,
        parsers: Parsers,
        *,
        agent: str,
        politeness: Politeness,
        clock: Callable[[], datetime],
        progress: Progress | None = None,
        max_seconds: float = float("inf"),
        connections: int = CONNECTIONS,
        robots_forbidden: Literal["allow", "disallow"] = "allow",
        requisites: Requisites = "none",
        room: Room | None = None,
    ) -> None:
        store = keeper.store
        self.report = CrawlReport()
        self._fetcher = fetcher
        self._parsers = parsers
        self._clock = clock
        self._progress = progress
        self._connections = max(1, connections)
        self._frontier = Frontier(politeness)
        self._permissions = Permissions(store, agent, clock, forbidden=robots_forbidden)
        self._hosts = Hosts(politeness, self._permissions, self._frontier, clock)
        admission = Admission(store, self._permissions.sitemaps, self.report.left_out)
        self._agenda = Agenda(store, self._frontier, admission=admission, clock=clock)
        self._settler = Settler(keeper, self.report, agenda=self._agenda, clock=clock, requisites=requisites)
        self._pausing = Pausing(keeper, room or Room(), self.report, self._tell)
        self._events = Events()
        self._fetching: dict[int, Step] = {}
        self._reading: dict[str, Arrival] = {}
        self._bytes_reading = 0
        self._stopping = threading.Event()
        self._ends_at = time.monotonic() + max_seconds

    def run(self, sources: Iterable[Source]) -> CrawlReport:
        """Visit everything that is due of these sources, and what it leads to."""
        sources = list(sources)
        while not self._pausing.look() and not self._is_over():
            time.sleep(_POLL_SECONDS)
        self._agenda.share(len(sources))
        for source in sources:
            if not self._agenda.open(source):
                self._agenda.close(source.id, None)
        return self._loop()

    def run_visits(self, source: Source, visits: Iterable[Visit]) -> CrawlReport:
        """Visit these URLs of a source, and nothing else."""
        self._agenda.only(source, visits)
        return self._loop()

    def stop(self) -> None:
        """End soon: what is under way is cut and stays due."""
        self._stopping.set()
        self._fetcher.close()

    def _loop(self) -> CrawlReport:
        if self._frontier.waiting:
            self._parsers.start()
        try:
            self._visit_all()
        finally:
            self.report.waiting = self._frontier.waiting + self._busy
            self.report.complete = not self.report.waiting
            for step in self._fetching.values():  # later crawls share what the hosts have earned
                self._let_rest(step, FetchError("The crawl ended."))
            self._fetching.clear()
        self._settler.learning.keep_all()
        self._pausing.end()  # what was not settled stands in the WARC file already
        return self.report

    def _visit_all(self) -> None:
        with Workers[Step, Fetched](self._connections, self._fetch, self._events.fetched) as workers:
            while not self._stopping.is_set() and (self._busy or self._may_begin()):
                self._hand_out(workers)
                if not self._busy and self._pausing.look() and self._all_rest():
                    self._put_off()
                    continue
                events = self._events.at_hand(seconds=self._seconds_to_wait(), most=self._connections)
                while events and not self._stopping.is_set():
                    self._take(
                        events.popleft()
                    )  # a large response holds its place as long as anybody holds it
                    self._hand_out(workers)

    @property
    def _busy(self) -> int:
        return len(self._fetching) + len(self._reading)

    def _seconds_to_wait(self) -> float:
        """How long an event may be waited for before there is something to hand out again."""
        if self.report.paused or not self._can_hold_more() or time.monotonic() >= self._ends_at:
            return _POLL_SECONDS
        return max(min(self._frontier.seconds_until_ready(time.monotonic()), _POLL_SECONDS), 0.001)

    def _may_begin(self) -> bool:
        return self._frontier.waiting > 0 and not self._is_over()

    def _is_over(self) -> bool:
        return time.monotonic() >= self._ends_at or self._stopping.is_set()

    def _all_rest(self) -> bool:
        return self._frontier.seconds_until_ready(time.monotonic()) > MAX_WAIT

    def _can_hold_more(self) -> bool:
        """Whether one more page can be held in memory: what is fetched faster than it is read would fill it."""
        return (
            len(self._fetching) < self._connections
            and self._busy < _PAGES_READ_AHEAD + self._connections
            and len(self._reading) < _PAGES_READ_AHEAD
            and self._bytes_reading < _BYTES_READ_AHEAD
        )

    def _hand_out(self, workers: Workers[Step, Fetched]) -> None:
        """Give the threads what may be fetched now; a host's robots.txt before anything else of it. A few at a time:
        of a host that forbids everything, all that waits is settled here."""
        for _ in range(_HANDED_OUT):
            if not (self._may_begin() and self._can_hold_more() and self._pausing.look()):
                return
            step = self._frontier.take(time.monotonic())
            if step is None:
                return
            if step.robots_of:
                self._submit(workers, step)
            elif not self._permissions.known(step.host):
                self._frontier.hold(step.host)
                self._frontier.add(step, first=True)
                self._frontier.add(step.for_robots())
            elif refusal := self._permissions.refusal(step.url):
                self._refuse(step, refusal)
            else:
                self._submit(workers, step)

    def _refuse(self, step: Step, refusal: Cause) -> None:
        try:
            self._settled(step.visit, self._settler.fail(step.visit, refusal))
        except DiskFull as error:
            self._put_back(step, error)

    def _put_back(self, step: Step, error: DiskFull) -> None:
        """What a step came to could not be written down: the crawl waits for room, then makes the step once more."""
        self._pausing.refused(error)
        self._frontier.add(step, first=True)

    def _put_off(self) -> None:
        """All that is left waits for hosts that asked to be left alone for long: it is due when they may be asked
        again, and this crawl ends."""
        hosts: dict[str, set[int]] = {}
        for step in self._frontier.give_up():
            hosts.setdefault(step.host, set()).add(step.visit.source_id)
            self.report.left_out["put-off"] += 1
        for host, sources in hosts.items():
            self._agenda.put_off(host, sources, self._hosts.seconds_to_rest(host))
        for source_id in self._agenda.still_open():
            self._agenda.close(source_id, self._settler.errors.get(source_id))

    def _submit(self, workers: Workers[Step, Fetched], step: Step) -> None:
        self._hosts.started(step)
        self._fetching[id(step)] = step
        workers.submit(step, busy=len(self._fetching))

    def _fetch(self, step: Step) -> Fetched:
        if step.robots_of:
            return ask_robots(self._fetcher, step.robots_of, step.url, step.seen)
        return self._fetcher.fetch(step.url, etag=step.visit.etag, last_modified=step.visit.last_modified)

    def _take(self, event: FetchEnded | ReadEnded) -> None:
        """What a thread or a process came to. One page that cannot be settled stops nobody else."""
        if isinstance(event, FetchEnded):
            del self._fetching[id(event.step)]
            if not event.step.robots_of:
                self._let_rest(event.step, event.result)
        else:
            del self._reading[event.arrival.capture.record_id]
            self._bytes_reading -= len(event.arrival.response.body)
        try:
            if isinstance(event, ReadEnded):
                self._settle(event.step, event.arrival, event.result)
            elif event.step.robots_of:
                self._learn(event.step, event.result)
            else:
                self._arrived(event.step, event.result)
        except DiskFull as error:
            if event.step.robots_of:
                self._let_rest(event.step, error)
            self._put_back(event.step, error)
        except ArchiveError:
            raise  # the archive itself cannot be written: nothing can go on
        except Exception as error:
            log.exception("%s could not be settled", event.step.url)
            if event.step.robots_of:
                self._hosts.close(event.step.robots_of, _internal(error))
                self._let_rest(event.step, error)
                self._frontier.release(event.step.robots_of)
            else:
                self._settled(event.step.visit, self._settler.fail(event.step.visit, _internal(error)))

    def _let_rest(self, step: Step, fetched: Fetched | Exception) -> None:
        self._hosts.let_rest(step, fetched, self._agenda.sources[step.visit.source_id].min_delay)

    def _learn(self, step: Step, fetched: Fetched | Exception) -> None:
        if isinstance(fetched, Exception):
            raise fetched
        assert isinstance(fetched, RobotsAnswer)
        for response in fetched.responses:
            self._settler.keep(step.visit, response)
        self._settler.record()
        if fetched.onward:
            self._frontier.add(step.redirected(fetched.onward))
        else:
            self._permissions.learn(fetched)
        self._let_rest(step, fetched)  # only now is it known what pause the host asks for
        if not fetched.onward:
            self._frontier.release(step.robots_of)

    def _arrived(self, step: Step, fetched: Fetched | Exception) -> None:
        visit = step.visit
        if isinstance(fetched, FetchError):
            self._hosts.not_answered(step, fetched)
            if step.tries + 1 < MAX_TRIES and worth_retrying(fetched.cause):
                self._frontier.add(step.again())
            else:
                self._settled(visit, self._settler.fail(visit, Cause(fetched.cause, str(fetched))))
            return
        if isinstance(fetched, Exception):
            raise fetched
        assert isinstance(fetched, Response)
        self._hosts.answered(step)
        if visit.role == "requisite":
            self._draw(step, fetched)
            return
        arrival = self._settler.keep(visit, fetched)
        self._count(visit, "pages")
        if fetched.status in _REDIRECTS:
            self._follow(step, fetched)
        elif step.tries + 1 < MAX_TRIES and worth_retrying(fetched.truncated):
            self._settler.record()
            self._frontier.add(step.again())
        else:
            self._read(step, arrival, self._settler.page(arrival))

    def _read(self, step: Step, arrival: Arrival, page: Page | None) -> None:
        """Have a page read, if there is one; it is settled when that is over."""
        if page is None:
            self._events.read(step, arrival, None)
        else:
            self._parsers.submit(page, partial(self._events.read, step, arrival))
        self._reading[arrival.capture.record_id] = arrival
        self._bytes_reading += len(arrival.response.body)

    def _settle(self, step: Step, arrival: Arrival, reading: Reading | Exception | None) -> None:
        if not self._settler.has(arrival):
            self._frontier.add(step, first=True)
            return
        if isinstance(reading, Exception) and not isinstance(reading, Unreadable):
            raise reading
        self._settled(arrival.visit, self._settler.settle(arrival, reading))

    def _draw(self, step: Step, response: Response) -> None:
        """What pages are drawn with is kept by itself, without the exchange and the redirects that led to it."""
        if response.status in _REDIRECTS:
            self._follow(step, response)
        else:
            self._settler.drawing.settle(step.visit, response)
            self._settled(step.visit, None)

    def _follow(self, step: Step, response: Response) -> None:
        """The target of a redirect is a step of its own, with its own permission and pause."""
        visit = step.visit
        try:
            target = redirect_target(response)
        except ValueError as error:
            cause = Cause("redirect", f"The redirect leads nowhere: {error}", response.status)
            self._settled(visit, self._settler.fail(visit, cause))
            return
        if target in (*step.seen, step.url) or len(step.seen) >= MAX_REDIRECTS:
            message = f"The redirects go round in circles, or are more than {MAX_REDIRECTS}."
            cause = Cause("redirect-loop", message, response.status)
            self._settled(visit, self._settler.fail(visit, cause))
            return
        self._settler.record()
        self._frontier.add(step.redirected(target), first=True)

    def _settled(self, visit: Visit, outcome: Outcome | None) -> None:
        if outcome is not None:
            self._count(visit, outcome)
        if self._agenda.settled(visit):
            self._agenda.close(visit.source_id, self._settler.errors.get(visit.source_id))
        self._tell(visit.url)

    def _tell(self, url: str = "") -> None:
        self.report.waiting = self._frontier.waiting + self._busy
        if self._progress is not None:
            self._progress(self.report, url)

    def _count(self, visit: Visit, outcome: Outcome) -> None:
        self.report.count(self._agenda.sources[visit.source_id].name, outcome)


def _internal(error: Exception) -> Cause:
    return Cause("internal", f"This is a fault of newsarchive: {type(error).__name__}: {error}.")
