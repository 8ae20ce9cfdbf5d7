"""What the paper has published: stories read from text files, edition by edition.

A file is a head of `key: value` lines, a blank line, and paragraphs divided by blank lines; its name is
`NUMBER-SLUG.txt`. Files in `articles/` are part of every edition, those in `articles/edition-N/` only of
edition N. A story that stands in both folders under one name was corrected; one that stands only in the
first was withdrawn; one that stands only in the second is new.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

NAME = "The Wrenmouth Lantern"
MOTTO = "News from the mouth of the river Wren since 1887"
SECTIONS = ("Harbour", "Council", "Sport", "Arts", "Nature")
EDITIONS = (1, 2)

Layout = Literal["text", "wordpress", "modern", "microdata", "german"]

_FOLDER = Path(__file__).resolve().parent / "articles"
_KEYS = frozenset(
    {"title", "authors", "published", "modified", "section", "tags", "language", "summary", "picture"}
)
_WORDPRESS_SINCE = datetime(2021, 1, 1, tzinfo=UTC)
_MODERN_SINCE = datetime(2023, 9, 1, tzinfo=UTC)
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Story:
    """One article as it was published: what a reader of its page can know.

    `published` is aware and has the offset that the page prints; where the page prints only a day it is
    midnight UTC with `published_day_only`; None is an undated page. `picture` is the caption of the lead
    image, "" where there is none. `tags` are empty in the layout that does not print any ("text").
    """

    number: int
    slug: str
    title: str
    authors: tuple[str, ...]
    published: datetime | None
    published_day_only: bool
    modified: datetime | None
    section: str
    tags: tuple[str, ...]
    language: str
    summary: str
    picture: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """The body: paragraphs joined by a blank line."""
        return "\n\n".join(self.paragraphs)

    @property
    def layout(self) -> Layout:
        """The design of its page: by language, by desk, then by the site's era. It never changes."""
        if self.language == "de":
            return "german"
        if self.section == "Sport":
            return "microdata"
        if self.published is None or self.published < _WORDPRESS_SINCE:
            return "text"
        return "wordpress" if self.published < _MODERN_SINCE else "modern"

    @property
    def path(self) -> str:
        """The path of its URL; each layout has its own habit."""
        match self.layout:
            case "german":
                return f"/partnerstadt/{self.slug}.html"
            case "microdata":
                return f"/sport/{self.slug}.html"
            case "modern":
                return f"{section_path(self.section)}{self.slug}-{self.number}"
            case "wordpress":
                return f"{_month_folder(self.published)}{self.slug}/"
            case "text":
                return f"{_month_folder(self.published)}{self.slug}.html"

    @property
    def short_path(self) -> str:
        """The old short URL, which redirects to the story."""
        return f"/?p={self.number}"

    @property
    def picture_path(self) -> str:
        """The path of the lead image, "" where there is none."""
        return f"/pictures/{self.number}.svg" if self.picture else ""

    @property
    def last_change(self) -> datetime | None:
        """When the page last changed, as far as the paper says."""
        return self.modified or self.published


@lru_cache
def stories(edition: int) -> tuple[Story, ...]:
    """Every story of an edition, by number. ValueError for an edition that never appeared."""
    if edition not in EDITIONS:
        raise ValueError(f"There is no edition {edition}; there are {EDITIONS}.")
    files = [*_FOLDER.glob("*.txt"), *(_FOLDER / f"edition-{edition}").glob("*.txt")]
    return tuple(sorted(map(_read, files), key=lambda story: story.number))


@lru_cache
def steady_stories() -> tuple[Story, ...]:
    """The stories that are the same in every edition, by number.

    Only these are named beside another story, so that an edition changes exactly the stories it announces.
    """
    return tuple(story for story in stories(EDITIONS[0]) if all(story in stories(n) for n in EDITIONS))


def withdrawn_paths(edition: int) -> frozenset[str]:
    """The paths of stories that an earlier edition had and this one has not."""
    earlier = (story.path for n in EDITIONS if n < edition for story in stories(n))
    return frozenset(earlier) - {story.path for story in stories(edition)}


def edition_moment(edition: int) -> datetime:
    """When the edition was finished: its latest publication or correction."""
    return max(story.last_change for story in stories(edition) if story.last_change)


def newest_first(some: Iterable[Story]) -> list[Story]:
    """Sorted by publication, undated stories last."""
    return sorted(some, key=lambda story: (story.published or _BEFORE_ALL, story.number), reverse=True)


def section_path(section: str) -> str:
    """The path of a section's page."""
    return f"/{section.lower()}/"


def author_path(author: str) -> str:
    """The path of the page that lists an author's stories."""
    return f"/author/{_slug(author)}/"


def tag_path(tag: str) -> str:
    """The path of the page that lists the stories with a tag."""
    return f"/tag/{_slug(tag)}/"


def _slug(name: str) -> str:
    """A name as a part of a path, in ASCII: `Chandler’s Row` -> `chandlers-row`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain.lower()))


def _month_folder(published: datetime | None) -> str:
    return f"/{published:%Y/%m}/" if published else "/guides/"


def _read(file: Path) -> Story:
    head, _, body = file.read_text(encoding="utf-8").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    if unknown := fields.keys() - _KEYS:
        raise ValueError(f"{file.name} has unknown keys: {', '.join(sorted(unknown))}.")
    number, _, slug = file.stem.partition("-")
    published, day_only = _moment(fields.get("published", ""))
    return Story(
        number=int(number),
        slug=slug,
        title=fields["title"],
        authors=_list(fields.get("authors", "")),
        published=published,
        published_day_only=day_only,
        modified=_moment(fields.get("modified", ""))[0],
        section=fields["section"],
        tags=_list(fields.get("tags", "")),
        language=fields.get("language", "en"),
        summary=fields["summary"],
        picture=fields.get("picture", ""),
        paragraphs=tuple(" ".join(paragraph.split()) for paragraph in body.strip().split("\n\n")),
    )


def _moment(value: str) -> tuple[datetime | None, bool]:
    """ISO 8601 -> aware datetime, and whether it is only a day."""
    if not value:
        return None, False
    moment = datetime.fromisoformat(value)
    return (moment.replace(tzinfo=UTC), True) if moment.tzinfo is None else (moment, False)


def _list(value: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in value.split(";") if item.strip())
