"""Stories -> HTML. One template a layout, below `layouts/`; every page is also well-formed XML.

Which layout says what: "modern" has JSON-LD and OpenGraph, "microdata" has itemprop, "german" has a time
element and some meta tags. "wordpress" has nothing but what a reader sees and what the theme puts on links
(`rel="category tag"`, `rel="tag"`); "text" has a line with byline and date, and a breadcrumb for the section.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newsarchive.demo import paper
from newsarchive.demo.oddities import BROKEN_PATH, PRIVATE_PATH, SHORT_LINKED
from newsarchive.demo.paper import Story
from newsarchive.demo.render import FOLDER, render

_HOME_LENGTH = 12
_MOST_READ = (111, 130, 133, 138)
_SECTION_HUES = {"Harbour": 205, "Council": 28, "Sport": 150, "Arts": 275, "Nature": 85}
_STRAY_LINKS = {
    "Harbour": (BROKEN_PATH, "How the dredger works"),
    "Council": (PRIVATE_PATH, "A letter to our subscribers"),
}


def story_page(story: Story, base: str) -> str:
    """The page of a story in its layout. `base` is the URL of the site, for absolute addresses."""
    others = paper.newest_first(other for other in paper.steady_stories() if other.number != story.number)
    return render(
        f"{story.layout}.html",
        story=story,
        site=base.rstrip("/"),
        related=[other for other in others if other.section == story.section][:3],
        recent=[other for other in others if other.layout == story.layout][:4],
        linked_data=_linked_data(story, base),
    )


def home_page(published: Sequence[Story]) -> str:
    """The newest stories of all sections, and the most read."""
    by_number = {story.number: story for story in published}
    return render(
        "home.html",
        listed=paper.newest_first(published)[:_HOME_LENGTH],
        most_read=[by_number[number] for number in _MOST_READ],
        private_path=PRIVATE_PATH,
    )


def section_page(section: str, published: Sequence[Story]) -> str:
    """Every story of a section, and the stray link that goes with it."""
    listed = [story for story in published if story.section == section]
    return _list_page(section, listed, stray_link=_STRAY_LINKS.get(section), short_linked=SHORT_LINKED)


def author_page(author: str, published: Sequence[Story]) -> str:
    """Every story with that byline."""
    return _list_page(f"Stories by {author}", [story for story in published if author in story.authors])


def tag_page(tag: str, published: Sequence[Story]) -> str:
    """Every story with that tag."""
    return _list_page(f"Tagged: {tag}", [story for story in published if tag in story.tags])


def message_page(title: str, sentence: str) -> str:
    """A page that says one thing: an error, or where a story has gone."""
    return render("message.html", title=title, sentence=sentence)


def picture(story: Story) -> str:
    """The lead image: a view of the estuary (SVG), drawn from the number of the story."""
    return render(
        "picture.svg",
        caption=story.picture,
        hue=_SECTION_HUES[story.section],
        sun=90 + story.number * 83 % 620,
        boat=120 + story.number * 131 % 480,
        hills=[(x, 240 + story.number * (x + 37) // 13 % 70) for x in range(0, 801, 100)],
    )


def stylesheet() -> bytes:
    """The one stylesheet of all layouts."""
    return (FOLDER / "style.css").read_bytes()


def _list_page(
    title: str,
    listed: Sequence[Story],
    *,
    stray_link: tuple[str, str] | None = None,
    short_linked: int | None = None,
) -> str:
    return render(
        "list.html",
        title=title,
        listed=paper.newest_first(listed),
        stray_link=stray_link,
        short_linked=short_linked,
    )


def _linked_data(story: Story, base: str) -> dict[str, Any]:
    """The NewsArticle of schema.org that a modern page carries."""
    site = base.rstrip("/")
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": site + story.path,
        "headline": story.title,
        "description": story.summary,
        "articleSection": story.section,
        "keywords": list(story.tags),
        "inLanguage": story.language,
        "author": [
            {"@type": "Person", "name": name, "url": site + paper.author_path(name)} for name in story.authors
        ],
        "publisher": {"@type": "NewsMediaOrganization", "name": paper.NAME, "url": base},
        "datePublished": story.published.isoformat() if story.published else None,
        "dateModified": story.modified.isoformat() if story.modified else None,
        "image": site + story.picture_path if story.picture else None,
    }
    return {key: value for key, value in data.items() if value}
