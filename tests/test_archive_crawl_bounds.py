"""A crawl under load: its memory, its end, hosts that go down, and what robots.txt costs the hosts it leads to."""

from __future__ import annotations

import gc
import itertools
import json
import multiprocessing
import runpy
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from ipaddress import ip_network
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive import care
from archive.crawl import Crawl
from archive.crawl.workers import Workers
from archive.fetch import Fetcher, lighter
from archive.fetch.places import PLACES, LargeResponse
from archive.parsing import NoReaders, Parsers
from archive.politeness import Politeness
from archive.store import Store
from newsarchive.config import Config

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("crawl_site.py"))))
serving, article, feed, sitemap, now = tools.serving, tools.article, tools.feed, tools.sitemap, tools.now

MEBIBYTE = 1 << 20

# -- memory ------------------------------------------------------------------------------------------

CRAWL = """
import json, re, sys
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from archive.crawl import Crawl
from archive.fetch import Fetcher
from archive.keeping import Keeper
from archive.parsing import Parsers
from archive.politeness import Politeness
from archive.store import Store
from archive.warc import WarcWriter

def now():
    return datetime.now(UTC)

if __name__ == "__main__":
    home, urls = Path(sys.argv[1]), sys.argv[2:]
    fetcher = Fetcher("test/1", clock=now, allowed=[ip_network("127.0.0.0/8")])
    writer = WarcWriter(home / "warc", software="test")
    with Store(f"sqlite:///{home}/archive.db") as store, Parsers(2) as parsers:
        for number, url in enumerate(urls):
            with store.transaction() as tx:
                tx.add_source(name=str(number), url=url, interval=timedelta(hours=1), now=now())
        crawl = Crawl(Keeper(store, writer, clock=now), fetcher, parsers, agent="test", politeness=Politeness(0.0), clock=now)
        report = crawl.run(store.sources())
    status = Path("/proc/self/status")
    peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1]) // 1024 if status.exists() else 0
    print(json.dumps({"pages": report.counts["pages"], "failed": report.counts["failed"], "megabytes": peak}))
"""


@pytest.mark.parametrize("size", [19 * MEBIBYTE, 25 * MEBIBYTE])
def test_forty_hosts_that_send_large_pages_at_once_take_400_megabytes_at_most(
    tmp_path: Path, size: int
) -> None:
    program = tmp_path / "crawl.py"
    program.write_text(CRAWL)
    with serving(
        {"/robots.txt": (200, {}, ""), "/": b"<!--" + bytes(size) + b"-->"}, address="0.0.0.0"
    ) as site:
        urls = [f"http://127.0.1.{n}:{site.port}/" for n in range(1, 41)]
        ran = subprocess.run(
            [sys.executable, str(program), str(tmp_path), *urls],
            capture_output=True, text=True, timeout=500, check=False,
        )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    assert said["pages"] >= 40
    assert said["megabytes"] < 400, said


def test_a_large_response_holds_its_place_until_nobody_has_its_body(site: Any) -> None:
    site.pages["/"] = bytes(2 * MEBIBYTE)
    fetcher = Fetcher("test/1", clock=now, allowed=[ip_network("127.0.0.0/8")], total_seconds=2.0)
    held = [lighter(fetcher.fetch(f"{site.url}/")) for _ in range(PLACES)]
    assert all(isinstance(response, LargeResponse) for response in held)
    assert fetcher.fetch(f"{site.url}/").truncated == "time"
    held.pop()
    gc.collect()
    assert fetcher.fetch(f"{site.url}/").truncated == ""


def test_a_thread_that_is_idle_holds_no_response() -> None:
    class Large:
        alive = 0

        def __init__(self) -> None:
            Large.alive += 1

        def __del__(self) -> None:
            Large.alive -= 1

    ended = threading.Semaphore(0)
    with Workers[int, Large](4, lambda _job: Large(), lambda _job, _result: ended.release()) as workers:
        for number in range(4):
            workers.submit(number, busy=number + 1)
        for _ in range(4):
            ended.acquire()
        deadline = time.monotonic() + 10
        while Large.alive and time.monotonic() < deadline:
            time.sleep(0.01)
        assert Large.alive == 0


# -- the end -----------------------------------------------------------------------------------------


def stopped(crawl: Crawl, store: Store, when: Callable[[], bool]) -> tuple[Any, float]:
    """Run a crawl, stop it as soon as `when`, and tell the report and the seconds from then to its end."""
    began = []

    def stop() -> None:
        deadline = time.monotonic() + 60
        while not when() and time.monotonic() < deadline:
            time.sleep(0.01)
        began.append(time.monotonic())
        crawl.stop()

    thread = threading.Thread(target=stop)
    thread.start()
    report = crawl.run(store.sources())
    thread.join()
    return report, time.monotonic() - began[0]


