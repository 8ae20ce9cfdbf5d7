"""Feeds and sitemaps that mean harm, or are broken: the numbered hostile inputs 35 to 43."""

from __future__ import annotations

import gzip
import socket
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.decide import believable
from archive.discover import discover
from archive.extract import extract
from archive.feeds import (
    MAX_DEPTH,
    FeedDocument,
    SitemapDocument,
    parse_feed,
    parse_sitemap,
    wanted,
    without_future,
)
from archive.feeds.lightening import MAX_ENTRIES, lighten
from archive.feeds.sitemap import MAX_BYTES
from archive.feeds.unpacking import inflated
from archive.model import Link
from archive.urls import identity

URL = "https://a.com/feed.xml"
SITEMAP = "https://a.com/sitemap.xml"
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def rss(items: str, prologue: str = "") -> bytes:
    return f"{prologue}<rss version='2.0'><channel><title>P</title>{items}</channel></rss>".encode()


def item(path: str, more: str = "") -> str:
    return f"<item><title>T</title><link>https://a.com{path}</link>{more}</item>"


def paths(document: FeedDocument | SitemapDocument) -> list[str]:
    return [link.url.removeprefix("https://a.com") for link in document.links]


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """A port on loopback, and who connected to it."""
    callers: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        ended = threading.Event()

        def listen() -> None:
            while not ended.is_set():
                try:
                    connection, address = server.accept()
                except TimeoutError:
                    continue
                connection.close()
                callers.append(str(address))

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/x", callers
        finally:
            ended.set()
            thread.join()


# -- 35: documents that grow, or reach out ------------------------------------------------------------

LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'lol'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)
)


@pytest.mark.parametrize("quote", ["'", '"'])
def test_hostile_35_a_billion_laughs_are_not_heard(quote: str) -> None:
    laughs = LAUGHS.replace("'", quote) + "]>"
    (link,) = parse_feed(rss(item("/x").replace("T<", "T&a9;<"), laughs), url=URL).links
    assert len(link.title) < 100
    body = f"{laughs}<urlset><url><loc>https://a.com/x</loc></url><url><loc>https://a.com/&a9;</loc></url></urlset>"
    assert "/x" in paths(parse_sitemap(body.encode(), url=SITEMAP))
    assert all(len(path) < 100 for path in paths(parse_sitemap(body.encode(), url=SITEMAP)))


def test_hostile_35_one_long_entity_many_times_is_not_expanded() -> None:
    prologue = f'<!DOCTYPE x [\n<!ENTITY a "{"x" * 100_000}">\n]>'
    feed = parse_feed(rss(item("/x").replace("T<", "&a;" * 1000 + "<"), prologue), url=URL)
    assert paths(feed) == ["/x"]
    assert "xxx" not in feed.links[0].title
    body = (
        f"{prologue}<urlset><url><loc>https://a.com/y</loc><lastmod>{'&a;' * 1000}</lastmod></url></urlset>"
    )
    assert parse_sitemap(body.encode(), url=SITEMAP).links == (Link("https://a.com/y"),)


def test_hostile_35_no_file_and_no_address_is_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush")
    with listening() as (address, callers):
        for target in (secret.as_uri(), address):
            prologue = (
                f'<?xml version="1.0"?><!DOCTYPE x SYSTEM "{target}" [<!ENTITY e SYSTEM "{target}">'
                f'<!ENTITY % p SYSTEM "{target}">%p;]>'
            )
            feed = parse_feed(rss(item("/x").replace("T<", "T&e;<"), prologue), url=URL)
            urlset = "<urlset><url><loc>https://a.com/&e;</loc></url><url><loc>https://a.com/y</loc></url></urlset>"
            sitemap = parse_sitemap((prologue + urlset).encode(), url=SITEMAP)
            assert "hush" not in f"{feed}{sitemap}"
            assert paths(feed) == ["/x"]
            assert "/y" in paths(sitemap)
    assert callers == []


# -- 36: more of something than any feed has ----------------------------------------------------------


