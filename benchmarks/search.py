"""`search`: CPU milliseconds of a query, ours beside FTS5.

Both index the same articles once. Each question is asked both in turn, in several rounds; the time is CPU time of
the thread and has everything in it from the text of the query to ten titles. Our engine remembers what words
have found. So each class of each round begins with an engine that remembers nothing, and it is asked each question
twice: `us` is the first answer, `us_again` the second, as for the next page or another filter.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.model import Article
from benchmarks.corpus import Corpus
from benchmarks.fts5 import Fts5
from benchmarks.questions import Question, questions, vocabulary
from benchmarks.report import counted, print_json, print_table, ratio, versions
from index.engine import Engine, open_engine
from index.model import SearchRequest

BATCH = 2_000
"""Articles in a commit, as a rebuild makes them."""

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Times:
    """CPU seconds of the answers to the questions of a class."""

    us: list[float] = field(default_factory=list)
    us_again: list[float] = field(default_factory=list)
    fts5: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Row:
    """A class of queries. Times are CPU milliseconds, the median and the 99th percentile; hits are those of all
    its questions together, None where FTS5 was not asked for their number."""

    name: str
    us: float
    us_p99: float
    us_again: float
    fts5: float
    fts5_p99: float
    hits_us: int | None
    hits_fts5: int | None

    def as_dict(self) -> dict[str, object]:
        """The row with its ratio, under the names that scripts read."""
        figures = asdict(self)
        return {"class": figures.pop("name"), **figures, "ratio": self.us / self.fts5}


def run(corpus: Corpus, *, rounds: int, as_json: bool) -> None:
    """Measure and print."""
    rows = measure(corpus, rounds)
    if as_json:
        about = {"articles": corpus.size, "corpus": corpus.name, "seed": corpus.seed, "rounds": rounds}
        print_json({**about, "versions": versions(), "rows": [row.as_dict() for row in rows]})
        return
    title = f"CPU milliseconds a query, {corpus.size:,} articles grown from {corpus.name}"
    columns = ("class", "us p50", "p99", "again p50", "FTS5 p50", "p99", "us/FTS5", "again/FTS5")
    print_table(title, columns, [_cells(row) for row in rows])


def measure(corpus: Corpus, rounds: int) -> list[Row]:
    """Index the corpus with both engines, in a folder that goes away, and ask them."""
    asked = questions(vocabulary(corpus.articles()), corpus.seed)
    with TemporaryDirectory(prefix="benchmark-") as folder:
        engine, peer = open_engine(Path(folder) / "index"), Fts5(Path(folder) / "fts5.db")
        articles = counted(corpus.articles(), "indexing", corpus.size)
        for batch in batches(articles, BATCH):
            engine.apply(batch, checkpoint=batch[-1].id)
            peer.add(batch)
        peer.optimize()
        times = {name: Times() for name in asked}
        for _ in counted(range(rounds), "asking", rounds):
            for name, some in asked.items():
                _round(engine, peer, some, times[name])
        rows = [_row(name, times[name], *_hits(engine, peer, some)) for name, some in asked.items()]
        engine.close()
        peer.close()
    return rows


def batches(articles: Iterator[Article], size: int) -> Iterator[list[Article]]:
    """The articles in lists of a size, the last one shorter."""
    while batch := list(islice(articles, size)):
        yield batch


def _round(engine: Engine, peer: Fts5, some: list[Question], times: Times) -> None:
    """Ask both each question of a class. What opening costs is no part of it."""
    engine.close()
    engine.search(SearchRequest(page_size=1, facets=False), now=NOW)
    for question in some:
        times.fts5.append(_cpu_seconds(partial(_ask, peer, question)))
        ours = partial(engine.search, question.request, now=NOW)
        times.us.append(_cpu_seconds(ours))
        times.us_again.append(_cpu_seconds(ours))


def _ask(peer: Fts5, question: Question) -> None:
    for sql, values in question.statements:
        peer.rows(sql, values)


def _cpu_seconds(work: Callable[[], object]) -> float:
    """What work costs this thread."""
    began = time.thread_time()
    work()
    return time.thread_time() - began


def _hits(engine: Engine, peer: Fts5, some: list[Question]) -> tuple[int | None, int | None]:
    """How many articles the questions of a class find, so that one sees that both do the same work."""
    if not all(question.match for question in some):
        return None, None
    ours = sum(engine.search(question.request, now=NOW).total for question in some)
    return ours, sum(peer.count(question.match) for question in some)


def _row(name: str, times: Times, hits_us: int | None, hits_fts5: int | None) -> Row:
    return Row(
        name,
        us=_milliseconds(times.us, 50),
        us_p99=_milliseconds(times.us, 99),
        us_again=_milliseconds(times.us_again, 50),
        fts5=_milliseconds(times.fts5, 50),
        fts5_p99=_milliseconds(times.fts5, 99),
        hits_us=hits_us,
        hits_fts5=hits_fts5,
    )


def _milliseconds(seconds: list[float], percentile: int) -> float:
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return round(cuts[percentile - 1] * 1000, 4)


def _cells(row: Row) -> tuple[str, ...]:
    times = (row.us, row.us_p99, row.us_again, row.fts5, row.fts5_p99)
    again = row.us_again / row.fts5
    return (row.name, *(f"{value:.2f}" for value in times), ratio(row.us / row.fts5), ratio(again))