def children() -> set[int]:
    return {child.pid for child in multiprocessing.active_children() if child.pid}


def slowly() -> Any:
    time.sleep(20)
    return article("Slow")


@pytest.mark.parametrize("path", ["/robots.txt", "/feed", "/story-1"])
def test_a_crawl_that_waits_for_a_host_ends_at_once(
    crawler: Any, site: Any, store: Store, config: Config, path: str
) -> None:
    names = [f"/story-{n}" for n in range(5)]
    site.pages |= {"/feed": feed(site.url, *names)} | {name: article(name) for name in names}
    site.pages[path] = slowly
    crawler.add(f"{site.url}/feed")
    report, seconds = stopped(crawler.crawl(), store, lambda: path in site.asked)
    assert seconds < 4
    assert not report.complete
    assert store.failures(5) == []
    assert list(care.check(store, config.warc_dir)) == []
    site.pages[path] = feed(site.url, *names) if path == "/feed" else article("/story-1")
    if path == "/robots.txt":
        site.pages[path] = (404, {}, "")
    assert crawler().counts["new"] + report.counts["new"] == 5


def test_a_crawl_that_reads_ends_at_once_and_its_readers_too(
    crawler: Any, site: Any, store: Store, config: Config
) -> None:
    names = [f"/story-{n}" for n in range(30)]
    site.pages |= {"/feed": feed(site.url, *names)} | {name: article(name) for name in names}
    crawler.add(f"{site.url}/feed")
    before = children()
    parsers = Parsers(2, deadline=60.0, reader=sum)  # type: ignore[arg-type]
    submit = parsers.submit

    def endlessly(_page: object, done: Any) -> None:
        submit(range(10**14), done)  # type: ignore[arg-type]

    parsers.submit = endlessly  # type: ignore[method-assign]
    report, seconds = stopped(crawler.crawl(parsers=parsers), store, lambda: children() > before)
    began = time.monotonic()
    parsers.close()
    assert seconds + time.monotonic() - began < 5
    assert not report.complete
    assert children() <= before
    assert store.failures(5) == []
    assert list(care.check(store, config.warc_dir)) == []
    assert crawler().counts["new"] == 30


def test_a_crawl_that_tries_again_ends_at_once(crawler: Any, site: Any, store: Store) -> None:
    site.pages |= {"/feed": feed(site.url, "/one"), "/one": None}
    crawler.add(f"{site.url}/feed", min_delay=20.0)
    politeness = Politeness(20.0)
    politeness.finished(site.url, time.monotonic() - 100)
    report, seconds = stopped(
        crawler.crawl(politeness=politeness), store, lambda: "/robots.txt" in site.asked
    )
    assert seconds < 3
    assert not report.complete


