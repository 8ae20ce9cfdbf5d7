"""Questions that the database answers. Every method reads one consistent state and returns records."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select

from archive import schema as t
from archive.errors import StoreError
from archive.model import (
    Article,
    Capture,
    Change,
    Counts,
    Revision,
    StoredRobots,
    Visit,
    VisitRole,
    WarcFile,
)
from archive.store import rows
from archive.store.author_reader import AuthorReader
from archive.store.edit_reader import EditReader
from archive.store.excerpt_reader import ExcerptReader
from archive.store.imports import ImportReader
from archive.store.learning import LearningReader
from archive.store.memento_reader import MementoReader
from archive.store.removals import RemovalReader
from archive.store.source_reader import SourceReader

_BATCH = 500

_ARTICLES = (
    select(t.article, t.source.c.name.label("source_name"), t.revision, t.likeness.c.story)
    .join(t.source, t.source.c.id == t.article.c.source_id)
    .join(
        t.revision,
        (t.revision.c.article_id == t.article.c.id) & (t.revision.c.number == t.article.c.latest),
    )
    .outerjoin(t.likeness, t.likeness.c.article_id == t.article.c.id)
)


# What every page asks for: to make a query costs more than to run it, so that these are made once.
_ARTICLE = _ARTICLES.where(t.article.c.id == bindparam("id"))
_ADDRESSES = select(t.address).where(t.address.c.identity.in_(bindparam("identities", expanding=True)))
_WITH_TEXT = (
    select(t.article.c.id)
    .where(t.article.c.source_id == bindparam("source"), t.article.c.text_digest == bindparam("digest"))
    .order_by(t.article.c.id)
    .limit(1)
)
_GOOD = select(t.capture).where(
    t.capture.c.url == bindparam("url"), t.capture.c.status == 200, t.capture.c.kind != "resource"
)
_WITH_PAYLOAD = (
    _GOOD.where(t.capture.c.payload_digest == bindparam("digest")).order_by(t.capture.c.id).limit(1)
)
_LAST_GOOD = _GOOD.order_by(t.capture.c.id.desc()).limit(1)
_VISIT = select(t.visit).where(
    t.visit.c.source_id == bindparam("source"), t.visit.c.identity == bindparam("identity")
)


class Reader(
    SourceReader,
    AuthorReader,
    EditReader,
    MementoReader,
    RemovalReader,
    ImportReader,
    ExcerptReader,
    LearningReader,
):
    """Reads one archive's database; safe to share between threads."""

    # -- articles ------------------------------------------------------------------------------------

    def article(self, article_id: int) -> Article | None:
        """The article with its latest revision, None where there is none of that id."""
        row = self._first(_ARTICLE, id=article_id)
        return row and rows.to_article(row, self.author_names())

    def articles(self, ids: Iterable[int]) -> Iterator[Article]:
        """Those of the articles that exist, in the order of their ids."""
        wanted, names = sorted(set(ids)), self.author_names()
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            for row in self._all(_ARTICLES.where(t.article.c.id.in_(batch)).order_by(t.article.c.id)):
                yield rows.to_article(row, names)

    def articles_after(self, article_id: int) -> Iterator[Article]:
        """All articles with a greater id, in the order of their ids; read in batches, memory stays flat."""
        names = self.author_names()
        while batch := self._all(
            _ARTICLES.where(t.article.c.id > article_id).order_by(t.article.c.id).limit(_BATCH)
        ):
            yield from (rows.to_article(row, names) for row in batch)
            article_id = batch[-1].id

    def articles_read_before(
        self, version: int, *, source_ids: Collection[int] = (), unread: bool = False
    ) -> Iterator[Article]:
        """Articles whose latest revision was read by an earlier version of the extraction, in the order of their
        ids: of these sources (of all, where none is named), with `unread` only those that could not be read."""
        query = _ARTICLES.where(t.revision.c.extractor < version).order_by(t.article.c.id).limit(_BATCH)
        if source_ids:
            query = query.where(t.article.c.source_id.in_(source_ids))
        if unread:
            query = query.where(t.revision.c.unread != "")
        after, names = 0, self.author_names()
        while batch := self._all(query.where(t.article.c.id > after)):
            yield from (rows.to_article(row, names) for row in batch)
            after = batch[-1].id

    def revisions(self, article_id: int) -> list[Revision]:
        """All revisions of an article, the first one first; empty for an unknown id."""
        query = select(t.revision).where(t.revision.c.article_id == article_id).order_by(t.revision.c.number)
        return [rows.to_revision(row) for row in self._all(query)]

    def revisions_of(self, ids: Collection[int]) -> dict[int, list[Revision]]:
        """Article id -> all its revisions, the first one first; ids that are unknown are left out."""
        query = select(t.revision).order_by(t.revision.c.article_id, t.revision.c.number)
        found: dict[int, list[Revision]] = {}
        for row in self._all(query.where(t.revision.c.article_id.in_(ids))):
            found.setdefault(row.article_id, []).append(rows.to_revision(row))
        return found

    def revision(self, article_id: int, number: int) -> Revision | None:
        """One revision of an article, None where it has none of that number."""
        mine = (t.revision.c.article_id == article_id) & (t.revision.c.number == number)
        row = self._first(select(t.revision).where(mine))
        return row and rows.to_revision(row)

    def latest_revisions(self) -> dict[int, int]:
        """Article id -> number of its latest revision."""
        query = select(t.article.c.id, t.article.c.latest).where(t.article.c.latest > 0)
        return {row.id: row.latest for row in self._all(query)}

    def article_at(self, identities: Collection[str]) -> int | None:
        """The article that is known under any of these canonical URLs, the first of them that is."""
        known = {row.identity: row.article_id for row in self._all(_ADDRESSES, identities=list(identities))}
        return next((known[identity] for identity in identities if identity in known), None)

    def addresses_of(self, article_id: int) -> list[str]:
        """The canonical URLs under which an article is known."""
        query = select(t.address.c.identity).where(t.address.c.article_id == article_id)
        return [row.identity for row in self._all(query)]

    def article_with_text(self, source_id: int, text_digest: str) -> int | None:
        """The first article of a source whose latest text has this digest."""
        row = self._first(_WITH_TEXT, source=source_id, digest=text_digest)
        return row and int(row.id)

    # -- captures ------------------------------------------------------------------------------------

    def capture(self, capture_id: int) -> Capture | None:
        """The capture, None where there is none of that id."""
        row = self._first(select(t.capture).where(t.capture.c.id == capture_id))
        return row and rows.to_capture(row)

    def has_record(self, record_id: str) -> bool:
        """Whether some capture is the WARC record of that id."""
        return self._first(select(t.capture.c.id).where(t.capture.c.record_id == record_id)) is not None

    def captures_in(self, file: str) -> list[Capture]:
        """The captures whose records stand in a WARC file, by offset."""
        query = select(t.capture).where(t.capture.c.file == file).order_by(t.capture.c.offset)
        return [rows.to_capture(row) for row in self._all(query)]

    def warc_files(self) -> list[WarcFile]:
        """The WARC files from which anything was taken in, by name."""
        return [rows.to_warc_file(row) for row in self._all(select(t.warc_file).order_by(t.warc_file.c.name))]

    def warc_ends(self) -> dict[str, int]:
        """WARC file, relative to the WARC folder -> the byte up to which everything in it was taken in."""
        return {file.name: file.end for file in self.warc_files()}

    def journal_number(self) -> int:
        """The number of the last event of the journal, 0 for none."""
        return int(self._first(select(t.journal.c.number)).number)

    def journal_is_complete(self) -> bool:
        """Whether the journal began with everything that there was."""
        return bool(self._first(select(t.journal.c.complete)).complete)

    def first_with_payload(self, url: str, payload_digest: str) -> Capture | None:
        """The first whole capture (status 200) of this payload at this URL: what a revisit refers to."""
        row = self._first(_WITH_PAYLOAD, url=url, digest=payload_digest)
        return row and rows.to_capture(row)

    def last_good(self, url: str) -> Capture | None:
        """The newest capture of a URL with status 200: what a 304 confirms."""
        row = self._first(_LAST_GOOD, url=url)
        return row and rows.to_capture(row)

    # -- change log ----------------------------------------------------------------------------------

    def last_sequence(self) -> int:
        """The sequence of the newest change, 0 where nothing happened yet."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.max(t.change.c.sequence))).scalar() or 0

    def changes_since(self, sequence: int, limit: int) -> list[Change]:
        """The changes after a sequence, in order, at most `limit`."""
        query = select(t.change).where(t.change.c.sequence > sequence).order_by(t.change.c.sequence)
        return [Change(r.sequence, r.article_id, r.action, r.at) for r in self._all(query.limit(limit))]

    def stories(self) -> dict[int, int]:
        """Article id -> the story that it is of, its own id where it is alone."""
        story = func.coalesce(t.likeness.c.story, t.article.c.id).label("story")
        query = select(t.article.c.id, story).outerjoin(t.likeness, t.likeness.c.article_id == t.article.c.id)
        return {row.id: row.story for row in self._all(query)}

    def grouped_until(self) -> int:
        """The sequence of the last change that the grouping of articles into stories has followed."""
        return int(self._first(select(t.grouping.c.sequence)).sequence)

    def moved(self, since: int, until: int) -> list[int]:
        """The articles that came into another story after change `since`, up to change `until`."""
        query = select(t.likeness.c.article_id).where(
            t.likeness.c.moved_at > since, t.likeness.c.moved_at <= until
        )
        return [row.article_id for row in self._all(query)]

    # -- frontier ------------------------------------------------------------------------------------

    def due_visits(self, source_id: int, now: datetime, *, limit: int = -1) -> list[Visit]:
        """What of a source is due, at most `limit` (all by default): pages, feeds and sitemaps first, then what was
        found last, and what pages are drawn with at the end."""
        query = (
            select(t.visit)
            .where(t.visit.c.source_id == source_id, t.visit.c.due_at <= now)
            .order_by(
                t.visit.c.role == "requisite",
                t.visit.c.role == "article",
                t.visit.c.found_at.desc(),
                t.visit.c.id,
            )
            .limit(limit)
        )
        return [rows.to_visit(row) for row in self._all(query)]

    def next_due(self, source_id: int) -> datetime | None:
        """When the next visit of a source is due, None where none is planned."""
        query = select(func.min(t.visit.c.due_at).label("due_at")).where(t.visit.c.source_id == source_id)
        due_at: datetime | None = self._first(query).due_at
        return due_at

    def known_addresses(self, source_id: int, limit: int) -> tuple[list[str], list[str]]:
        """Addresses of a source that turned out to be articles, and that did not, the newest of each first."""
        visits = select(t.visit.c.url).where(
            t.visit.c.source_id == source_id,
            t.visit.c.visited_at.is_not(None),
            t.visit.c.status == 200,
            t.visit.c.role.in_(("article", "alias")),
        )
        visits = visits.order_by(t.visit.c.id.desc()).limit(limit)
        articles = self._all(visits.where(t.visit.c.article_id.is_not(None)))
        others = self._all(visits.where(t.visit.c.article_id.is_(None)))
        return [row.url for row in articles], [row.url for row in others]

    def known_visits(self, source_id: int, identities: Sequence[str]) -> set[str]:
        """Those of the canonical URLs that are on the frontier: of this source, or as an article of another."""
        mine = (t.visit.c.source_id == source_id) | (t.visit.c.role == "article")
        known: set[str] = set()
        for start in range(0, len(identities), _BATCH):
            batch = identities[start : start + _BATCH]
            query = select(t.visit.c.identity).where(t.visit.c.identity.in_(batch), mine)
            known.update(row.identity for row in self._all(query))
        return known

    def count_visits(self, source_id: int, role: VisitRole) -> int:
        """How many addresses of a source have a role."""
        query = select(func.count().label("n")).select_from(t.visit)
        return int(self._first(query.where(t.visit.c.source_id == source_id, t.visit.c.role == role)).n)

    def visit(self, source_id: int, identity: str) -> Visit | None:
        """The frontier's line for a canonical URL of a source."""
        row = self._first(_VISIT, source=source_id, identity=identity)
        return row and rows.to_visit(row)

    def source_visiting(self, identity: str) -> int | None:
        """The first source that visits a canonical URL."""
        query = select(t.visit.c.source_id).where(t.visit.c.identity == identity).order_by(t.visit.c.id)
        row = self._first(query.limit(1))
        return row and int(row.source_id)

    def robots(self, host: str) -> StoredRobots | None:
        """What is known of a host's robots.txt, None where it was never asked for."""
        row = self._first(select(t.robots).where(t.robots.c.host == host))
        return row and rows.to_robots(row)

    # -- all of it -----------------------------------------------------------------------------------

    def counts(self) -> Counts:
        """How many articles, revisions, captures and sources there are; what was removed is not."""
        sources = select(func.count()).select_from(t.source).where(t.source.c.removed_at.is_(None))
        articles = select(func.count()).select_from(t.article).where(t.article.c.latest > 0)
        tables = [select(func.count()).select_from(table) for table in (t.revision, t.capture)]
        with self._engine.connect() as connection:
            return Counts(*(connection.execute(query).scalar_one() for query in (articles, *tables, sources)))

    def disordered(self) -> list[int]:
        """Articles whose versions are not numbered 1, 2, 3 up to the one that is their latest."""
        versions = t.revision.c.number
        counted = (
            select(t.article.c.id)
            .outerjoin(t.revision, t.revision.c.article_id == t.article.c.id)
            .group_by(t.article.c.id)
            .having(
                (func.count(versions) != t.article.c.latest)
                | (func.coalesce(func.max(versions), 0) != t.article.c.latest)
            )
        )
        return [row.id for row in self._all(counted.order_by(t.article.c.id))]

    def quick_check(self) -> list[str]:
        """What SQLite finds wrong with its file; empty where all is well."""
        try:
            with self._engine.connect() as connection:
                found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check")]
                loose = [
                    f"row {row[1]} of {row[0]} refers to a row of {row[2]} that is not there"
                    for row in connection.exec_driver_sql("PRAGMA foreign_key_check")
                ]
        except StoreError as error:
            return [str(error)]
        return loose if found == ["ok"] else found + loose
