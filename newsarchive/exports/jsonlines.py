"""JSON Lines: an article a line, with every field, in the form that `import jsonl` reads. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from archive.isodate import iso_date
from archive.model import Revision
from newsarchive.exports.work import Work


def pieces(works: Iterable[Work]) -> Iterator[str]:
    """A line for each."""
    for work in works:
        yield _line(_record(work))


def _record(work: Work) -> dict[str, Any]:
    article = work.article
    record = {
        "id": article.id,
        "url": article.url,
        "source": article.source,
        **_version(work.revision),
        "first_seen": iso_date(article.first_seen),
        "last_seen": iso_date(article.last_seen),
        "gone": iso_date(article.gone_at),
        "archived": work.permalink,
    }
    if work.versions:
        record["revisions"] = [_version(revision) for revision in work.versions]
    return record


def _version(revision: Revision) -> dict[str, Any]:
    return {
        "revision": revision.number,
        "captured_at": iso_date(revision.captured_at),
        "title": revision.title,
        "authors": list(revision.authors),
        "published": iso_date(revision.published, day_only=revision.published_day_only),
        "published_from": revision.published_from,
        "modified": iso_date(revision.modified),
        "section": revision.section,
        "tags": list(revision.tags),
        "language": revision.language,
        "image": revision.image,
        "description": revision.description,
        "body": revision.text,
        "layout": list(revision.layout),
        "credits": [asdict(credit) for credit in revision.credits],
        "kind": revision.page_kind,
        "free": revision.free,
        "content_digest": revision.content_digest,
        "unread": revision.unread or None,
    }


def _line(record: dict[str, Any]) -> str:
    """The record on one line, also for programs that end a line where Unicode does."""
    text = json.dumps(record, ensure_ascii=False)
    for end in ("\x85", "\u2028", "\u2029"):
        text = text.replace(end, f"\\u{ord(end):04x}")
    return text + "\n"
