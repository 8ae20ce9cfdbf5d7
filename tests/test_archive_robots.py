"""What robots.txt allows (RFC 9309)."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.robots import Robots, parse_robots, robots_for_status

AGENT = "newsarchive"


def allowed(text: str, path: str, agent: str = AGENT) -> bool:
    return parse_robots(text.encode()).allowed("https://a.com" + path, agent)


def test_the_own_group_stands_in_for_that_of_everybody() -> None:
    text = "User-agent: *\nDisallow: /\n\nUser-agent: newsarchive\nDisallow: /private\n"
    assert allowed(text, "/news")
    assert not allowed(text, "/private/x")
    assert not allowed(text, "/news", "another")


def test_groups_of_one_name_are_joined() -> None:
    text = "User-agent: newsarchive\nDisallow: /a\n\nUser-agent: x\nDisallow: /b\n\nUser-agent: NewsArchive\nDisallow: /c"
    assert [allowed(text, path) for path in ("/a", "/b", "/c")] == [False, True, False]


def test_a_name_is_matched_whole() -> None:
    text = "User-agent: news\nAllow: /\n\nUser-agent: *\nDisallow: /\n"
    assert not allowed(text, "/x")


def test_an_unknown_line_does_not_end_a_group() -> None:
    assert not allowed("User-agent: newsarchive\nNoise: 1\nUser-agent: x\nDisallow: /\n", "/x")
    assert not allowed("User-agent: newsarchive\nSitemap: https://a.com/s.xml\nDisallow: /\n", "/x")


@pytest.mark.parametrize(
    "agent", ["newsarchive", "NewsArchive/2.1 bar", "newsarchive/0.1 (+https://b.com/bot)"]
)
def test_a_version_is_no_part_of_a_name(agent: str) -> None:
    assert not allowed("User-agent: NewsArchive/9 bar\nDisallow: /\n", "/x", agent)


@pytest.mark.parametrize(
    ("rules", "path", "may"),
    [
        ("Disallow: /x?", "/x?q=1", False),
        ("Disallow: /x?", "/x", True),
        ("Disallow: /%7ejoe", "/~joe/x", False),
        ("Disallow: /ツ", "/%E3%83%84", False),
        ("Disallow: /*.pdf$", "/a.pdf", False),
        ("Disallow: /*.pdf$", "/a.pdfx", True),
        ("Disallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("Disallow:", "/x", True),
        ("dissallow /x", "/x", False),
        ("Disallow: /x # not this", "/x", False),
        ("Disallow: /", "/robots.txt", True),
    ],
)
def test_the_longest_rule_wins(rules: str, path: str, *, may: bool) -> None:
    assert allowed(f"User-agent: *\n{rules}\n", path) is may


@pytest.mark.parametrize(
    ("status", "may"),
    [(200, False), (404, True), (410, True), (401, True), (403, True), (429, False), (500, False), (503, False),
     (None, False), (302, False)],
)  # fmt: skip
def test_a_status_says_whether_there_are_rules_at_all(status: int | None, *, may: bool) -> None:
    robots = robots_for_status(status, b"User-agent: *\nDisallow: /x\n")
    assert robots.allowed("https://a.com/x", AGENT) is may


@pytest.mark.parametrize(
    "body",
    [
        "\ufeffUser-agent: *\nDisallow: /x\n".encode(),
        "User-agent: *\nDisallow: /x\n".encode("utf-16"),
        b"User-agent: *\rDisallow: /x\r",
        b"User-agent: *\r\nDisallow: /x\r\n",
        b"\0User-agent: *\n\0\0Disallow: /x\0\n",
        b"<!doctype html><html>\nUser-agent: *\nDisallow: /x\n</html>",
    ],
)
def test_odd_encodings_and_line_ends_are_read(body: bytes) -> None:
    assert not parse_robots(body).allowed("https://a.com/x", AGENT)


def test_an_html_body_is_no_rule() -> None:
    assert parse_robots(b"<html><body>Disallow everything? No.</body></html>").allowed(
        "https://a.com/x", AGENT
    )


def test_only_the_first_500_kib_count_and_no_line_cut_in_two() -> None:
    head = b"User-agent: *\nDisallow: /x\n"
    filler = b"#" * (500 * 1024 - len(head) - len("\nDisallow: /")) + b"\n"
    robots = parse_robots(head + filler + b"Disallow: /abc\n" + b"Disallow: /y\n" * 400_000)
    assert [robots.allowed(f"https://a.com/{path}", AGENT) for path in "xyz"] == [False, True, True]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("5", 5.0), ("0.5", 0.5), ("1e9", 300.0), ("nan", None), ("-5", None), ("soon", None)],
)
def test_a_crawl_delay_is_bounded(value: str, seconds: float | None) -> None:
    assert parse_robots(f"User-agent: *\nCrawl-delay: {value}\n".encode()).crawl_delay(AGENT) == seconds


def test_sitemaps_are_those_that_can_be_fetched_each_once() -> None:
    text = b"Sitemap: https://a.com/s.xml\nsitemap: https://a.com/s.xml\nSitemap: file:///x\nSitemap: /relative\n"
    assert parse_robots(text).sitemaps == ("https://a.com/s.xml",)


@pytest.mark.parametrize("url", ["http://[", "https://[::1/x"])
def test_a_malformed_url_is_disallowed(url: str) -> None:
    assert not parse_robots(b"User-agent: *\nDisallow: /x?\n").allowed(url, AGENT)


def test_hostile_rules_take_linear_time() -> None:
    wildcards = "User-agent: *\n" + "".join(f"Disallow: {'/*a' * 200}{n}$\n" for n in range(200))
    crowd = (
        "".join(f"User-agent: a{'b' * (n % 7)}{'c' * (n % 11)}\n" for n in range(12_000))
        + "Disallow: /a\n" * 12_000
    )
    begun = time.process_time()
    assert allowed(wildcards, "/" + "a" * 1900)
    assert allowed(crowd, "/b", "abc")
    assert time.process_time() - begun < 5


@given(st.binary(max_size=300), st.text(max_size=30))
def test_no_bytes_and_no_url_raise(body: bytes, url: str) -> None:
    robots = parse_robots(b"User-agent: *\nDisallow: /q\n" + body)
    assert isinstance(robots, Robots)
    assert robots.allowed(url, AGENT) in (True, False)
    delay = robots.crawl_delay(AGENT)
    assert delay is None or 0 <= delay <= 300
