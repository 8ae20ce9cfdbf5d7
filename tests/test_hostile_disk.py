"""A disk that is full while a crawl goes on: nothing that was acknowledged is lost, the crawl says why it waits, and goes
on by itself."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive import care
from archive.crawl import CrawlReport, Room, loop, room
from archive.errors import DiskFull, StoreError
from archive.store import Store
from newsarchive.config import Config

crawl_site = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("crawl_site.py"))))
faults = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("faults.py"))))

NAMES = ("/one", "/two")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for seconds here."""
    monkeypatch.setattr(room, "_SOONEST", 0.02)
    monkeypatch.setattr(room, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(loop, "_POLL_SECONDS", 0.01)


@pytest.fixture
def paper(site: Any) -> Any:
    """A site with a feed of two articles."""
    site.pages |= {name: crawl_site.article(f"The story of {name}") for name in NAMES}
    site.pages["/feed"] = crawl_site.feed(site.url, *NAMES)
    return site


class Pauses:
    """Hears what a crawl tells; does something when it pauses."""

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        self.told: list[str] = []
        self._then = then

    def __call__(self, report: CrawlReport, url: str) -> None:
        if report.paused and report.paused not in self.told:
            self.told.append(report.paused)
            self._then()


def assert_whole(crawler: Any, report: CrawlReport) -> None:
    """Everything was archived, and all parts of the archive agree."""
    assert report.complete
    assert not report.paused
    assert report.failures == []
    assert set(crawler.articles()) == set(NAMES)
    assert list(care.check(crawler.store, crawler.config.warc_dir)) == []


# -- room that is kept free --------------------------------------------------------------------------


def test_nothing_is_fetched_while_there_is_too_little_room(
    crawler: Any, paper: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    free = 1 << 30
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=free))
    asked: list[str] = []

    def make_room() -> None:
        nonlocal free
        asked.extend(paper.asked)
        free = 3 << 30

    pauses = Pauses(make_room)
    crawler.add(f"{paper.url}/feed")
    report = crawler(progress=pauses, room=Room([tmp_path / "not/there/yet"], 2 << 30))
    assert asked == []
    (told,) = pauses.told
    assert told == (
        f"The disk of {tmp_path}/not/there/yet has 1 GiB free, and 2 GiB are to stay so ([archive] min_free). "
        "The crawl goes on when there is room."
    )
    assert_whole(crawler, report)


def test_that_it_pauses_is_told_once_however_much_is_missing(
    crawler: Any, paper: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: Any
) -> None:
    free = iter(range(20))
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=next(free, 1 << 40)))
    crawler.add(f"{paper.url}/feed")
    told: list[str] = []
    report = crawler(room=Room([tmp_path], 1 << 30), progress=lambda now, url: url or told.append(now.paused))
    assert_whole(crawler, report)
    assert [bool(paused) for paused in told] == [True, False]
    assert len(caplog.messages) == 2


def test_a_crawl_that_waits_for_room_can_be_stopped(
    crawler: Any, paper: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=0))
    crawler.add(f"{paper.url}/feed")
    crawl = crawler.crawl(room=Room([tmp_path], 1), progress=lambda _report, _url: crawl.stop())
    report = crawl.run(crawler.store.sources())
    assert paper.asked == []
    assert not report.complete or report.waiting == 0


def test_what_does_not_fit_is_tried_again_after_longer_and_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_SOONEST", 5.0)
    waits, now = [], 0.0
    full = Room()
    for _ in range(8):
        full.refused(DiskFull("No."), now)
        since = now
        while not full.is_there(now):
            now += 1.0
        waits.append(now - since)
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300]
    assert full.is_there(now + 1000)
    full.refused(DiskFull("No."), now + 1000)
    assert not full.is_there(now + 1002)
    assert full.is_there(now + 1006)


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KiB"), (2 << 30, "2 GiB")]
)
def test_sizes_in_words(size: int, words: str) -> None:
    assert room.in_words(size) == words


# -- 50: no room at each write -----------------------------------------------------------------------


