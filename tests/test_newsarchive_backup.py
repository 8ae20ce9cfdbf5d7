"""Backups: whole while a crawl goes on, incremental, whole whenever they are killed; and the archive out of them again."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.backup import Origin, make_backup, read_catalogue
from archive.backup import making as making_module
from archive.store import Store
from newsarchive import jobs
from newsarchive.config import Config
from newsarchive.demo.server import DemoServer

ROOT = Path(__file__).resolve().parent.parent

Newsarchive = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the backup goes."""
    return tmp_path / "disk" / "backup"


@pytest.fixture
def elsewhere(newsarchive: Newsarchive, tmp_path: Path) -> Callable[..., Any]:
    """The command line over another, empty home."""

    def run(*arguments: object) -> Any:
        return newsarchive("--home", tmp_path / "elsewhere", *arguments)

    return run


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, but locks."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }


def told(store: Store) -> list[Any]:
    """All that an archive says of its articles."""
    return [(article, store.revisions(article.id)) for article in store.articles_after(0)]


def test_what_is_saved_can_be_restored_elsewhere_and_is_the_same(
    kept: Config, newsarchive: Newsarchive, elsewhere: Newsarchive, folder: Path, tmp_path: Path
) -> None:
    (kept.home / "newsarchive.toml").write_text('[crawl]\nuser_agent = "me"\n')
    saved = newsarchive("backup", folder, "--json")
    assert saved.code == 0
    with Store(kept.database_url) as store:
        assert saved.json["articles"] == store.counts().articles > 0
        before = told(store)
    assert saved.json["copied"]["bytes"] == saved.json["bytes"]
    restored = elsewhere("restore", folder, "--json")
    assert (restored.code, restored.json["settings"]) == (0, True)
    assert restored.json["documents"] == restored.json["articles"] == saved.json["articles"]
    home = tmp_path / "elsewhere"
    assert (home / "newsarchive.toml").read_text() == '[crawl]\nuser_agent = "me"\n'
    with Store(f"sqlite:///{home / 'archive.db'}") as store:
        assert told(store) == before
    verified = elsewhere("verify", "--json")
    assert (verified.code, verified.json["problems"]) == (0, [])
    assert elsewhere("search", "ferry", "--json").code == 0
    crawled = elsewhere("crawl", "--force", "--json")
    assert (crawled.code, crawled.json["new"]) == (0, 0)


def test_a_second_run_copies_only_what_is_new(kept: Config, newsarchive: Newsarchive, folder: Path) -> None:
    first = newsarchive("backup", folder, "--json").json
    assert first["copied"]["bytes"] == first["bytes"]
    again = newsarchive("backup", folder, "--json").json
    database = read_catalogue(folder).database  # type: ignore[union-attr]
    assert again["copied"] == {"files": 1, "bytes": database.bytes}
    jobs.crawl_once(kept, force=True)
    later = newsarchive("backup", folder, "--json").json
    catalogue = read_catalogue(folder)
    assert catalogue is not None
    assert later["captures"] > first["captures"]
    warc_bytes = later["copied"]["bytes"] - catalogue.database.bytes
    grown = later["bytes"] - catalogue.database.bytes - (again["bytes"] - database.bytes)
    assert 0 < warc_bytes == grown
    assert newsarchive("backup", folder, "--check").code == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        catalogue.database.path, "newsarchive-backup.json", "newsarchive-backup.lock", "warc",
    ]  # fmt: skip


def test_hostile_55_a_copy_of_the_file_loses_what_a_backup_has(
    kept: Config, newsarchive: Newsarchive, folder: Path, tmp_path: Path
) -> None:
    """Rows that stand in the write-ahead log only are not in the file; a backup has them."""
    path = kept.home / "archive.db"
    with contextlib.closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_autocheckpoint=0")
        raw.execute(
            "INSERT INTO failure (source_id, url, at, cause, message) VALUES (1, 'u', 'a', 'late', 'm')"
        )
        raw.commit()
        shutil.copy(path, tmp_path / "copied.db")
        assert newsarchive("backup", folder).code == 0
    catalogue = read_catalogue(folder)
    assert catalogue is not None

    def late(database: Path) -> int:
        with contextlib.closing(sqlite3.connect(database)) as saved:
            return int(saved.execute("SELECT count(*) FROM failure WHERE cause = 'late'").fetchone()[0])

    assert (late(tmp_path / "copied.db"), late(folder / catalogue.database.path)) == (0, 1)


