"""`recover`: the database is deleted or damaged, and everything comes back from the WARC files: the same ids, versions,
times, addresses, changes and sources."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from archive import care, warc
from archive.journal import parse
from archive.model import Rules
from archive.store import Store
from newsarchive import jobs
from newsarchive.config import Config, CrawlConfig
from newsarchive.demo.server import DemoServer
from newsarchive.lock import crawl_lock

Run = Callable[..., Any]

TABLES = ("source", "capture", "article", "address", "revision", "change", "journal")
SCHEDULE = ("due_at", "last_crawl_at", "last_success_at", "last_error")
"""What of a source is told only when its settings change: it is made anew by the next crawl."""


def dump(path: Path) -> dict[str, list[dict[str, Any]]]:
    """All that matters in a database."""
    with closing(sqlite3.connect(path)) as raw:
        raw.row_factory = sqlite3.Row
        tables = {
            name: [dict(row) for row in raw.execute(f"SELECT * FROM {name} ORDER BY 1, 2")] for name in TABLES
        }
    for row in tables["source"]:
        for name in SCHEDULE:
            del row[name]
    return tables


def lose_database(config: Config) -> None:
    for path in config.home.glob("archive.db*"):
        path.unlink()


@pytest.fixture(scope="module")
def two_editions(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The demo newspaper, crawled in two editions: articles that are new, revised and gone, and sources of all sorts."""
    crawl = CrawlConfig(min_delay=0.0, allow_addresses=(ip_network("127.0.0.0/8"),))
    config = Config(tmp_path_factory.mktemp("editions") / "home", crawl=crawl)
    with DemoServer(slow_seconds=0.0) as paper, Store(config.database_url) as store:
        with store.transaction() as tx:
            hour = timedelta(hours=1)
            first = tx.add_source(name="paper", url=f"{paper.url}sitemap.xml", interval=hour, now=jobs.now())
            gone = tx.add_source(name="gone", url="http://gone.test/", interval=hour, now=jobs.now())
            tx.remove_source(gone, jobs.now())
        assert jobs.crawl_once(config).complete
        paper.edition = 2
        with store.transaction() as tx:
            tx.change_source(
                first, name="The Lantern", rules=Rules(title="h1"), collections=("local", "coast")
            )
        assert jobs.crawl_once(config, force=True).complete
    return config


@pytest.fixture
def archive(two_editions: Config, config: Config) -> Config:
    """A copy of that archive, for one test."""
    shutil.copytree(two_editions.home, config.home)
    return config


def test_a_deleted_database_comes_back_with_every_version(archive: Config, newsarchive: Run) -> None:
    before = dump(archive.home / "archive.db")
    assert {change["action"] for change in before["change"]} == {"new", "revised", "gone"}
    lose_database(archive)
    ran = newsarchive("recover")
    assert ran.code == 0
    assert "Recovered: 46 articles in 47 versions" in ran.out
    assert dump(archive.home / "archive.db") == before
    verified = newsarchive("verify", "--json").json
    assert (verified["sound"], verified["documents"]) == (True, 46)


def test_so_does_one_that_is_only_opened_for_a_crawl(archive: Config, newsarchive: Run) -> None:
    before = dump(archive.home / "archive.db")
    lose_database(archive)
    with Store(archive.database_url) as store:
        recovery = care.recover(store, archive.warc_dir)
    assert recovery.complete
    assert dump(archive.home / "archive.db") == before


@pytest.mark.parametrize(
    "command", ["status", "search bridge", "show 1", "changes", "rebuild", "sources list"]
)
def test_an_archive_without_its_database_is_not_taken_for_an_empty_one(
    archive: Config, newsarchive: Run, command: str
) -> None:
    lose_database(archive)
    ran = newsarchive("--home", archive.home, *command.split())
    assert (ran.code, ran.out) == (1, "")
    assert "newsarchive recover makes the database anew" in ran.err
    assert not list(archive.home.glob("archive.db*"))


