"""The server of the misbehaving newspapers: raw asyncio on loopback, in a thread. It remembers what it served whole."""

from __future__ import annotations

import asyncio
import random
import threading
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from world import Newspaper, Story, World, article_page, feed, front_page, trap_page

ADDRESS = "127.0.0.1"
_BOMB = zlib.compressobj(9, zlib.DEFLATED, 31)
BOMB = _BOMB.compress(b"<p>boom</p>" * 12_000_000) + _BOMB.flush()
GARBAGE = random.Random(7).randbytes(40_000)
SOFT_404 = (
    b"<!DOCTYPE html><html><head><title>Page not found</title></head><body><h1>404: Page not found</h1>"
    b"<p>We are sorry, the page that you asked for does not exist.</p></body></html>"
)
LINGERS = (2.0, 5.0, 10.0, 15.0, 25.0, 120.0)
"""Seconds that a newspaper hangs or drips; the crawler itself has to end the last."""


@dataclass(frozen=True, slots=True)
class Served:
    """An article that left the server whole: the host, its story, and the mark of the version."""

    host: str
    story: Story
    mark: str


class Server:
    """Serves a world until it is closed. `served` is everything that left it whole; `moods` counts requests by mood."""

    def __init__(self, world: World) -> None:
        self.port = 0
        self.served: list[Served] = []
        self.moods: Counter[str] = Counter()
        self._world = world
        self._begun = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=(self._run(),), daemon=True
        )
        self._thread.start()
        self._begun.wait()

    def on_loop(self, work: Callable[[], None]) -> None:
        """Change the world between two requests."""
        self._loop.call_soon_threadsafe(work)

    async def _run(self) -> None:
        server = await asyncio.start_server(self._exchange, ADDRESS, 0, backlog=512)
        self.port = server.sockets[0].getsockname()[1]
        self._begun.set()
        while True:
            await asyncio.sleep(1)
            self._world.tick()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)).decode("latin-1")
            line, *fields = head.split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (f.partition(":") for f in fields)}
            paper = self._world.papers[headers["host"].partition(":")[0]]
            self.moods[paper.mood] += 1
            await self._answer(paper, line.split(" ")[1], headers, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass  # the crawler hung up
        finally:
            writer.close()

    async def _answer(
        self, paper: Newspaper, path: str, headers: dict[str, str], writer: asyncio.StreamWriter
    ) -> None:
        if path == "/robots.txt":
            down = paper.mood == "robots down"
            await _send(writer, 500 if down else 200, b"User-agent: *\nDisallow: /private/\n", "text/plain")
        elif await self._misbehaves(paper, path, writer):
            return
        elif (story := paper.stories.get(path)) is not None:
            await self._story(paper, story, headers, writer)
        elif path == "/":
            await _send(writer, 200, front_page(paper))
        elif path == "/feed.xml":
            body = feed(paper).replace(b"PORT", str(self.port).encode())
            await _send(writer, 200, body, "application/rss+xml")
        elif path.startswith("/calendar/") and paper.mood == "trap":
            await _send(writer, 200, trap_page(path))
        else:
            await _send(writer, 404, b"<h1>Not found</h1>")

    async def _story(
        self, paper: Newspaper, story: Story, headers: dict[str, str], writer: asyncio.StreamWriter
    ) -> None:
        if story.gone_until:
            await _send(writer, 410, b"<h1>Gone</h1>")
            return
        mark, etag = story.mark, f'"{story.mark}"'
        if headers.get("if-none-match") == etag:
            await _send(writer, 304, b"", etag=etag)
            return
        await _send(writer, 200, article_page(paper, story), etag=etag)
        self.served.append(Served(paper.host, story, mark))

    async def _misbehaves(self, paper: Newspaper, path: str, writer: asyncio.StreamWriter) -> bool:
        """Whether the mood of the newspaper was the answer."""
        mood = paper.mood
        if mood in _ON_STORIES and path in paper.stories:
            await _send(writer, 200, *_ON_STORIES[mood])
        elif mood in _STATUSES:
            again = f"Location: {path}{'&' if '?' in path else '?'}again=1\r\nRetry-After: 1\r\n"
            await _send(writer, random.choice(_STATUSES[mood]), b"<h1>Not now</h1>", more=again)
        elif mood in _RAW:
            writer.write(_RAW[mood])
            await writer.drain()
        elif mood == "drip":
            await _drip(writer)
        elif mood == "hang":
            await asyncio.sleep(random.choice(LINGERS))
        else:
            return False
        return True


_ON_STORIES = {
    "garbage": (GARBAGE,),
    "soft 404": (SOFT_404,),
    "other type": (b"%PDF-1.4 " + GARBAGE, "application/pdf"),
}
_STATUSES = {"server error": (500, 502, 504), "patience": (429, 503), "redirect loop": (302, 307)}
_RAW = {
    "garbage": GARBAGE,
    "truncated": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999\r\n\r\n<h1>And then",
    "bomb": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" + BOMB,
}


async def _send(
    writer: asyncio.StreamWriter,
    status: int,
    body: bytes,
    media_type: str = "text/html; charset=utf-8",
    *,
    etag: str = "",
    more: str = "",
) -> None:
    tag = f"ETag: {etag}\r\n" if etag else ""
    length = "" if status == 304 else f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n"
    writer.write(f"HTTP/1.1 {status} X\r\n{length}{tag}{more}Connection: close\r\n\r\n".encode() + body)
    await writer.drain()


async def _drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(int(2 * random.choice(LINGERS))):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.5)
