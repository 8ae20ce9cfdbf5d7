"""`python tests/soak/kills.py [N]`: N times `kill -9` (1,000), at random moments of crawls, of imports and of writing
that closes files all the time.

Every process tells over a pipe what it has committed. After each kill the archive must open, hold everything that was
told, agree with itself, and go on; every tenth time its database is deleted, too, and must come back as it was.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from archive import care, warc
from archive.crawl import Crawl
from archive.fetch import Fetcher
from archive.foreign import find_files, with_digest
from archive.importing import Copying, ImportReport, Settling, Sources, Wanted
from archive.keeping import Keeper
from archive.model import Capture, Link
from archive.parsing import Page, read
from archive.politeness import Politeness
from archive.store import Store, Transaction
from archive.warc import WarcWriter
from newsarchive.clock import now
from newsarchive.sources import name_for

sys.path.insert(0, str(Path(__file__).parent))
from power import Facts, made

ROUNDS = 10
"""So often is one archive killed, before another is begun."""

PAPER = """
import sys
from newsarchive.demo.server import DemoServer
with DemoServer(slow_seconds=0.0) as paper:
    print(paper.url, flush=True)
    for line in sys.stdin:
        paper.edition = int(line)
"""


class Telling(Keeper):
    """Tells over a pipe what is committed, as soon as it is."""

    pipe = -1

    @contextmanager
    def transaction(self, about: Capture | None = None) -> Iterator[Transaction]:
        with super().transaction(about) as tx:
            yield tx
        counts = self.store.counts()
        told = [self.store.journal_number(), self.store.last_sequence(), counts.captures, counts.revisions]
        os.write(self.pipe, (json.dumps(told) + "\n").encode())


class Here:
    """Reads pages in the process that crawls: what kills that kills the reader, too."""

    processes = 1

    def start(self) -> None:
        """Nothing has to be."""

    def submit(self, page: Page, done: Callable[[Any], None]) -> None:
        """Read it now."""
        try:
            done(read(page))
        except Exception as error:  # noqa: BLE001  (a result like any other)
            done(error)


@dataclass(slots=True)
class Judgement:
    """What the kills came to."""

    kills: Counter[str] = field(default_factory=Counter)
    told: int = 0
    lost: int = 0
    unopened: int = 0
    deleted: int = 0
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        """One line."""
        kinds = ", ".join(f"{count:,} of {kind}" for kind, count in sorted(self.kills.items()))
        return (
            f"{self.kills.total():,} kills ({kinds}): {self.told:,} commits acknowledged, {self.lost} lost, "
            f"{self.unopened} failed opens; {self.deleted:,} deleted databases came back"
        )


@dataclass(slots=True)
class Archive:
    """An archive that is killed again and again."""

    home: Path
    url: str
    others: Path

    @property
    def database(self) -> str:
        return f"sqlite:///{self.home}/archive.db"

    @property
    def warc_dir(self) -> Path:
        return self.home / "warc"

    def begin(self) -> None:
        """With one source."""
        with Store(self.database) as store, store.transaction() as tx:
            tx.add_source(name="paper", url=f"{self.url}sitemap.xml", interval=timedelta(hours=1), now=now())

    def keeper(self, store: Store, pipe: int, size: int = 40_000) -> Telling:
        care.recover(store, self.warc_dir)
        keeper = Telling(store, WarcWriter(self.warc_dir, software="soak", max_file_bytes=size), clock=now)
        keeper.pipe = pipe
        keeper.catch_up()
        return keeper

    def crawl(self, pipe: int, chance: random.Random) -> None:
        """All of the newspaper."""
        with Store(self.database) as store:
            keeper = self.keeper(store, pipe)
            source = store.source("paper")
            with store.transaction() as tx:
                tx.make_due(source.id, now())
            allowed = [ip_network("127.0.0.0/8")]
            crawl = Crawl(
                keeper,
                Fetcher("soak/1", clock=now, allowed=allowed),
                Here(),  # type: ignore[arg-type]
                agent="soak/1",
                politeness=Politeness(0.0),
                clock=now,
            )
            crawl.run([source])

    def seal(self, pipe: int, chance: random.Random) -> None:
        """Histories by hand, in files that are closed after every few records."""
        room = made.Newsroom.__new__(made.Newsroom)
        room.home, room.warc_dir, room.path = self.home, self.warc_dir, self.home / "archive.db"
        room.said, room.clock, room.source = chance.randrange(10**9), now(), 1
        with Store(self.database) as store:
            room.store, room.keeper = store, self.keeper(store, pipe, size=4_000)
            for _ in range(60):
                getattr(room, chance.choice(("new", "revise", "see", "go", "alias", "read_anew", "beside")))(
                    chance.randrange(80)
                )

    def take_over(self, pipe: int, chance: random.Random) -> None:
        """The archive of somebody else: its records are copied, then read."""
        with Store(self.database) as store:
            keeper = self.keeper(store, pipe)
            report, at = ImportReport(), now()
            (file,) = map(with_digest, find_files([self.others]))
            wanted = Wanted(None, articles_only=False)
            Copying(keeper, self.warc_dir, wanted, report, at).copy(file, lambda _done: None, lambda: False)
            sources = Sources(store, name_for, timedelta(hours=1))
            settling = Settling(keeper, self.warc_dir, Here(), sources, report, at)  # type: ignore[arg-type]
            settling.run(lambda _count, _url: None, lambda: False)


KINDS = {"crawl": Archive.crawl, "import": Archive.take_over, "seal": Archive.seal}


def kill(
    archive: Archive, kind: str, chance: random.Random, seconds: float
) -> tuple[bool, list[list[int]], float]:
    """Have it done in a process that is killed within so many seconds: whether it was, what it told before, and how
    long it took where it was not."""
    reading, writing = os.pipe()
    seed = chance.random()
    child = os.fork()
    if not child:
        os.close(reading)
        code = 1
        try:
            KINDS[kind](archive, writing, random.Random(seed))
            code = 0
        except BaseException as error:  # noqa: BLE001  (told by the exit code)
            print(f"{kind}: {type(error).__name__}: {error}", file=sys.stderr)
        finally:
            os._exit(code)
    os.close(writing)
    began, wait = time.monotonic(), chance.uniform(0, seconds)
    while time.monotonic() - began < wait and not _ended(child):
        time.sleep(min(0.005, wait))
    took = time.monotonic() - began
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        lines = [line for line in pipe.read().split("\n")[:-1] if line]
    killed = os.WIFSIGNALED(status)
    if not killed and os.WEXITSTATUS(status):
        raise RuntimeError(f"{kind} failed")
    return killed, [json.loads(line) for line in lines], took


def _ended(child: int) -> bool:
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def judge(
    archive: Archive, before: Facts, told: list[list[int]], judgement: Judgement, *, delete: bool
) -> Facts:
    """Open what a kill left, and compare it with what was told and what was there before."""
    try:
        with Store(archive.database) as store:
            care.recover(store, archive.warc_dir)
            facts, counts = Facts.of(store), store.counts()
            judgement.wrong += [f"{p.where}: {p.message}" for p in care.check(store, archive.warc_dir)]
    except Exception as error:  # noqa: BLE001  (whatever keeps an archive from being opened is what is looked for)
        judgement.unopened += 1
        judgement.wrong.append(f"does not open: {type(error).__name__}: {error}")
        return before
    judgement.told += len(told)
    lost = before.missing_in(facts)
    there = (facts.entries, facts.sequence, counts.captures, counts.revisions)
    lost += [
        f"{there} of {last}" for last in told[-1:] if any(a < b for a, b in zip(there, last, strict=True))
    ]
    judgement.lost += len(lost)
    judgement.wrong += lost
    if delete:
        _delete(archive, facts, judgement)
    return facts


def _delete(archive: Archive, facts: Facts, judgement: Judgement) -> None:
    """The database is deleted and must come back."""
    with Store(archive.database) as store:
        Keeper(store, WarcWriter(archive.warc_dir, software="soak"), clock=now).catch_up()
        facts = Facts.of(store)
    for path in archive.home.glob("archive.db*"):
        path.unlink()
    with Store(archive.database) as store:
        care.recover(store, archive.warc_dir)
        if Facts.of(store) != facts:
            judgement.wrong.append("a deleted database came back otherwise")
    judgement.deleted += 1


def kills(
    count: int, seed: int, url: str, others: Path, publish: Callable[[int], None], kinds: list[str]
) -> Iterator[Judgement]:
    """Kill so often; the judgement so far after each."""
    judgement, chance = Judgement(), random.Random(seed)
    usual = dict.fromkeys(kinds, 0.6)
    while judgement.kills.total() < count:
        with TemporaryDirectory(prefix="kills-") as folder:
            archive = Archive(Path(folder), url, others)
            archive.begin()
            facts = Facts(frozenset(), frozenset(), 0, 0)
            for number in range(ROUNDS):
                kind = kinds[judgement.kills.total() % len(kinds)]
                publish(1 + number % 2)
                killed, told, took = kill(archive, kind, chance, usual[kind])
                usual[kind] = 0.9 * usual[kind] + 0.1 * (usual[kind] * 1.2 if killed else took)
                judgement.kills[kind] += killed
                facts = judge(archive, facts, told, judgement, delete=number == ROUNDS - 1)
                yield judgement
                if judgement.kills.total() >= count:
                    break


def archive_of_somebody(folder: Path, url: str) -> Path:
    """One WARC file of all of the newspaper."""
    archive = Archive(folder / "theirs", url, folder)
    archive.begin()
    reading, writing = os.pipe()
    archive.crawl(writing, random.Random(0))
    os.close(reading)
    os.close(writing)
    target = folder / "theirs.warc.gz"
    names = warc.files(archive.warc_dir)
    target.write_bytes(b"".join(warc.path_of(archive.warc_dir, name).read_bytes() for name in names))
    return target


def main() -> int:
    """0 where nothing was lost."""
    asked = argparse.ArgumentParser(prog="python tests/soak/kills.py", description=__doc__)
    asked.add_argument("count", type=int, nargs="?", default=1_000)
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    began = time.monotonic()
    warm = "http://warm.test/"  # readers are loaded once, before any fork
    read(Page(warm, b"<h1>Warm</h1><p>A page of no interest to anybody.</p>", "text/html", "", Link(warm)))
    with (
        TemporaryDirectory(prefix="kills-theirs-") as theirs,
        subprocess.Popen(
            [sys.executable, "-c", PAPER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as paper,
    ):
        assert paper.stdin is not None
        assert paper.stdout is not None
        url = paper.stdout.readline().strip()
        to = paper.stdin

        def publish(edition: int) -> None:
            to.write(f"{edition}\n")
            to.flush()

        others = archive_of_somebody(Path(theirs), url)
        for judgement in kills(options.count, options.seed, url, others, publish, list(KINDS)):
            print(f"\r{judgement.kills.total():,}", end="", file=sys.stderr, flush=True)
    print(f"\r{judgement.line()}; {time.monotonic() - began:.0f} s.")
    print("\n".join(judgement.wrong[:20]) or "Everything holds.")
    return 1 if judgement.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
