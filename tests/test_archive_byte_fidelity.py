"""200 odd responses, made by dice that always fall alike: what the socket carried is what the WARC file holds."""

from __future__ import annotations

import gzip
import io
import random
import runpy
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

from archive import warc
from archive.fetch import Fetcher
from archive.warc import WarcWriter

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("hostile_server.py"))))

COUNT = 200
AT = datetime(2026, 5, 4, 12, tzinfo=UTC)

STATUSES = (
    "200 OK", "200", "200 ", "200 C'est \xe7a", "201 Created", "203 OK", "206 Partial Content", "226 IM Used",
    "299 So so", "300 Many", "302 Found", "400 OK", "401 Who?", "404 OK", "404 Not Found", "410 Gone", "418 I'm a teapot",
    "429 Slow", "451 No", "499 -", "500 Oh", "503 Not now", "520 ?", "599 \xa9",
)  # fmt: skip
INTERIM = ("100 Continue", "102 Processing", "103 Early Hints")
HEADERS = (
    "Content-Type: text/html", "content-type:text/html;charset=x", "CONTENT-TYPE:   text/html   ", "cOnTeNt-TyPe: \xe9/\xe9",
    "Set-Cookie: a=1", "set-cookie: a=1", "Set-Cookie: a=2; path=/", "SET-COOKIE:", "Set-Cookie: a=\x01\x02",
    "X-Fold: one\r\n two", "X-Fold: one\r\n\t two\r\n   three", "X-Latin: caf\xe9", "X-Utf: caf\xc3\xa9", "X-Empty:",
    "X-Blank:   ", "X-Tab:\tone\ttwo\t", "!#$%&'*+-.^_`|~: token", "X-Long: " + "y" * 5000, "Date: yesterday", "Server: \xff\xfe",
    "Content-Encoding: identity", "ETag: W/\"\xe9\"", "Last-Modified: never", "Vary: *, *", "X-Colon: a: b: c", "Via: 1.0 x, 1.1 y",
    "Link: <https://elsewhere.test/>; rel=\"canonical\"", "Age: -1", "Retry-After: soon", "X-Same: 1", "X-Same: 1",
)  # fmt: skip
BODIES = (
    b"",
    b"a",
    b"\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n\r\nx",
    b"WARC/1.1\r\n\r\n",
    bytes(range(256)) * 3,
    b"\x00" * 70_000,
)
Dice = random.Random


def odd(dice: Dice) -> bytes:
    """One response as servers should not, but do write it: a whole one in any of the ways to say how long it is."""
    version = dice.choice(("HTTP/1.1", "HTTP/1.1", "HTTP/1.0"))
    interim = [
        f"HTTP/1.1 {dice.choice(INTERIM)}\r\nX-Hint: \xe9\r\n\r\n"
        for _ in range(dice.choice((0, 0, 0, 1, 2)))
    ]
    lines = dice.sample(HEADERS, dice.randint(0, 9))
    body = dice.choice(BODIES)
    if dice.random() < 0.25:
        body = gzip.compress(body, mtime=0)
        lines.append(dice.choice(("Content-Encoding: gzip", "content-encoding:  x-gzip")))
    framing = dice.choice(("length", "length", "twice", "chunked", "chunked", "close", "nothing"))
    status = f"{version} {dice.choice(STATUSES)}"
    payload = body
    if framing in ("length", "twice"):
        lines += [f"{dice.choice(('Content-Length', 'content-length', 'CONTENT-LENGTH'))}: {len(body)}"] * (
            1 + (framing == "twice")
        )
    elif framing == "chunked" and version == "HTTP/1.1":
        lines.append(
            dice.choice(
                ("Transfer-Encoding: chunked", "transfer-encoding:Chunked", "TRANSFER-ENCODING: CHUNKED")
            )
        )
        payload = chunked(dice, body)
    elif framing == "nothing":
        status, payload = (
            f"{version} {dice.choice(('204 No Content', '204', '304 Not Modified', '304 OK'))}",
            b"",
        )
    end = dice.choice(("\r\n", "\r\n", "\r\n", "\n"))
    dice.shuffle(lines)
    head = "".join(f"{line}{end}" for line in (status, *lines, ""))
    if end == "\n":
        head = head.replace("\r\n", "\n")
    return ("".join(interim) + head).encode("latin-1") + payload


def chunked(dice: Dice, body: bytes) -> bytes:
    """A body in chunks, their sizes written in every way that is allowed, with extensions and trailers."""
    cuts = sorted({0, len(body), *(dice.randint(0, len(body)) for _ in range(dice.randint(0, 4)))})
    chunks = [body[start:end] for start, end in pairwise(cuts)]
    sizes = (dice.choice(("{:x}", "{:X}", "{:08x}")).format(len(chunk)) for chunk in chunks)
    extensions = ("", "", ";a", ';name="value"', "; x=1;y=2")
    packed = b"".join(
        f"{size}{dice.choice(extensions)}\r\n".encode() + chunk + b"\r\n"
        for size, chunk in zip(sizes, chunks, strict=True)
    )
    trailers = dice.choice(
        ("", "", "X-Trailer: caf\xe9\r\n", "Expires: 0\r\nX-Trailer: 1\r\nX-Trailer: 1\r\n")
    )
    return packed + dice.choice((b"0", b"000", b"0;last")) + b"\r\n" + trailers.encode("latin-1") + b"\r\n"


def responses() -> list[bytes]:
    """200 different ones."""
    dice = Dice(26)
    made: dict[bytes, None] = {}
    while len(made) < COUNT:
        made[odd(dice)] = None
    return list(made)


def exchanges(data: bytes) -> Iterator[bytes]:
    """What each server said in a WARC file, joined from the records of its exchange, read by their own Content-Length
    and nothing else."""
    said = b""
    while data:
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        content, data = io.BytesIO(inflater.decompress(data)), inflater.unused_data
        fields = {}
        while (line := content.readline()) != b"\r\n":
            name, _, value = line.strip().partition(b": ")
            fields[name] = value
        if fields.get(b"Content-Type") == b"application/http; msgtype=response":
            said += content.read(int(fields[b"Content-Length"]))
        if fields.get(b"WARC-Type") == b"response":
            yield said
            said = b""


def serve(said: list[bytes]) -> Callable[..., None]:
    return lambda connection: connection.say(said[int(connection.path[1:])])


def test_200_odd_responses_are_in_the_file_as_the_socket_carried_them(tmp_path: Path) -> None:
    said = responses()
    fetcher = Fetcher("newsarchive-test/1", clock=lambda: AT, allowed=[ip_network("127.0.0.0/8")])
    writer = WarcWriter(tmp_path, software="test")
    requests = []
    with tools.HostileServer(serve(said)) as server:
        for number in range(COUNT):
            response = fetcher.fetch(f"http://127.0.0.1:{server.port}/{number}")
            assert response.truncated == "", said[number][:300]
            writer.append(response, sync=False)
            requests.append(response.request_bytes)
        carried = [bytes(connection.said) for connection in server.connections]
        asked = [bytes(connection.request) for connection in server.connections]
    writer.sync()
    (name,) = warc.files(tmp_path)
    data = warc.path_of(tmp_path, name).read_bytes()
    same = sum(kept == sent for kept, sent in zip(exchanges(data), carried, strict=True))
    assert (same, requests) == (COUNT, asked)
    assert all(record.digests_hold for record in warc.walk(tmp_path, name))
