"""`kill -9` in the middle of a crawl, a catch-up and a rebuild: nothing that was acknowledged is lost, and the next
run completes. Also the gentler ends: SIGTERM, SIGINT, and a WARC file whose last record is torn."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from archive import care, warc
from archive.model import Capture, Response, Revision
from archive.store import Store, Transaction
from archive.warc import WarcWriter
from newsarchive import jobs
from newsarchive.config import Config, CrawlConfig
from newsarchive.demo.server import DemoServer

pytestmark = pytest.mark.kill

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = range(10)
MODULE = "newsarchive"
SETTINGS = {"NEWSARCHIVE_CRAWL_ALLOW_ADDRESSES": "127.0.0.0/8", "NEWSARCHIVE_CRAWL_MIN_DELAY": "0"}
EXAMPLE = "http://paper.test/"

Newsarchive = Callable[..., Any]


# -- a process that is killed at a moment ------------------------------------------------------------


@contextmanager
def started(config: Config, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own; whatever happens, it is gone after the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", MODULE, "--home", str(config.home), *arguments],
        cwd=ROOT,
        env=os.environ | SETTINGS,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@dataclass(frozen=True)
class Moment:
    """When a process is killed: `wait` seconds after `progress` has grown by `amount`."""

    progress: Callable[[], int]
    amount: int
    wait: float

    def earlier(self) -> Moment:
        """For a process that was faster than that."""
        return Moment(self.progress, self.amount // 2, self.wait / 2)


@dataclass(frozen=True)
class Known:
    """What an archive knows."""

    captures: dict[int, Capture]
    revisions: dict[int, int]
    sequence: int

    @classmethod
    def by(cls, config: Config) -> Known:
        """What the database says now."""
        with Store(config.database_url) as store:
            captures = [capture for name in store.warc_ends() for capture in store.captures_in(name)]
            return cls({c.id: c for c in captures}, store.latest_revisions(), store.last_sequence())

    def is_still_in(self, later: Known) -> bool:
        """Nothing is lost, nothing is another thing."""
        captures = all(later.captures.get(key) == capture for key, capture in self.captures.items())
        revisions = all(later.revisions.get(key, 0) >= number for key, number in self.revisions.items())
        return captures and revisions and later.sequence >= self.sequence


def kill_in(config: Config, moment: Moment, *arguments: str) -> bool:
    """Kill the command at a moment; False where it was done before. What others could read is still there."""
    before = moment.progress()
    with started(config, *arguments) as process:
        while moment.progress() - before < moment.amount and process.poll() is None:
            time.sleep(0.002)
        with Store(config.database_url, readonly=True) as witness:
            counts, sequence = witness.counts(), witness.last_sequence()
        time.sleep(moment.wait)
        process.kill()
        process.communicate()
    with Store(config.database_url) as store:
        left = store.counts()
        assert left.articles >= counts.articles
        assert left.revisions >= counts.revisions
        assert left.captures >= counts.captures
        assert store.last_sequence() >= sequence
    return process.returncode == -signal.SIGKILL


def kill_in_the_middle(prepare: Callable[[], None], config: Config, moment: Moment, *arguments: str) -> Known:
    """Kill the command while it is at work. Returns what the database knows then."""
    for _ in range(8):
        shutil.rmtree(config.home, ignore_errors=True)
        prepare()
        if kill_in(config, moment, *arguments):
            return Known.by(config)
        moment = moment.earlier()
    pytest.fail(f"{arguments} ends before it can be killed")


def bytes_below(folder: Path) -> int:
    """How much stands in a folder that somebody is writing to."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(parent, name).stat().st_size
            except FileNotFoundError:
                continue
    return total


