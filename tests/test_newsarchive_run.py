"""`run` and its halves as real processes: they serve, crawl, and end when they are told to, all of them."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from archive.store import Store
from newsarchive import jobs
from newsarchive.config import Config
from newsarchive.demo.server import DemoServer

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = {"NEWSARCHIVE_CRAWL_ALLOW_ADDRESSES": "127.0.0.0/8", "NEWSARCHIVE_CRAWL_MIN_DELAY": "0"}
END_SECONDS = 60

Newsarchive = Callable[..., Any]


class Child:
    """`newsarchive` in a process of its own, with its children."""

    def __init__(self, config: Config, *arguments: str) -> None:
        self.said = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "newsarchive", "--home", str(config.home), *arguments],
            cwd=ROOT,
            env=os.environ | SETTINGS,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def kill(self) -> None:
        """End it and all that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()

    def address(self) -> str:
        """Where it says that it serves."""
        assert self.process.stdout is not None
        watchdog = threading.Timer(60, self.kill)
        watchdog.start()
        for line in self.process.stdout:
            self.said += line
            if found := re.search(r"Searching at (http://\S+)", line):
                watchdog.cancel()
                return found[1]
        pytest.fail(f"it does not serve: {self.said}")

    def rest(self, seconds: float) -> str:
        """What it still says. A pipe ends when the last process is gone that may write to it, children too:
        TimeoutExpired where that is not within `seconds`."""
        return self.process.communicate(timeout=seconds)[0]

    def end(self, number: signal.Signals = signal.SIGTERM) -> str:
        """Tell it to end, as one does; all of it must be gone soon."""
        self.process.send_signal(number)
        return self.rest(END_SECONDS)

    @property
    def code(self) -> int | None:
        """How it ended."""
        return self.process.returncode


@contextmanager
def started(config: Config, *arguments: str) -> Iterator[Child]:
    """The command, gone after the block whatever happens."""
    child = Child(config, *arguments)
    try:
        yield child
    finally:
        child.kill()


def get(url: str) -> tuple[int, str]:
    """Status and body of a page."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def get_json(url: str) -> Any:
    """A page that is JSON."""
    status, body = get(url)
    assert status == 200
    return json.loads(body)


def wait_until(reached: Callable[[], Any], seconds: float = 120.0) -> None:
    """Wait for something that is about to happen."""
    ends_at = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < ends_at, "it does not happen"
        time.sleep(0.01)


def add_source(config: Config, url: str) -> None:
    with Store(config.database_url) as store, store.transaction() as tx:
        tx.add_source(name="paper", url=url, interval=timedelta(hours=1), now=jobs.now())


def articles(config: Config) -> int:
    """How many there are."""
    with Store(config.database_url) as store:
        return store.counts().articles


@pytest.fixture(autouse=True)
def _signals_as_they_were() -> Iterator[None]:
    """A crawl in this process takes the signals."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


# -- the main job ------------------------------------------------------------------------------------


def test_the_demo_is_searchable_at_the_address_that_is_printed(config: Config) -> None:
    with started(config, "run", "--demo", "--port", "0") as child:
        url = child.address()
        healthy = get_json(f"{url}healthz")
        assert healthy["status"] == "ok"
        assert healthy["documents"] == healthy["articles"] > 15
        found = get_json(f"{url}api/search?q=bridge")
        assert found["total"] > 0
        status, page = get(f"{url}?q=bridge")
        assert status == 200
        assert "<mark>" in page
        assert any(
            len(get_json(f"{url}api/articles/{hit['id']}")["revisions"]) == 2
            for hit in get_json(f"{url}api/search?q=toll")["hits"]
        )
        assert child.end().strip() == "Ended."
        assert child.code == 0


@pytest.mark.parametrize("begun", ["warc", "index"])
def test_the_demo_ends_also_while_it_reads_the_paper(config: Config, begun: str) -> None:
    """A signal in the middle of an edition, or while its articles are made searchable, ends all of it."""
    with started(config, "run", "--demo", "--port", "0") as child:
        wait_until(lambda: list((config.home / begun).glob("**/*.*")))
        said = child.end()
        assert "Searching at" not in said
        assert said.endswith("newsarchive: Stopped.\n")
        assert child.code == 1


