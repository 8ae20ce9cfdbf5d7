"""Tables and migrations of the archive's database.

The migrations are an append-only list: its length is the version of the schema. A statement that has been
released is never edited; a change of the tables is a new migration. Instants are text in UTC with a fixed
width, so that their order as text is their order in time. Tables are STRICT: a wrong type is an error.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Float, Integer, LargeBinary, MetaData, Table, Text, TypeDecorator
from sqlalchemy.engine import Dialect

from archive.model import Credit, Evidence, RemovedVersion, Rules

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE source (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE, url TEXT NOT NULL, identity TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL, interval_seconds INTEGER NOT NULL, min_delay REAL, paused INTEGER NOT NULL,
            added_at TEXT NOT NULL, due_at TEXT NOT NULL, last_crawl_at TEXT, last_success_at TEXT,
            last_error TEXT, removed_at TEXT) STRICT""",
        """CREATE TABLE capture (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            url TEXT NOT NULL, captured_at TEXT NOT NULL, status INTEGER NOT NULL,
            media_type TEXT NOT NULL, payload_digest TEXT NOT NULL, file TEXT NOT NULL, "offset" INTEGER NOT NULL,
            length INTEGER NOT NULL, record_id TEXT NOT NULL UNIQUE, UNIQUE (file, "offset")) STRICT""",
        "CREATE INDEX capture_by_url ON capture (url, status)",
        """CREATE TABLE article (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            source_id INTEGER NOT NULL REFERENCES source (id), url TEXT NOT NULL,
            first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, gone_at TEXT, latest INTEGER NOT NULL,
            text_digest TEXT NOT NULL) STRICT""",
        "CREATE INDEX article_by_text ON article (source_id, text_digest)",
        """CREATE TABLE address (
            identity TEXT NOT NULL PRIMARY KEY, article_id INTEGER NOT NULL REFERENCES article (id)) STRICT""",
        """CREATE TABLE revision (
            article_id INTEGER NOT NULL REFERENCES article (id), number INTEGER NOT NULL,
            capture_id INTEGER NOT NULL REFERENCES capture (id), captured_at TEXT NOT NULL, title TEXT NOT NULL,
            authors TEXT NOT NULL, published TEXT, published_day_only INTEGER NOT NULL,
            published_from TEXT NOT NULL, modified TEXT, section TEXT NOT NULL, tags TEXT NOT NULL,
            language TEXT NOT NULL, image TEXT NOT NULL, description TEXT NOT NULL, "text" TEXT NOT NULL,
            content_digest TEXT NOT NULL, PRIMARY KEY (article_id, number)) STRICT""",
        """CREATE TABLE change (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            article_id INTEGER NOT NULL REFERENCES article (id), action TEXT NOT NULL,
            at TEXT NOT NULL) STRICT""",
        """CREATE TABLE visit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            source_id INTEGER NOT NULL REFERENCES source (id), url TEXT NOT NULL,
            identity TEXT NOT NULL, role TEXT NOT NULL, due_at TEXT, found_at TEXT NOT NULL,
            hint TEXT NOT NULL, etag TEXT, last_modified TEXT, body_digest TEXT NOT NULL,
            visited_at TEXT, status INTEGER, failures INTEGER NOT NULL, article_id INTEGER REFERENCES article (id),
            UNIQUE (source_id, identity)) STRICT""",
        "CREATE INDEX visit_by_due ON visit (source_id, due_at)",
        "CREATE INDEX visit_by_identity ON visit (identity)",
        """CREATE TABLE robots (
            host TEXT NOT NULL PRIMARY KEY, fetched_at TEXT NOT NULL, status INTEGER, body BLOB NOT NULL) STRICT""",
        """CREATE TABLE failure (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            source_id INTEGER NOT NULL REFERENCES source (id), url TEXT NOT NULL, at TEXT NOT NULL,
            cause TEXT NOT NULL, message TEXT NOT NULL) STRICT""",
        "CREATE INDEX failure_by_source ON failure (source_id, id)",
    ),
    (
        "ALTER TABLE source ADD COLUMN adaptive INTEGER NOT NULL DEFAULT 0",
        # Until now a source either had the default interval, which nobody chose, or one that somebody did.
        "UPDATE source SET adaptive = 1 WHERE interval_seconds = 1800",
        "ALTER TABLE source ADD COLUMN revisit_ages TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE source ADD COLUMN backfill_since TEXT",
        "ALTER TABLE source ADD COLUMN collections TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE source ADD COLUMN rules TEXT NOT NULL DEFAULT '{}'",
        "ALTER TABLE visit ADD COLUMN changed_at TEXT",
        "ALTER TABLE revision ADD COLUMN extractor INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE revision ADD COLUMN unread TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX revision_unread ON revision (article_id) WHERE unread <> ''",
        "CREATE INDEX article_by_source ON article (source_id, first_seen)",
        "CREATE INDEX failure_by_time ON failure (source_id, at)",
        "DROP TABLE robots",  # a cache: each host is asked again
        """CREATE TABLE robots (
            host TEXT NOT NULL PRIMARY KEY, due_at TEXT NOT NULL, fetched_at TEXT, status INTEGER,
            body BLOB NOT NULL, failures INTEGER NOT NULL, failing_since TEXT, failure TEXT NOT NULL,
            message TEXT NOT NULL) STRICT""",
    ),
    (
        """CREATE TABLE removal (
            article_id INTEGER PRIMARY KEY REFERENCES article (id), at TEXT NOT NULL, reason TEXT NOT NULL,
            versions TEXT NOT NULL, finished_at TEXT) STRICT""",
        # What is still to be cut out of the WARC files, and the file that is just being exchanged for a cut one.
        """CREATE TABLE removal_record (
            record_id TEXT NOT NULL PRIMARY KEY, article_id INTEGER NOT NULL REFERENCES removal (article_id),
            file TEXT NOT NULL) STRICT""",
        "CREATE TABLE removal_swap (file TEXT NOT NULL PRIMARY KEY) STRICT",
        "ALTER TABLE revision ADD COLUMN kind TEXT NOT NULL DEFAULT 'first'",
        "ALTER TABLE revision ADD COLUMN words_added INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE revision ADD COLUMN words_removed INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE article ADD COLUMN edits INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE article ADD COLUMN edited_at TEXT",
        "CREATE INDEX revision_by_time ON revision (captured_at, kind, article_id, number) WHERE number > 1",
        """CREATE INDEX change_by_fate ON change (at, action, article_id)
            WHERE action IN ('gone', 'back')""",
        """CREATE INDEX change_of_article ON change (article_id, sequence)
            WHERE action IN ('gone', 'back')""",
        "ALTER TABLE article ADD COLUMN earlier_titles TEXT NOT NULL DEFAULT '[]'",
        """CREATE TABLE likeness (
            article_id INTEGER PRIMARY KEY REFERENCES article (id), story INTEGER NOT NULL, moved_at INTEGER NOT NULL,
            shingles INTEGER NOT NULL, minima BLOB NOT NULL) STRICT""",
        "CREATE INDEX likeness_by_story ON likeness (story)",
        "CREATE INDEX likeness_by_move ON likeness (moved_at)",
        """CREATE TABLE likeness_band (
            band INTEGER NOT NULL, article_id INTEGER NOT NULL,
            PRIMARY KEY (band, article_id)) WITHOUT ROWID, STRICT""",
        "CREATE TABLE grouping (sequence INTEGER NOT NULL) STRICT",
        "INSERT INTO grouping VALUES (0)",
        "ALTER TABLE capture ADD COLUMN kind TEXT NOT NULL DEFAULT 'response'",
        # What was a reference to an earlier capture: a 304, or the payload that its address had before.
        """UPDATE capture SET kind = 'revisit' WHERE status = 304 OR (status = 200 AND EXISTS (
            SELECT 1 FROM capture AS earlier WHERE earlier.url = capture.url AND earlier.status = 200
            AND earlier.payload_digest = capture.payload_digest AND earlier.id < capture.id))""",
        """CREATE TABLE warc_file (
            name TEXT NOT NULL PRIMARY KEY, "end" INTEGER NOT NULL, sealed_at TEXT, bytes INTEGER,
            sha256 TEXT) STRICT""",
        'INSERT INTO warc_file (name, "end") SELECT file, max("offset" + length) FROM capture GROUP BY file',
        # How far a file of others was taken in, by its bytes and by what of it was wanted.
        """CREATE TABLE import (
            digest TEXT NOT NULL, wanted TEXT NOT NULL, name TEXT NOT NULL, record_id TEXT NOT NULL,
            begun_at TEXT NOT NULL, ended_at TEXT, entry TEXT NOT NULL, "offset" INTEGER NOT NULL,
            inside INTEGER NOT NULL, after_capture INTEGER NOT NULL, PRIMARY KEY (digest, wanted)) STRICT""",
        # Captures that are kept, and whose pages are still to be read.
        """CREATE TABLE unread_capture (
            capture_id INTEGER PRIMARY KEY REFERENCES capture (id), captured_at TEXT NOT NULL,
            source_id INTEGER REFERENCES source (id), hint TEXT NOT NULL) STRICT""",
        "CREATE INDEX unread_capture_by_time ON unread_capture (captured_at, capture_id)",
        # Which archive this is, how many events its journal has, and whether that began with all that there was.
        """CREATE TABLE journal (
            id INTEGER PRIMARY KEY CHECK (id = 1), archive TEXT NOT NULL, number INTEGER NOT NULL,
            complete INTEGER NOT NULL) STRICT""",
        "INSERT INTO journal VALUES (1, lower(hex(randomblob(16))), 0, 0)",
        # What is still to be written into the journal: what was there before it, and what changed beside a crawl.
        """CREATE TABLE unjournalled (
            kind TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID, STRICT""",
        "INSERT INTO unjournalled SELECT 'source', id FROM source UNION ALL SELECT 'article', id FROM article",
        "CREATE INDEX visit_by_article ON visit (article_id) WHERE article_id IS NOT NULL",
        "CREATE INDEX capture_by_time ON capture (url, captured_at)",
        "CREATE INDEX revision_by_capture ON revision (capture_id)",
        "ALTER TABLE source ADD COLUMN requisites TEXT",
        # What a captured page is drawn with; without a resource while that is still to be asked for.
        """CREATE TABLE requisite (
            capture_id INTEGER NOT NULL REFERENCES capture (id) ON DELETE CASCADE, url TEXT NOT NULL,
            resource_id INTEGER REFERENCES capture (id) ON DELETE SET NULL,
            PRIMARY KEY (capture_id, url)) WITHOUT ROWID, STRICT""",
        "CREATE INDEX requisite_wanted ON requisite (url) WHERE resource_id IS NULL",
        "CREATE INDEX requisite_by_resource ON requisite (resource_id)",
    ),
    (
        "ALTER TABLE revision ADD COLUMN credits TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE revision ADD COLUMN layout TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE revision ADD COLUMN page_kind TEXT NOT NULL DEFAULT 'article'",
        "ALTER TABLE revision ADD COLUMN free INTEGER",
        "ALTER TABLE revision ADD COLUMN evidence TEXT NOT NULL DEFAULT '[]'",
        # What the pages of a source have in common. It follows from them, and is made anew where it is missing.
        """CREATE TABLE learnt (
            source_id INTEGER PRIMARY KEY REFERENCES source (id), generation INTEGER NOT NULL, lines BLOB NOT NULL,
            rest TEXT NOT NULL) STRICT""",
    ),
    (
        # What a person says of spellings of names; a spelling that stands for itself is one that was taken back.
        """CREATE TABLE author_alias (
            id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, spelling TEXT NOT NULL,
            name TEXT NOT NULL, at TEXT NOT NULL) STRICT""",
    ),
)


