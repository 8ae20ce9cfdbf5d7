"""A newspaper -> everything that its host serves: front page, sections, feed, stories, robots.txt."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from benchmarks.crawl.furniture import Furnishing, Furniture, teasers_of
from benchmarks.crawl.press import Newspaper, Story

_LISTS = 1.3
"""How much heavier a front page is than a story."""

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).resolve().parent / "layouts"),
    autoescape=True,
    undefined=StrictUndefined,
)

Furnished = dict[str, Markup]


@dataclass(frozen=True, slots=True)
class Page:
    """What a path serves, as it is and gzipped."""

    media_type: str
    body: bytes
    gzipped: bytes


def pages_of(paper: Newspaper, port: int, *, robots: str = "") -> Iterator[tuple[str, Page]]:
    """Path -> page of a newspaper that is served at this port. `robots` is added to its robots.txt."""
    rng = random.Random(f"furniture/{paper.number}")
    site = f"http://{paper.host}:{port}"
    furniture = Furniture(paper, rng)
    atom = paper.number % 3 == 0
    feed_path = "/atom.xml" if atom else "/feed/"
    common = {"paper": paper, "site": site, "feed_path": feed_path, "atom": atom}
    rules = f"User-agent: *\nDisallow: /search\nDisallow: /account/\n{robots}"
    yield "/robots.txt", _page("text/plain", rules)
    feed_type = "application/atom+xml" if atom else "application/rss+xml"
    yield feed_path, _page(feed_type, _render("atom.xml" if atom else "rss.xml", common))
    weight = round(_LISTS * paper.stories[0].weight)
    for path, title, listed in _lists(paper):
        headlines = Markup(teasers_of(listed))
        values = {"title": title, "headlines": headlines, "extra": _furnished(furniture.furnish(weight))}
        yield path, _page("text/html; charset=utf-8", _render("list.html", common | values))
    for story in paper.stories:
        values = {
            "story": story,
            "other": rng.choice(paper.stories),
            "extra": _furnished(furniture.furnish(story.weight)),
            "linked_data": _linked_data(paper, story, site),
        }
        yield story.path, _page("text/html; charset=utf-8", _render(f"{paper.layout}.html", common | values))


def _lists(paper: Newspaper) -> Iterator[tuple[str, str, tuple[Story, ...]]]:
    yield "/", paper.name, paper.stories
    for name in paper.sections:
        listed = tuple(story for story in paper.stories if story.section == name)
        yield f"/section/{name.lower()}", f"{name} | {paper.name}", listed


def _furnished(furnishing: Furnishing) -> Furnished:
    return {name: Markup(getattr(furnishing, name)) for name in Furnishing.__dataclass_fields__}


def _render(template: str, values: dict[str, Any]) -> str:
    return _ENVIRONMENT.get_template(template).render(values)


def _page(media_type: str, text: str) -> Page:
    body = text.encode()
    packer = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return Page(media_type, body, packer.compress(body) + packer.flush())


def _linked_data(paper: Newspaper, story: Story, site: str) -> dict[str, Any]:
    """The NewsArticle of schema.org."""
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": site + story.path},
        "headline": story.title,
        "description": story.summary,
        "datePublished": story.published.isoformat(),
        "dateModified": story.published.isoformat(),
        "articleSection": story.section,
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "image": [f"https://img.test/{story.number}.jpg"],
        "publisher": {"@type": "NewsMediaOrganization", "name": paper.name, "url": site},
    }
