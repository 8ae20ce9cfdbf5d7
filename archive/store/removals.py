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
