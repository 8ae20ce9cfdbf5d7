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
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event

from archive import schema
from archive.errors import NewerArchive, StoreError

APPLICATION_ID = 0x4E415243
"""`NARC` in the header of the file (PRAGMA application_id)."""

_BUSY_SECONDS = 10
_RETRY_SECONDS = 0.02


def _driver() -> ModuleType:
    """The newest SQLite there is: that of the package pysqlite3 (Linux), else the standard library's."""
    with contextlib.suppress(ImportError):
        return importlib.import_module("pysqlite3.dbapi2")
    return sqlite3


def open_database(database_url: str, *, readonly: bool) -> Engine:
    """The engine of an archive's database, created and migrated unless `readonly`."""
    path = _path(database_url)
    version = _version(path)
    if readonly:
        _refuse_to_migrate(path, version)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, module=_driver(), connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _read_only_connection if readonly else _connection)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", partial(_refused, path))
    if version < len(schema.MIGRATIONS):
        try:
            _migrate(engine)
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
    """The file of a URL; all behind the slashes is its path, which may have `?` and `%` in it."""
    scheme, _, path = database_url.partition("://")
    if scheme != "sqlite" or not path.startswith("/") or path in ("/", "/:memory:"):
        raise StoreError(
            f"The database {scheme}:... is not a file of SQLite; write sqlite:////path/archive.db."
        )
    return Path(path[1:])


def _refused(path: Path, context: ExceptionContext) -> StoreError | None:
    """What SQLite says -> an error of the archive; a mistake of the program stays what it is."""
    said = context.original_exception
    return StoreError(f"{path} cannot be used: {said}.") if isinstance(said, _driver().Error) else None


def _connection(raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # transactions are begun by _begin, not by the driver
    _write_ahead(raw)
    for pragma in ("synchronous=normal", "foreign_keys=on", "trusted_schema=off"):
        raw.execute(f"PRAGMA {pragma}")


def _write_ahead(raw: Any) -> None:
    """Switch to WAL, which a file remembers. SQLite does not wait for others here, as it does elsewhere: two who
    open a new file at once would see it locked."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            raw.execute("PRAGMA journal_mode=wal")
        except _driver().OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_SECONDS)
        else:
            return


def _read_only_connection(raw: Any, record: Any) -> None:
    _connection(raw, record)
    raw.execute("PRAGMA query_only=on")


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _migrate(engine: Engine) -> None:
    with begin_immediate(engine) as connection:
        version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        for statement in schema.statements(version):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version={len(schema.MIGRATIONS)}")


def _refuse_to_migrate(path: Path, version: int) -> None:
    if not path.exists():
        raise StoreError(f"There is no archive at {path} yet.")
    if version < len(schema.MIGRATIONS):
        raise StoreError(
            f"{path} was written by an older version; any command that writes brings it up to date."
        )


def _version(path: Path) -> int:
    """The version of the schema in a file, 0 where there is none. Only looks: to set WAL, as every other
    connection does, would change the file of another program."""
    if not path.exists():
        return 0
    driver = _driver()
    try:
        with contextlib.closing(driver.connect(str(path), timeout=_BUSY_SECONDS)) as raw:
            raw.execute("PRAGMA query_only=on")
            raw.isolation_level = None
            raw.execute("BEGIN")  # one state of the file, whoever may be making its tables just now
            (tables,) = raw.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            (version,) = raw.execute("PRAGMA user_version").fetchone()
            (owner,) = raw.execute("PRAGMA application_id").fetchone()
    except driver.Error as error:
        raise StoreError(f"{path} cannot be used as an archive's database: {error}.") from error
    if owner != APPLICATION_ID and (owner or tables):
        raise StoreError(f"{path} is a database of another program; it is left untouched.")
    if version > len(schema.MIGRATIONS):
        raise NewerArchive(f"{path} was written by a newer version of newsarchive; upgrade to open it.")
    return int(version)
