"""Stories -> HTML. One template a layout, below `layouts/`; every page is also well-formed XML.

Which layout says what: "modern" has JSON-LD and OpenGraph, "microdata" has itemprop, "german" has a time element,
"wordpress" and "text" have nothing but what a reader sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from newsarchive.demo import paper
from newsarchive.demo.paper import Story

BROKEN_PATH = "/harbour/how-the-dredger-works-150"
"""Linked from the Harbour page; answers 500."""

PRIVATE_PATH = "/private/letter-to-subscribers-november-2026"
"""Linked from the home page and the Council page; robots.txt disallows it."""

SHORT_LINKED = 116
"""The number of the story that the Arts page still links by its old short URL."""

_MOST_READ = (111, 130, 133, 138)
_FOLDER = Path(__file__).resolve().parent / "layouts"
_MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June")
    + ("July", "August", "September", "October", "November", "December"),
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni")
    + ("Juli", "August", "September", "Oktober", "November", "Dezember"),
}


def story_page(story: Story, base: str) -> str:
    """The page of a story in its layout. `base` is the URL of the site, for absolute addresses."""
    steady = paper.newest_first(other for other in paper.steady_stories() if other.number != story.number)
    same_section = [other for other in steady if other.section == story.section]
    recent = [other for other in steady if other.layout == story.layout]
    return _render(
        f"{story.layout}.html",
        story=story,
        base=base,
        related=same_section[:3],
        recent=recent[:4],
        data=_linked_data(story, base),
    )


def home_page(published: Sequence[Story]) -> str:
    """The newest stories of all sections, and the most read."""
    by_number = {story.number: story for story in published}
    return _render(
        "home.html",
        listed=paper.newest_first(published)[:12],
        most_read=[by_number[number] for number in _MOST_READ],
        private_path=PRIVATE_PATH,
    )


def section_page(section: str, published: Sequence[Story]) -> str:
    """Every story of a section, and the stray link that goes with it."""
    extra = {
        "Harbour": (BROKEN_PATH, "How the dredger works"),
        "Council": (PRIVATE_PATH, "A letter to our subscribers"),
    }
    listed = [story for story in published if story.section == section]
    return _list_page(section, listed, extra=extra.get(section), short_linked=SHORT_LINKED)


def author_page(author: str, published: Sequence[Story]) -> str:
    """Every story with that byline."""
    return _list_page(f"Stories by {author}", [story for story in published if author in story.authors])


def tag_page(tag: str, published: Sequence[Story]) -> str:
    """Every story with that tag."""
    return _list_page(f"Tagged: {tag}", [story for story in published if tag in story.tags])


def message_page(title: str, sentence: str) -> str:
    """A page that says one thing: an error, or where a story has gone."""
    return _render("message.html", title=title, sentence=sentence)


def author_path(author: str) -> str:
    """The path of an author's page."""
    return f"/author/{paper.slug_of(author)}/"


def tag_path(tag: str) -> str:
    """The path of a tag's page."""
    return f"/tag/{paper.slug_of(tag)}/"


def picture(story: Story) -> str:
    """The lead image: a view of the estuary (SVG), drawn from the number of the story."""
    return _render(
        "picture.svg",
        caption=story.picture,
        hue=story.number * 47 % 360,
        sun=90 + story.number * 83 % 620,
        boat=120 + story.number * 131 % 480,
        hills=[(x, 250 + (story.number * (x + 7)) % 60) for x in range(0, 801, 100)],
    )


def stylesheet() -> bytes:
    """The one stylesheet of all layouts."""
    return (_FOLDER / "style.css").read_bytes()


def english_date(moment: datetime) -> str:
    """`12 March 2021`."""
    return f"{moment.day} {_MONTHS['en'][moment.month - 1]} {moment.year}"


def american_date(moment: datetime) -> str:
    """`March 12, 2021`, as the theme of the old site had it."""
    return f"{_MONTHS['en'][moment.month - 1]} {moment.day}, {moment.year}"


def german_date(moment: datetime) -> str:
    """`12. März 2021`."""
    return f"{moment.day}. {_MONTHS['de'][moment.month - 1]} {moment.year}"


def names(authors: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return " and ".join(filter(None, (", ".join(authors[:-1]), authors[-1]))) if authors else ""


def _list_page(
    title: str, listed: list[Story], *, extra: tuple[str, str] | None = None, short_linked: int | None = None
) -> str:
    return _render(
        "list.html", title=title, listed=paper.newest_first(listed), extra=extra, short_linked=short_linked
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
            {"@type": "Person", "name": name, "url": site + author_path(name)} for name in story.authors
        ],
        "publisher": {"@type": "NewsMediaOrganization", "name": paper.NAME, "url": base},
        "datePublished": story.published.isoformat() if story.published else None,
        "dateModified": story.last_change.isoformat() if story.last_change else None,
        "image": site + story.picture_path if story.picture else None,
    }
    return {key: value for key, value in data.items() if value}


def _render(template: str, **values: Any) -> str:
    return _ENVIRONMENT.get_template(template).render(values)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "english_date": english_date,
        "american_date": american_date,
        "german_date": german_date,
        "names": names,
        "author_path": author_path,
        "tag_path": tag_path,
        "section_path": paper.section_path,
    }
    environment.globals |= {"paper_name": paper.NAME, "sections": paper.SECTIONS}
    return environment


_ENVIRONMENT = _environment()
