"""What all that writes to the database shares."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, Update, bindparam, update
from sqlalchemy.dialects.sqlite import Insert, insert

from archive.journal import EventName
from archive.model import Change, Revision


@dataclass(slots=True)
class ArticleNote:
    """What a transaction wrote of an article: versions by their numbers, addresses, entries of the change log;
    `extractors` are those that read a version again and found the same."""

    revisions: dict[int, Revision] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    extractors: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Notes:
    """What a transaction did that belongs into the journal; articles, sources and aliases by their ids. `others` are
    events that tell of nothing else that was noted: name, record, body."""

    articles: dict[int, ArticleNote] = field(default_factory=dict)
    sources: set[int] = field(default_factory=set)
    aliases: set[int] = field(default_factory=set)
    visits: set[int] = field(default_factory=set)
    others: list[tuple[EventName, str, dict[str, Any]]] = field(default_factory=list)

    def article(self, article_id: int) -> ArticleNote:
        """The note of an article, begun where there is none."""
        return self.articles.setdefault(article_id, ArticleNote())


class Writer:
    """Writes rows inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._notes = Notes()

    def _insert(self, table: Any, **columns: Any) -> int:
        result = self._connection.execute(insertion(table), columns)
        return int((result.inserted_primary_key or (0,))[0])

    def _update(self, table: Any, row_id: int, **columns: Any) -> None:
        self._connection.execute(_changing(table, tuple(columns)), {"row_id": row_id, **columns})


# To make a statement costs four times what it costs to run it, so that those of every page are made once.


@cache
def insertion(table: Any) -> Insert:
    """Puts rows into a table."""
    return insert(table)


@cache
def _changing(table: Any, names: tuple[str, ...]) -> Update:
    """Sets these columns of the row `row_id`."""
    return update(table).where(table.c.id == bindparam("row_id")).values({n: bindparam(n) for n in names})
