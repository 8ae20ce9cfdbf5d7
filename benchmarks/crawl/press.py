"""Who publishes what: newspapers on hosts of their own, each with a design, a habit of addresses, and stories."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from math import exp
from statistics import NormalDist

from archive.model import Article
from benchmarks.corpus import SECTIONS, Corpus

LAYOUTS = (
    "broadsheet",
    "blog",
    "portal",
    "tabloid",
    "broadcaster",
    "magazine",
    "agency",
    "local",
    "application",
    "legacy",
)

MEDIAN_BYTES = 104_000
"""Of what a news page holds besides its story: its HTML has 110 kB then, a quarter below 60, a quarter above 190."""
SPREAD = 0.855
LIGHTEST, HEAVIEST = 20_000, 800_000


@dataclass(frozen=True, slots=True)
class Story:
    """An article of a newspaper. `path` is that of its page; `weight` how many bytes the page is to have."""

    number: int
    path: str
    title: str
    authors: tuple[str, ...]
    published: datetime
    section: str
    paragraphs: tuple[str, ...]
    weight: int

    @property
    def summary(self) -> str:
        """The beginning of its first paragraph."""
        return " ".join(self.paragraphs[0].split()[:24]) + " …"

    @property
    def text(self) -> str:
        """The body: paragraphs joined by a blank line."""
        return "\n\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class Newspaper:
    """One newspaper: its host name, its design, and everything that it has published, newest first."""

    number: int
    host: str
    name: str
    layout: str
    stories: tuple[Story, ...]

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections that have a story."""
        return tuple(name for name in SECTIONS if any(story.section == name for story in self.stories))


@dataclass(frozen=True, slots=True)
class Press:
    """How to make the newspapers: the same ones each time. Without `weighty`, pages are as small as can be."""

    papers: int
    stories: int
    seed: int = 1
    weighty: bool = True

    def newspapers(self) -> Iterator[Newspaper]:
        """Newspapers with the numbers 1 to `papers`, `stories` articles each."""
        articles = Corpus(self.papers * self.stories, self.seed).articles()
        for number in range(1, self.papers + 1):
            rng = random.Random(f"{self.seed}/{number}")
            layout = LAYOUTS[(number - 1) % len(LAYOUTS)]
            weight = self._weight(number)
            stories = sorted(
                (_story(article, layout, weight, rng) for article in islice(articles, self.stories)),
                key=lambda story: story.published,
                reverse=True,
            )
            yield Newspaper(
                number, host_name(number), f"The {_NAMES[number % 10]} {number}", layout, tuple(stories)
            )

    def _weight(self, number: int) -> int:
        """Log-normal over the newspapers: pages of one site weigh much the same. Neighbours differ, so that no
        design is that of the heavy ones."""
        if not self.weighty:
            return 0
        place = (number * 19 % self.papers + 0.5) / self.papers
        return round(MEDIAN_BYTES * exp(SPREAD * NormalDist().inv_cdf(place)))


_NAMES = ("Courier", "Post", "Times", "Herald", "Gazette", "Echo", "Mail", "Star", "Observer", "Chronicle")


def host_name(number: int) -> str:
    """The host of a newspaper; `.test` is nobody's (RFC 6761)."""
    return f"paper-{number:02}.test"


def _story(article: Article, layout: str, weight: int, rng: random.Random) -> Story:
    latest = article.latest
    published = latest.published or datetime(2025, 1, 1, tzinfo=UTC)
    title = latest.title[:1].upper() + latest.title[1:].rstrip(",;.:")
    own = min(max(round(weight * rng.uniform(0.85, 1.15)), LIGHTEST), HEAVIEST) if weight else 0
    return Story(
        number=article.id,
        path=_path(layout, article.id, title, latest.section, published),
        title=title,
        authors=latest.authors,
        published=published,
        section=latest.section,
        paragraphs=tuple(latest.text.split("\n\n")),
        weight=own,
    )


def _path(layout: str, number: int, title: str, section: str, published: datetime) -> str:
    """Each design has its own habit."""
    slug = re.sub("[^a-z0-9]+", "-", title.lower()).strip("-")[:70]
    match layout:
        case "broadsheet" | "application":
            return f"/{section.lower()}/{published:%Y/%m/%d}/{slug}"
        case "blog":
            return f"/{published:%Y/%m}/{slug}/"
        case "portal" | "tabloid":
            return f"/{section.lower()}/{slug}-{10_000_000 + number}.html"
        case "broadcaster":
            return f"/news/articles/{slug}-{number}"
        case "legacy":
            return f"/artikel/{published:%Y%m%d}/{slug}.html"
        case _:
            return f"/{section.lower()}/{slug}-{number}"
