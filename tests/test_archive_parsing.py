"""Reading in processes that can be ended: deadline, memory, crashes, the end of the parent."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from pathlib import Path

import pytest

from archive.model import Extract, Link
from archive.parsing import Listing, NoReaders, Page, Parsers, Unreadable
from archive.parsing import pool as pool_module

URL = "https://paper.example/2026/11/the-bridge-opens.html"
ARTICLE = b"<title>The bridge opens</title><article><h1>The bridge opens</h1>" + b"".join(
    b"<p>Paragraph %d of the story tells at some length what happened at the river on that day.</p>" % n
    for n in range(8)
)


@pytest.fixture(scope="module")
def parsers() -> Iterator[Parsers]:
    with Parsers(2, deadline=120.0) as pool:
        yield pool


def page(body: bytes = ARTICLE, **changes: object) -> Page:
    fields = {
        "url": URL,
        "body": body,
        "media_type": "text/html",
        "content_type": "text/html",
        "hint": Link(URL),
    }
    return Page(**(fields | changes))  # type: ignore[arg-type]


def test_an_article_and_a_listing_are_read(parsers: Parsers) -> None:
    read = parsers.read(page())
    assert isinstance(read, Extract)
    assert read.title == "The bridge opens"
    listing = parsers.read(page(b'<a href="/2026/11/22/a-long-story">A long story</a>', wanted="page"))
    assert isinstance(listing, Listing)
    assert [link.url for link in listing.links] == ["https://paper.example/2026/11/22/a-long-story"]


def test_the_deadline_ends_a_page_that_takes_too_long_and_the_next_is_read() -> None:
    with Parsers(1, deadline=0.3, reader=time.sleep) as parsers:  # type: ignore[arg-type]
        started = time.monotonic()
        with pytest.raises(Unreadable, match=r"longer than 0 seconds") as caught:
            parsers.read(600)  # type: ignore[arg-type]
        assert caught.value.cause == "parse-timeout"
        assert time.monotonic() - started < 60
        parsers.read(0)  # type: ignore[arg-type]


def test_a_reader_that_brings_its_process_down_costs_its_page_alone() -> None:
    with Parsers(1, reader=os._exit) as parsers:  # type: ignore[arg-type]
        with pytest.raises(Unreadable, match="exit code 3") as caught:
            parsers.read(3)  # type: ignore[arg-type]
        assert caught.value.cause == "parse-crash"
        with pytest.raises(Unreadable):
            parsers.read(4)  # type: ignore[arg-type]


def test_a_page_that_takes_too_much_memory_is_unreadable_and_the_next_is_read() -> None:
    with Parsers(1, memory=300 << 20, reader=bytearray) as parsers:  # type: ignore[arg-type]
        with pytest.raises(Unreadable, match="300 MiB") as caught:
            parsers.read(1 << 30)  # type: ignore[arg-type]
        assert caught.value.cause == "parse-memory"
        parsers.read(1)  # type: ignore[arg-type]


def test_a_worker_that_is_killed_costs_its_page_at_most() -> None:
    others = _children()
    with Parsers(2, deadline=120.0) as parsers:
        parsers.read(page())
        _kill(_children() - others)
        outcomes = []
        for _ in range(4):
            try:
                outcomes.append(parsers.read(page()))
            except Unreadable as error:
                outcomes.append(error)
    assert isinstance(outcomes[-1], Extract)


def test_an_exception_of_a_reader_is_the_pages_fault(parsers: Parsers) -> None:
    with pytest.raises(Unreadable, match="TypeError") as caught:
        parsers.read(page(None))  # type: ignore[arg-type]
    assert caught.value.cause == "parse-error"


def test_a_reader_that_ends_the_program_is_the_pages_fault() -> None:
    with Parsers(1, reader=sys.exit) as parsers:  # type: ignore[arg-type]
        with pytest.raises(Unreadable, match="SystemExit: 3") as caught:
            parsers.read(3)  # type: ignore[arg-type]
        assert caught.value.cause == "parse-error"


def test_an_exception_that_cannot_be_carried_home_is_the_pages_fault() -> None:
    with Parsers(1, reader=exec) as parsers:  # type: ignore[arg-type]
        for _ in range(2):
            with pytest.raises(Unreadable, match="Odd: 1 and 2"):
                parsers.read(ODD)  # type: ignore[arg-type]
        assert parsers.read("pass") is None  # type: ignore[arg-type]


ODD = """
class Odd(Exception):
    def __init__(self, one, two):
        super().__init__(f"{one} and {two}")
raise Odd(1, 2)
"""


def test_pages_that_wait_when_a_pool_breaks_are_read_by_the_next() -> None:
    outcomes: queue.SimpleQueue[object] = queue.SimpleQueue()
    others = _children()
    with Parsers(2, deadline=120.0) as parsers:
        parsers.read(page())
        for _ in range(40):
            parsers.submit(page(ARTICLE + b" " * 100_000), outcomes.put)  # more than the pipe holds
        for _ in range(3):
            _kill(_children() - others)
            time.sleep(0.05)
        told = [outcomes.get(timeout=100) for _ in range(40)]
    assert sum(isinstance(outcome, Extract) for outcome in told) >= 40 - 3 * 2 - 2
    assert {type(outcome) for outcome in told} <= {Extract, Unreadable}


FORK_SERVER_KILLED = """
import os, signal
from multiprocessing import forkserver
from archive.model import Link
from archive.parsing import Page, Parsers, Unreadable

