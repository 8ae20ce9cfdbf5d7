"""The database: how it is opened, what a transaction promises, and what sources, frontier and articles remember."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import StatementError

from archive import schema
from archive.errors import NewerArchive, SourceExists, StoreError, UnknownSource
from archive.model import (
    Capture,
    Change,
    Counts,
    Link,
    RecordPlace,
    Response,
    Revision,
    RevisionKind,
    StoredRobots,
    Visit,
)
from archive.store import Store, Transaction
from archive.store.rows import hint_from_json, hint_to_json
from archive.urls import identity

HOUR = timedelta(hours=1)
SITE = "https://paper.example/"


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a database may be put."""
    return tmp_path / "archive.db"


def add(store: Store, now: datetime, name: str = "paper", url: str = SITE, **settings: Any) -> int:
    with store.transaction() as tx:
        return tx.add_source(name=name, url=url, interval=HOUR, now=now, **settings)


def links(store: Store, source_id: int, now: datetime, *found: Link) -> int:
    with store.transaction() as tx:
        return tx.add_links(source_id, found, now)


def the_visit(store: Store, source_id: int, url: str) -> Visit:
    visit = store.visit(source_id, identity(url))
    assert visit is not None
    return visit


def capture(number: int, at: datetime, url: str = SITE, **other: Any) -> Capture:
    fields: dict[str, Any] = {
        "id": 0,
        "url": url,
        "captured_at": at,
        "status": 200,
        "media_type": "text/html",
        "payload_digest": f"sha256:{number}",
        "place": RecordPlace("2026/05/a.warc.gz", number * 100, 100),
        "record_id": f"<urn:uuid:{number}>",
    }
    return Capture(**(fields | other))


def revision(article_id: int, number: int, capture_id: int, at: datetime, **other: Any) -> Revision:
    fields: dict[str, Any] = {
        "article_id": article_id,
        "number": number,
        "capture_id": capture_id,
        "captured_at": at,
        "title": f"Title {number}",
        "authors": ("Ada Lane", "Émile Zola"),
        "published": None,
        "published_day_only": False,
        "published_from": "none",
        "modified": None,
        "section": "",
        "tags": (),
        "language": "en",
        "image": "",
        "description": "",
        "text": f"Text {number}.",
        "content_digest": f"content {number}",
    }
    return Revision(**(fields | other))


def keep(store: Store, source_id: int, at: datetime, number: int = 1, **said: Any) -> int:
    """An article with one revision."""
    with store.transaction() as tx:
        article_id = tx.add_article(source_id, f"{SITE}{number}", at)
        tx.add_revision(
            revision(article_id, 1, tx.add_capture(capture(number, at)), at, **said), f"text {number}"
        )
        tx.add_change(article_id, "new", at)
    return article_id


# -- opening -----------------------------------------------------------------------------------------


def test_an_archive_is_made_where_there_is_none_and_is_empty(tmp_path: Path) -> None:
    with Store(url_of(tmp_path / "not" / "there" / "archive.db")) as store:
        assert store.counts() == Counts(articles=0, revisions=0, captures=0, sources=0)
        assert (store.sources(), store.last_sequence(), store.quick_check()) == ([], 0, [])


@pytest.mark.parametrize("name", ["what?.db", "100%41.db", "a#b.db", "with space.db", "ünï.db"])
def test_the_name_of_the_file_may_have_any_signs(tmp_path: Path, name: str) -> None:
    Store(url_of(tmp_path / name)).close()
    assert [found.name for found in tmp_path.iterdir()] == [name]


def test_what_was_kept_is_there_when_it_is_opened_again(path: Path, at: datetime) -> None:
    with Store(url_of(path)) as store:
        add(store, at)
        kept = store.sources()
    with Store(url_of(path)) as store, Store(url_of(path), readonly=True) as reader:
        assert store.sources() == reader.sources() == kept


@pytest.mark.parametrize("round_", range(10))
def test_many_may_make_the_same_archive_at_once(path: Path, round_: int) -> None:
    failures = []

    def make() -> None:
        try:
            Store(url_of(path)).close()
        except StoreError as error:
            failures.append(error)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Store(url_of(path)) as store:
        assert store.sources() == []