def test_an_empty_database_in_the_place_of_a_lost_one_is_no_reason_to_refuse(
    archive: Config, newsarchive: Run
) -> None:
    before = dump(archive.home / "archive.db")
    lose_database(archive)
    Store(archive.database_url).close()
    assert newsarchive("--home", archive.home, "recover").code == 0
    assert dump(archive.home / "archive.db") == before


def test_the_next_crawl_asks_with_what_servers_said_before(archive: Config) -> None:
    lose_database(archive)
    jobs.recover(archive)
    with Store(archive.database_url) as store:
        (article,) = store.articles([1])
        visit = store.visit(article.source_id, store.addresses_of(1)[0])
    assert visit is not None
    assert (visit.article_id, visit.visited_at, visit.url) == (1, article.last_seen, article.url)
    assert visit.etag
    assert visit.body_digest


def test_a_sound_database_is_only_made_anew_by_force(archive: Config, newsarchive: Run) -> None:
    before = dump(archive.home / "archive.db")
    ran = newsarchive("recover")
    assert ran.code == 2
    assert "--force" in ran.err
    assert ran.err.count("\n") == 1
    assert list(archive.home.glob("archive.db.before*")) == []
    told = newsarchive("recover", "--force", "--json").json
    assert (told["articles"], told["revisions"], told["sources"], told["missing"]) == (46, 47, 1, 0)
    assert dump(archive.home / "archive.db") == before == dump(Path(told["aside"]))
    assert told["index_rebuilt"] is False


@pytest.mark.parametrize("damage", ["zeros", "torn", "empty"])
def test_a_damaged_database_is_replaced_and_kept(archive: Config, newsarchive: Run, damage: str) -> None:
    path = archive.home / "archive.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before, data = dump(path), path.read_bytes()
    damaged = {"zeros": data[:4096] + bytes(40_960) + data[45_056:], "torn": data[:50_000], "empty": b""}[
        damage
    ]
    path.write_bytes(damaged)
    told = newsarchive("recover", "--json").json
    assert dump(path) == before
    assert Path(told["aside"]).read_bytes() == damaged


def test_hostile_52_a_torn_write_ahead_log_costs_nothing(archive: Config, newsarchive: Run) -> None:
    """What SQLite cannot read of its log any more is taken from the WARC files."""
    path = archive.home / "archive.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    early = path.read_bytes()
    with DemoServer(slow_seconds=0.0) as paper:
        assert newsarchive("add", f"{paper.url}council/bridge-toll-145").code == 0
    before = dump(path)
    log = archive.home / "archive.db-wal"
    path.write_bytes(early)
    log.write_bytes(b"\x37\x7f\x06\x82" + bytes(5_000))
    assert dump(path) != before
    assert newsarchive("verify", "--repair").code == 0
    assert dump(path) == before


def test_what_stands_behind_damage_comes_back_too(archive: Config, newsarchive: Run) -> None:
    """A page that is lost leaves the text that was read from it."""
    with Store(archive.database_url) as store:
        (article,) = store.articles([7])
        capture = store.capture(article.latest.capture_id)
        assert capture is not None
        before = store.counts()
    path = warc.path_of(archive.warc_dir, capture.place.file)
    data = bytearray(path.read_bytes())
    data[capture.place.offset + 30] ^= 0xFF
    path.write_bytes(data)
    lose_database(archive)
    ran = newsarchive("recover", "--json")
    assert ran.code == 1
    assert (ran.json["damaged"], ran.json["lost"], ran.json["missing"]) == (1, 1, 0)
    assert path.read_bytes() == bytes(data)
    with Store(archive.database_url) as store:
        assert store.counts() == before
        (found,) = store.articles([7])
    assert found.latest.text == article.latest.text
    assert newsarchive("show", 7).code == 0
    assert newsarchive("verify").code == 1


