"""The socket under an HTTP exchange: pinned to a checked address, bounded in bytes and time, recorded exactly.

It is the network backend of httpcore2, so that the head of HTTP (h11, strict) is somebody else's well-kept code
and everything that must hold for every byte stands in one place.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterable
from typing import Any

import httpcore2

from archive.errors import AddressRefused, ConnectionFailed, LimitExceeded, ProtocolError
from archive.fetch.addresses import Network, may_connect
from archive.fetch.framing import MAX_HEADER_BYTES, Head
from archive.fetch.places import LARGE_BYTES, Place

Resolver = Callable[[str, int], list[str]]
"""Host and port -> numeric addresses; raises OSError where the name is unknown."""

CONNECT_SECONDS = 10.0
RESOLVE_SECONDS = 20.0
SILENCE_SECONDS = 20.0

_READ_BYTES = 64 << 10


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host by the system's resolver, in its order. TimeoutError after RESOLVE_SECONDS: the
    resolver itself has no bound, so that it is asked in a thread."""
    answers: queue.SimpleQueue[list[str] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(info[4][0]) for info in found)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, name=f"resolve-{host}", daemon=True).start()
    try:
        answer = answers.get(timeout=RESOLVE_SECONDS)
    except queue.Empty:
        raise TimeoutError("the name server does not answer") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


class Wire(httpcore2.NetworkBackend, httpcore2.NetworkStream):
    """Opens the one connection of one exchange and keeps what goes over it, after TLS.

    `sent` and `received` are the exact bytes, `head` is the head of the response in them. `received` holds at most
    `max_bytes` of body. `full` and `late` tell that a limit ended the reading. `deadline` is on the monotonic clock.
    """

    def __init__(
        self,
        *,
        allowed: Collection[Network],
        resolver: Resolver,
        max_bytes: int,
        deadline: float,
        place: Place,
    ) -> None:
        self.place = place
        self.sent = bytearray()
        self.received = bytearray()
        self.head = Head()
        self.ip_address = ""
        self.full = False
        self.late = False
        self._allowed = allowed
        self._resolver = resolver
        self._max_bytes = max_bytes
        self._deadline = deadline
        self._socket: socket.socket | None = None
        self._cut = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Look the name up once, check every answer, connect to a checked one: a name that changes its mind
        between check and connection (DNS rebinding) gains nothing."""
        addresses = self._addresses(host, port)
        for address in addresses:
            if not may_connect(address, self._allowed):
                raise AddressRefused(
                    f"{host} is at {address}, an address inside a private network; "
                    "allow it in crawl.allow_addresses if you mean it."
                )
        self._connect(host, port, addresses)
        return self

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """TLS over the connection. There is no way back to less than a valid certificate."""
        plain, name = self._connection(CONNECT_SECONDS), (server_hostname or "").rstrip(".")
        with plain, plain.dup() as handle:  # TLS takes over the one; the other can be cut meanwhile
            self._socket = handle
            try:
                secured = ssl_context.wrap_socket(plain, server_hostname=name)
            except ssl.SSLCertVerificationError as error:
                why = f"The certificate of {name} is not valid: {error.verify_message.rstrip('.')}."
                raise ConnectionFailed(why, cause="tls-invalid") from error
            except TimeoutError as error:
                raise LimitExceeded(f"{name} took too long to begin TLS.", cause="time-out") from error
            except (OSError, ValueError) as error:
                raise ConnectionFailed(f"No TLS with {name}: {error}.", cause="tls") from error
            self._socket = secured
        return self

    def read(self, max_bytes: int = _READ_BYTES, timeout: float | None = None) -> bytes:
        """What comes next, b"" at the end of the connection. LimitExceeded once a limit is passed."""
        if len(self.received) > LARGE_BYTES:
            self.place.need(self.check)
        connection = self._connection(SILENCE_SECONDS)
        if self.full:
            raise LimitExceeded(f"The response has more than {self._max_bytes:,} bytes.", cause="too-large")
        try:
            data = connection.recv(max_bytes)
        except TimeoutError as error:
            self.late = True
            raise LimitExceeded("The server fell silent.", cause="time-out") from error
        except OSError as error:
            raise ConnectionFailed(f"The connection broke: {error}.", cause="disconnect") from error
        if not data and not self.head.end:
            raise ConnectionFailed("The server ended the connection before it answered.", cause="disconnect")
        self.received += data
        if not self.head.end:
            self._find_head()
        if self.head.end:
            self._bound_body()
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send. That it cannot be sent is no end: the answer may be there all the same."""
        if not buffer:
            return
        connection = self._connection(SILENCE_SECONDS)
        self.sent += buffer
        try:
            connection.sendall(buffer)
        except OSError as error:
            raise httpcore2.WriteError(str(error)) from error

    def close(self) -> None:
        """The exchange is over."""
        if self._socket is not None:
            self._socket.close()

    def cut(self) -> None:
        """End the exchange from another thread; it fails with ConnectionFailed."""
        self._cut = True
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it was closed already

    def check(self) -> float:
        """The seconds that are left. LimitExceeded where none are, ConnectionFailed after `cut`."""
        if self._cut:
            raise ConnectionFailed("The crawl is ending.", cause="stopped")
        left = self._deadline - time.monotonic()
        if left <= 0:
            self.late = True
            raise LimitExceeded("The server took too long.", cause="time-out")
        return left

    def get_extra_info(self, info: str) -> Any:
        """Nothing: there is no HTTP/2, and no second request."""
        return None

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            return self._resolver(host.strip("[]"), port)
        except (OSError, UnicodeError) as error:
            raise ConnectionFailed(f"The name {host} cannot be resolved: {error}.", cause="dns") from error

    def _connect(self, host: str, port: int, addresses: list[str]) -> None:
        failure: OSError | None = None
        for address in addresses:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            try:
                self._socket = socket.socket(family, socket.SOCK_STREAM)
                self._connection(CONNECT_SECONDS).connect((address, port))
            except OSError as error:
                failure = error
                self.close()
                continue
            self.ip_address = address
            return
        raise ConnectionFailed(f"No connection to {host}: {failure or 'it has no address'}.") from failure

    def _connection(self, at_most: float) -> socket.socket:
        """The socket, with what the deadline leaves of `at_most` seconds."""
        left = self.check()
        if self._socket is None:
            raise ConnectionFailed("There is no connection.")
        self._socket.settimeout(min(left, at_most))
        return self._socket

    def _find_head(self) -> None:
        try:
            self.head.find(self.received)
        except OverflowError:
            most = f"{MAX_HEADER_BYTES:,} bytes"
            raise LimitExceeded(f"The header of the response is over {most}.", cause="too-large") from None
        except ValueError:
            raise ProtocolError("The header of the response is nothing but blanks.") from None

    def _bound_body(self) -> None:
        """What is too much is not kept; the next read says so."""
        limit = self.head.end + self._max_bytes
        if len(self.received) > limit:
            self.full = True
            del self.received[limit:]
