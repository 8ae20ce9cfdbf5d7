"""`stories`: which copies of a text are known as such, what else is taken for one, and what grouping costs.

Copies are made of real texts in the ways in which outlets change what an agency sends. The costs are those of an
archive of grown articles, one in ten of them a copy with a local paragraph, grouped from nothing.
"""

from __future__ import annotations

import gzip
import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from archive import stories
from archive.likeness import bands, same_story, sketch
from archive.model import Capture, RecordPlace
from archive.store import Store
from benchmarks.corpus import Corpus
from benchmarks.report import counted, print_json, print_table
from newsarchive.demo import stories as demo_stories

COPIED = 1_000
"""Texts of which copies are made, at most."""

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_LEAST_PARAGRAPHS = 4

Way = Callable[[list[str], list[str], random.Random], list[str]]


def _edited(paragraphs: list[str], share: float, rng: random.Random) -> list[str]:
    """With other words in the place of a share of them."""
    vocabulary = " ".join(paragraphs).split()
    return [
        " ".join(rng.choice(vocabulary) if rng.random() < share else word for word in text.split())
        for text in paragraphs
    ]


WAYS: dict[str, Way] = {
    "byline and end mark": lambda own, _other, _rng: ["By Jane Doe, The Times", *own, "Editing by R. Roe"],
    "another lead": lambda own, other, _rng: [other[0], *own[1:]],
    "the last 30 % cut": lambda own, _other, _rng: own[: round(len(own) * 0.7)],
    "the last half cut": lambda own, _other, _rng: own[: round(len(own) * 0.5)],
    "the last 60 % cut": lambda own, _other, _rng: own[: round(len(own) * 0.4)],
    "a local paragraph": lambda own, other, _rng: [*own, other[0]],
    "two inside": lambda own, other, _rng: [*own[:2], *other[:2], *own[2:]],
    "another lead, 30 % cut": lambda own, other, _rng: [other[0], *own[1 : max(2, round(len(own) * 0.7))]],
    "3 words of 100 replaced": lambda own, _other, rng: _edited(own, 0.03, rng),
    "6 words of 100 replaced": lambda own, _other, rng: _edited(own, 0.06, rng),
}
"""Own paragraphs, those of another text, chance -> the paragraphs of a copy."""


def run(model: Path | None, size: int, seed: int, *, as_json: bool) -> None:
    """Measure and print."""
    texts = list(dict.fromkeys(_texts(model)))
    known = recall(texts, seed)
    links, compared = links_among(texts)
    cost = grouping(Corpus(size, seed), seed)
    if as_json:
        print_json({"recall": known, "texts": compared, "links": links, "grouping": cost})
        return
    rows = [(way, f"{found:,} of {made:,}", f"{found / made:.3f}") for way, (found, made) in known.items()]
    print_table("Copies that are known as such", ("what was changed", "known", "recall"), rows)
    print_table(
        "Texts that are taken for copies of one another",
        ("texts", "pairs"),
        [(f"{compared:,}", f"{links:,}")],
    )
    print_table("Grouping", ("what", "figure"), [(name, f"{figure:,.2f}") for name, figure in cost.items()])


def recall(texts: list[str], seed: int) -> dict[str, tuple[int, int]]:
    """Way -> copies that are linked with their text, and all that are long enough to be compared."""
    rng = random.Random(seed)
    usable = [parts for text in texts if len(parts := text.split("\n\n")) >= _LEAST_PARAGRAPHS]
    usable = [parts for parts in usable if sketch("\n\n".join(parts))]
    chosen = rng.sample(usable, min(COPIED, len(usable)))
    found = dict.fromkeys(WAYS, (0, 0))
    for own in counted(chosen, "copying", len(chosen)):
        original = sketch("\n\n".join(own))
        assert original is not None
        other = rng.choice([parts for parts in rng.sample(usable, 2) if parts != own])
        for way, change in WAYS.items():
            copy = sketch("\n\n".join(change(own, other, rng)))
            if copy is not None:
                known, made = found[way]
                found[way] = known + same_story(original, [copy])[0], made + 1
    return found


def links_among(texts: list[str]) -> tuple[int, int]:
    """Pairs of the texts themselves that are linked, and how many texts are long enough to be compared."""
    kept = [one for text in counted(texts, "sketching", len(texts)) if (one := sketch(text))]
    holders: dict[int, list[int]] = {}
    links = 0
    for number, one in enumerate(kept):
        near = {holder for band in bands(one) for holder in holders.get(band, ())}
        links += sum(same_story(one, [kept[holder] for holder in near]))
        for band in bands(one):
            holders.setdefault(band, []).append(number)
    return links, len(kept)


def grouping(corpus: Corpus, seed: int) -> dict[str, float]:
    """What it costs to group an archive: CPU milliseconds an article, megabytes of the database."""
    with TemporaryDirectory(prefix="benchmark-") as folder:
        database = Path(folder) / "archive.db"
        with Store(f"sqlite:///{database}") as store:
            _fill(store, corpus, seed)
            before, began = database.stat().st_size, time.process_time()
            stories.follow(store, until=store.last_sequence())
            spent = time.process_time() - began
            grouped = len(set(store.stories().values()))
        return {
            "articles": corpus.size,
            "stories": grouped,
            "CPU ms an article": spent / corpus.size * 1000,
            "MB of the database": (database.stat().st_size - before) / 1e6,
        }


def _fill(store: Store, corpus: Corpus, seed: int) -> None:
    """File the articles of a corpus; one in ten repeats an earlier one."""
    rng = random.Random(seed)
    originals: list[str] = []
    with store.transaction() as tx:
        source = tx.add_source(name="Paper", url="http://paper.test/", interval=timedelta(hours=1), now=NOW)
    articles = counted(corpus.articles(), "filing", corpus.size)
    while batch := list(islice(articles, 1_000)):
        with store.transaction() as tx:
            for article in batch:
                text = article.latest.text
                if originals and rng.random() < 0.1:
                    text = f"{rng.choice(originals)}\n\n{text[:200]}"
                else:
                    originals = [*originals[-999:], text]
                number = tx.add_article(source, article.url, NOW)
                place = RecordPlace("a.warc.gz", number * 100, 77)
                kept = Capture(0, article.url, NOW, 200, "text/html", "sha256:ab", place, f"urn:{number}")
                revision = replace(
                    article.latest, article_id=number, capture_id=tx.add_capture(kept), text=text
                )
                tx.add_revision(revision, str(number))
                tx.add_change(number, "new", NOW)


def _texts(model: Path | None) -> Iterator[str]:
    """The bodies of a file of JSON lines, else those of the demo newspaper."""
    if model is None:
        yield from (story.text for story in demo_stories(1))
        return
    with gzip.open(model, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield str(json.loads(line)["body"])
