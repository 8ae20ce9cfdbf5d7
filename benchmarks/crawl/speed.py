"""`crawl`: articles a second of a whole crawl, beside Scrapy with trafilatura and beside news-please.

All crawl the same press in turn, round after round, each in a process of its own with all its helpers, the server in
another one. What they found is compared with what was published, so that nobody is fast by leaving out.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from archive.store import Store
from benchmarks.crawl.press import Press, Story, host_name
from benchmarks.crawl.server import ADDRESS, Asked, PressServer, served
from benchmarks.crawl.watching import Spent, run
from benchmarks.report import counted, err, out, print_json, print_table, ratio, versions
from index.engine import open_engine
from newsarchive.config import Config

ROOT = Path(__file__).resolve().parent.parent.parent
PEERS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
PEERS = {"scrapy": "scrapy_trafilatura.py", "news-please": "news_please.py"}
NAMES = {"us": "newsarchive", "scrapy": "Scrapy + trafilatura", "news-please": "news-please"}
LIMIT_MB = 400.0

Truth = dict[str, Story]


@dataclass(frozen=True, slots=True)
class Round:
    """One crawl of one crawler: what it took, the articles that it kept, those of them with every paragraph, and what
    the server saw of it."""

    spent: Spent
    articles: int
    whole: int
    asked: tuple[Asked, ...]
    server_cpu: float


@dataclass(frozen=True, slots=True)
class Result:
    """A crawler, with the medians of its rounds (memory: the most of any round)."""

    name: str
    rounds: tuple[Round, ...]

    def median(self, figure: Callable[[Round], float]) -> float:
        """The median of a figure of the rounds."""
        return statistics.median(figure(one) for one in self.rounds)

    @property
    def rate(self) -> float:
        """Articles a second of wall clock."""
        return self.median(lambda one: one.articles / one.spent.wall)

    def as_dict(self, us: Result) -> dict[str, object]:
        """Under the names that scripts read."""
        return {
            "class": NAMES[self.name],
            "articles_per_second": self.rate,
            "articles_per_cpu_second": self.median(lambda one: one.articles / one.spent.cpu),
            "ratio": us.rate / self.rate,
            "wall": self.median(lambda one: one.spent.wall),
            "cpu": self.median(lambda one: one.spent.cpu),
            "largest_process_mb": max(one.spent.largest for one in self.rounds),
            "together_mb": max(one.spent.together for one in self.rounds),
            "processes": max(one.spent.processes for one in self.rounds),
            "articles": min(one.articles for one in self.rounds),
            "whole": min(one.whole for one in self.rounds),
            "requests": round(self.median(lambda one: len(one.asked))),
            "server_cpu": self.median(lambda one: one.server_cpu),
        }


def report(press: Press, *, rounds: int, as_json: bool) -> None:
    """Measure and print."""
    us, *others = measure(press, rounds)
    told = [one.as_dict(us) for one in (us, *others)]
    if as_json:
        about = {"papers": press.papers, "articles": press.papers * press.stories, "rounds": rounds}
        print_json({**about, "versions": versions() | _peer_versions(), "rows": told})
        return
    print_table(
        f"Crawling {press.papers * press.stories:,} articles on {press.papers} hosts, without pauses",
        ("", "articles/s", "us/it", "per CPU s", "MB, largest", "MB, all", "kept", "whole", "requests"),
        [_cells(row) for row in told],
    )
    if not others:
        out.print(_MISSING)


_MISSING = "To measure Scrapy and news-please, too: make .venv-peers/ready"


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        row["class"],
        f"{row['articles_per_second']:.1f}",
        "" if row["class"] == NAMES["us"] else ratio(row["ratio"]),
        f"{row['articles_per_cpu_second']:.1f}",
        f"{row['largest_process_mb']:.0f}",
        f"{row['together_mb']:.0f}",
        f"{row['articles']:,}",
        f"{row['whole']:,}",
        f"{row['requests']:,}",
    )


def measure(press: Press, rounds: int) -> list[Result]:
    """Ours, then the peers as far as they are set up."""
    names = ["us", *(PEERS if PEERS_PYTHON.exists() else ())]
    measured: dict[str, list[Round]] = {name: [] for name in names}
    with served(press) as server:
        truth = published(press, server.port)
        server.log()
        for _ in counted(range(rounds), "crawling", rounds):
            for name in names:
                measured[name].append(crawl(name, press, server, truth))
                if err.is_terminal:
                    err.print(f"{NAMES[name]}: {measured[name][-1].spent.wall:.1f} s")
    return [Result(name, tuple(measured[name])) for name in names]


def published(press: Press, port: int) -> Truth:
    """URL -> story of everything that the press has."""
    return {
        f"http://{paper.host}:{port}{story.path}": story
        for paper in press.newspapers()
        for story in paper.stories
    }


def crawl(name: str, press: Press, server: PressServer, truth: Truth, **options: Any) -> Round:
    """One crawl by one crawler, into a folder that goes away. Failed where it ends with an error."""
    with _folder() as folder:
        job = {
            "address": ADDRESS,
            "sources": [f"http://{host_name(n)}:{server.port}/" for n in range(1, press.papers + 1)],
            "urls": list(truth),
            "articles": str(folder / "articles.jsonl"),
            "home": str(folder / "home"),
            "min_delay": 0.0,
        }
        (folder / "job.json").write_text(json.dumps(job | options), encoding="utf-8")
        spent = run([*_command(name), str(folder / "job.json")], folder, environment=_environment(name))
        texts = dict(_kept(Path(job["home"])) if name == "us" else _written(Path(job["articles"])))
    log = server.log()
    known = [url for url in texts if url in truth]
    whole = sum(_is_whole(truth[url], texts[url]) for url in known)
    return Round(spent, len(known), whole, log.asked, log.cpu_seconds)


def _command(name: str) -> list[str]:
    if name == "us":
        return [sys.executable, "-m", "benchmarks.crawl.ours"]
    return [str(PEERS_PYTHON), str(ROOT / "benchmarks" / "crawl" / "peers" / PEERS[name])]


def _environment(name: str) -> dict[str, str]:
    """Of this process; ours finds this checkout, the peers their own packages only."""
    others = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return others | ({"PYTHONPATH": str(ROOT)} if name == "us" else {})


@contextmanager
def _folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="benchmark-") as folder:
        yield Path(folder)


def _kept(home: Path) -> Iterator[tuple[str, str]]:
    """URL and text of what we keep, as far as it is searchable, too."""
    config = Config(home)
    with (
        Store(config.database_url) as store,
        closing(open_engine(config.index_dir, config.index.engine)) as engine,
    ):
        searchable = engine.revisions()
        for article in store.articles_after(0):
            if searchable.get(article.id) is not None:
                yield article.url, article.latest.text


def _written(articles: Path) -> Iterator[tuple[str, str]]:
    """URL and text of JSON lines."""
    for line in articles.read_text(encoding="utf-8").splitlines():
        read = json.loads(line)
        yield read["url"], read["text"] or ""


def _is_whole(story: Story, text: str) -> bool:
    """Whether every paragraph is there."""
    words = " ".join(text.split())
    return all(" ".join(paragraph.split()) in words for paragraph in story.paragraphs)


def _peer_versions() -> dict[str, str]:
    if not PEERS_PYTHON.exists():
        return {}
    program = (
        "import json, importlib.metadata as m;"
        "print(json.dumps({'peer ' + n: m.version(n) for n in ('scrapy', 'trafilatura', 'news-please')}))"
    )
    told = subprocess.run([PEERS_PYTHON, "-c", program], capture_output=True, check=True, text=True)
    return dict(json.loads(told.stdout))
