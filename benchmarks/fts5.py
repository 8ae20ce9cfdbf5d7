"""The peer: SQLite's FTS5 at its best. External content, porter, a title that weighs double, as with us;
WAL with synchronous=NORMAL; indexes on date, author and source; optimised and analysed before it is asked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from archive.model import Article

try:
    from pysqlite3 import dbapi2 as sqlite  # the one that the archive's database uses, too
except ImportError:  # where there is no wheel of it
    import sqlite3 as sqlite

VERSION = str(sqlite.sqlite_version)

_SCHEMA = """
CREATE TABLE article(
  id INTEGER PRIMARY KEY, title TEXT, body TEXT, author TEXT, source TEXT, published TEXT, year TEXT);
CREATE INDEX article_published ON article(published);
CREATE INDEX article_author ON article(author);
CREATE INDEX article_source ON article(source);
CREATE VIRTUAL TABLE words USING fts5(
  title, body, content='article', content_rowid='id', tokenize='porter unicode61');
INSERT INTO words(words, rank) VALUES('rank', 'bm25(2.0, 1.0)');
"""


class Fts5:
    """One connection to a database of articles, made where there is none."""

    def __init__(self, path: Path) -> None:
        existed = path.exists()
        self._connection = sqlite.connect(str(path))
        for pragma in ("journal_mode=wal", "synchronous=normal", "mmap_size=1073741824", "cache_size=-65536"):
            self._connection.execute(f"PRAGMA {pragma}")
        if not existed:
            self._connection.executescript(_SCHEMA)

    def add(self, articles: Iterable[Article]) -> None:
        """Write articles in one transaction."""
        rows = [_row(article) for article in articles]
        with self._connection as transaction:
            transaction.executemany("INSERT INTO article VALUES(?, ?, ?, ?, ?, ?, ?)", rows)
            texts = ((number, title, body) for number, title, body, *_ in rows)
            transaction.executemany("INSERT INTO words(rowid, title, body) VALUES(?, ?, ?)", texts)

    def optimize(self) -> None:
        """Merge the index into one segment, and let the planner know the data."""
        with self._connection as transaction:
            transaction.execute("INSERT INTO words(words) VALUES('optimize')")
        self._connection.execute("ANALYZE")

    def rows(self, sql: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return list(self._connection.execute(sql, values))

    def count(self, match: str) -> int:
        """How many articles match."""
        return int(self.rows("SELECT count(*) FROM words WHERE words MATCH ?", (match,))[0][0])

    def close(self) -> None:
        """Write what is in the log into the database, and let go of the files."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()


def _row(article: Article) -> tuple[object, ...]:
    latest = article.latest
    published = latest.published.isoformat() if latest.published else ""
    return (
        article.id,
        latest.title,
        latest.text,
        ", ".join(latest.authors),
        article.source,
        published,
        published[:4],
    )
