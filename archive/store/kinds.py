"""What is told of the versions of an article beside their words: the kinds of edits, and what they come to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from archive import schema as t
from archive.edits import earlier_titles, judged
from archive.model import EDITS, Revision
from archive.store import rows

_BATCH = 200

_MINE = t.revision.c.article_id == bindparam("article")
_HISTORY = (
    select(t.revision.c.title, t.revision.c.kind, t.revision.c.captured_at)
    .where(_MINE)
    .order_by(t.revision.c.number)
)
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


def judge_all(connection: Connection) -> None:
    """Give every version that is there its kind: those of older databases have none."""
    after = 0
    while ids := connection.execute(_SEVERAL, {"after": after}).scalars().all():
        for article_id in ids:
            _judge_article(connection, article_id)
        after = ids[-1]


def sum_up(connection: Connection, article_id: int) -> None:
    """Write down what the versions of an article come to: how many edits, when the last was seen, which headlines."""
    history = connection.execute(_HISTORY, {"article": article_id}).all()
    edits = [version.captured_at for version in history if version.kind in EDITS]
    summary = {
        "edits": len(edits),
        "edited_at": max(edits, default=None),
        "earlier_titles": earlier_titles([(version.title, version.kind) for version in history]),
    }
    connection.execute(update(t.article).where(t.article.c.id == article_id).values(**summary))


def _judge_article(connection: Connection, article_id: int) -> None:
    known: Revision | None = None
    found: list[dict[str, Any]] = []
    for row in connection.execute(_VERSIONS, {"article": article_id}):
        revision = judged(known, rows.to_revision(row))
        values = {name: getattr(revision, name) for name in _NAMES}
        found.append({"article": article_id, "version": revision.number, **values})
        known = revision
    connection.execute(_JUDGED, found)
    sum_up(connection, article_id)
