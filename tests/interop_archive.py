"""What the interop tests share: the archive of two crawls, its files closed, and the programs of others."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from archive import care, warc
from archive.keeping import Keeper
from archive.model import Capture
from archive.store import Store
from archive.warc import WarcWriter
from newsarchive import jobs
from newsarchive.config import Config, CrawlConfig
from newsarchive.demo.server import DemoServer

TOOLS = Path(__file__).resolve().parent.parent / ".venv-interop" / "bin"

PICTURE = b"\x89PNG\r\n\x1a\nnot much of a picture"


class Plain(BaseHTTPRequestHandler):
    """One article, without a validator: the whole of it is sent again and again."""

    body = (
        b"<html lang=en><title>The pier</title><article><h1>The pier is painted</h1>"
        + b"<p>Six painters began at the far end on Monday and expect to reach the shore before the rain does.</p>"
        * 3
        + b"</article></html>"
    )

    def do_GET(self) -> None:
        found = self.path == "/pier"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(self.body) if found else 0))
        self.end_headers()
        self.wfile.write(self.body if found else b"")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def plain_site() -> Iterator[str]:
    """Where that article is."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Plain) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/pier"
        server.shutdown()
        thread.join()


@dataclass(frozen=True)
class Archived:
    """The archive of two crawls: its WARC files, and what stands in them."""

    config: Config
    files: list[Path]
    captures: list[Capture]

    def record(self, capture: Capture) -> warc.Record:
        """The record of a capture, as we read it."""
        return warc.read_record(self.config.warc_dir, capture.place)

    def of_kind(self, kind: str, status: int) -> list[Capture]:
        """The captures that are such records."""
        return [c for c in self.captures if c.status == status and c.kind == kind]


def crawl(home: Path) -> Archived:
    """Two editions of the demo newspaper, twice an article that never changes, and a picture without its exchange. The
    WARC file is closed at the end."""
    settings = CrawlConfig(min_delay=0.0, allow_addresses=(ip_network("127.0.0.0/8"),))
    config = Config(home, crawl=settings)
    with Store(config.database_url) as store, DemoServer(slow_seconds=0.0) as paper, plain_site() as pier:
        with store.transaction() as tx:
            url = f"{paper.url}sitemap.xml"
            tx.add_source(name="paper", url=url, interval=timedelta(hours=1), now=jobs.now())
        for edition in (1, 2):
            paper.edition = edition
            assert jobs.crawl_once(config, names=["paper"], force=True).complete
            assert jobs.add_articles(config, [pier]).complete
            time.sleep(1)  # replay tells captures of one address apart by the second
        _keep_picture(config, store, f"{paper.url}pier.png")
        for name in warc.open_files(config.warc_dir):
            warc.seal(config.warc_dir, name, jobs.now())
        captures = [capture for name in store.warc_ends() for capture in store.captures_in(name)]
        assert list(care.check(store, config.warc_dir)) == []
    assert warc.open_files(config.warc_dir) == []
    return Archived(config, [config.warc_dir / name for name in warc.files(config.warc_dir)], captures)


def run(name: str, *arguments: object, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A program of the interop environment, to its end."""
    if not (TOOLS / name).exists():
        pytest.fail(f"{TOOLS / name} is not there; `make interop` sets it up")
    command = [str(TOOLS / name), *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def _keep_picture(config: Config, store: Store, url: str) -> None:
    keeper = Keeper(store, WarcWriter(config.warc_dir, software="test"), clock=jobs.now)
    keeper.take(keeper.warc.append_resource(url, PICTURE, "image/png", jobs.now(), ip_address="127.0.0.1"))
    keeper.record()
