"""What is to be fetched in this crawl, in which order. In memory; the database knows what is due.

The host that has been ready longest goes first, and on one host the sources take turns, so that a large one never
starves the others. A host is asked only when politeness says that it may be.
"""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass, field, replace
from itertools import count

from archive.model import Visit
from archive.politeness import Politeness
from archive.urls import host_key


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a visit: its URL, then the targets of its redirects; `seen` are those before `url`.

    With `robots_of`, it is a request for the robots.txt of that host, on behalf of the visit; redirects may have led
    it elsewhere. `tries` counts the requests for this URL that broke off. `host` is the one that is asked.
    """

    url: str
    visit: Visit
    seen: tuple[str, ...] = ()
    robots_of: str = ""
    tries: int = 0
    host: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "host", host_key(self.url))

    def redirected(self, target: str) -> Step:
        """The next hop."""
        return replace(self, url=target, seen=(*self.seen, self.url), tries=0)

    def again(self) -> Step:
        """The same request, once more."""
        return replace(self, tries=self.tries + 1)

    def for_robots(self) -> Step:
        """The request for robots.txt that comes before this one."""
        return Step(f"{self.host}/robots.txt", self.visit, robots_of=self.host)

    @property
    def lane(self) -> Lane:
        """Where it waits: requests for robots.txt wait behind nothing that waits for them."""
        return self.host, bool(self.robots_of)


Lane = tuple[str, bool]
"""The host that is asked; whether for robots.txt."""


class Frontier:
    """Steps by host. `waiting` counts them."""

    def __init__(self, politeness: Politeness) -> None:
        self.waiting = 0
        self._politeness = politeness
        self._queues: dict[Lane, _Queue] = {}
        self._ready: list[tuple[float, int, Lane]] = []  # a heap; its times may have become too early
        self._asked: list[Lane] = []  # lanes that something waits in while their host is being asked
        self._lined_up: set[Lane] = set()  # those in either
        self._held: set[Lane] = set()
        self._numbers = count()

    def add(self, step: Step, *, first: bool = False) -> None:
        """A step waits its turn behind those of its host, or `first` of them."""
        queue = self._queues.get(step.lane)
        if queue is None:
            queue = self._queues[step.lane] = _Queue()
        queue.add(step, first=first)
        self.waiting += 1
        self._line_up(step.lane)

    def take(self, now: float) -> Step | None:
        """A step whose host may be asked at `now` (monotonic seconds), None where none may."""
        while self._ready and self._ready[0][0] <= now:
            lane = heapq.heappop(self._ready)[2]
            self._lined_up.discard(lane)
            if lane in self._held:
                continue
            if self._politeness.ready_at(lane[0]) > now:
                self._line_up(lane)
                continue
            queue = self._queues[lane]
            step = queue.take()
            if queue:
                self._line_up(lane)  # behind all that are ready, too
            else:
                del self._queues[lane]
            self.waiting -= 1
            return step
        return None

    def rested(self) -> None:
        """A response has ended: hosts that were being asked may have become ready."""
        asked, self._asked = self._asked, []
        for lane in asked:
            self._lined_up.discard(lane)
            self._line_up(lane)

    def hold(self, host: str) -> None:
        """Give out nothing of a host but requests for robots.txt, until it is released."""
        self._held.add((host, False))

    def release(self, host: str) -> None:
        """Go on with a host."""
        self._held.discard((host, False))
        self._line_up((host, False))

    def seconds_until_ready(self, now: float) -> float:
        """How long until a host may be asked again; infinite where all are being asked or nothing waits."""
        return self._ready[0][0] - now if self._ready else float("inf")

    def give_up(self) -> list[Step]:
        """Take everything out that waits."""
        queues = self._queues.values()
        steps = [queue.take() for queue in queues for _ in range(len(queue))]
        self.waiting = 0
        for waiting in (self._queues, self._ready, self._asked, self._lined_up, self._held):
            waiting.clear()
        return steps

    def _line_up(self, lane: Lane) -> None:
        if lane in self._lined_up or lane in self._held or lane not in self._queues:
            return
        self._lined_up.add(lane)
        ready_at = self._politeness.ready_at(lane[0])
        if ready_at == float("inf"):
            self._asked.append(lane)
        else:
            heapq.heappush(self._ready, (ready_at, next(self._numbers), lane))


class _Queue:
    """The steps of one host: those that come first, then one of each source in turn."""

    def __init__(self) -> None:
        self._first: deque[Step] = deque()
        self._sources: dict[int, deque[Step]] = {}

    def __bool__(self) -> bool:
        return bool(self._first or self._sources)

    def __len__(self) -> int:
        return len(self._first) + sum(map(len, self._sources.values()))

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
