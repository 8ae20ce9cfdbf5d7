"""What is to be fetched in this crawl, in which order. In memory; the database knows what is due.

Hosts take turns, and within a host what came first goes first, so that one large source never starves the
others. A host is asked only when politeness says that it may be.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from archive.model import Visit
from archive.politeness import Politeness
from archive.urls import host_key


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a visit: its URL, then the targets of its redirects; `seen` are those before `url`.

    With `asks_robots`, it is the request for the robots.txt of the host, on behalf of the visit.
    """

    url: str
    visit: Visit
    seen: tuple[str, ...] = ()
    asks_robots: bool = False

    @property
    def host(self) -> str:
        """The host that is asked."""
        return host_key(self.url)

    def redirected(self, target: str) -> Step:
        """The next hop."""
        return replace(self, url=target, seen=(*self.seen, self.url))


class Frontier:
    """Steps by host. `waiting` counts them."""

    def __init__(self, politeness: Politeness) -> None:
        self.waiting = 0
        self._politeness = politeness
        self._hosts: dict[str, deque[Step]] = {}

    def add(self, step: Step, *, first: bool = False) -> None:
        """A step waits its turn behind those of its host, or `first` of them."""
        steps = self._hosts.setdefault(step.host, deque())
        if first:
            steps.appendleft(step)
        else:
            steps.append(step)
        self.waiting += 1

    def take(self, now: float) -> Step | None:
        """A step whose host may be asked at `now` (monotonic seconds), None where none may."""
        ready = (host for host in self._hosts if self._politeness.ready_at(host) <= now)
        host = next(ready, None)
        if host is None:
            return None
        steps = self._hosts.pop(host)
        step = steps.popleft()
        if steps:
            self._hosts[host] = steps  # at the end: the other hosts come first now
        self.waiting -= 1
        return step

    def seconds_until_ready(self, now: float) -> float:
        """How long until a host may be asked again; infinite where all are being asked or nothing waits."""
        return min((self._politeness.ready_at(host) - now for host in self._hosts), default=float("inf"))
