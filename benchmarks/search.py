"""`search`: CPU milliseconds of a query, ours beside SQLite's FTS5 and tantivy.

All index the same articles once, and are asked in the form that each puts them into for searching: ours by `rebuild`,
the others by their `optimize`. The time of a question is CPU time of the thread, with everything in it from the text
of the query to ten titles; each tidies up behind itself. Before the first round each engine has answered other
questions of every class, so that it is measured as a server that has been up for a while; the first answer of all is
in the rows of opening.

In a round each engine answers all questions of a class, then the next engine those, in turns who begins. After that
round they are asked by turns, each question by each engine: then what one of them reads (FTS5 reads the most) pushes
what the others need out of the processor's caches. The ratios are those of the first way, in which an engine has the
machine for itself, as a server has; the figures of the second way stand beside them as `..._mixed`.

We remember how the text of a query was read, and the others do not: that is forgotten before each of the two.
"""

from __future__ import annotations

import re
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
from benchmarks import opening
from benchmarks.corpus import Corpus
from benchmarks.fts5 import Fts5
from benchmarks.questions import TOP, Question, questions, vocabulary
from benchmarks.report import counted, print_json, print_table, ratio, versions
from benchmarks.tantivy import Tantivy
from index.engine import Engine, open_engine
from index.query import parse
from index.rebuild import rebuild

BATCH = 2_000
"""Articles in a commit, as a rebuild makes them."""

ENGINES = ("us", "fts5", "tantivy")

_TIDIED_FOR = 4_096
"""glibc joins small pieces of memory that were given back when it is next asked for a larger one. What FTS5 gives
back after a common word takes a third of a millisecond, which whoever asked next had to pay for: us."""

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Times:
    """CPU seconds of the answers to the questions of a class, by engine."""

    alone: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in ENGINES})
    mixed: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in ENGINES})


@dataclass(frozen=True, slots=True)
class Row:
    """A class of queries. Times are CPU milliseconds, the median and the 99th percentile, None where an engine has no
    such query; hits are those of all its questions together, None where an engine was not asked for their number."""

    name: str
    us: float
    fts5: float | None
    tantivy: float
    us_p99: float | None = None
    fts5_p99: float | None = None
    tantivy_p99: float | None = None
    us_mixed: float | None = None
    fts5_mixed: float | None = None
    tantivy_mixed: float | None = None
    hits_us: int | None = None
    hits_fts5: int | None = None
    hits_tantivy: int | None = None

    def as_dict(self) -> dict[str, object]:
        """The row with its ratios, under the names that scripts read."""
        figures = asdict(self)
        ratios = {"to_fts5": self.us / self.fts5 if self.fts5 else None, "to_tantivy": self.us / self.tantivy}
        return {"class": figures.pop("name"), **figures, **ratios}


@dataclass(frozen=True, slots=True)
class Engines:
    """The three, over the same articles."""

    us: Engine
    fts5: Fts5
    tantivy: Tantivy

    @classmethod
    def over(cls, folder: Path, corpus: Corpus) -> Engines:
        """Those in a folder, made there if they are not. ValueError where it holds another corpus."""
        label = f"{corpus.size} articles grown from {corpus.name}, seed {corpus.seed}"
        known = folder / "corpus.txt"
        there = known.read_text() if known.exists() else None
        if there not in (None, label):
            msg = f"{folder} has {there}, not {label}; say another folder"
            raise ValueError(msg)
        made = cls(open_engine(folder / "index"), Fts5(folder / "fts5.db"), Tantivy(folder / "tantivy"))
        if there is None:
            made._index(folder, corpus)
            known.write_text(label)
        return made

    def _index(self, folder: Path, corpus: Corpus) -> None:
        for batch in batches(counted(corpus.articles(), "indexing", corpus.size), BATCH):
            self.fts5.add(batch)
            self.tantivy.add(batch)
        rebuild(
            folder / "index",
            lambda after: islice(corpus.articles(), after, None),
            checkpoint=corpus.size,
            total=corpus.size,
        )
        self.fts5.optimize()
        self.tantivy.optimize()

    def close(self) -> None:
        """Let go of their files."""
        self.us.close()
        self.fts5.close()
        self.tantivy.close()


