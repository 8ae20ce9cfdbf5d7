"""A crawl of the demo newspaper, and of small sites that misbehave: what is kept, what is asked, what is said."""

from __future__ import annotations

import itertools
import runpy
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from archive import care, warc
from archive.crawl import Crawl, CrawlReport
from archive.fetch import Fetcher
from archive.keeping import Keeper
from archive.model import Visit
from archive.parsing import Parsers
from archive.politeness import Politeness
from archive.store import Store
from archive.warc import WarcWriter
from newsarchive.config import Config
from newsarchive.demo import stories
from newsarchive.demo.oddities import BROKEN_PATH
from newsarchive.demo.server import DemoServer

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("crawl_site.py"))))
serving, article, feed, now = tools.serving, tools.article, tools.feed, tools.now

CrawlIt = Callable[..., CrawlReport]


@pytest.fixture
def crawl(config: Config, store: Store, parsers: Parsers) -> CrawlIt:
    """Crawls everything that is due; `force` makes everything due first."""

    def run(*, force: bool = False, **settings: Any) -> CrawlReport:
        care.recover(store, config.warc_dir)
        fetcher = Fetcher("newsarchive-test/1", clock=now, allowed=config.crawl.allow_addresses)
        writer = WarcWriter(config.warc_dir, software="test")
        if force:
            with store.transaction() as tx:
                for source in store.sources():
                    tx.make_due(source.id, now())
        settings = {"agent": "newsarchive-test/1", "politeness": Politeness(0.0), "clock": now} | settings
        due = [source for source in store.sources() if source.due_at <= now()]
        return Crawl(Keeper(store, writer, clock=now), fetcher, parsers, **settings).run(due)

    return run


def add(store: Store, url: str, name: str = "paper", **settings: Any) -> int:
    with store.transaction() as tx:
        return tx.add_source(name=name, url=url, interval=timedelta(minutes=30), now=now(), **settings)


def paths(store: Store) -> dict[str, int]:
    return {urlsplit(article.url).path: article.id for article in store.articles_after(0)}


# -- the demo newspaper ------------------------------------------------------------------------------


def test_a_home_page_leads_to_its_feeds_sections_and_articles(
    store: Store, crawl: CrawlIt, paper: DemoServer
) -> None:
    add(store, paper.url)
    report = crawl()
    assert report.complete
    assert report.counts["new"] == store.counts().articles == len(stories(1))
    endpoints = {urlsplit(url).path for url in store.health(now())[0].endpoints}
    assert {"/", "/feed.xml", "/atom.xml", "/feed.json", "/council/", "/sport/"} <= endpoints


def test_a_section_page_leads_to_its_articles_alone(store: Store, crawl: CrawlIt, paper: DemoServer) -> None:
    add(store, f"{paper.url}council/")
    crawl()
    assert paths(store).keys() == {story.path for story in stories(1) if story.section == "Council"}


def test_a_sitemap_leads_to_everything_that_was_ever_published(
    store: Store, crawl: CrawlIt, paper: DemoServer
) -> None:
    add(store, f"{paper.url}sitemap.xml")
    crawl()
    published = {story.path: story for story in stories(1)}
    assert paths(store).keys() == published.keys()
    assert store.sources()[0].kind == "sitemap"
    for article in store.articles_after(0):
        story, kept = published[urlsplit(article.url).path], article.latest
        assert (kept.title, kept.authors, kept.language) == (story.title, story.authors, story.language)
        assert kept.text.removeprefix(f"{story.summary}\n\n") == story.text  # some layouts show a standfirst
        assert (kept.published is None) == (story.published is None)
        if story.published is not None and kept.published is not None:
            assert kept.published.date() == story.published.date()


def test_the_second_crawl_of_an_unchanged_site_costs_only_conditional_requests(
    store: Store, crawl: CrawlIt, paper: DemoServer
) -> None:
    add(store, paper.url)
    first = crawl()
    asked = len(paper.requests)
    second = crawl(force=True)
    again = paper.requests[asked:]
    assert second.counts["unchanged"] == first.counts["new"]
    assert (second.counts["new"], second.counts["revised"]) == (0, 0)
    assert {request.status for request in again if request.path != BROKEN_PATH} == {304}
    assert store.counts().revisions == first.counts["new"]


