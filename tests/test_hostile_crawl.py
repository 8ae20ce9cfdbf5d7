"""Hostile servers among well-behaved ones, by number: a whole crawl over all of them at once, and what is there
afterwards. What was kept before is still there, who behaves is read to the end, and each failure says its cause.

The functions have tests of their own (test_hostile_*.py); here nothing is in their place but the deadline.
"""

from __future__ import annotations

import functools
import gzip
import importlib
import json
import os
import re
import runpy
import subprocess
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive import warc
from archive.crawl import CrawlReport
from archive.fetch import Fetcher
from archive.model import Article, Failure
from archive.parsing import Parsers
from archive.store import Store
from archive.urls import identity
from archive.warc import Record
from newsarchive import jobs
from newsarchive.config import Config, CrawlConfig

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("hostile_server.py"))))
answer = tools.answer

ROOT = Path(__file__).resolve().parent.parent
TLS = Path(__file__).with_name("tls")
LOOPBACK = (ip_network("127.0.0.0/8"),)
DEADLINE = 5.0
"""Seconds for one response in these tests; as shipped, 60."""
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
HTML = b"Content-Type: text/html; charset=utf-8"
MEBIBYTE = 1 << 20

Script = Callable[[Any], None]
Pages = dict[str, Any]


def story(title: str, more: str = "") -> bytes:
    """The page of an article."""
    text = "".join(
        f"<p>The council of {title} met on Monday and spoke for {n} hours about its bridge.</p>"
        for n in range(2, 8)
    )
    return (
        f"<html lang=en><head><title>{title}</title>{more}</head>"
        f"<body><article><h1>{title}</h1>{text}</article></body></html>"
    ).encode()


def feed(*links: str, more: str = "") -> bytes:
    """An RSS feed of (title and) links: "Title=/path"."""
    items = "".join(
        f"<item><title>{title or link}</title><link>{link}</link>{more}</item>"
        for title, _, link in (("", "", link) if "=/" not in link else link.partition("=") for link in links)
    )
    return bytes(
        answer(f"<rss><channel>{items}</channel></rss>".encode(), b"Content-Type: application/rss+xml")
    )


def site(pages: Pages) -> Script:
    """A script that answers each path with its page, or with what a script of its own does; else 404."""

    def script(connection: Any) -> None:
        page = pages.get(connection.path, answer(b"", status=b"404 Not Found"))
        connection.say(page) if isinstance(page, bytes) else page(connection)

    return script


def redirect(target: str) -> bytes:
    return bytes(answer(b"", b"Location: " + target.encode(), status=b"302 Found"))


def drips(before: bytes, dripped: bytes) -> Script:
    def script(connection: Any) -> None:
        connection.say(before)
        connection.drip(dripped)

    return script


def hangs(before: bytes) -> Script:
    def script(connection: Any) -> None:
        connection.say(before)
        connection.over.wait(60)

    return script


