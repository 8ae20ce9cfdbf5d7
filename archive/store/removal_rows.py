"""The rows of a removal, as they are written when it is asked for and when the journal tells of it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from archive import schema as t
from archive.model import RemovedVersion


def empty_article(connection: Connection, article_id: int) -> None:
    """Leave of an article that it was there: its number, its source, its addresses, when it was seen."""
    connection.execute(delete(t.revision).where(t.revision.c.article_id == article_id))
    nothing = {"latest": 0, "text_digest": "", "edits": 0, "edited_at": None, "earlier_titles": ()}
    connection.execute(update(t.article).where(t.article.c.id == article_id).values(**nothing))
    addresses = select(t.address.c.identity).where(t.address.c.article_id == article_id)
    mine = or_(t.visit.c.article_id == article_id, t.visit.c.identity.in_(addresses))
    forgotten = {"hint": "{}", "due_at": None, "etag": None, "last_modified": None, "body_digest": ""}
    connection.execute(update(t.visit).where(mine).values(**forgotten))


def put_removal(
    connection: Connection,
    article_id: int,
    at: datetime,
    reason: str,
    versions: tuple[RemovedVersion, ...],
    records: Mapping[str, str],
) -> None:
    """Write down that, when and why; and what is still to be cut out of which WARC file."""
    told = {"at": at, "reason": reason, "versions": versions, "finished_at": None}
    statement = insert(t.removal).values(article_id=article_id, **told)
    connection.execute(statement.on_conflict_do_update(index_elements=["article_id"], set_=told))
    if records:
        rows = [{"record_id": key, "article_id": article_id, "file": file} for key, file in records.items()]
        connection.execute(insert(t.removal_record).on_conflict_do_nothing(), rows)
