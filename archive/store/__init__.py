"""The only database. `Reader` answers questions, `Transaction` changes things, `Store` hands out both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from archive.schema import MIGRATIONS
from archive.store.database import Upgrade, begin_immediate, compact, database_path, open_database
from archive.store.excerpt_reader import Span
from archive.store.exchange import exchange_database, is_sound, remove_database, sync_log
from archive.store.reader import Reader
from archive.store.snapshot import copy_database
from archive.store.transaction import Transaction

__all__ = [
    "Reader",
    "Span",
    "Store",
    "Transaction",
    "Upgrade",
    "copy_database",
    "database_path",
    "exchange_database",
    "is_sound",
    "remove_database",
]


class Store(Reader):
    """The database of one archive; safe to share between threads.

    `readonly` is for those who only look: every attempt to write fails. StoreError where the file is not
    ours, NewerArchive where it was written by a newer version; both leave it untouched. One of an older version is
    lifted to this one, after a copy was put beside it: `upgraded` says so.
    """

    def __init__(self, database_url: str, *, readonly: bool = False) -> None:
        engine, self.upgraded = open_database(database_url, readonly=readonly)
        self.version = len(MIGRATIONS)
        self._path = database_path(database_url)
        super().__init__(engine)

    @contextmanager
    def transaction(self, *, journalled: bool = False) -> Iterator[Transaction]:
        """All or nothing: committed at the end of the block, rolled back where it raises. What it does to articles
        and sources is remembered for the journal, unless it is `journalled` within; until it is told there, nothing
        but the database has it, so that this is on the disk when the block has ended."""
        left = False
        with begin_immediate(self._engine) as connection:
            transaction = Transaction(connection)
            yield transaction
            if not journalled:
                left = transaction.leave_for_later()
        if left:
            sync_log(self._path)

    def compact(self) -> None:
        """Leave nothing in the file, or in its log, that is in no table any more."""
        compact(self._engine)

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
