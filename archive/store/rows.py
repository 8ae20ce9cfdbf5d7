"""Rows of the database <-> records of the model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from archive.authors import Names, known_as
from archive.model import (
    Article,
    Capture,
    Failure,
    Link,
    RecordPlace,
    Revision,
    Rules,
    Source,
    StoredRobots,
    Visit,
    WarcFile,
)

_REVISION_FIELDS = tuple(Revision.__dataclass_fields__)
_ROBOTS_FIELDS = tuple(StoredRobots.__dataclass_fields__)


def to_source(row: Row[Any]) -> Source:
    """A row of `source`."""
    return Source(
        id=row.id,
        name=row.name,
        url=row.url,
        kind=row.kind,
        interval=timedelta(seconds=row.interval_seconds),
        min_delay=row.min_delay,
        paused=row.paused,
        added_at=row.added_at,
        due_at=row.due_at,
        last_crawl_at=row.last_crawl_at,
        last_success_at=row.last_success_at,
        last_error=row.last_error,
        adaptive=row.adaptive,
        revisit_ages=row.revisit_ages,
        backfill_since=row.backfill_since,
        collections=row.collections,
        rules=row.rules,
        requisites=row.requisites,
    )


def to_capture(row: Row[Any]) -> Capture:
    """A row of `capture`."""
    return Capture(
        id=row.id,
        url=row.url,
        captured_at=row.captured_at,
        status=row.status,
        media_type=row.media_type,
        payload_digest=row.payload_digest,
        place=RecordPlace(row.file, row.offset, row.length),
        record_id=row.record_id,
        kind=row.kind,
    )


def to_warc_file(row: Row[Any]) -> WarcFile:
    """A row of `warc_file`."""
    return WarcFile(row.name, row.end, row.sealed_at, row.bytes, row.sha256)


def to_revision(row: Row[Any]) -> Revision:
    """A row that holds the columns of `revision`."""
    return Revision(**{name: getattr(row, name) for name in _REVISION_FIELDS})


def from_revision(revision: Revision) -> dict[str, Any]:
    """The columns of `revision`."""
    return {name: getattr(revision, name) for name in _REVISION_FIELDS}


def to_names(aliases: Iterable[Row[Any]]) -> Names:
    """Rows of `author_alias` by their keys."""
    return {row.key: row.name for row in aliases}


def to_article(row: Row[Any], names: Names) -> Article:
    """A row of `article` joined with its source's name, its latest revision and its story; `names` are those by which
    authors are known."""
    latest = to_revision(row)
    return Article(
        id=row.id,
        source_id=row.source_id,
        source=row.source_name,
        url=row.url,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        gone_at=row.gone_at,
        latest=latest,
        edits=row.edits,
        edited_at=row.edited_at,
        earlier_titles=row.earlier_titles,
        story=row.story or 0,
        known_as=known_as(latest.authors, names),
    )


def to_failure(row: Row[Any]) -> Failure:
    """A row of `failure` joined with its source's name."""
    return Failure(row.source_id, row.source_name, row.url, row.at, row.cause, row.message)


def to_visit(row: Row[Any]) -> Visit:
    """A row of `visit`."""
    return Visit(
        id=row.id,
        source_id=row.source_id,
        url=row.url,
        role=row.role,
        due_at=row.due_at,
        found_at=row.found_at,
        hint=hint_from_json(row.url, row.role, row.hint),
        etag=row.etag,
        last_modified=row.last_modified,
        body_digest=row.body_digest,
        visited_at=row.visited_at,
        status=row.status,
        failures=row.failures,
        article_id=row.article_id,
        changed_at=row.changed_at,
    )


def to_robots(row: Row[Any]) -> StoredRobots:
    """A row of `robots`."""
    return StoredRobots(**{name: getattr(row, name) for name in _ROBOTS_FIELDS})


def hint_to_json(link: Link) -> str:
    """What a feed said about a URL, without the URL itself."""
    return json.dumps(hint_to_dict(link), ensure_ascii=False)


def hint_to_dict(link: Link) -> dict[str, Any]:
    """The same as JSON has it, without what it did not say."""
    hint = {
        "uncertain": not link.certain,
        "title": link.title,
        "authors": link.authors,
        "published": link.published and link.published.isoformat(),
        "day_only": link.published_day_only,
        "modified": link.modified and link.modified.isoformat(),
        "depth": link.depth,
        "guid": link.guid,
    }
    return {key: value for key, value in hint.items() if value}


def hint_from_json(url: str, role: Any, text: str) -> Link:
    """The link again."""
    return hint_from_dict(url, role, json.loads(text))


def hint_from_dict(url: str, role: Any, hint: Mapping[str, Any]) -> Link:
    """The link again."""
    return Link(
        url=url,
        role=role,
        certain=not hint.get("uncertain", False),
        title=hint.get("title", ""),
        authors=tuple(hint.get("authors", ())),
        published=_instant(hint.get("published")),
        published_day_only=hint.get("day_only", False),
        modified=_instant(hint.get("modified")),
        depth=hint.get("depth", 0),
        guid=hint.get("guid", ""),
    )


def rules_to_json(rules: Rules) -> dict[str, Any]:
    """The rules of a source as JSON has them, without those that say nothing."""
    return {key: rule for key, rule in asdict(rules).items() if rule}


def rules_from_json(told: Mapping[str, Any]) -> Rules:
    """The rules again."""
    kept: dict[str, Any] = {
        key: tuple(rule) if isinstance(rule, list) else rule for key, rule in told.items()
    }
    return Rules(**kept)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
