"""`relevance`: how well the best articles come first, by collections that people have judged.

A collection is a file of JSON lines, gzipped or not, of three kinds: {"kind": "doc", "id", "title", "body"},
{"kind": "query", "id", "text"}, {"kind": "judgement", "query", "relevant": [ids]}. Its documents become articles of
an index of ours, in a folder that goes away. Each query is asked as a person can type it, any of its words, and all
that it finds is compared with what was judged relevant.

`map` is mean average precision over all that is found, `ndcg10` the normalised discounted gain of the first ten,
`p10` the share of relevant ones among these. Nothing can be set: what is measured is the engine as it is.
"""

from __future__ import annotations

import gzip
import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Any

from archive.model import Article, Revision
from benchmarks.report import counted, print_json, print_table
from index.analysis import folded_words
from index.engine import Engine, open_engine
from index.model import SearchRequest

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LANGUAGE = "en"
"""That of the documents: nothing in a file says so, and an article without a language is not stemmed."""

SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents as articles, whose ids count from 1; the texts of the queries that were judged, by their ids; and for
    each of these the articles that are relevant."""

    name: str
    articles: list[Article]
    queries: dict[str, str]
    relevant: dict[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Judged:
    """How well the queries of a collection were answered; each figure is a mean from 0 to 1."""

    map: float
    ndcg10: float
    p10: float
    queries: int
    documents: int


def run(folder: Path, *, as_json: bool) -> None:
    """Measure and print. ValueError where the folder has no collection."""
    judged = {path.name.split(".")[0]: judge(read(path)) for path in files(folder)}
    if not judged:
        msg = f"there is no *.jsonl or *.jsonl.gz in {folder}"
        raise ValueError(msg)
    if as_json:
        print_json({name: asdict(figures) for name, figures in judged.items()})
        return
    cells = [
        (
            name,
            f"{found.map:.3f}",
            f"{found.ndcg10:.3f}",
            f"{found.p10:.3f}",
            str(found.queries),
            f"{found.documents:,}",
        )
        for name, found in judged.items()
    ]
    print_table("Relevance", ("collection", "MAP", "nDCG@10", "P@10", "queries", "documents"), cells)


def files(folder: Path) -> list[Path]:
    """The collections of a folder."""
    return sorted([*folder.glob("*.jsonl"), *folder.glob("*.jsonl.gz")])


def read(path: Path) -> Collection:
    """A collection from its file; queries that nobody judged are left out."""
    numbers: dict[str, int] = {}
    articles: list[Article] = []
    queries: dict[str, str] = {}
    judgements: dict[str, list[str]] = {}
    for line in _lines(path):
        match line["kind"]:
            case "doc":
                number = numbers.setdefault(str(line["id"]), len(numbers) + 1)
                articles.append(_article(number, line.get("title", ""), line["body"]))
            case "query":
                queries[str(line["id"])] = line["text"]
            case "judgement":
                judgements[str(line["query"])] = [str(name) for name in line["relevant"]]
    relevant = {
        query: frozenset(numbers[name] for name in names if name in numbers)
        for query, names in judgements.items()
    }
    asked = {query: text for query, text in queries.items() if relevant.get(query)}
    return Collection(path.name.split(".")[0], articles, asked, relevant)


def judge(collection: Collection) -> Judged:
    """Index a collection, ask its queries, and compare."""
    with TemporaryDirectory(prefix="benchmark-") as folder:
        engine = open_engine(Path(folder))
        engine.apply(collection.articles, checkpoint=len(collection.articles))
        progress = counted(collection.queries.items(), collection.name, len(collection.queries))
        answers = [(found(engine, text), collection.relevant[query]) for query, text in progress]
        engine.close()
    return Judged(
        map=round(fmean(average_precision(*answer) for answer in answers), 4),
        ndcg10=round(fmean(ndcg(*answer, depth=10) for answer in answers), 4),
        p10=round(fmean(len(relevant.intersection(ids[:10])) / 10 for ids, relevant in answers), 4),
        queries=len(answers),
        documents=len(collection.articles),
    )


def found(engine: Engine, text: str) -> Sequence[int]:
    """The articles with any of the words of a text, the best first."""
    return engine.select(SearchRequest(any_of(text), grouped=False), now=NOW, seconds=SECONDS).ids


def any_of(text: str) -> str:
    """A text as the query for any of its words; one that is said twice counts double."""
    counts = Counter(folded_words(text))
    return "|".join(word if times == 1 else f"{word}^{times}" for word, times in counts.items())


def average_precision(ids: Sequence[int], relevant: frozenset[int]) -> float:
    """The mean, over the relevant articles, of the share of relevant ones down to each; 0 for what is not found."""
    places = [place for place, found_id in enumerate(ids, start=1) if found_id in relevant]
    return sum(n / place for n, place in enumerate(places, start=1)) / len(relevant)


def ndcg(ids: Sequence[int], relevant: frozenset[int], *, depth: int) -> float:
    """What the first hits gain, less the deeper they stand, of what the best order would gain."""
    gains = [1 / math.log2(place + 1) for place in range(1, depth + 1)]
    gained = sum(gain for gain, found_id in zip(gains, ids, strict=False) if found_id in relevant)
    return gained / sum(gains[: len(relevant)])


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as lines
    ):
        yield from map(json.loads, lines)


def _article(number: int, title: str, text: str) -> Article:
    revision = Revision(
        article_id=number,
        number=1,
        capture_id=number,
        captured_at=NOW,
        title=title,
        authors=(),
        published=None,
        published_day_only=False,
        published_from="none",
        modified=None,
        section="",
        tags=(),
        language=LANGUAGE,
        image="",
        description="",
        text=text,
        content_digest=str(number),
    )
    return Article(number, 1, "", f"https://collection.example/{number}", NOW, NOW, None, revision)
