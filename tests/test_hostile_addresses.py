"""Addresses that must never be connected to, by number: however they are spelled, and whatever leads to them.

What is connected to is told by the interpreter (its audit events), not by the code that is tested.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive.crawl import Crawl
from archive.errors import AddressRefused, FetchError
from archive.fetch import Fetcher, resolve
from archive.fetch.addresses import may_connect, may_use_port
from archive.keeping import Keeper
from archive.parsing import Parsers
from archive.politeness import Politeness
from archive.store import Store
from archive.urls import fetch_form
from archive.warc import WarcWriter
from newsarchive.config import Config

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("hostile_server.py"))))
answer = tools.answer

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs all of 127.0.0.0/8 as loopback")

PAPER = "127.77.7.7"
"""Where the site is that may be fetched; every other loopback address is forbidden."""

LOOPBACK = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.0.0.1.",
    "0177.0.0.1",
    "0177.1",
    "0x7f.1",
    "0x7f.0.0.1",
    "0x7F000001",
    "2130706433",
    "017700000001",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "127．0．0．1",
    "%31%32%37.0.0.1",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "inside.test",
]
FORBIDDEN = [
    *LOOPBACK,
    *[
        "127.255.255.254",
        "0",
        "0.0.0.0",
        "0x0",
        "10.0.0.1",
        "10.1",
        "0xa.0.0.1",
        "167772161",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "192.168.1",
        "0300.0250.0.1",
        "3232235521",
        "169.254.169.254",
        "0xa9fea9fe",
        "2852039166",
        "169.254.43518",
        "100.64.0.1",
        "100.100.100.200",
        "192.0.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::ffff:a9fe:a9fe]",
        "[::127.0.0.1]",
        "[::7f00:1]",
        "[::ffff:0:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::7f00:1]",
        "[2002:7f00:1::]",
        "[2001::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[100::1]",
        "[2001:db8::1]",
        "mixed.test",
    ],
]
ROUTES = ("direct", "redirect", "feed", "sitemap", "robots")
NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "localhost.": ["127.0.0.1", "::1"],
    "inside.test": ["127.0.0.1"],
    "mixed.test": ["93.184.215.14", "10.0.0.1"],
}


def now() -> datetime:
    return datetime.now(UTC)


_connected: list[str] = []
_watched = False


@pytest.fixture
def connected() -> Iterator[list[str]]:
    """The addresses that this process connects to, all of it. (An audit hook cannot be taken away again.)"""
    global _watched  # noqa: PLW0603

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect" and isinstance(arguments[1], tuple):
            _connected.append(arguments[1][0])

    if not _watched:
        sys.addaudithook(watch)
        _watched = True
    _connected.clear()
    return _connected


@pytest.fixture
def trap() -> Iterator[Any]:
    """A server on loopback that nobody may reach."""
    with tools.HostileServer(answer(b"<p>Inside.")) as server:
        yield server


@pytest.fixture(scope="module")
def parsers() -> Iterator[Parsers]:
    with Parsers(1) as pool:
        yield pool


def lookup(host: str, port: int) -> list[str]:
    """The names of these tests, else what the system makes of a numeric address. Nothing of the internet."""
    if host.endswith("paper.test"):
        return [PAPER]
    return NAMES.get(host) or resolve(host, port)


def pages(route: str, targets: list[str]) -> Callable[[str, str], bytes]:
    """A site whose ways lead to the targets: (host, path) -> response."""
    listed = range(len(targets))
    maps = "".join(f"<sitemap><loc>{target}</loc></sitemap>" for target in targets)
    ways = ["urls.xml", "maps.xml", *(f"to/{number}" for number in listed)]
    own_maps = "".join(f"<sitemap><loc>http://paper.test:PORT/{way}</loc></sitemap>" for way in ways)
    urls = "".join(f"<url><loc>{target}</loc></url>" for target in targets)
    items = "".join(f"<item><title>A story</title><link>{target}</link></item>" for target in targets)
    links = "".join(f"<item><title>A story</title><link>/to/{number}</link></item>" for number in listed)
    own = {
        "redirect": {"/": f"<rss><channel>{links}</channel></rss>"},
        "feed": {"/": f"<rss><channel>{items}</channel></rss>"},
        "sitemap": {
            "/": f"<sitemapindex>{own_maps}</sitemapindex>",
            "/urls.xml": f"<urlset>{urls}</urlset>",
            "/maps.xml": f"<sitemapindex>{maps}</sitemapindex>",
        },
        "robots": {"/robots.txt": "".join(f"Sitemap: {target}\n" for target in targets)},
    }[route]

    def page(host: str, path: str) -> bytes:
        name, _, port = host.partition(":")
        if route == "robots" and path == "/robots.txt" and name != "paper.test":
            return _redirect(targets[int(name.split(".")[0].removeprefix("h"))])
        if path.startswith("/to/"):
            return _redirect(targets[int(path.removeprefix("/to/"))])
        if path in own:
            return bytes(answer(own[path].replace("PORT", port).encode(), b"Content-Type: text/xml"))
        return bytes(answer(b"", status=b"404 Not Found"))

    return page


def _redirect(target: str) -> bytes:
    return bytes(answer(b"", b"Location: " + target.encode(), status=b"302 Found"))


Reach = Callable[..., list[str]]


@pytest.fixture
def reach(config: Config, store: Store, parsers: Parsers) -> Iterator[Reach]:
    """Crawls a site whose `route` leads to hosts at a port; returns the paths that the site was asked for."""
    with ExitStack() as servers:

        def run(route: str, hosts: list[str], port: int, allowed: IPv4Network | IPv6Network) -> list[str]:
            targets = [
                host if "://" in host else f"http://{host}:{port}/story-{number}-of-today"
                for number, host in enumerate(hosts)
            ]
            fetcher = Fetcher("test/1", clock=now, allowed=[allowed], resolver=lookup, total_seconds=5.0)
            if route == "direct":
                for target in targets:
                    for url in (target, target.replace("http:", "https:")):
                        with suppress(FetchError):
                            fetcher.fetch(url)
                return []
            page = pages(route, targets)
            site = servers.enter_context(
                tools.HostileServer(
                    lambda connection: connection.say(page(_host(connection), connection.path)), host=PAPER
                )
            )
            names = [f"h{number}.paper.test" for number in range(len(hosts))] if route == "robots" else []
            with store.transaction() as tx:
                for name in ["paper.test", *names]:
                    url = f"http://{name}:{site.port}/"
                    tx.add_source(name=name, url=url, interval=timedelta(minutes=30), now=now())
            writer = WarcWriter(config.warc_dir, software="test")
            crawl = Crawl(
                Keeper(store, writer, clock=now),
                fetcher,
                parsers,
                agent="test/1",
                politeness=Politeness(0.0),
                clock=now,
                max_seconds=60.0,
            )
            crawl.run(store.sources())
            return list(site.asked)

        yield run


def _host(connection: Any) -> str:
    return next(
        line.decode().split(" ")[1] for line in connection.request.split(b"\r\n") if line.startswith(b"Host:")
    )


# -- the figure: 60 spellings by five routes ---------------------------------------------------------


def test_there_are_sixty_spellings() -> None:
    assert len(set(FORBIDDEN)) >= 60


@pytest.mark.parametrize("route", ROUTES)
def test_hostile_27_no_spelling_is_connected_to_by_any_route(
    reach: Reach, connected: list[str], trap: Any, route: str
) -> None:
    asked = reach(route, FORBIDDEN, trap.port, ip_network(f"{PAPER}/32"))
    assert set(connected) <= {PAPER}
    assert trap.accepted == 0
    assert bool(asked) == (route != "direct")


@pytest.mark.parametrize("route", ROUTES)
def test_hostile_27_the_routes_do_lead_there_where_it_is_allowed(
    reach: Reach, connected: list[str], trap: Any, route: str
) -> None:
    """Else the test above could not fail."""
    reach(route, LOOPBACK, trap.port, ip_network("127.0.0.0/8"))
    assert "127.0.0.1" in connected
    assert trap.asked


@pytest.mark.parametrize("spelling", LOOPBACK)
def test_hostile_27_every_spelling_of_loopback_is_loopback(
    connected: list[str], trap: Any, spelling: str
) -> None:
    fetcher = Fetcher("test/1", clock=now, resolver=lookup)
    with pytest.raises(AddressRefused, match="private network"):
        fetcher.fetch(f"http://{spelling}:{trap.port}/")
    assert connected == []


@pytest.mark.parametrize(
    "address",
    ["::1", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1", "fec0::1", "ff02::1"],
)
def test_hostile_28_forms_of_ipv6_that_reach_inside_are_refused(connected: list[str], address: str) -> None:
    with pytest.raises(AddressRefused):
        Fetcher("test/1", clock=now).fetch(f"http://[{address}]/")
    with pytest.raises(AddressRefused):
        Fetcher("test/1", clock=now, resolver=lambda _host, _port: [address]).fetch("http://a.test/")
    assert connected == []


@pytest.mark.parametrize(
    ("allowed", "address"),
    [
        ("::1/128", "::1"),
        ("127.0.0.0/8", "::1"),
        ("127.0.0.0/8", "::ffff:127.0.0.1"),
        ("::ffff:0:0/96", "::ffff:10.0.0.1"),
        ("fd00::/8", "fd00::1"),
        ("fe80::/10", "fe80::1%eth0"),
    ],
)
def test_hostile_28_what_is_allowed_may_be_written_in_either_form(allowed: str, address: str) -> None:
    assert may_connect(address, [ip_network(allowed)])
    assert not may_connect(address, [])


@pytest.mark.parametrize("address", ["169.254.169.254", "[fd00:ec2::254]", "100.100.100.200"])
@pytest.mark.parametrize("route", ROUTES[1:])
def test_hostile_29_metadata_services_are_out_of_reach(
    reach: Reach, connected: list[str], store: Store, route: str, address: str
) -> None:
    assert reach(route, [address], 80, ip_network(f"{PAPER}/32"))
    assert set(connected) == {PAPER}
    assert store.counts().articles == 0


# -- 30: names that change their minds ---------------------------------------------------------------


def test_hostile_30_a_name_is_looked_up_once_and_that_answer_holds(connected: list[str], trap: Any) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]])
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    fetcher = Fetcher("test/1", clock=now, resolver=rebinding, allowed=[ip_network("127.0.0.1/32")])
    response = fetcher.fetch(f"http://moving.test:{trap.port}/")
    assert (response.ip_address, asked) == ("127.0.0.1", ["moving.test"])
    with pytest.raises(AddressRefused):
        fetcher.fetch(f"http://moving.test:{trap.port}/")
    assert connected == ["127.0.0.1"]
    assert asked == ["moving.test"] * 2


def test_hostile_30_the_system_is_not_asked_for_the_name_again(trap: Any) -> None:
    """Connecting by name would be a second look-up, whose answer nobody has checked."""
    lookups: list[Any] = []
    watching = True

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event in ("socket.getaddrinfo", "socket.gethostbyname"):
            lookups.append(arguments[0])

    sys.addaudithook(watch)
    fetcher = Fetcher(
        "test/1", clock=now, resolver=lambda _host, _port: ["127.0.0.1"], allowed=[ip_network("127.0.0.1/32")]
    )
    fetcher.fetch(f"http://paper.test:{trap.port}/")
    watching = False
    assert lookups == []


@pytest.mark.parametrize(
    "addresses", [["93.184.215.14", "10.0.0.1"], ["127.0.0.1", "93.184.215.14"], ["::1"]]
)
def test_hostile_30_a_name_with_one_address_inside_is_refused_altogether(
    connected: list[str], addresses: list[str]
) -> None:
    with pytest.raises(AddressRefused):
        Fetcher("test/1", clock=now, resolver=lambda _host, _port: addresses).fetch("http://mixed.test/")
    assert connected == []


# -- 31 and 32: schemes, ports, proxies --------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1:70/_",
        "data:text/html,<p>",
        "ftp://paper.test/",
        "ws://paper.test/",
        "javascript:alert(1)",
        "http://user@paper.test/",
        "http://user:password@paper.test/",
        "http://paper.test@127.0.0.1/",
        "http://",
        "//paper.test/",
        "",
        "http://[::1",
        "http://paper.test:99999/",
        "http://paper test/",
    ],
)
def test_hostile_31_what_is_no_plain_address_of_the_web_is_refused(connected: list[str], url: str) -> None:
    with pytest.raises(AddressRefused) as error:
        Fetcher("test/1", clock=now, resolver=lookup, allowed=[ip_network("127.0.0.0/8")]).fetch(url)
    assert error.value.url == url
    with pytest.raises(ValueError, match="address"):
        fetch_form(url)
    assert connected == []


@pytest.mark.parametrize("port", [0, 1, 22, 25, 110, 143, 445, 465, 587, 1023, 2049, 5060, 6000, 6667, 10080])
def test_hostile_31_ports_that_speak_otherwise_are_refused(connected: list[str], port: int) -> None:
    assert not may_use_port(port)
    with pytest.raises(AddressRefused, match=f"Port {port} "):
        Fetcher("test/1", clock=now, resolver=lookup, allowed=[ip_network("127.0.0.0/8")]).fetch(
            f"http://paper.test:{port}/"
        )
    assert connected == []


def test_hostile_31_a_redirect_to_another_scheme_is_not_followed(
    reach: Reach, connected: list[str], trap: Any, store: Store
) -> None:
    targets = ["file:///etc/passwd", "gopher://127.0.0.1:70/_", "ftp://paper.test/", "http://paper.test:25/"]
    targets += [f"http://user@paper.test:{trap.port}/", f"http://paper.test@127.0.0.1:{trap.port}/"]
    reach("redirect", targets, trap.port, ip_network(f"{PAPER}/32"))
    assert set(connected) == {PAPER}
    causes = sorted(failure.cause for failure in store.failures(9))
    assert causes == ["address-refused", *["redirect"] * 5]


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"])
def test_hostile_32_a_proxy_of_the_environment_is_ignored(
    monkeypatch: pytest.MonkeyPatch, connected: list[str], trap: Any, name: str
) -> None:
    monkeypatch.setenv(name, f"http://127.0.0.1:{trap.port}")
    monkeypatch.delenv("no_proxy", raising=False)
    with tools.HostileServer(answer(b"<p>Outside."), host=PAPER) as site:
        fetcher = Fetcher("test/1", clock=now, resolver=lookup, allowed=[ip_network(f"{PAPER}/32")])
        response = fetcher.fetch(f"http://paper.test:{site.port}/")
        assert connected == [PAPER]
    assert response.body == b"<p>Outside."
    assert trap.accepted == 0
