"""What robots.txt of single hosts says, asked for at once and kept nowhere."""

from __future__ import annotations

from collections.abc import Callable

from archive.crawl.permission import fetch_robots
from archive.fetch import Fetcher
from archive.robots import Robots, robots_for_status
from newsarchive.config import Config


def rules_of_hosts(config: Config, fetcher: Fetcher) -> Callable[[str], Robots]:
    """Answers with the rules of a host (`scheme://host:port`); each is asked for them once."""
    known: dict[str, Robots] = {}

    def rules_of(host: str) -> Robots:
        if host not in known:
            answer = fetch_robots(fetcher, host)
            if answer.error is not None:
                known[host] = Robots(closed=answer.error.message)
            else:
                body = answer.responses[-1].body
                known[host] = robots_for_status(answer.status, body, forbidden=config.crawl.robots_forbidden)
        return known[host]

    return rules_of
