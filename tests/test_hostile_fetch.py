"""Hostile and broken servers, by number: what is kept, what is refused, and that all of it is bounded.

A test whose name ends in `..._in_a_process_of_its_own` measures memory there, where nothing else has been.
"""

from __future__ import annotations

import gzip
import json
import runpy
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive import warc
from archive.crawl import Crawl, CrawlReport
from archive.errors import ConnectionFailed, FetchError, LimitExceeded, ProtocolError
from archive.extract.decode import decode
from archive.fetch import Fetcher
from archive.fetch.framing import is_ambiguous
from archive.keeping import Keeper
from archive.model import Response
from archive.parsing import Parsers
from archive.politeness import Politeness, retry_after
from archive.store import Store
from archive.warc import WarcWriter
from newsarchive.config import Config

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("hostile_server.py"))))
answer = tools.answer
Connection = tools.Connection

LOOPBACK = (ip_network("127.0.0.0/8"),)
TLS = Path(__file__).with_name("tls")
PAGE = b"<html><p>All is well.</p></html>"
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
MEBIBYTE = 1 << 20


def now() -> datetime:
    return datetime.now(UTC)


Start = Callable[..., Any]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts hostile servers: start(script or bytes)."""
    with ExitStack() as servers:
        yield lambda script, **settings: servers.enter_context(tools.HostileServer(script, **settings))


def fetcher(**settings: Any) -> Fetcher:
    return Fetcher("newsarchive-test/1", **({"allowed": LOOPBACK, "clock": now} | settings))


def fetch(server: Any, **settings: Any) -> Response:
    return fetcher(**settings).fetch(server.url)


def refused(server: Any, **settings: Any) -> FetchError:
    with pytest.raises(FetchError) as error:
        fetch(server, **settings)
    assert str(error.value).endswith(".")
    assert error.value.url == server.url
    return error.value


ALONE = """
import json, re, sys, time
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from archive.errors import FetchError
from archive.fetch import Fetcher
fetcher = Fetcher("t", clock=lambda: datetime.now(UTC), allowed=[ip_network("127.0.0.0/8")])
began = time.monotonic()
try:
    response = fetcher.fetch(sys.argv[1])
    said = {"body": len(response.body), "truncated": response.truncated, "undecodable": response.undecodable}
except FetchError as error:
    said = {"cause": error.cause}
peak = Path("/proc/self/status")
peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", peak.read_text())[1]) // 1024 if peak.exists() else 0
print(json.dumps(said | {"megabytes": peak, "seconds": time.monotonic() - began}))
"""


def alone(server: Any) -> dict[str, Any]:
    """A fetch with the limits as they are shipped, in a process of its own: within 60 s and 100 MB."""
    command = [sys.executable, "-c", ALONE, server.url]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
    said: dict[str, Any] = json.loads(ran.stdout)
    assert said["megabytes"] < 100
    assert said["seconds"] < 60
    return said


# -- 12 to 14: compression ---------------------------------------------------------------------------


def bomb() -> bytes:
    """1 GiB of zeros in 1 MB of gzip; the last MiB of them and the check are wanting, which nobody comes to see."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    start = packer.compress(bytes(MEBIBYTE)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(MEBIBYTE)) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + again * 1022


def test_hostile_12_a_gzip_bomb_is_cut_in_a_process_of_its_own(start: Start) -> None:
    server = start(answer(bomb(), b"Content-Encoding: gzip"))
    said = alone(server)
    assert (said["body"], said["truncated"]) == (20 * MEBIBYTE, "length")


@pytest.mark.parametrize("coding", [b"br", b"zstd", b"compress", b"BR"])
def test_hostile_12_what_was_not_asked_for_is_not_undone(start: Start, coding: bytes) -> None:
    server = start(answer(PAGE, b"Content-Encoding: " + coding))
    response = fetch(server)
    assert b"Accept-Encoding: gzip\r\n" in server.connections[0].request
    assert (response.body, response.undecodable) == (
        b"",
        f"The server encoded the page as {coding.decode().lower()}.",
    )
    assert response.response_bytes == server.connections[0].said


