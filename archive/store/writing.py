"""What all that writes to the database shares."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, Update, bindparam, update
from sqlalchemy.dialects.sqlite import Insert, insert


class Writer:
    """Writes rows inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

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
