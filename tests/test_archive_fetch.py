"""One GET: every byte kept, everything bounded, nothing private fetched. Against servers that say what we like."""

from __future__ import annotations

import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from archive.errors import AddressRefused, ConnectionFailed, FetchError, LimitExceeded, ProtocolError
from archive.fetch import Fetcher
from archive.fetch.addresses import may_connect, may_use_port
from archive.model import Response

LOOPBACK = (ip_network("127.0.0.0/8"),)
PAGE = b"<html><p>All is well.</p></html>"


class RawServer:
    """Answers one connection after another with the same bytes, and remembers what it was sent."""

    def __init__(self, answer: bytes, *, hang: bool = False) -> None:
        self.asked: list[bytes] = []
        self._answer = answer
        self._hang = hang
        self._done = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/page?a=1"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                if self._done.is_set():
                    return
                self.asked.append(connection.recv(65536))
                connection.sendall(self._answer)
                if self._hang:
                    self._done.wait(20)

    def close(self) -> None:
        self._done.set()
        with socket.create_connection(self._listener.getsockname()):
            pass
        self._thread.join()
        self._listener.close()


Serve = Callable[..., RawServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[RawServer] = []

    def start(answer: bytes, *, hang: bool = False) -> RawServer:
        servers.append(RawServer(answer, hang=hang))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def fetcher(**settings: object) -> Fetcher:
    defaults: dict[str, object] = {"allowed": LOOPBACK, "clock": lambda: datetime(2026, 1, 1, tzinfo=UTC)}
    return Fetcher("newsarchive-test/1 (+mailto:a@example.org)", **(defaults | settings))  # type: ignore[arg-type]


def answer(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def fetch(server: RawServer, **settings: object) -> Response:
    return fetcher(**settings).fetch(server.url)


def test_a_response_is_kept_to_the_byte(serve: Serve) -> None:
    sent = answer(
        PAGE,
        b"Content-Type: text/html; charset=utf-8",
        b"X-Odd:  caf\xe9 ",
        b"Set-Cookie: a",
        b"set-cookie: b",
    )
    server = serve(sent)
    response = fetch(server)
    assert response.response_bytes == sent
    assert response.request_bytes == server.asked[0]
    assert (response.status, response.media_type, response.body) == (200, "text/html", PAGE)
    assert response.ip_address == "127.0.0.1"
    assert response.truncated == ""


def test_we_say_who_we_are_and_ask_for_what_we_can_read(serve: Serve) -> None:
    server = serve(answer(PAGE))
    fetch(server)
    asked = server.asked[0].decode()
    assert asked.startswith("GET /page?a=1 HTTP/1.1\r\n")
    assert "User-Agent: newsarchive-test/1 (+mailto:a@example.org)" in asked
    assert "Accept-Encoding: gzip\r\n" in asked


def test_validators_make_the_request_conditional(serve: Serve) -> None:
    server = serve(b"HTTP/1.1 304 Not Modified\r\n\r\n")
    response = fetcher().fetch(server.url, etag='"abc"', last_modified="Thu, 01 Jan 2026 00:00:00 GMT")
    assert b'If-None-Match: "abc"' in server.asked[0]
    assert b"If-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT" in server.asked[0]
    assert (response.status, response.body) == (304, b"")


def test_interim_responses_are_no_part_of_the_response_and_kept(serve: Serve) -> None:
    interim, final = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", answer(PAGE)
    response = fetch(serve(interim + final))
    assert (response.interim_bytes, response.response_bytes) == (interim, final)


def test_gzip_is_undone_and_kept(serve: Serve) -> None:
    packed = gzip.compress(PAGE)
    response = fetch(serve(answer(packed, b"Content-Encoding: gzip")))
    assert response.body == PAGE
    assert response.response_bytes.endswith(packed)


@pytest.mark.parametrize("packed", [zlib.compress(PAGE), zlib.compress(PAGE)[2:-4]], ids=["zlib", "raw"])
def test_both_things_that_are_called_deflate_are_undone(serve: Serve, packed: bytes) -> None:
    assert fetch(serve(answer(packed, b"Content-Encoding: deflate"))).body == PAGE


def test_chunks_are_put_together(serve: Serve) -> None:
    sent = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<p>a\r\n2\r\nbc\r\n0\r\n\r\n"
    response = fetch(serve(sent))
    assert response.body == b"<p>abc"
    assert response.response_bytes == sent


def test_a_body_that_breaks_off_is_kept_and_flagged(serve: Serve) -> None:
    response = fetch(serve(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + PAGE))
    assert (response.body, response.truncated) == (PAGE, "disconnect")


def test_gzip_that_breaks_off_is_kept_and_flagged(serve: Serve) -> None:
    packed = gzip.compress(PAGE * 100)[:-9]
    response = fetch(serve(answer(packed, b"Content-Encoding: gzip")))
    assert response.truncated == "disconnect"
    assert PAGE in response.body


def test_a_body_that_is_too_large_is_cut_and_flagged(serve: Serve) -> None:
    response = fetch(serve(answer(b"x" * 400_000)), max_bytes=100_000)
    assert response.truncated == "length"
    assert len(response.body) <= 200_000


def test_a_bomb_is_cut_after_decompression(serve: Serve) -> None:
    response = fetch(
        serve(answer(gzip.compress(b"0" * 5_000_000), b"Content-Encoding: gzip")), max_bytes=100_000
    )
    assert (response.truncated, len(response.body)) == ("length", 100_000)


def test_a_server_that_falls_silent_is_left(serve: Serve) -> None:
    with pytest.raises(LimitExceeded) as error:
        fetch(serve(b"HTTP/1.1 200 OK\r\nContent-", hang=True), total_seconds=0.3)
    assert error.value.cause == "time-out"


def test_a_body_that_never_ends_is_cut_by_time(serve: Serve) -> None:
    response = fetch(
        serve(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf", hang=True), total_seconds=0.3
    )
    assert (response.body, response.truncated) == (b"half", "time")


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 1000 Odd\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nA\x00: b\r\n\r\n",
    ],
)
def test_what_is_no_http_is_one_error(serve: Serve, sent: bytes) -> None:
    with pytest.raises(ProtocolError) as error:
        fetch(serve(sent))
    assert str(error.value).endswith(".")
    assert error.value.url.startswith("http://127.0.0.1")


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nContent-"])
def test_a_server_that_ends_before_its_answer_does_has_broken_off(serve: Serve, sent: bytes) -> None:
    with pytest.raises(ConnectionFailed) as error:
        fetch(serve(sent))
    assert error.value.cause == "disconnect"


@pytest.mark.parametrize("coding", [b"br", b"gzip, gzip", b"gzip"])
def test_what_cannot_be_decoded_is_kept_all_the_same(serve: Serve, coding: bytes) -> None:
    sent = answer(PAGE, b"Content-Encoding: " + coding)
    response = fetch(serve(sent))
    assert response.response_bytes == sent
    assert response.body == b""
    assert response.undecodable.endswith(".")


def test_a_header_without_end_is_refused(serve: Serve) -> None:
    with pytest.raises(FetchError):
        fetch(serve(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(20_000)) + b"\r\n"))


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ConnectionFailed):
        fetcher().fetch(f"http://127.0.0.1:{port}/")