@pytest.mark.parametrize(
    "headers",
    [
        [b"Content-Encoding: gzip, gzip"],
        [b"Content-Encoding: gzip", b"Content-Encoding: gzip"],
        [b"Content-Encoding: " + b", ".join([b"gzip"] * 9)],
        [b"Content-Encoding: deflate, gzip"],
    ],
)
def test_hostile_13_layers_of_compression_are_refused(start: Start, headers: list[bytes]) -> None:
    response = fetch(start(answer(gzip.compress(gzip.compress(PAGE)), *headers)))
    assert response.body == b""
    assert response.undecodable.startswith("The server encoded the page as ")


def test_hostile_13_a_million_members_are_refused_in_a_process_of_its_own(start: Start) -> None:
    said = alone(start(answer(gzip.compress(b"", 1) * (1 << 20), b"Content-Encoding: gzip")))
    assert said["undecodable"] == "The compressed page is damaged: it is in more than 100 pieces."


@pytest.mark.parametrize("cut", [8, 1, 9, 40])
def test_hostile_14_gzip_without_its_end_is_kept_and_flagged(start: Start, config: Config, cut: int) -> None:
    server = start(answer(gzip.compress(PAGE * 10)[:-cut], b"Content-Encoding: gzip"))
    response = fetch(server)
    assert response.truncated == "disconnect"
    assert (PAGE * 10).startswith(response.body)
    capture = WarcWriter(config.warc_dir, software="test").append(response)
    assert b"WARC-Truncated: disconnect\r\n" in gzip.decompress(
        warc.path_of(config.warc_dir, capture.place.file).read_bytes()
    )


# -- 15 to 18: without end ---------------------------------------------------------------------------


def drips(before: bytes, dripped: bytes) -> Callable[[Any], None]:
    """A script that says something and then drips for ever."""

    def script(connection: Any) -> None:
        connection.say(before)
        connection.drip(dripped)

    return script


def hangs(before: bytes) -> Callable[[Any], None]:
    """A script that says something and then nothing more."""

    def script(connection: Any) -> None:
        connection.say(before)
        connection.over.wait(60)

    return script