def test_a_backup_that_is_made_while_a_crawl_goes_on_has_all_that_was_acknowledged_before(
    config: Config, newsarchive: Newsarchive, elsewhere: Newsarchive, folder: Path, tmp_path: Path
) -> None:
    with DemoServer(slow_seconds=0.0) as paper:
        with Store(config.database_url) as store, store.transaction() as tx:
            tx.add_source(name="paper", url=paper.url, interval=timedelta(hours=1), now=jobs.now())
        crawl = threading.Thread(target=jobs.crawl_once, args=(config,))
        crawl.start()
        try:
            rounds = 0
            while crawl.is_alive():
                with Store(config.database_url, readonly=True) as store:
                    known = {a.id: a.latest.number for a in store.articles_after(0)}
                if not known:
                    time.sleep(0.005)
                    continue
                assert newsarchive("backup", folder).code == 0
                rounds += 1
                if rounds == 1:
                    at_first = known
                    shutil.copytree(folder, tmp_path / "first")
        finally:
            crawl.join()
    assert rounds >= 1
    assert elsewhere("restore", tmp_path / "first").code == 0
    with Store(f"sqlite:///{tmp_path / 'elsewhere' / 'archive.db'}") as store:
        restored = store.latest_revisions()
    assert all(restored.get(key, 0) >= number for key, number in at_first.items())
    verified = elsewhere("verify", "--json")
    assert (verified.code, verified.json["problems"]) == (0, [])


def origin_of(config: Config) -> Origin:
    return Origin(config.home, config.home / "archive.db", config.warc_dir, config.home / "newsarchive.toml")


def test_whatever_stops_a_backup_leaves_the_one_before(
    kept: Config, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_backup(origin_of(kept), folder, now=jobs.now(), software="test")
    before = read_catalogue(folder)
    jobs.crawl_once(kept, force=True)
    steps = ("copy_database", "extend_file", "digest_of", "write_catalogue", "_forget_others")
    for step in steps:
        real = getattr(making_module, step)

        def killed(*arguments: Any, _real: Any = real, **options: Any) -> None:
            _real(*arguments, **options)
            raise KeyboardInterrupt

        monkeypatch.setattr(making_module, step, killed)
        with pytest.raises(KeyboardInterrupt):
            make_backup(origin_of(kept), folder, now=jobs.now(), software="test")
        monkeypatch.setattr(making_module, step, real)
        there = read_catalogue(folder)
        assert there is not None
        if step not in ("write_catalogue", "_forget_others"):
            assert there == before
        from archive.backup import check_backup

        assert check_backup(folder) == []
    make_backup(origin_of(kept), folder, now=jobs.now(), software="test")
    assert len(list(folder.glob("archive-*"))) == 1


@pytest.mark.kill
def test_hostile_45_a_backup_that_is_killed_leaves_one_that_can_be_restored(
    kept: Config, newsarchive: Newsarchive, elsewhere: Newsarchive, folder: Path, tmp_path: Path
) -> None:
    assert newsarchive("backup", folder).code == 0
    for wait in (0.2, 0.35, 0.5):
        process = subprocess.Popen(
            [sys.executable, "-m", "newsarchive", "--home", str(kept.home), "backup", str(folder)], cwd=ROOT
        )
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert newsarchive("backup", folder, "--check").code == 0
    assert newsarchive("backup", folder).code == 0
    assert elsewhere("restore", folder, "--no-index").code == 0


# -- restoring ---------------------------------------------------------------------------------------


def test_nothing_is_ever_overwritten(
    kept: Config, newsarchive: Newsarchive, elsewhere: Newsarchive, folder: Path, tmp_path: Path
) -> None:
    newsarchive("backup", folder)
    before = contents(kept.home)
    refused = newsarchive("restore", folder)
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "empty folder" in refused.err
    assert contents(kept.home) == before
    stray = tmp_path / "elsewhere" / "warc" / "2026" / "a.warc.gz"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"mine")
    refused = elsewhere("restore", folder)
    assert (refused.code, stray.read_bytes()) == (2, b"mine")


