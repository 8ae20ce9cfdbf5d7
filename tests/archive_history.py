"""An archive whose history is made by hand, for tests that end it in the middle: pages are kept, articles come, change
and go, as crawls and commands would have it, without any network."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archive import care, warc
from archive.errors import WarcError
from archive.keeping import Keeper
from archive.model import Capture, Link, Response, Revision, Rules
from archive.store import Store, Transaction
from archive.warc import WarcWriter

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SITE = "http://paper.test/"
TABLES = ("capture", "article", "address", "revision", "change", "source", "visit", "journal", "unjournalled")


def response(number: int, at: datetime = NOW) -> Response:
    """A page of that number."""
    body = f"<p>Page {number}</p>".encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: x\r\n\r\n"
    headers = (("content-type", "text/html"), ("etag", f'"{number}"'))
    request = b"GET / HTTP/1.1\r\nHost: paper.test\r\n\r\n"
    return Response(f"{SITE}{number}", 200, headers, body, request, head + body, "127.0.0.1", at, 0.1)


def revision_of(article: int, number: int, capture: int, said: int, **fields: Any) -> Revision:
    """A version that says that number."""
    known: dict[str, Any] = {
        "captured_at": NOW + timedelta(minutes=said),
        "title": f"Headline {said}",
        "authors": ("Ada Lane", "Kåre ⛵"),
        "published": NOW.astimezone(),
        "published_day_only": False,
        "published_from": "meta",
        "modified": None,
        "section": "Local",
        "tags": ("sea",),
        "language": "en",
        "image": "",
        "description": "",
        "text": f"It says {said}.\n\nNothing else.",
        "content_digest": f"sha256:{said}",
    }
    return Revision(article, number, capture, **(known | fields))


class Newsroom:
    """An archive whose history is made by hand, step by step, as crawls and commands would."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.warc_dir = home / "warc"
        self.path = home / "archive.db"
        self.said = 0
        self.clock = NOW
        self.open()
        with self.store.transaction() as tx:
            self.source = tx.add_source(name="paper", url=SITE, interval=timedelta(hours=1), now=NOW)
        self.keeper.catch_up()

    def open(self) -> None:
        self.store = Store(f"sqlite:///{self.path}")
        care.recover(self.store, self.warc_dir)
        writer = WarcWriter(self.warc_dir, software="test", max_file_bytes=12_000)
        self.keeper = Keeper(self.store, writer, clock=lambda: self.clock)

    def reopen(self) -> None:
        self.store.close()
        self.open()

    def page(self) -> Capture:
        self.said += 1
        return self.keeper.keep(response(self.said, self.clock))

    def articles(self) -> list[int]:
        return sorted(self.store.latest_revisions())

    def dump(self) -> dict[str, list[dict[str, Any]]]:
        return dump(self.path)

    # -- what may happen ---------------------------------------------------------------------------------

    def new(self, which: int, **fields: Any) -> None:
        capture = self.page()
        with self.keeper.transaction(capture) as tx:
            self._new(tx, capture, **fields)

    def _new(self, tx: Transaction, capture: Capture, **fields: Any) -> None:
        link = Link(capture.url, title="Feed title", guid=f"id-{self.said}", certain=False)
        visit = tx.visit_now(self.source, link, NOW)
        capture_id = tx.capture_id(capture)
        article = tx.add_article(self.source, capture.url, NOW)
        tx.visited(visit, at=NOW, due_at=NOW + timedelta(days=1), status=200)
        tx.validated(visit, response(self.said), "digest")
        tx.add_revision(revision_of(article, 1, capture_id, self.said, **fields), f"text {self.said}")
        tx.add_change(article, "new", NOW)
        tx.add_addresses(article, (f"{capture.url}/canonical", f"guid:{self.said}"))
        tx.belongs(visit, article)

    def unread(self, which: int) -> None:
        self.new(which, unread="parse-timeout", text="")

    def revise(self, which: int) -> None:
        for article in self._one(which):
            capture = self.page()
            with self.keeper.transaction(capture) as tx:
                number = self.store.latest_revisions()[article] + 1
                tx.add_revision(revision_of(article, number, tx.capture_id(capture), self.said), "t")
                tx.add_change(article, "revised", NOW)
                tx.seen(article, NOW)

    def see(self, which: int) -> None:
        for article in self._one(which):
            with self.keeper.transaction(self.page()) as tx:
                tx.seen(article, NOW + timedelta(seconds=self.said))

    def go(self, which: int) -> None:
        for article in self._one(which):
            with self.keeper.transaction(self.page()) as tx:
                tx.gone(article, NOW)
                tx.add_change(article, "gone", NOW)

    def come_back(self, which: int) -> None:
        for article in self._one(which):
            with self.keeper.transaction(self.page()) as tx:
                tx.add_change(article, "back", NOW)
                tx.seen(article, NOW)

    def alias(self, which: int) -> None:
        for article in self._one(which):
            capture = self.page()
            with self.keeper.transaction(capture) as tx:
                visit = tx.visit_now(self.source, Link(f"{SITE}old/{self.said}"), NOW)
                tx.redirected(visit, capture.url, NOW)
                tx.add_addresses(article, (f"{SITE}old/{self.said}",))
                tx.belongs(visit, article)

    def read_anew(self, which: int) -> None:
        for article in self._one(which):
            known = self.store.revisions(article)[-1]
            with self.keeper.transaction() as tx:
                if which % 3 == 0:
                    tx.read_by(article, known.number, known.extractor + 1)
                elif which % 3 == 1:
                    tx.replace_revision(replace(known, section="Sport", unread=""), "t")
                    tx.add_change(article, "revised", NOW)
                else:
                    tx.add_revision(replace(known, number=known.number + 1, title="Read anew"), "t")
                    tx.add_change(article, "revised", NOW)

    def only_a_page(self, which: int) -> None:
        self.page()
        if which % 2:
            self.keeper.record()

    def sources(self, which: int) -> None:
        """What a person does beside the crawl."""
        with self.store.transaction() as tx:
            if which % 3 == 0:
                tx.add_source(name=f"s{self.said}.{which}.{len(self.store.sources())}",
                              url=f"http://s{self.said}-{len(self.store.sources())}.test/{which}",
                              interval=timedelta(hours=2), now=NOW)  # fmt: skip
            elif which % 3 == 1:
                rules = Rules(title=f"h{which}", include=("/news/*",))
                tx.change_source(self.source, rules=rules, revisit_ages=(timedelta(hours=which + 1),))
            else:
                tx.set_paused(self.source, bool(which % 2))

    def beside(self, which: int) -> None:
        """Somebody writes an article without the journal; it is told later."""
        capture = self.page()
        self.keeper.record()
        with self.store.transaction() as tx:
            self._new(tx, capture)

    def fail(self, which: int) -> None:
        """A transaction that is not committed."""
        with suppress(KeyError):
            self._in_vain(KeyError)

    def fail_to_commit(self, which: int) -> None:
        with suppress(WarcError), failing(self.keeper.warc, "sync"):
            self._in_vain()

    def _in_vain(self, error: type[Exception] | None = None) -> None:
        capture = self.page()
        with self.keeper.transaction(capture) as tx:
            self._new(tx, capture)
            if error is not None:
                raise error

    def crash(self, which: int) -> None:
        """The process ends with a page that is kept and not recorded, and perhaps a torn record behind it."""
        place = self.page().place
        self.keeper.warc.sync()
        if which % 2:
            with warc.path_of(self.warc_dir, place.file).open("ab") as file:
                file.write(b"\x1f\x8b\x08torn")
        self.reopen()

    def clock_jumps(self, which: int) -> None:
        self.clock += timedelta(days=which - 40)

    def _one(self, which: int) -> list[int]:
        there = self.articles()
        return [there[which % len(there)]] if there else []


STEPS = (
        "new", "new", "unread", "revise", "see", "go", "come_back", "alias", "read_anew", "only_a_page",
        "sources", "beside", "fail", "fail_to_commit", "crash", "clock_jumps",
)  # fmt: skip


@contextmanager
def failing(thing: Any, name: str) -> Iterator[None]:
    """A disk that refuses once."""

    def refuse(*_: Any) -> None:
        raise WarcError("The disk refuses.")

    setattr(thing, name, refuse)
    try:
        yield
    finally:
        delattr(thing, name)


def dump(path: Path) -> dict[str, list[dict[str, Any]]]:
    """All that matters in a database: of the frontier, what leads to articles."""
    with closing(sqlite3.connect(path)) as raw:
        raw.row_factory = sqlite3.Row
        tables = {
            name: [dict(row) for row in raw.execute(f"SELECT * FROM {name} ORDER BY 1, 2")] for name in TABLES
        }
    tables["visit"] = sorted(
        (
            {key: value for key, value in row.items() if key != "id"}
            for row in tables["visit"]
            if row["article_id"]
        ),
        key=lambda row: (row["source_id"], row["identity"]),
    )
    for row in tables["source"]:
        del row["due_at"]
    return tables