def floods(before: bytes, again: bytes) -> Callable[[Any], None]:
    """A script that never stops."""

    def script(connection: Any) -> None:
        connection.say(before)
        flood = again * (1 + MEBIBYTE // len(again))
        while not connection.over.is_set():
            connection.say(flood)

    return script


@pytest.mark.parametrize(
    "script",
    [drips(OK, b"X-Slow: yes\r\n"), drips(b"", b"H"), hangs(b""), hangs(OK)],
    ids=["header drip", "status drip", "silence", "half a header"],
)
def test_hostile_15_a_header_that_never_ends_ends_by_the_deadline(start: Start, script: Any) -> None:
    began = time.monotonic()
    error = refused(start(script), total_seconds=0.4)
    assert error.cause == "time-out"
    assert isinstance(error, LimitExceeded)
    assert 0.4 <= time.monotonic() - began < 10


@pytest.mark.parametrize(
    "script",
    [
        drips(OK + b"Content-Length: 9999\r\n\r\n", b"a"),
        drips(OK + b"\r\n", b"a"),
        drips(CHUNKED, b"1\r\na\r\n"),
        drips(CHUNKED + b"1;", b"a"),
        drips(CHUNKED + b"1\r\na\r\n0\r\n", b"X: a\r\n"),
        hangs(OK + b"Content-Length: 9999\r\n\r\na"),
    ],
    ids=["counted", "until close", "chunks", "chunk size", "trailers", "hang"],
)
def test_hostile_15_a_body_that_never_ends_is_kept_as_far_as_it_came(start: Start, script: Any) -> None:
    server = start(script)
    began = time.monotonic()
    response = fetch(server, total_seconds=0.4)
    assert time.monotonic() - began < 10
    assert response.truncated == "time"
    assert bytes(server.connections[0].said).startswith(response.response_bytes)


def test_hostile_15_a_handshake_that_never_ends(start: Start) -> None:
    server = start(hangs(b""))
    began = time.monotonic()
    with pytest.raises(LimitExceeded) as error:
        fetcher(total_seconds=0.4).fetch(server.url.replace("http:", "https:"))
    assert error.value.cause == "time-out"
    assert time.monotonic() - began < 10


def test_hostile_16_endless_chunks_are_cut_in_a_process_of_its_own(start: Start) -> None:
    said = alone(start(floods(CHUNKED, b"10000\r\n" + b"a" * 65536 + b"\r\n")))
    assert said["truncated"] == "length"
    assert 19 * MEBIBYTE < said["body"] <= 20 * MEBIBYTE


def test_hostile_16_chunks_of_one_byte_are_cut_in_a_process_of_its_own(start: Start) -> None:
    said = alone(start(floods(CHUNKED, b"1\r\na\r\n")))
    assert said["truncated"] == "length"
    assert said["body"] > 3_000_000


def test_hostile_16_a_body_until_close_without_end_in_a_process_of_its_own(start: Start) -> None:
    said = alone(start(floods(OK + b"\r\n", b"a")))
    assert (said["truncated"], said["body"]) == ("length", 20 * MEBIBYTE)


def test_hostile_16_the_part_that_is_kept_is_the_same_each_time(start: Start, config: Config) -> None:
    server = start(floods(CHUNKED, b"7\r\nabcdefg\r\n"))
    first, second = (fetch(server, max_bytes=100_000) for _ in range(2))
    assert first.response_bytes == second.response_bytes
    assert len(first.response_bytes) == len(CHUNKED) + 100_000
    capture = WarcWriter(config.warc_dir, software="test").append(first)
    assert b"WARC-Truncated: length\r\n" in gzip.decompress(
        warc.path_of(config.warc_dir, capture.place.file).read_bytes()
    )


@pytest.mark.parametrize(
    "script",
    [floods(OK + b"X: ", b"a"), floods(OK, b"X: a\r\n"), floods(b"", b"H"), floods(OK + b"X:", b"\r\n ")],
    ids=["one of 10 MiB", "100,000", "a status line", "folded"],
)
def test_hostile_17_a_header_that_is_too_large_is_refused_in_a_process_of_its_own(
    start: Start, script: Any
) -> None:
    said = alone(start(script))
    assert said["cause"] == "too-large"
    assert said["seconds"] < 5


def test_hostile_17_100_000_headers_are_refused(start: Start) -> None:
    server = start(OK + b"".join(b"X-%d: y\r\n" % number for number in range(100_000)) + b"\r\n")
    assert refused(server).cause == "too-large"


@pytest.mark.parametrize("end", [b"\x0b", b"\x00", b"\x0c"])
def test_hostile_17_a_header_line_of_blanks_costs_nothing(start: Start, end: bytes) -> None:
    server = start(OK + b"X:" + b" " * 60_000 + end + b"\r\n\r\n")
    began = time.process_time()
    assert refused(server).cause == "protocol"
    assert time.process_time() - began < 3  # h11 alone: 8 s


def test_hostile_18_interim_responses_without_end_end_by_the_deadline(start: Start) -> None:
    server = start(drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"))
    began = time.monotonic()
    assert refused(server, total_seconds=0.5).cause == "time-out"
    assert time.monotonic() - began < 10
    assert len(server.connections) == 1


def test_hostile_18_a_flood_of_interim_responses_is_refused_in_a_process_of_its_own(start: Start) -> None:
    assert alone(start(floods(b"", b"HTTP/1.1 102 Processing\r\n\r\n")))["cause"] == "too-large"


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_hostile_18_interim_responses_are_no_part_of_the_response(start: Start, end: bytes) -> None:
    interim = end.join([b"HTTP/1.1 103 Early Hints", b"Link: </style.css>", b"", b""])
    final = answer(PAGE)
    response = fetch(start(b"HTTP/1.1 100 Continue" + end * 2 + interim + final))
    assert response.response_bytes == final
    assert (response.status, response.body) == (200, PAGE)


# -- 19 and 20: framing ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "body"),
    [
        (OK + b"Content-Length: 1000\r\n\r\n" + PAGE, PAGE),
        (CHUNKED + b"5\r\nabcde\r\n", b"abcde"),
        (CHUNKED + b"5\r\nabc", b"abc"),
        (CHUNKED + b"5\r\nabcde\r\n0\r\n", b"abcde"),
        (CHUNKED + b"5\r\nabcde\r\nzz\r\nabc", b"abcde"),
        (CHUNKED + b"5\r\nabcdefgh", b"abcde"),
        (CHUNKED + b"-5\r\nabcde\r\n0\r\n\r\n", b""),
        (CHUNKED + b"5\nabcde\r\n0\r\n\r\n", b""),
        (CHUNKED + b"f" * 21 + b"\r\nabc", b""),
        (CHUNKED + b"5;" + b"x" * 9000 + b"\r\nabcde\r\n0\r\n\r\n", b""),
    ],
)
def test_hostile_19_a_body_that_breaks_off_is_kept_and_flagged(
    start: Start, sent: bytes, body: bytes
) -> None:
    response = fetch(start(sent))
    assert (response.body, response.truncated) == (body, "disconnect")
    assert sent.startswith(response.response_bytes)
    assert response.response_bytes.startswith(sent[: len(CHUNKED)])


def test_hostile_19_a_page_that_broke_off_is_no_article_and_is_recorded(
    start: Start, store: Store, visit: Callable[..., CrawlReport]
) -> None:
    article = ARTICLE.replace("TITLE", "Half").encode()
    server = start(site({"/one": OK + b"Content-Length: 99999\r\n\r\n" + article}))
    report = visit(server, "/one")
    assert report.counts["failed"] == 1
    assert [failure.cause for failure in store.failures(5)] == ["incomplete"]
    assert store.counts().articles == 0
    assert 1 <= server.asked.count("/one") <= 3


@pytest.mark.parametrize(
    "sent",
    [
        b"Content-Length: -4\r\n\r\n",
        b"Content-Length: " + b"9" * 30 + b"\r\n\r\n",
        b"Content-Length: 4x\r\n\r\nabcd",
        b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"Content-Length: 1, 2\r\n\r\nab",
        b"X: a\x00b\r\n\r\n",
        b"X\x00: a\r\n\r\n",
        b"Bad name: a\r\n\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
)
def test_hostile_20_a_header_that_contradicts_itself_is_a_protocol_error(start: Start, sent: bytes) -> None:
    error = refused(start(OK + sent))
    assert isinstance(error, ProtocolError)
    assert error.cause == "protocol"


@pytest.mark.parametrize(
    "sent",
    [
        b"HTTP/1.1 1000 Odd\r\n\r\n",
        b"HTTP/1.1 20 Odd\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
        b"<html>no header at all</html>\r\n\r\n",
        b"\r\n" + OK + b"\r\n",
    ],
)
def test_hostile_20_what_begins_otherwise_than_http_is_a_protocol_error(start: Start, sent: bytes) -> None:
    assert refused(start(sent)).cause == "protocol"


def test_hostile_20_a_length_that_is_said_in_two_ways_is_decided_and_flagged(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    sent = OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"
    response = fetch(start(sent + b"HTTP/1.1 200 OK\r\n\r\nsmuggled"))
    assert response.body == b"abcde"
    assert response.response_bytes == sent
    assert is_ambiguous(response.headers)
    assert "says its length in two ways" in caplog.text
    caplog.clear()
    assert not is_ambiguous(fetch(start(answer(PAGE))).headers)
    assert caplog.text == ""


@pytest.mark.parametrize(
    "sent", [answer(PAGE), CHUNKED + b"5\r\nabcde\r\n0\r\nX: a\r\n\r\n", b"HTTP/1.1 304 Not Modified\r\n\r\n"]
)
def test_hostile_20_what_comes_behind_the_end_is_no_part_of_the_response(start: Start, sent: bytes) -> None:
    assert fetch(start(sent + b"HTTP/1.1 200 OK\r\n\r\n<p>not asked for")).response_bytes == sent


# -- 21 to 23: through a crawl -----------------------------------------------------------------------

ARTICLE = (
    "<html><head><title>TITLE</title><meta property='og:type' content='article'></head><body><article>"
    "<h1>TITLE</h1>"
    + "<p>The council met on Monday evening and spoke for three hours about the bridge and its cost.</p>" * 5
    + "</article></body></html>"
)


def site(pages: dict[str, bytes | Callable[[Any], bytes]]) -> Callable[[Any], None]:
    """A script that answers each path with its page, or with what a function says to the request; else 404."""

    def script(connection: Any) -> None:
        page = pages.get(connection.path, answer(b"", status=b"404 Not Found"))
        connection.say(page if isinstance(page, bytes) else page(connection))

    return script


def redirect(target: str, status: bytes = b"302 Found") -> bytes:
    return answer(b"", b"Location: " + target.encode(), status=status)


@pytest.fixture(scope="module")
def parsers() -> Iterator[Parsers]:
    with Parsers(1) as pool:
        yield pool


@pytest.fixture
def visit(config: Config, store: Store, parsers: Parsers) -> Callable[..., CrawlReport]:
    """Crawls a path of a server as a source, for a few seconds at most."""

    def run(server: Any, path: str, **settings: Any) -> CrawlReport:
        url = f"http://{server.host}:{server.port}{path}"
        if not store.sources():
            with store.transaction() as tx:
                tx.add_source(name="site", url=url, interval=timedelta(minutes=30), now=now())
        with store.transaction() as tx:
            for source in store.sources():
                tx.make_due(source.id, now())
        client = fetcher(allowed=config.crawl.allow_addresses)
        writer = WarcWriter(config.warc_dir, software="test")
        given: dict[str, Any] = {"agent": "newsarchive-test/1", "politeness": Politeness(0.0), "clock": now}
        return Crawl(Keeper(store, writer, clock=now), client, parsers, **(given | settings)).run(
            store.sources()
        )

    return run


def test_hostile_21_a_redirect_to_itself_ends_at_once(
    start: Start, store: Store, visit: Callable[..., CrawlReport]
) -> None:
    server = start(site({"/loop": redirect("/loop")}))
    visit(server, "/loop")
    assert server.asked.count("/loop") == 1
    assert [failure.cause for failure in store.failures(5)] == ["redirect-loop"]


def test_hostile_21_redirects_that_lead_ever_on_end_after_five(
    start: Start, store: Store, visit: Callable[..., CrawlReport]
) -> None:
    pages = {f"/{number}": redirect(f"/{number + 1}") for number in range(50)}
    server = start(site(dict(pages)))
    visit(server, "/0")
    assert [path for path in server.asked if path != "/robots.txt"] == [f"/{n}" for n in range(6)]
    assert [failure.cause for failure in store.failures(5)] == ["redirect-loop"]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("99999999", 86_400.0),
        ("9" * 5000, 86_400.0),
        ("Mon, 23 Nov 2026 12:10:00 GMT", 600.0),
        ("Mon, 23 Nov 2020 12:00:00 GMT", 0.0),
        ("Mon, 23 Nov 2099 12:00:00 GMT", 86_400.0),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_hostile_22_retry_after_is_read_and_bounded(said: str, seconds: float | None) -> None:
    assert retry_after(said, datetime(2026, 11, 23, 12, tzinfo=UTC)) == seconds


@pytest.mark.parametrize("status", [b"429 Too Many Requests", b"503 Service Unavailable"])
@pytest.mark.parametrize("patience", [b"3600", b"99999999"])
def test_hostile_22_nothing_is_asked_before_retry_after(
    start: Start, visit: Callable[..., CrawlReport], status: bytes, patience: bytes
) -> None:
    items = "".join(f"<item><title>{n}</title><link>/{n}</link></item>" for n in range(5))
    pages: dict[str, Any] = {"/feed": answer(f"<rss><channel>{items}</channel></rss>".encode())}
    pages |= {f"/{n}": answer(b"", b"Retry-After: " + patience, status=status) for n in range(5)}
    server = start(site(pages))
    visit(server, "/feed", max_seconds=2.0)
    assert len([path for path in server.asked if path not in ("/robots.txt", "/feed")]) == 1


def not_modified(validator: str) -> Callable[[Any], bytes]:
    """A page that answers 304 to who has it."""

    def page(connection: Any) -> bytes:
        if b'If-None-Match: "%s"' % validator.encode("latin-1") in connection.request:
            return b'HTTP/1.1 304 Not Modified\r\nETag: "%s"\r\n\r\n' % validator.encode("latin-1")
        etag = b'ETag: "%s"' % validator.encode("latin-1")
        return bytes(answer(ARTICLE.replace("TITLE", "One").encode(), etag, b"Content-Type: text/html"))

    return page


@pytest.mark.parametrize("validator", ["abc", "caf\xe9"])
def test_hostile_23_a_304_brings_no_new_body(
    start: Start,
    config: Config,
    store: Store,
    visit: Callable[..., CrawlReport],
    validator: str,
) -> None:
    feed = answer(b"<rss><channel><item><title>One</title><link>/one</link></item></channel></rss>")
    server = start(site({"/feed": feed, "/one": not_modified(validator)}))
    assert visit(server, "/feed").counts["new"] == 1
    assert visit(server, "/feed").counts["unchanged"] == 1
    assert store.counts().revisions == 1
    (name,) = warc.files(config.warc_dir)
    kept = [r for r in warc.walk(config.warc_dir, name) if r.target_uri.endswith("/one")]
    assert [(r.kind, r.status) for r in kept if r.kind != "request"] == [("response", 200), ("revisit", 304)]


def test_hostile_23_another_validator_for_the_same_body_is_a_revisit(
    start: Start, config: Config, store: Store, visit: Callable[..., CrawlReport]
) -> None:
    page = ARTICLE.replace("TITLE", "One").encode()
    asked: list[int] = []

    def one(connection: Any) -> bytes:
        asked.append(1)
        return bytes(answer(page, b'ETag: "%d"' % len(asked), b"Content-Type: text/html"))

    feed = answer(b"<rss><channel><item><title>One</title><link>/one</link></item></channel></rss>")
    server = start(site({"/feed": feed, "/one": one}))
    visit(server, "/feed")
    assert visit(server, "/feed").counts["unchanged"] == 1
    (name,) = warc.files(config.warc_dir)
    kept = [r for r in warc.walk(config.warc_dir, name) if r.target_uri.endswith("/one")]
    assert [r.kind for r in kept if r.kind != "request"] == ["response", "revisit"]


# -- 24: TLS -----------------------------------------------------------------------------------------


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Fetcher]:
    """A fetcher that trusts the authority of the tests, and finds paper.test on loopback."""
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "authority.pem"))
    return lambda **settings: fetcher(resolver=lambda _host, _port: ["127.0.0.1"], **settings)


