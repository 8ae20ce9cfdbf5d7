"""The paper's web server: HTTP/1.1 on loopback, with conditional requests, and a log of what was asked."""

from __future__ import annotations

import logging
import re
import socket
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from newsarchive.demo import site
from newsarchive.demo.paper import EDITIONS
from newsarchive.demo.site import Resource

DEMO_PORT = 8187
"""The usual port, so that the URLs of a demo archive are still right when it is continued another day."""

_HOST = "127.0.0.1"
_HOST_HEADER = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request as it was answered. `path` has the query; header names are lower-case; `at` is when the
    request had been read, in seconds of the monotonic clock."""

    method: str
    path: str
    status: int
    headers: dict[str, str]
    at: float


class DemoServer:
    """The paper on the web, from construction (OSError where the port is taken) until `close`.

    `edition` may be set while it runs: the paper changes. `slow_seconds` is how long the slow story takes.
    """

    def __init__(self, *, port: int = 0, edition: int = 1, slow_seconds: float = 1.0) -> None:
        self.edition = edition
        self.slow_seconds = slow_seconds
        self.requests: list[LoggedRequest] = []
        self.closing = threading.Event()
        self._listener = _Listener((_HOST, port), self)
        self.url = f"http://{_HOST}:{self._listener.server_port}/"
        self._thread = threading.Thread(
            target=self._listener.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="demo-paper",
            daemon=True,
        )
        self._thread.start()

    @property
    def edition(self) -> int:
        """The edition that is served now."""
        return self._edition

    @edition.setter
    def edition(self, number: int) -> None:
        if number not in EDITIONS:
            raise ValueError(f"There is no edition {number}; there are {EDITIONS}.")
        self._edition = number

    def close(self) -> None:
        """Stop answering and close every connection; closing twice does no harm."""
        if self.closing.is_set():
            return
        self.closing.set()
        self._listener.shutdown()
        self._thread.join()
        self._listener.server_close()
        self._listener.close_connections()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Listener(ThreadingHTTPServer):
    """Knows its open connections: one that is kept alive would hold its thread for ever."""

    def __init__(self, address: tuple[str, int], demo: DemoServer) -> None:
        self.demo = demo
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.debug("A connection from %s broke: %r", client_address, sys.exception())

    def close_connections(self) -> None:
        """Hang up on everybody, and wait until the threads have noticed."""
        with self._changed:
            for connection in self._open:
                with suppress(OSError):  # the client hung up first
                    connection.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._open, timeout=5)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "WrenmouthLantern/1.0"
    sys_version = ""
    # Head and body leave in one piece; in two, the second would wait for the client's delayed acknowledgement.
    wbufsize = 1 << 16
    server: _Listener

    def do_GET(self) -> None:
        demo = self.server.demo
        at = time.monotonic()
        resource = site.answer(demo.edition, self._base(), self.path)
        if resource.slow:
            demo.closing.wait(demo.slow_seconds)
        status = HTTPStatus.NOT_MODIFIED if self._has_current(resource) else resource.status
        headers = {name.lower(): value for name, value in self.headers.items()}
        demo.requests.append(LoggedRequest(self.command, self.path, int(status), headers, at))
        self._send(status, resource)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        log.debug(format, *args)

    def _base(self) -> str:
        """The site's URL as the client knows it: from Host, unless that is not a name we could print."""
        host = self.headers.get("Host", "")
        return f"http://{host}/" if _HOST_HEADER.fullmatch(host) else self.server.demo.url

    def _has_current(self, resource: Resource) -> bool:
        """RFC 9110, 13.2.2: If-None-Match decides; If-Modified-Since is looked at only without it."""
        if resource.status != HTTPStatus.OK:
            return False
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            known = [tag.strip().removeprefix("W/") for tag in tags.split(",")]
            return "*" in known or resource.etag in known
        since = _http_date(self.headers.get("If-Modified-Since"))
        return since is not None and resource.modified is not None and resource.modified <= since

    def _send(self, status: HTTPStatus, resource: Resource) -> None:
        self.send_response(status)
        if resource.status == HTTPStatus.OK:
            self.send_header("ETag", resource.etag)
            if resource.modified:
                moment = resource.modified.astimezone(UTC)
                self.send_header("Last-Modified", format_datetime(moment, usegmt=True))
        if resource.location:
            self.send_header("Location", resource.location)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", resource.media_type)
            self.send_header("Content-Length", str(len(resource.body)))
        if self.close_connection:
            self.send_header("Connection", "close")  # RFC 9112, 9.6
        self.end_headers()
        if status != HTTPStatus.NOT_MODIFIED and self.command != "HEAD":
            self.wfile.write(resource.body)


def _http_date(value: str | None) -> datetime | None:
    """A date of a header, None where there is none or it is not a date in GMT (then it is to be ignored)."""
    if value is None:
        return None
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
