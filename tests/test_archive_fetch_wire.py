"""The connection below a fetch: which address, how long, and how it ends."""

from __future__ import annotations

import gc
import gzip
import pickle
import runpy
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.errors import ConnectionFailed, FetchError, LimitExceeded, ProtocolError
from archive.fetch import Fetcher, redirect_target, resolve, wire
from archive.fetch.places import LARGE_BYTES, PLACES
from archive.model import Response

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("hostile_server.py"))))

PAGE = b"<p>All is well."
LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.fixture
def start() -> Iterator[Callable[..., Any]]:
    with ExitStack() as servers:
        yield lambda script, **settings: servers.enter_context(tools.HostileServer(script, **settings))


def fetcher(**settings: Any) -> Fetcher:
    defaults: dict[str, Any] = {"allowed": LOOPBACK, "clock": lambda: datetime(2026, 1, 1, tzinfo=UTC)}
    return Fetcher("newsarchive-test/1", **(defaults | settings))


def _outcome(client: Fetcher, url: str) -> Response | FetchError:
    try:
        return client.fetch(url)
    except FetchError as error:
        return error


def test_an_address_that_does_not_answer_is_followed_by_the_next(start: Callable[..., Any]) -> None:
    server = start(tools.answer(PAGE))
    client = fetcher(resolver=lambda _host, _port: ["::1", "127.99.99.99", "127.0.0.1"])
    response = client.fetch(f"http://paper.test:{server.port}/")
    assert (response.ip_address, response.body) == ("127.0.0.1", PAGE)