def test_the_tables_are_those_that_the_migrations_make(path: Path) -> None:
    Store(url_of(path)).close()
    with contextlib.closing(sqlite3.connect(path)) as raw:
        names = [n for (n,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        made = {
            name: [column[1] for column in raw.execute(f"PRAGMA table_info({name})")]
            for name in names
            if not name.startswith("sqlite_")
        }
    assert made == {table.name: table.columns.keys() for table in schema.metadata.sorted_tables}


def test_every_table_is_strict_and_every_reference_holds(store: Store, path: Path, at: datetime) -> None:
    Store(url_of(path)).close()
    with contextlib.closing(sqlite3.connect(path)) as raw:
        tables = raw.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        assert [name for name, sql in tables if not sql.endswith("STRICT")] == []
    with pytest.raises(StoreError, match="FOREIGN KEY"), store.transaction() as tx:
        tx.add_article(99, SITE, at)


@contextlib.contextmanager
def untouched(path: Path) -> Iterator[None]:
    """What stands in the file, and beside it, before and after is the same."""
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    yield
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before


@pytest.mark.parametrize("readonly", [True, False])
def test_an_archive_of_a_newer_version_is_left_untouched(path: Path, readonly: bool) -> None:
    Store(url_of(path)).close()
    with contextlib.closing(sqlite3.connect(path)) as raw:
        raw.execute(f"PRAGMA user_version={len(schema.MIGRATIONS) + 1}")
    with untouched(path), pytest.raises(NewerArchive, match="newer version"):
        Store(url_of(path), readonly=readonly)


@pytest.mark.parametrize("readonly", [True, False])
def test_the_database_of_another_program_is_left_untouched(path: Path, readonly: bool) -> None:
    with contextlib.closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE recipes (name TEXT)")
    with untouched(path), pytest.raises(StoreError, match="another program"):
        Store(url_of(path), readonly=readonly)


@pytest.mark.parametrize("readonly", [True, False])
@pytest.mark.parametrize("content", [b"hello", b"# Notes\n" * 100, bytes(range(256)) * 40], ids=len)
def test_a_file_that_is_no_database_is_left_untouched(path: Path, content: bytes, readonly: bool) -> None:
    path.write_bytes(content)
    with untouched(path), pytest.raises(StoreError):
        Store(url_of(path), readonly=readonly)


@pytest.mark.parametrize(
    "database_url",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "nonsense",
        "",
        "postgresql+psycopg://me:secret@host/news",
    ],
)
def test_only_a_file_of_sqlite_can_be_an_archive(database_url: str) -> None:
    with pytest.raises(StoreError, match="is not a file of SQLite") as error:
        Store(database_url)
    assert "secret" not in str(error.value)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="unable to open"):
        Store(url_of(tmp_path))


def test_who_only_looks_makes_nothing(path: Path) -> None:
    with untouched(path), pytest.raises(StoreError, match="no archive"):
        Store(url_of(path), readonly=True)


def test_who_only_looks_cannot_write(path: Path, at: datetime) -> None:
    Store(url_of(path)).close()
    with Store(url_of(path), readonly=True) as reader:
        with pytest.raises(StoreError, match="readonly"):
            add(reader, at)
        assert reader.sources() == []


def test_who_only_looks_does_not_lift_an_older_archive(path: Path) -> None:
    path.touch()
    with untouched(path), pytest.raises(StoreError, match="older version"):
        Store(url_of(path), readonly=True)


def test_damage_that_shows_later_is_an_error_of_the_archive(path: Path, at: datetime) -> None:
    with Store(url_of(path)) as store:
        for number in range(50):
            add(store, at, f"paper {number}", f"https://{number}.example/")
    with contextlib.closing(sqlite3.connect(path)) as raw:
        (page,) = raw.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'source'").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    with Store(url_of(path)) as store:
        with pytest.raises(StoreError, match=r"archive\.db cannot be used"):
            store.sources()
        assert store.quick_check() != []


