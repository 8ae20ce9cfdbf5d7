"""Newspapers that misbehave in turn: what they publish, and what they would answer. Nothing here touches a socket.

There are as many newspapers as moods, and they change moods together, so that at any moment one has each.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from itertools import islice

from benchmarks.corpus import Corpus

MOODS = (
    "fine", "hang", "edits", "drip", "server error", "fine", "truncated", "patience", "flood", "garbage", "robots down",
    "gone", "redirect loop", "silent", "bomb", "parse killer", "soft 404", "trap", "other type", "broken feed",
)  # fmt: skip
"""What a newspaper does for a while. All but "fine", "edits", "gone", "flood" and "silent" are meant to hurt."""

PUBLISHES_EVERY = 24
EDITS_EVERY = 5
"""Ticks; a tick is a second."""
FLOOD = 40
FEED_LENGTH = 25
FRONT_LENGTH = 50
BACK_AFTER = 40


@dataclass(slots=True)
class Story:
    """An article. `marks` are words that stand in no other text, one for each version of it."""

    path: str
    title: str
    author: str
    published: datetime
    paragraphs: list[str]
    marks: list[str]
    killer: bool = False
    gone_until: float = 0.0

    @property
    def mark(self) -> str:
        """That of the current version."""
        return self.marks[-1]


@dataclass(slots=True)
class Newspaper:
    """A host and what it has published, oldest first."""

    number: int
    host: str
    mood: str = "fine"
    stories: dict[str, Story] = field(default_factory=dict)

    def newest(self, count: int) -> list[Story]:
        """The newest stories that are not gone, newest first."""
        return list(
            islice((story for story in reversed(self.stories.values()) if not story.gone_until), count)
        )


class World:
    """All newspapers. `clock` is that of the crawler; `tick` is called once a second."""

    def __init__(self, clock: Callable[[], datetime], *, seed: int, mood_seconds: int) -> None:
        self.papers = {f"soak-{n:02}.test": Newspaper(n, f"soak-{n:02}.test") for n in range(len(MOODS))}
        self.calm = False
        self._clock = clock
        self._rng = random.Random(seed)
        self._texts = Corpus(200_000, seed).articles()
        self._mood_seconds = mood_seconds
        self._ticks = 0
        self._marks = 0
        for paper in self.papers.values():
            for _ in range(5):
                self._publish(paper)

    def tick(self) -> None:
        """A second has passed."""
        self._ticks += 1
        for paper in self.papers.values():
            turn = paper.number + self._ticks // self._mood_seconds
            paper.mood = "fine" if self.calm else MOODS[turn % len(MOODS)]
            if not self.calm:
                self._live(paper, begins=self._ticks % self._mood_seconds == 0)
            self._bring_back(paper)

    def _live(self, paper: Newspaper, *, begins: bool) -> None:
        if paper.mood != "silent" and (self._ticks + paper.number) % PUBLISHES_EVERY == 0:
            self._publish(paper)
        if paper.mood == "flood" and begins:
            for _ in range(FLOOD):
                self._publish(paper)
        if paper.mood == "parse killer" and begins:
            self._publish(paper).killer = True
        if paper.mood in ("edits", "fine") and (self._ticks + paper.number) % EDITS_EVERY == 0:
            self._edit(self._rng.choice(paper.newest(FRONT_LENGTH)))
        if paper.mood == "gone" and self._ticks % EDITS_EVERY == 0:
            story = self._rng.choice(paper.newest(FRONT_LENGTH))
            story.gone_until = self._ticks + BACK_AFTER * self._rng.choice((1, 1_000))

    def _bring_back(self, paper: Newspaper) -> None:
        for story in paper.stories.values():
            if story.gone_until and story.gone_until <= self._ticks:
                story.gone_until = 0.0

    def _publish(self, paper: Newspaper) -> Story:
        article = next(self._texts)
        number = len(paper.stories) + 1
        story = Story(
            path=f"/news/{self._clock():%Y/%m/%d}/story-{number}-of-{paper.number}.html",
            title=f"{article.latest.title} {self._mark()}",
            author=article.latest.authors[0],
            published=self._clock(),
            paragraphs=article.latest.text.split("\n\n"),
            marks=[self._mark()],
        )
        paper.stories[story.path] = story
        return story

    def _edit(self, story: Story) -> None:
        if not story.killer:
            story.marks.append(self._mark())

    def _mark(self) -> str:
        """A word that stands nowhere else and is its own stem."""
        self._marks += 1
        rest, letters = self._marks, ""
        for _ in range(5):
            rest, letter = divmod(rest, 20)
            letters += "bcdfghjklmnpqrtvwxzk"[letter] + "aou"[letter % 3]
        return f"qj{letters}x"


def article_page(paper: Newspaper, story: Story) -> bytes:
    """The page of a story; that of a killer hangs every parser that has no limits."""
    paragraphs = "".join(f"<p>{escape(text)}</p>\n" for text in story.paragraphs)
    noise = "<div>" * 300_000 + "<b>" * 50_000 if story.killer else ""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(story.title)}</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{escape(story.title)}">'
        f'<meta property="article:published_time" content="{story.published.isoformat()}"></head><body>'
        f'<nav><a href="/">Home</a></nav><article><h1>{escape(story.title)}</h1><p class="byline">By {story.author}</p>'
        f"{noise}{paragraphs}<p>This version is called {story.mark} by the newsroom of paper {paper.number}.</p>"
        f'</article><aside><a href="/">More news</a></aside></body></html>'
    ).encode()


def front_page(paper: Newspaper) -> bytes:
    """The newest stories, and the feed."""
    listed = "".join(_teaser(story) for story in paper.newest(FRONT_LENGTH))
    trap = '<h2><a href="/calendar/2026/1">All our events by month</a></h2>' if paper.mood == "trap" else ""
    return _list_page(f"Paper {paper.number}", listed + trap)


def trap_page(path: str) -> bytes:
    """A calendar that has no end, and a path that grows."""
    month = sum(map(int, filter(str.isdigit, path.split("/")))) + 1
    links = "".join(
        f'<h3><a href="/calendar/{2026 + month // 12}/{month + n}">What happens in that month</a></h3>'
        for n in range(9)
    )
    return _list_page(
        "Calendar", links + f'<h3><a href="{escape(path)}/again">And here is more of the same</a></h3>'
    )


def feed(paper: Newspaper) -> bytes:
    """RSS of the newest stories; where the newspaper breaks its feed, it ends in the middle."""
    site = f"http://{paper.host}:PORT"
    items = "".join(
        f"<item><title>{escape(story.title)}</title><link>{site}{story.path}</link><guid>{story.path}</guid>"
        f"<pubDate>{story.published:%d %b %Y %H:%M:%S} +0000</pubDate></item>\n"
        for story in paper.newest(FEED_LENGTH)
    )
    whole = (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{paper.host}</title>{items}</channel></rss>'
    )
    return (whole[: len(whole) // 2] if paper.mood == "broken feed" else whole).encode()


def _teaser(story: Story) -> str:
    return f'<article><h2><a href="{story.path}">{escape(story.title)}</a></h2></article>\n'


def _list_page(title: str, content: str) -> bytes:
    head = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body><main><h1>{title}</h1>{content}</main></body></html>"
    ).encode()


def stories_of(world: World) -> Iterator[tuple[Newspaper, Story]]:
    """Everything that was ever published."""
    for paper in world.papers.values():
        for story in paper.stories.values():
            yield paper, story
