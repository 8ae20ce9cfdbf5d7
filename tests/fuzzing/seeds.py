"""What fuzzing starts from: the demo newspaper's own feeds, sitemaps, robots.txt and pages, and the words of formats."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from newsarchive.demo.site import resources

PAGES = Path(__file__).parents[1] / "pages"
BASE = "https://paper.test/"
MAX_BYTES = 24_000
"""Mutations of small inputs are quick, and find as much."""
ONE_IN = 6
"""Of the pages of stories, which are many and alike."""

_HTML_WORDS = (
    "<!DOCTYPE html>", "<html>", "<head>", "<base href=", "<meta charset=", '<meta property="og:title" content="',
    '<link rel="canonical" href="', '<link rel="alternate" type="application/rss+xml" href="', "<title>", "<h1>", "<article>",
    "<time datetime=", '<script type="application/ld+json">', '{"@type":"NewsArticle","headline":', '"@graph":[', "</script>",
    "<svg>", "<template>", "<noscript>", "<table>", "<!--", "-->", "<![CDATA[", "]]>", "<?xml", "&#x110000;", "&amp;", "&#0;",
    "<p>", "<br>", "<nav>", "<a href=", "javascript:", "//[", "http://[::1", "%zz", "datePublished", "99999-01-01",
    "2026-13-45T99:99:99+99:99", "itemprop=", "By Ada Lane", 'itemscope itemtype="https://schema.org/Person"', "property=",
    "typeof=", 'class="hentry"', 'class="author vcard"', "<abbr title=", '<meta name="parsely-pub-date" content="',
    '<meta name="DC.creator" content="', '"@type":"LiveBlogPosting"', '"liveBlogUpdate":[', '"isAccessibleForFree":false',
    "<figcaption>", "<blockquote>", "<ruby>", "<rt>", "&shy;", "<aside", "__NEXT_DATA__", '"articleBody":', "<li>", "<dl>",
)  # fmt: skip
_FEED_WORDS = (
    "<rss", '<feed xmlns="http://www.w3.org/2005/Atom">', "<rdf:RDF", "<channel>", "<item>", "<entry>", "<link>",
    "<pubDate>", "<updated>", "<dc:creator>", "<guid isPermaLink=", "<![CDATA[", "]]>", "<!DOCTYPE a [<!ENTITY b", "&b;", "&#x0;",
    'encoding="utf-16"', 'encoding="cp1252"', '{"version":"https://jsonfeed.org/version/1.1","items":[', "xml:base=",
    "99999-01-01", "Mon, 99 Jan 0000 99:99:99 +9999", "javascript:", "http://[",
)  # fmt: skip
_WORDS = {
    "feed": _FEED_WORDS,
    "sitemap": ("<urlset", "<sitemapindex", "<url>", "<loc>", "<lastmod>", "<news:news>", "<news:publication_date>",
                "<news:title>", "<sitemap>", "<![CDATA[", "<!DOCTYPE", "http://[", "&#x0;", 'encoding="utf-16"'),
    "robots": ("User-agent:", "Disallow:", "Allow:", "Crawl-delay:", "Sitemap:", "newsarchive", "*", "$", "%7e", "%zz", "nan",
               "1e999", "#", "/x?", "\\xef\\xbb\\xbf"),
    "discover": _HTML_WORDS,
    "extract": _HTML_WORDS,
    "dates": ("2026-05-04", "T10:30:00", "+02:00", "Z", "a.m.", "p.m.", "Uhr", "GMT", "4/5/2026", "4. Mai 2026", "May 4, 2026",
              "2026年5月4日", "午後", "令和8年", "4 พฤษภาคม 2569", "1405/2/14", "٤ مايو ٢٠٢٦", "hours ago", "1714812300", "00:00"),
    "bylines": ("By ", "Von ", "Par ", " and ", " und ", " et ", ", ", "記者 ", "作者：", "/", "(", ")", "Staff Writer", "@", "Ph.D.",
                "Photo: ", " | ", "Reporting by ", "; editing by ", "Dr. ", "AFP", "بقلم: ", "автор "),
    "json-ld": ('{"@graph":[', '"@type":', '"NewsArticle"', '"author":', '"@id":', '"datePublished":', "]}", "//<![CDATA[", "<!--",
                '"hasPart":', '"mainEntityOfPage":', "\\\\u00", "\\\"", ",}", "null", "1e999", "&quot;"),
    "warc": ("WARC/1.0\\x0d\\x0a", "WARC/1.1\\x0d\\x0a", "WARC-Type: response", "WARC-Type: revisit", "WARC-Date: ",
             "Content-Length: ", "\\x0d\\x0a\\x0d\\x0a", "HTTP/1.1 200 OK", "PK\\x03\\x04", "filedesc://",
             "\\x1f\\x8b\\x08", "{\\x22newsarchive\\x22: 1"),
    "jsonl": ('"title":', '"body":', '"published":', '"authors":[', '"revisions":[{', "\\\\ud800", "1e999", "NaN"),
}  # fmt: skip
_KINDS = {"feed": ("/rss", "/atom", "/feed"), "sitemap": ("sitemap",), "robots": ("/robots.txt",)}


_RECORD = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://paper.test/a\r\nWARC-Date: 2020-01-02T03:04:05Z\r\n"
    b"Content-Type: application/http; msgtype=response\r\nContent-Length: 45\r\n\r\n"
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n\r\n\r\n"
)
_OF_OTHERS = {
    "warc": (
        _RECORD + _RECORD,
        gzip.compress(_RECORD) + gzip.compress(_RECORD),
        b"filedesc://a 0.0.0.0 20200102030405 text/plain 4\n1 0\n\nhttp://a.test/ 0.0.0.0 20200102030405 text/html 1\na\n",
    ),
    "jsonl": (
        b'{"id": 1, "title": "A", "body": "B\\n\\nC", "published": "2020-01-02", "revisions": [{"title": "D"}]}',
    ),
}


def seeds(target: str) -> Iterator[bytes]:
    """Inputs that a target reads well."""
    if target in _PARTS:
        yield from _parts_of_pages(target)
        return
    if target == "extract":
        yield from (b"\0" + page.read_bytes() for page in sorted(PAGES.glob("*.html")))
    for edition in (1, 2):
        served = sorted(resources(edition, BASE).items())
        chosen = [(path, resource) for path, resource in served if _is_for(target, path, resource.media_type)]
        for _, resource in chosen[:: ONE_IN if target in ("discover", "extract") else 1]:
            if len(resource.body) <= MAX_BYTES:
                yield b"\0" + resource.body if target in ("discover", "extract") else resource.body
    if target == "robots":
        yield from _MORE_ROBOTS
    yield from _OF_OTHERS.get(target, ())


_PARTS = {
    "dates": (b"\0", re.compile(r">([^<>]{0,60}\b\d{4}\b[^<>]{0,60})<|=\"(\d{4}-\d\d-\d\d[^\"]{0,20})\"")),
    "bylines": (
        b"",
        re.compile(r"class=\"(?:by|auth|meta)[^\"]*\">([^<>]{3,80})<|author\" content=\"([^\"]{3,80})\""),
    ),
    "json-ld": (b"", re.compile(r"<script[^>]*ld\+json[^>]*>(.*?)()</script>", re.DOTALL)),
}


def _parts_of_pages(target: str) -> Iterator[bytes]:
    """What the pages of the tests have for a target that reads a part of a page."""
    start, pattern = _PARTS[target]
    for page in sorted(PAGES.glob("*.html")):
        for first, second in pattern.findall(page.read_text(encoding="utf-8", errors="replace")):
            yield start + (first or second).encode()


def dictionary(target: str) -> str:
    """The words of a format, as libFuzzer reads them: printable ASCII, all else as bytes."""
    return "".join(f'"{_escaped(word)}"\n' for word in _WORDS[target])


def _escaped(word: str) -> str:
    """A word without quotation marks and letters that libFuzzer refuses; what has a backslash is escaped already."""
    plain = word if "\\" in word else word.replace('"', '\\"')
    return "".join(letter if letter.isascii() else _in_hex(letter) for letter in plain)


def _in_hex(letter: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in letter.encode())


def _is_for(target: str, path: str, media_type: str) -> bool:
    if target in _KINDS:
        return any(word in path for word in _KINDS[target])
    if target in _OF_OTHERS:
        return False
    return media_type.startswith("text/html")


_MORE_ROBOTS = (
    b"User-agent: newsarchive\nUser-agent: *\nAllow: /news/$\nDisallow: /*.html\nCrawl-delay: 2\n\0news/a.html",
    b"\xef\xbb\xbfuser-agent : Foo/2.1 bar\r\rdisallow:/x?\rSitemap: /s.xml\0%7euser/?q=1",
    "User-agent: *\nDisallow: /ツ\nDisallow: /%E3%83%84/*a*a*a$\nUnknown: line\n\0ツ".encode(),
)