# -- transactions ------------------------------------------------------------------------------------


def test_a_transaction_is_all_or_nothing(store: Store, at: datetime) -> None:
    def begin_and_fail() -> None:
        with store.transaction() as tx:
            tx.add_source(name="paper", url=SITE, interval=HOUR, now=at)
            tx.add_capture(capture(1, at))
            raise RuntimeError("pulled the plug")

    with pytest.raises(RuntimeError):
        begin_and_fail()
    assert store.counts() == Counts(0, 0, 0, 0)
    add(store, at)
    assert store.counts().sources == 1


def test_readers_see_a_transaction_only_when_it_is_committed(store: Store, at: datetime) -> None:
    with store.transaction() as tx:
        tx.add_source(name="paper", url=SITE, interval=HOUR, now=at)
        assert store.sources() == []
    assert len(store.sources()) == 1


def test_writers_take_turns_and_readers_never_wait(store: Store, at: datetime) -> None:
    source_id, writers, each = add(store, at), 4, 15
    torn: list[tuple[int, int]] = []
    done = threading.Event()

    def write(writer: int) -> None:
        for n in range(each):
            keep(store, source_id, at, number=writer * each + n + 1)

    def read() -> None:
        while not done.is_set():
            counts = store.counts()
            for change in store.changes_since(0, 1000):
                article = store.article(change.article_id)
                if article is None or article.latest.number != 1:
                    torn.append((counts.articles, change.sequence))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    reader = threading.Thread(target=read)
    for thread in (*threads, reader):
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reader.join()
    assert torn == []
    assert store.counts().articles == writers * each
    assert [change.sequence for change in store.changes_since(0, 1000)] == list(range(1, writers * each + 1))


# -- instants ----------------------------------------------------------------------------------------


def test_an_instant_without_an_offset_is_refused(store: Store, at: datetime) -> None:
    naive = at.replace(tzinfo=None)
    with pytest.raises(StatementError, match="naive"):
        add(store, naive)
    source_id = add(store, at)
    with pytest.raises(StatementError, match="naive"):
        keep(store, source_id, at, published=naive)
    assert store.counts().articles == 0


@given(
    moment=st.datetimes(timezones=st.timezones() | st.just(UTC) | st.just(timezone(-timedelta(hours=9.5))))
)
def test_instants_are_ordered_as_text_as_they_are_in_time(moment: datetime) -> None:
    column = schema.UtcInstant()
    try:
        earlier, later = moment.astimezone(UTC), moment.astimezone(UTC) + timedelta(microseconds=1)
    except OverflowError:
        return
    texts = [column.process_bind_param(value, None) for value in (earlier, later)]
    assert texts == sorted(texts)
    assert len(set(map(len, texts))) == 1
    assert column.process_result_value(texts[0], None) == earlier


def test_a_publication_date_keeps_the_offset_that_the_page_gave(store: Store, at: datetime) -> None:
    published = datetime(2024, 5, 1, 0, 30, tzinfo=timezone(timedelta(hours=9)))
    modified = datetime(2024, 5, 1, 0, 45, 1, 5, tzinfo=timezone(-timedelta(hours=3, minutes=30)))
    kept = keep(store, add(store, at), at, published=published, modified=modified, published_from="meta")
    article = store.article(kept)
    assert article is not None
    assert article.latest.published == published
    assert article.latest.published.isoformat() == "2024-05-01T00:30:00+09:00"
    assert article.latest.modified is not None
    assert article.latest.modified.isoformat() == modified.isoformat()


def test_a_day_stays_a_day(store: Store, at: datetime) -> None:
    day = datetime(2024, 5, 1, tzinfo=UTC)
    kept = keep(store, add(store, at), at, published=day, published_day_only=True, published_from="url")
    (found,) = store.revisions(kept)
    assert (found.published, found.published_day_only, found.published_from) == (day, True, "url")


# -- sources -----------------------------------------------------------------------------------------


