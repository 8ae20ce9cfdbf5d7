"""`python tests/soak/power.py [N]`: N losses of power (1,000), simulated.

A process makes the history of an archive while everything that it writes to the disk is recorded, call by call. Then
the power is lost at any of these calls: what was synced is there; of what was not, each page of 4 KiB may be there, as
it was after any of the writes to it, or not; names that were not synced are there up to some moment. On each such disk
the archive must open, hold everything that was acknowledged, agree with itself, and go on.
"""

from __future__ import annotations

import argparse
import random
import runpy
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

from archive import care
from archive.errors import ArchiveError
from archive.store import Store

sys.path.insert(0, str(Path(__file__).parent))
from recorder import Call, recorded

made = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent.parent / "archive_history.py")))

PAGE = 4096
STEPS = 30
CUTS = 25
"""So many steps has a history, and so often the power is lost in it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an archive has acknowledged."""

    captures: frozenset[str]
    versions: frozenset[tuple[int, int, str, str]]
    sequence: int
    entries: int

    @classmethod
    def of(cls, store: Store) -> Facts:
        """What a database says."""
        captures = [c.record_id for name in store.warc_ends() for c in store.captures_in(name)]
        versions = [
            (v.article_id, v.number, v.title, v.text)
            for article in store.latest_revisions()
            for v in store.revisions(article)
        ]
        return cls(frozenset(captures), frozenset(versions), store.last_sequence(), store.journal_number())

    def missing_in(self, later: Facts) -> list[str]:
        """What is not there any more, in words. A version may have been read anew: then it has its number still."""
        numbers = {version[:2] for version in later.versions}
        lost = [f"capture {record}" for record in self.captures - later.captures]
        lost += [f"version {v[:2]}" for v in self.versions if v[:2] not in numbers]
        if later.sequence < self.sequence or later.entries < self.entries:
            lost.append(f"changes behind {later.sequence}, entries behind {later.entries}")
        return lost


@dataclass(slots=True)
class File:
    """The bytes of a file: those that are synced, and what was done since."""

    safe: bytes = b""
    since: list[Call] = field(default_factory=list)

    def sync(self) -> None:
        """All that was done is safe."""
        content = bytearray(self.safe)
        for call in self.since:
            _do(content, call)
        self.safe, self.since = bytes(content), []

    def after_loss(self, chance: random.Random) -> bytes:
        """What is there when the power was lost."""
        how = chance.choice(("all", "nothing", "torn", "mixed", "mixed", "mixed"))
        if how == "nothing" or not self.since:
            return self.safe
        if how == "mixed":
            return self._mixed(chance)
        done = self.since if how == "all" else self.since[: chance.randrange(len(self.since) + 1)]
        if how == "torn" and done and done[-1].kind == "write":
            last = done[-1]
            done = [*done[:-1], replace(last, data=last.data[: chance.randrange(len(last.data) + 1)])]
        content = bytearray(self.safe)
        for call in done:
            _do(content, call)
        return bytes(content)

    def _mixed(self, chance: random.Random) -> bytes:
        """Each page as it was at some moment, whatever its neighbours are."""
        content, sizes = bytearray(self.safe), [len(self.safe)]
        pages: dict[int, list[bytes]] = {}
        for call in self.since:
            before = len(content)
            first, last = call.at // PAGE, max(before, call.at + len(call.data)) // PAGE
            if call.kind == "write":
                first, last = min(call.at, before) // PAGE, (call.at + len(call.data)) // PAGE
            for number in range(first, last + 1):
                pages.setdefault(number, [bytes(content[number * PAGE : (number + 1) * PAGE])])
            _do(content, call)
            for number in range(first, last + 1):
                pages[number].append(bytes(content[number * PAGE : (number + 1) * PAGE]))
            sizes.append(len(content))
        found = bytearray(chance.choice(sizes))
        found[:] = self.safe[: len(found)].ljust(len(found), b"\0")
        for number, versions in pages.items():
            room = max(0, min(PAGE, len(found) - number * PAGE))
            page = chance.choice(versions).ljust(PAGE, b"\0")[:room]
            found[number * PAGE : number * PAGE + room] = page
        return bytes(found)


def _do(content: bytearray, call: Call) -> None:
    if call.kind == "truncate":
        del content[call.at :]
        content.extend(bytes(call.at - len(content)))
    elif call.kind == "write":
        content.extend(bytes(max(0, call.at - len(content))))
        content[call.at : call.at + len(call.data)] = call.data