def assert_whole(config: Config, newsarchive: Newsarchive, known: Known, *, articles: int) -> None:
    """What was known is there and readable, all of it can be searched, and `verify` has nothing to say."""
    verified = newsarchive("verify", "--json")
    assert verified.json["problems"] == []
    assert verified.json["sound"] is True
    assert verified.code == 0
    later = Known.by(config)
    assert known.is_still_in(later)
    for capture in later.captures.values():
        record = warc.read_record(config.warc_dir, capture.place)
        assert record.digests_hold
        assert record.as_capture() == Capture(
            **{name: getattr(capture, name) for name in Capture.__slots__} | {"id": 0}
        )
    status = newsarchive("status", "--json").json
    assert status["index"]["behind"] == 0
    assert status["index"]["documents"] == status["articles"] == articles
    assert newsarchive("search", "--json", "--limit", "1").json["total"] == articles


@pytest.fixture(autouse=True)
def _signals_as_they_were() -> Iterator[None]:
    """A crawl in this process takes the signals."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


# -- a crawl -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Crawled:
    """The demo newspaper, and the archive of its first edition."""

    paper: DemoServer
    config: Config

    @property
    def sitemap(self) -> str:
        """Leads to everything that was published."""
        return f"{self.paper.url}sitemap.xml"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """Archived once, to be copied."""
    crawl = CrawlConfig(min_delay=0.0, allow_addresses=(ip_network("127.0.0.0/8"),))
    config = Config(tmp_path_factory.mktemp("crawled") / "home", crawl=crawl)
    with DemoServer(slow_seconds=0.0) as paper:
        crawled = Crawled(paper, config)
        add_source(config, crawled.sitemap)
        assert jobs.crawl_once(config).complete
        yield crawled


def add_source(config: Config, url: str) -> None:
    with Store(config.database_url) as store, store.transaction() as tx:
        tx.add_source(name="paper", url=url, interval=timedelta(hours=1), now=jobs.now())


@pytest.mark.parametrize("number", ROUNDS)
def test_a_crawl_goes_on_where_it_was_killed(
    crawled: Crawled, config: Config, newsarchive: Newsarchive, number: int
) -> None:
    """Even rounds: the first crawl. Odd rounds: a crawl that finds the next edition."""
    paper, chance = crawled.paper, random.Random(f"crawl {number}")
    paper.edition = 1 + number % 2
    kept = bytes_below(crawled.config.warc_dir)
    moments = (
        Moment(lambda: len(paper.requests), chance.randint(1, 50), chance.uniform(0, 0.03)),
        Moment(lambda: bytes_below(config.warc_dir), chance.randint(1, int(kept * 0.9)), 0),
    )

    def prepare() -> None:
        if paper.edition == 2:
            shutil.copytree(crawled.config.home, config.home)
        else:
            add_source(config, crawled.sitemap)

    known = kill_in_the_middle(prepare, config, moments[number // 2 % 2], "crawl", "--force")
    asked = len(paper.requests)
    with Store(config.database_url) as store:
        settled = {article.url for article in store.articles_after(0)}
    assert newsarchive("crawl", "--json").code == 0
    assert_whole(config, newsarchive, known, articles=44 + paper.edition)
    if paper.edition == 1:
        again = {paper.url + request.path.removeprefix("/") for request in paper.requests[asked:]}
        assert not settled & again
    else:
        assert sorted(Known.by(config).revisions.values()) == [1] * 45 + [2]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_crawl_that_is_told_to_end_ends_soon_and_says_so(
    config: Config, newsarchive: Newsarchive, number: signal.Signals
) -> None:
    with DemoServer(slow_seconds=60.0) as paper:
        add_source(config, f"{paper.url}sitemap.xml")
        with started(config, "crawl") as process:
            wait_until(lambda: Known.by(config).revisions)
            process.send_signal(number)
            _, told = process.communicate(timeout=10)
        assert process.returncode == 1
        assert "Stopping" in told
        assert "stopped before it was through; the next one goes on where it was" in told.replace("\n", " ")
        known = Known.by(config)
        assert 0 < len(known.revisions) < 45
        assert newsarchive("status", "--json").json["index"]["behind"] == 0
        paper.slow_seconds = 0.0
        assert newsarchive("crawl", "--json").code == 0
        assert_whole(config, newsarchive, known, articles=45)


def wait_until(reached: Callable[[], Any], seconds: float = 30.0) -> None:
    """Wait for something that is about to happen."""
    ends_at = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < ends_at, "it does not happen"
        time.sleep(0.01)


# -- a catch-up and a rebuild ------------------------------------------------------------------------


class Shelf:
    """Puts generated articles into an archive, all on one capture that is really kept."""

    words = tuple(
        f"{start}{end}" for start in "bdfgklmnprst" for end in ("am", "eel", "ing", "ost", "urn", "y")
    )

    def __init__(self, config: Config) -> None:
        self.config = config
        self.chance = random.Random("shelf")
        self.store = Store(config.database_url)
        capture = WarcWriter(config.warc_dir, software="test").append(exchange(EXAMPLE, b"one page for all"))
        with self.store.transaction() as tx:
            self.capture = tx.add_capture(capture)
            self.source = tx.add_source(
                name="paper", url=EXAMPLE, interval=timedelta(hours=1), now=NOW, paused=True
            )

    def add(self, count: int) -> None:
        """So many new articles."""
        with self.store.transaction() as tx:
            for _ in range(count):
                article = tx.add_article(self.source, f"{EXAMPLE}{self.chance.random()}", NOW)
                self._write(tx, article, 1)

    def revise(self, count: int) -> None:
        """A new revision for so many articles."""
        latest = self.store.latest_revisions()
        with self.store.transaction() as tx:
            for article in self.chance.sample(sorted(latest), count):
                self._write(tx, article, latest[article] + 1)

    def index(self) -> None:
        """Make all of it searchable."""
        with jobs.opened(self.config) as (store, engine):
            jobs.catch_up(store, engine)

    def _write(self, tx: Transaction, article: int, number: int) -> None:
        revision = Revision(
            article_id=article,
            number=number,
            capture_id=self.capture,
            captured_at=NOW,
            title=" ".join(self.chance.choices(self.words, k=4)),
            authors=(f"Writer {self.chance.randrange(20)}",),
            published=NOW - timedelta(days=self.chance.randrange(2000)),
            published_day_only=True,
            published_from="meta",
            modified=None,
            section="News",
            tags=(),
            language="en",
            image="",
            description="",
            text=" ".join(self.chance.choices(self.words, k=12)),
            content_digest=f"{article}/{number}",
        )
        tx.add_revision(revision, revision.content_digest)
        tx.add_change(article, "new" if number == 1 else "revised", NOW)


NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def exchange(url: str, body: bytes) -> Response:
    """A request and its answer, as the wire had them."""
    return Response(
        url=url,
        status=200,
        headers=(("content-type", "text/plain"),),
        body=body,
        request_bytes=b"GET / HTTP/1.1\r\nHost: paper.test\r\n\r\n",
        response_bytes=b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + body,
        ip_address="127.0.0.1",
        fetched_at=NOW,
        seconds=0.1,
    )


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """900 articles, of which 300 are searchable, and 200 of those in another revision than the latest."""
    shelf = Shelf(Config(tmp_path_factory.mktemp("behind") / "home"))
    shelf.add(300)
    shelf.index()
    shelf.revise(200)
    shelf.add(600)
    shelf.store.close()
    return shelf.config


@pytest.mark.parametrize("number", ROUNDS)
def test_a_catch_up_goes_on_where_it_was_killed(
    behind: Config, config: Config, newsarchive: Newsarchive, number: int
) -> None:
    """Even rounds: of an index that is behind. Odd rounds: from nothing."""
    chance = random.Random(f"catch-up {number}")
    size = bytes_below(behind.index_dir)
    amount = chance.choice((1, chance.randint(1, size * 2)))

    def prepare() -> None:
        shutil.copytree(behind.home, config.home)
        if number % 2:
            shutil.rmtree(config.index_dir)

    moment = Moment(lambda: bytes_below(config.index_dir), amount, chance.uniform(0, 0.4))
    known = kill_in_the_middle(prepare, config, moment, "crawl")
    assert newsarchive("crawl", "--json").code == 0
    assert_whole(config, newsarchive, known, articles=900)


@pytest.fixture(scope="module")
def searchable(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """2,100 articles, all of them searchable: more than a rebuild writes in one commit."""
    shelf = Shelf(Config(tmp_path_factory.mktemp("searchable") / "home"))
    shelf.add(2_100)
    shelf.store.close()
    jobs.rebuild(shelf.config)
    return shelf.config


@pytest.mark.parametrize("number", ROUNDS)
def test_a_rebuild_that_is_killed_leaves_the_old_index_and_the_next_one_completes(
    searchable: Config, config: Config, newsarchive: Newsarchive, number: int
) -> None:
    """Every third round: with two processes, which end with the one that is killed."""
    chance = random.Random(f"rebuild {number}")
    size = bytes_below(searchable.index_dir)
    amount = chance.choice((1, chance.randint(1, int(size * 0.95))))
    moment = Moment(lambda: bytes_below(config.index_dir), amount, chance.uniform(0, 0.5))
    processes = "2" if number % 3 == 2 else "1"

    def prepare() -> None:
        shutil.copytree(searchable.home, config.home)

    known = kill_in_the_middle(prepare, config, moment, "rebuild", "--processes", processes)
    assert newsarchive("search", "--json", "--limit", "1").json["total"] == 2_100
    served = newsarchive("status", "--json").json["index"]["generation"]
    assert newsarchive("rebuild").code == 0
    assert newsarchive("status", "--json").json["index"]["generation"] > served
    assert_whole(config, newsarchive, known, articles=2_100)


# -- a torn record -----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("zeros", [0, 300], ids=["cut", "cut-then-zeros"])
def test_a_torn_record_is_put_aside_and_whole_ones_are_taken_in(
    crawled: Crawled, config: Config, newsarchive: Newsarchive, number: int, zeros: int
) -> None:
    """As after a crash between a record and its transaction: a whole capture, then a part of the next. A file
    system may also lengthen a file before it writes the bytes."""
    shutil.copytree(crawled.config.home, config.home)
    known = Known.by(config)
    writer = WarcWriter(config.warc_dir, software="test")
    whole = writer.append(exchange(EXAMPLE, b"whole"))
    torn = writer.append(exchange(EXAMPLE, random.Random(number).randbytes(500)))
    path = warc.path_of(config.warc_dir, whole.place.file)
    begin, end = (
        whole.place.offset + whole.place.length,
        torn.place.offset,
    )  # the request of the torn exchange
    if number % 2:
        begin, end = end, end + torn.place.length  # its response
    os.truncate(
        path, begin + random.Random(f"torn {number}").randrange(1, end - begin - 8) if number else begin + 1
    )
    with path.open("ab") as file:
        file.write(bytes(zeros))
    found = path.read_bytes()

    assert newsarchive("crawl", "--json").code == 0

    assert_whole(config, newsarchive, known, articles=45)
    assert [c.record_id for key, c in Known.by(config).captures.items() if key not in known.captures] == [
        whole.record_id
    ]
    aside = path.with_suffix(".torn").read_bytes()
    assert aside
    assert path.read_bytes() + aside == found
    with Store(config.database_url) as store:
        assert list(care.check(store, config.warc_dir)) == []


def test_a_file_that_lost_what_was_kept_is_left_alone(
    crawled: Crawled, config: Config, newsarchive: Newsarchive
) -> None:
    """That is no crash, and nothing may paper over it."""
    shutil.copytree(crawled.config.home, config.home)
    with Store(config.database_url) as store:
        ((name, end),) = store.warc_ends().items()
    path = warc.path_of(config.warc_dir, name)
    os.truncate(path, end - 1)
    found = path.read_bytes()

    told = newsarchive("crawl", "--force")

    assert told.code == 1
    assert f"{path} has {end - 1:,} bytes, but the database knows {end:,}; restore the file." in told.err
    assert path.read_bytes() == found
    assert newsarchive("verify").code == 1