def test_a_name_that_is_unknown() -> None:
    def resolver(host: str, port: int) -> list[str]:
        raise socket.gaierror("no such name")

    with pytest.raises(ConnectionFailed) as error:
        fetcher(resolver=resolver).fetch("http://nowhere.example/")
    assert error.value.cause == "dns"


def test_a_private_address_is_refused_unless_it_is_allowed(serve: Serve) -> None:
    server = serve(answer(PAGE))
    with pytest.raises(AddressRefused, match="allow_addresses"):
        fetch(server, allowed=())
    assert server.asked == []


def test_a_name_with_one_private_address_is_refused_altogether() -> None:
    with pytest.raises(AddressRefused):
        fetcher(allowed=(), resolver=lambda _host, _port: ["93.184.215.14", "10.0.0.1"]).fetch(
            "http://a.example/"
        )


def test_the_name_is_looked_up_once_and_that_address_is_used(serve: Serve) -> None:
    server = serve(answer(PAGE))
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    response = fetcher(resolver=resolver).fetch(server.url.replace("127.0.0.1", "rebinding.example"))
    assert asked == ["rebinding.example"]
    assert response.ip_address == "127.0.0.1"


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.100.100.200",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "::",
    ],
)
def test_addresses_inside_are_known_in_every_form(address: str) -> None:
    assert not may_connect(address, ())


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "8.8.8.8", "::ffff:8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]
)
def test_addresses_outside_may_be_fetched(address: str) -> None:
    assert may_connect(address, ())


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:127.0.0.1", "::1"])
def test_what_is_allowed_is_allowed_in_each_of_its_forms(address: str) -> None:
    assert may_connect(address, LOOPBACK)


@pytest.mark.parametrize(
    ("port", "may"), [(80, True), (443, True), (8080, True), (25, False), (22, False), (0, False)]
)
def test_ports_of_the_web(port: int, may: bool) -> None:
    assert may_use_port(port) is may


def test_closing_cuts_what_is_under_way_and_refuses_what_comes(serve: Serve) -> None:
    server = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", hang=True)
    client = fetcher()
    results: list[Response | FetchError] = []

    def work() -> None:
        try:
            results.append(client.fetch(server.url))
        except FetchError as error:
            results.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    while not server.asked:
        threading.Event().wait(0.01)
    client.close()
    thread.join(5)
    assert not thread.is_alive()
    assert isinstance(results[0], FetchError) or results[0].truncated == "disconnect"
    with pytest.raises(ConnectionFailed):
        client.fetch(server.url)
