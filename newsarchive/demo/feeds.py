"""Stories -> RSS 2.0, Atom (RFC 4287), JSON Feed 1.1, sitemaps and the news sitemap."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from newsarchive.demo import paper
from newsarchive.demo.oddities import BROKEN_PATH, GZIPPED_YEAR
from newsarchive.demo.paper import Story
from newsarchive.demo.render import render

FEED_LENGTH = 15
"""How many of the newest stories a feed has."""

NEWS_LENGTH = 6
"""How many the news sitemap has; it is for the latest news only."""


def rss(published: Sequence[Story], moment: datetime, base: str) -> str:
    """RSS 2.0 with `dc:creator` for every author. `moment` is when the edition was finished."""
    return _render("rss.xml", base, stories=_newest(published, FEED_LENGTH), moment=moment)


def atom(published: Sequence[Story], moment: datetime, base: str) -> str:
    """Atom, with an `author` element for every author."""
    return _render("atom.xml", base, stories=_newest(published, FEED_LENGTH), moment=moment)


def json_feed(published: Sequence[Story], base: str) -> str:
    """JSON Feed 1.1."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": paper.NAME,
        "description": paper.MOTTO,
        "home_page_url": base,
        "feed_url": f"{base}feed.json",
        "language": "en",
        "items": [_json_item(story, base) for story in _newest(published, FEED_LENGTH)],
    }
    return json.dumps(feed, ensure_ascii=False, indent=2) + "\n"


def news_sitemap(published: Sequence[Story], base: str) -> str:
    """The latest stories with title and date, in the news extension of the sitemap format."""
    return _render("news-sitemap.xml", base, stories=_newest(published, NEWS_LENGTH))


def sitemaps(published: Sequence[Story], base: str) -> dict[str, str]:
    """Path -> sitemap: one a year, and one of the pages that have no date. A `.gz` path is to be gzipped."""
    pages: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for story in published:
        pages[_sitemap_path(story)].append((story.path, _lastmod(story)))
    pages["/sitemap-standing.xml"].append((BROKEN_PATH, ""))
    return {path: _render("sitemap.xml", base, pages=pages[path]) for path in sorted(pages)}


def sitemap_index(paths: Sequence[str], moment: datetime, base: str) -> str:
    """The index of all sitemaps, the one with news first."""
    return _render("sitemap-index.xml", base, paths=["/news-sitemap.xml", *paths], moment=moment)


def _newest(published: Sequence[Story], count: int) -> list[Story]:
    return paper.newest_first(story for story in published if story.published)[:count]


def _json_item(story: Story, base: str) -> dict[str, object]:
    site = base.rstrip("/")
    item: dict[str, object] = {
        "id": site + story.short_path,
        "url": site + story.path,
        "title": story.title,
        "content_text": story.summary,
        "authors": [{"name": name} for name in story.authors],
        "tags": list(story.tags),
        "language": story.language,
    }
    if story.published:
        item["date_published"] = story.published.isoformat()
    if story.modified:
        item["date_modified"] = story.modified.isoformat()
    return item


def _sitemap_path(story: Story) -> str:
    if story.published is None:
        return "/sitemap-standing.xml"
    year = story.published.year
    return f"/sitemap-{year}.xml.gz" if year == GZIPPED_YEAR else f"/sitemap-{year}.xml"


def _lastmod(story: Story) -> str:
    """W3C date and time, or a day where only the day is known, "" where nothing is."""
    if story.last_change is None:
        return ""
    return story.last_change.date().isoformat() if story.published_day_only else story.last_change.isoformat()


def _render(template: str, base: str, **values: object) -> str:
    return render(template, base=base, site=base.rstrip("/"), **values)
