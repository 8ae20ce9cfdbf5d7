"""Other people's programs read our WARC files: warcio and FastWARC check them, pywb replays them."""

from __future__ import annotations

import http.client
import socket
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
from archive.model import Capture
from archive.store import Store
from newsarchive import jobs
from newsarchive.config import Config, CrawlConfig
from newsarchive.demo.server import DemoServer

pytestmark = pytest.mark.interop

TOOLS = Path(__file__).resolve().parent.parent / ".venv-interop" / "bin"


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
        return [c for c in self.captures if c.status == status and self.record(c).kind == kind]


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Archived:
    """Two editions of the demo newspaper, and twice an article that never changes."""
    crawl = CrawlConfig(min_delay=0.0, allow_addresses=(ip_network("127.0.0.0/8"),))
    config = Config(tmp_path_factory.mktemp("interop") / "home", crawl=crawl)
    with Store(config.database_url) as store, DemoServer(slow_seconds=0.0) as paper, plain_site() as pier:
        with store.transaction() as tx:
            url = f"{paper.url}sitemap.xml"
            tx.add_source(name="paper", url=url, interval=timedelta(hours=1), now=jobs.now())
        for edition in (1, 2):
            paper.edition = edition
            assert jobs.crawl_once(config, names=["paper"], force=True).complete
            assert jobs.add_articles(config, [pier]).complete
            time.sleep(1)  # replay tells captures of one address apart by the second
        captures = [capture for name in store.warc_ends() for capture in store.captures_in(name)]
        assert list(care.check(store, config.warc_dir)) == []
    return Archived(
        config, [warc.path_of(config.warc_dir, name) for name in warc.files(config.warc_dir)], captures
    )


def run(name: str, *arguments: object, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A program of the interop environment, to its end."""
    if not (TOOLS / name).exists():
        pytest.fail(f"{TOOLS / name} is not there; `make interop` sets it up")
    command = [str(TOOLS / name), *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_warcio_has_nothing_to_say(archived: Archived) -> None:
    assert archived.files
    checked = run("warcio", "check", *archived.files)
    assert checked.returncode == 0, checked.stdout


def test_fastwarc_finds_every_digest_right(archived: Archived, tmp_path: Path) -> None:
    """Only the payload digests of revisits it takes for wrong: they are, as ISO 28500 has it (6.7.2), those of the
    payload that is referred to, which the record does not hold."""
    revisits = {
        archived.record(c).record_id for c in archived.captures if archived.record(c).kind == "revisit"
    }
    failed = set()
    for file in archived.files:
        assert run("fastwarc", "check", "--quiet", file).returncode == 0
        told = tmp_path / "told"
        run("fastwarc", "check", "--quiet", "--verify-payloads", "--output", told, file)
        lines = told.read_text().splitlines()
        assert all(": OK" in line for line in lines)
        failed |= {line.partition(">")[0] + ">" for line in lines if "PAYLOAD_FAIL" in line}
    assert revisits
    assert failed <= revisits


# -- replay ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Replayed:
    """What pywb answered."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass(frozen=True)
class Replay:
    """pywb, serving the collection `news`."""

    port: int

    def get(self, capture: Capture) -> Replayed:
        """A capture as it was archived (`id_`: without rewriting)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", f"/news/{capture.captured_at:%Y%m%d%H%M%S}id_/{capture.url}")
            response = connection.getresponse()
            return Replayed(response.status, response.headers, response.read())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def replay(archived: Archived, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    """pywb over copies of the files, closed at the end."""
    folder = tmp_path_factory.mktemp("pywb")
    for arguments in (["init", "news"], ["add", "news", *archived.files]):
        managed = run("wb-manager", *arguments, folder=folder)
        assert managed.returncode == 0, managed.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(TOOLS / "wayback"), "--bind", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        ends_at = time.monotonic() + 60
        while not listens(port):
            assert server.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < ends_at
            time.sleep(0.1)
        yield Replay(port)
    finally:
        server.terminate()
        server.wait(timeout=10)


def listens(port: int) -> bool:
    """Whether somebody answers there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_pywb_replays_every_page_byte_for_byte(archived: Archived, replay: Replay) -> None:
    """Both versions of the article that changed, too."""
    pages = archived.of_kind("response", 200)
    assert len({page.url for page in pages}) < len(pages)
    assert len(pages) > 40
    for page in pages:
        replayed = replay.get(page)
        assert replayed.status == 200
        assert replayed.headers["Content-Type"].startswith(page.media_type)
        assert replayed.body == archived.record(page).payload


def test_pywb_resolves_a_payload_that_was_kept_before(archived: Archived, replay: Replay) -> None:
    """A revisit holds the headers of its own answer, and refers to the capture with the payload."""
    (again,) = archived.of_kind("revisit", 200)
    assert archived.record(again).payload == b""
    replayed = replay.get(again)
    assert replayed.status == 200
    assert replayed.headers["Memento-Datetime"] == f"{again.captured_at:%a, %d %b %Y %H:%M:%S} GMT"
    assert replayed.body == Plain.body


def test_pywb_shows_the_page_that_a_304_confirmed(archived: Archived, replay: Replay) -> None:
    """Also at the time of the newest capture, which for most pages is a 304."""
    confirmed = archived.of_kind("revisit", 304)
    assert len(confirmed) > 40
    originals = {page.payload_digest: page for page in archived.of_kind("response", 200)}
    for capture in confirmed:
        replayed = replay.get(capture)
        assert replayed.status == 200
        assert replayed.body == archived.record(originals[capture.payload_digest]).payload
