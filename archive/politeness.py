"""When a host may be asked again. Time is handed in, in seconds of a monotonic clock; nothing sleeps here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_RETRY_AFTER = 24 * 3600.0

STRAINED_PAUSE = 300.0
"""The longest pause, in seconds, that is made by doubling because a host is in trouble."""

_MOST_DOUBLINGS = 10
_KEPT = 4096  # hosts that are remembered before those are forgotten that could be asked at once


@dataclass(slots=True)
class _Server:
    """What counts as one: the hosts it is being asked for, from when on it may be asked, how strained it is."""

    asked_for: set[str] = field(default_factory=set)
    rests_until: float = 0.0
    strain: int = 0


class Politeness:
    """One visitor a host, and a pause between the end of a response and the next request.

    The pause follows the server's own speed: `factor` times the seconds of the last response, not below `min_delay`
    and not above `max_delay`. It is doubled with every answer that shows strain, up to 300 seconds, and halved again
    with every one that does not. Where `min_delay` is 0 there is no pause of our own at all. What the host itself
    asks for (Crawl-delay, Retry-After) holds in any case.

    A host is a key such as `archive.urls.host_key` makes; `http` and `https` of one name are one host. With
    `per_address`, hosts that were seen at one IP address count as one, too. Not for use by several threads at once.
    """

    def __init__(
        self, min_delay: float, max_delay: float = 30.0, factor: float = 5.0, *, per_address: bool = False
    ) -> None:
        self._min_delay = min_delay
        self._max_delay = max_delay
        self._factor = factor
        self._per_address = per_address
        self._servers: dict[str, _Server] = {}
        self._addresses: dict[str, str] = {}
        self._kept = _KEPT

    def ready_at(self, host: str) -> float:
        """From when on the host may be asked: 0.0 if it never was, infinity while a request is under way."""
        server = self._servers.get(self._server_name(host))
        if server is None:
            return 0.0
        return float("inf") if server.asked_for else server.rests_until

    def started(self, host: str, now: float) -> None:
        """A request to the host begins. ValueError where it comes too early: that is a mistake of the caller."""
        if self.ready_at(host) > now:
            msg = f"{host} may not be asked yet."
            raise ValueError(msg)
        self._forget(now)
        self._server(host).asked_for.add(_name(host))

    def finished(
        self,
        host: str,
        now: float,
        *,
        seconds: float = 0.0,
        crawl_delay: float | None = None,
        min_delay: float | None = None,
        retry_after: float | None = None,
        strained: bool = False,
    ) -> None:
        """The response has ended, or there was none. The longest of the pauses asked for counts, in seconds.

        `seconds` is how long the host took; `min_delay` is that of the source and stands in for the default.
        `strained` is for a 429, a 503 or no answer in time; with `retry_after` the host itself has said how long.
        """
        server = self._server(host)
        server.asked_for.discard(_name(host))
        if retry_after is None:
            server.strain = min(max(server.strain + (1 if strained else -1), 0), _MOST_DOUBLINGS)
        own = self._own_pause(self._min_delay if min_delay is None else min_delay, seconds, server.strain)
        pause = max(own, crawl_delay or 0.0, retry_after or 0.0)
        server.rests_until = max(server.rests_until, now + pause)

    def learned(self, host: str, address: str) -> None:
        """The host was seen at an IP address: it counts as one with all that were last seen there.

        Requests that were begun before this was known may overlap; the next waits for the end of all of them.
        """
        name, place = _name(host), f"@{address}"  # no host has an @ in its name, some have an address for one
        if not self._per_address or self._addresses.get(name) == place:
            return
        old = self._server(host)
        if name not in self._addresses:
            del self._servers[name]
        self._addresses[name] = place
        new = self._server(host)
        if name in old.asked_for:
            old.asked_for.discard(name)
            new.asked_for.add(name)
        new.rests_until = max(new.rests_until, old.rests_until)
        new.strain = max(new.strain, old.strain)

    def _own_pause(self, shortest: float, seconds: float, strain: int) -> float:
        if shortest <= 0.0:
            return 0.0
        pause = max(shortest, min(self._factor * seconds, self._max_delay))
        return max(pause, min(pause * 2.0**strain, STRAINED_PAUSE))

    def _server_name(self, host: str) -> str:
        name = _name(host)
        return self._addresses.get(name, name)

    def _server(self, host: str) -> _Server:
        return self._servers.setdefault(self._server_name(host), _Server())

    def _forget(self, now: float) -> None:
        """A visitor of the whole web would remember it all; a host that could be asked at once is like a new one."""
        if len(self._servers) < self._kept:
            return
        self._servers = {
            name: server
            for name, server in self._servers.items()
            if server.asked_for or server.rests_until > now
        }
        self._addresses = {name: place for name, place in self._addresses.items() if place in self._servers}
        self._kept = max(_KEPT, 2 * len(self._servers))


def retry_after(value: str, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks to wait (RFC 9110, 10.2.3): a number or a date.

    Not below 0, not above 24 hours; None where it says neither. `now` is aware.
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        # A float, because a number of thousands of digits is infinity and not an error.
        return min(float(text), MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), MAX_RETRY_AFTER)


def _name(host: str) -> str:
    """The host without its scheme: a server is not two because it is asked with and without TLS."""
    return host.rpartition("://")[2]
