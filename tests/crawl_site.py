"""Small sites for tests of the crawl: pages by path that a test changes as it goes, and what crawls them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from archive import care
from archive.crawl import Crawl, CrawlReport
from archive.fetch import Fetcher
from archive.keeping import Keeper
from archive.parsing import Parsers
from archive.politeness import Politeness
from archive.store import Store
from archive.warc import WarcWriter
from newsarchive.config import Config

PARAGRAPH = (
    "The council met on Monday evening and spoke for three hours about the bridge and what it will cost us. "
)
XML = {"Content-Type": "application/xml"}


def now() -> datetime:
    """The time of the machine."""
    return datetime.now(UTC)


class Clock:
    """A clock that a test sets forward."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return now() + self.ahead


class Crawler:
    """Crawls what is due in an archive, with readers of a test's own; `clock` may be set forward between crawls."""

    def __init__(self, config: Config, store: Store, parsers: Parsers) -> None:
        self.config = config
        self.store = store
        self.parsers = parsers
        self.clock = Clock()

    def __call__(
        self, *, force: bool = False, parsers: Parsers | None = None, **settings: Any
    ) -> CrawlReport:
        """One crawl; `force` makes everything due first."""
        if force:
            with self.store.transaction() as tx:
                for source in self.store.sources():
                    tx.make_due(source.id, self.clock())
        due = [source for source in self.store.sources() if source.due_at <= self.clock()]
        return self.crawl(parsers=parsers, **settings).run(due)

    def crawl(self, *, parsers: Parsers | None = None, **settings: Any) -> Crawl:
        """A crawl that is not run yet."""
        care.recover(self.store, self.config.warc_dir)
        fetcher = Fetcher("newsarchive-test/1", clock=self.clock, allowed=self.config.crawl.allow_addresses)
        writer = WarcWriter(self.config.warc_dir, software="test")
        known = {"agent": "newsarchive-test/1", "politeness": Politeness(0.0), "clock": self.clock}
        return Crawl(
            Keeper(self.store, writer, clock=self.clock),
            fetcher,
            parsers or self.parsers,
            **(known | settings),
        )

    def add(self, url: str, name: str = "paper", **settings: Any) -> int:
        """A new source."""
        with self.store.transaction() as tx:
            settings = {"interval": timedelta(minutes=30)} | settings
            return tx.add_source(name=name, url=url, now=self.clock(), **settings)

    def articles(self) -> dict[str, int]:
        """Paths of the articles and their ids."""
        return {urlsplit(article.url).path: article.id for article in self.store.articles_after(0)}

    def causes(self) -> dict[str, str]:
        """Paths of the addresses that failed and their last causes."""
        return {urlsplit(failed.url).path: failed.cause for failed in reversed(self.store.failures(200))}


class Site:
    """Pages by path: a body, or (status, headers, body), or what makes one of these; anything else is 404. A body of
    None is a connection that is cut. `asked` are the paths in order, `times` when (monotonic)."""

    def __init__(self, pages: dict[str, Any], address: str = "127.0.0.1") -> None:
        self.pages = pages
        self.asked: list[str] = []
        self.times: list[float] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.times.append(time.monotonic())
                site.asked.append(self.path)
                site.answer(self)

            def log_message(self, *_arguments: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_arguments: object) -> None:
                pass

        self._server = Server((address, 0), Handler)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Send what there is at the path that was asked for."""
        found = self.pages.get(handler.path, (404, {}, "not here"))
        found = found() if callable(found) else found
        status, headers, body = found if isinstance(found, tuple) else (200, {}, found)
        if body is None:
            return
        data = body.encode() if isinstance(body, str) else body
        handler.send_response(status)
        sent = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(data))} | headers
        for key, value in sent.items():
            handler.send_header(key, value)
        handler.end_headers()
        handler.wfile.write(data)

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@contextmanager
def serving(pages: dict[str, Any], **settings: Any) -> Iterator[Site]:
    """A site for the length of a `with` block."""
    site = Site(pages, **settings)
    try:
        yield site
    finally:
        site.close()


def article(title: str, text: str = PARAGRAPH, head: str = "") -> str:
    """The page of an article."""
    body = "".join(f"<p>{text} Part {n} of {title}.</p>" for n in range(4))
    return (
        f"<html><head><title>{title}</title>{head}</head>"
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )


def feed(site_url: str, *names: str) -> tuple[int, dict[str, str], str]:
    """An RSS feed of these paths."""
    items = "".join(f"<item><title>{n}</title><link>{site_url}{n}</link></item>" for n in names)
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>'
    return 200, {"Content-Type": "application/rss+xml"}, body


def sitemap(*entries: tuple[str, str], kind: str = "url") -> tuple[int, dict[str, str], str]:
    """A sitemap of (address, lastmod or ""), or with the kind "sitemap" an index of them."""
    lines = "".join(
        f"<{kind}><loc>{url}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</{kind}>"
        for url, day in entries
    )
    root = "urlset" if kind == "url" else "sitemapindex"
    return 200, XML, f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{lines}</{root}>'


def page(*links: str, head: str = "") -> str:
    """A page of links, each with a headline."""
    items = "".join(
        f'<li><h2><a href="{href}">The long story of number {n} today</a></h2></li>'
        for n, href in enumerate(links)
    )
    return f"<html><head><title>Home</title>{head}</head><body><main><ul>{items}</ul></main></body></html>"
