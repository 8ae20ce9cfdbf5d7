"""What was taken out by request: which articles, when and why."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, select

from archive import schema as t
from archive.model import Removal
from archive.store.source_reader import Queries

_REMOVALS = (
    select(t.removal, t.article.c.source_id, t.article.c.url, t.article.c.first_seen, t.source.c.name)
    .join(t.article, t.article.c.id == t.removal.c.article_id)
    .join(t.source, t.source.c.id == t.article.c.source_id)
)
_REMOVAL = _REMOVALS.where(t.removal.c.article_id == bindparam("id"))
_AT = (
    select(t.removal.c.article_id)
    .join(t.address, t.address.c.article_id == t.removal.c.article_id)
    .where(t.address.c.identity.in_(bindparam("identities", expanding=True)))
    .limit(1)
)
_REMOVED_ADDRESSES = select(t.address.c.identity).join(
    t.removal, t.removal.c.article_id == t.address.c.article_id
)
_KNOWN_AS = (
    select(t.address.c.identity).where(t.address.c.article_id == bindparam("id")),
    select(t.visit.c.identity).where(t.visit.c.article_id == bindparam("id")),
)
_READ_FROM = (
    select(t.revision.c.article_id)
    .join(t.capture, t.capture.c.id == t.revision.c.capture_id)
    .where(t.capture.c.record_id == bindparam("record"))
    .distinct()
)
_MINE = select(t.capture.c.id).where(t.capture.c.record_id.in_(bindparam("mine", expanding=True)))
_OF_OTHERS = select(t.requisite.c.resource_id).where(
    t.requisite.c.resource_id.is_not(None), t.requisite.c.capture_id.not_in(_MINE)
)
_PARTS = select(t.capture.c.record_id, t.capture.c.file).where(
    t.capture.c.id.in_(select(t.requisite.c.resource_id).where(t.requisite.c.capture_id.in_(_MINE))),
    t.capture.c.id.not_in(_OF_OTHERS),
)


class RemovalReader(Queries):
    """Reads what was removed."""

    def removal(self, article_id: int) -> Removal | None:
        """What is told of a removed article, None where none of that id was removed."""
        row = self._first(_REMOVAL, id=article_id)
        return row and _to_removal(row)

    def removals(self) -> list[Removal]:
        """All that was removed, the newest first."""
        query = _REMOVALS.order_by(t.removal.c.at.desc(), t.removal.c.article_id.desc())
        return [_to_removal(row) for row in self._all(query)]

    def removed_addresses(self) -> frozenset[str]:
        """The canonical URLs of all that was removed."""
        return frozenset(row.identity for row in self._all(_REMOVED_ADDRESSES))

    def known_as(self, article_id: int) -> set[str]:
        """The canonical URLs of an article: those of itself and those that led to it."""
        return {row.identity for query in _KNOWN_AS for row in self._all(query, id=article_id)}

    def articles_read_from(self, record_id: str) -> list[int]:
        """The articles that have a version which was read from a WARC record."""
        return [row.article_id for row in self._all(_READ_FROM, record=record_id)]

    def parts_only_of(self, record_ids: Collection[str]) -> dict[str, str]:
        """Record -> WARC file of the style sheets and pictures that these captures are drawn with, and no others."""
        return {row.record_id: row.file for row in self._all(_PARTS, mine=list(record_ids))}

    def records_to_cut(self) -> dict[str, dict[str, int]]:
        """WARC file -> the records that are still to be cut out of it, each with the article for whose sake."""
        left: dict[str, dict[str, int]] = {}
        for row in self._all(select(t.removal_record).order_by(t.removal_record.c.file)):
            left.setdefault(row.file, {})[row.record_id] = row.article_id
        return left

    def swaps(self) -> list[str]:
        """The WARC files that are being exchanged for cut ones."""
        return [row.file for row in self._all(select(t.removal_swap))]

    def is_removed(self, identities: Collection[str]) -> bool:
        """Whether a removed article is known under any of these canonical URLs: it must not be taken in again."""
        return self._first(_AT, identities=list(identities)) is not None


def _to_removal(row: Any) -> Removal:
    return Removal(
        article_id=row.article_id,
        source_id=row.source_id,
        source=row.name,
        url=row.url,
        first_seen=row.first_seen,
        at=row.at,
        reason=row.reason,
        versions=row.versions,
        finished_at=row.finished_at,
    )
