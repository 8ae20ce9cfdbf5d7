"""What several test modules share: an empty archive, the demo newspaper on loopback, the command line, and a
newsroom: an archive with a few articles behind real search pages. Nothing of the internet."""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from ipaddress import ip_network
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings

from archive import stories
from archive.edits import judged
from archive.model import Capture, RecordPlace, Revision
from archive.parsing import Parsers
from archive.store import Store, Transaction
from index.engine import open_engine
from newsarchive.config import Config, CrawlConfig
from newsarchive.demo.server import DemoServer
from newsarchive.jobs import crawl_once
from newsarchive.views.library import EXTENSION
from newsarchive.web import create_app

# No test depends on the clock's speed; on CI, the examples are the same each time.
settings.register_profile(
    "newsarchive",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",
)
settings.load_profile("newsarchive")

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
UNSAID: dict[str, Any] = {
    "authors": (),
    "published": None,
    "published_day_only": False,
    "published_from": "none",
    "modified": None,
    "section": "",
    "tags": (),
    "language": "en",
    "image": "",
    "description": "",
}


class Desk:
    """Files articles into an archive, as a crawl would."""

    site = "http://paper.test/"

    def __init__(self, home: Path) -> None:
        self.config = Config(home)
        self.store = Store(self.config.database_url)
        with self.store.transaction() as tx:
            self.source = tx.add_source(name="The Paper", url=self.site, interval=timedelta(hours=1), now=NOW)

    def file(self, title: str, *texts: str, url: str = "", gone: bool = False, **said: Any) -> int:
        """An article with one revision for each text; returns its id."""
        url = url or self.site + re.sub("[^a-z0-9]+", "-", title.lower())
        with self.store.transaction() as tx:
            article, known = tx.add_article(self.source, url, NOW), None
            for number, text in enumerate(texts, 1):
                known = self._write(tx, known, article, number, url, said | {"title": title, "text": text})
            if gone:
                tx.gone(article, NOW)
        return article

    def revise(self, article: int, **said: Any) -> None:
        """A further revision of an article, which says what the one before said but for this."""
        known = self.store.revisions(article)[-1]
        with self.store.transaction() as tx:
            before = {name: getattr(known, name) for name in (*UNSAID, "title", "text")}
            self._write(tx, known, article, known.number + 1, self.site, before | said)

    @staticmethod
    def _write(
        tx: Transaction, known: Revision | None, article: int, number: int, url: str, said: dict[str, Any]
    ) -> Revision:
        at, name = NOW + timedelta(hours=number), f"{article}-{number}"
        place = RecordPlace("2026/11/a.warc.gz", article * 1000 + number, 77)
        kept = Capture(0, url, at, 200, "text/html", "sha256:ab", place, f"urn:uuid:{name}")
        written = {"article_id": article, "number": number, "captured_at": at, "content_digest": name}
        capture = {"capture_id": tx.add_capture(kept)}
        revision = judged(known, Revision(**(UNSAID | said | written | capture)))
        tx.add_revision(revision, name)
        tx.add_change(article, "new" if number == 1 else "revised", at)
        return revision

    def index(self) -> None:
        """Make everything searchable."""
        stories.follow(self.store, until=self.store.last_sequence())
        engine = open_engine(self.config.index_dir, self.config.index.engine)
        engine.apply(self.store.articles_after(0), checkpoint=self.store.last_sequence())
        engine.close()


@dataclass(frozen=True)
class Newsroom:
    """A filled archive and the ids of its articles by a word of their titles."""

    config: Config
    ids: dict[str, int]


@pytest.fixture(scope="session")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """35 articles: a revised one, two known by their day only, an undated and gone one, a hostile one, filler."""
    desk = Desk(tmp_path_factory.mktemp("newsroom"))
    script = "<script>alert(1)</script>"
    ids = {
        "ferry": desk.file(
            "Ferry returns to the island",
            "The ferry sails on Tuesday.\n\nThe harbour master is glad.",
            "The ferry sails on Wednesday.\n\nThe harbour master is glad of the ferry.",
            authors=("Ada Lane", "Milo Penhallow"),
            published=datetime(2024, 5, 1, 0, 30, tzinfo=timezone(timedelta(hours=9))),
            published_from="json-ld",
            section="Harbour",
            image="http://elsewhere.test/boat.jpg",
        ),
        "budget": desk.file(
            "Council passes the budget",
            "The council voted for the harbour budget.",
            authors=("Ada Lane",),
            published=datetime(2025, 2, 3, tzinfo=UTC),
            published_day_only=True,
            published_from="byline",
            section="Council",
        ),
        "wall": desk.file(
            "The old wall is repaired",
            "Masons mended the harbour wall.",
            authors=("Ada Lane",),
            published=datetime(2019, 8, 4, tzinfo=UTC),
            published_day_only=True,
            published_from="url",
        ),
        "undated": desk.file("A letter without a date", "Somebody wrote about the harbour.", gone=True),
        "hostile": desk.file(
            f"Hostile {script}",
            f"Hostile text {script} \x0b & more",
            url="javascript:alert(document.domain)",
            authors=(f'"><img src=http://evil.test/x onerror=alert(1)> {script}',),
            language='en" onload="x',
            section="</title><style>*{}</style>",
            image="javascript:alert(2)",
        ),
    }
    for number in range(30):
        ids["unread"] = desk.file(
            f"Filler {number}",
            "Filler text.",
            unread="parse-timeout" if number == 29 else "",
            authors=(f"Writer {number}",),
            published=datetime(2023, 1, 1 + number, tzinfo=UTC),
            published_day_only=True,
        )
    desk.index()
    desk.store.close()
    return Newsroom(desk.config, ids)


