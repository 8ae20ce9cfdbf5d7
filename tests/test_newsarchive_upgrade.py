"""Archives of older versions, made by the statements that those versions made them with: lifted with all they hold and
with a copy beside them, whole whenever the process is killed; archives of newer versions are left as they are."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive import schema
from archive.errors import StoreError
from archive.store import Store, copy_database
from newsarchive.config import Config
from newsarchive.lock import crawl_lock

ROOT = Path(__file__).resolve().parent.parent
NEWEST = len(schema.MIGRATIONS)
KINDS_SINCE = 3
"""The version from which on the tables have the kinds of versions."""
AT = "2026-05-01T00:00:00.000000Z"
SECOND = datetime(2026, 5, 2, tzinfo=UTC)

Newsarchive = Callable[..., Any]


def old_archive(path: Path, version: int, *, articles: int = 3) -> None:
    """An archive as that version of the schema has it: one source, articles with two versions each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("PRAGMA journal_mode=wal")
        for migration in schema.MIGRATIONS[:version]:
            for statement in migration:
                raw.execute(statement)
        raw.execute(
            "INSERT INTO source (name, url, identity, kind, interval_seconds, paused, added_at, due_at) VALUES"
            " ('paper', 'https://a.example/', 'https://a.example/', 'page', 1800, 0, :at, :at)",
            {"at": AT},
        )
        for number in range(1, articles + 1):
            url = f"https://a.example/{number}"
            raw.execute(
                "INSERT INTO article (source_id, url, first_seen, last_seen, latest, text_digest)"
                " VALUES (1, ?, ?, ?, 2, 'digest')",
                (url, AT, AT),
            )
            raw.execute("INSERT INTO address VALUES (?, ?)", (url, number))
            for version_number in (1, 2):
                at = f"2026-05-0{version_number}T00:00:00.000000Z"
                capture = raw.execute(
                    "INSERT INTO capture (url, captured_at, status, media_type, payload_digest, file,"
                    " \"offset\", length, record_id) VALUES (?, ?, 200, 'text/html', 'sha256:x',"
                    " '2026/05/newsarchive-1.warc.gz', ?, 10, ?)",
                    (url, at, number * 100 + version_number * 10, f"<urn:uuid:{number}-{version_number}>"),
                ).lastrowid
                raw.execute(
                    "INSERT INTO revision (article_id, number, capture_id, captured_at, title, authors,"
                    " published_day_only, published_from, section, tags, language, image, description, text,"
                    " content_digest) VALUES (?, ?, ?, ?, 'Ferry', '[\"Ada Lane\"]', 0, 'none', '', '[]', 'en',"
                    " '', '', ?, 'digest')",
                    (number, version_number, capture, at, f"Text {version_number}."),
                )
                if version >= KINDS_SINCE and version_number == 2:
                    raw.execute(
                        "UPDATE revision SET kind = 'correction' WHERE article_id = ? AND number = 2",
                        (number,),
                    )
                    raw.execute("UPDATE article SET edits = 1, edited_at = ? WHERE id = ?", (at, number))
                action = "new" if version_number == 1 else "revised"
                raw.execute(
                    "INSERT INTO change (article_id, action, at) VALUES (?, ?, ?)", (number, action, at)
                )
        raw.execute("PRAGMA application_id=0x4E415243")
        raw.execute(f"PRAGMA user_version={version}")


def version_of(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path)) as raw:
        return int(raw.execute("PRAGMA user_version").fetchone()[0])


def copies(home: Path) -> list[Path]:
    return sorted(home.glob("archive.db.version-*"))


def check_all_there(config: Config, articles: int = 3) -> None:
    """Every article of the old archive is there, with both versions."""
    with Store(config.database_url) as store:
        assert store.quick_check() == []
        assert (store.counts().articles, store.counts().revisions) == (articles, 2 * articles)
        assert [[r.text for r in store.revisions(number)] for number in range(1, articles + 1)] == [
            ["Text 1.", "Text 2."]
        ] * articles
        assert [r.kind for r in store.revisions(1)] == ["first", "correction"]
        assert [(a.edits, a.edited_at) for a in store.articles_after(0)] == [(1, SECOND)] * articles
        assert store.article_at(["https://a.example/2"]) == 2
        assert store.last_sequence() == 2 * articles


@pytest.mark.parametrize("version", range(1, NEWEST))
def test_an_older_archive_is_lifted_and_stands_beside_itself(
    config: Config, newsarchive: Newsarchive, version: int
) -> None:
    path = config.home / "archive.db"
    old_archive(path, version)
    done = newsarchive("upgrade", "--json")
    assert (done.code, done.json["before"], done.json["version"]) == (0, version, NEWEST)
    assert done.json["index_rebuilt"] is True
    (copy,) = copies(config.home)
    assert done.json["copy"] == str(copy)
    assert (version_of(path), version_of(copy)) == (NEWEST, version)
    check_all_there(config)
    with contextlib.closing(sqlite3.connect(copy)) as raw:
        assert raw.execute("SELECT count(*) FROM revision").fetchone() == (6,)
    assert newsarchive("search", "ferry", "--json").json["total"] == 3
    again = newsarchive("upgrade")
    assert (again.code, copies(config.home)) == (0, [copy])
    assert "the newest that there is" in again.out