def test_hostile_24_a_valid_certificate_is_accepted(start: Start, trusting: Any) -> None:
    server = start(answer(PAGE), certificate=TLS / "valid.pem")
    response = trusting().fetch(server.url)
    assert response.body == PAGE
    assert response.request_bytes == server.connections[0].request
    assert response.response_bytes == server.connections[0].said
    assert trusting().fetch(server.url.replace("paper.test", "paper.test.")).body == PAGE


@pytest.mark.parametrize(
    ("certificate", "why"),
    [("expired", "expired"), ("self-signed", "self-signed"), ("elsewhere", "Hostname mismatch")],
)
def test_hostile_24_a_certificate_that_is_not_valid_is_refused_for_its_reason(
    start: Start, trusting: Any, certificate: str, why: str
) -> None:
    server = start(answer(PAGE), certificate=TLS / f"{certificate}.pem")
    with pytest.raises(ConnectionFailed, match=why) as error:
        trusting().fetch(server.url)
    assert error.value.cause == "tls-invalid"
    assert (server.accepted, server.asked) == (1, [])  # not tried again with less


def test_hostile_24_a_server_without_tls_is_not_asked_in_the_clear(start: Start, trusting: Any) -> None:
    server = start(answer(PAGE))
    with pytest.raises(ConnectionFailed) as error:
        trusting().fetch(f"https://paper.test:{server.port}/")
    assert error.value.cause == "tls"
    assert server.accepted == 1


