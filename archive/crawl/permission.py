"""May a URL be fetched: robots.txt of every host, asked once, kept for a day (RFC 9309, 2.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.crawl.settle import FORBIDDEN_AGAIN, Cause
from archive.errors import FetchError
from archive.fetch import Fetcher
from archive.model import Capture, Response, StoredRobots
from archive.robots import Robots, robots_for_status
from archive.store import Store
from archive.urls import fetch_form, host_key

MAX_AGE = timedelta(hours=24)
MAX_AGE_UNREACHABLE = timedelta(minutes=10)
MAX_REDIRECTS = 5
_CUT_SHORT = ("disconnect", "time")  # one that is merely too long is read as far as RFC 9309 asks
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """What asking a host for robots.txt came to: the exchanges, redirects followed, and the final status. None
    means that it could not be had, for the reason that `error` tells, which RFC 9309 (2.3.1.4) counts as
    forbidding everything."""

    host: str
    responses: tuple[Response, ...]
    status: int | None
    error: Cause | None = None


class Permissions:
    """What robots.txt says, by host: from memory, else from the database where it is fresh enough."""

    def __init__(self, store: Store, agent: str, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._agent = agent
        self._clock = clock
        self._rules: dict[str, Robots] = {}
        self._unreachable: dict[str, Cause] = {}

    def known(self, host: str) -> bool:
        """Whether the rules of a host are known; if not, its robots.txt must be fetched first."""
        if host not in self._rules:
            stored = self._store.robots(host)
            if stored is None or self._clock() - stored.fetched_at > _max_age(stored.status):
                return False
            self._learn(stored, None)
        return True

    def learn(self, answer: RobotsAnswer, captures: Iterable[Capture]) -> None:
        """Take in what a host answered, and remember it; that it did not answer is forgotten with this crawl."""
        body = answer.responses[-1].body if answer.status is not None else b""
        stored = StoredRobots(answer.host, self._clock(), answer.status, body)
        with self._store.transaction() as tx:
            for capture in captures:
                tx.add_capture(capture)
            if answer.status is not None:
                tx.save_robots(stored)
        self._learn(stored, answer.error)

    def refusal(self, url: str) -> Cause | None:
        """Why a URL of a known host may not be fetched, None where it may."""
        host = host_key(url)
        if host in self._unreachable:
            return self._unreachable[host]
        if self._rules[host].allowed(url, self._agent):
            return None
        return Cause("robots", f"The site's robots.txt does not allow {url}.", again=FORBIDDEN_AGAIN)

    def crawl_delay(self, host: str) -> float | None:
        """The pause that a known host asks for, in seconds."""
        rules = self._rules.get(host)
        return rules.crawl_delay(self._agent) if rules else None

    def _learn(self, stored: StoredRobots, error: Cause | None) -> None:
        self._rules[stored.host] = robots_for_status(stored.status, stored.body)
        if _unreachable(stored.status):
            answered = "did not answer" if stored.status is None else f"answered {stored.status}"
            message = f"Nothing may be fetched while {stored.host}/robots.txt cannot be had: it {answered}."
            self._unreachable[stored.host] = error or Cause("robots-unreachable", message, stored.status)


def fetch_robots(fetcher: Fetcher, host: str) -> RobotsAnswer:
    """Ask a host for its robots.txt."""
    url, responses = f"{host}/robots.txt", list[Response]()
    for _ in range(MAX_REDIRECTS + 1):
        try:
            response = fetcher.fetch(url)
        except FetchError as error:
            return RobotsAnswer(host, tuple(responses), None, Cause(error.cause, str(error)))
        responses.append(response)
        if response.undecodable or response.truncated in _CUT_SHORT:
            why = response.undecodable or "It broke off before its end."
            cause = Cause("robots-unreachable", f"{url} cannot be read: {why}", response.status)
            return RobotsAnswer(host, tuple(responses), None, cause)
        if response.status not in _REDIRECTS:
            return RobotsAnswer(host, tuple(responses), response.status)
        try:
            url = fetch_form(response.header("location") or "", response.url)
        except ValueError:
            break
    return RobotsAnswer(host, tuple(responses), None)


def _unreachable(status: int | None) -> bool:
    return status is None or status == 429 or status >= 500


def _max_age(status: int | None) -> timedelta:
    return MAX_AGE_UNREACHABLE if _unreachable(status) else MAX_AGE
