"""What replay reads from; kept in the application, shared by threads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from ada_url import URL
from flask import current_app

from archive.model import Capture, Removal
from archive.store import Store
from archive.urls import identity
from newsarchive.replay.addresses import spellings
from newsarchive.replay.kept import Kept, read_kept
from newsarchive.replay.shown import Shelf, Shown, show

EXTENSION = "newsarchive-replay"


@dataclass(frozen=True, slots=True)
class Stock:
    """The archive, and a `token` that is part of the addresses of frames and parts, so that only our own pages can
    ask for them: no other site can find out, by asking for pictures, what the archive has."""

    store: Store
    warc: Path
    shelf: Shelf
    token: str

    def urls(self, url: str) -> tuple[str, ...]:
        """The spellings under which a page may have been captured: those of the URL; where none of them was, those of
        the article that is known under it."""
        asked = spellings(url)
        if self.store.captures_of(asked, limit=1):
            return asked
        article = self.store.article_at([identity(spelling) for spelling in asked])
        captured = self.store.captured_urls_of(article) if article is not None else []
        return tuple(dict.fromkeys(other for known in captured for other in spellings(known))) or asked

    def removal_of(self, url: str) -> Removal | None:
        """What is told of the article of a page, where it was removed by request."""
        article = self.store.article_at([identity(spelling) for spelling in spellings(url)])
        return None if article is None else self.store.removal(article)

    def kept(self, capture: Capture) -> Kept:
        """What was answered. WarcError where its record cannot be read."""
        return read_kept(self.store, self.warc, capture)

    def shown(self, capture: Capture) -> Shown:
        """The document for a capture. WarcError as `kept`."""
        return self.shelf.get(capture.id, lambda: show(self.kept(capture), self.parts_of(capture)))

    def parts_of(self, capture: Capture) -> str:
        """What the addresses of the parts of a page begin with."""
        return f"/part/{self.token}/{capture.id}/"

    def frame_of(self, capture: Capture) -> str:
        """The address of a page without its bar, for the frame below the bar."""
        return f"/frame/{self.token}/{capture.id}"

    def article_of(self, capture: Capture) -> tuple[int, int] | None:
        """The article that a capture shows, and the number of its revision, 0 where none was read at its URL."""
        if read := self.store.article_shown(capture):
            return read
        article = self.store.article_at([identity(capture.url)])
        return None if article is None else (article, 0)

    def others(self, url: str, *, limit: int) -> list[str]:
        """Other captured URLs of a host, at most `limit`."""
        return self.store.captured_below(f"{URL(url).origin}/", limit=limit)


def stock() -> Stock:
    """The stock of the application that answers this request."""
    return cast("Stock", current_app.extensions[EXTENSION])