def test_a_page_that_changes_is_kept_in_both_revisions_and_one_that_goes_stays(
    store: Store, crawl: CrawlIt, paper: DemoServer
) -> None:
    add(store, paper.url)
    crawl()
    paper.edition = 2
    report = crawl(force=True)
    assert (report.counts["revised"], report.counts["gone"], report.counts["new"]) == (1, 1, 1)

    corrected = paths(store)["/council/bridge-toll-145"]
    first, second = store.revisions(corrected)
    old = next(story for story in stories(1) if story.number == 145)
    new = next(story for story in stories(2) if story.number == 145)
    assert (first.title, second.title) == (old.title, new.title)
    assert (first.text, second.text) == (old.text, new.text)

    withdrawn = store.article(paths(store)["/council/sea-pool-by-easter-144"])
    assert withdrawn is not None
    assert withdrawn.gone_at is not None
    assert withdrawn.latest.text

    actions = Counter(change.action for change in store.changes_since(0, 1000))
    assert actions == {"new": store.counts().articles, "revised": 1, "gone": 1}

    paper.edition = 1
    crawl(force=True)
    back = store.article(withdrawn.id)
    assert back is not None
    assert back.gone_at is None


def test_what_robots_txt_forbids_is_never_asked_for(store: Store, crawl: CrawlIt, paper: DemoServer) -> None:
    add(store, paper.url)
    report = crawl()
    asked = [request.path for request in paper.requests]
    assert asked[0] == "/robots.txt"
    assert asked.count("/robots.txt") == 1
    assert not any(path.startswith("/private/") for path in asked)
    assert report.counts["refused"] >= 1
    assert {failure.cause for failure in store.failures(50)} == {"robots", "http-500"}


def test_one_visitor_a_host_with_a_pause_after_each_answer(
    store: Store, crawl: CrawlIt, paper: DemoServer
) -> None:
    add(store, f"{paper.url}council/", min_delay=0.05)
    crawl()
    times = [request.at for request in paper.requests]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert len(gaps) > 3
    assert min(gaps) >= 0.05


def test_the_pause_is_kept_from_one_crawl_to_the_next(
    store: Store, crawl: CrawlIt, paper: DemoServer
) -> None:
    add(store, f"{paper.url}council/", min_delay=0.3)
    politeness = Politeness(0.0)
    while len(paper.requests) < 5:
        crawl(max_seconds=0.4, politeness=politeness)
    times = [request.at for request in paper.requests]
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= 0.3


def test_every_exchange_is_kept_with_its_bytes(
    config: Config, store: Store, crawl: CrawlIt, paper: DemoServer
) -> None:
    add(store, paper.url)
    crawl()
    crawl(force=True)
    (name,) = warc.files(config.warc_dir)
    records = list(warc.walk(config.warc_dir, name))
    kinds = Counter(record.kind for record in records)
    assert kinds["request"] == len(paper.requests) == kinds["response"] + kinds["revisit"]
    assert all(record.digests_hold for record in records)
    assert list(care.check(store, config.warc_dir)) == []


# -- small sites that misbehave ----------------------------------------------------------------------


def test_one_failing_page_never_stops_the_others(store: Store, crawl: CrawlIt) -> None:
    with serving({}) as site:
        names = [
            "/one-long-story",
            "/broken",
            "/missing",
            "/picture",
            "/packed",
            "/empty",
            "/round-and-round",
            "/two-long-story",
        ]
        site.pages |= {
            "/feed": feed(site.url, *names),
            "/one-long-story": article("One"),
            "/broken": (500, {}, "oh"),
            "/picture": (200, {"Content-Type": "image/png"}, b"\x89PNG"),
            "/packed": (200, {"Content-Encoding": "br"}, b"?"),
            "/empty": "<html></html>",
            "/round-and-round": (302, {"Location": "/round-and-round"}, ""),
            "/two-long-story": article("Two"),
        }
        add(store, f"{site.url}/feed")
        report = crawl()
    assert report.complete
    assert report.counts["new"] == 2
    causes = {urlsplit(failure.url).path: failure.cause for failure in store.failures(50)}
    assert causes == {
        "/broken": "http-500",
        "/missing": "http-404",
        "/picture": "media-type",
        "/packed": "content-encoding",
        "/empty": "empty",
        "/round-and-round": "redirect-loop",
    }
    assert report.counts["failed"] == len(causes)
    assert store.sources()[0].last_error is None


