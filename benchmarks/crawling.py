"""`crawl`: pages a second of a whole crawl, beside a plain loop over the same pages.

The demo newspaper is served on loopback by a process of its own, without pauses. Ours fetches, obeys robots.txt,
archives, extracts, stores and indexes; the loop only fetches each page with urllib and parses it with
trafilatura. Both do it several times in turn, after a first time that is not counted.
"""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

import trafilatura

from archive.store import Store
from benchmarks.report import counted, print_json, print_table, ratio, versions
from newsarchive import jobs
from newsarchive.config import Config, CrawlConfig
from newsarchive.demo import DemoServer


@dataclass(frozen=True, slots=True)
class Row:
    """Pages a second of both, medians of the rounds."""

    name: str
    us: float
    plain: float

    def as_dict(self) -> dict[str, object]:
        """The row with its ratio, under the names that scripts read."""
        return {"class": self.name, "us": self.us, "plain": self.plain, "ratio": self.us / self.plain}


@dataclass(frozen=True, slots=True)
class Spent:
    """What a round took, in seconds."""

    cpu: float
    wall: float


def run(*, rounds: int, as_json: bool) -> None:
    """Measure and print."""
    pages, rows = measure(rounds)
    if as_json:
        about = {"pages": pages, "rounds": rounds, "versions": versions()}
        print_json({**about, "rows": [row.as_dict() for row in rows]})
        return
    cells = [(row.name, f"{row.us:.1f}", f"{row.plain:.1f}", ratio(row.us / row.plain)) for row in rows]
    print_table(f"Crawling the demo newspaper, {pages} pages", ("", "us", "plain loop", "us/plain"), cells)


def measure(rounds: int) -> tuple[int, list[Row]]:
    """How many pages there are, and how fast both read them."""
    ours: list[Spent] = []
    plain: list[Spent] = []
    with _newspaper() as (url, requested):
        crawl_once(url)
        pages = requested()
        read_plainly(pages)
        for _ in counted(range(rounds), "crawling", rounds):
            ours.append(_spent(lambda: crawl_once(url)))
            plain.append(_spent(lambda: read_plainly(pages)))
    count = len(pages)
    return count, [
        Row(
            "pages per CPU second", _rate(count, [s.cpu for s in ours]), _rate(count, [s.cpu for s in plain])
        ),
        Row("pages per second", _rate(count, [s.wall for s in ours]), _rate(count, [s.wall for s in plain])),
    ]


def crawl_once(url: str) -> None:
    """A crawl of the newspaper into an archive that goes away, up to its being searchable."""
    with TemporaryDirectory(prefix="benchmark-") as home:
        allowed = (ip_network("127.0.0.0/8"),)
        config = Config(Path(home), crawl=CrawlConfig(min_delay=0.0, allow_addresses=allowed))
        with Store(config.database_url) as store, store.transaction() as tx:
            interval = timedelta(hours=1)
            tx.add_source(name="The paper", url=url, interval=interval, now=jobs.now(), min_delay=0.0)
        jobs.crawl_once(config)


def read_plainly(pages: list[str]) -> None:
    """What the least program does: fetch each page and parse it."""
    for page in pages:
        with urlopen(page) as response:
            body = response.read()
            if response.headers.get_content_type() == "text/html":
                trafilatura.bare_extraction(body, url=page, with_metadata=True)


def _spent(work: Callable[[], None]) -> Spent:
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return Spent(time.process_time() - cpu, time.perf_counter() - wall)


def _rate(pages: int, seconds: list[float]) -> float:
    return pages / statistics.median(seconds)


@contextmanager
def _newspaper() -> Iterator[tuple[str, Callable[[], list[str]]]]:
    """The demo newspaper in another process: its URL, and what tells the pages that were had from it so far."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=_publish, args=(there,), daemon=True)
    process.start()
    url = str(here.recv())

    def requested() -> list[str]:
        here.send("pages")
        return [url.rstrip("/") + path for path in here.recv()]

    try:
        yield url, requested
    finally:
        here.send("end")
        process.join()


def _publish(pipe: Connection) -> None:
    with DemoServer(slow_seconds=0.0) as server:
        pipe.send(server.url)
        while pipe.recv() == "pages":
            answered = (request.path for request in server.requests if request.status == 200)
            pipe.send(list(dict.fromkeys(answered)))
