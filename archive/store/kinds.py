"""What is told of versions in the database beside their words: the kinds of edits and how many an article has."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from archive import schema as t
from archive.edits import judged
from archive.model import EDITS, Revision
from archive.store import rows

_BATCH = 200

_MINE = t.revision.c.article_id == bindparam("article")
_EDITS = select(func.count(), func.max(t.revision.c.captured_at)).where(_MINE, t.revision.c.kind.in_(EDITS))
_VERSIONS = select(t.revision).where(_MINE).order_by(t.revision.c.number)
_SEVERAL = (
    select(t.article.c.id)
    .where(t.article.c.latest > 1, t.article.c.id > bindparam("after"))
    .order_by(t.article.c.id)
    .limit(_BATCH)
)
_NAMES = ("kind", "words_added", "words_removed")
_JUDGED = (
    update(t.revision)
    .where(_MINE, t.revision.c.number == bindparam("version"))
    .values({name: bindparam(name) for name in _NAMES})
)
_COUNTED = (
    update(t.article)
    .where(t.article.c.id == bindparam("article"))
    .values(edits=bindparam("edits"), edited_at=bindparam("edited_at"))
)


def judge_all(connection: Connection) -> None:
    """Give every version that is there its kind: those of older databases have none."""
    after = 0
    while ids := connection.execute(_SEVERAL, {"after": after}).scalars().all():
        for article_id in ids:
            _judge_article(connection, article_id)
        after = ids[-1]


def count_edits(connection: Connection, article_id: int) -> None:
    """Write down how many edits an article has, and when the last of them was seen."""
    edits, edited_at = connection.execute(_EDITS, {"article": article_id}).one()
    connection.execute(_COUNTED, {"article": article_id, "edits": edits, "edited_at": edited_at})


def _judge_article(connection: Connection, article_id: int) -> None:
    known: Revision | None = None
    found: list[dict[str, Any]] = []
    for row in connection.execute(_VERSIONS, {"article": article_id}):
        revision = judged(known, rows.to_revision(row))
        values = {name: getattr(revision, name) for name in _NAMES}
        found.append({"article": article_id, "version": revision.number, **values})
        known = revision
    connection.execute(_JUDGED, found)
    count_edits(connection, article_id)