def run(corpus: Corpus, *, rounds: int, as_json: bool, keep: Path | None = None) -> None:
    """Measure and print. What is indexed stays in the folder `keep`, and is found there again. ValueError where that
    holds another corpus."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        rows = measure(corpus, rounds, keep)
    else:
        with TemporaryDirectory(prefix="benchmark-") as folder:
            rows = measure(corpus, rounds, Path(folder))
    if as_json:
        about = {"articles": corpus.size, "corpus": corpus.name, "seed": corpus.seed, "rounds": rounds}
        print_json({**about, "versions": versions(), "rows": [row.as_dict() for row in rows]})
        return
    title = f"CPU milliseconds a query, {corpus.size:,} articles grown from {corpus.name}"
    columns = (
        "class",
        "us p50",
        "p99",
        "mixed",
        "FTS5 p50",
        "p99",
        "mixed",
        "tantivy p50",
        "p99",
        "mixed",
        "us/FTS5",
        "us/tantivy",
    )
    print_table(title, columns, [_cells(row) for row in rows])


def measure(corpus: Corpus, rounds: int, folder: Path) -> list[Row]:
    """Index the corpus with each engine in a folder, and ask them."""
    known = vocabulary(corpus.articles())
    asked = questions(known, corpus.seed)
    engines = Engines.over(folder, corpus)
    for some in questions(known, corpus.seed + 1).values():  # others, so that all have begun to work
        _in_turns(engines, some, Times())
    times = {name: Times() for name in asked}
    for number in counted(range(rounds), "asking", rounds):
        _forget()
        for name, some in asked.items():
            _one_by_one(engines, some, times[name], number)
        _forget()
        for name, some in asked.items():
            _in_turns(engines, some, times[name])
    rows = [_row(name, times[name], engines, some) for name, some in asked.items()]
    engines.close()
    return rows + _opening(folder, asked["rare term"][0], rounds)


def batches(articles: Iterator[Article], size: int) -> Iterator[list[Article]]:
    """The articles in lists of a size, the last one shorter."""
    while batch := list(islice(articles, size)):
        yield batch


def _forget() -> None:
    """What we remember of the texts of queries: how they were read, and the expressions that were made of them."""
    parse.cache_clear()
    re.purge()


def _one_by_one(engines: Engines, some: list[Question], times: Times, number: int) -> None:
    """Ask each engine all questions of a class; in each round another one begins."""
    for name in _rotated(number):
        for question in some:
            _ask(engines, name, question, times.alone)


def _in_turns(engines: Engines, some: list[Question], times: Times) -> None:
    """Ask all engines a question, then the next; with each question another one begins."""
    for number, question in enumerate(some):
        for name in _rotated(number):
            _ask(engines, name, question, times.mixed)


def _rotated(number: int) -> tuple[str, ...]:
    first = number % len(ENGINES)
    return ENGINES[first:] + ENGINES[:first]


def _ask(engines: Engines, name: str, question: Question, times: dict[str, list[float]]) -> None:
    """Add what the answer of an engine costs, if it has such a question."""
    match name:
        case "us":
            times[name].append(_cpu_seconds(partial(engines.us.search, question.request, now=NOW)))
        case "tantivy":
            times[name].append(_cpu_seconds(partial(engines.tantivy.ask, question.asked)))
        case "fts5" if question.statements:
            times[name].append(_cpu_seconds(partial(_rows, engines.fts5, question)))


def _rows(peer: Fts5, question: Question) -> None:
    for sql, values in question.statements:
        peer.rows(sql, values)


def _cpu_seconds(work: Callable[[], object]) -> float:
    """What work costs this thread, to the tidying up of the memory that it gave back."""
    began = time.thread_time()
    work()
    bytearray(_TIDIED_FOR)
    return time.thread_time() - began


def _row(name: str, times: Times, engines: Engines, some: list[Question]) -> Row:
    countable = all(question.match for question in some)
    p50, p99, mixed = (
        _milliseconds(times.alone, 50),
        _milliseconds(times.alone, 99),
        _milliseconds(times.mixed, 50),
    )
    us, tantivy = p50["us"], p50["tantivy"]
    assert us is not None
    assert tantivy is not None
    return Row(
        name,
        us=us,
        fts5=p50["fts5"],
        tantivy=tantivy,
        **{f"{engine}_p99": p99[engine] for engine in ENGINES},
        **{f"{engine}_mixed": mixed[engine] for engine in ENGINES},
        hits_us=sum(engines.us.search(question.request, now=NOW).total for question in some),
        hits_fts5=sum(engines.fts5.count(question.match) for question in some) if countable else None,
        hits_tantivy=sum(engines.tantivy.count(question.asked) for question in some),
    )


def _opening(folder: Path, question: Question, rounds: int) -> list[Row]:
    """What the first answer of a new process costs."""
    spent = opening.measure(folder, question.match, TOP, rounds)
    everything = {name: round(cost.everything * 1000, 4) for name, cost in spent.items()}
    loaded = {name: round(cost.loaded * 1000, 4) for name, cost in spent.items()}
    return [Row("open, cold process", **everything), Row("open, code loaded", **loaded)]


def _milliseconds(seconds: dict[str, list[float]], percentile: int) -> dict[str, float | None]:
    """By engine; None for one that was not asked."""
    return {
        name: round(_quantile(some, percentile) * 1000, 4) if some else None for name, some in seconds.items()
    }


def _quantile(seconds: list[float], percentile: int) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[percentile - 1]


def _cells(row: Row) -> tuple[str, ...]:
    times = (
        *(row.us, row.us_p99, row.us_mixed),
        *(row.fts5, row.fts5_p99, row.fts5_mixed),
        *(row.tantivy, row.tantivy_p99, row.tantivy_mixed),
    )
    told = ("" if value is None else f"{value:.2f}" for value in times)
    return (row.name, *told, ratio(row.us / row.fts5) if row.fts5 else "", ratio(row.us / row.tantivy))
