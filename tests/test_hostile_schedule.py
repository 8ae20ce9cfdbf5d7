"""What befalls a schedule, by number: ticks that overlap, jobs that break, sleep, summer time; others at the same
archive, and the end in the middle of a crawl."""

from __future__ import annotations

import json
import logging
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from archive.crawl import CrawlReport
from archive.errors import ArchiveBusy
from archive.store import Store
from newsarchive import jobs, schedule
from newsarchive.config import Config
from newsarchive.lock import FILE_NAME, crawl_lock
from newsarchive.schedule import Schedule

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("hostile_server.py"))))
answer = tools.answer

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = {"NEWSARCHIVE_CRAWL_ALLOW_ADDRESSES": "127.0.0.0/8", "NEWSARCHIVE_CRAWL_MIN_DELAY": "0"}
TICK = 0.05
SENTENCE = "The council met on Monday evening and spoke for three hours about the bridge and its cost."


def wait_until(reached: Callable[[], Any], seconds: float = 120.0) -> None:
    """Wait for something that is about to happen."""
    ends_at = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < ends_at, "it does not happen"
        time.sleep(0.005)


# -- 69: ticks ---------------------------------------------------------------------------------------


@pytest.fixture
def scheduled(monkeypatch: pytest.MonkeyPatch, config: Config) -> Iterator[Callable[..., Schedule]]:
    """Starts a schedule that ticks fast, with this in the place of a crawl; something is always due."""
    running: list[tuple[Schedule, threading.Thread]] = []
    monkeypatch.setattr(schedule, "TICK_SECONDS", TICK)
    monkeypatch.setattr(schedule, "next_due", lambda _config: jobs.now())

    def start(crawl: Callable[..., CrawlReport]) -> Schedule:
        monkeypatch.setattr(schedule, "crawl_once", crawl)
        started = Schedule(config)
        thread = threading.Thread(target=started.run)
        thread.start()
        running.append((started, thread))
        return started

    yield start
    for started, thread in running:
        started.stop()
        thread.join(10)
        assert not thread.is_alive()


def test_hostile_69_ticks_during_a_crawl_are_one_run_after_it(
    scheduled: Callable[..., Schedule], caplog: pytest.LogCaptureFixture
) -> None:
    begun: list[float] = []
    at_once, most = 0, 0
    release = threading.Event()

    def crawl(*_: Any, **__: Any) -> CrawlReport:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        begun.append(time.monotonic())
        release.wait(20)
        at_once -= 1
        return CrawlReport()

    with caplog.at_level(logging.WARNING):
        scheduled(crawl)
        wait_until(lambda: begun)
        time.sleep(10 * TICK)
        assert (len(begun), most) == (1, 1)
        release.set()
        wait_until(lambda: len(begun) >= 4)
    assert most == 1
    later = begun[1:4]
    assert later[-1] - later[0] > TICK  # what was missed is not made up for
    assert caplog.records == []  # nobody is told at every tick that a crawl goes on


@pytest.mark.parametrize("error", [RuntimeError("broken"), SystemExit(3), KeyboardInterrupt(), MemoryError()])
def test_hostile_69_a_crawl_that_breaks_is_followed_by_the_next(
    scheduled: Callable[..., Schedule], caplog: pytest.LogCaptureFixture, error: BaseException
) -> None:
    given: list[Any] = []

    def crawl(*_: Any, politeness: Any, **__: Any) -> CrawlReport:
        given.append(politeness)
        if len(given) == 1:
            politeness.started("http://paper.test", 0.0)
            politeness.finished("http://paper.test", 0.0, retry_after=3600.0)
            raise error
        return CrawlReport()

    with caplog.at_level(logging.ERROR):
        scheduled(crawl)
        wait_until(lambda: len(given) >= 3)
    (told,) = [record for record in caplog.records if record.name == "newsarchive.schedule"]
    assert "the crawl failed" in told.getMessage()
    assert given[1].ready_at("http://paper.test") == 3600.0  # what a host asked for still holds


