"""The article that a line of JSON tells of. It is known by what its line says: its `url` where it has one, and its
`id`, which is one thing within a source.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from archive.crawl.reading import ArticlePage, keep_version
from archive.decide import believable
from archive.extract.jsonarticle import NotAnArticleLine, extract_object, moment, read_object
from archive.importing.report import Outcome
from archive.importing.sources import Sources
from archive.model import Extract, Link, Source
from archive.store import Reader, Transaction
from archive.urls import fetch_form, identity

_URN = "urn:newsarchive:"
_FIRST = datetime(1900, 1, 1, tzinfo=UTC)
_MAX_VERSIONS = 10_000
_MAX_ID = 500
_MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class LineItem:
    """An article of a line: where it belongs, its web address ("" for none), the address of its record, the keys that
    it is known by, and what the line tells."""

    source: Source
    url: str
    address: str
    keys: tuple[str, ...]
    told: Mapping[str, Any]


class LineArticles:
    """Settles what lines tell. `now` is the moment of the import."""

    def __init__(self, reader: Reader, sources: Sources, now: datetime) -> None:
        self._sources = sources
        self._now = now
        self._removed = reader.removed_addresses()  # nobody removes anything while this goes on

    def is_removed(self, item: LineItem) -> bool:
        """Whether the article was removed by request: it is not taken in again."""
        return bool(self._removed.intersection(item.keys))

    def captured_at(self, item: LineItem, otherwise: datetime) -> datetime:
        """When the last version of a line was captured. NotAnArticleLine where it has none."""
        return list(self._versions(item, otherwise))[-1][0]

    def settle(self, tx: Transaction, item: LineItem, capture_id: int, otherwise: datetime) -> Outcome:
        """Write down what a line says, which is kept as a capture; `otherwise` is when that was, where it does not
        say so. NotAnArticleLine where it says nothing."""
        article_id = tx.reader.article_at(item.keys)
        outcome: Outcome = "unchanged"
        for at, extract in list(self._versions(item, otherwise)):
            found, article_id = self._version(tx, item, capture_id, article_id, at, believable(extract, at))
            outcome = found if outcome == "unchanged" else outcome
        assert article_id is not None
        self._know(tx, item, article_id)
        return outcome

    def _versions(self, item: LineItem, otherwise: datetime) -> Iterator[tuple[datetime, Extract]]:
        """The versions that a line tells of, each with the moment of its capture."""
        listed = item.told.get("revisions")
        objects = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        found = False
        for one in objects[:_MAX_VERSIONS]:
            try:
                extract = extract_object(one)
            except NotAnArticleLine:  # one that could not be read
                continue
            found = True
            yield _instant(one, "captured_at", self._now) or otherwise, extract
        if not found:
            yield _instant(item.told, "captured_at", self._now) or otherwise, extract_object(item.told)

    def _version(
        self,
        tx: Transaction,
        item: LineItem,
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

    def _know(self, tx: Transaction, item: LineItem, article_id: int) -> None:
        """What else is told of an article: since when it is known, and that it is gone; and its line of the frontier,
        so that a crawl knows it."""
        told, article = item.told, tx.reader.article(article_id)
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

    def item(self, tx: Transaction, line: bytes, name: str = "") -> LineItem:
        """Which article a line is about; `name` is that of the source which gets it, "" where the line says it.
        NotAnArticleLine where it is about none."""
        told = read_object(line)
        url, number = _url(told.get("url")), _id(told.get("id"))
        if not url and not number:
            raise NotAnArticleLine("It has neither an id nor an address.")
        said = name or _one_line(told.get("source"))
        source = self._source(tx, url, said, named=bool(name))
        urn = (
            f"urn:newsarchive:{quote(said or source.name, safe='')}:{quote(number, safe='')}"
            if number
            else ""
        )
        keys = (*((identity(url),) if url else ()), *((urn,) if urn else ()))
        return LineItem(source, url, url or urn, keys, told)

    def _source(self, tx: Transaction, url: str, said: str, *, named: bool) -> Source:
        known = self._sources.named(said) if said else None
        if known is None and url and not named:
            known = self._sources.of(url)
        if known is not None:
            return known
        if not url and not said:
            raise NotAnArticleLine("It says no source; name one with --source.")
        home = url if url and not named else f"https://{_label(said)}.imported.invalid/"
        return self._sources.make(tx, home, self._now, name=said)


def source_of(address: str) -> str:
    """The name of the source in the address of a line that has no other, "" where it is a web address."""
    parts = address.removeprefix(_URN).split(":")
    return unquote(parts[0]) if address.startswith(_URN) and len(parts) == 2 else ""


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
