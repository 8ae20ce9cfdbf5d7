"""Everything the paper's web site answers: path -> resource, for one edition under one base URL. Pure."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus

from newsarchive.demo import feeds, pages, paper
from newsarchive.demo.oddities import BROKEN_PATH, PRIVATE_PATH, SLOW_STORY
from newsarchive.demo.paper import Story

HTML = "text/html; charset=utf-8"
XML = "application/xml"

ROBOTS = """\
User-agent: *
Disallow: /private/
Disallow: /tag/

Sitemap: {base}sitemap.xml
"""


@dataclass(frozen=True, slots=True)
class Resource:
    """An answer before it meets HTTP. `modified` is None where the site does not say; `location` is set for
    redirects; `slow` asks the server to take its time."""

    body: bytes
    media_type: str
    status: HTTPStatus = HTTPStatus.OK
    modified: datetime | None = None
    location: str = ""
    slow: bool = False

    @property
    def etag(self) -> str:
        """A strong entity tag (RFC 9110, 8.8.3): equal bytes, equal tag, in every process."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:24]}"'


def answer(edition: int, base: str, target: str) -> Resource:
    """What a request target (path and query) is answered with. Queries other than `/?p=` are ignored, as
    tracking parameters are."""
    site = resources(edition, base)
    path = target.partition("?")[0]
    if target.startswith("/?p="):
        path = target.partition("&")[0]
    return site.get(path) or _not_found()


@lru_cache(maxsize=8)
def resources(edition: int, base: str) -> Mapping[str, Resource]:
    """The whole site. `base` is its URL with the trailing slash."""
    return dict(_resources(edition, base))


def _resources(edition: int, base: str) -> Iterator[tuple[str, Resource]]:
    published = paper.stories(edition)
    yield from _stories(published, base)
    yield from _lists(published, paper.edition_moment(edition))
    yield from _feeds(published, paper.edition_moment(edition), base)
    for path in paper.withdrawn_paths(edition):
        yield path, _message(HTTPStatus.GONE, "This story was withdrawn", "The editor has taken it back.")
    yield (
        BROKEN_PATH,
        _message(HTTPStatus.INTERNAL_SERVER_ERROR, "Out of order", "Our machine room is on it."),
    )
    yield PRIVATE_PATH, _message(HTTPStatus.OK, "For subscribers", "A letter to those who pay for the ink.")
    yield "/robots.txt", Resource(ROBOTS.format(base=base).encode(), "text/plain; charset=utf-8")
    yield "/style.css", Resource(pages.stylesheet(), "text/css; charset=utf-8")


def _stories(published: tuple[Story, ...], base: str) -> Iterator[tuple[str, Resource]]:
    for story in published:
        body = pages.story_page(story, base)
        slow = story.number == SLOW_STORY
        yield story.path, Resource(body.encode(), HTML, modified=story.last_change, slow=slow)
        yield story.short_path, _redirect(story.path)
        if story.picture:
            yield story.picture_path, Resource(pages.picture(story).encode(), "image/svg+xml")


def _lists(published: tuple[Story, ...], moment: datetime) -> Iterator[tuple[str, Resource]]:
    def page(body: str) -> Resource:
        return Resource(body.encode(), HTML, modified=moment)

    yield "/", page(pages.home_page(published))
    for section in paper.SECTIONS:
        yield paper.section_path(section), page(pages.section_page(section, published))
    for author in sorted({author for story in published for author in story.authors}):
        yield paper.author_path(author), page(pages.author_page(author, published))
    for tag in sorted({tag for story in published for tag in story.tags}):
        yield paper.tag_path(tag), page(pages.tag_page(tag, published))


def _feeds(published: tuple[Story, ...], moment: datetime, base: str) -> Iterator[tuple[str, Resource]]:
    def text(body: str, media_type: str) -> Resource:
        return Resource(body.encode(), media_type, modified=moment)

    yield "/feed.xml", text(feeds.rss(published, moment, base), "application/rss+xml")
    yield "/atom.xml", text(feeds.atom(published, moment, base), "application/atom+xml")
    yield "/feed.json", text(feeds.json_feed(published, base), "application/feed+json")
    yield "/news-sitemap.xml", text(feeds.news_sitemap(published, base), XML)
    sitemaps = feeds.sitemaps(published, base)
    yield "/sitemap.xml", text(feeds.sitemap_index(list(sitemaps), moment, base), XML)
    for path, body in sitemaps.items():
        if path.endswith(".gz"):
            # Without a time stamp in its header, as the bytes must not depend on when they were made.
            packed = gzip.compress(body.encode(), mtime=0)
            yield path, Resource(packed, "application/gzip", modified=moment)
        else:
            yield path, text(body, XML)


def _redirect(path: str) -> Resource:
    status = HTTPStatus.MOVED_PERMANENTLY
    return Resource(
        pages.message_page("Moved", f"This story has moved to {path}.").encode(), HTML, status, location=path
    )


def _message(status: HTTPStatus, title: str, sentence: str) -> Resource:
    return Resource(pages.message_page(title, sentence).encode(), HTML, status)


def _not_found() -> Resource:
    return _message(HTTPStatus.NOT_FOUND, "Page not found", "The tide has taken it, or it was never there.")
