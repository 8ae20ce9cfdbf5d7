"""Two origins, one server: which ports they have, and what is said where one is taken."""

from __future__ import annotations

import http.client
import os
import random
import signal
import socket
import threading
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from newsarchive.config import Config, ServeConfig
from newsarchive.serving import PortTaken, Server


def taken_port() -> tuple[socket.socket, int]:
    """A port that somebody listens on, with those on both sides free; none that the system hands out by itself."""
    while True:
        port = random.randrange(20_000, 30_000)
        with ExitStack() as beside:
            try:
                for free in (port - 1, port, port + 1):
                    beside.enter_context(socket.create_server(("127.0.0.1", free)))
            except OSError:
                continue
        return socket.create_server(("127.0.0.1", port)), port


def serving(home: Path, **settings: int) -> Config:
    return replace(Config(home), serve=ServeConfig(**settings))


def port_of(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port


def test_archived_pages_have_the_next_port(tmp_path: Path) -> None:
    holder, port = taken_port()
    holder.close()
    server = Server(serving(tmp_path, port=port))
    server.close()
    assert (port_of(server.url), port_of(server.replay_url)) == (port, port + 1)


def test_where_the_next_port_is_taken_it_is_one_of_those_after_it(tmp_path: Path) -> None:
    holder, port = taken_port()
    with holder:
        server = Server(serving(tmp_path, port=port - 1))
        server.close()
        assert port < port_of(server.replay_url)


def test_a_port_that_is_set_and_taken_is_one_sentence(tmp_path: Path) -> None:
    holder, port = taken_port()
    with (
        holder,
        pytest.raises(
            PortTaken, match=rf"port {port}: it is in use; choose another with \[serve\] replay_port"
        ),
    ):
        Server(serving(tmp_path, port=0, replay_port=port))


def test_both_are_served_by_one_loop_and_end_together(tmp_path: Path) -> None:
    server = Server(serving(tmp_path, port=0))
    answers: list[int] = []

    def ask() -> None:
        with ExitStack() as stack:
            for url in (server.url, server.replay_url, server.replay_url + "web/2026/http://x.test/"):
                parts = urlsplit(url)
                connection = http.client.HTTPConnection(parts.netloc, timeout=30)
                stack.callback(connection.close)
                connection.request("GET", parts.path)
                answers.append(connection.getresponse().status)
        os.kill(os.getpid(), signal.SIGINT)

    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    threading.Timer(0, ask).start()
    try:
        server.run()
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
    assert answers == [200, 200, 404]
    for url in (server.url, server.replay_url):
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", port_of(url)), timeout=5)