def test_a_site_that_is_down_is_recorded_and_the_others_are_crawled(
    store: Store, crawl: CrawlIt, paper: DemoServer
) -> None:
    with serving({}) as site:
        gone = site.url
    add(store, gone, "down")
    add(store, paper.url, "up")
    report = crawl()
    health = {item.source.name: item for item in store.health(now())}
    assert report.counts["new"] == health["up"].articles > 0
    assert "No connection" in (health["down"].source.last_error or "")
    assert health["down"].last_failures[0].cause == "connection"
    assert health["up"].source.last_error is None


def test_a_fault_of_ours_in_one_page_is_recorded_and_the_crawl_goes_on(
    store: Store, crawl: CrawlIt, monkeypatch: pytest.MonkeyPatch
) -> None:
    from archive.crawl import settle

    real = settle.find_article

    def sometimes_broken(store: Store, visit: Visit, *rest: Any) -> Any:
        if visit.url.endswith("/two"):
            raise RecursionError("too deep")
        return real(store, visit, *rest)

    monkeypatch.setattr(settle, "find_article", sometimes_broken)
    with serving({}) as site:
        site.pages |= {"/feed": feed(site.url, "/one", "/two", "/three")}
        site.pages |= {"/one": article("One"), "/two": article("Two"), "/three": article("Three")}
        add(store, f"{site.url}/feed")
        report = crawl()
    assert (report.counts["new"], report.counts["failed"]) == (2, 1)
    assert store.failures(1)[0].cause == "internal"


def test_a_fault_of_ours_in_asking_for_robots_txt_ends_too(
    store: Store, crawl: CrawlIt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: Fetcher, url: str, **_validators: object) -> None:
        raise RuntimeError(f"cannot ask for {url}")

    monkeypatch.setattr(Fetcher, "fetch", broken)
    add(store, "http://127.0.0.1:9/feed")
    report = crawl(max_seconds=20)
    assert report.complete
    assert [failure.cause for failure in report.failures] == ["internal"]


@pytest.mark.parametrize(
    ("robots", "refused"),
    [
        ((503, {}, ""), "robots-unreachable"),
        ((429, {}, ""), "robots-unreachable"),
        ((200, {"Content-Encoding": "br"}, "?"), "robots-unreachable"),
        ((404, {}, ""), None),
    ],
)
def test_a_robots_txt_that_cannot_be_had_forbids_everything_one_that_is_not_there_nothing(
    store: Store, crawl: CrawlIt, robots: Any, refused: str | None
) -> None:
    with serving({"/robots.txt": robots}) as site:
        site.pages |= {"/feed": feed(site.url, "/one"), "/one": article("One")}
        add(store, f"{site.url}/feed")
        report = crawl()
        assert (site.asked == ["/robots.txt"]) == bool(refused)
    assert report.counts["new"] == (0 if refused else 1)
    assert [failure.cause for failure in store.failures(5)] == ([refused] if refused else [])


def test_a_redirect_leads_to_one_article_under_its_last_address(store: Store, crawl: CrawlIt) -> None:
    with serving({}) as site:
        site.pages |= {
            "/feed": feed(site.url, "/short/1", "/the/real/address"),
            "/short/1": (301, {"Location": "/the/real/address"}, ""),
            "/the/real/address": article("Real"),
        }
        add(store, f"{site.url}/feed")
        first = crawl()
        asked = len(site.asked)
        crawl(force=True)
        assert "/short/1" not in site.asked[asked:]
    assert first.counts["new"] == 1
    assert list(paths(store)) == ["/the/real/address"]


def test_pages_that_claim_one_canonical_address_stay_apart_where_their_texts_differ(
    store: Store, crawl: CrawlIt
) -> None:
    head = '<link rel="canonical" href="/news/article">'
    other = "A football club from the valley lost again at home and nobody on the terrace was in the least surprised. "
    with serving({}) as site:
        site.pages |= {
            "/feed": feed(site.url, "/a", "/b", "/amp/a"),
            "/a": article("Bridge", head=head),
            "/b": article("Football", other, head=head),
            "/amp/a": article("Bridge", head=head),
        }
        add(store, f"{site.url}/feed")
        report = crawl()
    assert report.counts["new"] == 2
    assert {a.latest.title for a in store.articles_after(0)} == {"Bridge", "Football"}