def test_a_restore_that_was_stopped_goes_on(
    kept: Config,
    newsarchive: Newsarchive,
    elsewhere: Newsarchive,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    newsarchive("backup", folder)
    from archive.backup import restoring

    real = restoring._put

    def killed(folder: Path, kept: Any, path: Path, advance: Any) -> None:
        if path.suffix == ".db":
            raise KeyboardInterrupt
        real(folder, kept, path, advance)

    monkeypatch.setattr(restoring, "_put", killed)
    assert elsewhere("restore", folder).code == 1
    assert not (tmp_path / "elsewhere" / "archive.db").exists()
    monkeypatch.setattr(restoring, "_put", real)
    assert elsewhere("restore", folder).code == 0
    assert elsewhere("verify").code == 0
    assert not (tmp_path / "elsewhere" / "restore-unfinished.json").exists()


@pytest.mark.parametrize("harm", ["flip", "cut", "delete"])
def test_a_damaged_backup_is_named_and_not_restored(
    kept: Config, newsarchive: Newsarchive, elsewhere: Newsarchive, folder: Path, tmp_path: Path, harm: str
) -> None:
    newsarchive("backup", folder)
    (path,) = (folder / "warc").rglob("*.warc.gz")
    data = path.read_bytes()
    if harm == "delete":
        path.unlink()
    else:
        path.write_bytes(data[:-1] if harm == "cut" else data[:99] + bytes([data[99] ^ 1]) + data[100:])
    checked = newsarchive("backup", folder, "--check", "--json")
    assert (checked.code, checked.json["sound"]) == (1, False)
    assert path.name in checked.json["problems"][0]
    restored = elsewhere("restore", folder)
    assert (restored.code, path.name in restored.err) == (1, True)
    assert not (tmp_path / "elsewhere" / "archive.db").exists()


def test_settings_that_are_there_stay_and_may_say_where_all_goes(
    kept: Config, newsarchive: Newsarchive, elsewhere: Newsarchive, folder: Path, tmp_path: Path
) -> None:
    newsarchive("backup", folder)
    home = tmp_path / "elsewhere"
    home.mkdir()
    (home / "newsarchive.toml").write_text(f'[archive]\nwarc = "{tmp_path / "big disk"}"\n')
    restored = elsewhere("restore", folder, "--json")
    assert (restored.code, restored.json["settings"]) == (0, False)
    assert not (home / "warc").exists()
    assert list((tmp_path / "big disk").rglob("*.warc.gz*"))
    assert elsewhere("verify").code == 0


def test_a_path_that_leads_out_of_the_backup_is_not_followed(
    kept: Config, newsarchive: Newsarchive, elsewhere: Newsarchive, folder: Path
) -> None:
    newsarchive("backup", folder)
    path = folder / "newsarchive-backup.json"
    said = json.loads(path.read_text())
    said["warcs"][0]["name"] = "../../escaped.warc.gz"
    path.write_text(json.dumps(said))
    refused = elsewhere("restore", folder)
    assert (refused.code, refused.err.count("\n")) == (1, 1)


# -- places ------------------------------------------------------------------------------------------


def test_only_an_empty_folder_or_a_backup_of_this_archive_is_written_to(
    editions: Any,
    kept: Config,
    newsarchive: Newsarchive,
    elsewhere: Newsarchive,
    folder: Path,
    tmp_path: Path,
) -> None:
    holiday = tmp_path / "holiday"
    holiday.mkdir()
    (holiday / "beach.jpg").write_bytes(b"sand")
    for place in (holiday, kept.home, kept.warc_dir, kept.warc_dir / "deeper"):
        refused = newsarchive("backup", place)
        assert (refused.code, refused.err.count("\n")) == (2, 1), place
    assert [path.name for path in holiday.iterdir()] == ["beach.jpg"]
    assert newsarchive("backup", folder).code == 0
    elsewhere("add", editions.paper.url)
    elsewhere("sources", "add", editions.paper.url)
    elsewhere("crawl")
    other = elsewhere("backup", folder)
    assert (other.code, "another archive" in other.err) == (2, True)


def test_two_do_not_save_to_one_place_at_once(kept: Config, newsarchive: Newsarchive, folder: Path) -> None:
    folder.mkdir(parents=True)
    with making_module._locked(folder, begun=False):
        busy = newsarchive("backup", folder)
    assert (busy.code, busy.err.count("\n")) == (1, 1)
    assert newsarchive("backup", folder).code == 0


def test_there_must_be_an_archive_to_save_and_a_backup_to_restore(
    newsarchive: Newsarchive, folder: Path, tmp_path: Path
) -> None:
    assert newsarchive("backup", folder).code == 1
    assert newsarchive("restore", tmp_path / "nothing").code == 2
    assert newsarchive("backup", tmp_path / "nothing", "--check").code == 2


def test_a_file_that_is_shorter_than_the_database_says_is_named_and_the_backup_before_stays(
    kept: Config, newsarchive: Newsarchive, folder: Path
) -> None:
    newsarchive("backup", folder)
    before = contents(folder)
    (path,) = kept.warc_dir.rglob("*.warc.gz*")
    os.truncate(path, path.stat().st_size - 1)
    refused = newsarchive("backup", folder)
    assert (refused.code, path.name in refused.err) == (1, True)
    assert newsarchive("backup", folder, "--check").code == 0
    assert {name: data for name, data in contents(folder).items() if name in before} == before


def test_a_file_that_was_written_anew_is_copied_anew_beside_the_one_before(
    kept: Config, newsarchive: Newsarchive, folder: Path
) -> None:
    newsarchive("backup", folder)
    (path,) = kept.warc_dir.rglob("*.warc.gz*")
    data = bytearray(path.read_bytes())
    data[4] ^= 1  # the time stamp of the first member, which means nothing
    path.write_bytes(data)
    assert newsarchive("backup", folder).code == 0
    (saved,) = (folder / "warc").rglob("*.warc.gz*")
    assert saved.read_bytes() == bytes(data)
    assert newsarchive("backup", folder, "--check").code == 0
    data[4] ^= 1
    path.write_bytes(data)
    assert newsarchive("backup", folder).code == 0
    assert newsarchive("backup", folder, "--check").code == 0