def test_a_new_source_is_due_at_once_with_its_own_page(store: Store, at: datetime) -> None:
    source_id = add(store, at, min_delay=1.5)
    (source,) = store.sources()
    assert (source.id, source.name, source.url, source.kind) == (source_id, "paper", SITE, "page")
    assert (source.interval, source.min_delay, source.paused) == (HOUR, 1.5, False)
    assert source.added_at == source.due_at == at
    assert source.last_crawl_at is source.last_success_at is source.last_error is None
    assert [(visit.url, visit.role) for visit in store.due_visits(source_id, at)] == [(SITE, "page")]


@pytest.mark.parametrize(
    ("name", "url", "what"),
    [
        ("paper", "https://other.example/", "that name"),
        ("other", SITE, "that URL"),
        ("other", "http://PAPER.example:80/?utm_source=x", "that URL"),
    ],
)
def test_a_source_is_there_once(store: Store, at: datetime, name: str, url: str, what: str) -> None:
    source_id = add(store, at)
    with pytest.raises(SourceExists, match=rf"{what} already: paper \(number {source_id}\)"):
        add(store, at, name, url)
    assert store.counts().sources == 1


def test_a_removed_source_keeps_its_articles_and_comes_back_as_itself(store: Store, at: datetime) -> None:
    source_id = add(store, at)
    article_id = keep(store, source_id, at)
    with store.transaction() as tx:
        tx.remove_source(source_id, at)
    assert (store.sources(), store.health(at), store.counts().sources) == ([], [], 0)
    article = store.article(article_id)
    assert article is not None
    assert article.source == "paper"
    assert add(store, at + HOUR, "The Paper", paused=True) == source_id
    (source,) = store.sources()
    assert (source.name, source.paused, source.due_at) == ("The Paper", True, at + HOUR)
    assert source.added_at == at


def test_the_name_of_a_removed_source_stays_its_own(store: Store, at: datetime) -> None:
    with store.transaction() as tx:
        tx.remove_source(tx.add_source(name="paper", url=SITE, interval=HOUR, now=at), at)
    with pytest.raises(SourceExists, match="that name"):
        add(store, at, "paper", "https://other.example/")


def test_a_source_is_paused_and_resumed(store: Store, at: datetime) -> None:
    source_id = add(store, at)
    for paused in (True, False):
        with store.transaction() as tx:
            tx.set_paused(source_id, paused)
        assert store.source("paper").paused is paused


def test_the_first_source_that_is_due_is_none_that_is_paused_or_removed(store: Store, at: datetime) -> None:
    assert store.next_source_due() is None
    ids = [add(store, at + n * HOUR, f"paper {n}", f"https://paper{n}.example/") for n in range(4)]
    assert store.next_source_due() == at
    with store.transaction() as tx:
        tx.set_paused(ids[0], True)
        tx.remove_source(ids[1], at)
    assert store.next_source_due() == at + 2 * HOUR
    with store.transaction() as tx:
        tx.set_paused(ids[2], True)
        tx.set_paused(ids[3], True)
    assert store.next_source_due() is None


def test_sources_are_found_by_name_else_by_number(store: Store, at: datetime) -> None:
    first = add(store, at, "2", "https://two.example/")
    second = add(store, at, "paper")
    assert second == 2
    assert store.source("paper").id == second
    assert store.source("2").id == first
    assert store.source("1").id == first
    assert [source.name for source in store.sources()] == ["2", "paper"]


def test_an_unknown_source_is_answered_with_those_there_are(store: Store, at: datetime) -> None:
    with pytest.raises(UnknownSource, match="none yet"):
        store.source("echo")
    add(store, at)
    add(store, at, "gazette", "https://gazette.example/")
    with pytest.raises(UnknownSource, match='no source "echo"; the sources are: gazette, paper'):
        store.source("echo")


