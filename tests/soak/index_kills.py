"""`python tests/soak/index_kills.py [N]`: N times `kill -9` (1,000), at random moments of commits, of merges, and of
rebuilds with their switch.

The process that is killed is forked from this one, which costs a thousandth of a start. It tells over a pipe what it has
committed. After each kill the index must open, hold what was told and nothing else, all of it readable, and go on.
"""

from __future__ import annotations

import argparse
import os
import random
import runpy
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import index.rebuild
from index.engine import Engine, open_engine
from index.errors import IndexProblem, NoIndex
from index.generations import current
from index.model import SearchRequest
from index.whoosh_engine import compaction
from index.whoosh_engine.writer import unfound

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent.with_name("index_articles.py"))))

ROUNDS = 100
"""So often is one index killed, before another is begun."""

LONGEST = 0.1
"""Seconds after the last commit that is waited for, until the kill: several commits take as long."""

Tell = Callable[[int], None]


def held_after(last: int) -> dict[int, int]:
    """Article -> revision, as they must be searchable after the changes up to this one."""
    held: dict[int, int] = {}
    for n in range(max(1, last - 40), last + 1):  # what was before, those have replaced or removed
        held |= {n % 17 + 1: n, n % 5 + 1: n}
        held.pop(n % 11 + 1, None)
    return held


def apply(folder: Path, begin: int, tell: Tell) -> None:
    """Commit one change after the other, which merges at every third or so."""
    with closing(open_engine(folder)) as engine:
        for n in range(begin, begin + 1_000):
            change(engine, n)
            tell(n)


def change(engine: Engine, n: int) -> None:
    """Write what the n-th change is."""
    batch = [tools.article(key, f"change{n}", number=n) for key in (n % 17 + 1, n % 5 + 1)]
    engine.apply(batch, removed=[n % 11 + 1], checkpoint=n)


def catch_up(folder: Path, last: int) -> None:
    """What follows each rebuild: one that was begun earlier comes with the changes up to then."""
    with closing(open_engine(folder)) as engine:
        for n in range(engine.status().checkpoint + 1, last + 1):
            change(engine, n)


def rebuild(folder: Path, checkpoint: int, tell: Tell) -> None:
    """Build generations of what is there, one after the other."""
    held = [tools.article(key, f"change{n}", number=n) for key, n in sorted(held_after(checkpoint).items())]
    while True:
        index.rebuild.rebuild(
            folder, lambda last: (a for a in held if a.id > last), checkpoint=checkpoint, total=len(held)
        )
        catch_up(folder, checkpoint)
        tell(checkpoint)


def killed(work: Callable[[Tell], None], chance: random.Random) -> int:
    """Let a process work until it is killed; the last number that it told, 0 where it came to none."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work(lambda n: os.write(theirs, b"%d\n" % n))
        finally:
            os._exit(1)
    os.close(theirs)
    told = b""
    for _ in range(chance.randrange(4)):
        told += os.read(ours, 1 << 16)
    time.sleep(chance.uniform(0, LONGEST))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(ours, 1 << 16):
        told += more
    os.close(ours)
    return max((int(line) for line in told.split()), default=0)


def fault(folder: Path, least: int, most: int) -> str:
    """What is wrong with an index that was told to have followed so many changes, "" where nothing is."""
    try:
        with closing(open_engine(folder)) as engine:
            status = engine.status()
            if not least <= status.checkpoint <= most:
                return f"lost: change {least} was told, and {status.checkpoint} is the last one"
            held = held_after(status.checkpoint)
            if engine.revisions() != held or status.documents != len(held):
                return f"not what change {status.checkpoint} has left"
            newest = status.checkpoint % 17 + 1
            hits = engine.search(
                SearchRequest(f"change{status.checkpoint}", page_size=100), now=tools.NOW
            ).hits
            if newest in held and newest not in {hit.id for hit in hits}:
                return f"article {newest} is not found"
            return unfound(current(folder), len(held), sample=len(held) + 1)
    except NoIndex:
        return "lost: there is no index" if least else ""
    except IndexProblem as problem:
        return f"failed to open: {problem}"


def one_more(folder: Path, counts: Counter[str], chance: random.Random) -> str:
    """Kill once; what is wrong then."""
    last = last_change(folder)
    if last and chance.random() < 0.3:
        counts["rebuilding"] += 1
        killed(lambda tell: rebuild(folder, last, tell), chance)
        catch_up(folder, last)
        return fault(folder, last, last)
    counts["applying"] += 1
    told = max(last, killed(lambda tell: apply(folder, last + 1, tell), chance))
    return fault(folder, told, told + 1)


def last_change(folder: Path) -> int:
    """The change up to which an index has come."""
    try:
        with closing(open_engine(folder)) as engine:
            return engine.status().checkpoint
    except NoIndex:
        return 0


def run(kills: int, seed: int) -> Counter[str]:
    """Kill so many times; how many kills of what there were, and each fault."""
    chance = random.Random(seed)
    counts: Counter[str] = Counter()
    compaction.MANY, index.rebuild.CHUNK = 2, 3
    while counts.total() < kills:
        with TemporaryDirectory() as home:
            for _ in range(min(ROUNDS, kills - counts.total())):
                if problem := one_more(Path(home) / "index", counts, chance):
                    counts["fault: " + problem] += 1
                    break
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", nargs="?", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=58)
    options = parser.parse_args()
    counts = run(options.kills, options.seed)
    for name, count in sorted(counts.items()):
        print(f"{count:7,} {name}")
    sys.exit(any(name.startswith("fault") for name in counts))


if __name__ == "__main__":
    main()