def test_the_same_words_under_two_addresses_are_one_article(store: Store, crawl: CrawlIt) -> None:
    with serving({}) as site:
        site.pages |= {"/feed": feed(site.url, "/a?from=x", "/a?from=y")}
        site.pages |= {"/a?from=x": article("Same"), "/a?from=y": article("Same")}
        add(store, f"{site.url}/feed")
        first = crawl()
        second = crawl(force=True)
    assert (first.counts["new"], first.counts["unchanged"]) == (1, 1)
    assert second.counts["unchanged"] == 1


def test_the_same_headline_is_not_the_same_article(store: Store, crawl: CrawlIt) -> None:
    with serving({}) as site:
        site.pages |= {"/feed": feed(site.url, "/monday", "/tuesday")}
        site.pages |= {
            "/monday": article("Weather"),
            "/tuesday": article("Weather", "Rain all day, from the west. "),
        }
        add(store, f"{site.url}/feed")
        assert crawl().counts["new"] == 2


def test_retry_after_puts_the_next_visit_off(store: Store, crawl: CrawlIt) -> None:
    with serving({}) as site:
        site.pages |= {"/feed": feed(site.url, "/one"), "/one": (503, {"Retry-After": "7200"}, "")}
        source_id = add(store, f"{site.url}/feed")
        began = now()
        crawl()
    assert not [v for v in store.due_visits(source_id, began + timedelta(hours=1)) if v.role == "article"]
    assert [v for v in store.due_visits(source_id, began + timedelta(hours=3)) if v.role == "article"]


def test_a_long_retry_after_ends_the_crawl_and_puts_all_of_the_host_off(store: Store, crawl: CrawlIt) -> None:
    names = [f"/{n}" for n in range(8)]
    with serving({}) as busy, serving({}) as site:
        busy.pages |= dict.fromkeys(names, (429, {"Retry-After": "86400"}, ""))
        busy.pages["/feed"] = feed(busy.url, *names)
        site.pages |= {"/feed": feed(site.url, "/one"), "/one": article("One")}
        source_id = add(store, f"{busy.url}/feed", "busy")
        add(store, f"{site.url}/feed", "other")
        began = now()
        report = crawl()
        assert now() - began < timedelta(seconds=60)
        assert (report.complete, report.counts["new"], report.left_out["put-off"]) == (True, 1, 7)
        asked = list(busy.asked)
        crawl()
        assert busy.asked == asked
    assert [
        visit for visit in store.due_visits(source_id, now() + timedelta(hours=23)) if visit.role == "article"
    ] == []
    assert (
        len([v for v in store.due_visits(source_id, now() + timedelta(hours=25)) if v.role == "article"]) == 8
    )


def test_a_feed_that_says_modified_has_the_article_looked_at_again(store: Store, crawl: CrawlIt) -> None:
    later = (now() + timedelta(minutes=5)).isoformat()
    entry = "<url><loc>{url}/one</loc><lastmod>{modified}</lastmod></url>"
    sitemap = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">' + entry + "</urlset>"
    xml = {"Content-Type": "application/xml"}
    with serving({}) as site:
        site.pages |= {
            "/one": article("One"),
            "/map": (200, xml, sitemap.format(url=site.url, modified="2026-01-01")),
        }
        source_id = add(store, f"{site.url}/map")
        crawl()
        site.pages |= {
            "/one": article("One, corrected"),
            "/map": (200, xml, sitemap.format(url=site.url, modified=later)),
        }
        visit = store.visit(
            source_id,
            store.due_visits(source_id, now() + timedelta(days=9))[0].url.replace("http:", "https:"),
        )
        assert visit is not None
        with store.transaction() as tx:
            tx.visited(visit, at=now(), due_at=now(), status=200)
        with store.transaction() as tx:
            tx.crawled(source_id, at=now(), due_at=now(), error=None)
        assert crawl().counts["revised"] == 1