def test_a_host_of_ipv6_is_asked_by_its_address(start: Callable[..., Any]) -> None:
    try:
        server = start(tools.answer(PAGE), host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    response = fetcher().fetch(f"http://[::1]:{server.port}/")
    assert response.ip_address == "::1"
    assert f"Host: [::1]:{server.port}\r\n".encode() in response.request_bytes


def test_a_name_without_addresses_is_no_connection() -> None:
    with pytest.raises(ConnectionFailed, match="it has no address") as error:
        fetcher(resolver=lambda _host, _port: []).fetch("http://paper.test/")
    assert error.value.cause == "connection"


def test_a_name_server_that_does_not_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(wire, "RESOLVE_SECONDS", 0.2)

    def getaddrinfo(*_args: object, **_kinds: object) -> list[Any]:
        over.wait(60)
        raise OSError

    monkeypatch.setattr(wire.socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(ConnectionFailed, match="the name server does not answer") as error:
        fetcher().fetch("http://paper.test/")
    assert error.value.cause == "dns"
    over.set()


@pytest.mark.parametrize("failure", [socket.gaierror(-2, "unknown"), UnicodeError("label too long")])
def test_a_name_that_cannot_be_resolved_is_said_so(
    monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def getaddrinfo(*_args: object, **_kinds: object) -> list[Any]:
        raise failure

    monkeypatch.setattr(wire.socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(ConnectionFailed, match=r"The name paper\.test cannot be resolved") as error:
        fetcher().fetch("http://paper.test/")
    assert error.value.cause == "dns"


def test_each_address_is_told_once() -> None:
    assert resolve("127.0.0.1", 80) == ["127.0.0.1"]


def test_the_request_is_what_a_browser_would_ask_for(start: Callable[..., Any]) -> None:
    server = start(tools.answer(PAGE))
    response = fetcher().fetch(f"http://127.1:{server.port}/a/../caf\xe9?q=\xfc b#part")
    assert response.request_bytes.startswith(b"GET /caf%C3%A9?q=%C3%BC%20b HTTP/1.1\r\nHost: 127.0.0.1:")
    assert response.request_bytes == server.connections[0].request


def test_a_validator_goes_back_as_it_came(start: Callable[..., Any]) -> None:
    sent = b'HTTP/1.1 200 OK\r\nETag: "caf\xe9"\r\nContent-Length: 0\r\n\r\n'
    server = start(sent)
    etag = fetcher().fetch(server.url).header("etag")
    assert b'If-None-Match: "caf\xe9"\r\n' in fetcher().fetch(server.url, etag=etag).request_bytes


@pytest.mark.parametrize("etag", ['"a\r\nX: y"', '"\u2014"'])
def test_a_validator_that_cannot_be_sent_is_one_error(start: Callable[..., Any], etag: str) -> None:
    server = start(tools.answer(PAGE))
    with pytest.raises(ProtocolError) as error:
        fetcher().fetch(server.url, etag=etag)
    assert error.value.cause == "bad-request"
    assert not any(connection.request for connection in server.connections)


def test_a_limit_of_a_few_bytes_cuts_what_came_with_the_head(start: Callable[..., Any]) -> None:
    server = start(tools.answer(PAGE))
    response = fetcher(max_bytes=4).fetch(server.url)
    assert (response.body, response.truncated) == (PAGE[:4], "length")
    assert response.response_bytes.endswith(b"\r\n\r\n" + PAGE[:4])
    assert fetcher(max_bytes=len(PAGE)).fetch(server.url).truncated == ""


def test_a_reset_in_the_middle_is_a_connection_that_broke(start: Callable[..., Any]) -> None:
    def reset(connection: Any) -> None:
        connection.say(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf")
        connection.reset()

    response = fetcher().fetch(start(reset).url)
    assert response.truncated == "disconnect"


def test_an_answer_to_half_a_request_is_read(start: Callable[..., Any]) -> None:
    """Some servers refuse early and never read the rest."""
    server = start(tools.answer(PAGE, status=b"431 Too Large"))
    assert fetcher().fetch(server.url, etag='"' + "a" * 60_000 + '"').status == 431


@pytest.mark.parametrize("https", [False, True])
def test_closing_ends_an_exchange_that_waits(start: Callable[..., Any], https: bool) -> None:
    server = start(lambda connection: connection.over.wait(60))
    client, results = fetcher(), list[Response | FetchError]()
    url = server.url.replace("http:", "https:" if https else "http:")
    thread = threading.Thread(target=lambda: results.append(_outcome(client, url)))
    thread.start()
    while not server.connections:
        time.sleep(0.01)
    began = time.monotonic()
    client.close()
    thread.join(15)
    assert time.monotonic() - began < 5
    assert isinstance(results[0], ConnectionFailed | LimitExceeded)


def test_nothing_stays_open(start: Callable[..., Any]) -> None:
    """A socket that is left to the garbage collector is a ResourceWarning, which is an error here."""
    for sent in (
        tools.answer(PAGE),
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\na",
    ):
        server = start(sent)
        for scheme in ("http:", "https:"):
            with suppress(FetchError):
                fetcher().fetch(server.url.replace("http:", scheme))
    gc.collect()


LINES = st.sampled_from([
    b"HTTP/1.1 200 OK", b"HTTP/1.1 100 Continue", b"HTTP/1.1 101 Up", b"HTTP/1.0 404 No", b"HTTP/2 200", b"HTTP/1.1 204",
    b"Content-Length: 5", b"Content-Length: -1", b"Content-Length: 5, 5", b"Transfer-Encoding: chunked", b"X: \xff\x01",
    b"Transfer-Encoding: identity", b"Content-Encoding: gzip", b"Content-Encoding: deflate", b" folded", b":", b"", b"5",
    b"5;a=b", b"0", b"ffffffffffffffff", b"abcde", b"\x00", b"<p>", gzip.compress(PAGE), zlib.compress(PAGE)[2:],
])  # fmt: skip
ENDS = st.sampled_from([b"\r\n", b"\n", b"\r", b""])


@pytest.fixture(scope="module")
def babbler() -> Iterator[Any]:
    """A server that says what `babbler.says` holds."""
    with tools.HostileServer(lambda connection: connection.say(server.says)) as server:
        yield server


@settings(max_examples=200)
@given(st.lists(st.tuples(LINES, ENDS), max_size=12), st.binary(max_size=30))
def test_whatever_a_server_says_is_a_response_or_one_error(
    babbler: Any, said: list[tuple[bytes, bytes]], rest: bytes
) -> None:
    babbler.says = b"".join(line + end for line, end in said) + rest
    response = _outcome(fetcher(max_bytes=64), babbler.url)
    if isinstance(response, FetchError):
        assert response.cause in ("disconnect", "protocol")
        assert str(response).endswith(".")
        return
    assert response.response_bytes in babbler.says
    assert len(response.body) <= 64
    assert response.truncated in ("", "disconnect", "length")
    assert not (response.body and response.undecodable)


@pytest.mark.parametrize(
    ("location", "target"),
    [
        (b"/there", "http://paper.test/there"),
        (b"caf\xc3\xa9", "http://paper.test/caf%C3%A9"),
        (b"caf%e9#part", "http://paper.test/caf%e9"),
        (b"caf\xe9", "http://paper.test/caf%C3%A9"),
        (b"//elsewhere.test", "http://elsewhere.test/"),
    ],
)
def test_a_redirect_leads_where_a_browser_would_go(
    start: Callable[..., Any], location: bytes, target: str
) -> None:
    server = start(tools.answer(b"", b"Location: " + location, status=b"302 Found"))
    response = fetcher().fetch(server.url)
    assert redirect_target(replace(response, url="http://paper.test/here")) == target


@pytest.mark.parametrize("location", [b"", b"file:///etc/passwd", b"http://", b"http://user@paper.test/"])
def test_a_redirect_to_nowhere_is_said_so(start: Callable[..., Any], location: bytes) -> None:
    server = start(tools.answer(b"", b"Location: " + location, status=b"302 Found"))
    with pytest.raises(ValueError, match=r"\.$"):
        redirect_target(fetcher().fetch(server.url))


# -- large responses ---------------------------------------------------------------------------------


def test_of_large_responses_there_are_only_a_few_at_a_time(start: Callable[..., Any]) -> None:
    large = start(tools.answer(b"a" * (LARGE_BYTES + 1)))
    small = start(tools.answer(b"a" * LARGE_BYTES))
    client = fetcher(total_seconds=2.0)
    held = [client.fetch(large.url) for _ in range(PLACES)]
    assert {response.truncated for response in held} == {""}
    assert client.fetch(small.url).truncated == ""
    assert client.fetch(large.url).truncated == "time"
    held.pop()
    assert client.fetch(large.url).truncated == ""


def test_a_small_response_that_is_large_when_decoded_needs_a_place(start: Callable[..., Any]) -> None:
    server = start(tools.answer(gzip.compress(bytes(LARGE_BYTES + 1)), b"Content-Encoding: gzip"))
    client = fetcher(total_seconds=1.0)
    held = [client.fetch(server.url) for _ in range(PLACES)]
    assert {len(response.body) for response in held} == {LARGE_BYTES + 1}
    waited = client.fetch(server.url)
    assert (len(waited.body), waited.truncated) == (LARGE_BYTES, "time")
    del held
    assert client.fetch(server.url).truncated == ""


def test_closing_ends_the_wait_for_a_place(start: Callable[..., Any]) -> None:
    server = start(tools.answer(b"a" * (LARGE_BYTES + 1)))
    client, results = fetcher(), list[Response | FetchError]()
    held = [client.fetch(server.url) for _ in range(PLACES)]
    thread = threading.Thread(target=lambda: results.append(_outcome(client, server.url)))
    thread.start()
    while len(server.connections) <= PLACES:
        time.sleep(0.01)
    client.close()
    thread.join(5)
    assert not thread.is_alive()
    assert len(held) == PLACES


def test_a_large_response_goes_to_other_processes_like_any_other(start: Callable[..., Any]) -> None:
    server = start(tools.answer(b"a" * (LARGE_BYTES + 1)))
    response = fetcher().fetch(server.url)
    again = pickle.loads(pickle.dumps(response))
    assert isinstance(response, Response)
    assert again == response
    assert replace(response, url="http://paper.test/").body == response.body