def test_sources_that_are_given_are_crawled_at_once(config: Config, paper: DemoServer) -> None:
    with started(config, "run", paper.url, "--port", "0") as child:
        url = child.address()
        wait_until(lambda: (get_json(f"{url}healthz")["documents"] or 0) > 15)
        assert get_json(f"{url}api/search?q=bridge")["total"] > 0
        child.end(signal.SIGINT)
        assert child.code == 0
    with started(config, "run", paper.url, "--port", "0") as child:
        child.address()
        assert f"{paper.url} is a source already." in child.said
        child.end()


@pytest.mark.kill
def test_the_schedule_ends_with_the_process_that_started_it(config: Config) -> None:
    with DemoServer(slow_seconds=60.0) as paper:
        add_source(config, f"{paper.url}sitemap.xml")
        with started(config, "run", "--port", "0") as child:
            child.address()
            wait_until(lambda: articles(config) > 0)  # it is crawling, and would for long
            child.process.kill()
            child.rest(15)
            assert child.code == -signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_schedule_alone_crawls_what_is_due_and_ends_in_the_middle_of_it(
    config: Config, number: signal.Signals
) -> None:
    with DemoServer(slow_seconds=60.0) as paper:
        add_source(config, f"{paper.url}sitemap.xml")
        with started(config, "schedule") as child:
            wait_until(lambda: articles(config) > 0)
            child.end(number)
            assert child.code == 0
    status = jobs.status(config)
    assert status["articles"] > 0
    assert status["index"]["behind"] == 0


def test_a_signal_that_another_thread_takes_ends_a_schedule(config: Config) -> None:
    """Python's handlers run in the main thread, which nothing wakes where the system gives a signal to another."""
    script = (
        "import signal, sys, threading, time\n"
        "from pathlib import Path\n"
        "from newsarchive.config import Config\n"
        "from newsarchive.schedule import run_schedule\n"
        "def take():\n"
        "    while signal.getsignal(signal.SIGINT) is signal.default_int_handler:\n"
        "        time.sleep(0.01)\n"
        "    time.sleep(0.5)  # the main thread waits by now\n"
        "    signal.pthread_kill(threading.get_ident(), signal.SIGINT)\n"
        "threading.Thread(target=take).start()\n"
        "run_schedule(Config(home=Path(sys.argv[1])))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, str(config.home)], cwd=ROOT, timeout=60, check=False
    )
    assert ended.returncode == 0


def test_serving_alone_crawls_nothing(config: Config, paper: DemoServer) -> None:
    add_source(config, paper.url)
    with started(config, "serve", "--port", "0") as child:
        url = child.address()
        assert get_json(f"{url}healthz") == {"status": "ok", "articles": 0, "documents": None}
        assert get(url)[0] == 200
        child.end()
        assert child.code == 0
    assert paper.requests == []


