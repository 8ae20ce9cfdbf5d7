"""What a process that has done nothing yet spends to answer its first question: to load the engine's code, to open
the index, and to find ten titles. Each engine in new processes of its own, with compiled modules, as an installed
program has them."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

_PROGRAM = """
import sys, time
from pathlib import Path
folder, word = Path(sys.argv[1]), sys.argv[2]
began = time.process_time()
{load}
loaded = time.process_time()
{ask}
print(time.process_time() - began, time.process_time() - loaded)
"""

_OURS = _PROGRAM.format(
    load="""
from datetime import UTC, datetime
from index.engine import open_engine
from index.model import SearchRequest
from index.whoosh_engine import WhooshEngine
""",
    ask="""
now = datetime(2026, 1, 1, tzinfo=UTC)
assert open_engine(folder / "index").search(SearchRequest(word, facets=False), now=now).hits
""",
)
_FTS5 = _PROGRAM.format(
    load="from benchmarks.fts5 import Fts5",
    ask="""assert Fts5(folder / "fts5.db").rows(sys.argv[3], (word,))""",
)
_TANTIVY = _PROGRAM.format(
    load="from benchmarks.tantivy import Asked, Tantivy",
    ask="""assert Tantivy(folder / "tantivy").ask(Asked(word))""",
)


@dataclass(frozen=True, slots=True)
class Opened:
    """CPU seconds until the first answer, and without loading code; medians."""

    everything: float
    loaded: float


def measure(folder: Path, word: str, sql: str, rounds: int) -> dict[str, Opened]:
    """Engine -> what opening costs. `folder` holds an index of each, all of which find `word`, FTS5 by `sql`."""
    programs = {"us": _OURS, "fts5": _FTS5, "tantivy": _TANTIVY}
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
    with TemporaryDirectory() as compiled:
        for number in range(-1, rounds):  # the first one compiles
            for name, program in programs.items():
                ran = _run(program, compiled, str(folder), word, sql)
                if number >= 0:
                    spent[name].append(ran)
    return {name: Opened(*map(statistics.median, zip(*some, strict=True))) for name, some in spent.items()}


def _run(program: str, compiled: str, *arguments: str) -> tuple[float, float]:
    """The two figures that a program prints; its compiled modules are kept in a folder."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=Path(__file__).parent.parent, env=environment | {"PYTHONPYCACHEPREFIX": compiled},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    everything, loaded = map(float, ran.stdout.split())
    return everything, loaded