def test_the_health_of_a_source_is_its_last_crawls(store: Store, at: datetime) -> None:
    source_id = add(store, at)
    keep(store, source_id, at)
    feed = f"{SITE}feed"
    links(store, source_id, at, Link(feed, role="feed"), Link(f"{SITE}a"))
    with store.transaction() as tx:
        tx.set_kind(source_id, "sitemap")
        tx.crawled(source_id, at=at, due_at=at + HOUR, error=None)
        tx.crawled(source_id, at=at + HOUR, due_at=at + 2 * HOUR, error="It fell silent.")
        for number in range(7):
            tx.add_failure(source_id, f"{SITE}{number}", at=at, cause="time-out", message="Too slow.")
    (health,) = store.health(at)
    assert (health.articles, health.failures, health.endpoints) == (1, 7, (SITE, feed))
    assert [failure.url for failure in health.last_failures] == [f"{SITE}{n}" for n in (6, 5, 4, 3, 2)]
    source = health.source
    assert (source.kind, source.last_error) == ("sitemap", "It fell silent.")
    assert (source.last_crawl_at, source.last_success_at, source.due_at) == (at + HOUR, at, at + 2 * HOUR)
    assert [failure.source for failure in store.failures(3)] == ["paper"] * 3


# -- frontier ----------------------------------------------------------------------------------------


def test_lists_are_visited_before_articles_and_the_latest_find_first(store: Store, at: datetime) -> None:
    source_id = add(store, at)
    links(store, source_id, at, Link(f"{SITE}old"), Link(f"{SITE}old-too"))
    links(store, source_id, at + HOUR, Link(f"{SITE}feed", role="feed"), Link(f"{SITE}new"))
    due = [visit.url.removeprefix(SITE) for visit in store.due_visits(source_id, at + HOUR)]
    assert due == ["feed", "", "new", "old", "old-too"]
    assert store.due_visits(source_id, at - HOUR) == []


def test_a_link_is_new_once(store: Store, at: datetime) -> None:
    source_id = add(store, at)
    assert links(store, source_id, at, Link(f"{SITE}a"), Link(f"{SITE}b"), Link(f"{SITE}a#part")) == 2
    assert links(store, source_id, at, Link(f"{SITE}a?utm_medium=feed"), Link(f"{SITE}c")) == 1


def test_a_visit_ends_with_its_next_one_planned_or_not(store: Store, at: datetime) -> None:
    source_id = add(store, at)
    visit = the_visit(store, source_id, SITE)
    with store.transaction() as tx:
        tx.visited(visit, at=at, due_at=at + HOUR, status=503, failed=True)
    visit = the_visit(store, source_id, SITE)
    assert (visit.visited_at, visit.due_at, visit.status, visit.failures) == (at, at + HOUR, 503, 1)
    assert store.due_visits(source_id, at) == []
    with store.transaction() as tx:
        tx.visited(visit, at=at, due_at=None, status=200)
    assert the_visit(store, source_id, SITE).failures == 0
    assert store.due_visits(source_id, at + 1000 * HOUR) == []
    with store.transaction() as tx:
        tx.make_due(source_id, at + HOUR)
    assert [v.url for v in store.due_visits(source_id, at + HOUR)] == [SITE]


@pytest.mark.parametrize(("after", "due"), [(-HOUR, False), (timedelta(0), False), (HOUR, True)])
def test_what_was_modified_after_the_last_visit_is_due_again(
    store: Store, at: datetime, after: timedelta, due: bool
) -> None:
    source_id = add(store, at)
    links(store, source_id, at, Link(f"{SITE}a"))
    with store.transaction() as tx:
        tx.visited(the_visit(store, source_id, f"{SITE}a"), at=at, due_at=None, status=200)
    assert links(store, source_id, at + 2 * HOUR, Link(f"{SITE}a", modified=at + after)) == 0
    assert (the_visit(store, source_id, f"{SITE}a").due_at == at + 2 * HOUR) is due


def test_an_article_is_visited_for_one_source_only_a_list_for_each(store: Store, at: datetime) -> None:
    first, second = add(store, at), add(store, at, "sport", f"{SITE}sport")
    for source_id in (first, second):
        links(store, source_id, at, Link(f"{SITE}a"), Link(f"{SITE}feed", role="feed"))
    assert len(store.due_visits(first, at)) == 3
    assert [visit.role for visit in store.due_visits(second, at)] == ["page", "feed"]
    assert store.source_visiting(identity(f"{SITE}a")) == first
    assert store.source_visiting(identity(f"{SITE}unknown")) is None


