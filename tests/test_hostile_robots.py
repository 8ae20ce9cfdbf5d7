"""robots.txt of hosts that fail, lie or overdo it: nothing is fetched that RFC 9309 forbids, and nothing hangs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any

import pytest

from archive.crawl import permission
from archive.crawl.permission import Permissions, RobotsAnswer, fetch_robots
from archive.crawl.settle import Cause
from archive.fetch import Fetcher
from archive.model import Response
from archive.robots import Forbidden, Robots, parse_robots
from archive.store import Store

AGENT = "newsarchive/1 (+https://b.example/bot)"
BEGIN = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
RULES = "User-agent: *\nDisallow: /private\n"
Page = tuple[int, dict[str, str], Any]


class Host:
    """A loopback server: robots.txt and other pages, as (status, headers, body); what was asked, in order. With a
    body of None it never answers."""

    def __init__(self, pages: dict[str, Page]) -> None:
        self.pages = pages
        self.asked: list[str] = []
        self._closing = threading.Event()
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.asked.append(self.path)
                status, headers, body = host.pages.get(self.path, (404, {}, ""))
                if body is None:
                    host._closing.wait(20)
                    return
                data = body.encode() if isinstance(body, str) else body
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(data))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def robots(self, status: int, body: Any = "", **headers: str) -> None:
        """What /robots.txt answers from now on."""
        self.pages["/robots.txt"] = (status, {n.replace("_", "-"): v for n, v in headers.items()}, body)

    def close(self) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now


class Visitor:
    """A crawler as far as robots.txt goes: asks when it has to, tells whether a page may be fetched."""

    def __init__(self, store: Store, clock: Clock, **settings: Any) -> None:
        self.clock = clock
        self.asked = 0
        self._store = store
        self._forbidden: Forbidden = settings.pop("forbidden", "allow")
        settings = {"total_seconds": 5.0, "allowed": (ip_network("127.0.0.0/8"),)} | settings
        self._fetcher = Fetcher(AGENT, clock=clock, **settings)

    def fetch(self, host: str) -> RobotsAnswer:
        return fetch_robots(self._fetcher, host)

    def permissions(self, host: str) -> Permissions:
        """Those of a crawl that begins now."""
        permissions = Permissions(self._store, AGENT, self.clock, forbidden=self._forbidden)
        if not permissions.known(host):
            self.asked += 1
            permissions.learn(self.fetch(host))
        return permissions

    def may(self, host: str, path: str = "/page") -> bool:
        return self.permissions(host).refusal(host + path) is None

    def cause(self, host: str) -> str:
        refusal = self.permissions(host).refusal(f"{host}/page")
        return refusal.code if refusal else ""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def serve() -> Iterator[Callable[..., Host]]:
    with ExitStack() as stack:

        def start(status: int = 200, body: Any = RULES, **headers: str) -> Host:
            host = Host({})
            stack.callback(host.close)
            host.robots(status, body, **headers)
            return host

        yield start


Serve = Callable[..., Host]


def unused_port() -> int:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        return server.server_port


def no_such_name(_host: str, _port: int) -> list[str]:
    raise OSError("Name or service not known")


# -- 1: it cannot be had -----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
def test_hostile_01_a_server_error_closes_the_host(
    store: Store, clock: Clock, serve: Serve, status: int
) -> None:
    host, visitor = serve(status, RULES), Visitor(store, clock)
    assert not visitor.may(host.url)
    assert visitor.cause(host.url) == "robots-unreachable"
    assert host.asked == ["/robots.txt"]


def test_hostile_01_silence_closes_the_host(store: Store, clock: Clock, serve: Serve) -> None:
    host, visitor = serve(200, None), Visitor(store, clock, total_seconds=0.3)
    assert visitor.cause(host.url) == "time-out"


def test_hostile_01_no_tls_closes_the_host(store: Store, clock: Clock, serve: Serve) -> None:
    assert Visitor(store, clock).cause(f"https://127.0.0.1:{serve().port}") == "tls"


def test_hostile_01_an_unknown_name_closes_the_host(store: Store, clock: Clock) -> None:
    assert Visitor(store, clock, resolver=no_such_name).cause("http://nowhere.example") == "dns"


def test_hostile_01_no_connection_closes_the_host(store: Store, clock: Clock) -> None:
    assert Visitor(store, clock).cause(f"http://127.0.0.1:{unused_port()}") == "connection"


@pytest.mark.parametrize(
    "headers", [{"Content_Encoding": "br"}, {"Content_Length": "9000"}, {"Content_Encoding": "gzip"}]
)
def test_hostile_01_a_body_that_cannot_be_read_to_its_end_closes_the_host(
    store: Store, clock: Clock, serve: Serve, headers: dict[str, str]
) -> None:
    host = serve(200, RULES, **headers)
    host.pages["/robots.txt"][1]["Connection"] = "close"
    assert Visitor(store, clock).cause(host.url) == "robots-unreachable"


def test_hostile_01_a_server_that_fails_is_asked_again_after_growing_pauses(
    store: Store, clock: Clock, serve: Serve
) -> None:
    host, visitor = serve(503), Visitor(store, clock)
    pauses, last = [], clock.now
    while len(pauses) < 11:
        before = visitor.asked
        assert not visitor.may(host.url)
        if visitor.asked > before:
            pauses.append(round((clock.now - last) / timedelta(minutes=1)))
            last = clock.now
        clock.now += timedelta(minutes=10)
    assert pauses == [0, 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440]


def test_hostile_01_a_host_that_was_not_reached_is_asked_again_within_the_hour(
    store: Store, clock: Clock
) -> None:
    visitor = Visitor(store, clock, resolver=no_such_name)
    for hour in range(24):
        visitor.may("http://nowhere.example")
        assert visitor.asked >= hour
        clock.now += timedelta(hours=1)


def test_hostile_01_it_is_asked_no_sooner_than_it_says(store: Store, clock: Clock, serve: Serve) -> None:
    host, visitor = serve(503, Retry_After="7200"), Visitor(store, clock)
    assert not visitor.may(host.url)
    clock.now += timedelta(minutes=119)
    assert not visitor.may(host.url)
    assert len(host.asked) == 1
    clock.now += timedelta(minutes=1)
    host.robots(404)
    assert visitor.may(host.url)


def test_hostile_01_the_last_good_copy_serves_after_a_day(store: Store, clock: Clock, serve: Serve) -> None:
    host, visitor = serve(200, RULES + "Crawl-delay: 7\n"), Visitor(store, clock)
    assert visitor.may(host.url)
    host.robots(500)
    clock.now += timedelta(hours=24)
    failing_since = clock.now
    while clock.now < failing_since + timedelta(hours=24):
        assert not visitor.may(host.url)
        clock.now += timedelta(hours=1)
    for day in (0, 7, 31, 400):
        clock.now = failing_since + timedelta(days=1 + day)
        assert visitor.may(host.url, "/page")
        assert not visitor.may(host.url, "/private")
        assert visitor.permissions(host.url).crawl_delay(host.url) == 7.0
    host.robots(200, "")
    clock.now += timedelta(days=1)
    assert visitor.may(host.url, "/private")


@pytest.mark.parametrize("first", [500, 404])
def test_hostile_01_without_a_copy_nothing_is_allowed_before_thirty_days(
    store: Store, clock: Clock, serve: Serve, first: int
) -> None:
    host, visitor = serve(first), Visitor(store, clock)
    assert visitor.may(host.url) == (first == 404)
    clock.now += timedelta(hours=24)
    host.robots(500)
    since = clock.now if first == 404 else BEGIN
    while clock.now < since + timedelta(days=30):
        assert not visitor.may(host.url)
        clock.now += timedelta(hours=6)
    assert visitor.may(host.url)


def test_hostile_01_thirty_days_without_asking_are_no_thirty_days_without_an_answer(
    store: Store, clock: Clock, serve: Serve
) -> None:
    host, visitor = serve(500), Visitor(store, clock)
    for _ in range(4):
        assert not visitor.may(host.url)
        clock.now += timedelta(days=31)


def test_hostile_01_once_it_can_be_had_everything_is_forgiven(
    store: Store, clock: Clock, serve: Serve
) -> None:
    host, visitor = serve(500), Visitor(store, clock)
    for _ in range(5):
        assert not visitor.may(host.url)
        clock.now += timedelta(days=1)
    host.robots(200, RULES)
    assert visitor.may(host.url)
    clock.now += timedelta(days=1)
    host.robots(500)
    assert not visitor.may(host.url)
    clock.now += timedelta(minutes=10)
    host.robots(200, RULES)
    assert visitor.may(host.url)


# -- 2: it is not there, or not for us ---------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 451, 499])
def test_hostile_02_what_is_not_there_forbids_nothing(
    store: Store, clock: Clock, serve: Serve, status: int
) -> None:
    host = serve(status, "User-agent: *\nDisallow: /\n")
    assert Visitor(store, clock).may(host.url)


def test_hostile_02_a_404_counts_however_its_page_is_sent(store: Store, clock: Clock, serve: Serve) -> None:
    host = serve(404, "?", Content_Encoding="br")
    assert Visitor(store, clock).may(host.url)


@pytest.mark.parametrize(("status", "may"), [(401, False), (403, False), (404, True), (410, True)])
def test_hostile_02_a_401_or_403_closes_the_host_where_that_is_configured(
    store: Store, clock: Clock, serve: Serve, status: int, *, may: bool
) -> None:
    host, visitor = serve(status), Visitor(store, clock, forbidden="disallow")
    assert visitor.may(host.url) is may
    assert visitor.cause(host.url) == ("" if may else "robots")


def test_hostile_02_429_counts_as_a_server_error(store: Store, clock: Clock, serve: Serve) -> None:
    host, visitor = serve(429, Retry_After="3600"), Visitor(store, clock)
    assert visitor.cause(host.url) == "robots-unreachable"
    clock.now += timedelta(minutes=59)
    assert not visitor.may(host.url)
    assert len(host.asked) == 1


# -- 3: redirects ------------------------------------------------------------------------------------


def chain(serve: Serve, hops: int) -> tuple[list[Host], Callable[[str, int], list[str]]]:
    """Hosts whose robots.txt leads from one to the next; the last one has the rules."""
    hosts = [serve() for _ in range(hops + 1)]
    for number, host in enumerate(hosts[:-1]):
        host.robots(302, Location=f"http://h{number + 1}.example:{hosts[number + 1].port}/robots.txt")
    return hosts, lambda _name, _port: ["127.0.0.1"]


def test_hostile_03_five_redirects_across_hosts_are_followed_and_the_rules_are_of_the_first(
    store: Store, clock: Clock, serve: Serve
) -> None:
    hosts, resolver = chain(serve, 5)
    visitor = Visitor(store, clock, resolver=resolver)
    first = f"http://h0.example:{hosts[0].port}"
    assert visitor.may(first, "/page")
    assert not visitor.may(first, "/private")
    permissions = visitor.permissions(first)
    assert not permissions.known(f"http://h5.example:{hosts[5].port}")
    assert [host.asked for host in hosts] == [["/robots.txt"]] * 6


def test_hostile_03_six_redirects_are_no_robots_txt(store: Store, clock: Clock, serve: Serve) -> None:
    hosts, resolver = chain(serve, 6)
    visitor = Visitor(store, clock, resolver=resolver)
    assert visitor.may(f"http://h0.example:{hosts[0].port}", "/private")
    assert hosts[6].asked == []


def test_hostile_03_a_redirect_to_itself_is_asked_once(store: Store, clock: Clock, serve: Serve) -> None:
    host = serve(301, Location="/robots.txt")
    assert Visitor(store, clock).may(host.url)
    assert len(host.asked) == 1


@pytest.mark.parametrize("location", ["", "ftp://a.example/robots.txt", "http://[", "javascript:alert(1)"])
def test_hostile_03_a_redirect_that_leads_nowhere_closes_the_host(
    store: Store, clock: Clock, serve: Serve, location: str
) -> None:
    host = serve(302, **({"Location": location} if location else {}))
    if not location:
        host.robots(302, Location="http://")
    assert Visitor(store, clock).cause(host.url) == "robots-unreachable"


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/x", "http://10.0.0.1/", "http://[fd00:ec2::254]/", "http://0xa000001/"]
)
def test_hostile_03_a_redirect_into_a_private_network_is_not_followed(
    store: Store, clock: Clock, serve: Serve, target: str
) -> None:
    host = serve(302, Location=target)
    assert Visitor(store, clock).cause(host.url) == "address-refused"
    assert store.robots(host.url) is None, "whoever then allows the address need not wait"


# -- 4, 5: what the bytes are ------------------------------------------------------------------------


def test_hostile_04_only_the_first_500_kib_are_read(store: Store, clock: Clock, serve: Serve) -> None:
    head = b"User-agent: *\nDisallow: /early\n"
    cut = b"\nDisallow: /p"
    body = head + b"#" * (500 * 1024 - len(head) - len(cut)) + cut
    body += b"rivate\n" + b"Disallow: /late\n" * 400_000
    assert len(body) > 6 << 20
    host, visitor = serve(200, body), Visitor(store, clock)
    for _ in range(2):  # as fetched, and as remembered
        assert [visitor.may(host.url, path) for path in ("/early", "/private", "/pq", "/late")] == [
            False, True, True, True,
        ]  # fmt: skip
    stored = store.robots(host.url)
    assert stored is not None
    assert len(stored.body) <= 500 * 1024 + 1


def test_hostile_04_more_than_20_mib_are_read_as_far_as_counts(
    store: Store, clock: Clock, serve: Serve
) -> None:
    host = serve(200, b"User-agent: *\nDisallow: /private\n" + b"#\n" * (11 << 20))
    visitor = Visitor(store, clock, total_seconds=30.0)
    assert visitor.may(host.url)
    assert not visitor.may(host.url, "/private")


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (b"<!doctype html><html><title>Disallow: /private</title></html>", False),
        (b"\0\0\0", False),
        (b"\xff\xfe", False),
        (b"", False),
        (b"\0U\0s\0er-agent: *\n\0Disallow: /private\0\n", True),
        ("\ufeff" + RULES, True),
        (b"\xef\xbb" + RULES.encode(), True),
        (RULES.replace("\n", "\r"), True),
        (RULES.encode("utf-16"), True),
        (RULES.encode("utf-16-le"), True),
        (b"\xfe\xff" + RULES.encode("utf-16-be"), True),
        (b"GIF89a\xff\n" + RULES.encode(), True),
    ],
)
def test_hostile_05_odd_bytes_are_parsed_or_ignored(
    store: Store, clock: Clock, serve: Serve, body: bytes | str, *, read: bool
) -> None:
    host, visitor = serve(200, body), Visitor(store, clock)
    assert visitor.may(host.url, "/page")
    assert visitor.may(host.url, "/private") is not read


# -- 6 to 11: what the lines say ---------------------------------------------------------------------


def rules(*lines: str) -> Robots:
    return parse_robots("\n".join(lines).encode())


@pytest.mark.parametrize(
    "line",
    ["Noise: 1", "Sitemap: https://a.com/s.xml", "Host: a.com", "Crawl-delay: 5", "", "# -", "<p>", ":"],
)
def test_hostile_06_an_unknown_line_between_names_does_not_end_the_group(line: str) -> None:
    robots = rules("User-agent: newsarchive", line, "User-agent: other", "Disallow: /")
    assert not robots.allowed("https://a.com/x", "newsarchive")
    assert not robots.allowed("https://a.com/x", "other")


@pytest.mark.parametrize(
    "line", ["Foo/2.1 bar", "foo", "FOO *", "Foo(bar)", "foo\tbar", "Foo:bar", "foo.org"]
)
def test_hostile_07_a_name_ends_where_its_letters_end(line: str) -> None:
    robots = rules(f"User-agent: {line}", "Disallow: /")
    assert not robots.allowed("https://a.com/x", "Foo")
    assert robots.allowed("https://a.com/x", "FooBar")
    assert robots.allowed("https://a.com/x", "bar")


@pytest.mark.parametrize(
    ("rule", "path", "may"),
    [
        ("/x?", "/x?q=1", False),
        ("/x?", "/x?", False),
        ("/x?", "/x", True),
        ("/%7ejoe", "/~joe/", False),
        ("/%7Ejoe", "/~joe/", False),
        ("/~joe", "/%7ejoe/", False),
        ("/ツ", "/ツ", False),
        ("/ツ", "/%e3%83%84", False),
        ("/%E3%83%84", "/ツ", False),
        ("/%e3%83%84", "/%E3%83%84", False),
        ("/a%2Fb", "/a/b", True),
        ("/a%2fb", "/a%2Fb", False),
    ],
)
def test_hostile_08_paths_are_compared_encoded(rule: str, path: str, *, may: bool) -> None:
    assert rules("User-agent: *", f"Disallow: {rule}").allowed(f"https://a.com{path}", "x") is may


@pytest.mark.parametrize(
    "patterns",
    [
        [f"{'/*a' * 200}{n}$" for n in range(200)],
        [f"/*aaaaaaaaaa{n}" for n in range(5_000)],
        [f"/*aaaaa{'bc'[n % 2]}aaaaa" for n in range(5_000)],
        [f"/{'*a' * 8000}b{n}" for n in range(30)],
        [f"/{'*' * 16_000}b{n}" for n in range(30)],
    ],
    ids=["wildcards", "near misses", "misses in the middle", "long wildcards", "asterisks"],
)
def test_hostile_09_wildcards_take_less_than_a_second(patterns: list[str]) -> None:
    robots = rules("User-agent: *", *(f"Disallow: {pattern}" for pattern in patterns))
    begun = time.process_time()
    assert robots.allowed("https://a.com/" + "a" * 4096, "x")
    assert time.process_time() - begun < 5


def test_hostile_09_ten_times_as_many_rules_take_about_ten_times_as_long() -> None:
    """Not a hundred times: 25,000 of them are read at the pace of 2,500."""

    def seconds(rules: int) -> float:
        body = b"User-agent: *\n" + b"".join(b"Disallow: /a/%d\n" % n for n in range(rules))
        begun = time.process_time()
        assert not parse_robots(body).allowed(f"https://a.com/a/{rules - 1}/x", "x")
        return time.process_time() - begun

    assert min(seconds(25_000) for _ in range(3)) < 40 * min(seconds(2_500) for _ in range(3))


def test_hostile_09_the_rules_of_many_hosts_do_not_fill_the_memory(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(permission, "MAX_RULES", 25)
    permissions = Permissions(store, AGENT, clock)
    hosts = [f"https://h{number}.example" for number in range(8)]
    for number, host in enumerate(hosts):
        text = "User-agent: *\nCrawl-delay: 7\n" + f"Disallow: /{number}\n" * 10
        response = Response(f"{host}/robots.txt", 200, (), text.encode(), b"", b"", "", BEGIN, 0.1)
        permissions.learn(RobotsAnswer(host, (response,), 200))
    assert len(permissions._hosts) == 2
    for number, host in enumerate(hosts):
        assert permissions.crawl_delay(host) == 7.0
        assert permissions.known(host)
        assert permissions.refusal(f"{host}/{number}") is not None
        assert permissions.refusal(f"{host}/x") is None
        assert len(permissions._hosts) <= 2


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("1e9", 300), ("9" * 4000, 300), ("1e999", 300), ("nan", None), ("-5", None), ("inf", None), ("", None),
     ("2.5", 2.5), ("10s", 10), ("٣", None)],
)  # fmt: skip
def test_hostile_10_a_crawl_delay_is_bounded_or_ignored(value: str, seconds: float | None) -> None:
    assert rules("User-agent: *", f"Crawl-delay: {value}").crawl_delay("x") == seconds


@pytest.mark.parametrize(
    "url",
    ["http://[", "https://[::1/x", "http://a.com:99999/", "http:///", "\ud800", "", "data:,x", "http://a b/"],
)
def test_hostile_11_a_malformed_url_is_disallowed(url: str) -> None:
    verdict = Robots().verdict(url, "x")
    assert (verdict.allowed, verdict.rule) == (False, None)
    assert verdict.reason


# -- how long an answer holds ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cache_control", "hours"),
    [("", 24), ("max-age=99999999", 24), ("max-age=7200", 2), ("public, MAX-AGE=10", 1), ("no-store", 1),
     ("private, no-cache, max-age=9999", 1), ("s-maxage=9", 24), ("max-age=soon", 24)],
)  # fmt: skip
def test_an_answer_holds_for_a_day_or_as_long_as_cache_control_says(
    store: Store, clock: Clock, serve: Serve, cache_control: str, hours: int
) -> None:
    host, visitor = serve(200, RULES, Cache_Control=cache_control), Visitor(store, clock)
    assert visitor.may(host.url)
    clock.now += timedelta(hours=hours, seconds=-1)
    assert visitor.may(host.url)
    assert len(host.asked) == 1
    clock.now += timedelta(seconds=1)
    assert visitor.may(host.url)
    assert len(host.asked) == 2


def test_a_clock_that_was_set_back_does_not_keep_an_answer_for_ever(
    store: Store, clock: Clock, serve: Serve
) -> None:
    host, visitor = serve(), Visitor(store, clock)
    assert visitor.may(host.url)
    clock.now -= timedelta(days=900)
    assert visitor.may(host.url)
    assert len(host.asked) == 2


def test_a_refusal_names_the_line(store: Store, clock: Clock, serve: Serve) -> None:
    host = serve()
    refusal = Visitor(store, clock).permissions(host.url).refusal(f"{host.url}/private/x")
    assert refusal is not None
    assert refusal.code == "robots"
    assert "line 2: Disallow: /private" in refusal.message


def test_a_fault_of_ours_is_forgotten_with_the_crawl(store: Store, clock: Clock) -> None:
    permissions = Permissions(store, AGENT, clock)
    fault = Cause("internal", "This is a fault of newsarchive.")
    permissions.learn(RobotsAnswer("https://a.example", (), None, fault))
    assert permissions.known("https://a.example")
    assert permissions.refusal("https://a.example/x") is not None
    assert store.robots("https://a.example") is None


def test_the_sitemaps_of_a_host_are_told(store: Store, clock: Clock, serve: Serve) -> None:
    host = serve(200, RULES + "Sitemap: https://a.example/news.xml\n")
    permissions = Visitor(store, clock).permissions(host.url)
    assert permissions.sitemaps(host.url) == ("https://a.example/news.xml",)
    assert permissions.sitemaps("https://other.example") == ()
