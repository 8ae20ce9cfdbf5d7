"""`python tests/soak/crawler.py JOB.json`: crawl rounds in a loop, in a process of its own, on a clock that runs fast.

It says a line of JSON after each round. A line on its standard input asks it for the last rounds: the clock jumps, so
that everything is due again, until nothing waits.
"""

from __future__ import annotations

import json
import select
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from archive.store import Store
from newsarchive import jobs
from newsarchive.config import Config, CrawlConfig

ROUND_SECONDS = 30.0
LAST_ROUNDS = 8
LAST_SECONDS = 90.0
JUMP = timedelta(days=9)


def clock_of(job: dict[str, Any], jumped: list[timedelta]) -> Callable[[], datetime]:
    """The time: `speed` times as fast as a clock since `began` (seconds since the epoch), plus the jumps."""

    def clock() -> datetime:
        began = datetime.fromtimestamp(job["began"], UTC)
        return (
            began + timedelta(seconds=(time.time() - job["began"]) * job["speed"]) + sum(jumped, timedelta())
        )

    return clock


def config_of(home: str) -> Config:
    """No pauses of our own, and loopback is allowed."""
    crawl = CrawlConfig(
        contact="mailto:archive@example.org", min_delay=0.0, allow_addresses=(ip_network("127.0.0.0/8"),)
    )
    return Config(Path(home), crawl=crawl)


def main(job: dict[str, Any]) -> None:
    """Add the sources, crawl until a line comes in, then the last rounds."""
    jumped: list[timedelta] = []
    config, clock = config_of(job["home"]), clock_of(job, jumped)
    with Store(config.database_url) as store, store.transaction() as tx:
        for host in job["hosts"]:
            tx.add_source(
                name=host, url=f"http://{host}:{job['port']}/", interval=timedelta(minutes=30), now=clock()
            )

    politeness = jobs.new_politeness(config)

    def crawl(seconds: float) -> None:
        report = jobs.crawl_once(
            config,
            clock=clock,
            max_seconds=seconds,
            politeness=politeness,
            resolver=lambda *_: [job["address"]],
        )
        print(json.dumps(dict(report.counts) | {"waiting": report.waiting}), flush=True)

    while not select.select([sys.stdin], [], [], 1.0)[0]:
        crawl(ROUND_SECONDS)
    for _ in range(LAST_ROUNDS):
        jumped.append(JUMP)
        crawl(LAST_SECONDS)


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