def test_somebody_wants_an_article_now(store: Store, at: datetime) -> None:
    source_id = add(store, at)
    with store.transaction() as tx:
        visit = tx.visit_now(source_id, Link(f"{SITE}a"), at)
        tx.visited(visit, at=at, due_at=None, status=200)
        again = tx.visit_now(source_id, Link(f"{SITE}a"), at + HOUR)
    assert (again.id, again.role, again.due_at, again.visited_at) == (visit.id, "article", at + HOUR, at)
    assert the_visit(store, source_id, f"{SITE}a").due_at == at + HOUR


def test_a_redirected_visit_becomes_an_alias_that_is_never_due(store: Store, at: datetime) -> None:
    source_id = add(store, at)
    links(store, source_id, at, Link(f"{SITE}short", title="As the feed says"))
    with store.transaction() as tx:
        target = tx.redirected(the_visit(store, source_id, f"{SITE}short"), f"{SITE}long", at)
        tx.make_due(source_id, at + HOUR)
    assert (target.url, target.role, target.hint.title) == (f"{SITE}long", "article", "As the feed says")
    alias = the_visit(store, source_id, f"{SITE}short")
    assert (alias.role, alias.due_at) == ("alias", None)
    links(store, source_id, at + HOUR, Link(f"{SITE}short", modified=at + 2 * HOUR))
    assert the_visit(store, source_id, f"{SITE}short").due_at is None


def test_the_validators_of_the_last_good_answer_are_remembered(store: Store, at: datetime) -> None:
    source_id = add(store, at)
    headers = (("etag", 'W/"a"'), ("last-modified", "Mon, 04 May 2026 12:00:00 GMT"))
    response = Response(f"{SITE}index", 200, headers, b"", b"", b"", "192.0.2.1", at, 0.1)
    with store.transaction() as tx:
        tx.validated(the_visit(store, source_id, SITE), response, "digest")
    visit = the_visit(store, source_id, SITE)
    assert (visit.etag, visit.last_modified, visit.body_digest) == (headers[0][1], headers[1][1], "digest")
    assert visit.url == f"{SITE}index"


_zoned = st.none() | st.datetimes(timezones=st.just(UTC) | st.just(timezone(timedelta(hours=5, minutes=45))))
_words = st.text(st.characters(codec="utf-8"), max_size=20)


@given(
    title=_words,
    authors=st.lists(_words, max_size=3),
    published=_zoned,
    day_only=st.booleans(),
    certain=st.booleans(),
    modified=_zoned,
    role=st.sampled_from(["article", "feed"]),
)
def test_what_a_feed_said_of_a_link_comes_back_as_it_was(
    title: str,
    authors: list[str],
    published: datetime | None,
    day_only: bool,
    certain: bool,
    modified: datetime | None,
    role: Any,
) -> None:
    link = Link(
        f"{SITE}a",
        role=role,
        certain=certain,
        title=title,
        authors=tuple(authors),
        published=published,
        published_day_only=day_only,
        modified=modified,
    )
    assert hint_from_json(link.url, link.role, hint_to_json(link)) == link


def test_a_hint_is_kept_with_its_visit(store: Store, at: datetime) -> None:
    source_id = add(store, at)
    link = Link(
        f"{SITE}a", title="Tïtle", authors=("A", "B"), published=at, published_day_only=True, modified=at
    )
    links(store, source_id, at, link)
    assert the_visit(store, source_id, link.url).hint == link


def test_robots_txt_is_remembered_by_host(store: Store, at: datetime) -> None:
    first = StoredRobots(
        "https://paper.example", at, failures=1, failing_since=at, failure="dns", message="No."
    )
    second = StoredRobots("https://paper.example", at + HOUR, at, 200, b"User-agent: *\nDisallow: /\xff\n")
    for robots in (first, second):
        with store.transaction() as tx:
            tx.save_robots(robots)
        assert store.robots("https://paper.example") == robots
    assert store.robots("https://other.example") is None