def test_hostile_24_an_authority_that_is_not_known_is_refused(start: Start) -> None:
    server = start(answer(PAGE), certificate=TLS / "valid.pem")
    with pytest.raises(ConnectionFailed) as error:
        fetcher(resolver=lambda _host, _port: ["127.0.0.1"]).fetch(server.url)
    assert error.value.cause == "tls-invalid"


def test_hostile_24_tls_that_ends_in_the_middle_of_a_body_is_flagged(start: Start, trusting: Any) -> None:
    server = start(OK + b"Content-Length: 999\r\n\r\n" + PAGE, certificate=TLS / "valid.pem")
    response = trusting().fetch(server.url)
    assert (response.body, response.truncated) == (PAGE, "disconnect")


# -- 25 and 26: bytes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("Café – „naïve“".encode(), "text/html; charset=iso-8859-1"),
        ("Café – „naïve“".encode("cp1252"), "text/html; charset=windows-1252"),
        ("<meta charset=utf-16><p>Café – „naïve“".encode(), "text/html"),
        ("<meta charset=utf-7><p>Café – „naïve“".encode(), "text/html"),
        (b"\xef\xbb\xbf" + "Café – „naïve“".encode(), "text/html; charset=utf-16"),
        ("\ufeffCafé – „naïve“".encode("utf-16-le"), "text/html; charset=utf-8"),
        ("Café – „naïve“".encode(), "text/html; charset=utf-7"),
        ("Café – „naïve“".encode(), "text/html; charset=no-such-charset"),
    ],
)
def test_hostile_25_a_charset_that_lies_is_not_believed(start: Start, body: bytes, content_type: str) -> None:
    response = fetch(start(answer(body, b"Content-Type: " + content_type.encode())))
    assert "Café – „naïve“" in decode(response.body, response.header("content-type") or "")


