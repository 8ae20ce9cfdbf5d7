"""Articles from files with a JSON object on each line. A line is kept as it is, as a record, and is what its article
was read from: so the archive can be rebuilt from its WARC files alone.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import BinaryIO, cast

from archive.extract.jsonarticle import MAX_LINE_BYTES, MEDIA_TYPE, NotAnArticleLine
from archive.foreign import ForeignFile
from archive.importing.linearticles import LineArticles
from archive.importing.report import ImportReport, Outcome, Problem
from archive.importing.sources import Sources
from archive.keeping import Keeper
from archive.model import ImportState
from archive.store import Transaction
from archive.warc import digest

LINE_SUFFIXES = (".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz", ".json", ".json.gz")

BATCH = 200
"""Lines of one transaction."""

_WANTED = "lines source="
_GZIP = b"\x1f\x8b"


class Lines:
    """Takes the lines of files. `name` is that of the source which gets all of them, "" where they say it themselves;
    `now` is the moment of the import."""

    def __init__(
        self, keeper: Keeper, sources: Sources, name: str, report: ImportReport, now: datetime
    ) -> None:
        self._keeper = keeper
        self._articles = LineArticles(keeper.store, sources, now)
        self._name = name
        self._report = report
        self._now = now

    def take(self, file: ForeignFile, told: Callable[[int], None], stopped: Callable[[], bool]) -> bool:
        """Take what of a file was not taken yet; `told` is given the byte that was come to. Says whether it was come
        to the end."""
        wanted = f"{_WANTED}{self._name}"
        state = self._keeper.store.import_state(file.digest, wanted)
        if state is not None and state.ended_at is not None:
            return True
        state = state or ImportState(file.digest, wanted, file.path.name, "", self._now, 0)
        with file.path.open("rb") as raw, _unpacked(raw) as unpacked:
            lines = islice(enumerate(_lines(unpacked), 1), state.offset, None)
            damage = ""
            while not damage:
                if stopped():
                    return False
                batch, damage = _batch(lines)
                if not batch:
                    break
                state = self._settle(batch, state, file)
                told(raw.tell())
        if damage:
            self._report.tell(
                "failed", Problem(str(file.path), f"behind line {state.offset:,}", "damaged", damage)
            )
        self._settle([], replace(state, ended_at=self._now), file)
        return True

    def _settle(self, batch: list[tuple[int, bytes]], state: ImportState, file: ForeignFile) -> ImportState:
        """One transaction: what is counted is what was committed."""
        outcomes: list[Outcome] = []
        problems: list[Problem] = []
        reached = replace(state, offset=batch[-1][0]) if batch else state
        with self._keeper.transaction() as tx:
            for number, line in batch:
                try:
                    outcomes += self._line(tx, line)
                except NotAnArticleLine as error:
                    problems.append(Problem(str(file.path), f"line {number:,}", "line", str(error)))
            tx.save_import(reached)
        self._report.counts["records"] += len(batch)
        self._report.counts.update(outcomes)
        for problem in problems:
            self._report.tell("failed", problem)
        return reached

    def _line(self, tx: Transaction, line: bytes) -> list[Outcome]:
        item = self._articles.item(tx, line, self._name)
        if self._articles.is_removed(item):
            return ["refused"]
        kept = tx.reader.with_bytes(item.address, digest(line))
        if kept is not None and tx.reader.article_at(item.keys) is not None:
            return ["known", "unchanged"]
        if kept is not None:
            return [self._articles.settle(tx, item, kept.id, self._now)]
        at = self._articles.captured_at(item, self._now)
        capture_id = tx.add_capture(self._keeper.warc.append_resource(item.address, line, MEDIA_TYPE, at))
        return ["captures", self._articles.settle(tx, item, capture_id, self._now)]


@contextmanager
def _unpacked(file: BinaryIO) -> Iterator[BinaryIO]:
    """What a file holds, behind its compression."""
    head = file.read(len(_GZIP))
    file.seek(0)
    if head != _GZIP:
        yield file
        return
    with gzip.GzipFile(fileobj=file) as unpacked:
        yield cast("BinaryIO", unpacked)


def _batch(lines: Iterator[tuple[int, bytes]]) -> tuple[list[tuple[int, bytes]], str]:
    """Some lines with their numbers, and why there are no more, where that is a damage."""
    batch: list[tuple[int, bytes]] = []
    try:
        batch.extend(islice(lines, BATCH))
    except NotAnArticleLine as error:
        return batch, str(error)
    return batch, ""


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines that say something, without their ends. One that is longer than any article is cut, so that it is no
    JSON any more. NotAnArticleLine where the compression of the file is damaged."""
    try:
        while line := file.readline(MAX_LINE_BYTES + 1):
            rest = line
            while len(rest) > MAX_LINE_BYTES and not rest.endswith(b"\n"):
                rest = file.readline(MAX_LINE_BYTES + 1)
            if stripped := line.strip():
                yield stripped
    except (EOFError, OSError, zlib.error) as error:
        raise NotAnArticleLine(f"The rest of the file cannot be unpacked: {error}.") from error
