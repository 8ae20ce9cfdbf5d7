"""What is fuzzed: everything that reads bytes of strangers. A target takes bytes and must neither raise nor linger."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from archive.discover import discover
from archive.extract import extract, jsonld, names
from archive.extract.datetext import moment, rest
from archive.extract.jsonarticle import NotAnArticleLine, extract_line
from archive.feeds import parse_feed, parse_sitemap, sniff
from archive.foreign import ForeignRecord, records
from archive.importing.judging import Kept, fields_of, hint_of, judge
from archive.learning import Memory, pack, unpack
from archive.model import Learnt, Link, Rules
from archive.robots import robots_for_status

URL = "https://paper.test/news/2026/a-story-1.html"
AGENT = "newsarchive/1.0 (+https://archive.example/about)"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HINT = Link(URL, title="A story", authors=("Ada Lane",))
RULES = Rules(date="time, .date", byline=".author")
LEARNT = Learnt(bylines=("div.meta>span.author",), dates=("div.meta>span.date",))
LANGUAGES = ("", "en-US", "en-GB", "de", "fr", "ja", "th", "ar", "fa", "hi", "zh-TW", "tr")
CONTENT_TYPES = (
    "text/html; charset=utf-8",
    "text/html",
    "",
    "text/html; charset=iso-8859-1",
    "text/html; charset=utf-16",
    "text/html; charset=utf-7",
    "text/html; charset=shift_jis",
    "application/xhtml+xml; charset=gb18030",
)

Target = Callable[[bytes], object]


def feed(data: bytes) -> None:
    """RSS, Atom, RDF, JSON Feed."""
    sniff(data, "application/xml")
    parse_feed(data, url=URL)


def sitemap(data: bytes) -> None:
    """Sitemaps, their indexes, gzipped or not, and lists of addresses."""
    sniff(data, "text/plain")
    parse_sitemap(data, url=URL)


def robots(data: bytes) -> None:
    """A robots.txt; what comes after the first NUL is the URL that is asked about."""
    body, _, path = data.partition(b"\0")
    rules = robots_for_status(200, body)
    rules.crawl_delay(AGENT)
    for url in (URL, "https://paper.test/" + path.decode("utf-8", "replace"), path.decode("latin-1")):
        rules.verdict(url, AGENT)


def links(data: bytes) -> None:
    """The links of a page; its first byte chooses the Content-Type."""
    discover(data[1:], url=URL, content_type=_content_type(data))


def article(data: bytes) -> None:
    """The article of a page, of a source that has taught something, and what it teaches; its first byte chooses the
    Content-Type and whether there are rules."""
    rules = RULES if data[:1] > b"\x7f" else None
    found = extract(
        data[1:], url=URL, content_type=_content_type(data), hint=HINT, rules=rules, learnt=LEARNT
    )
    if found.lesson is not None:
        memory = Memory()
        memory.learn(found.lesson)
        unpack(*pack(memory)).learnt()


def dates(data: bytes) -> None:
    """A text with a date in it; the first byte chooses the language."""
    language, text = LANGUAGES[data[0] % len(LANGUAGES)] if data else "", data[1:].decode("utf-8", "replace")
    found = moment(text, language=language)
    assert found is None or found.at.tzinfo is not None
    rest(text)


def bylines(data: bytes) -> None:
    """A text with names in it."""
    text = data.decode("utf-8", "replace")
    names.is_led(text)
    assert all(len(name) <= len(text) for name in names.split(text))


def scripts(data: bytes) -> None:
    """A script of JSON-LD."""
    nodes = jsonld.read([data.decode("utf-8", "replace")])
    node = jsonld.article(nodes, URL, "A story")
    for value in node.values():
        jsonld.strings(value)
    jsonld.by_id(nodes)


def archive_of_others(data: bytes) -> None:
    """A WARC, ARC or WACZ file, and what is made of its records."""
    for found in records(io.BytesIO(data), max_block=1 << 20):
        if isinstance(found, ForeignRecord):
            hint_of(found)
            kept = judge(found, NOW)
            if isinstance(kept, Kept):
                list(fields_of(kept, "<urn:uuid:1>", "<urn:uuid:2>"))


def line(data: bytes) -> None:
    """A line of JSON that tells of an article."""
    with suppress(NotAnArticleLine):
        extract_line(data)


def _content_type(data: bytes) -> str:
    return CONTENT_TYPES[data[0] % len(CONTENT_TYPES)] if data else ""


TARGETS: dict[str, Target] = {
    "feed": feed,
    "sitemap": sitemap,
    "robots": robots,
    "discover": links,
    "extract": article,
    "dates": dates,
    "bylines": bylines,
    "json-ld": scripts,
    "warc": archive_of_others,
    "jsonl": line,
}