def test_hostile_25_utf_7_is_never_decoded(start: Start) -> None:
    response = fetch(start(answer(b"+ADw-script+AD4-", b"Content-Type: text/html; charset=utf-7")))
    assert decode(response.body, response.header("content-type") or "") == "+ADw-script+AD4-"


ODD = {
    "latin-1": OK + b"X: caf\xe9\r\nContent-Length: 1\r\n\r\na",
    "utf-8": OK + b"X: caf\xc3\xa9\r\nContent-Length: 1\r\n\r\na",
    "folding": OK + b"X: one\r\n  two\r\n\tthree\r\nContent-Length: 1\r\n\r\na",
    "cookies": OK + b"Set-Cookie: a=1\r\nset-cookie: b=2\r\nSET-COOKIE: a=1\r\nContent-Length: 1\r\n\r\na",
    "bare line feeds": b"HTTP/1.1 200 OK\nX: y\nContent-Length: 1\n\na",
    "mixed ends": b"HTTP/1.1 200 OK\r\nX: y\nContent-Length: 1\r\n\na",
    "spaces": OK + b"X:y\r\nY:    z   \r\nContent-Length:1\r\n\r\na",
    "no reason": b"HTTP/1.1 200\r\nContent-Length: 1\r\n\r\na",
    "odd reason": b"HTTP/1.1 200 C'est \xe7a!\r\nContent-Length: 1\r\n\r\na",
    "http/1.0": b"HTTP/1.0 200 OK\r\n\r\na",
    "control characters": OK + b"Set-Cookie: a=\x01\x02\r\nContent-Length: 1\r\n\r\na",
    "same length twice": OK + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
    "empty values": OK + b"X:\r\nY: \r\nContent-Length: 1\r\n\r\na",
    "chunks": CHUNKED + b'1;name="value"\r\na\r\n00\r\nTrailer: caf\xe9\r\n\r\n',
    "no body": b"HTTP/1.1 204 No Content\r\nX: caf\xe9\r\n\r\n",
}


