"""`index`: what it costs to make articles searchable, ours beside SQLite's FTS5 and tantivy.

Each way of building runs in a process of its own, one after the other: catching up in batches, as a crawl does, and
building anew from all articles. The others have no other way for that than to add them, in larger batches; FTS5 then
merges its index into one segment, as it is for searching. CPU time is that of the process and of those that it
started, without what making the articles costs; peak memory is that of the process less what it held before.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.model import Article
from benchmarks.corpus import Corpus
from benchmarks.fts5 import Fts5
from benchmarks.report import counted, print_json, print_table, ratio, versions
from benchmarks.search import BATCH as LARGE
from benchmarks.search import batches
from benchmarks.tantivy import Tantivy
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
    """A figure of each; `better` says whether more or less of it is better."""

    name: str
    us: float
    fts5: float
    tantivy: float
    better: str

    def as_dict(self) -> dict[str, object]:
        """The row with its ratios, under the names that scripts read."""
        figures = asdict(self)
        ratios = {"to_fts5": self.us / self.fts5, "to_tantivy": self.us / self.tantivy}
        return {"class": figures.pop("name"), **figures, **ratios}


def run(corpus: Corpus, *, as_json: bool) -> None:
    """Measure and print."""
    rows = measure(corpus)
    if as_json:
        about = {"articles": corpus.size, "corpus": corpus.name, "seed": corpus.seed}
        print_json({**about, "versions": versions(), "rows": [row.as_dict() for row in rows]})
        return
    title = f"Indexing {corpus.size:,} articles grown from {corpus.name}"
    columns = ("", "us", "FTS5", "tantivy", "us/FTS5", "us/tantivy", "better")
    print_table(title, columns, [_cells(row) for row in rows])


def _cells(row: Row) -> tuple[str, ...]:
    figures = (f"{value:,.0f}" for value in (row.us, row.fts5, row.tantivy))
    return (row.name, *figures, ratio(row.us / row.fts5), ratio(row.us / row.tantivy), row.better)


def measure(corpus: Corpus) -> list[Row]:
    """Build with each, in folders that go away."""
    catching_up = _alone(corpus, build_ours), _alone(corpus, build_fts5), _alone(corpus, build_tantivy)
    anew = (
        _alone(corpus, rebuild_ours),
        _alone(corpus, rebuild_fts5),
        _alone(corpus, rebuild_tantivy),
    )
    rows = []
    for way, built in (("catching up", catching_up), ("rebuilding", anew)):
        speeds = (corpus.size / one.cpu_seconds for one in built)
        rows += [
            Row(f"{way}, docs per CPU-second", *speeds, better="more"),
            Row(f"{way}, index size, MB", *(one.size / 1e6 for one in built), better="less"),
            Row(f"{way}, peak memory, MB", *(one.memory / 1e6 for one in built), better="less"),
        ]
    best = [replace(row, name=name) for row, name in zip(rows[3:5], NAMES, strict=True)]
    return best + rows


NAMES = ("indexing, docs per CPU-second", "index size")
"""Figures of rebuilding: what a whole archive takes."""

Build = Callable[[Corpus, Path], Built]


def _alone(corpus: Corpus, build: Build) -> Built:
    """Build in a process that has done nothing else, in a folder that goes away; what it cost."""
    spawn = multiprocessing.get_context("spawn")
    with TemporaryDirectory(prefix="benchmark-") as folder, ProcessPoolExecutor(1, spawn) as process:
        return process.submit(build, corpus, Path(folder)).result()


def build_ours(corpus: Corpus, folder: Path) -> Built:
    """Our engine, in batches."""
    meter = _Meter(corpus, "ours, catching up")
    engine = open_engine(folder)
    for batch in batches(meter.articles, BATCH):
        engine.apply(batch, checkpoint=batch[-1].id)
    engine.close()
    return meter.built(folder)


def build_fts5(corpus: Corpus, folder: Path) -> Built:
    """FTS5, in batches."""
    return _fts5(corpus, folder, "FTS5, catching up", BATCH, merged=False)


def rebuild_fts5(corpus: Corpus, folder: Path) -> Built:
    """FTS5, in large batches. Its own rebuild would find the articles' table written."""
    return _fts5(corpus, folder, "FTS5, rebuilding", LARGE, merged=True)


def _fts5(corpus: Corpus, folder: Path, what: str, size: int, *, merged: bool) -> Built:
    meter = _Meter(corpus, what)
    peer = Fts5(folder / "fts5.db")
    for batch in batches(meter.articles, size):
        peer.add(batch)
    if merged:
        peer.optimize()
    peer.close()
    return meter.built(folder)


def build_tantivy(corpus: Corpus, folder: Path) -> Built:
    """tantivy, in batches."""
    return _tantivy(corpus, folder, "tantivy, catching up", BATCH)


def rebuild_tantivy(corpus: Corpus, folder: Path) -> Built:
    """tantivy, in large batches."""
    return _tantivy(corpus, folder, "tantivy, rebuilding", LARGE)


def _tantivy(corpus: Corpus, folder: Path, what: str, size: int) -> Built:
    meter = _Meter(corpus, what)
    peer = Tantivy(folder / "tantivy")
    for batch in batches(meter.articles, size):
        peer.add(batch)
    peer.close()
    return meter.built(folder)


def rebuild_ours(corpus: Corpus, folder: Path) -> Built:
    """A new generation of our index."""
    meter = _Meter(corpus, "ours, rebuilding")
    rebuild(folder, lambda _last_id: meter.articles, checkpoint=corpus.size, total=corpus.size)
    return meter.built(folder)


class _Meter:
    """Counts from its construction what this process spends, but not on making `articles`."""

    def __init__(self, corpus: Corpus, what: str) -> None:
        made = iter(counted(corpus.articles(), what, corpus.size))
        first = next(made)  # what the others are made from is in memory from now on
        self._on_articles = 0.0
        self.articles = self._free_of_charge(chain([first], made))
        self._memory = peak_memory()
        self._began = _cpu_seconds()

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
        cpu = _cpu_seconds() - self._began - self._on_articles
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        return Built(cpu, size, peak_memory() - self._memory)


def _cpu_seconds() -> float:
    """What this process and those that it started and that have ended have spent."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def peak_memory() -> int:
    """Bytes of memory that this process has had at most."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux lets a child inherit the figure of getrusage from its parent
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