def test_hostile_36_an_element_of_100_000_attributes_is_read_without_them() -> None:
    attributes = " ".join(f"a{n}='1'" for n in range(100_000))
    body = rss(f"<item {attributes}><link>https://a.com/x</link></item>{item('/y')}")
    assert len(lighten(body)[0]) < 1000
    assert paths(parse_feed(body, url=URL)) == ["/x", "/y"]


def test_hostile_36_of_50_000_entries_the_first_are_read() -> None:
    body = rss("".join(item(f"/{n}") for n in range(50_000)))
    assert lighten(body)[1]
    assert lighten(body)[0].count(b"<item>") == MAX_ENTRIES
    feed = parse_feed(body, url=URL)
    assert feed.problem == "too-many"
    assert paths(feed) == [f"/{n}" for n in range(MAX_ENTRIES)]


def test_hostile_36_texts_of_megabytes_are_never_parsed() -> None:
    body = rss(item("/x", f"<description>{'x &lt;p&gt; <p> ' * 300_000}</description>"))
    assert len(lighten(body)[0]) < 200
    assert paths(parse_feed(body, url=URL)) == ["/x"]


def test_hostile_36_elements_nested_20_000_deep_are_finished_with() -> None:
    body = rss(item("/x", "<a>" * 20_000 + "</a>" * 20_000) + item("/y"))
    assert paths(parse_feed(body, url=URL)) == ["/x", "/y"]
    deep = (
        b"<urlset><url><loc>https://a.com/x</loc></url>" + b"<a>" * 20_000 + b"</a>" * 20_000 + b"</urlset>"
    )
    assert paths(parse_sitemap(deep, url=SITEMAP)) == ["/x"]


@pytest.mark.parametrize(
    "piece",
    [
        b"<description>", b"<description><item ", b"</description", b"<![CDATA[", b"<description><![CDATA[", b"<!--",
        b"<!ENTITY a ", b"&#", b"<", b"<content:encoded><!--", b"<item ",
    ],
)  # fmt: skip
def test_hostile_36_what_is_taken_off_a_feed_is_found_in_one_pass(piece: bytes) -> None:
    """Each byte is looked at so many times at most: were it as often as there are pieces, this would take hours."""
    lighten(piece * (5_000_000 // len(piece)))


# -- 37 to 40: broken entries -------------------------------------------------------------------------


def test_hostile_37_of_a_feed_cut_anywhere_the_complete_items_are_kept() -> None:
    body = rss("".join(item(f"/{n}", "<description><![CDATA[<b>x</b>]]></description>") for n in range(3)))
    whole = paths(parse_feed(body, url=URL))
    assert whole == ["/0", "/1", "/2"]
    for cut in range(body.index(b"<item>"), len(body)):
        complete = body[:cut].count(b"</item>")
        kept = paths(parse_feed(body[:cut], url=URL))
        assert kept in (whole[:complete], whole[: max(complete - 1, 0)]), cut
        if body[:cut].endswith(b"</item>"):
            assert kept == whole[:complete]


def test_hostile_37_of_a_sitemap_cut_anywhere_the_complete_entries_are_kept() -> None:
    entries = "".join(f"<url><loc>https://a.com/{n}</loc></url>" for n in range(3))
    body = f"<urlset>{entries}</urlset>".encode()
    for cut in range(len(body)):
        complete = body[:cut].count(b"</url>")
        assert paths(parse_sitemap(body[:cut], url=SITEMAP)) == [f"/{n}" for n in range(complete)]
        packed = zlib.compressobj(wbits=31)
        torn = packed.compress(body[:cut]) + packed.flush(zlib.Z_SYNC_FLUSH)
        assert paths(parse_sitemap(torn, url=SITEMAP)) == [f"/{n}" for n in range(complete)]


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "\tjavascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x"]
)  # fmt: skip
def test_hostile_38_a_link_that_is_a_script_is_dropped_and_a_title_is_plain_text(link: str) -> None:
    title = (
        "<title>&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt;img src=x onerror=alert(1)&amp;gt;Tea</title>"
    )
    feed = parse_feed(
        rss(f"<item>{title}<link>{link}</link></item><item>{title}<link>/x</link></item>"), url=URL
    )
    assert [(entry.url, entry.title) for entry in feed.links] == [("https://a.com/x", "Tea")]
    atom = f"<feed xmlns='http://www.w3.org/2005/Atom'><entry><link href='{link}'/><id>{link}</id></entry></feed>"
    assert parse_feed(atom.encode(), url=URL).links == ()
    json = f'{{"version": "https://jsonfeed.org/version/1", "items": [{{"id": "{link.strip()}", "url": "{link.strip()}"}}]}}'
    assert parse_feed(json.encode(), url=URL).links == ()
    assert parse_sitemap(f"<urlset><url><loc>{link}</loc></url></urlset>".encode(), url=SITEMAP).links == ()
    page = f'<main><h2><a href="{link}">Tea is drunk at noon</a></h2></main><link rel=alternate type=application/rss+xml href="{link}">'
    found = discover(page.encode(), url="https://a.com/")
    assert (found.articles, found.feeds) == ((), ())


