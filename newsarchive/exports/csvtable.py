"""CSV (RFC 4180) for spreadsheets and statistics: an article a row, with its text. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator

from archive.isodate import iso_date
from newsarchive.exports.work import Work, prose
from newsarchive.formulas import guarded

_BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of its machine; every other reader skips it."""

Cell = str | int | None

COLUMNS: dict[str, Callable[[Work], Cell]] = {
    "id": lambda work: work.article.id,
    "title": lambda work: work.revision.title,
    "authors": lambda work: "; ".join(work.revision.authors),
    "published": lambda work: iso_date(work.revision.published, day_only=work.revision.published_day_only),
    "published_from": lambda work: work.revision.published_from,
    "modified": lambda work: iso_date(work.revision.modified),
    "source": lambda work: work.article.source,
    "section": lambda work: work.revision.section,
    "tags": lambda work: "; ".join(work.revision.tags),
    "language": lambda work: work.revision.language,
    "url": lambda work: work.article.url,
    "archived": lambda work: work.permalink,
    "revision": lambda work: work.revision.number,
    "captured_at": lambda work: iso_date(work.revision.captured_at),
    "first_seen": lambda work: iso_date(work.article.first_seen),
    "last_seen": lambda work: iso_date(work.article.last_seen),
    "gone": lambda work: iso_date(work.article.gone_at),
    "description": lambda work: work.revision.description,
    "body": lambda work: work.revision.text,
}
"""The columns in their order, and what stands in them."""


def pieces(works: Iterable[Work]) -> Iterator[str]:
    """The line of column names, then a row for each."""
    yield _BYTE_ORDER_MARK + _row(COLUMNS)
    for work in works:
        yield _row(cell(work) for cell in COLUMNS.values())


def _row(cells: Iterable[Cell]) -> str:
    row = io.StringIO()
    csv.writer(row, lineterminator="\r\n").writerow(map(_written, cells))
    return row.getvalue()


def _written(cell: Cell) -> Cell:
    return guarded(prose(cell)) if isinstance(cell, str) else cell
