"""Opening SQLite as an archive needs it: WAL, foreign keys, immediate transactions, checked versions.

Two facts decide how. SQLite before 3.51.3 has a bug by which a WAL that is reset under concurrent checkpoints
can corrupt the file (https://sqlite.org/wal.html), so a current SQLite is used where the platform has it as a
package. And a transaction that starts by reading and goes on to write fails under concurrency, so that every
writer begins with BEGIN IMMEDIATE.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event

from archive import schema
from archive.errors import DiskFull, NewerArchive, StoreError
from archive.store.driver import BUSY_SECONDS, driver
from archive.store.kinds import judge_all
from archive.store.snapshot import copy_database

log = logging.getLogger(__name__)

APPLICATION_ID = 0x4E415243
"""`NARC` in the header of the file (PRAGMA application_id)."""

_RETRY_SECONDS = 0.02
_LEAST_FREE = 1 << 18
_KINDS_SINCE = 3
"""The version of the schema since which each version of an article has its kind."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What was done to a database of an older version: from which version of the schema to which, and where the
    database stands as it was before."""

    before: int
    now: int
    copy: Path


def open_database(database_url: str, *, readonly: bool) -> tuple[Engine, Upgrade | None]:
    """The engine of an archive's database, created and migrated unless `readonly`, and what migrating did."""
    path = database_path(database_url)
    version = _version(path)
    if readonly:
        _refuse_to_migrate(path, version)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, module=driver(), connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _read_only_connection if readonly else _connection)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", partial(_refused, path))
    upgrade = None
    if version < len(schema.MIGRATIONS):
        try:
            upgrade = _migrate(engine, path)
        except StoreError:
            engine.dispose()
            raise
    return engine, upgrade


@contextmanager
def begin_immediate(engine: Engine) -> Iterator[Connection]:
    """A connection inside BEGIN IMMEDIATE, committed at the end, rolled back on an error."""
    with engine.connect() as plain:
        connection = plain.execution_options(immediate=True)
        with connection.begin():
            yield connection


def compact(engine: Engine) -> None:
    """Write a database anew without what is in no table any more, and empty its log. Where somebody reads an old
    state of it for longer than one waits, the log is emptied by whoever writes next."""
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("VACUUM")
        deadline = time.monotonic() + BUSY_SECONDS
        while raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] and time.monotonic() < deadline:
            time.sleep(_RETRY_SECONDS)


def database_path(database_url: str) -> Path:
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
    if not isinstance(said, driver().Error):
        return None
    kind = DiskFull if _is_full(path, str(said)) else StoreError
    return kind(f"{path} cannot be used: {said}.")


def _is_full(path: Path, said: str) -> bool:
    """SQLite does not always say so: where the file beside its log cannot grow, it reports any other I/O error."""
    if "disk is full" in said:
        return True
    return "disk I/O error" in said and shutil.disk_usage(path.parent).free < _LEAST_FREE


def _connection(raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # transactions are begun by _begin, not by the driver
    _write_ahead(raw)
    for pragma in ("synchronous=normal", "foreign_keys=on", "trusted_schema=off"):
        raw.execute(f"PRAGMA {pragma}")


def _write_ahead(raw: Any) -> None:
    """Switch to WAL, which a file remembers. SQLite does not wait for others here, as it does elsewhere: two who
    open a new file at once would see it locked."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            raw.execute("PRAGMA journal_mode=wal")
        except driver().OperationalError:
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


def _migrate(engine: Engine, path: Path) -> Upgrade | None:
    """Lift a database to the newest schema in one transaction; where it holds anything, a copy is made before. None
    where there was nothing to lift, or another process has just done it."""
    newest = len(schema.MIGRATIONS)
    with begin_immediate(engine) as connection:
        version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        copy = path.with_name(
            f"{path.name}.version-{version}.{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}"
        )
        if 0 < version < newest:
            copy_database(path, copy)  # nobody else can write now; what is copied is what is lifted
        for statement in schema.statements(version):
            connection.exec_driver_sql(statement)
        if 0 < version < _KINDS_SINCE:
            judge_all(connection)
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version={newest}")
    if not 0 < version < newest:
        return None
    log.warning(
        "%s was of version %d and is of version %d now; as it was before it stands in %s",
        path, version, newest, copy.name,
    )  # fmt: skip
    return Upgrade(version, newest, copy)


def _refuse_to_migrate(path: Path, version: int) -> None:
    if not path.exists():
        raise StoreError(f"There is no archive at {path} yet.")
    if version < len(schema.MIGRATIONS):
        raise StoreError(
            f"{path} was written by an older version; `newsarchive upgrade` brings it up to date."
        )


def _version(path: Path) -> int:
    """The version of the schema in a file, 0 where there is none. Only looks: to set WAL, as every other
    connection does, would change the file of another program."""
    if not path.exists():
        return 0
    sqlite = driver()
    try:
        with contextlib.closing(sqlite.connect(str(path), timeout=BUSY_SECONDS)) as raw:
            raw.execute("PRAGMA query_only=on")
            raw.isolation_level = None
            raw.execute("BEGIN")  # one state of the file, whoever may be making its tables just now
            (tables,) = raw.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            (version,) = raw.execute("PRAGMA user_version").fetchone()
            (owner,) = raw.execute("PRAGMA application_id").fetchone()
    except sqlite.Error as error:
        raise StoreError(f"{path} cannot be used as an archive's database: {error}.") from error
    if owner != APPLICATION_ID and (owner or tables):
        raise StoreError(f"{path} is a database of another program; it is left untouched.")
    if version > len(schema.MIGRATIONS):
        raise NewerArchive(f"{path} was written by a newer version of newsarchive; upgrade to open it.")
    return int(version)