@pytest.mark.parametrize("name", ODD)
def test_hostile_26_odd_bytes_are_in_the_record_as_they_were_sent(
    start: Start, config: Config, name: str
) -> None:
    server = start(ODD[name])
    response = fetch(server)
    tap = server.connections[0]
    assert response.response_bytes == tap.said == ODD[name]
    assert response.request_bytes == tap.request
    assert response.truncated == ""
    WarcWriter(config.warc_dir, software="test").append(response)
    (file,) = warc.files(config.warc_dir)
    blocks = gzip.decompress(warc.path_of(config.warc_dir, file).read_bytes())
    assert b"\r\n\r\n" + ODD[name] + b"\r\n\r\n" in blocks
    assert b"\r\n\r\n" + bytes(tap.request) + b"\r\n\r\n" in blocks
    assert all(record.digests_hold for record in warc.walk(config.warc_dir, file))


# -- all of them at once -----------------------------------------------------------------------------

CROWD = """
import json, re, sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from archive.fetch import Fetcher
fetcher = Fetcher("t", clock=lambda: datetime.now(UTC), allowed=[ip_network("127.0.0.0/8")])
def read(_number):
    return fetcher.fetch(sys.argv[1]).truncated
with ThreadPoolExecutor(32) as pool:
    said = list(pool.map(read, range(32)))
peak = Path("/proc/self/status")
peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", peak.read_text())[1]) // 1024 if peak.exists() else 0
print(json.dumps({"said": sorted(set(said)), "megabytes": peak}))
"""


@pytest.mark.parametrize("script", [floods(OK + b"\r\n", b"a"), bomb], ids=["endless bodies", "bombs"])
def test_32_hostile_hosts_at_once_stay_below_300_mb_in_a_process_of_its_own(
    start: Start, script: Any
) -> None:
    server = start(answer(bomb(), b"Content-Encoding: gzip") if script is bomb else script)
    command = [sys.executable, "-c", CROWD, server.url]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    said = json.loads(ran.stdout)
    assert said["megabytes"] < 300
    assert set(said["said"]) <= {"length", "time"}
    assert "length" in said["said"]