page = Page("https://paper.example/1", b"<title>One</title><p>One.</p>", "text/html", "text/html", Link(""))
with Parsers(2, deadline=120.0) as parsers:
    parsers.read(page)
    os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)
    for _ in range(6):
        try:
            read = parsers.read(page)
        except Unreadable as error:
            read = error
print("at last:", type(read).__name__)
"""


def test_a_fork_server_that_is_killed_is_started_anew() -> None:
    """In a process of its own: all pools of a process have their workers from one fork server."""
    done = subprocess.run(
        [sys.executable, "-c", FORK_SERVER_KILLED], capture_output=True, text=True, timeout=100, check=False
    )
    assert "at last: Extract" in done.stdout, done.stderr


def test_a_page_that_goes_astray_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with Parsers(1, deadline=5.0, stall=5.0) as parsers:
        parsers.read(page())
        real, lost = pool_module.ProcessPool.schedule, []

        def losing(self: object, *arguments: object, **named: object) -> Future[object]:
            if lost:
                return real(self, *arguments, **named)  # type: ignore[arg-type, no-any-return]
            lost.append(arguments)
            return Future()

        monkeypatch.setattr(pool_module.ProcessPool, "schedule", losing)
        assert isinstance(parsers.read(page()), Extract)
        assert lost


def test_workers_that_cannot_begin_are_said_and_not_started_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "_begin", os._exit)
    outcomes: queue.SimpleQueue[object] = queue.SimpleQueue()
    with Parsers(2, memory=7) as parsers:
        for _ in range(10):
            parsers.submit(page(), outcomes.put)
        assert [type(outcomes.get(timeout=60)) for _ in range(10)] == [NoReaders] * 10


def test_a_program_that_workers_cannot_import_is_said(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import os\n"
        "os.unlink(__file__)\n"
        "from archive.model import Link\n"
        "from archive.parsing import NoReaders, Page, Parsers\n"
        "parsers = Parsers(1)\n"
        "try:\n"
        f"    parsers.read(Page({URL!r}, b'<p>x</p>', 'text/html', '', Link({URL!r})))\n"
        "except NoReaders as error:\n"
        "    print('said:', error, flush=True)\n"
        "parsers.close()\n"
    )
    done = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, timeout=100, check=False
    )
    assert "said: Pages cannot be read" in done.stdout, done.stderr


def test_who_cannot_take_a_reading_stops_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_outcome: object) -> None:
        raise RuntimeError("no room")

    with Parsers(1) as parsers:
        parsers.submit(page(), broken)
        assert isinstance(parsers.read(page()), Extract)
    assert "could not be handed over" in caplog.text


def test_after_closing_nothing_is_started_again() -> None:
    before = set(_children())
    parsers = Parsers(1)
    parsers.close()
    with pytest.raises(CancelledError):
        parsers.read(page())
    parsers.start()
    assert set(_children()) <= before


def test_closing_is_prompt_while_workers_are_busy_outside_python() -> None:
    before = set(_children())
    parsers = Parsers(4, deadline=60.0, reader=sum)  # type: ignore[arg-type]
    for _ in range(8):
        parsers.submit(range(10**14), lambda _outcome: None)  # type: ignore[arg-type]
    deadline = time.monotonic() + 30
    while len(set(_children()) - before) < 4 and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    workers = set(_children()) - before
    began = time.monotonic()
    parsers.close()
    assert time.monotonic() - began < 3
    assert len(workers) == 4
    assert not any(_alive(pid) for pid in workers)


def test_closing_ends_the_workers_and_tells_who_waits() -> None:
    outcomes: list[object] = []
    parsers = Parsers(1, deadline=60.0)
    for _ in range(3):
        parsers.submit(page(b"<p>" + b"<b><i>" * 1_000_000), outcomes.append)
    parsers.close()
    assert [type(outcome) for outcome in outcomes] == [CancelledError] * 3


def test_workers_end_with_the_process_that_they_read_for() -> None:
    code = (
        "import os, multiprocessing\n"
        "from archive.model import Link\n"
        "from archive.parsing import Page, Parsers\n"
        "if __name__ == '__main__':\n"
        "    parsers = Parsers(1)\n"
        f"    parsers.read(Page({URL!r}, b'<p>x</p>', 'text/html', '', Link({URL!r})))\n"
        "    print(*[child.pid for child in multiprocessing.active_children()], flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    workers = [int(pid) for pid in re.findall(r"\d+", done.stdout)]
    assert workers, done.stderr
    deadline = time.monotonic() + 20
    while any(_alive(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_alive(pid) for pid in workers)


def _children() -> set[int]:
    return {child.pid for child in multiprocessing.active_children() if child.pid}


def _kill(workers: set[int]) -> None:
    for worker in workers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