PAGE = b"<html><title>Tea is drunk at noon</title><article><h1>Tea is drunk at noon</h1>" + (
    b"<p>The council met on Monday evening and spoke for three hours about tea and what it will cost.</p>" * 5
)


@pytest.mark.parametrize(
    "written",
    ["Tue, 01 Apr 99999 09:12:44 GMT", "99999-04-01T09:12:44Z", (NOW + timedelta(days=3650)).isoformat(), "0000-00-00T00:00:00Z", "soon", ""],
)  # fmt: skip
def test_hostile_39_an_article_with_an_impossible_date_is_undated(written: str) -> None:
    """Not of the day of its capture, and not of the far future."""
    (entry,) = parse_feed(rss(item("/x", f"<pubDate>{written}</pubDate>")), url=URL).links
    assert without_future(entry, NOW).published is None
    kept = believable(extract(PAGE, url=entry.url, hint=entry), NOW)
    assert (kept.published, kept.published_from) == (None, "none")
    body = f"<urlset><url><loc>https://a.com/x</loc><lastmod>{written}</lastmod></url></urlset>"
    (listed,) = parse_sitemap(body.encode(), url=SITEMAP).links
    assert without_future(listed, NOW).modified is None
    assert without_future(listed, NOW).published is None


def test_hostile_40_an_id_outlives_the_address_of_its_entry_and_an_address_its_id() -> None:
    guid = "<guid isPermaLink='false'>{}</guid>".format
    before = parse_feed(rss(item("/old", guid("tag:7"))), url=URL)
    after = parse_feed(rss(item("/new", guid("tag:7"))), url=URL)
    assert before.ids == (("https://a.com/old", "tag:7"),)
    assert after.ids == (("https://a.com/new", "tag:7"),)
    again = parse_feed(rss(item("/old", guid("tag:8"))), url=URL)
    assert [identity(link.url) for link in again.links] == [identity(link.url) for link in before.links]
    both = parse_feed(rss(item("/old", guid("tag:7")) + item("/old?utm_source=x", guid("tag:8"))), url=URL)
    assert paths(both) == ["/old"]
    shared = parse_feed(rss(item("/one", guid("tag:7")) + item("/two", guid("tag:7"))), url=URL)
    assert (paths(shared), shared.ids) == (["/one", "/two"], ())


# -- 41 to 43: sitemaps -------------------------------------------------------------------------------


def test_hostile_41_a_gzipped_sitemap_of_50_000_addresses_is_read() -> None:
    entry = (
        "<url><loc>https://a.com/news/2026/05/04/story-{}</loc><lastmod>2026-05-04T10:00:00Z</lastmod></url>"
    )
    body = f"<urlset>{''.join(map(entry.format, range(50_000)))}</urlset>".encode()
    document = parse_sitemap(gzip.compress(body, 1), url=f"{SITEMAP}.gz")
    assert (len(document.links), document.problem) == (50_000, "")
    assert document.links[-1] == Link(
        "https://a.com/news/2026/05/04/story-49999", modified=datetime(2026, 5, 4, 10, tzinfo=UTC)
    )