def statements(version: int) -> list[str]:
    """The statements that lift a database from `version` to the newest schema."""
    return [ddl for migration in MIGRATIONS[version:] for ddl in migration]


class UtcInstant(TypeDecorator[datetime]):
    """An aware datetime kept as fixed-width UTC text: 2026-11-23T13:00:00.000000Z."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Text of an instant; ValueError for a naive one, which would be a bug."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """The instant of a text."""
        return None if value is None else datetime.fromisoformat(value)


class ZonedInstant(TypeDecorator[datetime]):
    """An aware datetime kept as ISO 8601 text with the offset that the page gave."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Text of an instant with its offset; ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """The instant of a text."""
        return None if value is None else datetime.fromisoformat(value)


class Flag(TypeDecorator[bool]):
    """A bool kept as 0 or 1, as STRICT tables want it."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        """0 or 1."""
        return None if value is None else int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        """True or False."""
        return None if value is None else bool(value)


class Words(TypeDecorator[tuple[str, ...]]):
    """A tuple of strings kept as a JSON array in text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:
        """JSON of the strings."""
        return json.dumps(list(value or ()), ensure_ascii=False)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:
        """The strings of the JSON."""
        return tuple(json.loads(value))


class Records(TypeDecorator[tuple[Any, ...]]):
    """A tuple of flat records of one kind kept as JSON in text: an array for each, with its fields in their order."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[Any]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: tuple[Any, ...] | None, dialect: Dialect) -> str:
        """JSON of the records."""
        names = [field.name for field in fields(self.kind)]
        return json.dumps([[getattr(one, name) for name in names] for one in value or ()], ensure_ascii=False)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Any, ...]:
        """The records of the JSON."""
        return tuple(self.kind(*one) for one in json.loads(value)) if value != "[]" else ()


class Durations(TypeDecorator[tuple[timedelta, ...]]):
    """A tuple of durations kept as a JSON array of seconds in text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[timedelta, ...] | None, dialect: Dialect) -> str:
        """JSON of the seconds."""
        return json.dumps([int(duration.total_seconds()) for duration in value or ()])

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[timedelta, ...]:
        """The durations of the JSON."""
        return tuple(timedelta(seconds=seconds) for seconds in json.loads(value))