# -- captures ----------------------------------------------------------------------------------------


def test_captures_are_found_by_number_file_and_payload(store: Store, at: datetime) -> None:
    other = RecordPlace("2026/06/b.warc.gz", 0, 7)
    kept = [
        capture(3, at, payload_digest="sha256:same"),
        capture(1, at, payload_digest="sha256:same"),
        capture(2, at, status=404, payload_digest="sha256:error"),
        capture(4, at, place=other),
    ]
    with store.transaction() as tx:
        ids = [tx.add_capture(one) for one in kept]
    assert store.capture(ids[0]) == capture(3, at, id=ids[0], payload_digest="sha256:same")
    assert store.capture(99) is None
    assert [c.place.offset for c in store.captures_in("2026/05/a.warc.gz")] == [100, 200, 300]
    assert store.warc_ends() == {"2026/05/a.warc.gz": 400, "2026/06/b.warc.gz": 7}
    first, last = store.first_with_payload(SITE, "sha256:same"), store.last_good(SITE)
    assert first is not None
    assert last is not None
    assert (first.id, last.id) == (ids[0], ids[3])
    assert store.first_with_payload(SITE, "sha256:error") is None
    assert store.last_good(f"{SITE}unknown") is None


def test_one_place_holds_one_record(store: Store, at: datetime) -> None:
    with store.transaction() as tx:
        tx.add_capture(capture(1, at))
    with pytest.raises(StoreError, match="UNIQUE"), store.transaction() as tx:
        tx.add_capture(capture(1, at, record_id="<urn:uuid:other>"))
    assert store.counts().captures == 1


# -- articles, revisions, changes --------------------------------------------------------------------


def revise(tx: Transaction, article_id: int, number: int, at: datetime) -> None:
    kept = tx.add_capture(capture(1000 * article_id + number, at))
    tx.add_revision(revision(article_id, number, kept, at), f"text {number}")
    tx.add_change(article_id, "revised", at)


def test_every_revision_is_kept_and_the_last_is_the_latest(store: Store, at: datetime) -> None:
    source_id = add(store, at)
    article_id = keep(store, source_id, at)
    with store.transaction() as tx:
        revise(tx, article_id, 2, at + HOUR)
    first, second = store.revisions(article_id)
    assert (first, second) == (
        revision(article_id, 1, first.capture_id, at),
        revision(article_id, 2, second.capture_id, at + HOUR),
    )
    article = store.article(article_id)
    assert article is not None
    assert (article.latest, article.source, article.source_id) == (second, "paper", source_id)
    assert store.latest_revisions() == {article_id: 2}
    assert store.counts() == Counts(articles=1, revisions=2, captures=2, sources=1)
    assert (store.article(99), store.revisions(99)) == (None, [])


def test_edits_are_counted_and_trivia_are_none(store: Store, at: datetime) -> None:
    article_id = keep(store, add(store, at), at)
    kinds: list[RevisionKind] = ["body", "trivial", "headline", "reread"]
    for number, kind in enumerate(kinds, 2):
        with store.transaction() as tx:
            kept = tx.add_capture(capture(number, at))
            found = replace(
                revision(article_id, number, kept, at + number * HOUR), kind=kind, words_added=number
            )
            tx.add_revision(found, "text")
        assert store.revisions(article_id)[-1] == found
    article = store.article(article_id)
    assert article is not None
    assert (article.edits, article.edited_at) == (2, at + 4 * HOUR)
    assert article.earlier_titles[1:] == ("Title 2", "Title 3")
    with store.transaction() as tx:
        tx.replace_revision(replace(store.revisions(article_id)[3], kind="trivial"), "text")
    article = store.article(article_id)
    assert article is not None
    assert (article.edits, article.edited_at) == (1, at + 2 * HOUR)


