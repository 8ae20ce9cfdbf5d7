"""A server on loopback that does with a connection what it is told to, whatever HTTP says."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

Script = Callable[["Connection"], None]


class Connection:
    """One connection, its request read: `request` is what came, `said` what went back. `over` is set when the
    test has ended: scripts that go on for ever wait on it."""

    def __init__(self, connection: socket.socket, over: threading.Event) -> None:
        self.over = over
        self.said = bytearray()
        self._socket = connection
        self.request = bytearray()
        while b"\r\n\r\n" not in self.request and (data := connection.recv(65536)):
            self.request += data
            if not self.request.startswith(b"GET "):
                break  # TLS, perhaps

    @property
    def path(self) -> str:
        """What was asked for."""
        return self.request.split(b" ", 2)[1].decode("latin-1") if b" " in self.request else ""

    def say(self, data: bytes) -> None:
        """Send; all that was sent is in `said`."""
        self.said += data
        self._socket.sendall(data)

    def reset(self) -> None:
        """End the connection as a crash would, not as a good-bye."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def drip(self, data: bytes, seconds: float = 0.01) -> None:
        """Send byte by byte, again and again, until the client has gone or the test has ended."""
        while not self.over.is_set():
            for byte in data:
                self.say(bytes([byte]))
                if self.over.wait(seconds):
                    return


class HostileServer:
    """Serves every connection by `script` (or by sending it, where it is bytes), from construction to `close`.

    `connections` are those that were taken and sent a request, `url` has a path and a query. With `certificate`
    (a PEM file with its key) it speaks TLS, with the name paper.test in `url`.
    """

    def __init__(self, script: Script | bytes, *, host: str = "127.0.0.1", certificate: Path | None = None):
        self.connections: list[Connection] = []
        self.accepted = 0
        self._script = _saying(script) if isinstance(script, bytes) else script
        self._over = threading.Event()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if certificate else None
        if self._tls and certificate:
            self._tls.load_cert_chain(certificate)
        self._listener = socket.create_server((host, 0), family=_family(host))
        self.host, self.port = host, self._listener.getsockname()[1]
        self.url = f"{'https://paper.test' if certificate else f'http://{host}'}:{self.port}/page?a=1"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def asked(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [connection.path for connection in self.connections]

    def close(self) -> None:
        """End every connection. The object cannot be used again."""
        self._over.set()
        with suppress(OSError), socket.create_connection((self.host, self.port), 5):
            pass
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _accept(self) -> None:
        while True:
            accepted, _ = self._listener.accept()
            if self._over.is_set():
                accepted.close()
                return
            self.accepted += 1
            self._threads.append(threading.Thread(target=self._serve, args=(accepted,)))
            self._threads[-1].start()

    def _serve(self, accepted: socket.socket) -> None:
        accepted.settimeout(10)
        with suppress(OSError), accepted:
            plain = accepted if self._tls is None else self._tls.wrap_socket(accepted, server_side=True)
            with plain:
                connection = Connection(plain, self._over)
                self.connections.append(connection)
                self._script(connection)


def answer(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    """A plain response, whole."""
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _saying(data: bytes) -> Script:
    return lambda connection: connection.say(data)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
