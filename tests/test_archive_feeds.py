"""Feeds and sitemaps, as they are and as they should not be."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.feeds import SitemapDocument, parse_feed, parse_sitemap, sniff
from archive.feeds.lightening import MAX_ENTRIES
from archive.feeds.syndication import MAX_BYTES
from archive.model import Link

URL = "https://a.com/feed.xml"
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'


def rss(*items: str, language: str = "en-GB") -> bytes:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'<?xml version="1.0"?><rss version="2.0" {DC} '
        'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><title>The &amp; Paper</title>'
        f"<language>{language}</language>{inner}</channel></rss>"
    ).encode()


def only(body: bytes) -> Link:
    (link,) = parse_feed(body, url=URL).links
    return link


def test_rss_tells_title_authors_and_date_with_its_offset() -> None:
    feed = parse_feed(
        rss(
            "<title>Tea &amp; rain</title><link>/2025/04/01/tea</link><pubDate>Tue, 01 Apr 2025 09:12:44 +0200</pubDate>"
            "<dc:creator>Jane Roe</dc:creator><dc:creator>Max Poe</dc:creator>"
        ),
        url=URL,
    )
    assert (feed.is_feed, feed.title, feed.language) == (True, "The & Paper", "en")
    assert feed.links == (
        Link(
            "https://a.com/2025/04/01/tea",
            title="Tea & rain",
            authors=("Jane Roe", "Max Poe"),
            published=datetime(2025, 4, 1, 9, 12, 44, tzinfo=timezone(timedelta(hours=2))),
        ),
    )
    assert feed.links[0].published is not None
    assert feed.links[0].published.utcoffset() == timedelta(hours=2)


def test_atom_prefers_the_alternate_link_and_tells_both_dates() -> None:
    link = only(
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>P</title><entry><title>T</title>'
        b'<link rel="replies" href="/r"/><link rel="alternate" href="/story"/><author><name>Jane Roe</name></author>'
        b"<published>2025-04-01T09:00:00Z</published><updated>2025-04-02T09:00:00Z</updated></entry></feed>"
    )
    assert link.url == "https://a.com/story"
    assert link.authors == ("Jane Roe",)
    assert (link.published, link.modified) == (
        datetime(2025, 4, 1, 9, tzinfo=UTC),
        datetime(2025, 4, 2, 9, tzinfo=UTC),
    )


def test_an_atom_entry_that_was_only_updated_has_no_date_of_publication() -> None:
    link = only(
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title><link href="/x"/>'
        b"<updated>2025-04-02T09:00:00Z</updated></entry></feed>"
    )
    assert (link.published, link.modified) == (None, datetime(2025, 4, 2, 9, tzinfo=UTC))


def test_rdf_dates_its_items_by_dublin_core() -> None:
    body = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'{DC}><channel><title>P</title></channel><item rdf:about="https://a.com/x"><title>T</title>'
        "<link>https://a.com/x</link><dc:date>2025-04-01</dc:date></item></rdf:RDF>"
    ).encode()
    link = only(body)
    assert (link.published, link.published_day_only) == (datetime(2025, 4, 1, tzinfo=UTC), True)
    assert sniff(body, "text/html") == "feed"


def test_json_feed_is_read() -> None:
    body = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "P",
            "items": [
                {
                    "id": "1",
                    "url": "/x",
                    "title": "T",
                    "authors": [{"name": "Jane Roe"}],
                    "date_published": "2025-04-01T09:00:00+01:00",
                },
                {"id": "2", "url": "javascript:alert(1)", "title": "bad"},
                "nonsense",
            ],
        }
    ).encode()
    link = only(body)
    assert (link.url, link.title, link.authors) == ("https://a.com/x", "T", ("Jane Roe",))
    assert link.published == datetime(2025, 4, 1, 8, tzinfo=UTC)
    assert sniff(body, "application/json") == "feed"


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("jane@a.com (Jane Roe)", ("Jane Roe",)),
        ("Jane Roe <jane@a.com>", ("Jane Roe",)),
        ("jane@a.com", ()),
        ("By Jane Roe and Max Poe", ("Jane Roe", "Max Poe")),
        ("Jane Roe", ("Jane Roe",)),
    ],
)
def test_authors_are_people_and_not_addresses(byline: str, authors: tuple[str, ...]) -> None:
    escaped = byline.replace("<", "&lt;").replace(">", "&gt;")
    assert only(rss(f"<title>T</title><link>/x</link><author>{escaped}</author>")).authors == authors


@pytest.mark.parametrize(
    ("written", "moment", "day_only"),
    [
        ("Tue, 01 Apr 2025 09:12:44 EST", datetime(2025, 4, 1, 14, 12, 44, tzinfo=UTC), False),
        ("Tue, 01 Apr 2025 09:12:44", datetime(2025, 4, 1, 9, 12, 44, tzinfo=UTC), False),
        ("2025-04-01T09:12:44.5+05:30", datetime(2025, 4, 1, 3, 42, 44, 500000, tzinfo=UTC), False),
        ("2025-04-01", datetime(2025, 4, 1, tzinfo=UTC), True),
        ("01 Apr 2025", datetime(2025, 4, 1, tzinfo=UTC), True),
        ("2025-02-30", None, False),
        ("Tue, 01 Apr 99999 09:12:44 GMT", None, False),
        ("1066-10-14", None, False),
        ("yesterday", None, False),
    ],
)
def test_a_date_is_what_is_written_or_nothing(
    written: str, moment: datetime | None, *, day_only: bool
) -> None:
    link = only(rss(f"<title>T</title><link>/x</link><pubDate>{written}</pubDate>"))
    assert (link.published, link.published_day_only) == (moment, day_only)


def test_a_javascript_link_is_dropped_and_a_script_is_no_title() -> None:
    feed = parse_feed(
        rss(
            "<title>bad</title><link>javascript:alert(1)</link>",
            "<title>&lt;script&gt;alert(1)&lt;/script&gt;A &lt;b&gt;bold&lt;/b&gt; move</title><link>/x</link>",
        ),
        url=URL,
    )
    assert [(link.url, link.title) for link in feed.links] == [("https://a.com/x", "A bold move")]


@pytest.mark.parametrize("identifier", ["12345", "post-12345", "urn:x:1", "www.a.com/x"])
def test_an_id_is_no_address_even_where_it_calls_itself_a_permanent_link(identifier: str) -> None:
    items = (f"<title>A</title><guid>{identifier}</guid>", "<title>B</title><guid>https://a.com/b</guid>")
    assert [link.url for link in parse_feed(rss(*items), url=URL).links] == ["https://a.com/b"]


def test_the_ids_of_entries_are_told_where_they_say_more_than_their_addresses() -> None:
    feed = parse_feed(
        rss(
            "<link>/x</link><guid isPermaLink='false'>tag:7</guid>",
            "<link>/y</link><guid>https://a.com/y</guid>",
            "<link>/z</link><guid>same</guid>",
            "<link>/w</link><guid>same</guid>",
            "<link>/v</link>",
        ),
        url=URL,
    )
    assert feed.ids == (("https://a.com/x", "tag:7"),)
    body = b'{"version": "https://jsonfeed.org/version/1", "items": [{"url": "/x", "id": "7"}, {"id": "https://a.com/y"}]}'
    assert parse_feed(body, url=URL).ids == (("https://a.com/x", "7"),)


def test_xhtml_that_declares_the_namespace_of_atom_is_no_feed() -> None:
    page = b"<!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml' xmlns:a='http://www.w3.org/2005/Atom'><a:feed/><p>x</html>"
    assert not parse_feed(page, url=URL).is_feed


@pytest.mark.parametrize("reference", ["&#x110000;", "&#99999999999;", "&#xD800;", "&#0;", "&#8;"])
def test_a_reference_to_no_character_does_not_cost_the_feed(reference: str) -> None:
    link = only(rss(f"<title>Tea {reference} rain</title><link>/x</link>"))
    assert link.title == "Tea \ufffd rain"


@pytest.mark.parametrize(
    "element",
    ["<textinput></textinput>", "<width>x</width>", "<width/>", "<description>&#x110000;</description>"],
)
def test_what_is_not_read_does_not_make_the_parser_fail(element: str) -> None:
    body = rss(f"<title>T</title>{element}<link>/x</link>", "<link>/y</link>")
    assert [link.url for link in parse_feed(body, url=URL).links] == ["https://a.com/x", "https://a.com/y"]


@pytest.mark.parametrize(
    "description",
    [
        "<description><![CDATA[<item><title>no</title></description></item>]]></description>",
        "<description>&lt;item&gt;&lt;link&gt;/no&lt;/link&gt;",  # never closed
        "<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'><![CDATA[</content:encoded>]]></content:encoded>",
        "<media:content xmlns:media='http://search.yahoo.com/mrss/' url='/no'/>",
        "<media:content xmlns:media='http://search.yahoo.com/mrss/' url='/no'><media:title>no</media:title></media:content>",
        "<!-- <item><link>/no</link></item> -->",
    ],
)
def test_the_texts_of_entries_are_passed_over_and_nothing_else(description: str) -> None:
    body = rss(f"<title>1</title>{description}<link>/one</link>", "<title>2</title><link>/two</link>")
    read = [(link.url, link.title) for link in parse_feed(body, url=URL).links]
    assert read == [("https://a.com/one", "1"), ("https://a.com/two", "2")]


def test_a_feed_in_utf_16_and_one_in_gzip_are_read() -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><rss version="2.0"><channel><item><title>Łódź</title><link>/x</link></item></channel></rss>'
    assert only(text.encode("utf-16")).title == "Łódź"
    assert only(gzip.compress(rss("<title>T</title><link>/x</link>"))).title == "T"


def test_of_more_entries_than_any_feed_has_the_first_are_read() -> None:
    feed = parse_feed(rss(*(f"<link>/{n}</link>" for n in range(MAX_ENTRIES + 1))), url=URL)
    assert (len(feed.links), feed.problem) == (MAX_ENTRIES, "too-many")
    feed = parse_feed(rss("<link>/x</link>") + b" " * MAX_BYTES, url=URL)
    assert (len(feed.links), feed.problem) == (1, "too-large")


def test_of_a_truncated_json_feed_the_complete_items_are_kept() -> None:
    body = b'{"version": "https://jsonfeed.org/version/1", "title": "P", "items": [{"url": "/x"}, {"url": "/y-and'
    feed = parse_feed(body, url=URL)
    assert (feed.title, [link.url for link in feed.links]) == ("P", ["https://a.com/x"])


def test_the_address_before_a_counting_redirect_is_taken() -> None:
    item = "<title>T</title><link>https://count.com/1</link><feedburner:origLink>https://a.com/x</feedburner:origLink>"
    assert only(rss(item)).url == "https://a.com/x"


def test_of_a_truncated_feed_the_complete_items_are_kept() -> None:
    body = rss("<title>1</title><link>/one</link>", "<title>2</title><link>/two-and-more</link>")
    cut = body[: body.index(b"-and-more")]
    assert [link.url for link in parse_feed(cut, url=URL).links] == ["https://a.com/one"]


LOL = "<!DOCTYPE x [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c SYSTEM 'file:///etc/passwd'>]>"


def test_no_entity_of_a_document_type_is_expanded() -> None:
    feed = parse_feed(
        f"{LOL}<rss version='2.0'><channel><item><title>&b;&c;</title><link>/x</link></item></channel></rss>".encode(),
        url=URL,
    )
    assert all("lollol" not in link.title and "root" not in link.title for link in feed.links)
    sitemap = f"{LOL}<urlset><url><loc>https://a.com/&b;&c;</loc></url></urlset>".encode()
    assert all("lollol" not in link.url for link in parse_sitemap(sitemap, url=URL).links)


SITEMAP = "https://a.com/sitemap.xml"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'


def urlset(*entries: str) -> bytes:
    return (
        f"<?xml version='1.0'?><urlset {NS}>{''.join(f'<url>{e}</url>' for e in entries)}</urlset>".encode()
    )


def test_a_news_sitemap_tells_title_and_date() -> None:
    body = urlset(
        "<loc>https://a.com/x</loc><lastmod>2025-04-02</lastmod><n:news><n:publication><n:language>en</n:language>"
        "</n:publication><n:publication_date>2025-04-01T09:00:00Z</n:publication_date><n:title>Tea &amp; rain</n:title></n:news>"
    )
    assert parse_sitemap(body, url=SITEMAP).links == (
        Link(
            "https://a.com/x",
            title="Tea & rain",
            published=datetime(2025, 4, 1, 9, tzinfo=UTC),
            modified=datetime(2025, 4, 2, tzinfo=UTC),
        ),
    )


def test_an_index_leads_to_sitemaps() -> None:
    body = f"<sitemapindex {NS}><sitemap><loc>https://a.com/1.xml.gz</loc></sitemap></sitemapindex>".encode()
    document = parse_sitemap(body, url=SITEMAP)
    assert document.is_index
    assert document.links == (Link("https://a.com/1.xml.gz", role="sitemap", depth=1),)


def test_links_to_another_site_are_dropped() -> None:
    document = parse_sitemap(
        urlset("<loc>https://b.com/x</loc>", "<loc>https://www.a.com/y</loc>"), url=SITEMAP
    )
    assert [link.url for link in document.links] == ["https://www.a.com/y"]


def test_a_bare_ampersand_stays_in_the_address() -> None:
    document = parse_sitemap(
        urlset("<loc>https://a.com/?p=1&q=2</loc>", "<loc>https://a.com/y</loc>"), url=SITEMAP
    )
    assert [link.url for link in document.links] == ["https://a.com/?p=1&q=2", "https://a.com/y"]


@pytest.mark.parametrize("reference", ["&#xD800;", "&#x110000;", "&#0;", "&#99999999999;"])
def test_an_entry_with_a_reference_to_no_character_does_not_cost_the_others(reference: str) -> None:
    entries = (
        "<loc>https://a.com/x</loc>",
        f"<loc>https://a.com/{reference}</loc>",
        "<loc>https://a.com/y</loc>",
    )
    found = [link.url for link in parse_sitemap(urlset(*entries), url=SITEMAP).links]
    assert (found[0], found[-1]) == ("https://a.com/x", "https://a.com/y")


def test_of_a_truncated_sitemap_the_complete_entries_are_kept() -> None:
    body = urlset("<loc>https://a.com/one</loc>", "<loc>https://a.com/two-and-more</loc>")
    cut = body[: body.index(b"-and-more")]
    packed = gzip.compress(body)
    assert [link.url for link in parse_sitemap(cut, url=SITEMAP).links] == ["https://a.com/one"]
    assert len(parse_sitemap(packed, url=SITEMAP).links) == 2
    assert sniff(packed, "application/octet-stream") == "sitemap"
    parse_sitemap(packed[:-20], url=SITEMAP)


def test_a_gzip_bomb_is_not_inflated_past_the_cap() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * (60 << 20), 9)
    assert parse_sitemap(bomb, url=SITEMAP).links == ()


def test_a_sitemap_that_is_not_read_whole_says_why() -> None:
    large = gzip.compress(b"<urlset><url><loc>https://a.com/x</loc></url>" + b" " * (2 << 20), 9)
    assert parse_sitemap(large, url=SITEMAP) == SitemapDocument(problem="too-large")
    many = urlset(*(f"<loc>https://a.com/{n}</loc>" for n in range(50_001)))
    assert parse_sitemap(many, url=SITEMAP).problem == "too-many"
    assert parse_sitemap(urlset("<loc>https://a.com/x</loc>"), url=SITEMAP).problem == ""


def test_articles_are_as_deep_as_their_sitemap_and_sitemaps_one_deeper() -> None:
    index = b"<sitemapindex><sitemap><loc>https://a.com/1.xml</loc></sitemap></sitemapindex>"
    assert [link.depth for link in parse_sitemap(index, url=SITEMAP, depth=1).links] == [2]
    body = urlset("<loc>https://a.com/x</loc>")
    assert [link.depth for link in parse_sitemap(body, url=SITEMAP, depth=2).links] == [2]


def test_a_large_sitemap_is_read_in_pieces_with_nothing_lost_between_them() -> None:
    entries = [f"<loc>https://a.com/{n}?a=1&b=2</loc><lastmod>2026-05-04</lastmod>" for n in range(5000)]
    links = parse_sitemap(urlset(*entries), url=SITEMAP).links
    assert [link.url for link in links] == [f"https://a.com/{n}?a=1&b=2" for n in range(5000)]
    assert {link.modified for link in links} == {datetime(2026, 5, 4, tzinfo=UTC)}


def test_a_list_of_addresses_is_a_sitemap() -> None:
    body = b"https://a.com/x\nhttps://a.com/y\n"
    assert sniff(body, "text/plain") == "sitemap"
    assert [link.url for link in parse_sitemap(body, url=SITEMAP).links] == [
        "https://a.com/x",
        "https://a.com/y",
    ]


def test_a_sitemap_has_at_most_50_000_entries() -> None:
    body = urlset(*(f"<loc>https://a.com/{n}</loc>" for n in range(50_100)))
    assert len(parse_sitemap(body, url=SITEMAP).links) == 50_000


@pytest.mark.parametrize(
    ("body", "media_type", "kind"),
    [
        (rss(), "text/html", "feed"),
        (urlset(), "application/xml", "sitemap"),
        (b"<!doctype html><title>x</title>", "", "page"),
        (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x'><html/>", "application/xml", "page"),
        (b"plain words", "text/html", "page"),
        (b"\x89PNG\r\n", "image/png", "other"),
        (b"%PDF-1.7", "application/pdf", "other"),
        (b'{"a": 1}', "application/json", "other"),
        (b"", "", "other"),
    ],
)
def test_a_body_is_known_by_what_it_holds(body: bytes, media_type: str, kind: str) -> None:
    assert sniff(body, media_type) == kind


PIECES = st.sampled_from(
    [b"<rss>", b"<channel>", b"<item>", b"<title>", b"<link>", b"&#x110000;", b"&#99999999999;", b"<![CDATA[", b"]]>",
     b"<feed xmlns='http://www.w3.org/2005/Atom'>", b"<entry>", b"<author>", b"</author>", b"<pubDate>", b"</item>",
     b"<urlset>", b"<url>", b"<loc>", b"https://a.com/", b"</loc></url>", b"\xff\xfe", b"\0", b"<!DOCTYPE x [", b'{"version":'],
)  # fmt: skip


@given(st.lists(PIECES | st.binary(max_size=8), max_size=20).map(b"".join))
def test_no_bytes_raise(body: bytes) -> None:
    assert all(link.url.startswith("http") for link in parse_feed(body, url=URL).links)
    assert all(link.url.startswith("http") for link in parse_sitemap(body, url=URL).links)
    assert sniff(body, "") in ("feed", "sitemap", "page", "other")


def test_xml_base_moves_the_links_of_a_feed() -> None:
    link = only(
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.com/d/"><entry><title>T</title>'
        b'<link href="x"/></entry></feed>'
    )
    assert link.url == "https://b.com/d/x"


def test_the_spellings_of_one_page_are_one_link_and_the_order_stays() -> None:
    feed = parse_feed(rss("<link>/x</link>", "<link>/y</link>", "<link>/x?utm_source=rss</link>"), url=URL)
    assert [link.url for link in feed.links] == ["https://a.com/x", "https://a.com/y"]


def test_a_title_holds_no_control_characters_and_none_that_turns_the_text_around() -> None:
    assert only(rss("<title>a&#x202e;b&#9;c</title><link>/x</link>")).title == "ab c"
    body = b'{"version": "https://jsonfeed.org/version/1", "items": [{"url": "/x", "title": "a\\ud800\\u0000b"}]}'
    assert only(body).title == "a b"


def test_names_of_european_zones_are_known() -> None:
    link = only(rss("<link>/x</link><pubDate>Tue, 01 Apr 2025 09:00:00 CEST</pubDate>"))
    assert link.published == datetime(2025, 4, 1, 7, tzinfo=UTC)


def test_the_one_author_of_an_old_json_feed_is_read() -> None:
    body = b'{"version": "https://jsonfeed.org/version/1", "items": [{"url": "/x", "author": {"name": "Jane Roe"}}]}'
    assert only(body).authors == ("Jane Roe",)


def test_a_sitemap_in_utf_16_and_one_with_cdata_are_read() -> None:
    text = "<?xml version='1.0' encoding='UTF-16'?><urlset><url><loc>https://a.com/?a=1&amp;b=2</loc></url></urlset>"
    cdata = urlset("<loc><![CDATA[https://a.com/?a=1&b=2]]></loc>")
    for body in (text.encode("utf-16"), cdata):
        assert [link.url for link in parse_sitemap(body, url=SITEMAP).links] == ["https://a.com/?a=1&b=2"]


@given(st.binary(max_size=30), st.integers(min_value=0), st.integers(min_value=0))
def test_a_real_feed_or_sitemap_that_was_damaged_does_not_raise(patch: bytes, at: int, length: int) -> None:
    feed = rss("<title>T</title><link>/x</link><pubDate>Tue, 01 Apr 2025 09:12:44 GMT</pubDate>")
    for body in (feed, urlset("<loc>https://a.com/x</loc>"), gzip.compress(urlset("<loc>/x</loc>"), mtime=0)):
        start = at % len(body)
        damaged = body[:start] + patch + body[start + length % 40 :]
        parse_feed(damaged, url=URL)
        parse_sitemap(damaged, url=SITEMAP)
        sniff(damaged, "")


def test_a_comment_behind_a_feed_does_not_make_it_a_truncated_one() -> None:
    body = rss("<link>/x</link>", "<link>/y</link>") + b"\n<!-- Cached page -->\n"
    assert len(parse_feed(body, url=URL).links) == 2


def test_a_feed_that_names_no_encoding_is_utf_8() -> None:
    body = (
        "<rss version='2.0'><channel><item><title>Łódź &#8217;</title><link>/x</link></item></channel></rss>"
    )
    assert only(body.encode()).title == "Łódź ’"


def test_all_members_of_a_gzip_body_are_read() -> None:
    noise = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(4000)]
    halves = [
        b"".join(f"<url><loc>https://a.com/{n}</loc></url>".encode() for n in part)
        for part in (noise[:2000], noise[2000:])
    ]
    body = gzip.compress(b"<urlset>" + halves[0]) + gzip.compress(halves[1] + b"</urlset>")
    assert len(parse_sitemap(body, url=SITEMAP).links) == 4000


def test_empty_entries_count_towards_the_50_000() -> None:
    body = b"<urlset>" + b"<url></url>" * 50_000 + b"<url><loc>https://a.com/x</loc></url></urlset>"
    assert parse_sitemap(body, url=SITEMAP).links == ()
