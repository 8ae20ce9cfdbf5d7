"""The only HTTP client: one GET, one exchange, no redirect followed; every byte kept, everything bounded.

HTTP/1.1 only, because WARC has no form for HTTP/2. Redirects are the caller's: each hop is a visit of its own,
with its own permission, pause and record.
"""

from __future__ import annotations

import ssl
import threading
import time
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

import httpcore2

from archive.errors import ConnectionFailed, FetchError, LimitExceeded, ProtocolError
from archive.fetch.addresses import Network
from archive.fetch.wire import Resolver, Wire, resolve
from archive.model import Response

__all__ = ["Fetcher", "Network", "Resolver", "resolve"]

MAX_BYTES = 20 << 20
"""Bytes over the wire and, counted again, bytes after decompression."""
MAX_HEADER_BYTES = 64 << 10
TOTAL_SECONDS = 60.0

_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,application/feed+json;q=0.9,*/*;q=0.5"


class Fetcher:
    """Fetches URLs, from several threads at once if need be.

    `agent` is the User-Agent; `allowed` are networks that may be fetched although they are private; `clock`
    tells the time that a response is dated with (aware).
    """

    def __init__(
        self,
        agent: str,
        *,
        clock: Callable[[], datetime],
        allowed: Collection[Network] = (),
        resolver: Resolver = resolve,
        max_bytes: int = MAX_BYTES,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        self._agent = agent
        self._clock = clock
        self._allowed = tuple(allowed)
        self._resolver = resolver
        self._max_bytes = max_bytes
        self._total_seconds = total_seconds
        self._tls = httpcore2.default_ssl_context()
        self._open: set[Wire] = set()
        self._closed = False
        self._lock = threading.Lock()

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Response:
        """GET a URL, conditionally where validators are given (RFC 9110, 13.1).

        A body that breaks off or grows too large is kept as far as it came, with `Response.truncated` set; one that
        cannot be decoded as it was sent, with `Response.undecodable`. FetchError (one of its children) where there
        is no response to keep.
        """
        started = time.monotonic()
        wire = Wire(
            allowed=self._allowed,
            resolver=self._resolver,
            max_bytes=self._max_bytes + MAX_HEADER_BYTES,
            deadline=started + self._total_seconds,
        )
        fetched_at = self._clock()
        self._register(wire)
        try:
            status, headers, body, truncated = self._exchange(url, wire, self._headers(etag, last_modified))
        except FetchError as error:
            error.url = url
            raise
        finally:
            with self._lock:
                self._open.discard(wire)
        decoded, cut, undecodable = _decode(body, headers, self._max_bytes)
        return Response(
            url=url,
            status=status,
            headers=headers,
            body=decoded,
            request_bytes=bytes(wire.sent),
            response_bytes=_final_response(bytes(wire.received)),
            ip_address=wire.ip_address,
            fetched_at=fetched_at,
            seconds=time.monotonic() - started,
            truncated=truncated or cut,
            undecodable=undecodable,
        )

    def close(self) -> None:
        """Cut what is under way and refuse what comes: for a prompt end. Callable from any thread."""
        with self._lock:
            self._closed = True
            for wire in self._open:
                wire.close()

    def _register(self, wire: Wire) -> None:
        with self._lock:
            if self._closed:
                raise ConnectionFailed("The crawl is ending.", cause="stopped")
            self._open.add(wire)

    def _headers(self, etag: str | None, last_modified: str | None) -> list[tuple[str, str]]:
        headers = [
            ("User-Agent", self._agent),
            ("Accept", _ACCEPT),
            ("Accept-Encoding", "gzip"),
            ("Connection", "close"),
        ]
        if etag:
            headers.append(("If-None-Match", etag))
        if last_modified:
            headers.append(("If-Modified-Since", last_modified))
        return headers

    def _exchange(
        self, url: str, wire: Wire, headers: list[tuple[str, str]]
    ) -> tuple[int, tuple[tuple[str, str], ...], bytes, str]:
        chunks: list[bytes] = []
        with (
            _foreign_errors(),
            httpcore2.ConnectionPool(ssl_context=self._tls, network_backend=wire) as pool,
            pool.stream("GET", url, headers=headers) as response,
        ):
            fields = tuple(
                (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers
            )
            if sum(len(name) + len(value) for name, value in fields) > MAX_HEADER_BYTES:
                raise LimitExceeded("The response has too large a header.", cause="too-large")
            truncated = _read_body(response, wire, chunks)
        return response.status, fields, b"".join(chunks), truncated


def _read_body(response: httpcore2.Response, wire: Wire, chunks: list[bytes]) -> str:
    """Fill `chunks`; answer WARC's word for why the body ends early, "" where it is whole."""
    try:
        chunks.extend(response.iter_stream())
    except (FetchError, httpcore2.ProtocolError):
        if wire.full:
            return "length"
        return "time" if wire.late else "disconnect"
    return ""


@contextmanager
def _foreign_errors() -> Iterator[None]:
    """Maps the errors of httpcore2 and its URL parser to ours, in one place."""
    try:
        yield
    except (httpcore2.ProtocolError, httpcore2.UnsupportedProtocol) as error:
        raise ProtocolError(f"The server does not speak HTTP/1.1 properly: {error}.") from error
    except (httpcore2.NetworkError, ssl.SSLError) as error:
        raise ConnectionFailed(f"The connection broke: {error}.", cause="disconnect") from error
    except (UnicodeError, TypeError) as error:
        raise ProtocolError(f"The URL cannot be asked for: {error}.", cause="bad-url") from error


def _decode(body: bytes, headers: tuple[tuple[str, str], ...], max_bytes: int) -> tuple[bytes, str, str]:
    """The body without its Content-Encoding, never more than `max_bytes`; WARC's word where it is cut; and why
    it cannot be decoded.

    Only gzip was asked for; deflate is what some send anyway. Anything else, and layers of encodings (a bomb's
    way), are left alone.
    """
    codings = [
        c.strip().lower() for name, value in headers if name == "content-encoding" for c in value.split(",")
    ]
    codings = [coding for coding in codings if coding not in ("", "identity")]
    if not codings or not body:
        return body[:max_bytes], "length" if len(body) > max_bytes else "", ""
    if len(codings) > 1 or codings[0] not in ("gzip", "x-gzip", "deflate"):
        return b"", "", f"The server encoded the page as {', '.join(codings)}."
    inflater = zlib.decompressobj(_window(codings[0], body))
    try:
        decoded = inflater.decompress(body, max_bytes + 1)
    except zlib.error as error:
        return b"", "", f"The compressed page is damaged: {error}."
    if len(decoded) > max_bytes:
        return decoded[:max_bytes], "length", ""
    return decoded, "" if inflater.eof else "disconnect", ""


def _window(coding: str, body: bytes) -> int:
    """zlib's `wbits`. Deflate should come in zlib's envelope and often comes bare (RFC 9110, 8.4.1.2)."""
    if coding != "deflate":
        return zlib.MAX_WBITS | 16
    return zlib.MAX_WBITS if body[0] & 15 == 8 else -zlib.MAX_WBITS


def _final_response(received: bytes) -> bytes:
    """The bytes from the final status line on: interim responses (RFC 9110, 15.2) have no place in a record."""
    while received[9:10] == b"1" and b"\r\n\r\n" in received:
        received = received.partition(b"\r\n\r\n")[2]
    return received