def test_hostile_69_another_crawl_at_the_archive_is_waited_for(
    scheduled: Callable[..., Schedule], config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[bool] = []

    def crawl(config: Config, **_: Any) -> CrawlReport:
        tried.append(False)
        with crawl_lock(config.home):
            tried[-1] = True
        return CrawlReport()

    with caplog.at_level(logging.WARNING):
        with crawl_lock(config.home):
            scheduled(crawl)
            wait_until(lambda: len(tried) >= 2)
        assert not any(tried[:2])
        wait_until(lambda: any(tried))
    assert caplog.records == []


# A schedule that says when it ticks.
TICKING = """
import sys, threading
from pathlib import Path
from archive.crawl import CrawlReport
from newsarchive import schedule
from newsarchive.config import Config

def crawl(*_arguments, **_settings):
    print("tick", flush=True)
    return CrawlReport()

schedule.TICK_SECONDS = 0.2
schedule.next_due = lambda _config: schedule.now()
schedule.crawl_once = crawl
schedule.run_schedule(Config(home=Path(sys.argv[1])))
"""


def test_hostile_69_a_machine_that_slept_ticks_once_for_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", TICKING, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        ticks: list[float] = []

        def read() -> None:
            assert child.stdout is not None
            ticks.extend(time.monotonic() for _ in child.stdout)

        assert child.stdout.readline() == "tick\n"
        reader = threading.Thread(target=read)
        reader.start()
        child.send_signal(signal.SIGSTOP)
        time.sleep(0.2 * 12)
        woken = time.monotonic()
        before = len(ticks)
        child.send_signal(signal.SIGCONT)
        wait_until(lambda: len(ticks) >= before + 4)
        child.send_signal(signal.SIGTERM)
        reader.join(30)
        assert child.wait(30) == 0
    assert (
        ticks[before + 3] - woken > 0.2
    )  # four ticks take their time; the twelve that were slept through are one


def test_hostile_69_clocks_that_are_put_forward_and_back_move_no_tick(
    monkeypatch: pytest.MonkeyPatch, config: Config
) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    made: list[Any] = []

    class Recording(BackgroundScheduler):
        def add_job(self, *arguments: Any, **settings: Any) -> Any:
            made.append(super().add_job(*arguments, **settings))
            return made[-1]

    monkeypatch.setattr(schedule, "BackgroundScheduler", Recording)
    try:
        started = Schedule(config)
        started.stop()
        started.run()
        (job,) = made
        for last in (
            datetime(2026, 3, 29, 0, 59, 40, tzinfo=UTC),
            datetime(2026, 10, 25, 0, 59, 40, tzinfo=UTC),
        ):
            moment = last
            for number in range(1, 800):
                moment = job.trigger.get_next_fire_time(moment, moment)
                assert moment - last == number * timedelta(seconds=schedule.TICK_SECONDS)
                assert moment.utcoffset() == timedelta(0)
        assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_hostile_69_a_tick_with_nothing_due_looks_at_no_source(
    config: Config, store: Store, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes every ten seconds, also where there are thousands of sources."""
    with store.transaction() as tx:
        tx.add_source(
            name="later",
            url="http://paper.test/",
            interval=timedelta(hours=1),
            now=jobs.now() + timedelta(hours=1),
        )

    def fail(*_: Any, **__: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr(Store, "sources", fail)
    monkeypatch.setattr(schedule, "crawl_once", fail)
    Schedule(config)._tick()


def test_hostile_69_a_crawl_that_broke_leaves_no_host_as_being_asked(
    config: Config, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one has the politeness of the one that broke."""
    add(config, server)
    politeness = jobs.new_politeness(config)

    def broken(*_: Any) -> Any:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("archive.crawl.settle.Settler.page", broken)
        with pytest.raises(SystemExit):
            jobs.crawl_once(config, politeness=politeness)
    assert jobs.crawl_once(config, politeness=politeness, max_seconds=60.0).complete


# -- 70: at most one crawl of an archive -------------------------------------------------------------

LOCKING = """
import sys, time
from pathlib import Path
from archive.errors import ArchiveBusy
from newsarchive.lock import crawl_lock
sys.stdin.readline()
try:
    with crawl_lock(Path(sys.argv[1])):
        print("held", flush=True)
        sys.stdin.readline()
except ArchiveBusy as error:
    print(error, flush=True)
"""


@contextmanager
def locking(home: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that takes the lock when it is given a line, and lets it go at the next."""
    command = [sys.executable, "-c", LOCKING, str(home)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        yield child
        child.kill()


def go(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    child.stdin.write("\n")
    child.stdin.flush()


def line_of(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def test_hostile_70_of_eight_that_crawl_at_once_one_does_and_the_others_say_who(tmp_path: Path) -> None:
    with ExitStack() as stack:
        children = [stack.enter_context(locking(tmp_path)) for _ in range(8)]
        for child in children:
            go(child)
        said = {child.pid: line_of(child) for child in children}
        (holder,) = [pid for pid, line in said.items() if line == "held"]
        refusal = f"Another crawl of {tmp_path} is under way (process {holder}); wait for it or stop it."
        assert Counter(said.values()) == {"held": 1, refusal: 7}


def test_hostile_70_the_lock_of_a_process_that_was_killed_is_free(tmp_path: Path) -> None:
    with locking(tmp_path) as child:
        go(child)
        assert line_of(child) == "held"
        with pytest.raises(ArchiveBusy, match=f"process {child.pid}"), crawl_lock(tmp_path):
            pass
        child.kill()
        child.wait()
        with crawl_lock(tmp_path):
            assert (tmp_path / FILE_NAME).read_text() == str(os.getpid())
    assert (tmp_path / FILE_NAME).read_text() == ""


def test_hostile_70_who_comes_before_the_holder_has_written_its_name_waits_for_that(tmp_path: Path) -> None:
    with locking(tmp_path) as child:
        go(child)
        assert line_of(child) == "held"
        (tmp_path / FILE_NAME).write_text("")
        threading.Timer(0.2, (tmp_path / FILE_NAME).write_text, ("4711",)).start()
        with pytest.raises(ArchiveBusy, match="process 4711"), crawl_lock(tmp_path):
            pass


# -- 70: whole crawls --------------------------------------------------------------------------------


class Site:
    """A feed of articles; `slow` seconds pass before each of them, the `stuck` ones are never answered."""

    def __init__(self, articles: int) -> None:
        self.articles = articles
        self.slow = 0.0
        self.stuck: set[str] = set()

    def __call__(self, connection: Any) -> None:
        path = connection.path
        if path == "/feed":
            items = "".join(
                f"<item><title>{n}</title><link>/a{n}</link></item>" for n in range(self.articles)
            )
            connection.say(answer(f"<rss><channel>{items}</channel></rss>".encode()))
        elif path.startswith("/a"):
            connection.over.wait(30.0 if path in self.stuck else self.slow)
            text = "".join(f"<p>{SENTENCE} It was bridge {path}, part {part}.</p>" for part in range(5))
            page = f"<html><head><title>Bridge {path}</title></head><body><article>{text}</article></body></html>"
            connection.say(answer(page.encode(), b"Content-Type: text/html"))
        else:
            connection.say(answer(b"", status=b"404 Not Found"))


@pytest.fixture
def site() -> Site:
    return Site(20)


@pytest.fixture
def server(site: Site) -> Iterator[Any]:
    with tools.HostileServer(site) as server:
        yield server


def add(config: Config, server: Any) -> None:
    with Store(config.database_url) as store, store.transaction() as tx:
        url = f"http://{server.host}:{server.port}/feed"
        tx.add_source(name="site", url=url, interval=timedelta(hours=1), now=jobs.now())


def asked(server: Any) -> Counter[str]:
    """How often each article was asked for."""
    return Counter(path for path in server.asked if path.startswith("/a"))


def settled(config: Config) -> set[str]:
    """The articles that are kept, by their paths."""
    with Store(config.database_url, readonly=True) as store:
        return {"/" + article.url.rpartition("/")[2] for article in store.articles_after(0)}


@contextmanager
def command(config: Config, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`newsarchive` in a process of its own, gone after the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "newsarchive", "--home", str(config.home), *arguments],
        cwd=ROOT,
        env=os.environ | SETTINGS,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_hostile_70_eight_crawls_of_one_archive_are_one(config: Config, site: Site, server: Any) -> None:
    add(config, server)
    site.slow = 0.02
    ended: list[CrawlReport | ArchiveBusy] = []
    together = threading.Barrier(8)

    def crawl() -> None:
        together.wait()
        try:
            ended.append(jobs.crawl_once(config))
        except ArchiveBusy as error:
            ended.append(error)

    threads = [threading.Thread(target=crawl) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (report,) = [one for one in ended if isinstance(one, CrawlReport)]
    assert report.counts["new"] == site.articles
    assert all(f"process {os.getpid()}" in str(one) for one in ended if one is not report)
    assert set(asked(server).values()) == {1}


def test_hostile_70_two_schedules_of_one_archive_crawl_it_once(
    config: Config, site: Site, server: Any
) -> None:
    add(config, server)
    site.slow = 0.05
    with command(config, "schedule") as one, command(config, "schedule") as other:
        wait_until(lambda: len(settled(config)) == site.articles)
        time.sleep(0.5)  # what would be asked twice would be asked by now
        for process in (one, other):
            process.send_signal(signal.SIGTERM)
        for process in (one, other):
            process.communicate(timeout=30)
            assert process.returncode == 0
    assert asked(server) == {f"/a{n}": 1 for n in range(site.articles)}


@pytest.mark.parametrize("name", ["crawl", "schedule"])
def test_hostile_70_a_crawl_that_is_told_to_end_does_and_the_next_one_asks_for_nothing_again(
    config: Config, site: Site, server: Any, name: str
) -> None:
    add(config, server)
    site.slow, site.stuck = 0.02, {"/a12"}
    with command(config, name) as process:
        wait_until(lambda: "/a12" in server.asked)
        wait_until(lambda: len(settled(config)) >= 2)
        process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        process.communicate(timeout=30)
        assert time.monotonic() - begun < 30
        assert process.returncode == (1 if name == "crawl" else 0)
    kept, before = settled(config), len(server.asked)
    assert 0 < len(kept) < site.articles
    site.stuck = set()
    with command(config, "crawl", "--json") as process:
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
    assert json.loads(out[out.index("{") :])["new"] == site.articles - len(kept)
    again = server.asked[before:]
    assert not kept & set(again)
    assert "/feed" not in again
    assert "/robots.txt" not in again
    assert len(settled(config)) == site.articles


def test_hostile_70_a_round_ends_in_time_and_the_next_goes_on_where_it_was(
    config: Config, site: Site, server: Any
) -> None:
    add(config, server)
    site.slow = 0.3
    report = jobs.crawl_once(config, max_seconds=1.5)
    assert not report.complete
    assert 0 < report.counts["new"] < site.articles
    assert report.waiting == site.articles - report.counts["new"]
    site.slow = 0.0
    assert jobs.crawl_once(config).complete
    assert asked(server) == {f"/a{n}": 1 for n in range(site.articles)}


def test_hostile_70_a_scheduled_round_is_bounded(scheduled: Callable[..., Schedule]) -> None:
    given: list[float] = []

    def crawl(*_: Any, max_seconds: float, **__: Any) -> CrawlReport:
        given.append(max_seconds)
        return CrawlReport()

    scheduled(crawl)
    wait_until(lambda: given)
    assert given[0] == schedule.ROUND_SECONDS == 600
