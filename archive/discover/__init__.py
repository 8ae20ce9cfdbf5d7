"""A home page or a section page -> its feeds and the articles that it links to.

General rules, none for any one site. A link that is no article costs one visit, after which the page is known
as what it is; an article that is passed over is lost. So in doubt a link counts as one.
"""

from __future__ import annotations

import codecs
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import Message
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag, XMLParsedAsHTMLWarning

from archive.discover.addresses import count_words, is_home, looks_like_article, may_be_article
from archive.model import Link
from archive.urls import fetch_form, identity, same_site

# A page that begins with an XML declaration is XHTML; that it is read as HTML is meant.
warnings.filterwarnings("ignore", category=XMLParsedAsHTMLWarning)

MAX_BYTES = 10 * 1024 * 1024
MAX_ANCHORS = 10_000
MAX_FEEDS = 20
MAX_SECTIONS = 30
MAX_TITLE = 500
_HEADLINE_WORDS = 3

_FEED_TYPES = frozenset({
    "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json",
})  # fmt: skip
_FEED_PATH = re.compile(
    r"(?:^|/)(?:feed|rss|atom)(?:/?|/(?:rss|atom)/?|\.(?:xml|rss|rdf|json|php))$|\.(?:rss|atom)$",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"comment|kommentar", re.IGNORECASE)