@pytest.mark.parametrize("command", [["run"], ["run", "--demo"], ["serve"]], ids=" ".join)
def test_a_port_that_is_taken_is_one_sentence(config: Config, command: list[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with started(config, *command, "--port", str(port)) as child:
            said = child.rest(30)
    assert child.code == 1
    assert said == (
        f"newsarchive: Nothing can listen on 127.0.0.1 port {port}: it is in use; choose another with --port.\n"
    )


def test_hostile_53_the_second_crawl_of_an_archive_says_who_is_at_it(
    config: Config, newsarchive: Newsarchive
) -> None:
    with DemoServer(slow_seconds=60.0) as paper:
        add_source(config, paper.url)
        with started(config, "crawl") as child:
            wait_until(lambda: paper.requests)
            for command in ("crawl", "verify"):
                refused = newsarchive(command)
                assert refused.code == 1
                assert f"under way (process {child.process.pid})" in refused.err
            child.end()
    paper.slow_seconds = 0.0


def test_a_crawl_that_was_told_to_end_leaves_a_long_catch_up_to_the_next(
    config: Config, paper: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Making searchable what was found must not keep anybody waiting."""
    monkeypatch.setattr("newsarchive.jobs.following.HURRY_SECONDS", 0.0)
    add_source(config, paper.url)

    def stop_after_three(report: Any, _url: str) -> None:
        if report.counts["new"] == 3:
            stops[0]()

    stops: list[Callable[[], None]] = []
    jobs.crawl_once(config, progress=stop_after_three, stopper=stops.append)
    assert jobs.status(config)["index"]["behind"] >= 3
    assert jobs.keep_current(config, stopped=lambda: True) == 0
    assert jobs.keep_current(config) >= 3
    assert jobs.status(config)["index"]["behind"] == 0


# -- searching while others write --------------------------------------------------------------------


class Trickle(BaseHTTPRequestHandler):
    """A site that publishes slowly: a sitemap of 120 articles, each of which takes a moment."""

    protocol_version = "HTTP/1.1"
    articles = 120

    def do_GET(self) -> None:
        base = f"http://{self.headers['Host']}/"
        if self.path == "/sitemap.xml":
            places = "".join(f"<url><loc>{base}news/{n}</loc></url>" for n in range(self.articles))
            body, kind = (
                f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>',
                "xml",
            )
        elif self.path.startswith("/news/"):
            time.sleep(0.03)
            body, kind = self._article(self.path.removeprefix("/news/")), "html"
        else:
            body, kind = "", "html"
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", f"text/{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    @staticmethod
    def _article(number: str) -> str:
        sentence = f"The ferry number {number} left the harbour on time and came back with all that it had taken along. "
        return (
            f"<html lang=en><title>Ferry {number}</title><article><h1>Ferry {number} sails</h1>"
            f"<p>{sentence * 2}</p><p>{sentence * 3}</p></article></html>"
        )


@pytest.fixture
def trickle() -> Iterator[str]:
    """The address of the slow site."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Trickle) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


class Reader(threading.Thread):
    """Searches without pause, and remembers what each answer was and how long it took."""

    queries = (
        "",
        "?q=ferry",
        "?q=bridge+harbour&sort=newest",
        "?q=author:lane",
        "?q=brid*&page=2",
        "api/search?q=toll",
    )

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.ended = threading.Event()
        self.answers: list[tuple[float, int, str]] = []

    def run(self) -> None:
        """Until `ended`."""
        while not self.ended.is_set():
            for query in self.queries:
                begun = time.monotonic()
                try:
                    status, body = get(self.url + query)
                except OSError as error:
                    status, body = 0, str(error)
                self.answers.append((time.monotonic() - begun, status, body if status != 200 else ""))


def test_searching_goes_on_while_a_crawl_and_rebuilds_run(
    config: Config, paper: DemoServer, trickle: str, newsarchive: Newsarchive
) -> None:
    add_source(config, f"{paper.url}sitemap.xml")
    assert jobs.crawl_once(config).complete
    assert newsarchive("sources", "add", f"{trickle}sitemap.xml", "--name", "trickle").code == 0
    with ExitStack() as stack:
        url = stack.enter_context(started(config, "serve", "--port", "0")).address()
        readers = [Reader(url), Reader(url)]
        for reader in readers:
            reader.start()
        crawl = stack.enter_context(started(config, "crawl", "--json"))
        for _ in range(3):
            rebuild = stack.enter_context(started(config, "rebuild"))
            assert "is in use" in rebuild.rest(60)
            assert rebuild.code == 0
        assert f'"new": {Trickle.articles}' in crawl.rest(60)
        for reader in readers:
            reader.ended.set()
            reader.join()
    answers = [answer for reader in readers for answer in reader.answers]
    assert len(answers) > 50
    assert [answer for answer in answers if answer[1] != 200] == []
    assert max(answers)[0] < 5
    assert newsarchive("verify", "--json").json["sound"] is True
    assert newsarchive("search", "--json", "--source", "trickle").json["total"] == Trickle.articles


def test_the_search_page_writes_neither_index_nor_database(config: Config, paper: DemoServer) -> None:
    add_source(config, paper.url)
    assert jobs.crawl_once(config).complete

    def files() -> dict[str, tuple[int, int, int]]:
        paths = [config.home / "archive.db", config.index_dir, *config.index_dir.rglob("*")]
        stats = {str(path): path.stat() for path in paths}
        return {path: (stat.st_ino, stat.st_mtime_ns, stat.st_size) for path, stat in stats.items()}

    before = files()
    assert len(before) > 5
    with started(config, "serve", "--port", "0") as child:
        url = child.address()
        for query in (*Reader.queries, "articles/1", "sources", "healthz", "nowhere", "?q=((broken"):
            assert get(url + query)[0] in (200, 404)
        child.end()
    assert files() == before
