"""The only waitress: serves the pages and, on a port of their own, archived pages, until it is told to end."""

from __future__ import annotations

import errno
import logging
import signal
from collections.abc import Iterator
from dataclasses import replace
from types import FrameType
from typing import Any

from flask import Flask
from waitress.server import create_server

from archive.errors import ArchiveError
from newsarchive.config import Config
from newsarchive.replay.app import create_replay
from newsarchive.replay.origins import origins_of, place_origins
from newsarchive.views.library import EXTENSION, Library
from newsarchive.web import create_app

log = logging.getLogger(__name__)

_THREADS = 32
"""Most of them may wait for searches that take long: see `index.whoosh_engine.turns`."""

_LAST_PORT = 65535
_TRIED_PORTS = 50
_LAST_SECONDS = 2


class PortTaken(ArchiveError):
    """The address to listen on is in use, or not one of this machine."""


class Server:
    """Listens from construction on (PortTaken where it cannot); `url` and `replay_url` are where."""

    def __init__(self, config: Config) -> None:
        self._channels: dict[int, Any] = {}  # one loop for both
        app = create_app(config)
        self._library: Library = app.extensions[EXTENSION]
        replay = create_replay(config, self._library.store)
        self._servers: list[Any] = []
        try:
            self._listen(app, config.serve.host, config.serve.port, "--port", threads=_THREADS)
            self._listen_for_replay(replay, config)
        except PortTaken:
            self.close()
            raise
        port, replay_port = map(_port_of, self._servers)
        origins = replace(origins_of(config.serve), port=port, replay_port=replay_port)
        place_origins(app, origins)
        place_origins(replay, origins)
        host = "[" + config.serve.host + "]" if ":" in config.serve.host else config.serve.host
        self.url = f"http://{host}:{port}/"
        self.replay_url = f"http://{host}:{replay_port}/"

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        signal.signal(signal.SIGTERM, _end)
        signal.signal(signal.SIGINT, _end)
        try:
            self._servers[0].run()  # its loop has the sockets of both
        finally:
            self.close()

    def _listen(self, app: Flask, host: str, port: int, option: str, *, threads: int) -> None:
        before = set(self._channels)
        try:
            # Slow clients shall not use up all connections: more of them, each with less time and room than by
            # default, and poll instead of select, which ends at 1,024 file descriptors.
            server = create_server(
                app,
                map=self._channels,
                host=host,
                port=port,
                threads=threads,
                connection_limit=1000,
                asyncore_use_poll=True,
                channel_timeout=30,
                max_request_header_size=32 << 10,
                max_request_body_size=1 << 20,
                ident=None,
            )
        except (OSError, ValueError) as error:  # a ValueError where the host has no address
            for key in set(self._channels) - before:
                if channel := self._channels.get(key):  # one may have closed another
                    channel.close()
            taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            what = "it is in use" if taken else f"{getattr(error, 'strerror', None) or error}".rstrip(".")
            message = f"Nothing can listen on {host} port {port}: {what}; choose another with {option}."
            raise PortTaken(message) from error
        self._servers.append(server)

    def _listen_for_replay(self, app: Flask, config: Config) -> None:
        """On the port that is set; else on the first free one after that of the search page."""
        option = "[serve] replay_port"
        if config.serve.replay_port:
            self._listen(app, config.serve.host, config.serve.replay_port, option, threads=4)
            return
        for port in _ports_after(_port_of(self._servers[0])):
            try:
                self._listen(app, config.serve.host, port, option, threads=4)
            except PortTaken:
                if not port:
                    raise
            else:
                return

    def close(self) -> None:
        """Stop listening, and let go of the archive."""
        for server in self._servers:
            server.task_dispatcher.shutdown(timeout=_LAST_SECONDS)
            server.close()
        for channel in tuple(self._channels.values()):
            channel.close()
        self._library.close()


def _port_of(server: Any) -> int:
    """Where a server listens; one of a name with several addresses does so at each."""
    several = getattr(server, "effective_listen", None)
    return int(several[0][1] if several else server.effective_port)


def _ports_after(port: int) -> Iterator[int]:
    """The next ports, and then any that is free."""
    yield from range(port + 1, min(port + _TRIED_PORTS, _LAST_PORT) + 1)
    yield 0


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)  # waitress ends its threads and returns