_MORE = re.compile(
    r"(?:read|see|view|show|load)\s+(?:more|all|the)\b|continue reading|weiterlesen|lire la suite",
    re.IGNORECASE,
)
_HEADINGS = ("h1", "h2", "h3", "h4")
_PERIPHERY = re.compile(
    r"(?:^|[-_])(?:nav|navbar|navigation|menu|breadcrumbs?|pagination|pager|footer|social|share)(?:$|[-_])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a page leads to, in the order of the page and each once: feeds of the site, articles, and, for a home
    page, the sections that its navigation names.
    """

    feeds: tuple[Link, ...] = ()
    articles: tuple[Link, ...] = ()
    sections: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where on the page a link stands."""

    heading: bool
    content: bool
    periphery: bool


def discover(body: bytes, *, url: str, content_type: str = "") -> Discovery:
    """Read a page that was found at `url`. Never raises for what the page holds.

    `content_type` is the header, whose charset, if any, decides how the bytes are read.
    """
    soup = BeautifulSoup(body[:MAX_BYTES], "lxml", from_encoding=_charset(content_type))
    base = _base(soup, url)
    anchors = [
        (tag, target)
        for tag in soup.find_all("a", href=True, limit=MAX_ANCHORS)
        if (target := _target(tag, base))
    ]
    declared = [
        (tag, target)
        for tag in soup.find_all("link", href=True, limit=MAX_ANCHORS)
        if (target := _target(tag, base))
    ]
    return Discovery(
        feeds=_each_once(_feeds(declared, anchors, url))[:MAX_FEEDS],
        articles=_each_once(_articles(anchors, url, marked=_marks_content(soup))),
        sections=_each_once(_sections(anchors, url))[:MAX_SECTIONS],
    )


Target = tuple[Tag, str]


def _feeds(declared: list[Target], anchors: list[Target], url: str) -> Iterator[Link]:
    """Declared feeds, wherever they are hosted; then links of the same site that look like feeds."""
    for tag, target in declared:
        title = _text(_attribute(tag, "title"))
        is_feed = (
            "alternate" in _rel(tag) and _attribute(tag, "type").split(";")[0].strip().lower() in _FEED_TYPES
        )
        if is_feed and not _COMMENTS.search(title) and not _COMMENTS.search(urlsplit(target).path):
            yield Link(target, role="feed", title=title)
    for tag, target in anchors:
        path = urlsplit(target).path
        if _FEED_PATH.search(path) and not _COMMENTS.search(path) and same_site(target, url):
            yield Link(target, role="feed", title=_title(tag))


def _articles(anchors: list[Target], url: str, *, marked: bool) -> Iterator[Link]:
    """`marked` tells whether the page says where its content is; if not, all of it is but the periphery."""
    own = identity(url)
    for tag, target in anchors:
        if may_be_article(target) and same_site(target, url) and identity(target) != own:
            title, place = _title(tag), _place(tag)
            if _is_article(target, title, place, in_content=place.content or not marked):
                yield Link(target, certain=False, title="" if _MORE.match(title) else title)


def _marks_content(soup: BeautifulSoup) -> bool:
    return soup.find(["main", "article"]) is not None or soup.find(role="main") is not None


def _sections(anchors: list[Target], url: str) -> Iterator[Link]:
    """Short addresses in the navigation of a home page: /politics, /news/local. A section page asked for by itself
    leads to no other section."""
    if not is_home(url):
        return
    for tag, target in anchors:
        path = urlsplit(target).path
        is_short = 1 <= len([segment for segment in path.split("/") if segment]) <= 2
        if is_short and same_site(target, url) and may_be_article(target) and not looks_like_article(target):
            place = _place(tag)
            if (place.periphery or tag.find_parent("header") is not None) and not urlsplit(target).query:
                yield Link(target, role="page", title=_title(tag))


def _is_article(target: str, title: str, place: _Place, *, in_content: bool) -> bool:
    """The address looks like an article's, or the link looks like a headline."""
    words = count_words(title)
    if looks_like_article(target):
        return not place.periphery or words >= 4
    return not place.periphery and (place.heading or (words >= _HEADLINE_WORDS and in_content))


def _place(tag: Tag) -> _Place:
    heading = tag.find(_HEADINGS) is not None
    content = periphery = False
    for parent in tag.parents:
        heading = heading or parent.name in _HEADINGS
        content = content or parent.name in ("article", "main") or _attribute(parent, "role") == "main"
        periphery = periphery or _is_periphery(parent)
    return _Place(heading, content or heading, periphery)


def _is_periphery(tag: Tag) -> bool:
    if tag.name in ("nav", "footer") or _attribute(tag, "role") in ("navigation", "contentinfo"):
        # The footer of a teaser holds its "read more", not the small print of the site.
        return tag.name != "footer" or tag.find_parent("article") is None
    if tag.name in ("html", "body", "main", "article"):
        return False  # themes put every word they have into the classes of these
    return any(_PERIPHERY.search(name) for name in (*_attribute(tag, "class").split(), _attribute(tag, "id")))


def _each_once(links: Iterator[Link]) -> tuple[Link, ...]:
    """One link a page, at its first place, with the longest title it is given: a teaser's picture has none."""
    found: dict[str, Link] = {}
    for link in links:
        key = identity(link.url)
        first = found.setdefault(key, link)
        if len(link.title) > len(first.title):
            found[key] = replace(first, title=link.title)
    return tuple(found.values())


def _base(soup: BeautifulSoup, url: str) -> str:
    tag = soup.find("base", href=True)
    return (_target(tag, url) if tag else None) or fetch_form(url)


def _target(tag: Tag, base: str) -> str | None:
    href = _attribute(tag, "href").strip()
    if not href or href.startswith("#"):
        return None
    try:
        return fetch_form(href, base)
    except ValueError:
        return None


def _title(tag: Tag) -> str:
    heading = tag.find(_HEADINGS)
    return _text((heading or tag).get_text(" ")) or _text(_attribute(tag, "title"))


def _text(text: str) -> str:
    return " ".join(text.split())[:MAX_TITLE]


def _attribute(tag: Tag, name: str) -> str:
    value = (tag.attrs or {}).get(name, "")
    return value if isinstance(value, str) else " ".join(value)


def _rel(tag: Tag) -> list[str]:
    return _attribute(tag, "rel").lower().split()


def _charset(content_type: str) -> str | None:
    header = Message()
    header["content-type"] = content_type.replace("\r", " ").replace("\n", " ")
    charset = header.get_content_charset()
    try:
        # UTF-7 can smuggle markup through every check and no browser reads it.
        return charset if charset and codecs.lookup(charset).name != "utf-7" else None
    except (LookupError, ValueError):
        return None
