"""An archive with captures at chosen times, and the replay of it: what the tests of replay share."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from archive.model import Capture, Response, Revision
from archive.store import Store
from archive.warc import WarcWriter
from newsarchive.config import Config
from newsarchive.replay.app import create_replay
from newsarchive.replay.origins import origins_of, place_origins

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
STAMP = "20261123120000"
SITE = "http://paper.test/"


class Archive:
    """Keeps answers as a crawl would, and shows them."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.store = Store(config.database_url)
        self.warc = WarcWriter(config.warc_dir, software="newsarchive/test")
        self._stack = ExitStack()
        self._stack.callback(self.store.close)

    def keep(
        self,
        url: str,
        body: bytes | str = b"",
        media: str = "text/html; charset=utf-8",
        *,
        at: datetime = NOON,
        status: int = 200,
        truncated: str = "",
        revisit_of: Capture | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> Capture:
        """A capture of an answer; returns it with its id."""
        body = body.encode() if isinstance(body, str) else body
        said = (("content-type", media), *headers)
        head = "".join(f"{name}: {value}\r\n" for name, value in said)
        response = Response(
            url=url,
            status=status,
            headers=said,
            body=body,
            request_bytes=b"GET / HTTP/1.1\r\n\r\n",
            response_bytes=f"HTTP/1.1 {status} So\r\n{head}\r\n".encode("latin-1") + body,
            ip_address="192.0.2.1",
            fetched_at=at,
            seconds=0.1,
            truncated=truncated,
        )
        capture = self.warc.append(response, revisit_of=revisit_of)
        return self._record(capture)

    def resource(self, url: str, body: bytes, media: str, *, page: Capture, at: datetime = NOON) -> Capture:
        """A part of a page, kept without its exchange."""
        capture = self.warc.append_resource(
            url, body, media, at, ip_address="192.0.2.1", concurrent_to=page.record_id
        )
        return self._record(capture)

    def article(self, capture: Capture, title: str = "A headline") -> int:
        """An article that was read from a capture."""
        with self.store.transaction() as tx:
            source = tx.add_source(name="Paper", url=SITE, interval=timedelta(hours=1), now=NOON)
            article = tx.add_article(source, capture.url, NOON)
            said: dict[str, Any] = dict.fromkeys(("section", "language", "image", "description"), "")
            revision = Revision(
                article, 1, capture.id, capture.captured_at, title, (), None, published_day_only=False,
                published_from="none", modified=None, tags=(), text="Text.", content_digest="x", **said,
            )  # fmt: skip
            tx.add_revision(revision, "digest")
            tx.add_change(article, "new", NOON)
        return article

    def client(self) -> FlaskClient:
        """A reader of the replay origin."""
        app = create_replay(self.config, self.store)
        place_origins(app, origins_of(self.config.serve))
        return app.test_client()

    def folder(self) -> Path:
        """Where the WARC files are."""
        return self.config.warc_dir

    def close(self) -> None:
        """Let go of the database."""
        self._stack.close()

    def _record(self, capture: Capture) -> Capture:
        with self.store.transaction() as tx:
            number = tx.add_capture(capture)
        kept = self.store.capture(number)
        assert kept is not None
        return kept