def calls_of_a_crawl(crawler: Any, paper: Any, fault: Any) -> tuple[CrawlReport, Pauses]:
    crawler.add(f"{paper.url}/feed")
    pauses = Pauses()
    with fault():
        report = crawler(progress=pauses)
    return report, pauses


@pytest.mark.parametrize("at", range(30))
def test_hostile_50_no_room_at_any_call_of_a_crawl_loses_nothing(crawler: Any, paper: Any, at: int) -> None:
    """Of what is asked of the WARC files' disk; now before the call, now in the middle of it."""
    fault = faults.Faults(at, faults.no_room, after=bool(at % 2))
    report, pauses = calls_of_a_crawl(crawler, paper, fault)
    assert_whole(crawler, report)
    assert len(pauses.told) == fault.happened
    assert fault.calls >= 20
    if pauses.told:
        assert pauses.told[0].endswith("No space left on device. The crawl goes on when there is room.")


@pytest.mark.parametrize("at", range(10))
def test_hostile_50_no_room_for_any_transaction_of_a_crawl_loses_nothing(
    crawler: Any, paper: Any, store: Store, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was appended for it is cut off again, so that no record is left that nobody knows."""
    from archive.store.driver import driver

    crawler.add(f"{paper.url}/feed")
    dialect, commits = store._engine.dialect, 0
    commit = dialect.do_commit

    def full(connection: Any) -> None:
        nonlocal commits
        commits += 1
        if commits == at + 1:
            raise driver().OperationalError("database or disk is full")
        commit(connection)

    pauses = Pauses()
    monkeypatch.setattr(dialect, "do_commit", full)
    report = crawler(progress=pauses)
    assert_whole(crawler, report)
    assert [told.partition(" cannot")[2] for told in pauses.told] == [
        " be used: database or disk is full. The crawl goes on when there is room."
    ] * (at < commits - 1)  # the last one keeps what was learnt, which is learnt again where it is lost


class Disk:
    """A small disk, and a file that fills it."""

    size = 8 << 20

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self, leave: int) -> None:
        """Nothing more than so many bytes fits."""
        left = shutil.disk_usage(self.folder).free - leave
        with self._filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, left)

    def make_room(self) -> None:
        """The filler is gone."""
        self._filler.unlink(missing_ok=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk | None]:
    """A real small disk in memory, where one may be mounted (by root, on Linux); None elsewhere."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={Disk.size}", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    yield Disk(folder) if mounted else None
    if mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("leave", [0, 4096, 12288, 40960, 131072])
def test_hostile_50_a_disk_that_is_really_full_pauses_the_crawl(
    disk: Disk | None, config: Config, parsers: Any, paper: Any, leave: int, tmp_path: Path
) -> None:
    """Of a disk in memory, which has so many bytes left when the crawl begins; where none can be had, the first calls
    fail."""
    home = disk.folder / "home" if disk else tmp_path / "home"
    small = Config(home, crawl=config.crawl)
    with Store(small.database_url) as store:
        crawler = crawl_site.Crawler(small, store, parsers)
        crawler.add(f"{paper.url}/feed")
        pauses = Pauses(disk.make_room if disk else lambda: None)
        if disk:
            disk.fill(leave)
        with faults.Faults(10_000 if disk else leave // 4096, faults.no_room)():
            report = crawler(progress=pauses, room=Room([home], 0))
        assert_whole(crawler, report)
        assert pauses.told or leave > 40960


def test_a_full_disk_is_told_apart_from_other_failures(config: Config, store: Store) -> None:
    source = {"interval": timedelta(hours=1), "now": crawl_site.now()}
    with store.transaction() as tx:
        tx.add_source(name="paper", url="http://paper.example/", **source)
    with store._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
    cause = {"at": crawl_site.now(), "cause": "c", "message": "m" * 10_000}
    with pytest.raises(DiskFull, match="database or disk is full"), store.transaction() as tx:
        [tx.add_failure(1, "x", **cause) for _ in range(100)]
    with pytest.raises(StoreError) as refused, store.transaction() as tx:
        tx.add_failure(99, "x", **(cause | {"message": "no such source"}))
    assert not isinstance(refused.value, DiskFull)
    assert store.failures(9) == []