def test_an_article_is_known_by_its_latest_text_within_its_source(store: Store, at: datetime) -> None:
    source_id, other = add(store, at), add(store, at, "gazette", "https://gazette.example/")
    article_id = keep(store, source_id, at)
    assert store.article_with_text(source_id, "text 1") == article_id
    assert store.article_with_text(other, "text 1") is None
    with store.transaction() as tx:
        revise(tx, article_id, 2, at)
    assert store.article_with_text(source_id, "text 1") is None
    assert store.article_with_text(source_id, "text 2") == article_id


def test_an_address_belongs_to_the_article_that_had_it_first(store: Store, at: datetime) -> None:
    source_id = add(store, at)
    one, two = keep(store, source_id, at, 1), keep(store, source_id, at, 2)
    with store.transaction() as tx:
        tx.add_addresses(one, ["a", "b"])
        tx.add_addresses(two, ["b", "c"])
    assert [store.article_at([key]) for key in ("a", "b", "c", "d")] == [one, one, two, None]
    assert store.article_at(["d", "c", "a"]) == two
    assert store.article_at([]) is None


def test_an_article_goes_and_comes_back(store: Store, at: datetime) -> None:
    article_id = keep(store, add(store, at), at)
    with store.transaction() as tx:
        tx.gone(article_id, at + HOUR)
        tx.add_change(article_id, "gone", at + HOUR)
    gone = store.article(article_id)
    assert gone is not None
    assert (gone.gone_at, gone.last_seen, gone.latest.text) == (at + HOUR, at, "Text 1.")
    with store.transaction() as tx:
        tx.seen(article_id, at + 2 * HOUR)
        tx.add_change(article_id, "back", at + 2 * HOUR)
    back = store.article(article_id)
    assert back is not None
    assert (back.gone_at, back.first_seen, back.last_seen) == (None, at, at + 2 * HOUR)
    assert store.changes_since(1, 10) == [
        Change(2, article_id, "gone", at + HOUR),
        Change(3, article_id, "back", at + 2 * HOUR),
    ]


def test_the_change_log_is_read_in_pieces(store: Store, at: datetime) -> None:
    source_id = add(store, at)
    for number in range(1, 6):
        keep(store, source_id, at, number)
    sequences, last = [], 0
    while changes := store.changes_since(last, 2):
        last = changes[-1].sequence
        sequences.append([change.sequence for change in changes])
    assert sequences == [[1, 2], [3, 4], [5]]
    assert store.last_sequence() == 5


def test_articles_are_read_by_number_and_one_after_the_other(
    store: Store, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.store.reader._BATCH", 2)
    source_id = add(store, at)
    ids = [keep(store, source_id, at, number) for number in range(1, 6)]
    assert [article.id for article in store.articles_after(0)] == ids
    assert [article.id for article in store.articles_after(ids[2])] == ids[3:]
    assert [article.id for article in store.articles([5, 99, 1, 5, 3])] == [1, 3, 5]


def test_a_visit_that_led_to_an_article_says_so(store: Store, at: datetime) -> None:
    source_id = add(store, at)
    article_id = keep(store, source_id, at)
    with store.transaction() as tx:
        tx.belongs(tx.visit_now(source_id, Link(f"{SITE}1"), at), article_id)
    assert the_visit(store, source_id, f"{SITE}1").article_id == article_id


def test_links_are_added_in_batches_as_they_would_be_one_by_one(store: Store, at: datetime) -> None:
    with store.transaction() as tx:
        first = tx.add_source(name="a", url="https://a.test/", interval=timedelta(hours=1), now=at)
        second = tx.add_source(name="b", url="https://b.test/", interval=timedelta(hours=1), now=at)
        links = [Link(f"https://a.test/{n}", title=str(n)) for n in range(1200)]
        assert tx.add_links(first, [*links, *links], at) == 1200
        assert tx.add_links(second, [*links[:700], Link("https://b.test/own")], at) == 1
        assert tx.add_links(second, [Link("https://a.test/3", role="page")], at) == 1
        assert (
            tx.add_links(first, [Link("https://a.test/new?utm_source=x"), Link("https://a.test/new")], at)
            == 1
        )
    assert {visit.hint.title for visit in store.due_visits(first, at)} >= {str(n) for n in range(1200)}
    assert len(store.due_visits(second, at)) == 3
