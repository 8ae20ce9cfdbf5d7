"""What can be changed, inside one transaction. Nothing is ever deleted, but articles by request: a removed source
keeps its own."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import Any, cast

from sqlalchemy import Connection, Engine

from archive.store.author_writer import AuthorWriter
from archive.store.imports import ImportWriter
from archive.store.journal_reader import JournalReader
from archive.store.reader import Reader
from archive.store.removing import RemovalWriter
from archive.store.requisite_writer import RequisiteWriter
from archive.store.source_writer import SourceOptions, SourceSettings, SourceWriter
from archive.store.story_writer import StoryWriter

__all__ = ["SourceOptions", "SourceSettings", "Transaction"]


class Transaction(
    SourceWriter, AuthorWriter, RequisiteWriter, RemovalWriter, StoryWriter, ImportWriter, JournalReader
):
    """An open transaction; see `Store.transaction`."""

    @cached_property
    def reader(self) -> Reader:
        """Answers with what was written in this transaction, before anybody else knows it."""
        return Reader(cast("Engine", _Within(self._connection)))


class _Within:
    """What a reader wants of an engine, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def connect(self) -> AbstractContextManager[Any]:
        """The one connection, which stays open."""
        return nullcontext(self._connection)
