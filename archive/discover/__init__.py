"""A home page or a section page -> its feeds and the articles that it links to.

General rules, none for any one site. A link that is no article costs one visit, after which the page is known
as what it is; an article that is passed over is lost. So in doubt a link counts as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from archive.discover.addresses import (
    count_words,
    is_home,
    is_of_a_date,
    looks_like_article,
    may_be_article,
)
from archive.discover.pagination import next_pages
from archive.discover.patterns import Patterns
from archive.discover.reading import Anchor, read_links
from archive.discover.scope import in_scope
from archive.discover.traps import Budget, trap, without_session
from archive.discover.wellknown import well_known_feeds, well_known_sitemaps
from archive.model import Link
from archive.urls import fetch_form, identity, same_site

__all__ = [
    "Budget",
    "Discovery",
    "Patterns",
    "discover",
    "in_scope",
    "trap",
    "well_known_feeds",
    "well_known_sitemaps",
]

MAX_BYTES = 10 * 1024 * 1024
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


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a page leads to, in the order of the page and each once: feeds of the site, articles, and, for a home
    page, the sections that its navigation names. `next_pages` are where its list goes on and the months of an
    archive, for who wants all of it; their depth is one more than that of the page.
    """

    feeds: tuple[Link, ...] = ()
    articles: tuple[Link, ...] = ()
    sections: tuple[Link, ...] = ()
    next_pages: tuple[Link, ...] = ()


def discover(body: bytes, *, url: str, content_type: str = "", depth: int = 0) -> Discovery:
    """Read a page that was found at `url`, `depth` pages into an archive. Never raises for what the page holds.

    `content_type` is the header, whose charset, if any, decides how the bytes are read.
    """
    page = read_links(body[:MAX_BYTES], content_type=content_type)
    site = _Site(url, page.base)
    declared, anchors = site.resolved(page.declared), site.resolved(page.anchors)
    own = [(anchor, target) for anchor, target in anchors if site.owns(target)]
    further = [(anchor, target) for anchor, target in declared if "next" in anchor.rel and site.owns(target)]
    pages = (Link(target, role="page", depth=depth + 1) for target in next_pages([*further, *own], url))
    return Discovery(
        feeds=site.each_once(_feeds(declared, own))[:MAX_FEEDS],
        articles=site.each_once(_articles(own, marked=page.marks_content)),
        sections=site.each_once(_sections(own))[:MAX_SECTIONS] if is_home(url) else (),
        next_pages=site.each_once(pages),
    )


Target = tuple[Anchor, str]


class _Site:
    """The site of a page: which addresses are its own, and which are one. Each is asked for many times on a page."""

    def __init__(self, url: str, base: str) -> None:
        self._url = url
        self._owned: dict[str, bool] = {}
        self._keys: dict[str, str] = {}
        self._base = _resolve(base, url) if base else None

    def resolved(self, anchors: list[Anchor]) -> list[Target]:
        """The anchors that can be fetched, with their absolute addresses."""
        base = self._base or self._url
        hrefs = {anchor.href for anchor in anchors if anchor.href and not anchor.href.startswith("#")}
        targets = {href: _resolve(href, base) for href in hrefs}
        return [(anchor, target) for anchor in anchors if (target := targets.get(anchor.href))]

    def owns(self, target: str) -> bool:
        """Whether an address is of this site."""
        host = target[: target.find("/", 8)]
        if host not in self._owned:
            self._owned[host] = same_site(host, self._url)
        return self._owned[host]

    def each_once(self, links: Iterator[Link]) -> tuple[Link, ...]:
        """One link a page but the page itself, at its first place, with the longest title that it is given: a
        teaser's picture has none."""
        found: dict[str, Link] = {}
        for link in links:
            key = self._key(link.url)
            first = found.setdefault(key, link)
            if len(link.title) > len(first.title):
                found[key] = replace(first, title=link.title)
        found.pop(self._key(self._url), None)
        return tuple(found.values())

    def _key(self, url: str) -> str:
        if url not in self._keys:
            self._keys[url] = identity(url)
        return self._keys[url]


def _feeds(declared: list[Target], own: list[Target]) -> Iterator[Link]:
    """Declared feeds, wherever they are hosted; then links of the same site that look like feeds."""
    for anchor, target in declared:
        is_feed = "alternate" in anchor.rel.split() and anchor.media_type in _FEED_TYPES
        if is_feed and not _COMMENTS.search(anchor.title) and not _COMMENTS.search(urlsplit(target).path):
            yield Link(target, role="feed", title=_text(anchor.title))
    for anchor, target in own:
        path = urlsplit(target).path
        if _FEED_PATH.search(path) and not _COMMENTS.search(path):
            yield Link(target, role="feed", title=_title(anchor))


def _articles(own: list[Target], *, marked: bool) -> Iterator[Link]:
    """`marked` tells whether the page says where its content is; if not, all of it is but the periphery."""
    for anchor, target in own:
        if may_be_article(target):
            title = _title(anchor)
            if _is_article(anchor, target, title, in_content=anchor.content or not marked):
                yield Link(target, certain=False, title="" if _MORE.match(title) else title)


def _sections(own: list[Target]) -> Iterator[Link]:
    """Short addresses in the navigation of a home page: /politics, /news/local. A section page asked for by itself
    leads to no other section."""
    for anchor, target in own:
        parts = urlsplit(target)
        is_short = 1 <= len([segment for segment in parts.path.split("/") if segment]) <= 2
        if not is_short or parts.query or not (anchor.periphery or anchor.header):
            continue
        if may_be_article(target) and not looks_like_article(target) and not is_of_a_date(target):
            yield Link(target, role="page", title=_title(anchor))


def _is_article(anchor: Anchor, target: str, title: str, *, in_content: bool) -> bool:
    """The address looks like an article's, or the link looks like a headline."""
    words = count_words(title)
    if looks_like_article(target):
        return not anchor.periphery or words >= 4
    return not anchor.periphery and (anchor.heading or (words >= _HEADLINE_WORDS and in_content))


def _resolve(href: str, base: str) -> str | None:
    try:
        return fetch_form(without_session(fetch_form(href, base)))
    except ValueError:
        return None


def _title(anchor: Anchor) -> str:
    return _text(anchor.text) or _text(anchor.title)


def _text(text: str) -> str:
    return " ".join(text.split())[:MAX_TITLE]