def test_what_an_old_version_committed_last_is_in_the_copy(config: Config) -> None:
    """It may stand in the write-ahead log only, where a copy of the file would not have it."""
    path = config.home / "archive.db"
    old_archive(path, 2)
    with contextlib.closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_autocheckpoint=0")
        raw.execute("UPDATE article SET text_digest = 'last' WHERE id = 1")
        raw.commit()
        with Store(config.database_url) as store:
            assert store.upgraded is not None
        (copy,) = copies(config.home)
        with contextlib.closing(sqlite3.connect(copy)) as copied:
            assert copied.execute("SELECT text_digest FROM article WHERE id = 1").fetchone() == ("last",)


def test_any_command_that_writes_makes_the_copy_too_and_says_so(
    config: Config, newsarchive: Newsarchive, caplog: pytest.LogCaptureFixture
) -> None:
    old_archive(config.home / "archive.db", 1)
    assert newsarchive("sources", "pause", "paper").code == 0
    (copy,) = copies(config.home)
    assert copy.name in caplog.text
    check_all_there(config)


def test_a_copy_that_cannot_be_made_leaves_the_archive_as_it_is(
    config: Config, newsarchive: Newsarchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = config.home / "archive.db"
    old_archive(path, 2)

    def refuse(_source: Path, target: Path) -> None:
        raise StoreError(f"{target} cannot be written: No space left on device.")

    monkeypatch.setattr("archive.store.database.copy_database", refuse)
    done = newsarchive("upgrade")
    assert (done.code, done.err.count("\n"), version_of(path)) == (1, 1, 2)
    assert "No space left" in done.err


def test_many_who_open_an_older_archive_at_once_make_one_copy(config: Config) -> None:
    old_archive(config.home / "archive.db", 2)
    upgraded = []

    def run() -> None:
        with Store(config.database_url) as store:
            upgraded.append(store.upgraded)

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(upgraded), len(copies(config.home))) == (6, 1)
    assert sum(one is not None for one in upgraded) == 1


@pytest.mark.kill
def test_hostile_45_an_upgrade_that_is_killed_leaves_the_old_or_the_new(config: Config) -> None:
    path = config.home / "archive.db"
    old_archive(path, 2, articles=60)
    before = path.read_bytes()
    seen = set()
    for wait in (0.0, 0.005, 0.02, 0.1):
        for leftover in config.home.glob("archive.db*"):
            leftover.unlink()
        path.write_bytes(before)
        process = subprocess.Popen(
            [sys.executable, "-c", UPGRADER, config.database_url],
            cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        with process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(wait)
            process.send_signal(signal.SIGKILL)
        seen.add(version_of(path))
        assert seen <= {2, NEWEST}
        check_all_there(config, articles=60)
        assert version_of(path) == NEWEST
        assert len(copies(config.home)) >= 1
        copied = copies(config.home)[-1]
        assert version_of(copied) == 2


UPGRADER = """
import sys
from archive.store import Store
print("ready", flush=True)
Store(sys.argv[1]).close()
"""


def test_hostile_56_an_archive_of_a_newer_version_is_refused_untouched_by_every_command(
    config: Config, newsarchive: Newsarchive
) -> None:
    path = config.home / "archive.db"
    old_archive(path, 2)
    with contextlib.closing(sqlite3.connect(path)) as raw:
        raw.execute(f"PRAGMA user_version={NEWEST + 1}")
    before = {file.name: file.read_bytes() for file in config.home.iterdir()}
    for command in (
        ["upgrade"], ["status"], ["crawl"], ["rebuild"], ["verify"], ["show", "1"], ["sources", "list"],
    ):  # fmt: skip
        done = newsarchive(*command)
        assert (done.code, done.err.count("\n")) == (1, 1), command
        assert "newer version" in done.err
    after = {
        file.name: file.read_bytes()
        for file in config.home.iterdir()
        if file.is_file() and file.name != "crawl.lock"
    }
    assert after == before


def test_no_upgrade_while_a_crawl_is_under_way_and_none_where_there_is_no_archive(
    config: Config, newsarchive: Newsarchive
) -> None:
    missing = newsarchive("upgrade")
    assert (missing.code, "no archive" in missing.err) == (1, True)
    path = config.home / "archive.db"
    old_archive(path, 2)
    with crawl_lock(config.home):
        assert newsarchive("upgrade").code == 1
    assert version_of(path) == 2


def test_a_copy_replaces_what_a_killed_one_left(store: Store, config: Config, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.with_name("copy.db.new").write_bytes(b"half")
    copy_database(config.home / "archive.db", target)
    assert version_of(target) == NEWEST
    with pytest.raises(StoreError, match="cannot be copied"):
        copy_database(tmp_path / "nothing.db", target)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["copy.db"]
