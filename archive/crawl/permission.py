"""May a URL be fetched: robots.txt of every host, asked for before anything else of it (RFC 9309)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from archive.crawl.reading import REMOVED
from archive.crawl.settle import FORBIDDEN_AGAIN, Cause, patience_of
from archive.errors import FetchError
from archive.fetch import Fetcher, redirect_target
from archive.model import Response, StoredRobots
from archive.robots import MAX_BYTES, Forbidden, Robots
from archive.robots.standing import answered, failed, in_force, is_fresh
from archive.store import Store
from archive.urls import host_key, identity

MAX_REDIRECTS = 5
ENDLESS = 404
"""The status that more redirects than that count as: there is no robots.txt (RFC 9309, 2.3.1.2)."""
MAX_RULES = 100_000
"""Of all hosts together, some 40 MB; one robots.txt can hold 40,000."""
_CUT_SHORT = ("disconnect", "time")  # one that is merely too long is read as far as RFC 9309 asks
_REDIRECTS = (301, 302, 303, 307, 308)
_NOT_OF_THE_HOST = ("internal", "address-refused", "stopped")
"""Failures that say nothing of the host: the next crawl asks again at once."""


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """What asking a host for robots.txt came to: the exchanges, redirects followed, and the final status.

    The status is None where robots.txt could not be had, for the reason that `error` tells, which forbids everything
    (RFC 9309, 2.3.1.4). `onward` is where a redirect leads that is to be followed, "" where there is none; then it is
    no answer yet. `heard` tells whether anybody answered at all.
    """

    host: str
    responses: tuple[Response, ...]
    status: int | None
    error: Cause | None = None
    onward: str = ""
    heard: bool = True


@dataclass(frozen=True, slots=True)
class _Known:
    """What holds for a host; `stored` is without its body."""

    stored: StoredRobots
    rules: Robots
    size: int


class Permissions:
    """What robots.txt says, by host: from memory, else from the database, for as long as it holds.

    `agent` is the name that the rules are asked about, `forbidden` what a 401 or 403 for robots.txt means. Memory
    holds MAX_RULES rules at most; those of the hosts that were asked about least recently are in the database alone.
    """

    def __init__(
        self, store: Store, agent: str, clock: Callable[[], datetime], *, forbidden: Forbidden = "allow"
    ) -> None:
        self._store = store
        self._agent = agent
        self._clock = clock
        self._forbidden = forbidden
        self._removed = store.removed_addresses()  # nobody removes anything while a crawl goes on
        self._hosts: OrderedDict[str, _Known] = OrderedDict()
        self._size = 0

    def known(self, host: str) -> bool:
        """Whether the rules of a host are known; if not, its robots.txt must be fetched first."""
        known = self._find(host)
        return known is not None and is_fresh(known.stored, self._clock())

    def learn(self, answer: RobotsAnswer) -> None:
        """Take in what asking a host came to, and remember it."""
        stored = self._after(answer)
        if answer.error is None or answer.error.code not in _NOT_OF_THE_HOST:
            with self._store.transaction() as tx:
                tx.save_robots(stored)
        self._take(stored)

    def refusal(self, url: str) -> Cause | None:
        """Why a URL of a known host may not be fetched, None where it may."""
        if self._removed and identity(url) in self._removed:
            return Cause(REMOVED, f"What was at {url} was removed from the archive by request.")
        known = self._find(host_key(url))
        if known is None:
            msg = f"It is not known what may be fetched of {url}."
            raise ValueError(msg)
        verdict = known.rules.verdict(url, self._agent)
        if verdict.allowed:
            return None
        if known.rules.closed and known.stored.failures:
            return Cause(
                known.stored.failure, known.stored.message, again=known.stored.due_at - self._clock()
            )
        message = f"The site's robots.txt does not allow {url} (line {verdict.line}: {verdict.rule})."
        return Cause("robots", message if verdict.rule else verdict.reason, again=FORBIDDEN_AGAIN)

    def crawl_delay(self, host: str) -> float | None:
        """The pause that a known host asks for, in seconds."""
        known = self._find(host)
        return known.rules.crawl_delay(self._agent) if known else None

    def sitemaps(self, host: str) -> tuple[str, ...]:
        """The sitemaps that robots.txt of a known host names."""
        known = self._find(host)
        return known.rules.sitemaps if known else ()

    def _find(self, host: str) -> _Known | None:
        if host not in self._hosts and (stored := self._store.robots(host)):
            self._take(stored)
        if host in self._hosts:
            self._hosts.move_to_end(host)
        return self._hosts.get(host)

    def _take(self, stored: StoredRobots) -> None:
        rules = in_force(stored, self._clock(), forbidden=self._forbidden)
        if before := self._hosts.pop(stored.host, None):
            self._size -= before.size
        known = _Known(replace(stored, body=b""), rules, 1 + sum(len(group.rules) for group in rules.groups))
        self._hosts[stored.host] = known
        self._size += known.size
        while self._size > MAX_RULES and len(self._hosts) > 1:
            self._size -= self._hosts.popitem(last=False)[1].size

    def _after(self, answer: RobotsAnswer) -> StoredRobots:
        """What is known of a host after an answer, or the lack of one."""
        now = self._clock()
        last = answer.responses[-1] if answer.responses else None
        if answer.error is None and answer.status is not None:
            body = last.body if last else b""
            cache_control = (last.header("cache-control") if last else None) or ""
            return answered(answer.host, now, answer.status, body, cache_control)
        error = answer.error or Cause("robots-unreachable", f"{answer.host}/robots.txt cannot be had.")
        return failed(
            self._store.robots(answer.host),
            answer.host,
            now,
            cause=error.code,
            message=error.message,
            heard=answer.heard,
            patience=patience_of(last, now) if last else None,
        )


def fetch_robots(fetcher: Fetcher, host: str) -> RobotsAnswer:
    """Ask a host for its robots.txt, wherever redirects lead."""
    url, seen, responses = f"{host}/robots.txt", list[str](), list[Response]()
    while True:
        answer = ask_robots(fetcher, host, url, seen)
        responses += answer.responses
        if not answer.onward:
            return replace(answer, responses=tuple(responses))
        seen.append(url)
        url = answer.onward


def ask_robots(fetcher: Fetcher, host: str, url: str, seen: Collection[str] = ()) -> RobotsAnswer:
    """One request for the robots.txt of a host, at `url`, where redirects of those `seen` may have led."""
    try:
        response = fetcher.fetch(url)
    except FetchError as error:
        return replace(_unreachable(host, (), str(error), error.cause), heard=bool(seen))
    if response.status not in _REDIRECTS:
        if why := _unreadable(response):
            return _unreachable(host, (response,), why)
        return RobotsAnswer(host, (response,), response.status)
    try:
        target = redirect_target(response)
    except ValueError as error:
        return _unreachable(host, (response,), f"The redirect leads nowhere: {error}")
    if len(seen) >= MAX_REDIRECTS or target in (*seen, url):
        return RobotsAnswer(host, (response,), ENDLESS)
    return RobotsAnswer(host, (response,), None, onward=target)


def _unreadable(response: Response) -> str:
    """Why a response does not tell what the rules are, "" where it does."""
    if response.status == 429 or not (200 <= response.status < 300 or 400 <= response.status < 500):
        return f"The server answered {response.status}."
    if response.status >= 300:
        return ""
    if response.undecodable:
        return response.undecodable
    cut = response.truncated in _CUT_SHORT and len(response.body) < MAX_BYTES
    return "It broke off before its end." if cut else ""


def _unreachable(
    host: str, responses: tuple[Response, ...], why: str, code: str = "robots-unreachable"
) -> RobotsAnswer:
    message = f"Nothing may be fetched while {host}/robots.txt cannot be had. {why}"
    return RobotsAnswer(host, responses, None, Cause(code, message))