@contextmanager
def opened_app(config: Config) -> Iterator[Flask]:
    """The application at a fixed time, closed at the end."""
    app = create_app(config, clock=lambda: NOW)
    try:
        yield app
    finally:
        app.extensions[EXTENSION].close()


Serve = Callable[[Config], FlaskClient]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Opens the pages of an archive for one test."""
    with ExitStack() as stack:
        yield lambda config: stack.enter_context(opened_app(config)).test_client()


@pytest.fixture(scope="session")
def app(newsroom: Newsroom) -> Iterator[Flask]:
    """The pages of the newsroom's archive."""
    with opened_app(newsroom.config) as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A reader of the newsroom's archive."""
    return app.test_client()


@pytest.fixture
def ids(newsroom: Newsroom) -> dict[str, int]:
    """Article ids by a word of the title."""
    return newsroom.ids


@pytest.fixture
def make_desk() -> Callable[[Path], Desk]:
    """A desk in a folder of the test's own; its store is the test's to close."""
    return Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An archive of one's own to fill."""
    desk = Desk(tmp_path)
    yield desk
    desk.store.close()


# -- an empty archive and a newspaper to crawl -------------------------------------------------------

LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see none of the environment's settings."""
    for name in list(os.environ):
        if name.startswith("NEWSARCHIVE_"):
            monkeypatch.delenv(name)


@pytest.fixture
def paper() -> Iterator[DemoServer]:
    """The demo newspaper, first edition, nothing slow."""
    with DemoServer(slow_seconds=0.0) as server:
        yield server


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """The settings of an archive that may crawl loopback, without pauses."""
    crawl = CrawlConfig(contact="mailto:archive@example.org", min_delay=0.0, allow_addresses=LOOPBACK)
    return Config(home=tmp_path / "home", crawl=crawl)


@dataclass(frozen=True)
class Editions:
    """A home whose archive has crawled both editions of a newspaper that is still published; not to be written to."""

    home: Path
    paper: DemoServer


@pytest.fixture(scope="session")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editions]:
    """Crawled once for all who copy it."""
    crawl = CrawlConfig(contact="mailto:archive@example.org", min_delay=0.0, allow_addresses=LOOPBACK)
    config = Config(home=tmp_path_factory.mktemp("editions"), crawl=crawl)
    with DemoServer(slow_seconds=0.0) as server:
        with Store(config.database_url) as store, store.transaction() as tx:
            tx.add_source(name="paper", url=server.url, interval=timedelta(hours=1), now=datetime.now(UTC))
        crawl_once(config)
        server.edition = 2
        crawl_once(config, force=True)
        yield Editions(config.home, server)


@pytest.fixture
def kept(config: Config, editions: Editions) -> Config:
    """An archive of one's own that has crawled both editions of the demo newspaper, which is still published."""
    shutil.copytree(editions.home, config.home)
    return config


@pytest.fixture
def revised(kept: Config) -> int:
    """An article of it that has two versions."""
    with Store(kept.database_url) as store:
        return next(key for key, number in store.latest_revisions().items() if number == 2)


@pytest.fixture
def store(config: Config) -> Iterator[Store]:
    """The database of that archive."""
    with Store(config.database_url) as opened:
        yield opened


crawl_site = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("crawl_site.py"))))


@pytest.fixture(scope="module")
def parsers() -> Iterator[Parsers]:
    """Readers of pages, for the tests that have no need of their own."""
    with Parsers(2) as pool:
        yield pool


@pytest.fixture
def crawler(config: Config, store: Store, parsers: Parsers) -> Any:
    """Crawls that archive; see tests/crawl_site.py."""
    return crawl_site.Crawler(config, store, parsers)


@pytest.fixture
def site() -> Iterator[Any]:
    """A small site without pages; see tests/crawl_site.py."""
    with crawl_site.serving({}) as serving:
        yield serving


@pytest.fixture
def at() -> datetime:
    """A moment."""
    return datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its standard output as JSON."""
        return json.loads(self.out)


@pytest.fixture
def newsarchive(
    config: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """The command line over the archive of `config`, in this process: newsarchive("sources", "add", url)."""
    monkeypatch.setenv("NEWSARCHIVE_CRAWL_ALLOW_ADDRESSES", "127.0.0.0/8")
    monkeypatch.setenv("NEWSARCHIVE_CRAWL_MIN_DELAY", "0")
    monkeypatch.setenv("NEWSARCHIVE_CRAWL_CONTACT", "mailto:archive@example.org")

    from newsarchive.cli import main

    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(config.home), *map(str, arguments)])
        printed = capsys.readouterr()
        code = ended.value.code
        return Ran(code if isinstance(code, int) else 0, printed.out, printed.err)

    return run
