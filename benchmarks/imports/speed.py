"""`import`: records and articles a second of an import, beside warcio merely iterating and news-please reading.

All read the same file in turn, round after round, each in a process of its own with all its helpers.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.crawl.speed import PEERS_PYTHON, ROOT
from benchmarks.crawl.watching import Spent, run
from benchmarks.imports import file
from benchmarks.report import counted, out, print_json, print_table, versions

NAMES = {"us": "newsarchive", "warcio": "warcio, iterating", "news-please": "news-please, reading"}
PEERS = {"warcio": "warcio_iterating.py", "news-please": "news_please_warc.py"}
MISSING = "To measure warcio and news-please, too: make .venv-peers/ready"


@dataclass(frozen=True, slots=True)
class Round:
    """One reading of the file: what it took, and what the program told of it."""

    spent: Spent
    told: dict[str, float]


def report(records: int, *, rounds: int, light: bool, as_json: bool) -> None:
    """Measure and print."""
    with TemporaryDirectory(prefix="benchmark-") as folder:
        path = Path(folder) / "press.warc.gz"
        file.write(path, records, light=light)
        size = path.stat().st_size
        measured = measure(path, Path(folder), rounds, peers=not light)
    rows = [_row(name, done, records) for name, done in measured.items()]
    if as_json:
        about = {"records": records, "megabytes": size / 1e6, "rounds": rounds}
        print_json({**about, "versions": versions(), "rows": rows})
        return
    print_table(
        f"Importing {records:,} records, {size / 1e6:,.0f} MB",
        ("", "records/s", "per CPU s", "articles/s", "per CPU s", "MB, largest", "articles"),
        [_cells(row) for row in rows],
    )
    if not PEERS_PYTHON.exists():
        out.print(MISSING)


def measure(path: Path, folder: Path, rounds: int, *, peers: bool) -> dict[str, list[Round]]:
    """Ours, then the peers as far as they are set up, in turn."""
    names = ["us", *(PEERS if peers and PEERS_PYTHON.exists() else ())]
    done: dict[str, list[Round]] = {name: [] for name in names}
    for number in counted(range(rounds), "importing", rounds):
        for name in names:
            done[name].append(_one(name, path, folder / f"{name}-{number}"))
    return done


def _one(name: str, path: Path, folder: Path) -> Round:
    folder.mkdir()
    told, job = folder / "told.json", folder / "job.json"
    job.write_text(
        json.dumps({"file": str(path), "home": str(folder / "home"), "told": str(told)}), encoding="utf-8"
    )
    ours = [sys.executable, "-m", "benchmarks.imports.ours"]
    peer = [str(PEERS_PYTHON), str(ROOT / "benchmarks" / "imports" / "peers" / PEERS.get(name, ""))]
    others = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment = others | ({"PYTHONPATH": str(ROOT)} if name == "us" else {})
    spent = run([*(ours if name == "us" else peer), str(job)], folder, environment=environment)
    return Round(spent, json.loads(told.read_text(encoding="utf-8")))


def _row(name: str, done: list[Round], made: int) -> dict[str, Any]:
    """The medians of the rounds; memory is the most of any. Ours copies first and reads afterwards: records a second
    are those of the copying alone, articles a second those of all of it."""
    copying = [one.told.get("copying", one.spent.wall) for one in done]
    cpu = [one.told.get("copying_cpu", one.spent.cpu) for one in done]
    articles = [one.told.get("new", one.told.get("articles", 0)) for one in done]
    return {
        "class": NAMES[name],
        "records_per_second": statistics.median(made / seconds for seconds in copying),
        "records_per_cpu_second": statistics.median(made / seconds for seconds in cpu),
        "articles_per_second": statistics.median(
            count / one.spent.wall for count, one in zip(articles, done, strict=True)
        ),
        "articles_per_cpu_second": statistics.median(
            count / one.spent.cpu for count, one in zip(articles, done, strict=True)
        ),
        "cpu": statistics.median(one.spent.cpu for one in done),
        "largest_process_mb": max(one.spent.largest for one in done),
        "articles": min(articles),
    }


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    found, copies = row["articles"], row["class"] != NAMES["news-please"]
    return (
        row["class"],
        f"{row['records_per_second']:,.0f}" if copies else "",
        f"{row['records_per_cpu_second']:,.0f}" if copies else "",
        f"{row['articles_per_second']:,.1f}" if found else "",
        f"{row['articles_per_cpu_second']:,.1f}" if found else "",
        f"{row['largest_process_mb']:,.0f}",
        f"{found:,.0f}" if found else "",
    )
