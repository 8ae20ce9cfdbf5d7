"""The only waitress: serves the pages until it is told to end."""

from __future__ import annotations

import errno
import logging
import signal
from types import FrameType
from typing import Any

from waitress.server import create_server

from archive.errors import ArchiveError
from newsarchive.config import Config
from newsarchive.views.library import EXTENSION, Library
from newsarchive.web import create_app

log = logging.getLogger(__name__)


class PortTaken(ArchiveError):
    """The address to listen on is in use, or not one of this machine."""


class Server:
    """Listens from construction on (PortTaken where it cannot); `url` is where."""

    def __init__(self, config: Config) -> None:
        host, port = config.serve.host, config.serve.port
        channels: dict[int, Any] = {}
        app = create_app(config)
        self._library: Library = app.extensions[EXTENSION]
        try:
            # Slow clients shall not use up all connections: more of them, each with less time and room than by
            # default, and poll instead of select, which ends at 1,024 file descriptors.
            self._server = create_server(
                app,
                map=channels,
                host=host,
                port=port,
                threads=8,
                connection_limit=1000,
                asyncore_use_poll=True,
                channel_timeout=30,
                max_request_header_size=32 << 10,
                max_request_body_size=1 << 20,
                ident=None,
            )
        except (OSError, ValueError) as error:  # a ValueError where the host has no address
            self._library.close()
            for channel in tuple(channels.values()):
                channel.close()
            taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            what = "it is in use" if taken else f"{getattr(error, 'strerror', None) or error}".rstrip(".")
            message = f"Nothing can listen on {host} port {port}: {what}; choose another with --port."
            raise PortTaken(message) from error
        self.url = f"http://{'[' + host + ']' if ':' in host else host}:{self._server.effective_port}/"

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        signal.signal(signal.SIGTERM, _end)
        signal.signal(signal.SIGINT, _end)
        try:
            self._server.run()
        finally:
            self._server.close()
            self._library.close()


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)  # waitress ends its threads and returns
