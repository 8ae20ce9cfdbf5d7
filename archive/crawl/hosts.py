"""What the hosts of a crawl have answered, or not: the pauses that they have earned, and when they are left alone."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from archive.crawl.frontier import Frontier, Step
from archive.crawl.permission import Permissions, RobotsAnswer
from archive.crawl.settle import Cause, patience_of
from archive.errors import FetchError
from archive.model import Response
from archive.politeness import Politeness

Fetched = Response | RobotsAnswer

MAX_UNANSWERED = 6
"""After so many pages in a row for which it did not answer, a host is left alone for a while: it went down."""

_NO_ANSWER = ("connection", "disconnect", "time-out")


class Hosts:
    """Tells politeness, robots.txt and the frontier of each host what came of a request."""

    def __init__(
        self,
        politeness: Politeness,
        permissions: Permissions,
        frontier: Frontier,
        clock: Callable[[], datetime],
    ) -> None:
        self._politeness = politeness
        self._permissions = permissions
        self._frontier = frontier
        self._clock = clock
        self._unanswered: Counter[str] = Counter()

    def started(self, step: Step) -> None:
        """A request begins."""
        self._politeness.started(step.host, time.monotonic())

    def let_rest(self, step: Step, fetched: Fetched | Exception, min_delay: float | None) -> None:
        """A request has ended: the host may be asked again, after the pause that it has earned. `min_delay` is that
        of the source."""
        response = _last_response(fetched)
        if response is not None:
            self._politeness.learned(step.host, response.ip_address)
        self._politeness.finished(
            step.host,
            time.monotonic(),
            seconds=response.seconds if response else 0.0,
            crawl_delay=self._permissions.crawl_delay(step.host),
            min_delay=min_delay,
            retry_after=patience_of(response, self._clock()) if response else None,
            strained=_is_strained(fetched, response),
        )
        self._frontier.rested()

    def seconds_to_rest(self, host: str) -> float:
        """How long a host that is not being asked is to be left alone."""
        return max(0.0, self._politeness.ready_at(host) - time.monotonic())

    def answered(self, step: Step) -> None:
        """The host is there."""
        del self._unanswered[step.host]

    def not_answered(self, step: Step, error: FetchError) -> None:
        """A host that went down since its robots.txt was asked for is like one whose robots.txt cannot be had: to try
        all that it has would take for ever, and help nobody."""
        if step.tries or error.cause not in _NO_ANSWER:
            return
        self._unanswered[step.host] += 1
        if self._unanswered[step.host] >= MAX_UNANSWERED:
            del self._unanswered[step.host]
            message = f"{step.host} did not answer for {MAX_UNANSWERED} pages in a row. {error}"
            self.close(step.host, Cause(error.cause, message))

    def close(self, host: str, cause: Cause) -> None:
        """Nothing of the host may be fetched until its robots.txt is asked for again."""
        self._permissions.learn(RobotsAnswer(host, (), None, cause, heard=False))


def _last_response(fetched: Fetched | Exception) -> Response | None:
    if isinstance(fetched, RobotsAnswer):
        return fetched.responses[-1] if fetched.responses else None
    return fetched if isinstance(fetched, Response) else None


def _is_strained(fetched: Fetched | Exception, response: Response | None) -> bool:
    """Whether an answer, or the lack of one, shows that the server has too much to do."""
    if isinstance(fetched, FetchError):
        return fetched.cause in _NO_ANSWER
    return response is not None and (
        response.status in (429, 503) or response.truncated in ("time", "disconnect")
    )
