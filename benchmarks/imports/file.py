"""A WARC file as a crawler of news leaves it, made from the pages of the press: gzipped, a member for each record."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.crawl.pages import pages_of
from benchmarks.crawl.press import Press

STORIES = 40
"""Of each newspaper."""
LIGHT = 20

_FIRST = datetime(2026, 3, 1, tzinfo=UTC)
_INFO = b"software: benchmark\r\nformat: WARC File Format 1.0\r\n"


def write(path: Path, records: int, *, light: bool = False) -> int:
    """Write a file with so many responses, and return how many of them are articles: all, with pages that weigh what
    pages of news weigh; where it is `light` one in twenty, with small pages, between small images."""
    share = LIGHT if light else 1
    pages = _pages(Press(-(-records // (share * STORIES)), STORIES, weighty=not light))
    noise, articles = random.Random(1), 0
    with path.open("wb") as file:
        file.write(_record("warcinfo", "", _FIRST, "application/warc-fields", _INFO, 0))
        for number in range(1, records + 1):
            at = _FIRST + timedelta(seconds=number)
            if number % share:
                url, body, media = f"http://img.test/{number}.png", noise.randbytes(1024), "image/png"
            else:
                (url, body), media, articles = next(pages), "text/html; charset=utf-8", articles + 1
            head = f"HTTP/1.1 200 OK\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\n\r\n"
            block = head.encode() + body
            file.write(_record("response", url, at, "application/http; msgtype=response", block, number))
    return articles


def _pages(press: Press) -> Iterator[tuple[str, bytes]]:
    for paper in press.newspapers():
        stories = {story.path for story in paper.stories}
        for path, page in pages_of(paper, 80):
            if path in stories:
                yield f"http://{paper.host}{path}", page.body


def _record(kind: str, url: str, at: datetime, media_type: str, block: bytes, number: int) -> bytes:
    fields = {
        "WARC-Type": kind,
        "WARC-Target-URI": url,
        "WARC-Date": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-8000-{number:012}>",
        "Content-Type": media_type,
        "Content-Length": str(len(block)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return gzip.compress(b"WARC/1.0\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n", 6)
