"""The socket under an HTTP exchange: pinned to a checked address, bounded in bytes and time, recorded exactly.

It is the network backend of httpcore2, so that HTTP itself (h11, strict) is somebody else's well-kept code and
everything that must hold for every byte stands in one place.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Collection, Iterable
from typing import Any

import httpcore2

from archive.errors import AddressRefused, ConnectionFailed, LimitExceeded
from archive.fetch.addresses import Network, may_connect, may_use_port

Resolver = Callable[[str, int], list[str]]
"""Host and port -> numeric addresses; raises OSError where the name is unknown."""

CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 20.0


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host by the system's resolver, in its order."""
    return list(
        dict.fromkeys(str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    )


class Wire(httpcore2.NetworkBackend):
    """Opens the one connection of one exchange and keeps what goes over it, after TLS.

    `sent` and `received` are the exact bytes; `received` never exceeds `max_bytes` by more than one read. `full`
    and `late` tell that a limit ended the reading. `deadline` is on the monotonic clock.
    """

    def __init__(
        self, *, allowed: Collection[Network], resolver: Resolver, max_bytes: int, deadline: float
    ) -> None:
        self.sent = bytearray()
        self.received = bytearray()
        self.ip_address = ""
        self.full = False
        self.late = False
        self._allowed = allowed
        self._resolver = resolver
        self._max_bytes = max_bytes
        self._deadline = deadline
        self._socket: socket.socket | None = None

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
        if not may_use_port(port):
            raise AddressRefused(f"Port {port} is not a port of the web.")
        addresses = self._addresses(host, port)
        for address in addresses:
            if not may_connect(address, self._allowed):
                raise AddressRefused(
                    f"{host} is at {address}, an address inside a private network; "
                    "allow it in crawl.allow_addresses if you mean it."
                )
        return self._stream(self._connect(host, port, addresses))

    def close(self) -> None:
        """Cut the connection, from any thread; the exchange ends with ConnectionFailed."""
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it was closed already

    def seconds_left(self, at_most: float) -> float:
        """What the deadline leaves, at most `at_most`. LimitExceeded where nothing is left."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            self.late = True
            raise LimitExceeded("The server took too long.", cause="time-out")
        return min(left, at_most)

    def received_more(self, data: bytes) -> None:
        """Record what was read. LimitExceeded once there is more than allowed."""
        self.received += data
        if len(self.received) > self._max_bytes:
            self.full = True
            raise LimitExceeded(f"The response has more than {self._max_bytes:,} bytes.", cause="too-large")

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            return self._resolver(host.strip("[]"), port)
        except (OSError, UnicodeError) as error:
            raise ConnectionFailed(f"The name {host} cannot be resolved: {error}.", cause="dns") from error

    def _connect(self, host: str, port: int, addresses: list[str]) -> socket.socket:
        failure: OSError | None = None
        for address in addresses:
            try:
                connection = socket.create_connection((address, port), self.seconds_left(CONNECT_SECONDS))
            except OSError as error:
                failure = error
                continue
            self.ip_address = address
            self._socket = connection
            return connection
        raise ConnectionFailed(f"No connection to {host}: {failure or 'it has no address'}.") from failure

    def _stream(self, connection: socket.socket) -> httpcore2.NetworkStream:
        return _Stream(connection, self)

    def secured(self, connection: ssl.SSLSocket) -> None:
        """TLS is up: what went before (the handshake) is not part of the exchange."""
        self._socket = connection


class _Stream(httpcore2.NetworkStream):
    def __init__(self, connection: socket.socket, wire: Wire) -> None:
        self._socket = connection
        self._wire = wire

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._socket.settimeout(self._wire.seconds_left(SILENCE_SECONDS))
        try:
            data = self._socket.recv(max_bytes)
        except TimeoutError as error:
            self._wire.late = True
            raise LimitExceeded("The server fell silent.", cause="time-out") from error
        except OSError as error:
            raise ConnectionFailed(f"The connection broke: {error}.", cause="disconnect") from error
        self._wire.received_more(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._socket.settimeout(self._wire.seconds_left(SILENCE_SECONDS))
        self._wire.sent += buffer
        try:
            self._socket.sendall(buffer)
        except OSError as error:
            raise httpcore2.WriteError(str(error)) from error  # the answer may be there all the same

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        self._socket.settimeout(self._wire.seconds_left(CONNECT_SECONDS))
        try:
            secured = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except ssl.SSLCertVerificationError as error:
            self._socket.close()
            why = f"The certificate of {server_hostname} is not valid: {error.verify_message}."
            raise ConnectionFailed(why, cause="tls-invalid") from error
        except OSError as error:
            self._socket.close()
            raise ConnectionFailed(f"No TLS with {server_hostname}: {error}.", cause="tls") from error
        self._wire.secured(secured)
        return _Stream(secured, self._wire)

    def get_extra_info(self, info: str) -> Any:
        return {"socket": self._socket, "is_readable": False}.get(info)
