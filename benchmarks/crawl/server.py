"""The server of the press: a process of its own that serves pages made beforehand, and logs what is asked of it.

All hosts are one address; the Host header tells them apart. Bytes are ready before the first request, so that the
server costs little of what is measured.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from benchmarks.crawl.pages import Page, pages_of
from benchmarks.crawl.press import Press, host_name

ADDRESS = "127.0.0.1"
ROBOTS_MOVED = "/moved/robots.txt"


@dataclass(frozen=True, slots=True)
class Manners:
    """How a host answers: after `seconds`; with `crawl_delay` in its robots.txt; where `refuses` holds the number of
    a request (from 0), with that status and Retry-After in seconds. `robots_at` is the number of the newspaper on
    whose host its robots.txt really is, under another name."""

    seconds: float = 0.0
    crawl_delay: float | None = None
    refuses: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    robots_at: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. Times are monotonic: of the connection, of the whole request, and just before the last byte of the
    answer was given away. `retry_after` is what the answer asked for, in seconds, else 0."""

    host: str
    path: str
    status: int
    connected_at: float
    asked_at: float
    answered_at: float
    retry_after: float = 0.0


@dataclass(frozen=True, slots=True)
class Log:
    """What the server did since it was asked last: requests in their order, and what that cost."""

    asked: tuple[Asked, ...]
    cpu_seconds: float


class PressServer:
    """A press that is served on loopback by a process of its own; see `served`."""

    def __init__(self, pipe: Connection, port: int) -> None:
        self.port = port
        self._pipe = pipe

    def log(self) -> Log:
        """Everything since the last call."""
        self._pipe.send("log")
        log: Log = self._pipe.recv()
        return log


@contextmanager
def served(press: Press, manners: Mapping[int, Manners] | None = None) -> Iterator[PressServer]:
    """Serve a press; `manners` are by the number of the newspaper."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(there, press, dict(manners or {})), daemon=True)
    process.start()
    try:
        yield PressServer(here, here.recv())
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Connection, press: Press, manners: dict[int, Manners]) -> None:
    asyncio.run(_Publisher(pipe, press, manners).run())


class _Publisher:
    """Holds the pages and the log."""

    def __init__(self, pipe: Connection, press: Press, manners: dict[int, Manners]) -> None:
        self.asked: list[Asked] = []
        self.pages: dict[tuple[str, str], Page] = {}
        self.manners: dict[str, Manners] = {}
        self.moved: dict[str, str] = {}
        self.counts: defaultdict[str, int] = defaultdict(int)
        self._pipe = pipe
        self._press = press
        self._manners = manners

    async def run(self) -> None:
        """Until the process is ended."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Exchange(self, loop), ADDRESS, 0, backlog=1024)
        port = server.sockets[0].getsockname()[1]
        for paper in self._press.newspapers():
            own = self._manners.get(paper.number, Manners())
            robots = "" if own.crawl_delay is None else f"Crawl-delay: {own.crawl_delay:g}\n"
            self.manners[paper.host] = own
            self.pages |= {(paper.host, path): page for path, page in pages_of(paper, port, robots=robots)}
            self.pages[paper.host, ROBOTS_MOVED] = self.pages[paper.host, "/robots.txt"]
            if own.robots_at is not None:
                self.moved[paper.host] = f"http://{host_name(own.robots_at)}:{port}{ROBOTS_MOVED}"
        loop.add_reader(self._pipe.fileno(), self._tell)
        self._pipe.send(port)
        await server.serve_forever()

    def _tell(self) -> None:
        self._pipe.recv()
        used = resource.getrusage(resource.RUSAGE_SELF)
        self._pipe.send(Log(tuple(self.asked), used.ru_utime + used.ru_stime))
        self.asked.clear()


class _Exchange(asyncio.Protocol):
    """One connection: requests without bodies, one after the other."""

    def __init__(self, publisher: _Publisher, loop: asyncio.AbstractEventLoop) -> None:
        self._publisher = publisher
        self._loop = loop
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._connected_at = time.monotonic()

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            asked_at = time.monotonic()
            line, *fields = head.decode("latin-1").split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)
            }
            host = headers["host"].partition(":")[0]
            seconds = self._publisher.manners.get(host, Manners()).seconds
            answer = (host, line.split(" ")[1], headers, asked_at)
            if seconds:
                self._loop.call_later(seconds, self._answer, *answer)
            else:
                self._answer(*answer)

    def _answer(self, host: str, path: str, headers: dict[str, str], asked_at: float) -> None:
        number = self._publisher.counts[host]
        self._publisher.counts[host] += 1
        refusals = self._publisher.manners.get(host, Manners()).refuses
        status, patience = refusals.get(number, (200, 0))
        page = self._publisher.pages.get((host, path))
        moved = self._publisher.moved.get(host) if path == "/robots.txt" else None
        if status == 200 and (page is None or moved):
            status = 301 if moved else 404
        closes = headers.get("connection", "").lower() == "close"
        head = [f"HTTP/1.1 {status} Answer", f"Connection: {'close' if closes else 'keep-alive'}"]
        body = b""
        if status == 200 and page is not None:
            zipped = "gzip" in headers.get("accept-encoding", "")
            body = page.gzipped if zipped else page.body
            head += [f"Content-Type: {page.media_type}", *(["Content-Encoding: gzip"] if zipped else [])]
        if status == 301:
            head.append(f"Location: {moved}")
        if patience:
            head.append(f"Retry-After: {patience}")
        head += [f"Content-Length: {len(body)}", "", ""]
        answered_at = time.monotonic()
        self._publisher.asked.append(
            Asked(host, path, status, self._connected_at, asked_at, answered_at, float(patience))
        )
        self._transport.write("\r\n".join(head).encode() + body)
        if closes:
            self._transport.close()
