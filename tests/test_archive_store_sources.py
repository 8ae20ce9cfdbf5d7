"""What the database tells of sources: their settings, their health, what they are due for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import schema
from archive.errors import SourceExists
from archive.model import Arrival, Capture, Link, RecordPlace, Response, Revision, Rules
from archive.store import Store

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SITE = "https://paper.example/"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'archive.db'}") as opened:
        yield opened


def add(store: Store, name: str = "paper", **options: Any) -> int:
    with store.transaction() as tx:
        return tx.add_source(
            name=name, url=f"https://{name}.example/", interval=timedelta(hours=1), now=NOW, **options
        )


def keep(store: Store, source_id: int, at: datetime, published: datetime | None = None, **said: Any) -> int:
    with store.transaction() as tx:
        number = store.counts().captures + 1
        url = f"{SITE}{number}"
        place = RecordPlace("2026/05/a.warc.gz", number * 100, 100)
        capture_id = tx.add_capture(
            Capture(0, url, at, 200, "text/html", f"sha256:{number}", place, f"<urn:uuid:{number}>")
        )
        article_id = tx.add_article(source_id, url, at)
        fields: dict[str, Any] = dict.fromkeys(
            ("title", "section", "language", "image", "description", "text"), ""
        )
        fields |= {
            "article_id": article_id, "number": 1, "capture_id": capture_id, "captured_at": at, "authors": (),
            "tags": (), "published": published, "published_day_only": False, "published_from": "none",
            "modified": None, "content_digest": f"content {number}",
        }  # fmt: skip
        tx.add_revision(Revision(**(fields | said)), "")
        return article_id


def test_settings_of_a_source_come_back_as_they_were_given(store: Store) -> None:
    rules = Rules(title="h1.head", body="article p", include=("/news/*",), exclude=("*sponsored*",))
    options: dict[str, Any] = {
        "min_delay": 2.5, "adaptive": True, "revisit_ages": (timedelta(hours=2), DAY), "collections": ("north", "Ä"),
        "backfill_since": date(2015, 1, 1), "rules": rules,
    }  # fmt: skip
    add(store, **options)
    source = store.source("paper")
    assert {name: getattr(source, name) for name in options} == options
    with store.transaction() as tx:
        tx.change_source(
            source.id, interval=timedelta(minutes=10), adaptive=False, rules=Rules(), collections=()
        )
    source = store.source("paper")
    assert (source.interval, source.adaptive, source.rules) == (timedelta(minutes=10), False, Rules())
    assert (source.revisit_ages, source.backfill_since) == (options["revisit_ages"], date(2015, 1, 1))


def test_a_shorter_interval_holds_from_the_last_crawl_on(store: Store) -> None:
    source_id = add(store)
    with store.transaction() as tx:
        tx.crawled(source_id, at=NOW, due_at=NOW + DAY, error=None)
        tx.change_source(source_id, interval=timedelta(minutes=10))
    assert store.source("paper").due_at == NOW + timedelta(minutes=10)
    with store.transaction() as tx:
        tx.change_source(source_id, interval=timedelta(hours=5))
    assert store.source("paper").due_at == NOW + timedelta(minutes=10)


@pytest.mark.parametrize(
    "change", [{"rules": Rules(exclude=("*/x/*",))}, {"backfill_since": date(2015, 1, 1)}]
)
def test_new_rules_are_held_against_lists_that_did_not_change(store: Store, change: dict[str, Any]) -> None:
    source_id = add(store)
    (visit,) = store.due_visits(source_id, NOW)
    response = Response(
        visit.url, 200, (("etag", '"a"'), ("last-modified", "x")), b"", b"", b"", "127.0.0.1", NOW, 0.1
    )
    with store.transaction() as tx:
        tx.validated(visit, response, "digest")
        tx.change_source(source_id, **change)
    (visit,) = store.due_visits(source_id, NOW)
    assert (visit.etag, visit.last_modified, visit.body_digest) == (None, None, "")


def test_a_source_cannot_take_the_name_of_another(store: Store) -> None:
    add(store, "one")
    two = add(store, "two")
    with pytest.raises(SourceExists, match="one"), store.transaction() as tx:
        tx.change_source(two, name="one")
    with store.transaction() as tx:
        tx.change_source(two, name="two")
        tx.change_source(two, name="three")
    assert [source.name for source in store.sources()] == ["one", "three"]


def test_an_archive_of_the_first_schema_is_brought_up_to_date_with_all_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with sqlite3.connect(path) as raw:
        for statement in schema.MIGRATIONS[0]:
            raw.execute(statement)
        raw.execute(
            "INSERT INTO source (name, url, identity, kind, interval_seconds, paused, added_at, due_at) VALUES"
            " ('usual', 'https://a.example/', 'https://a.example/', 'page', 1800, 0, :at, :at),"
            " ('chosen', 'https://b.example/', 'https://b.example/', 'feed', 7200, 1, :at, :at)",
            {"at": "2026-05-01T00:00:00.000000Z"},
        )
        raw.execute(
            "INSERT INTO robots VALUES ('https://a.example', '2026-05-01T00:00:00.000000Z', 200, x'00')"
        )
        raw.execute("PRAGMA user_version=1")
        raw.execute("PRAGMA application_id=0x4E415243")
    raw.close()
    with Store(f"sqlite:///{path}") as store:
        chosen, usual = store.sources()
        assert (usual.adaptive, chosen.adaptive, chosen.interval, chosen.paused) == (
            True, False, timedelta(hours=2), True,
        )  # fmt: skip
        assert (usual.rules, usual.collections, usual.revisit_ages) == (Rules(), (), ())
        assert store.robots("https://a.example") is None


def test_health_counts_causes_refusals_and_gaps_of_the_last_weeks(store: Store) -> None:
    source_id = add(store)
    keep(store, source_id, NOW - DAY)
    keep(store, source_id, NOW, unread="parse-timeout")
    with store.transaction() as tx:
        for cause, age in (
            ("http-404", 1),
            ("http-404", 2),
            ("time-out", 3),
            ("robots", 4),
            ("http-500", 40),
        ):
            tx.add_failure(source_id, SITE, at=NOW - age * DAY, cause=cause, message="No.")
    (health,) = store.health(NOW)
    assert health.causes == (("http-404", 2), ("time-out", 1))
    assert (health.refused, health.failures, health.unread, health.articles) == (1, 5, 1, 2)
    assert [failure.cause for failure in health.last_failures] == [
        "http-500",
        "robots",
        "time-out",
        "http-404",
        "http-404",
    ]


def test_arrivals_reach_back_from_the_last_fresh_article_so_that_a_long_silence_is_seen(store: Store) -> None:
    source_id = add(store)
    last = NOW - 40 * DAY
    for age in (80, 50, 45, 40):
        at = NOW - age * DAY
        keep(store, source_id, at, at)
    found_late = Arrival(NOW - 10 * DAY, NOW - 3000 * DAY)
    keep(store, source_id, found_late.first_seen, found_late.published)
    (health,) = store.health(NOW)
    fresh = [Arrival(NOW - age * DAY, NOW - age * DAY) for age in (50, 45, 40)]
    assert health.arrivals == (*fresh, found_late)
    assert last in {arrival.first_seen for arrival in health.arrivals}


def test_what_is_due_of_a_source_comes_in_pieces_lists_first(store: Store) -> None:
    source_id = add(store)
    with store.transaction() as tx:
        tx.add_links(source_id, [Link(f"{SITE}{n}") for n in range(5)], NOW)
        tx.add_links(source_id, [Link(f"{SITE}feed", role="feed")], NOW)
    due = store.due_visits(source_id, NOW, limit=3)
    assert [visit.role for visit in due] == ["page", "feed", "article"]
    assert len(store.due_visits(source_id, NOW)) == 7
    assert store.next_due(source_id) == NOW
    with store.transaction() as tx:
        for visit in store.due_visits(source_id, NOW):
            tx.visited(visit, at=NOW, due_at=None if visit.role == "article" else NOW + DAY, status=200)
    assert store.next_due(source_id) == NOW + DAY


def test_known_addresses_tell_articles_from_what_was_read_and_was_none(store: Store) -> None:
    source_id = add(store)
    with store.transaction() as tx:
        tx.add_links(source_id, [Link(f"{SITE}{name}") for name in ("story", "list", "failed", "new")], NOW)
    article_id = keep(store, source_id, NOW)
    with store.transaction() as tx:
        for visit in store.due_visits(source_id, NOW):
            if not visit.url.endswith("new"):
                status = 500 if visit.url.endswith("failed") else 200
                tx.visited(visit, at=NOW, due_at=None, status=status, failed=status == 500)
            if visit.url.endswith("story"):
                tx.belongs(visit, article_id)
    assert store.known_addresses(source_id, 10) == ([f"{SITE}story"], [f"{SITE}list"])


def test_the_gap_of_an_unread_page_is_filled_in_its_place(store: Store) -> None:
    article_id = keep(store, add(store), NOW, unread="parse-timeout", extractor=1)
    (gap,) = store.articles_read_before(2, unread=True)
    assert gap.id == article_id
    with store.transaction() as tx:
        filled = Revision(**{f: getattr(gap.latest, f) for f in Revision.__dataclass_fields__} | {
            "text": "Read at last.", "unread": "", "extractor": 2,
        })  # fmt: skip
        tx.replace_revision(filled, "sha256:words")
    article = store.article(article_id)
    assert article is not None
    assert article.latest == filled
    assert len(store.revisions(article_id)) == 1
    assert list(store.articles_read_before(2)) == []
    assert store.article_with_text(article.source_id, "sha256:words") == article_id
