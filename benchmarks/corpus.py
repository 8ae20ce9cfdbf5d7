"""A corpus of any size from a small one: articles of 200 to 600 words, by a seeded generator of bigrams.

Each word is drawn from those that follow the word before it in the model text, so that common words, phrases and
sentences come as often as there. News never stops bringing new names (Heaps' law), which a small text cannot
give: one word in fifty is a coined name, drawn log-uniformly, so that some are everywhere and most are rare.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from archive.model import Article, Revision
from newsarchive.demo import stories

WORDS = (200, 600)
PARAGRAPH = 80
COINED_ONE_IN = 50
NAMES = 200_000
AUTHORS = 2_000
SOURCES = 50
SECTIONS = ("World", "Economy", "Sport", "Culture", "Science")
FIRST_DAY = datetime(2006, 1, 1, tzinfo=UTC)
YEARS = 20

_SYLLABLES = (
    "ba",
    "dor",
    "fen",
    "gal",
    "hem",
    "kir",
    "lo",
    "mar",
    "nok",
    "pel",
    "qua",
    "rit",
    "sul",
    "tov",
    "vim",
    "zan",
)


@dataclass(frozen=True, slots=True)
class Corpus:
    """How to make the articles: the same ones each time. `model` is the text to learn from, None that of the
    demo newspaper."""

    size: int
    seed: int
    model: Path | None = None

    @property
    def name(self) -> str:
        """What it was grown from."""
        return self.model.name if self.model else "the demo newspaper"

    def articles(self) -> Iterator[Article]:
        """The articles with the ids 1 to `size`; ValueError where the model has no text."""
        rng = random.Random(self.seed)
        chain = _Chain(texts(self.model), rng)
        authors = [f"{coined(rng).title()} {coined(rng).title()}" for _ in range(min(AUTHORS, self.size))]
        for number in range(1, self.size + 1):
            yield _article(number, chain, authors, rng)


def coined(rng: random.Random) -> str:
    """A name that nobody bears, the n-th with a chance of about 1/n."""
    rest = log_uniform(rng, NAMES) + len(_SYLLABLES)
    name = ""
    while rest:
        rest, syllable = divmod(rest, len(_SYLLABLES))
        name += _SYLLABLES[syllable]
    return name


def log_uniform(rng: random.Random, size: int) -> int:
    """A number from 0 to size - 1, n with a chance of about 1/n (Zipf)."""
    return int(float(size) ** rng.random()) - 1 if size > 1 else 0


class _Chain:
    """Draws the next word by the word before."""

    def __init__(self, texts: Iterator[str], rng: random.Random) -> None:
        self._rng = rng
        self._words: list[str] = []
        self._following: dict[str, list[str]] = {}
        for text in texts:
            words = text.split()
            self._words += words
            for word, following in pairwise(words):
                self._following.setdefault(word, []).append(following)
        if not self._words:
            raise ValueError("There is no text to learn from.")

    def words(self, count: int) -> list[str]:
        """So many words of running text."""
        drawn: list[str] = []
        word = self._rng.choice(self._words)
        for _ in range(count):
            drawn.append(coined(self._rng).title() if self._rng.randrange(COINED_ONE_IN) == 0 else word)
            word = self._rng.choice(self._following.get(word) or self._words)
        return drawn


def _article(number: int, chain: _Chain, authors: list[str], rng: random.Random) -> Article:
    title = " ".join(chain.words(rng.randint(5, 10)))
    words = chain.words(rng.randint(*WORDS))
    paragraphs = (" ".join(words[n : n + PARAGRAPH]) for n in range(0, len(words), PARAGRAPH))
    published = FIRST_DAY + timedelta(minutes=rng.randrange(YEARS * 365 * 24 * 60))
    revision = Revision(
        article_id=number,
        number=1,
        capture_id=number,
        captured_at=published,
        title=title,
        authors=(authors[log_uniform(rng, len(authors))],),
        published=published,
        published_day_only=False,
        published_from="json-ld",
        modified=None,
        section=rng.choice(SECTIONS),
        tags=(),
        language="en",
        image="",
        description="",
        text="\n\n".join(paragraphs),
        content_digest=str(number),
    )
    source = log_uniform(rng, SOURCES) + 1
    url = f"https://paper-{source}.example/{number}"
    return Article(number, source, f"Paper {source}", url, published, published, None, revision)


def texts(model: Path | None) -> Iterator[str]:
    """The bodies of the model: of the demo newspaper, or of a file of JSON lines with a `body` each."""
    if model is None:
        yield from (story.text for story in stories(1))
        return
    with gzip.open(model, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield str(json.loads(line)["body"])
