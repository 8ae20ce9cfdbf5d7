"""What is to be fetched in this crawl, in which order. In memory; the database knows what is due.

The host that has been ready longest goes first, and on one host the sources take turns, so that a large one never
starves the others. A host is asked only when politeness says that it may be.
"""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass, replace
from itertools import count

from archive.model import Visit
from archive.politeness import Politeness
from archive.urls import host_key


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a visit: its URL, then the targets of its redirects; `seen` are those before `url`.

    With `asks_robots`, it is the request for the robots.txt of the host, on behalf of the visit. `tries` counts the
    requests for this URL that broke off.
    """

    url: str
    visit: Visit
    seen: tuple[str, ...] = ()
    asks_robots: bool = False
    tries: int = 0

    @property
    def host(self) -> str:
        """The host that is asked."""
        return host_key(self.url)

    def redirected(self, target: str) -> Step:
        """The next hop."""
        return replace(self, url=target, seen=(*self.seen, self.url), tries=0)

    def again(self) -> Step:
        """The same request, once more."""
        return replace(self, tries=self.tries + 1)


class Frontier:
    """Steps by host. `waiting` counts them."""

    def __init__(self, politeness: Politeness) -> None:
        self.waiting = 0
        self._politeness = politeness
        self._hosts: dict[str, _Queue] = {}
        self._ready: list[tuple[float, int, str]] = []  # a heap; its times may have become too early
        self._asked: list[str] = []  # hosts that something waits for while they are being asked
        self._numbers = count()

    def add(self, step: Step, *, first: bool = False) -> None:
        """A step waits its turn behind those of its host, or `first` of them."""
        queue = self._hosts.get(step.host)
        if queue is None:
            queue = self._hosts[step.host] = _Queue()
            self._wait(step.host)
        queue.add(step, first=first)
        self.waiting += 1

    def take(self, now: float) -> Step | None:
        """A step whose host may be asked at `now` (monotonic seconds), None where none may."""
        while self._ready and self._ready[0][0] <= now:
            host = heapq.heappop(self._ready)[2]
            if self._politeness.ready_at(host) > now:
                self._wait(host)
                continue
            queue = self._hosts[host]
            step = queue.take()
            if queue:
                self._wait(host)  # behind all that are ready, too
            else:
                del self._hosts[host]
            self.waiting -= 1
            return step
        return None

    def rested(self) -> None:
        """A response has ended: hosts that were being asked may have become ready."""
        asked, self._asked = self._asked, []
        for host in asked:
            self._wait(host)

    def seconds_until_ready(self, now: float) -> float:
        """How long until a host may be asked again; infinite where all are being asked or nothing waits."""
        return self._ready[0][0] - now if self._ready else float("inf")

    def _wait(self, host: str) -> None:
        ready_at = self._politeness.ready_at(host)
        if ready_at == float("inf"):
            self._asked.append(host)
        else:
            heapq.heappush(self._ready, (ready_at, next(self._numbers), host))


class _Queue:
    """The steps of one host: those that come first, then one of each source in turn."""

    def __init__(self) -> None:
        self._first: deque[Step] = deque()
        self._sources: dict[int, deque[Step]] = {}

    def __bool__(self) -> bool:
        return bool(self._first or self._sources)

    def add(self, step: Step, *, first: bool) -> None:
        if first:
            self._first.appendleft(step)
        else:
            self._sources.setdefault(step.visit.source_id, deque()).append(step)

    def take(self) -> Step:
        if self._first:
            return self._first.popleft()
        source_id = next(iter(self._sources))
        steps = self._sources.pop(source_id)
        step = steps.popleft()
        if steps:
            self._sources[source_id] = steps  # at the end: the other sources come first now
        return step