def test_entries_that_are_lost_are_counted_and_their_source_can_be_set_up_again(
    archive: Config, newsarchive: Run
) -> None:
    (name,) = warc.files(archive.warc_dir)
    path = warc.path_of(archive.warc_dir, name)
    first = next(r for r in warc.walk(archive.warc_dir, name) if r.kind == "metadata" and parse(r.payload))
    data = bytearray(path.read_bytes())
    data[first.place.offset + 30] ^= 0xFF
    path.write_bytes(data)
    lose_database(archive)
    ran = newsarchive("recover", "--json")
    assert (ran.code, ran.json["missing"], ran.json["articles"]) == (1, 1, 46)
    assert any(
        "The Lantern" in s["name"] or "Lost" in s["name"]
        for s in newsarchive("sources", "list", "--json").json
    )


def test_an_index_that_is_ahead_of_the_database_is_noticed_and_made_anew(
    archive: Config, newsarchive: Run, caplog: pytest.LogCaptureFixture
) -> None:
    """As after a database was put back from a copy of long ago."""
    with Store(archive.database_url) as store:
        last = store.last_sequence()
    with closing(sqlite3.connect(archive.home / "archive.db")) as raw:
        raw.execute("DELETE FROM change WHERE sequence > 20")
        raw.commit()
    verified = newsarchive("verify", "--json").json
    assert [problem["code"] for problem in verified["problems"]] == ["index"]
    assert f"{last} changes" in verified["problems"][0]["message"]
    with DemoServer(slow_seconds=0.0) as paper:
        assert newsarchive("add", f"{paper.url}nowhere").code in (0, 1)
    assert newsarchive("status", "--json").json["index"]["behind"] == 0


def test_a_recovery_that_is_killed_changes_nothing_and_the_next_completes(
    archive: Config, newsarchive: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive.home / "archive.db"
    before = dump(path)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("newsarchive.jobs.recovering.exchange_database", killed)
    with pytest.raises(KeyboardInterrupt):
        jobs.recover(archive, force=True)
    monkeypatch.undo()
    assert dump(path) == before
    assert newsarchive("recover", "--force").code == 0
    assert dump(path) == before
    assert [p.name for p in archive.home.glob("*.new*")] == []


def test_without_warc_files_or_during_a_crawl_nothing_is_recovered(archive: Config, newsarchive: Run) -> None:
    with crawl_lock(archive.home):
        assert newsarchive("recover", "--force").code == 1
    shutil.rmtree(archive.warc_dir)
    ran = newsarchive("recover", "--force")
    assert ran.code == 1
    assert "no WARC files" in ran.err


def test_pages_of_an_archive_without_a_journal_are_read_anew(archive: Config, newsarchive: Run) -> None:
    """As those of versions that had none: what they tell of articles is cut out."""
    with Store(archive.database_url) as store:
        before = {article.url: article.latest.text for article in store.articles_after(0)}
    for name in warc.files(archive.warc_dir):
        path = warc.path_of(archive.warc_dir, name)
        data = path.read_bytes()
        kept = [
            data[r.place.offset : r.place.offset + r.place.length]
            for r in warc.walk(archive.warc_dir, name)
            if not parse(r.payload)
        ]
        path.write_bytes(b"".join(kept))
        path.rename(archive.warc_dir / name)
    lose_database(archive)
    told = newsarchive("recover", "--json").json
    assert told["read_anew"] > 40
    with Store(archive.database_url) as store:
        found = {article.url: article.latest.text for article in store.articles_after(0)}
        assert store.journal_is_complete()
    assert set(found) <= set(before)
    assert len(found) >= len(before) - 2
    assert all(before[url] == text for url, text in found.items())
    verified = newsarchive("verify", "--json").json
    assert (verified["sound"], verified["documents"]) == (True, len(found))
    again = newsarchive("recover", "--force", "--json").json
    assert (again["articles"], again["revisions"], again["read_anew"]) == (
        told["articles"],
        told["revisions"],
        0,
    )


def test_hostile_56_a_database_of_a_newer_version_is_replaced_by_no_force(
    archive: Config, newsarchive: Run
) -> None:
    path = archive.home / "archive.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA user_version=99")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    ran = newsarchive("recover", "--force")
    assert ran.code == 1
    assert "newer version" in ran.err
    assert path.read_bytes() == before