def floods(before: bytes, again: bytes) -> Script:
    def script(connection: Any) -> None:
        connection.say(before)
        while not connection.over.is_set():
            connection.say(again * (1 + MEBIBYTE // len(again)))

    return script


def bomb() -> bytes:
    """1 GiB of zeros in 1 MB of gzip, but for its end."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    start = packer.compress(bytes(MEBIBYTE)) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + (packer.compress(bytes(MEBIBYTE)) + packer.flush(zlib.Z_FULL_FLUSH)) * 1023


def add(config: Config, url: str, name: str) -> int:
    with Store(config.database_url) as store, store.transaction() as tx:
        return tx.add_source(name=name, url=url, interval=timedelta(hours=1), now=jobs.now())


def crawl(config: Config, **settings: Any) -> CrawlReport:
    """A crawl of everything, with the deadline of these tests for a response."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("newsarchive.jobs.crawling.Fetcher", functools.partial(Fetcher, total_seconds=DEADLINE))
        return jobs.crawl_once(config, force=True, **settings)


def search(config: Config, query: str) -> list[str]:
    """The paths of the articles that the command line finds."""
    command = [sys.executable, "-m", "newsarchive", "--home", str(config.home), "search", query, "--json"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    return sorted(
        "/" + hit["url"].partition("://")[2].partition("/")[2] for hit in json.loads(ran.stdout)["hits"]
    )


@dataclass
class Archive:
    """What there is after a crawl."""

    config: Config
    servers: dict[str, Any]
    report: CrawlReport
    seconds: float
    failures: dict[str, list[Failure]]
    articles: dict[str, Article]
    records: list[Record]
    asked: dict[str, Counter[str]]

    @classmethod
    def of(cls, config: Config, servers: dict[str, Any], report: CrawlReport, seconds: float) -> Archive:
        failures: dict[str, list[Failure]] = {}
        with Store(config.database_url, readonly=True) as store:
            for failure in store.failures(1000):
                failures.setdefault(failure.source, []).append(failure)
            articles = {f"{a.source} /{a.url.split('/', 3)[3]}": a for a in store.articles_after(0)}
        records = [r for name in warc.files(config.warc_dir) for r in warc.walk(config.warc_dir, name)]
        asked = {name: Counter(server.asked) for name, server in servers.items()}
        return cls(config, servers, report, seconds, failures, articles, records, asked)

    def causes(self, name: str) -> list[str]:
        """Why what was wanted of a source could not be had: one cause for each address."""
        return [failure.cause for failure in self.failures.get(name, [])]

    def member(self, record: Record) -> bytes:
        """A record as it stands in its file."""
        with warc.path_of(self.config.warc_dir, record.place.file).open("rb") as file:
            file.seek(record.place.offset)
            return gzip.decompress(file.read(record.place.length))

    def cut(self, record: Record) -> str:
        """WARC's word for why a record is not the whole response, "" where it is."""
        found = re.search(
            rb"\r\nWARC-Truncated: (\w+)\r\n", self.member(record).partition(b"\r\n\r\n")[0] + b"\r\n"
        )
        return found[1].decode() if found else ""

    def kept(self, name: str, path: str = "/bad") -> list[Record]:
        """What the WARC files have of an address, requests aside."""
        server = self.servers[name]
        ends = f":{server.port}{path}"
        return [r for r in self.records if r.target_uri.endswith(ends) and r.kind != "request"]


# -- 12 to 24: one crawl over all of them ------------------------------------------------------------


def page_of(*headers: bytes, body: bytes = b"") -> bytes:
    return bytes(answer(body or story("Bad"), HTML, *headers))


def patience(connection: Any) -> None:
    connection.say(answer(b"", b"Retry-After: 120", status=b"503 Service Unavailable"))


HOSTILE: dict[str, bytes | Script] = {
    "12 bomb": bytes(answer(bomb(), HTML, b"Content-Encoding: gzip")),
    "12 brotli": page_of(b"Content-Encoding: br"),
    "13 twice": page_of(b"Content-Encoding: gzip, gzip", body=gzip.compress(gzip.compress(story("Bad")))),
    "13 ninefold": page_of(b"Content-Encoding: " + b", ".join([b"gzip"] * 9)),
    "14 cut": page_of(b"Content-Encoding: gzip", body=gzip.compress(story("Bad"))[:-8]),
    "15 header": drips(OK, b"X-Slow: yes\r\n"),
    "15 body": drips(OK + HTML + b"\r\nContent-Length: 9999\r\n\r\n", b"<p>a"),
    "15 hang": hangs(b""),
    "16 chunks": floods(CHUNKED, b"10000\r\n" + b"a" * 65536 + b"\r\n"),
    "17 header": floods(OK + b"X: ", b"a"),
    "17 headers": OK + b"".join(b"X-%d: y\r\n" % number for number in range(100_000)) + b"\r\n",
    "18 interim": drips(b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    "19 short": OK + HTML + b"\r\nContent-Length: 99999\r\n\r\n" + story("Bad"),
    "19 chunk": OK + HTML + b"\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcdefgh",
    "19 last chunk": OK + HTML + b"\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    "20 lengths": OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "20 negative": OK + b"Content-Length: -4\r\n\r\n",
    "20 huge": OK + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n",
    "20 nul": OK + b"X: a\x00b\r\n\r\n",
    "20 status": b"HTTP/1.1 1000 Odd\r\n\r\n",
    "20 smuggled": OK + HTML + b"\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
    + b"%x\r\n%s\r\n0\r\n\r\n" % (len(story("Smuggled")), story("Smuggled")) + answer(b"<p>Behind."),
    "21 loop": redirect("/bad"),
    "21 chain": redirect("/hop/0"),
    "22 patience": patience,
    "23 etag": page_of(b'ETag: "one"', body=story("Validated")),
    "26 odd bytes": OK + HTML + b"\r\nX: caf\xe9\r\nSet-Cookie: a=1\r\nSet-Cookie: a=1\r\nFold: a\r\n b\r\nContent-Length: %d\r\n\r\n%s"
    % (len(story("Odd")), story("Odd")),
}  # fmt: skip
CHAIN = {f"/hop/{number}": redirect(f"/hop/{number + 1}") for number in range(30)}
GOOD = ("first", "second", "third")


def neighbour(name: str, *titles: str) -> Script:
    """A site that does nothing wrong."""
    pages: Pages = {f"/{title}": answer(story(f"{name} {title}"), HTML) for title in titles}
    return site({"/feed": feed(*pages)} | pages)


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Three good sites are archived; then each hostile one comes, and every good one has another story."""
    crawling = CrawlConfig(contact="mailto:a@example.org", min_delay=0.0, allow_addresses=LOOPBACK)
    config = Config(tmp_path_factory.mktemp("hostile") / "home", crawl=crawling)
    titles = ["one", "two"]
    with ExitStack() as stack:
        servers: dict[str, Any] = {}

        def serve(name: str, script: Script, path: str = "/feed", **settings: Any) -> None:
            server = servers[name] = stack.enter_context(tools.HostileServer(script, **settings))
            host = "paper.test" if settings else "127.0.0.1"
            scheme = "https" if settings else "http"
            add(config, f"{scheme}://{host}:{server.port}{path}", name)

        for name in GOOD:
            serve(name, lambda connection, name=name: neighbour(name, *titles)(connection))  # type: ignore[misc]
        assert crawl(config).counts["new"] == 6
        titles.append("three")
        for name, bad in HOSTILE.items():
            pages: Pages = {
                "/feed": feed("/ok", "/bad"),
                "/ok": answer(story(f"ok {name}"), HTML),
                "/bad": bad,
            }
            serve(name, site(pages | CHAIN))
            serve(f"{name} alone", site({"/bad": bad} | CHAIN), "/bad")
        for certificate in ("expired", "self-signed", "elsewhere"):
            serve(f"24 {certificate}", site({}), certificate=TLS / f"{certificate}.pem")
        begun = time.monotonic()
        report = crawl(config, resolver=lambda host, _: ["127.0.0.1"])
        yield Archive.of(config, servers, report, time.monotonic() - begun)


# What each of them comes to: the cause, how often it is asked for, and WARC's word where a part of it is kept.
CAUSES = {
    "12 bomb": ("too-large", 1, "length"),
    "12 brotli": ("content-encoding", 1, ""),
    "13 twice": ("content-encoding", 1, ""),
    "13 ninefold": ("content-encoding", 1, ""),
    "14 cut": ("incomplete", 3, "disconnect"),
    "15 header": ("time-out", 1, None),
    "15 body": ("time-out", 1, "time"),
    "15 hang": ("time-out", 1, None),
    "16 chunks": ("too-large", 1, "length"),
    "17 header": ("too-large", 1, None),
    "17 headers": ("too-large", 1, None),
    "18 interim": ("time-out", 1, None),
    "19 short": ("incomplete", 3, "disconnect"),
    "19 chunk": ("incomplete", 3, "disconnect"),
    "19 last chunk": ("incomplete", 3, "disconnect"),
    "20 lengths": ("protocol", 1, None),
    "20 negative": ("protocol", 1, None),
    "20 huge": ("protocol", 1, None),
    "20 nul": ("protocol", 1, None),
    "20 status": ("protocol", 1, None),
    "21 loop": ("redirect-loop", 1, ""),
    "21 chain": ("redirect-loop", 1, ""),
    "22 patience": ("http-503", 1, ""),
}


def check(archive: Archive, number: str) -> None:
    """Those of a number failed as they should, and cost nobody anything."""
    names = [name for name in CAUSES if name.startswith(number)]
    assert names
    for name in names:
        cause, times, truncated = CAUSES[name]
        for source in (name, f"{name} alone"):
            assert archive.causes(source) == [cause], source
            assert all(failure.message.endswith(".") for failure in archive.failures[source])
            assert archive.asked[source]["/bad"] == times, source
            assert f"{source} /bad" not in archive.articles
            kept = archive.kept(source)
            assert len(kept) == (0 if truncated is None else times), source
            assert {archive.cut(record) for record in kept} <= {truncated}, source
        assert f"{name} /ok" in archive.articles


def test_the_good_ones_are_read_to_the_end_and_what_was_there_is_there(aftermath: Archive) -> None:
    assert aftermath.seconds < 60
    assert aftermath.report.complete
    for name in GOOD:
        assert aftermath.causes(name) == []
        for title in ("one", "two", "three"):
            article = aftermath.articles[f"{name} /{title}"]
            assert article.latest.title == f"{name} {title}"
            assert article.latest.number == 1
    assert search(aftermath.config, 'title:"second three"') == ["/three"]
    verified = jobs.verify(aftermath.config)
    assert verified.sound


def test_hostile_12_bombs_are_cut_and_what_was_not_asked_for_is_not_undone(aftermath: Archive) -> None:
    check(aftermath, "12")


def test_hostile_13_layers_of_compression_are_refused_by_a_crawl(aftermath: Archive) -> None:
    check(aftermath, "13")


def test_hostile_14_a_page_whose_gzip_has_no_end_is_no_article(aftermath: Archive) -> None:
    check(aftermath, "14")


def test_hostile_15_what_never_ends_ends_by_the_deadline(aftermath: Archive) -> None:
    check(aftermath, "15")


def test_hostile_16_endless_chunks_are_kept_as_far_as_counts(aftermath: Archive) -> None:
    check(aftermath, "16")


def test_hostile_17_headers_without_end_are_refused_by_a_crawl(aftermath: Archive) -> None:
    check(aftermath, "17")


def test_hostile_18_interim_responses_count_as_one_request(aftermath: Archive) -> None:
    check(aftermath, "18")


def test_hostile_19_what_broke_off_is_asked_for_twice_more_and_not_indexed(aftermath: Archive) -> None:
    check(aftermath, "19")
    assert search(aftermath.config, "title:bad") == []


def test_hostile_20_contradictions_are_protocol_errors_and_smuggling_is_kept_as_one(
    aftermath: Archive,
) -> None:
    check(aftermath, "20")
    assert aftermath.articles["20 smuggled /bad"].latest.title == "Smuggled"
    (kept,) = aftermath.kept("20 smuggled")
    assert aftermath.cut(kept) == ""


def test_hostile_21_redirects_end(aftermath: Archive) -> None:
    check(aftermath, "21")
    hops = [path for path in aftermath.asked["21 chain alone"] if path.startswith("/hop/")]
    assert len(hops) == 5


def test_hostile_22_patience_that_is_asked_for_is_had(aftermath: Archive) -> None:
    check(aftermath, "22")
    with Store(aftermath.config.database_url, readonly=True) as store:
        server = aftermath.servers["22 patience alone"]
        visit = store.visit(
            store.source("22 patience alone").id, identity(f"http://127.0.0.1:{server.port}/bad")
        )
        assert visit is not None
        assert visit.due_at is not None
        assert visit.visited_at is not None
        assert visit.due_at - visit.visited_at >= timedelta(seconds=120)


def test_hostile_24_an_invalid_certificate_closes_the_host_and_nothing_goes_in_the_clear(
    aftermath: Archive,
) -> None:
    for name in ("24 expired", "24 self-signed", "24 elsewhere"):
        assert aftermath.causes(name) == ["tls-invalid"]
        assert aftermath.servers[name].connections == []


def test_hostile_26_odd_bytes_are_kept_and_read(aftermath: Archive) -> None:
    assert aftermath.articles["26 odd bytes /bad"].latest.title == "Odd"
    for source in ("26 odd bytes", "26 odd bytes alone"):
        (connection,) = [c for c in aftermath.servers[source].connections if c.path == "/bad"]
        (record,) = aftermath.kept(source)
        assert bytes(connection.said) in aftermath.member(record)


def test_hostile_63_a_cookie_is_never_sent_back(config: Config) -> None:
    pages = {
        "/feed": feed("/one", "/two"),
        "/one": answer(story("One"), HTML, b"Set-Cookie: session=1; Path=/", b"Set-Cookie: session=2"),
        "/two": answer(b"", b"Set-Cookie: session=3", b"Location: /one", status=b"302 Found"),
    }
    with tools.HostileServer(site(pages)) as server:
        add(config, f"http://127.0.0.1:{server.port}/feed", "cookies")
        for _ in range(2):
            assert crawl(config).complete
        sent = b"".join(bytes(connection.request) for connection in server.connections).lower()
    assert sent.count(b"get /one") >= 2
    assert b"cookie" not in sent


def test_hostile_22_a_host_that_wants_to_be_left_alone_for_a_day_holds_nobody(config: Config) -> None:
    """The crawl ends, and the next one, also of another process, asks the host for nothing."""
    tired = answer(b"", b"Retry-After: 86400", status=b"503 Service Unavailable")
    pages: Pages = {"/feed": feed(*(f"/{n}" for n in range(9)))} | {f"/{n}": tired for n in range(9)}
    with tools.HostileServer(site(pages)) as server, tools.HostileServer(neighbour("good", "one")) as good:
        add(config, f"http://127.0.0.1:{server.port}/feed", "tired")
        add(config, f"http://127.0.0.1:{good.port}/feed", "good")
        begun = time.monotonic()
        report = jobs.crawl_once(config)
        assert time.monotonic() - begun < 60
        assert (report.counts["new"], report.counts["failed"]) == (1, 1)
        asked = list(server.asked)
        assert len(asked) == 3  # robots.txt, the feed, and one that was answered so
        assert jobs.crawl_once(config, clock=lambda: jobs.now() + timedelta(hours=2)).counts["pages"] == 2
        assert server.asked == asked
        assert jobs.crawl_once(config, clock=lambda: jobs.now() + timedelta(hours=25)).complete
        assert len(server.asked) > len(asked)


def test_hostile_23_what_was_not_modified_is_not_fetched_or_kept_again(config: Config) -> None:
    def page(connection: Any) -> None:
        if b'if-none-match: "one"' in bytes(connection.request).lower():
            connection.say(b'HTTP/1.1 304 Not Modified\r\nETag: "one"\r\n\r\n')
        else:
            connection.say(answer(story("One"), HTML, b'ETag: "one"'))

    with tools.HostileServer(site({"/feed": feed("/one"), "/one": page})) as server:
        add(config, f"http://127.0.0.1:{server.port}/feed", "paper")
        assert crawl(config).counts["new"] == 1
        report = crawl(config)
    assert (report.counts["new"], report.counts["revised"], report.counts["unchanged"]) == (0, 0, 1)
    assert search(config, "title:one") == ["/one"]


# -- 28 to 32: where nothing may be asked ------------------------------------------------------------

FORBIDDEN = [
    "http://[::1]:PORT/x",
    "http://[::ffff:a9fe:a9fe]/x",
    "http://[64:ff9b::7f00:1]:PORT/x",
    "http://[2002:7f00:1::]/x",
    "http://[fec0::1]/x",
    "http://169.254.169.254/latest/meta-data",
    "http://[fd00:ec2::254]/x",
    "http://100.100.100.200/x",
    "http://127.0.0.2:PORT/x",
    "http://0x7f000003:PORT/x",
    "http://moving.test:PAPER/x",
    "http://mixed.test/x",
]
UNFETCHABLE = [
    "file:///etc/passwd",
    "gopher://127.0.0.2/x",
    "data:text/html,x",
    "http://a:b@127.0.0.2:PORT/x",
    "http://127.0.0.2:25/x",
]
ALLOWED = "127.77.7.7"


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """A crawl of sources that are inside themselves, or lead there: by a redirect, a feed, a sitemap, robots.txt.
    Only 127.77.7.7 is allowed; the trap is at 127.0.0.2."""
    if sys.platform != "linux":
        pytest.skip("needs all of 127.0.0.0/8 as loopback")
    crawling = CrawlConfig(min_delay=0.0, allow_addresses=(ip_network(f"{ALLOWED}/32"),))
    config = Config(tmp_path_factory.mktemp("inside") / "home", crawl=crawling)
    lookups: Counter[str] = Counter()

    def lookup(host: str, _port: int) -> list[str]:
        lookups[host] += 1
        if host == "moving.test":  # at first where all may go, then inside
            return [ALLOWED] if lookups[host] == 1 else ["127.0.0.2"]
        if host == "mixed.test":
            return [ALLOWED, "10.0.0.1"]
        return [host.strip("[]")]

    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        trap = stack.enter_context(tools.HostileServer(answer(story("Secret"), HTML), host="127.0.0.2"))
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
            patch.setenv(name, f"http://127.0.0.2:{trap.port}")
        pages: Pages = {}
        server = stack.enter_context(tools.HostileServer(site(pages), host=ALLOWED))
        targets = [
            target.replace("PORT", str(trap.port)).replace("PAPER", str(server.port))
            for target in (*FORBIDDEN, *UNFETCHABLE)
        ]
        maps = "".join(f"<sitemap><loc>{target}</loc></sitemap>" for target in targets).encode()
        urls = "".join(f"<url><loc>{target}</loc></url>" for target in targets).encode()
        pages |= {
            "/robots.txt": answer("".join(f"Sitemap: {target}\n" for target in targets).encode()),
            "/": answer(b"<html><p>Home</p></html>", HTML),
            "/feed": feed("/good", *targets, *(f"/to/{number}" for number in range(len(targets)))),
            "/maps": answer(b"<sitemapindex>" + maps + b"</sitemapindex>", b"Content-Type: text/xml"),
            "/urls": answer(b"<urlset>" + urls + b"</urlset>", b"Content-Type: text/xml"),
            "/good": answer(story("Good"), HTML),
        }
        pages |= {f"/to/{number}": redirect(target) for number, target in enumerate(targets)}
        for path in ("/", "/feed", "/maps", "/urls"):
            add(config, f"http://{ALLOWED}:{server.port}{path}", f"paper {path}")
        for number, target in enumerate(targets):
            if target.startswith("http") and "@" not in target and ":25/" not in target:
                add(config, target, f"direct {number}")
        report = crawl(config, resolver=lookup)
        archive = Archive.of(config, {"paper": server, "trap": trap}, report, 0.0)
        yield SimpleNamespace(archive=archive, trap=trap, lookups=lookups, targets=targets)


def test_hostile_28_nothing_inside_is_asked_by_any_way(inside: SimpleNamespace) -> None:
    assert inside.trap.accepted == 0
    assert [key for key in inside.archive.articles if "good" not in key] == []
    assert not any("Secret" in article.latest.text for article in inside.archive.articles.values())


def test_hostile_29_each_source_inside_has_one_failure_that_says_so(inside: SimpleNamespace) -> None:
    directly = {
        name: inside.archive.causes(name) for name in inside.archive.failures if name.startswith("direct")
    }
    assert len(directly) == len(FORBIDDEN)
    assert set(map(tuple, directly.values())) == {("address-refused",)}


def test_hostile_29_redirects_that_lead_inside_are_refused(inside: SimpleNamespace) -> None:
    asked = inside.archive.asked["paper"]
    causes = Counter(inside.archive.causes("paper /feed"))
    assert all(asked[f"/to/{number}"] == 1 for number in range(len(inside.targets)))
    assert set(causes) <= {"address-refused", "redirect"}
    assert causes["address-refused"] >= len(FORBIDDEN)


def test_hostile_30_a_name_that_moves_inside_is_looked_up_for_each_connection_and_refused(
    inside: SimpleNamespace,
) -> None:
    """robots.txt could be had; by the next lookup the name is inside."""
    assert inside.lookups["moving.test"] >= 2
    number = next(n for n, target in enumerate(inside.targets) if "moving" in target)
    (failure,) = inside.archive.failures[f"direct {number}"]
    assert failure.message.startswith("moving.test is at 127.0.0.2, an address inside a private network;")


def test_hostile_31_other_schemes_and_ports_are_no_address(inside: SimpleNamespace) -> None:
    with Store(inside.archive.config.database_url, readonly=True) as store:
        for target in UNFETCHABLE[:3]:
            assert store.failures(1000)
            assert not any(failure.url.startswith(target[:6]) for failure in store.failures(1000))


def test_hostile_32_the_proxy_of_the_environment_is_not_asked(inside: SimpleNamespace) -> None:
    """It would be the trap."""
    assert inside.trap.accepted == 0
    assert inside.archive.asked["paper"]["/good"] == 1


def test_hostile_67_a_source_at_a_private_address_is_refused_and_its_line_is_plain(
    inside: SimpleNamespace,
) -> None:
    (failure,) = inside.archive.failures["direct 5"]
    assert failure.message.startswith(
        "Nothing may be fetched while http://169.254.169.254/robots.txt cannot be had."
    )
    assert "allow it in crawl.allow_addresses if you mean it" in failure.message


# -- 33, 34, 40, 42: one article, bounded ways -------------------------------------------------------


def spellings(base: str, port: int) -> list[str]:
    """Ways to write http://127.0.0.1:port/news/bridge?id=7."""
    at = f"{base}/news/bridge?id=7"
    return [
        at, f"HTTP://127.0.0.1:{port}/news/bridge?id=7", f"{at}#top", f"{at}&utm_source=feed", f"{at}&fbclid=abc",
        f"{at}&gclid=1#x", f"{base}/news/./bridge?id=7", f"{base}/news/../news/bridge?id=7", f"{base}/x/../news/bridge?id=7",
        f"{base}/news/%62ridge?id=7", f"{base}/n%65ws/bridge?%69d=7", f"{base}/news/bridge?utm_medium=rss&id=7",
        f"{base}/news/bridge;jsessionid=AB12CD34?id=7", f"{base}/news/bridge?PHPSESSID=0a1b2c3d4e5f&id=7", f"{base}/news/bridge?&id=7&&", f"http:\\\\127.0.0.1:{port}\\news\\bridge?id=7", f"http://2130706433:{port}/news/bridge?id=7",
        f"http://0x7f.1:{port}/news/bridge?id=7", "/news/bridge?id=7&mc_cid=1", f" {at} ", f"http://127.1:{port}/news/bridge?id=7",
    ]  # fmt: skip


def test_hostile_33_twenty_spellings_in_a_feed_are_one_article_and_one_capture(config: Config) -> None:
    def script(connection: Any) -> None:
        if connection.path == "/feed":
            listed = [
                written.replace("&", "&amp;")
                for written in spellings(f"http://127.0.0.1:{server.port}", server.port)
            ]
            assert len(set(listed)) >= 20
            connection.say(feed(*listed))
        elif connection.path == "/robots.txt":
            connection.say(answer(b"", status=b"404 Not Found"))
        else:
            connection.say(answer(story("Bridge"), HTML))

    with tools.HostileServer(script) as server:
        add(config, f"http://127.0.0.1:{server.port}/feed", "paper")
        assert crawl(config).counts["new"] == 1
        assert len([path for path in server.asked if path not in ("/robots.txt", "/feed")]) == 1
    assert search(config, "title:bridge") == ["/news/bridge?id=7"]


def links(*paths: str) -> bytes:
    items = "".join(
        f'<li><h2><a href="{path}">The long story of {path} today</a></h2></li>' for path in paths
    )
    return bytes(
        answer(f"<html><title>List</title><body><main><ul>{items}</ul></main></body></html>".encode(), HTML)
    )


def labyrinth(connection: Any) -> None:
    """A site whose every page leads to more of the kind: days, sessions, paths that repeat, combinations, depth."""
    path = connection.path
    if path == "/robots.txt":
        connection.say(answer(b"", status=b"404 Not Found"))
        return
    number = zlib.crc32(path.encode()) % 10**6
    day = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number % 20_000)
    deeper = path.rstrip("/") if len(path) < 3000 else ""
    connection.say(
        links(
            *(f"/{day + timedelta(days=n):%Y/%m/%d}/" for n in range(5)),
            *(f"/calendar/{day + timedelta(days=n):%Y-%m-%d}" for n in range(5)),
            *(f"/story-of-the-day?sid={number:032x}&n={n}" for n in range(5)),
            *(f"{deeper}/more/of/it/{n}" for n in range(3)),
            f"{deeper}/a/a",
            *(f"/shop?f[0]={n}&f[1]={number}&sort=x&view=y" for n in range(3)),
            *(f"/a-new-story-of-{number}-with-{n}-things" for n in range(20)),
            "/" + "x" * 10_000,
        )
    )


def test_hostile_34_a_labyrinth_is_left_and_what_was_left_is_counted(config: Config) -> None:
    with tools.HostileServer(labyrinth) as server, tools.HostileServer(neighbour("good", "one")) as good:
        add(config, f"http://127.0.0.1:{server.port}/", "labyrinth")
        add(config, f"http://127.0.0.1:{good.port}/feed", "good")
        asked, left_out = 0, Counter[str]()
        for _ in range(3):
            report = crawl(config)
            assert report.complete
            left_out += report.left_out
            assert len(server.asked) - asked < 1200
            asked = len(server.asked)
        assert left_out["calendar"] >= 10
        assert not any(len(path) > 2000 for path in server.asked)
    assert search(config, "source:good") == ["/one"]


def test_hostile_40_an_entry_that_moves_is_one_article_with_two_captures(config: Config) -> None:
    guid = "<guid isPermaLink='false'>tag:7</guid>".format
    pages: Pages = {"/feed": feed("Bridge=/old", more=guid()), "/old": answer(story("Bridge"), HTML)}
    with tools.HostileServer(site(pages)) as server:
        add(config, f"http://127.0.0.1:{server.port}/feed", "paper")
        assert crawl(config).counts["new"] == 1
        pages["/feed"] = feed("Bridge=/new", more=guid())
        pages["/new"] = pages.pop("/old")
        assert crawl(config).counts["new"] == 0
        pages["/feed"] = feed("Bridge=/new", more="<guid isPermaLink='false'>tag:8</guid>")
        assert crawl(config).counts["new"] == 0
        archive = Archive.of(config, {"paper": server}, CrawlReport(), 0.0)
    assert len(archive.articles) == 1
    assert archive.kept("paper", "/old")[0].status == archive.kept("paper", "/new")[0].status == 200
    assert len(search(config, "title:bridge")) == 1


def fans_out(connection: Any) -> None:
    """Every sitemap is an index of itself and ten others, but for the stories of the first."""
    path = connection.path
    if not path.startswith("/sitemap"):
        connection.say(
            answer(b"", status=b"404 Not Found") if path == "/robots.txt" else answer(story(path), HTML)
        )
        return
    base = f"http://127.0.0.1:{connection.port}"
    below = "".join(f"<sitemap><loc>{base}{path}{n}</loc></sitemap>" for n in range(10))
    connection.say(
        answer(
            f"<sitemapindex><sitemap><loc>{base}{path}</loc></sitemap>{below}</sitemapindex>".encode(),
            b"Content-Type: text/xml",
        )
    )


def test_hostile_42_indexes_that_fan_out_end_at_500_and_at_the_third(config: Config) -> None:
    def script(connection: Any) -> None:
        connection.port = server.port
        fans_out(connection)

    with tools.HostileServer(script) as server:
        add(config, f"http://127.0.0.1:{server.port}/sitemap", "paper")
        begun = time.monotonic()
        assert crawl(config).complete
        assert time.monotonic() - begun < 60
        maps = Counter(path for path in server.asked if path.startswith("/sitemap"))
    assert set(maps.values()) == {1}
    assert 100 < len(maps) <= 501  # the source itself, and what it leads to
    assert max(len(path) for path in maps) <= len("/sitemap") + 3


# -- 36 and 44: pages that break their reader --------------------------------------------------------

BREAKING = """
import os, re
from archive.parsing import read as really_read

def read(page):
    if found := re.search(rb"<!--RUN (.*?) END-->", page.body, re.DOTALL):
        exec(found[1].decode())
    return really_read(page)
"""
KILLERS = {
    "hangs": ("while True: pass", "parse-timeout"),
    "eats": ("data = []\nwhile True: data.append(bytearray(1 << 24))", "parse-memory"),
    "crashes": ("os._exit(3)", "parse-crash"),
    "raises": ("raise RecursionError('too deep')", "parse-error"),
}


@pytest.fixture
def breaking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers that do what a page says, to stand for the parser that some page breaks."""
    (tmp_path / "breaking_reader.py").write_text(BREAKING)
    monkeypatch.syspath_prepend(tmp_path)
    reader = importlib.import_module("breaking_reader").read
    monkeypatch.setattr(
        "newsarchive.jobs.crawling.Parsers", functools.partial(Parsers, reader=reader, deadline=1.0)
    )


@pytest.mark.usefixtures("breaking")
def test_hostile_36_pages_that_kill_their_reader_are_kept_found_and_read_again(
    config: Config, monkeypatch: pytest.MonkeyPatch, serve: Callable[[Config], Any]
) -> None:
    pages: Pages = {
        f"/{name}": answer(story(f"Killer that {name}", f"<!--RUN {code} END-->"), HTML)
        for name, (code, _) in KILLERS.items()
    }
    pages |= {"/good": answer(story("Good"), HTML)}
    pages["/feed"] = feed(*(f"Killer that {path[1:]}={path}" for path in pages))
    killing = answer(f"<rss><!--RUN {KILLERS['hangs'][0]} END--></rss>".encode(), b"Content-Type: text/xml")
    with tools.HostileServer(site(pages)) as server, tools.HostileServer(site({"/feed": killing})) as other:
        add(config, f"http://127.0.0.1:{server.port}/feed", "killers")
        add(config, f"http://127.0.0.1:{other.port}/feed", "a feed")
        begun = time.monotonic()
        report = jobs.crawl_once(config)
        assert time.monotonic() - begun < 60
        archive = Archive.of(config, {"killers": server}, report, 0.0)
    assert report.complete
    assert Counter(archive.causes("killers")) == Counter(cause for _, cause in KILLERS.values())
    assert archive.causes("a feed") == ["parse-timeout"]
    for name, (_, cause) in KILLERS.items():
        article = archive.articles[f"killers /{name}"]
        assert (article.latest.unread, article.latest.title) == (cause, f"Killer that {name}")
        (record,) = archive.kept("killers", f"/{name}")
        assert record.payload == story(f"Killer that {name}", f"<!--RUN {KILLERS[name][0]} END-->")
        assert search(config, f"url:{name}") == [f"/{name}"]
        listed = serve(config).get("/", query_string={"q": f"title:{name}"}).get_data(as_text=True)
        assert f"that <mark>{name}</mark>" in listed
    monkeypatch.undo()
    assert jobs.reextract(config, unread=True, force=True).fates["read"] == len(KILLERS)


PAGES_44 = {
    "divs": b"<div>" * 200_000,
    "paragraphs": b"<p>a" * 300_000,
    "entities": b"&amp;&#65;" * 500_000,
    "links": b"<a href=/x>x</a>" * 200_000,
    "attributes": b"<b " + b"".join(b"a%d=1 " % number for number in range(100_000)) + b">",
}


def test_hostile_44_pages_that_are_hard_to_read_are_kept_and_found(config: Config) -> None:
    """By the readers as they are shipped: read, or given up within ten seconds each."""
    pages: Pages = {
        f"/{name}": answer(story(f"Hard {name}") + b"<article>%s</article>" % body, HTML)
        for name, body in PAGES_44.items()
    }
    pages |= {"/good": answer(story("Good"), HTML)}
    pages["/feed"] = feed(*(f"Hard {path[1:]}={path}" for path in pages))
    with tools.HostileServer(site(pages)) as server:
        add(config, f"http://127.0.0.1:{server.port}/feed", "hard")
        begun = time.monotonic()
        report = jobs.crawl_once(config)
        assert time.monotonic() - begun < 60
        archive = Archive.of(config, {"hard": server}, report, 0.0)
    assert report.complete
    assert set(archive.causes("hard")) <= {"parse-timeout", "parse-memory", "parse-crash", "parse-error"}
    assert set(archive.articles) == {f"hard {path}" for path in pages if path != "/feed"}
    for name in PAGES_44:
        assert len(archive.kept("hard", f"/{name}")) == 1
        assert search(config, f"url:{name}") == [f"/{name}"]


# -- memory ------------------------------------------------------------------------------------------

# A crawl as it is shipped, that tells what it and its readers took at most, in MiB.
MEASURED = """
import json, re, sys, threading
from ipaddress import ip_network
from pathlib import Path
from newsarchive import jobs
from newsarchive.config import Config, CrawlConfig

def peaks():
    for path in Path("/proc").glob("[0-9]*/status"):
        try:
            said = dict(line.split(":", 1) for line in path.read_text().splitlines())
            yield int(said["Pid"]), int(said["PPid"]), int(said["VmHWM"].split()[0]) // 1024
        except (OSError, KeyError):
            continue

def family(of, seen):
    children = [(pid, peak) for pid, parent, peak in seen if parent == of]
    return children + [one for pid, _ in children for one in family(pid, seen)]

def watch():
    while not over.wait(0.05):
        for pid, peak in family(me, list(peaks())):
            most[pid] = max(most.get(pid, 0), peak)

if __name__ == "__main__":
    import os
    me, most, over = os.getpid(), {}, threading.Event()
    threading.Thread(target=watch).start()
    crawl = CrawlConfig(min_delay=0.0, allow_addresses=(ip_network("127.0.0.0/8"),), parsers=2)
    report = jobs.crawl_once(Config(Path(sys.argv[1]), crawl=crawl))
    over.set()
    own = next(peak for pid, _, peak in peaks() if pid == me)
    print(json.dumps({"own": own, "readers": max(most.values(), default=0), **report.as_dict()}))
"""
HEAVY: dict[str, bytes | Script] = {
    "bomb": HOSTILE["12 bomb"],
    "endless": HOSTILE["16 chunks"],
    "header": HOSTILE["17 header"],
    "page": bytes(answer(story("Large") + b"<p>a" * 4_000_000, HTML)),
    "one element": bytes(answer(story("Wide") + b"<b " + b"a=1 " * 4_000_000 + b">", HTML)),
    "deep": bytes(answer(story("Deep") + b"<div>" * 3_000_000, HTML)),
}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_worst_take_less_than_300_mb_in_the_crawl_and_in_each_reader(
    config: Config, tmp_path: Path
) -> None:
    """Twice each, all at once."""
    script = tmp_path / "measured.py"
    script.write_text(MEASURED)
    with ExitStack() as stack:
        for number in range(2):
            for name, page in HEAVY.items():
                pages: Pages = {
                    "/feed": feed("/ok", "/bad"),
                    "/ok": answer(story(f"ok {name}"), HTML),
                    "/bad": page,
                }
                server = stack.enter_context(tools.HostileServer(site(pages)))
                add(config, f"http://127.0.0.1:{server.port}/feed", f"{name} {number}")
        begun = time.monotonic()
        command = [sys.executable, str(script), str(config.home)]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        ran = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=120
        )
        assert time.monotonic() - begun < 60
    said = json.loads(ran.stdout)
    assert said["new"] >= 2 * len(HEAVY)
    assert said["own"] < 300
    assert said["readers"] < 330  # 256 MiB of its own (RLIMIT_DATA), and what all readers share


# -- many sources ------------------------------------------------------------------------------------


def test_no_source_waits_for_the_many_pages_of_another(config: Config) -> None:
    """60 sources on hosts of their own, one of them with 50 times as many pages; eight are asked at a time."""
    order: list[str] = []

    def script(connection: Any) -> None:
        host = re.search(rb"Host: ([a-z0-9]+)\.test", bytes(connection.request))
        name = host[1].decode() if host else ""
        if connection.path == "/feed":
            connection.say(feed(*(f"/a{n}" for n in range(100 if name == "s0" else 2))))
        elif connection.path == "/robots.txt":
            connection.say(answer(b"", status=b"404 Not Found"))
        else:
            order.append(name)
            connection.say(answer(story(f"{name} {connection.path}"), HTML))

    with tools.HostileServer(script) as server:
        for number in range(60):
            add(config, f"http://s{number}.test:{server.port}/feed", f"s{number}")
        few = replace(config, crawl=replace(config.crawl, connections=8))
        report = jobs.crawl_once(few, resolver=lambda *_: ["127.0.0.1"])
    assert report.complete
    assert report.counts["new"] == 100 + 59 * 2
    assert {name: counts["new"] for name, counts in report.by_source.items()}["s0"] == 100
    last_of_the_others = max(index for index, name in enumerate(order) if name != "s0")
    assert order[: last_of_the_others + 1].count("s0") < 30


# -- what is told ------------------------------------------------------------------------------------

EVIL = b"\x1b]0;evil\x07\x1b[2J\x9b31m\r"


def test_hostile_66_no_server_moves_a_terminal(
    config: Config, newsarchive: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever holds the signs that terminals obey: what is logged, printed and found does not."""
    pages: Pages = {
        "/feed": feed(
            "/title", "/status", "/location", "/coding", "/type", "/two", "Evil \x1b[2J\x9b=/linked\x1b[31m"
        ),
        "/title": answer(story("Evil [31m title").replace(b"council", EVIL), HTML),
        "/status": b"HTTP/1.1 2" + EVIL + b"\r\n\r\n",
        "/location": answer(b"", b"Location: http://\x1b[2J.test/\x1b[31m", status=b"302 Found"),
        "/coding": answer(b"a", HTML, b"Content-Encoding: \x9b31m"),
        "/type": answer(b"a", b"Content-Type: text/\x9b31m"),
        "/two": OK + b"X-Evil: \x9b31m\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    }
    with tools.HostileServer(site(pages)) as server:
        add(config, f"http://127.0.0.1:{server.port}/feed", "evil")
        with caplog.at_level("DEBUG"):
            told = [newsarchive("crawl")]
    commands = (
        ["status"],
        ["sources", "list"],
        ["search", "evil"],
        ["search", "evil", "--json"],
        ["show", "1"],
    )
    told += [newsarchive(*command) for command in commands]
    assert "1 new" in told[0].out
    everything = caplog.text + "".join(ran.out + ran.err for ran in told)
    assert not re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f]", everything)
