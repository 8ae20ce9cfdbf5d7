"""Articles from files with a JSON object on each line. A line is kept as it is, as a record, and is what its article
was read from: so the archive can be rebuilt from its WARC files alone.

An article is known by what its line says: its `url` where it has one, and its `id`, which is one
thing within a source.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, BinaryIO, cast
from urllib.parse import quote

from archive.crawl.reading import ArticlePage, keep_version
from archive.decide import believable
from archive.extract.jsonarticle import (
    MAX_LINE_BYTES,
    MEDIA_TYPE,
    NotAnArticleLine,
    extract_object,
    moment,
    read_object,
)
from archive.foreign import ForeignFile
from archive.importing.report import ImportReport, Outcome, Problem
from archive.importing.sources import Sources
from archive.keeping import Keeper
from archive.model import Extract, ImportState, Link, Source
from archive.store import Transaction
from archive.urls import fetch_form, identity
from archive.warc import digest

LINE_SUFFIXES = (".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz", ".json", ".json.gz")

BATCH = 200
"""Lines of one transaction."""

_WANTED = "lines source="
_GZIP = b"\x1f\x8b"
_FIRST = datetime(1900, 1, 1, tzinfo=UTC)
_MAX_VERSIONS = 10_000
_MAX_ID = 500
_MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class _Item:
    """An article of a line: where it belongs, its web address ("" for none), the address of its record, and the keys
    that it is known by."""

    source: Source
    url: str
    address: str
    keys: tuple[str, ...]


class Lines:
    """Takes the lines of files. `name` is that of the source which gets all of them, "" where they say it themselves;
    `now` is the moment of the import."""

    def __init__(
        self, keeper: Keeper, sources: Sources, name: str, report: ImportReport, now: datetime
    ) -> None:
        self._keeper = keeper
        self._sources = sources
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
        told = read_object(line)
        item = self._item(tx, told)
        if tx.reader.is_removed(item.keys):
            return ["refused"]
        kept = tx.reader.with_bytes(item.address, digest(line))
        article_id = tx.reader.article_at(item.keys)
        if kept is not None and article_id is not None:
            return ["known", "unchanged"]
        versions = list(_versions(told, self._now))
        capture_id = kept.id if kept else self._keep(tx, item, line, versions[-1][0])
        outcome: Outcome = "unchanged"
        for at, extract in versions:
            found, article_id = self._version(tx, item, capture_id, article_id, at, believable(extract, at))
            outcome = found if outcome == "unchanged" else outcome
        assert article_id is not None
        self._know(tx, item, article_id, told)
        return [outcome] if kept else ["captures", outcome]

    def _keep(self, tx: Transaction, item: _Item, line: bytes, at: datetime) -> int:
        return tx.add_capture(self._keeper.warc.append_resource(item.address, line, MEDIA_TYPE, at))

    def _version(
        self,
        tx: Transaction,
        item: _Item,
        capture_id: int,
        article_id: int | None,
        at: datetime,
        extract: Extract,
    ) -> tuple[Outcome, int]:
        """A version, if it is younger than what is known of its article."""
        article = tx.reader.article(article_id) if article_id is not None else None
        if article is not None and at < max(article.last_seen, article.gone_at or at):
            return "unchanged", article.id
        page = ArticlePage(extract, item.address, item.keys, article, is_alias=False)
        return keep_version(tx, item.source.id, page, capture_id, at)

    def _know(self, tx: Transaction, item: _Item, article_id: int, told: Mapping[str, Any]) -> None:
        """What else is told of an article: since when it is known, and that it is gone; and its line of the frontier,
        so that a crawl knows it."""
        article = tx.reader.article(article_id)
        assert article is not None
        since, until = _instant(told, "first_seen", self._now), _instant(told, "last_seen", self._now)
        if since and since < article.first_seen:
            tx.known_since(article_id, since)
        if until and article.gone_at is None and until > article.last_seen:
            tx.seen(article_id, until)
        gone = _instant(told, "gone", self._now)
        if gone and article.gone_at is None and gone >= max(article.last_seen, until or gone):
            tx.gone(article_id, gone)
            tx.add_change(article_id, "gone", gone)
        if item.url:
            tx.belongs(tx.visit_of(item.source.id, Link(item.url), article.first_seen), article_id)

    def _item(self, tx: Transaction, told: Mapping[str, Any]) -> _Item:
        """Which article a line is about."""
        url, number = _url(told.get("url")), _id(told.get("id"))
        if not url and not number:
            raise NotAnArticleLine("It has neither an id nor an address.")
        said = self._name or _one_line(told.get("source"))
        source = self._source(tx, url, said)
        urn = (
            f"urn:newsarchive:{quote(said or source.name, safe='')}:{quote(number, safe='')}"
            if number
            else ""
        )
        keys = (*((identity(url),) if url else ()), *((urn,) if urn else ()))
        return _Item(source, url, url or urn, keys)

    def _source(self, tx: Transaction, url: str, said: str) -> Source:
        known = self._sources.named(said) if said else None
        if known is None and url and not self._name:
            known = self._sources.of(url)
        if known is not None:
            return known
        if not url and not said:
            raise NotAnArticleLine("It says no source; name one with --source.")
        home = url if url and not self._name else f"https://{_label(said)}.imported.invalid/"
        return self._sources.make(tx, home, self._now, name=said)


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


def _versions(told: Mapping[str, Any], now: datetime) -> Iterator[tuple[datetime, Extract]]:
    """The versions that a line tells of, each with the moment of its capture, that of the import where it says none.
    NotAnArticleLine where there is none."""
    listed = told.get("revisions")
    objects = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    found = False
    for item in objects[:_MAX_VERSIONS]:
        try:
            extract = extract_object(item)
        except NotAnArticleLine:  # one that could not be read
            continue
        found = True
        yield _instant(item, "captured_at", now) or now, extract
    if not found:
        yield _instant(told, "captured_at", now) or now, extract_object(told)


def _instant(told: Mapping[str, Any], key: str, now: datetime) -> datetime | None:
    """When something was seen, None where it is not said or cannot be."""
    at, _ = moment(told.get(key))
    return at.astimezone(UTC) if at is not None and _FIRST <= at <= now else None


def _url(value: object) -> str:
    try:
        return fetch_form(value) if isinstance(value, str) else ""
    except ValueError:
        return ""


def _id(value: object) -> str:
    """The id of a line: a number or a text."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    return str(value).strip()[:_MAX_ID]


def _one_line(value: object) -> str:
    return " ".join(value.split())[:_MAX_NAME] if isinstance(value, str) and value.isprintable() else ""


def _label(name: str) -> str:
    """A host label of a name: letters and digits, else a number that is always the same."""
    label = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
    return label or f"source-{zlib.crc32(name.encode()):08x}"
