"""What has to go with an article. Every record of the archive is read once; nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from archive import warc
from archive.errors import ArchiveError, DamagedArchive
from archive.extract.decode import decode
from archive.fetch import MAX_BYTES
from archive.fetch.bodies import body_of
from archive.journal import parse
from archive.model import Article
from archive.removal.words import Needles
from archive.store import Store
from archive.urls import identity

Progress = Callable[[int, int], None]
"""Called with the bytes of WARC files that were read, and all."""

What = Literal["capture", "part", "exchange", "list", "journal"]
"""What a record is that goes: a capture of the article; a picture that only it has; what was sent for one, or told of
one; a page, feed or sitemap that repeats the article; an entry of the journal."""

_TEXTUAL = ("text/", "application/xhtml+xml", "application/xml", "application/rss+xml", "application/atom+xml",
            "application/json", "application/feed+json", "application/ld+json", "")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mention:
    """Another article whose page repeats the removed one: it `quotes` the text, or only has its headline."""

    article_id: int
    quotes: bool


@dataclass(slots=True)
class Plan:
    """What goes. `records` are WARC-Record-IDs -> the article for whose sake, and the file; `counts` how many there
    are of which sort. `mentions` stay, because they are other articles. `shared` are articles that were read from a
    record that goes, and are not to be removed."""

    articles: tuple[Article, ...]
    records: dict[str, tuple[int, str]] = field(default_factory=dict)
    counts: Counter[What] = field(default_factory=Counter)
    mentions: tuple[Mention, ...] = ()
    shared: tuple[int, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The WARC files that have to be written anew."""
        return tuple(dict.fromkeys(file for _, file in self.records.values()))


def plan(
    store: Store,
    directory: Path,
    ids: Collection[int],
    *,
    progress: Progress = lambda _done, _all: None,
) -> Plan:
    """Find all that has to go with these articles. ArchiveError where one is not there, or was removed already;
    DamagedArchive where a file cannot be read to its end, because nobody knows what stands there."""
    return _Planning(store, directory, [_article(store, key) for key in ids]).run(progress)


def _article(store: Store, article_id: int) -> Article:
    article = store.article(article_id)
    if article is None:
        if removal := store.removal(article_id):
            raise ArchiveError(f"Article {article_id} was removed on {removal.at:%Y-%m-%d} already.")
        raise ArchiveError(f"There is no article {article_id}; search prints the numbers.")
    return article


class _Planning:
    def __init__(self, store: Store, directory: Path, articles: list[Article]) -> None:
        self._store = store
        self._directory = directory
        self._plan = Plan(tuple(articles))
        self._owners = {key: one.id for one in articles for key in store.known_as(one.id)}
        self._needles = {one.id: Needles.of(store.revisions(one.id)) for one in articles}
        self._ids = {one.id for one in articles}
        self._mentions: dict[int, bool] = {}
        self._shared: set[int] = set()

    def run(self, progress: Progress) -> Plan:
        names = warc.files(self._directory)
        total = sum(warc.size_of(self._directory, name) or 0 for name in names)
        done = 0
        for name in names:
            for end in self._read(name):
                progress(done + end, total)
            done += warc.size_of(self._directory, name) or 0
        for article_id in self._ids:
            self._take_parts(article_id)
        self._plan.mentions = tuple(
            Mention(key, quotes) for key, quotes in sorted(self._mentions.items()) if key not in self._ids
        )
        self._plan.shared = tuple(sorted(self._shared - self._ids))
        return self._plan

    def _take_parts(self, article_id: int) -> None:
        """What only its pages are drawn with goes with them; a style sheet of the whole site stays."""
        mine = [key for key, (owner, _) in self._plan.records.items() if owner == article_id]
        for record_id, file in self._store.parts_only_of(mine).items():
            if record_id not in self._plan.records:
                self._plan.records[record_id] = (article_id, file)
                self._plan.counts["part"] += 1

    def _read(self, name: str) -> Iterator[int]:
        end = 0
        waiting: dict[str, list[warc.Record]] = {}
        for record in warc.walk(self._directory, name):
            end = record.place.offset + record.place.length
            self._look(record, waiting)
            yield end
        if end != (warc.size_of(self._directory, name) or 0):
            raise DamagedArchive(
                f"{name} cannot be read from byte {end:,} on; mend it with `newsarchive verify --repair` first."
            )

    def _look(self, record: warc.Record, waiting: dict[str, list[warc.Record]]) -> None:
        """`waiting` are records of this file that go if the one goes that they were written with, which follows."""
        if record.kind == "metadata":
            self._look_at_metadata(record, waiting)
            return
        owner = self._owners.get(_key(record.target_uri)) if record.target_uri else None
        if owner is None and (referred := self._plan.records.get(record.field("WARC-Refers-To"))):
            owner = referred[0]
        if owner is not None:
            self._take(record, owner, "capture" if record.kind in warc.CAPTURE_KINDS else "exchange")
            for with_it in waiting.pop(record.record_id, ()):
                self._take(with_it, owner, "exchange")
        elif record.kind in ("response", "resource"):
            self._look_at_page(record)

    def _look_at_metadata(self, record: warc.Record, waiting: dict[str, list[warc.Record]]) -> None:
        event = parse(record.payload)
        if event is not None:
            told = event.body.get("article")
            if isinstance(told, dict) and told.get("id") in self._ids:
                self._take(record, told["id"], "journal")
            return
        about = record.field("WARC-Concurrent-To") or record.field("WARC-Refers-To")
        if known := self._plan.records.get(about):
            self._take(record, known[0], "exchange")
        elif about:
            waiting.setdefault(about, []).append(record)

    def _look_at_page(self, record: warc.Record) -> None:
        """A page of anything else: where it repeats a text, it goes, unless it is itself an article."""
        text = _text(record)
        if not text:
            return
        for article_id, needles in self._needles.items():
            quotes = needles.quoted(text)
            if not quotes and not needles.named(text):
                continue
            others = self._articles_of(record)
            for other in others:
                self._mentions[other] = self._mentions.get(other, False) or quotes
            if not others:
                self._take(record, article_id, "list")
                return

    def _articles_of(self, record: warc.Record) -> list[int]:
        """The articles whose page a record is."""
        read_from = self._store.articles_read_from(record.record_id)
        known = self._store.article_at((_key(record.target_uri),))
        return read_from or ([known] if known is not None else [])

    def _take(self, record: warc.Record, article_id: int, what: What) -> None:
        self._plan.records[record.record_id] = (article_id, record.place.file)
        self._plan.counts[what] += 1
        if what == "capture":
            self._shared.update(self._store.articles_read_from(record.record_id))


def _key(url: str) -> str:
    try:
        return identity(url)
    except ValueError:
        return url


def _text(record: warc.Record) -> str:
    """What a record's page says, "" where it is no text."""
    headers = tuple((name.lower(), value) for name, value in record.headers)
    named = dict(headers)
    media = named.get("content-type", "") if record.kind == "response" else record.field("Content-Type")
    if not media.lower().startswith(_TEXTUAL):
        return ""
    body = body_of(record.status, headers, record.payload, MAX_BYTES).body if headers else record.payload
    return decode(body, media)