class Day(TypeDecorator[date]):
    """A calendar day kept as ISO 8601 text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """Text of the day."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        """The day of a text."""
        return None if value is None else date.fromisoformat(value)


class VersionsJson(TypeDecorator[tuple[RemovedVersion, ...]]):
    """What is told of removed versions, kept as JSON in text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[RemovedVersion, ...] | None, dialect: Dialect) -> str:
        """JSON of the versions."""
        return json.dumps(self.as_dicts(value or ()))

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[RemovedVersion, ...]:
        """The versions of the JSON."""
        return self.from_dicts(json.loads(value))

    @staticmethod
    def as_dicts(versions: Iterable[RemovedVersion]) -> list[dict[str, Any]]:
        """Versions as JSON has them."""
        return [asdict(one) | {"captured_at": one.captured_at.isoformat()} for one in versions]

    @staticmethod
    def from_dicts(told: Iterable[dict[str, Any]]) -> tuple[RemovedVersion, ...]:
        """The versions again."""
        return tuple(
            RemovedVersion(**one | {"captured_at": datetime.fromisoformat(one["captured_at"])})
            for one in told
        )


class RulesJson(TypeDecorator[Rules]):
    """The rules of a source kept as a JSON object in text, without those that say nothing."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Rules | None, dialect: Dialect) -> str:
        """JSON of the rules."""
        return json.dumps(
            {key: rule for key, rule in asdict(value or Rules()).items() if rule}, ensure_ascii=False
        )

    def process_result_value(self, value: Any, dialect: Dialect) -> Rules:
        """The rules of the JSON."""
        kept: dict[str, Any] = {
            key: tuple(rule) if isinstance(rule, list) else rule for key, rule in json.loads(value).items()
        }
        return Rules(**kept)


metadata = MetaData()


def _table(name: str, *columns: Column[Any]) -> Table:
    return Table(name, metadata, *columns)


def _key(name: str = "id") -> Column[Any]:
    return Column(name, Integer, primary_key=True)


source = _table(
    "source",
    _key(),
    Column("name", Text),
    Column("url", Text),
    Column("identity", Text),
    Column("kind", Text),
    Column("interval_seconds", Integer),
    Column("min_delay", Float),
    Column("paused", Flag),
    Column("added_at", UtcInstant),
    Column("due_at", UtcInstant),
    Column("last_crawl_at", UtcInstant),
    Column("last_success_at", UtcInstant),
    Column("last_error", Text),
    Column("removed_at", UtcInstant),
    Column("adaptive", Flag),
    Column("revisit_ages", Durations),
    Column("backfill_since", Day),
    Column("collections", Words),
    Column("rules", RulesJson),
    Column("requisites", Text),
)

capture = _table(
    "capture",
    _key(),
    Column("url", Text),
    Column("captured_at", UtcInstant),
    Column("status", Integer),
    Column("media_type", Text),
    Column("payload_digest", Text),
    Column("file", Text),
    Column("offset", Integer),
    Column("length", Integer),
    Column("record_id", Text),
    Column("kind", Text),
)

warc_file = _table(
    "warc_file",
    Column("name", Text, primary_key=True),
    Column("end", Integer),
    Column("sealed_at", UtcInstant),
    Column("bytes", Integer),
    Column("sha256", Text),
)

article = _table(
    "article",
    _key(),
    Column("source_id", Integer),
    Column("url", Text),
    Column("first_seen", UtcInstant),
    Column("last_seen", UtcInstant),
    Column("gone_at", UtcInstant),
    Column("latest", Integer),
    Column("text_digest", Text),
    Column("edits", Integer),
    Column("edited_at", UtcInstant),
    Column("earlier_titles", Words),
)

address = _table("address", Column("identity", Text, primary_key=True), Column("article_id", Integer))

revision = _table(
    "revision",
    Column("article_id", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("capture_id", Integer),
    Column("captured_at", UtcInstant),
    Column("title", Text),
    Column("authors", Words),
    Column("published", ZonedInstant),
    Column("published_day_only", Flag),
    Column("published_from", Text),
    Column("modified", ZonedInstant),
    Column("section", Text),
    Column("tags", Words),
    Column("language", Text),
    Column("image", Text),
    Column("description", Text),
    Column("text", Text),
    Column("content_digest", Text),
    Column("extractor", Integer),
    Column("unread", Text),
    Column("kind", Text),
    Column("words_added", Integer),
    Column("words_removed", Integer),
    Column("credits", Records(Credit)),
    Column("layout", Words),
    Column("page_kind", Text),
    Column("free", Flag),
    Column("evidence", Records(Evidence)),
)

likeness = _table(
    "likeness",
    _key("article_id"),
    Column("story", Integer),
    Column("moved_at", Integer),
    Column("shingles", Integer),
    Column("minima", LargeBinary),
)

likeness_band = _table(
    "likeness_band",
    Column("band", Integer, primary_key=True),
    Column("article_id", Integer, primary_key=True),
)

grouping = _table("grouping", Column("sequence", Integer))

change = _table(
    "change",
    _key("sequence"),
    Column("article_id", Integer),
    Column("action", Text),
    Column("at", UtcInstant),
)

visit = _table(
    "visit",
    _key(),
    Column("source_id", Integer),
    Column("url", Text),
    Column("identity", Text),
    Column("role", Text),
    Column("due_at", UtcInstant),
    Column("found_at", UtcInstant),
    Column("hint", Text),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_digest", Text),
    Column("visited_at", UtcInstant),
    Column("status", Integer),
    Column("failures", Integer),
    Column("article_id", Integer),
    Column("changed_at", UtcInstant),
)

robots = _table(
    "robots",
    Column("host", Text, primary_key=True),
    Column("due_at", UtcInstant),
    Column("fetched_at", UtcInstant),
    Column("status", Integer),
    Column("body", LargeBinary),
    Column("failures", Integer),
    Column("failing_since", UtcInstant),
    Column("failure", Text),
    Column("message", Text),
)

failure = _table(
    "failure",
    _key(),
    Column("source_id", Integer),
    Column("url", Text),
    Column("at", UtcInstant),
    Column("cause", Text),
    Column("message", Text),
)

removal = _table(
    "removal",
    _key("article_id"),
    Column("at", UtcInstant),
    Column("reason", Text),
    Column("versions", VersionsJson),
    Column("finished_at", UtcInstant),
)

removal_record = _table(
    "removal_record",
    Column("record_id", Text, primary_key=True),
    Column("article_id", Integer),
    Column("file", Text),
)

removal_swap = _table("removal_swap", Column("file", Text, primary_key=True))

imported = _table(
    "import",
    Column("digest", Text, primary_key=True),
    Column("wanted", Text, primary_key=True),
    Column("name", Text),
    Column("record_id", Text),
    Column("begun_at", UtcInstant),
    Column("ended_at", UtcInstant),
    Column("entry", Text),
    Column("offset", Integer),
    Column("inside", Integer),
    Column("after_capture", Integer),
)

unread_capture = _table(
    "unread_capture",
    Column("capture_id", Integer, primary_key=True),
    Column("captured_at", UtcInstant),
    Column("source_id", Integer),
    Column("hint", Text),
)

journal = _table(
    "journal", _key(), Column("archive", Text), Column("number", Integer), Column("complete", Flag)
)

unjournalled = _table(
    "unjournalled", Column("kind", Text, primary_key=True), Column("id", Integer, primary_key=True)
)

learnt = _table(
    "learnt",
    _key("source_id"),
    Column("generation", Integer),
    Column("lines", LargeBinary),
    Column("rest", Text),
)

author_alias = _table(
    "author_alias",
    _key(),
    Column("key", Text),
    Column("spelling", Text),
    Column("name", Text),
    Column("at", UtcInstant),
)

requisite = _table(
    "requisite",
    _key("capture_id"),
    Column("url", Text, primary_key=True),
    Column("resource_id", Integer),
)
