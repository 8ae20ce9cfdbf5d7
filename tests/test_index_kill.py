"""kill -9 at any moment of writing and of rebuilding: what was acknowledged is there, nothing is half there,
and the next run completes."""

from __future__ import annotations

import random
import runpy
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from index.engine import Engine, open_engine
from index.errors import NoIndex
from index.generations import all_generations
from index.model import SearchRequest
from index.rebuild import rebuild

HELPER = Path(__file__).with_name("index_articles.py")
tools = SimpleNamespace(**runpy.run_path(str(HELPER)))

pytestmark = pytest.mark.kill

KILLS = 10
CHANGES = 400
SIZE = 40

COMMON = f"""
import runpy, sys
from pathlib import Path
article = runpy.run_path({str(HELPER)!r})["article"]
folder = Path(sys.argv[1])
"""

APPLYING = """
from index.engine import open_engine
engine = open_engine(folder)
for n in range(int(sys.argv[2]), int(sys.argv[3])):
    batch = [article(n % 17 + 1, f"change{n}", number=n), article(n % 5 + 1, f"change{n}", number=n)]
    engine.apply(batch, removed=[n % 11 + 1], checkpoint=n)
    print(n, flush=True)
"""

REBUILDING = """
import index.rebuild
index.rebuild.CHUNK = 2
if __name__ == "__main__":
    articles = [article(n, f"rebuilt{n}", "rebuilt") for n in range(1, int(sys.argv[3]) + 1)]
    index.rebuild.rebuild(
        folder, lambda last: (one for one in articles if one.id > last), checkpoint=int(sys.argv[2]),
        total=len(articles), processes=int(sys.argv[4]), progress=lambda done: print(done, flush=True))
"""


def run_and_kill(script: str, *arguments: object, after: float) -> list[int]:
    """Run a script in a process of its own and kill it so many seconds after its first line; the numbers
    that it had printed."""
    command = [sys.executable, "-c", COMMON + script, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=HELPER.parent.parent, text=True) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(after)
        child.kill()
        return [int(line) for line in (first + child.stdout.read()).splitlines()]


def held_after(last: int) -> dict[int, int]:
    """The revisions that must be searchable after the changes up to this one."""
    held: dict[int, int] = {}
    for n in range(1, last + 1):
        held |= {n % 17 + 1: n, n % 5 + 1: n}
        held.pop(n % 11 + 1, None)
    return held


def found(engine: Engine, text: str) -> set[int]:
    return {hit.id for hit in engine.search(SearchRequest(text, page_size=100), now=tools.NOW).hits}


def test_killed_while_applying(tmp_path: Path) -> None:
    chance = random.Random(58)
    folder = tmp_path / "index"
    engine = open_engine(folder)
    for _ in range(KILLS):
        try:
            begin = engine.status().checkpoint + 1
        except NoIndex:
            begin = 1
        acknowledged = run_and_kill(APPLYING, folder, begin, CHANGES, after=chance.uniform(0, 0.2))
        checkpoint = engine.status().checkpoint
        assert checkpoint in (acknowledged[-1], acknowledged[-1] + 1)
        assert engine.revisions() == held_after(checkpoint)
        assert engine.status().documents == len(held_after(checkpoint))
        newest = checkpoint % 17 + 1
        if newest in held_after(checkpoint):
            assert newest in found(engine, f"change{checkpoint}")
    assert len(list(all_generations(folder)[0].path.iterdir())) < 80
    engine.close()


def test_fifty_kills_lose_nothing() -> None:
    """Of commits, merges, rebuilds and switches; `make soak` makes it a thousand."""
    soak = HELPER.parent / "soak" / "index_kills.py"
    done = subprocess.run(
        [sys.executable, soak, "50"], cwd=HELPER.parent.parent, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "fault" in done.stdout) == (0, False), done.stdout + done.stderr


@pytest.mark.parametrize("processes", [1, 2])
def test_killed_while_rebuilding(tmp_path: Path, processes: int) -> None:
    chance = random.Random(59)
    folder = tmp_path / "index"
    engine = open_engine(folder)
    engine.apply([tools.article(n, "old") for n in range(1, 4)], checkpoint=1)
    for n in range(KILLS):
        run_and_kill(REBUILDING, folder, 2 + n, SIZE, processes, after=chance.uniform(0, 0.1 * processes))
        if engine.status().generation == 1:
            assert found(engine, "old") == {1, 2, 3}
        else:
            assert engine.status().documents == SIZE
    articles = [tools.article(n, f"rebuilt{n}", "rebuilt") for n in range(1, SIZE + 1)]
    status = rebuild(folder, lambda last: (a for a in articles if a.id > last), checkpoint=99, total=SIZE)
    assert status.documents == SIZE
    assert engine.revisions() == dict.fromkeys(range(1, SIZE + 1), 1)
    assert found(engine, "rebuilt") == set(range(1, SIZE + 1))
    assert found(engine, "rebuilt7") == {7}
    assert not list(folder.glob("gen-*/part-*"))
    engine.close()
