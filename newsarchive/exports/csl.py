"""CSL-JSON, as citeproc and Zotero read it: an array of items of the type article-newspaper. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from newsarchive.exports.names import PersonName
from newsarchive.exports.work import Work, line

ARCHIVE = "News archive"


def pieces(works: Iterable[Work]) -> Iterator[str]:
    """One array, an item a line."""
    before = "[\n"
    for work in works:
        yield before + json.dumps(item(work), ensure_ascii=False)
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


def item(work: Work) -> dict[str, Any]:
    """What CSL knows of one version of an article; what is not known is left out."""
    revision = work.revision
    fields = {
        "id": work.key,
        "type": "article-newspaper",
        "title": work.title,
        "author": [_author(name) for name in work.authors],
        "container-title": line(work.article.source),
        "section": line(revision.section),
        "issued": _date(work.published),
        "accessed": _date(work.captured),
        "URL": line(work.article.url),
        "archive": ARCHIVE,
        "archive_location": work.permalink,
        "abstract": line(revision.description),
        "keyword": ", ".join(map(line, revision.tags)),
        "language": line(revision.language),
    }
    return {name: value for name, value in fields.items() if value}


def _author(name: str | PersonName) -> dict[str, str]:
    if isinstance(name, str):
        return {"literal": name}
    parts = {"family": name.family, "given": name.given, "suffix": name.suffix}
    return {part: value for part, value in parts.items() if value}


def _date(day: date | None) -> dict[str, Any]:
    return {"date-parts": [[day.year, day.month, day.day]]} if day else {}