def test_without_readers_a_crawl_ends_and_everything_stays_due(
    crawler: Any, site: Any, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from archive.parsing import pool

    site.pages |= {"/feed": feed(site.url, "/one"), "/one": article("One")}
    source_id = crawler.add(f"{site.url}/feed")
    monkeypatch.setattr(pool, "_begin", _ends)
    with Parsers(1) as parsers, pytest.raises(NoReaders):
        crawler(parsers=parsers)
    monkeypatch.undo()
    assert [visit.role for visit in store.due_visits(source_id, now())] == ["page"]
    assert crawler().counts["new"] == 1


def _ends(_memory: int) -> None:
    raise SystemExit(1)


# -- hosts that go down ------------------------------------------------------------------------------


def test_a_host_that_goes_down_is_left_alone_and_not_tried_for_every_page(
    crawler: Any, site: Any, store: Store
) -> None:
    names = [f"/story-{n}" for n in range(50)]
    site.pages |= {"/feed": feed(site.url, *names)} | dict.fromkeys(names)
    crawler.add(f"{site.url}/feed")
    report = crawler()
    assert report.complete
    assert len(site.asked) == 2 + 6
    assert set(crawler.causes().values()) == {"disconnect"}
    site.pages |= {name: article(name) for name in names}
    crawler.clock.ahead = tools.timedelta(hours=2)
    assert crawler().counts["new"] == 50


def test_a_page_that_breaks_off_is_no_host_that_is_down(crawler: Any, site: Any) -> None:
    names = [f"/story-{n}" for n in range(20)]
    pages = {name: None if n % 2 else article(name) for n, name in enumerate(names)}
    site.pages |= {"/feed": feed(site.url, *names)} | pages
    crawler.add(f"{site.url}/feed")
    assert crawler().counts["new"] == 10
    assert set(Counter(site.asked[2:]).values()) == {1, 3}


# -- robots.txt that leads elsewhere -----------------------------------------------------------------


def test_a_host_that_robots_txt_leads_to_is_asked_with_its_own_pause(
    crawler: Any, site: Any, store: Store
) -> None:
    with ExitStack() as stack:
        others = [stack.enter_context(serving({})) for _ in range(3)]
        for other in others:
            other.pages |= {"/robots.txt": (301, {"Location": f"{site.url}/robots.txt"}, "")}
            other.pages |= {"/feed": feed(other.url, "/one"), "/one": article(f"One of {other.port}")}
            crawler.add(f"{other.url}/feed", str(other.port), min_delay=0.2)
        site.pages |= {"/robots.txt": (200, {}, "User-agent: *\nDisallow: /private")}
        report = crawler(politeness=Politeness(0.2))
        assert report.counts["new"] == 3
        assert site.asked == ["/robots.txt"] * 3
        gaps = [later - earlier for earlier, later in itertools.pairwise(site.times)]
        assert min(gaps) >= 0.2
        for other in others:
            assert other.asked == ["/robots.txt", "/feed", "/one"]


def test_hosts_whose_robots_txt_lead_to_each_other_do_not_wait_for_each_other(
    crawler: Any, site: Any
) -> None:
    with serving({}) as other:
        for here, there in ((site, other), (other, site)):
            here.pages |= {
                "/robots.txt": (302, {"Location": f"{there.url}/rules"}, ""),
                "/rules": (200, {}, "User-agent: *\nDisallow: /no"),
                "/feed": feed(here.url, "/one", "/no/two"),
                "/one": article(f"One of {here.port}"),
            }
            crawler.add(f"{here.url}/feed", str(here.port))
        report = crawler(max_seconds=60)
    assert report.complete
    assert (report.counts["new"], report.counts["refused"]) == (2, 2)


def test_every_hop_of_robots_txt_is_kept(crawler: Any, site: Any, store: Store, config: Config) -> None:
    site.pages |= {"/robots.txt": (301, {"Location": "/rules"}, ""), "/rules": (200, {}, "")}
    site.pages |= {"/feed": feed(site.url)}
    crawler.add(f"{site.url}/feed")
    crawler()
    assert site.asked == ["/robots.txt", "/rules", "/feed"]
    assert store.counts().captures == 3
    assert list(care.check(store, config.warc_dir)) == []


def test_a_fault_in_learning_of_robots_txt_ends_too(
    crawler: Any, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from archive.crawl import permission

    def broken(*_arguments: object, **_named: object) -> None:
        raise ValueError("unheard of")

    monkeypatch.setattr(permission, "answered", broken)
    site.pages |= {"/feed": feed(site.url)}
    crawler.add(f"{site.url}/feed")
    report = crawler(max_seconds=20)
    assert report.complete
    assert set(crawler.causes().values()) == {"internal"}
    assert site.asked == ["/robots.txt"]


def test_a_crawl_that_is_stopped_refuses_no_more(crawler: Any, site: Any, store: Store) -> None:
    names = [f"/story-{n}" for n in range(3000)]
    site.pages["/feed"] = feed(site.url, *names)
    site.pages["/robots.txt"] = (200, {}, "User-agent: *\nDisallow: /story")
    crawler.add(f"{site.url}/feed")
    report, seconds = stopped(crawler.crawl(), store, lambda: bool(store.failures(1)))
    assert seconds < 3
    assert not report.complete
    assert report.waiting > 0


def test_a_crawl_that_ends_by_a_fault_leaves_no_host_as_being_asked(
    crawler: Any, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving({}) as other:
        other.pages |= {"/robots.txt": slowly}
        site.pages |= {"/feed": feed(site.url, "/one")}
        politeness = Politeness(0.0)
        crawler.add(f"{other.url}/feed", "other")
        crawler.add(f"{site.url}/feed", "here")
        crawl = crawler.crawl(politeness=politeness)

        def broken(*_arguments: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(crawl._settler, "settle", broken)
        with pytest.raises(KeyboardInterrupt):
            crawl.run(crawler.store.sources())
        crawl.stop()
    for host in (site.url, other.url):
        assert politeness.ready_at(host) < float("inf")