def test_a_crawl_that_is_stopped_goes_on_where_it_was(
    store: Store, crawl: CrawlIt, paper: DemoServer
) -> None:
    add(store, paper.url, min_delay=0.01)
    first = crawl(max_seconds=0.1)
    assert not first.complete
    assert first.waiting > 0
    second = crawl()
    assert second.complete
    assert first.counts["new"] + second.counts["new"] == store.counts().articles
    asked = Counter(request.path for request in paper.requests)
    assert max(asked.values()) == 1


def test_stopping_is_prompt_and_loses_nothing(config: Config, store: Store, parsers: Parsers) -> None:
    with DemoServer(slow_seconds=30.0) as paper:
        add(store, f"{paper.url}sitemap.xml")
        fetcher = Fetcher("newsarchive-test/1", clock=now, allowed=config.crawl.allow_addresses)
        writer = WarcWriter(config.warc_dir, software="test")
        crawl = Crawl(
            Keeper(store, writer, clock=now),
            fetcher,
            parsers,
            agent="newsarchive-test/1",
            politeness=Politeness(0.0),
            clock=now,
        )
        timer = threading.Timer(1.0, crawl.stop)
        timer.start()
        began = now()
        report = crawl.run(store.sources())
        timer.join()
        assert now() - began < timedelta(seconds=10)
    assert not report.complete
    assert report.waiting > 0
    assert store.failures(10) == []
    assert list(care.check(store, config.warc_dir)) == []


def test_the_same_payload_is_kept_once(config: Config, store: Store, crawl: CrawlIt) -> None:
    with serving({}) as site:
        site.pages |= {"/feed": feed(site.url, "/one"), "/one": article("One")}
        add(store, f"{site.url}/feed")
        crawl()
        crawl(force=True)
    (name,) = warc.files(config.warc_dir)
    records = [
        r for r in warc.walk(config.warc_dir, name) if r.target_uri.endswith("/one") and r.kind != "request"
    ]
    assert [r.kind for r in records] == ["response", "revisit"]
    assert records[0].payload_digest == records[1].payload_digest
    assert (bool(records[0].payload), records[1].payload) == (True, b"")


def test_an_article_is_visited_for_one_source_only(store: Store, crawl: CrawlIt) -> None:
    with serving({}) as site:
        site.pages |= {
            "/rss": feed(site.url, "/one"),
            "/atom": feed(site.url, "/one"),
            "/one": article("One"),
        }
        add(store, f"{site.url}/rss", "first")
        add(store, f"{site.url}/atom", "second")
        crawl()
        assert site.asked.count("/one") == 1
    assert sorted(item.articles for item in store.health(now())) == [0, 1]  # whichever was answered first


def test_addresses_inside_are_refused_however_they_are_reached(
    config: Config, store: Store, parsers: Parsers
) -> None:
    with serving({}) as site:
        add(store, f"{site.url}/feed")
        fetcher = Fetcher("newsarchive-test/1", clock=now)
        writer = WarcWriter(config.warc_dir, software="test")
        strict = Crawl(
            Keeper(store, writer, clock=now),
            fetcher,
            parsers,
            agent="x",
            politeness=Politeness(0.0),
            clock=now,
        )
        report = strict.run(store.sources())
        assert site.asked == []
    assert report.counts["failed"] == 1
    assert store.failures(1)[0].cause == "address-refused"


def test_a_host_that_did_not_answer_is_asked_again_by_the_next_crawl(
    config: Config, store: Store, crawl: CrawlIt, parsers: Parsers
) -> None:
    with serving({}) as site:
        site.pages |= {"/feed": feed(site.url, "/one"), "/one": article("One")}
        add(store, f"{site.url}/feed")
        writer, fetcher = WarcWriter(config.warc_dir, software="test"), Fetcher("x", clock=now)
        strict = Crawl(
            Keeper(store, writer, clock=now),
            fetcher,
            parsers,
            agent="x",
            politeness=Politeness(0.0),
            clock=now,
        )
        strict.run(store.sources())
        assert crawl(force=True).counts["new"] == 1


def test_warc_files_are_below_year_and_month(
    config: Config, store: Store, crawl: CrawlIt, paper: DemoServer
) -> None:
    add(store, paper.url)
    crawl()
    (name,) = warc.files(config.warc_dir)
    assert Path(name).parent.as_posix() == f"{now():%Y/%m}"
