"""Opening SQLite as an archive needs it: WAL, foreign keys, immediate transactions, checked versions.

Two facts decide how. SQLite before 3.51.3 has a bug by which a WAL that is reset under concurrent checkpoints
can corrupt the file (https://sqlite.org/wal.html), so a current SQLite is used where the platform has it as a
package. And a transaction that starts by reading and goes on to write fails under concurrency, so that every
writer begins with BEGIN IMMEDIATE.
"""

from __future__ import annotations

import contextlib
import importlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from archive import schema
from archive.errors import NewerArchive, StoreError

APPLICATION_ID = 0x4E415243
"""`NARC` in the header of the file (PRAGMA application_id)."""

_BUSY_SECONDS = 10


def _driver() -> ModuleType:
    """The newest SQLite there is: that of the package pysqlite3 (Linux), else the standard library's."""
    with contextlib.suppress(ImportError):
        return importlib.import_module("pysqlite3.dbapi2")
    return sqlite3


def open_database(database_url: str, *, readonly: bool) -> Engine:
    """The engine of an archive's database, created and migrated unless `readonly`."""
    path = _path(database_url)
    if not readonly:
        path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(database_url, module=_driver(), connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _read_only_connection if readonly else _connection)
    event.listen(engine, "begin", _begin)
    try:
        if readonly:
            _check(engine, path)
        else:
            _migrate(engine, path)
    except DatabaseError as error:
        engine.dispose()
        raise StoreError(f"{path} cannot be used as an archive's database: {error.orig}.") from error
    except StoreError:
        engine.dispose()
        raise
    return engine


@contextmanager
def begin_immediate(engine: Engine) -> Iterator[Connection]:
    """A connection inside BEGIN IMMEDIATE, committed at the end, rolled back on an error."""
    with engine.connect() as plain:
        connection = plain.execution_options(immediate=True)
        with connection.begin():
            yield connection


def _path(database_url: str) -> Path:
    try:
        url = make_url(database_url)
    except ArgumentError as error:
        raise StoreError(
            f"The database {database_url!r} is not a URL; write sqlite:////path/archive.db."
        ) from error
    if url.get_backend_name() != "sqlite" or not url.database:
        raise StoreError(
            f"The database {database_url!r} is not a file of SQLite; write sqlite:////path/archive.db."
        )
    return Path(url.database)


def _connection(raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # transactions are begun by _begin, not by the driver
    for pragma in ("journal_mode=wal", "synchronous=normal", "foreign_keys=on", "trusted_schema=off"):
        raw.execute(f"PRAGMA {pragma}")


def _read_only_connection(raw: Any, record: Any) -> None:
    _connection(raw, record)
    raw.execute("PRAGMA query_only=on")


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _migrate(engine: Engine, path: Path) -> None:
    if _version(engine, path) == len(schema.MIGRATIONS):
        return
    with begin_immediate(engine) as connection:
        version = _pragma(connection, "user_version")
        for statement in schema.statements(version):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version={len(schema.MIGRATIONS)}")


def _check(engine: Engine, path: Path) -> None:
    if _version(engine, path) < len(schema.MIGRATIONS):
        raise StoreError(
            f"{path} was written by an older version; any command that writes brings it up to date."
        )


def _version(engine: Engine, path: Path) -> int:
    with engine.connect() as connection:
        version = _pragma(connection, "user_version")
        owner = _pragma(connection, "application_id")
        tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar_one()
    if owner != APPLICATION_ID and (owner or tables):
        raise StoreError(f"{path} is a database of another program; it is left untouched.")
    if version > len(schema.MIGRATIONS):
        raise NewerArchive(f"{path} was written by a newer version of newsarchive; upgrade to open it.")
    return version


def _pragma(connection: Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())
