"""A page and what is read from it. Pure; runs in a worker process, so that both can be pickled."""

from __future__ import annotations

from dataclasses import dataclass, replace

from archive.discover import discover
from archive.extract import extract, jsonarticle
from archive.feeds import parse_feed, parse_sitemap, sniff
from archive.model import NO_RULES, Extract, Learnt, Link, Rules, SourceKind


@dataclass(frozen=True, slots=True)
class Page:
    """Bytes to be read, as they came from `url`. `wanted` tells what for: the links in it, or the article.

    `hint` is what the link that led here said, `rules` are those of its source. `learnt` is what its pages have
    taught, None where nobody learns from this one.
    """

    url: str
    body: bytes
    media_type: str
    content_type: str
    hint: Link
    wanted: SourceKind | None = None
    rules: Rules = NO_RULES
    learnt: Learnt | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page that is read for links: what it turned out to be, and what it points to.

    `next_pages` are those that carry the list on into the past. `problem` is why not all of it was read: "too-large",
    "too-many" or "too-deep".
    """

    kind: SourceKind
    links: tuple[Link, ...]
    next_pages: tuple[Link, ...] = ()
    problem: str = ""


Reading = Extract | Listing


def read(page: Page) -> Reading:
    """Read a page for what it is wanted for."""
    if page.media_type == jsonarticle.MEDIA_TYPE:
        return jsonarticle.extract_line(page.body)
    if page.wanted is None:
        return extract(
            page.body,
            url=page.url,
            content_type=page.content_type,
            hint=page.hint,
            rules=page.rules,
            learnt=page.learnt,
        )
    return _listing(page)


def _listing(page: Page) -> Listing:
    """The links of a feed, a sitemap or a page. A page's own feeds come first: they know dates and bylines; then
    what it links to itself, then the sections of a home page."""
    kind = sniff(page.body, page.media_type)
    if kind == "feed":
        feed = parse_feed(page.body, url=page.url)
        guids = dict(feed.ids)
        links = tuple(replace(link, guid=guids.get(link.url, "")) for link in feed.links)
        return Listing("feed", links, problem=feed.problem)
    if kind == "sitemap":
        sitemap = parse_sitemap(page.body, url=page.url, depth=page.hint.depth)
        return Listing("sitemap", sitemap.links, problem=sitemap.problem)
    found = discover(page.body, url=page.url, content_type=page.content_type, depth=page.hint.depth)
    return Listing("page", (*found.feeds, *found.articles, *found.sections), found.next_pages)