class Disk:
    """A disk as the calls leave it; `names` are those that are synced, `since` what was done to names since."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.names = {str(p): File(p.read_bytes()) for p in root.rglob("*") if p.is_file()}
        self.now = dict(self.names)
        self.since: list[tuple[Call, File | None]] = []

    def take(self, call: Call) -> None:
        """One call more."""
        if call.kind in ("write", "truncate"):
            if call.path in self.now:
                self.now[call.path].since.append(call)
        elif call.kind == "sync":
            if call.path in self.now:
                self.now[call.path].sync()
        elif call.kind == "sync-folder":
            for made, file in self.since:
                _name(self.names, made, file)
            self.since = []
        else:
            file = File() if call.kind == "create" else None
            self.since.append((call, file))
            _name(self.now, call, file)

    def after_loss(self, chance: random.Random, target: Path) -> None:
        """Write what is there when the power was lost to a folder."""
        names = dict(self.names)
        for made, file in self.since[: chance.randrange(len(self.since) + 1)]:
            _name(names, made, file)
        for path, file in names.items():
            if not path.endswith("-shm"):  # memory, not disk: SQLite makes it anew
                place = target / Path(path).relative_to(self.root)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(file.after_loss(chance))


def _name(names: dict[str, File], call: Call, file: File | None) -> None:
    if call.kind == "create" and file is not None:
        names[call.path] = file
    elif call.kind == "rename" and call.path in names:
        names[call.to] = names.pop(call.path)
    elif call.kind == "delete":
        names.pop(call.path, None)


@dataclass(slots=True)
class Judgement:
    """What the losses came to."""

    losses: int = 0
    lost: int = 0
    unopened: int = 0
    acknowledged: int = 0
    torn: int = 0
    wrong: list[str] = field(default_factory=list)

    def told(self) -> str:
        """One line."""
        return (
            f"{self.losses:,} losses of power: {self.acknowledged:,} things acknowledged, {self.lost} lost, "
            f"{self.unopened} failed opens, {self.torn:,} torn ends set aside"
        )


def history(home: Path, chance: random.Random) -> tuple[list[Call], list[tuple[int, Facts]], Disk]:
    """A history: what it wrote, what was acknowledged after how many calls, and the disk at its beginning."""
    with recorded() as calls:
        room = made.Newsroom(home)
        room.store.close()
        disk = Disk(home)
        calls.clear()
        room.open()
        acknowledged = [(0, Facts.of(room.store))]
        for _ in range(STEPS):
            step = chance.choice(("checkpoint", *made.STEPS))
            if step == "checkpoint":
                with room.store._engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
            else:
                getattr(room, step)(chance.randrange(80))
            acknowledged.append((len(calls), Facts.of(room.store)))
        room.store.close()
    return list(calls), acknowledged, disk


def judge(folder: Path, known: Facts, judgement: Judgement) -> None:
    """Open what a loss left, and compare it with what was acknowledged."""
    judgement.losses += 1
    judgement.acknowledged += len(known.captures) + len(known.versions)
    room = made.Newsroom.__new__(made.Newsroom)
    room.home, room.warc_dir, room.path = folder, folder / "warc", folder / "archive.db"
    room.said, room.clock, room.source = 1_000, made.NOW, 1
    try:
        room.open()
    except Exception as error:  # noqa: BLE001  (whatever keeps an archive from being opened is what is looked for)
        judgement.unopened += 1
        judgement.wrong.append(f"does not open: {type(error).__name__}: {error}")
        return
    lost = known.missing_in(Facts.of(room.store))
    judgement.lost += len(lost)
    judgement.wrong += lost
    try:
        room.new(0)
    except ArchiveError as error:
        judgement.wrong.append(f"does not go on: {error}")
    judgement.wrong += [f"{p.where}: {p.message}" for p in care.check(room.store, room.warc_dir)]
    judgement.torn += len(list(room.warc_dir.rglob("*.torn")))
    room.store.close()


def losses(count: int, seed: int) -> Iterator[Judgement]:
    """Lose the power so often; the judgement so far after each history."""
    judgement, number = Judgement(), 0
    while judgement.losses < count:
        chance = random.Random(f"{seed} {number}")
        number += 1
        with TemporaryDirectory(prefix="power-") as folder:
            calls, acknowledged, disk = history(Path(folder) / "home", chance)
            cuts = _cuts(calls, min(CUTS, count - judgement.losses), chance)
            done = 0
            for cut in cuts:
                for call in calls[done:cut]:
                    disk.take(call)
                done = cut
                known = max((entry for entry in acknowledged if entry[0] <= cut), key=lambda e: e[0])[1]
                with TemporaryDirectory(prefix="power-after-") as after:
                    disk.after_loss(chance, Path(after))
                    before = len(judgement.wrong)
                    judge(Path(after), known, judgement)
                    if len(judgement.wrong) > before:
                        judgement.wrong[before] = (
                            f"history {number - 1} cut at {cut}: {judgement.wrong[before]}"
                        )
        yield judgement


def _cuts(calls: list[Call], count: int, chance: random.Random) -> list[int]:
    """Moments in a history, half of them right behind a write to a WARC file: those are few among SQLite's."""
    of_warc = [n + 1 for n, call in enumerate(calls) if "/warc/" in call.path and call.kind == "write"]
    chosen = set(chance.sample(of_warc, min(count // 2, len(of_warc))))
    others = sorted(set(range(len(calls) + 1)) - chosen)
    return sorted(chosen | set(chance.sample(others, count - len(chosen))))


def main() -> int:
    """0 where nothing was lost."""
    asked = argparse.ArgumentParser(prog="python tests/soak/power.py", description=__doc__)
    asked.add_argument("count", type=int, nargs="?", default=1_000)
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    began = time.monotonic()
    for judgement in losses(options.count, options.seed):
        print(f"\r{judgement.losses:,}", end="", file=sys.stderr, flush=True)
    print(f"\r{judgement.told()}; {time.monotonic() - began:.0f} s.")
    print("\n".join(judgement.wrong[:20]) or "Everything holds.")
    return 1 if judgement.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
