"""`index`: what it costs to make articles searchable, ours beside FTS5.

Each way of building runs in a process of its own, one after the other: catching up in batches, as a crawl does,
and rebuilding from all articles. CPU time is that of the process without what making the articles costs; peak
memory is that of the process less what it held before.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.model import Article
from benchmarks.corpus import Corpus
from benchmarks.fts5 import Fts5
from benchmarks.report import counted, print_json, print_table, ratio, versions
from benchmarks.search import batches
from index.engine import open_engine
from index.rebuild import rebuild
from newsarchive.jobs import BATCH


@dataclass(frozen=True, slots=True)
class Built:
    """What building cost: CPU seconds, bytes of the files it left (for FTS5 with the articles' own table, as
    ours with what a hit shows), bytes of memory at the peak."""

    cpu_seconds: float
    size: int
    memory: int


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of both; `better` says whether more or less of it is better."""

    name: str
    us: float
    fts5: float
    better: str

    def as_dict(self) -> dict[str, object]:
        """The row with its ratio, under the names that scripts read."""
        figures = asdict(self)
        return {"class": figures.pop("name"), **figures, "ratio": self.us / self.fts5}


def run(corpus: Corpus, *, as_json: bool) -> None:
    """Measure and print."""
    rows = measure(corpus)
    if as_json:
        about = {"articles": corpus.size, "corpus": corpus.name, "seed": corpus.seed}
        print_json({**about, "versions": versions(), "rows": [row.as_dict() for row in rows]})
        return
    title = f"Indexing {corpus.size:,} articles grown from {corpus.name}"
    cells = [
        (row.name, f"{row.us:,.0f}", f"{row.fts5:,.0f}", ratio(row.us / row.fts5), row.better) for row in rows
    ]
    print_table(title, ("", "us", "FTS5", "us/FTS5", "better"), cells)


def measure(corpus: Corpus) -> list[Row]:
    """Build with both, in folders that go away."""
    ours, peer = _alone(corpus, build_ours), _alone(corpus, build_peer)
    ours_anew, peer_anew = _alone(corpus, rebuild_ours), _alone(corpus, build_peer, rebuild_peer)
    return [
        _speed("catching up, articles per CPU second", corpus.size, ours, peer),
        _speed("rebuilding, articles per CPU second", corpus.size, ours_anew, peer_anew),
        Row("size after catching up, MB", ours.size / 1e6, peer.size / 1e6, "less"),
        Row("size after rebuilding, MB", ours_anew.size / 1e6, peer_anew.size / 1e6, "less"),
        Row("peak memory, catching up, MB", ours.memory / 1e6, peer.memory / 1e6, "less"),
        Row("peak memory, rebuilding, MB", ours_anew.memory / 1e6, peer_anew.memory / 1e6, "less"),
    ]


def _speed(name: str, size: int, ours: Built, peer: Built) -> Row:
    return Row(name, size / ours.cpu_seconds, size / peer.cpu_seconds, "more")


Build = Callable[[Corpus, Path], Built]


def _alone(corpus: Corpus, *builds: Build) -> Built:
    """Build in one folder step by step, each in a process that has done nothing else; what the last one cost."""
    spawn = multiprocessing.get_context("spawn")
    with TemporaryDirectory(prefix="benchmark-") as folder:
        for build in builds:
            with ProcessPoolExecutor(1, spawn) as process:
                built = process.submit(build, corpus, Path(folder)).result()
    return built


def build_ours(corpus: Corpus, folder: Path) -> Built:
    """Our engine, in batches."""
    meter = _Meter(corpus, "ours, catching up")
    engine = open_engine(folder)
    for batch in batches(meter.articles, BATCH):
        engine.apply(batch, checkpoint=batch[-1].id)
    engine.close()
    return meter.built(folder)


def build_peer(corpus: Corpus, folder: Path) -> Built:
    """FTS5, in batches."""
    meter = _Meter(corpus, "FTS5, catching up")
    peer = Fts5(folder / "fts5.db")
    for batch in batches(meter.articles, BATCH):
        peer.add(batch)
    peer.close()
    return meter.built(folder)


def rebuild_ours(corpus: Corpus, folder: Path) -> Built:
    """A new generation of our index."""
    meter = _Meter(corpus, "ours, rebuilding")
    rebuild(folder, lambda _last_id: meter.articles, checkpoint=corpus.size, total=corpus.size)
    return meter.built(folder)


def rebuild_peer(corpus: Corpus, folder: Path) -> Built:
    """FTS5's own rebuild, from the table of articles that stands in the folder."""
    meter = _Meter(corpus, "FTS5, rebuilding")
    peer = Fts5(folder / "fts5.db")
    peer.rebuild()
    peer.close()
    return meter.built(folder)


class _Meter:
    """Counts from its construction what this process spends, but not on making `articles`."""

    def __init__(self, corpus: Corpus, what: str) -> None:
        made = iter(counted(corpus.articles(), what, corpus.size))
        first = next(made)  # what the others are made from is in memory from now on
        self._on_articles = 0.0
        self.articles = self._free_of_charge(chain([first], made))
        self._memory = peak_memory()
        self._began = time.process_time()

    def _free_of_charge(self, remaining: Iterator[Article]) -> Iterator[Article]:
        while True:
            began = time.process_time()
            article = next(remaining, None)
            self._on_articles += time.process_time() - began
            if article is None:
                return
            yield article

    def built(self, folder: Path) -> Built:
        """What has been spent by now."""
        cpu = time.process_time() - self._began - self._on_articles
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        return Built(cpu, size, peak_memory() - self._memory)


def peak_memory() -> int:
    """Bytes of memory that this process has had at most."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux lets a child inherit the figure of getrusage from its parent
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
