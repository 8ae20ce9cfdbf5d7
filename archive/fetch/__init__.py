"""The only HTTP client: one GET, one exchange, no redirect followed; every byte kept, everything bounded.

HTTP/1.1 only, because WARC has no form for HTTP/2. Redirects are the caller's: each hop is a visit of its own,
with its own permission, pause and record.
"""

from __future__ import annotations

import logging
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property

import httpcore2
from ada_url import URL

from archive.errors import AddressRefused, ConnectionFailed, FetchError, LimitExceeded, ProtocolError
from archive.fetch.addresses import Network, may_use_port
from archive.fetch.coding import Decoded, decode
from archive.fetch.framing import Framing, Headers, framing_of, is_ambiguous
from archive.fetch.places import LARGE_BYTES, PLACES, LargeResponse, Place, Places, give_memory_back, lighter
from archive.fetch.wire import Resolver, Wire, resolve
from archive.model import Response
from archive.urls import fetch_form

__all__ = ["Fetcher", "Network", "Resolver", "lighter", "redirect_target", "resolve", "worth_retrying"]

log = logging.getLogger(__name__)

MAX_BYTES = 20 << 20
"""Bytes of body over the wire and, counted again, after decompression."""
TOTAL_SECONDS = 60.0

_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,application/feed+json;q=0.9,*/*;q=0.5"
_PORTS = {"http:": 80, "https:": 443}
_BROKEN_OFF = ("connection", "disconnect", "incomplete")


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
        self._places = Places(PLACES)
        give_memory_back()
        self._open: set[Wire] = set()
        self._closed = False
        self._lock = threading.Lock()

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Response:
        """GET a URL, conditionally where validators are given (RFC 9110, 13.1).

        A body that breaks off or grows too large is kept as far as it came, with `Response.truncated` set; one that
        cannot be decoded as it was sent, with `Response.undecodable`. FetchError (one of its children) where there
        is no response to keep.

        Of responses over 1 MiB only a few are in memory at a time: whoever holds on to them keeps others waiting.
        """
        wire = Wire(
            allowed=self._allowed,
            resolver=self._resolver,
            max_bytes=self._max_bytes,
            deadline=time.monotonic() + self._total_seconds,
            place=Place(self._places),
        )
        self._register(wire)
        try:
            with _foreign_errors():
                return self._exchange(url, _request(url, self._headers(etag, last_modified)), wire)
        except FetchError as error:
            error.url = url
            raise
        finally:
            wire.close()
            wire.place.leave()
            with self._lock:
                self._open.discard(wire)

    def close(self) -> None:
        """Cut what is under way and refuse what comes: for a prompt end. Callable from any thread."""
        with self._lock:
            self._closed = True
            for wire in self._open:
                wire.cut()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Made when it is first wanted: reading the certificates of all authorities takes a while."""
        return httpcore2.default_ssl_context()

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

    def _exchange(self, url: str, request: httpcore2.Request, wire: Wire) -> Response:
        started, fetched_at = time.monotonic(), self._clock()
        origin = request.url.origin
        tls = self._tls if origin.scheme == b"https" else None
        connection = httpcore2.HTTPConnection(origin, ssl_context=tls, network_backend=wire)
        head = connection.handle_request(request)
        headers = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in head.headers
        )
        if is_ambiguous(headers):
            log.warning("%s says its length in two ways; the chunks are believed.", url)
        framing = framing_of(head.status, headers, wire.head.end)
        truncated = _read_body(wire, framing)
        wire.close()
        seconds = time.monotonic() - started
        response_bytes = bytes(wire.received)
        wire.received.clear()  # a large page is not kept three times at once
        decoded = self._decode(framing.payload(memoryview(response_bytes)), headers, wire)
        kind = LargeResponse if wire.place.taken else Response
        response = kind(
            url=url,
            status=head.status,
            headers=headers,
            body=decoded.body,
            request_bytes=bytes(wire.sent),
            response_bytes=response_bytes,
            ip_address=wire.ip_address,
            fetched_at=fetched_at,
            seconds=seconds,
            truncated=truncated or decoded.truncated,
            undecodable=decoded.undecodable,
            interim_bytes=wire.head.interim,
        )
        if isinstance(response, LargeResponse):
            wire.place.stay_with(response)
        return response

    def _decode(self, payload: bytes | bytearray | memoryview, headers: Headers, wire: Wire) -> Decoded:
        """A bomb shows itself in its first MiB; more is decoded only where there is a place for it."""
        decoded = decode(payload, headers, min(LARGE_BYTES, self._max_bytes))
        if decoded.truncated != "length" or self._max_bytes <= LARGE_BYTES:
            return decoded
        try:
            wire.place.need(wire.check)
        except FetchError:
            return decoded._replace(truncated="time")
        return decode(payload, headers, self._max_bytes)


def worth_retrying(cause: str) -> bool:
    """Whether a fetch that failed so, or a body that ended so, may be whole when it is asked for again within
    minutes. `cause` is that of a FetchError or WARC's word.

    Only where the server did not answer or broke off. One that is too slow is not asked for more at once, and a
    wrong certificate, an unknown name or a page that is too large stays what it is.
    """
    return cause in _BROKEN_OFF


def redirect_target(response: Response) -> str:
    """Where a redirect leads, in the form that is fetched. ValueError, one sentence, where that is nowhere.

    Locations should be ASCII; those that are not are UTF-8, as browsers read them, where they can be.
    """
    location = response.header("location")
    if not location:
        msg = "The redirect names no target."
        raise ValueError(msg)
    with suppress(UnicodeError):  # in some other encoding, the character of each byte is taken
        location = location.encode("latin-1").decode()
    return fetch_form(location, response.url)


def _request(url: str, headers: list[tuple[str, str]]) -> httpcore2.Request:
    """A GET of what a browser would ask for. AddressRefused where that is not http, holds a user name, or names a
    port that is not for the web."""
    try:
        parsed = URL(fetch_form(url))
    except ValueError as error:
        raise AddressRefused(str(error)) from error
    port = int(parsed.port or _PORTS[parsed.protocol])
    if not may_use_port(port):
        raise AddressRefused(f"Port {port} is not a port of the web.")
    parts = httpcore2.URL(
        scheme=parsed.protocol.removesuffix(":"),
        host=parsed.hostname,
        port=port,
        target=parsed.pathname + parsed.search,
    )
    named = [("Host", parsed.host), *headers]
    # Latin-1, because a validator goes back as it came, whatever its bytes are.
    return httpcore2.Request("GET", parts, headers=[(n.encode(), v.encode("latin-1")) for n, v in named])


def _read_body(wire: Wire, framing: Framing) -> str:
    """Read on to the end of the body; answer WARC's word for why it ends early, "" where it is whole."""
    try:
        while not framing.whole(wire.received):
            if not wire.read():
                return "" if framing.ends_with_connection else "disconnect"
    except LimitExceeded:
        return "length" if wire.full else "time"
    except (ConnectionFailed, ValueError):
        return "disconnect"
    del wire.received[framing.end :]
    return ""


@contextmanager
def _foreign_errors() -> Iterator[None]:
    """Maps the errors of httpcore2 to ours, in one place."""
    try:
        yield
    except (httpcore2.LocalProtocolError, UnicodeError) as error:
        raise ProtocolError(f"The request cannot be written: {error}.", cause="bad-request") from error
    except httpcore2.ProtocolError as error:
        raise ProtocolError(f"The server does not speak HTTP/1.1 properly: {str(error)[:200]}.") from error
    except httpcore2.NetworkError as error:
        raise ConnectionFailed(f"The connection broke: {error}.", cause="disconnect") from error