def bomb(start: bytes, filling: bytes, size: int) -> bytes:
    """Gzip that inflates to so many bytes. A block is packed once and repeated: each begins without a memory."""
    packed = zlib.compressobj(9, wbits=31)
    head = packed.compress(start) + packed.flush(zlib.Z_FULL_FLUSH)
    block = filling * (2**20 // len(filling))
    again = packed.compress(block) + packed.flush(zlib.Z_FULL_FLUSH)
    return head + again * (size // len(block))


@pytest.mark.parametrize(
    ("start", "filling"),
    [
        (b"<urlset><url><loc>https://a.com/x</loc></url>", b" "),
        (b"<urlset><url><loc>https://a.com/x</loc></url>", b"<url><loc>https://b.com/</loc>" + b" " * 10_000 + b"</url>"),
        (b"", b"https://b.com/                                                        \n"),
    ],
)  # fmt: skip
def test_hostile_41_a_gzip_bomb_is_refused_and_says_so(start: bytes, filling: bytes) -> None:
    body = bomb(start, filling, 1 << 30)
    assert len(body) < 10 << 20
    assert parse_sitemap(body, url=SITEMAP) == SitemapDocument(problem="too-large")


def test_hostile_41_no_more_than_50_mib_are_inflated() -> None:
    body = bomb(b"", b" ", 200 << 20)
    assert sum(len(piece) for piece in inflated(body, MAX_BYTES)) == MAX_BYTES


def index(*locations: str) -> bytes:
    entries = "".join(f"<sitemap><loc>{location}</loc></sitemap>" for location in locations)
    return f"<sitemapindex>{entries}</sitemapindex>".encode()


def test_hostile_42_an_index_that_lists_itself_leads_nowhere() -> None:
    assert parse_sitemap(index(SITEMAP, f"{SITEMAP}?utm_source=x"), url=SITEMAP).links == ()


def test_hostile_42_indexes_of_indexes_end_at_the_third() -> None:
    """A site whose every sitemap is an index of ten others: each is asked for with the depth of its link."""
    known = [Link(SITEMAP, role="sitemap")]
    read = 0
    while known:
        link = known.pop()
        read += 1
        children = [f"{link.url}/{number}" for number in range(10)]
        known += parse_sitemap(index(*children), url=link.url, depth=link.depth).links
    assert read == 1 + 10 + 100 + 1000
    too_deep = parse_sitemap(index(f"{SITEMAP}/1"), url=SITEMAP, depth=MAX_DEPTH)
    assert too_deep == SitemapDocument(is_index=True, problem="too-deep")


def test_hostile_42_of_a_large_index_that_was_found_the_newest_come_first() -> None:
    """So that whoever takes 500 of them takes those."""
    months = [
        f"https://a.com/sitemap-{year}-{month:02}.xml" for year in range(1950, 2026) for month in range(1, 13)
    ]
    document = parse_sitemap(index(*months), url=SITEMAP)
    chosen = wanted(document.links, since=datetime(1950, 1, 1, tzinfo=UTC).date(), now=NOW)
    assert [link.url for link in chosen] == months[::-1]


def test_hostile_43_what_a_sitemap_lists_of_another_site_is_ignored() -> None:
    others = [
        "https://b.com/x",
        "https://a.com.b.com/x",
        "https://a.com@b.com/x",
        "http://127.0.0.1/x",
        "//b.com/x",
    ]
    own = ["https://a.com/x", "https://www.a.com/y", "http://news.a.com/z"]
    for body in (index(*others, *own), "\n".join([*others, *own]).encode()):
        assert [link.url for link in parse_sitemap(body, url=SITEMAP).links] == own
