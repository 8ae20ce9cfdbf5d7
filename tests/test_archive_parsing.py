"""Reading in processes that can be ended: deadline, memory, crashes, the end of the parent."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError

import pytest

from archive.model import Extract, Link
from archive.parsing import Listing, Page, Parsers, Unreadable

URL = "https://paper.example/2026/11/the-bridge-opens.html"
ARTICLE = b"<title>The bridge opens</title><article><h1>The bridge opens</h1>" + b"".join(
    b"<p>Paragraph %d of the story tells at some length what happened at the river on that day.</p>" % n
    for n in range(8)
)


@pytest.fixture(scope="module")
def parsers() -> Iterator[Parsers]:
    with Parsers(2, deadline=20.0) as pool:
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


def test_a_worker_that_is_killed_costs_its_page_at_most(parsers: Parsers) -> None:
    parsers.read(page())
    for worker in _children():
        os.kill(worker, signal.SIGKILL)
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


def _children() -> list[int]:
    return [child.pid for child in multiprocessing.active_children() if child.pid]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
