"""When a crawl asks for what: ages of articles, Retry-After, the next turn of a source, sources that take turns."""

from __future__ import annotations

import itertools
import runpy
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive.decide import REVISIT_AGES
from archive.model import Visit
from archive.politeness import Politeness
from archive.store import Store
from archive.urls import identity

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("crawl_site.py"))))
serving, article, feed, page, sitemap = tools.serving, tools.article, tools.feed, tools.page, tools.sitemap

HOUR = timedelta(hours=1)
SLACK = timedelta(minutes=1)


def visit_of(store: Store, source_id: int, url: str) -> Visit:
    found = store.visit(source_id, identity(url))
    assert found is not None
    return found


def due_in(store: Store, crawler: Any, source_id: int, url: str) -> timedelta | None:
    """How long until an address is visited again."""
    due_at = visit_of(store, source_id, url).due_at
    return due_at and due_at - crawler.clock()


def near(span: timedelta | None, expected: timedelta) -> bool:
    return span is not None and abs(span - expected) < SLACK


# -- articles ----------------------------------------------------------------------------------------


def test_an_article_is_looked_at_at_its_ages_and_an_edit_lets_them_begin_again(
    crawler: Any, site: Any, store: Store
) -> None:
    site.pages |= {"/feed": feed(site.url, "/one"), "/one": article("One")}
    source_id = crawler.add(f"{site.url}/feed")
    crawler()
    one = f"{site.url}/one"
    assert near(due_in(store, crawler, source_id, one), REVISIT_AGES[0])
    crawler.clock.ahead = HOUR + SLACK
    crawler()
    assert near(due_in(store, crawler, source_id, one), REVISIT_AGES[1] - HOUR - SLACK)
    crawler.clock.ahead = REVISIT_AGES[1] + SLACK
    site.pages["/one"] = article("One, corrected")
    assert crawler().counts["revised"] == 1
    assert near(due_in(store, crawler, source_id, one), REVISIT_AGES[0])


def test_a_source_may_have_ages_of_its_own(crawler: Any, site: Any, store: Store) -> None:
    site.pages |= {"/feed": feed(site.url, "/one"), "/one": article("One")}
    source_id = crawler.add(f"{site.url}/feed", revisit_ages=(timedelta(minutes=20), 5 * HOUR))
    crawler()
    one = f"{site.url}/one"
    assert near(due_in(store, crawler, source_id, one), timedelta(minutes=20))
    crawler.clock.ahead = timedelta(minutes=21)
    crawler()
    assert near(due_in(store, crawler, source_id, one), timedelta(hours=5, minutes=-21))
    crawler.clock.ahead = 6 * HOUR
    crawler()
    assert visit_of(store, source_id, one).due_at is None


# -- Retry-After -------------------------------------------------------------------------------------


def test_retry_after_is_obeyed_within_a_crawl(crawler: Any, site: Any) -> None:
    site.pages |= {
        "/feed": feed(site.url, "/one", "/two"),
        "/one": (503, {"Retry-After": "1"}, ""),
        "/two": (503, {"Retry-After": "1"}, ""),
    }
    crawler.add(f"{site.url}/feed")
    crawler()
    assert len(site.asked) == 4
    assert site.times[3] - site.times[2] >= 1.0


def test_retry_after_is_obeyed_from_one_crawl_to_the_next(crawler: Any, site: Any, store: Store) -> None:
    site.pages |= {"/feed": feed(site.url, "/one"), "/one": (429, {"Retry-After": "7200"}, "")}
    source_id = crawler.add(f"{site.url}/feed")
    politeness = Politeness(0.0)
    crawler(politeness=politeness)
    assert near(due_in(store, crawler, source_id, f"{site.url}/one"), 2 * HOUR)
    asked = len(site.asked)
    crawler(force=True, politeness=politeness, max_seconds=1.0)
    assert len(site.asked) == asked


def test_retry_after_of_the_feed_puts_the_source_off(crawler: Any, site: Any, store: Store) -> None:
    site.pages["/feed"] = (503, {"Retry-After": "18000"}, "")
    crawler.add(f"{site.url}/feed")
    crawler()
    assert store.sources()[0].last_error is not None
    assert near(visit_due(store), 5 * HOUR)


def visit_due(store: Store) -> timedelta | None:
    (source,) = store.sources()
    due_at = store.next_due(source.id)
    return due_at and due_at - tools.now()


# -- sources -----------------------------------------------------------------------------------------


def test_a_source_is_due_again_with_the_next_of_its_visits(crawler: Any, site: Any, store: Store) -> None:
    site.pages |= {"/feed": feed(site.url, "/one"), "/one": article("One")}
    crawler.add(f"{site.url}/feed", interval=24 * HOUR)
    crawler()
    assert near(store.sources()[0].due_at - tools.now(), HOUR)
    asked = len(site.asked)
    crawler.clock.ahead = HOUR + SLACK
    crawler()
    assert site.asked[asked:] == ["/one"]
    assert near(store.sources()[0].due_at - tools.now(), 6 * HOUR)


def test_a_source_whose_articles_alone_were_looked_at_keeps_its_failure(
    crawler: Any, site: Any, store: Store
) -> None:
    site.pages |= {"/feed": feed(site.url, "/one"), "/one": article("One")}
    crawler.add(f"{site.url}/feed", interval=24 * HOUR)
    crawler()
    site.pages["/feed"] = (500, {}, "")
    crawler.clock.ahead = 24 * HOUR + SLACK
    crawler()
    failed = store.sources()[0]
    assert "500" in (failed.last_error or "")
    crawler.clock.ahead = 24 * HOUR + 49 * HOUR
    with store.transaction() as tx:
        tx.visited(
            visit_of(store, failed.id, f"{site.url}/feed"),
            at=crawler.clock(), due_at=crawler.clock() + HOUR, status=500, failed=True,
        )  # fmt: skip
        tx.plan(failed.id, due_at=crawler.clock())
    assert crawler().counts["unchanged"] == 1
    after = store.sources()[0]
    assert (after.last_error, after.last_success_at) == (failed.last_error, failed.last_success_at)


def test_an_adaptive_source_follows_its_habit_unless_somebody_sets_its_interval_meanwhile(
    crawler: Any, site: Any, store: Store
) -> None:
    names = [f"/story-{n}" for n in range(60)]
    site.pages |= {"/feed": feed(site.url, *names)} | {name: article(name) for name in names}
    source_id = crawler.add(f"{site.url}/feed", adaptive=True)
    crawler()
    crawler.clock.ahead = timedelta(days=10)
    crawler(force=True)
    slow = store.sources()[0]
    assert slow.interval > timedelta(minutes=30)

    def set_by_hand(*_report: object) -> None:
        with store.transaction() as tx:
            tx.change_source(source_id, interval=timedelta(minutes=90), adaptive=False)

    crawler(force=True, progress=set_by_hand)
    assert store.sources()[0].interval == timedelta(minutes=90)


def test_a_crawl_that_takes_longer_than_an_interval_looks_at_a_list_once(
    crawler: Any, site: Any, store: Store
) -> None:
    names = [f"/story-{n}" for n in range(3)]
    site.pages |= {"/feed": feed(site.url, *names)} | {name: article(name) for name in names}
    source_id = crawler.add(f"{site.url}/feed", interval=timedelta(minutes=10))

    def slowly(*_report: object) -> None:
        crawler.clock.ahead += timedelta(minutes=4)

    crawler(progress=slowly)
    assert site.asked.count("/feed") == 1
    assert visit_of(store, source_id, f"{site.url}/feed").due_at is not None


def test_sources_on_one_host_take_turns(crawler: Any, site: Any, store: Store) -> None:
    big, small = [f"/big-{n}" for n in range(40)], [f"/small-{n}" for n in range(3)]
    site.pages |= {"/big": feed(site.url, *big), "/small": feed(site.url, *small)}
    site.pages |= {name: article(name) for name in (*big, *small)}
    crawler.add(f"{site.url}/big", "big")
    crawler.add(f"{site.url}/small", "small")
    crawler()
    last_small = max(site.asked.index(name) for name in small)
    assert last_small < 12
    assert len(site.asked) == 1 + 2 + 43


def test_hosts_are_asked_side_by_side(crawler: Any, site: Any) -> None:
    def slowly(answer: Any) -> Any:
        def serve() -> Any:
            time.sleep(0.3)
            return answer

        return serve

    with serving({}) as other:
        for here in (site, other):
            here.pages |= {
                "/feed": slowly(feed(here.url, "/one")),
                "/one": slowly(article(f"One {here.port}")),
            }
            crawler.add(f"{here.url}/feed", str(here.port))
        crawler()
        spans = [(here.times[1], here.times[2]) for here in (site, other)]
    assert max(start for start, _ in spans) < min(end for _, end in spans)


@pytest.mark.parametrize("delay", ["0.3", "0.5"])
def test_crawl_delay_is_kept_from_the_first_page_on(crawler: Any, site: Any, delay: str) -> None:
    site.pages |= {"/robots.txt": (200, {}, f"User-agent: *\nCrawl-delay: {delay}")}
    site.pages |= {"/feed": feed(site.url, "/one"), "/one": article("One")}
    crawler.add(f"{site.url}/feed")
    crawler()
    gaps = [later - earlier for earlier, later in itertools.pairwise(site.times)]
    assert len(gaps) == 2
    assert min(gaps) >= float(delay)


def test_a_feed_that_a_site_has_given_up_is_given_up_and_its_source_is_well(
    crawler: Any, site: Any, store: Store
) -> None:
    head = '<link rel="alternate" type="application/rss+xml" href="/own.xml">'
    site.pages |= {"/": page("/2026/11/one-long-story", head=head), "/own.xml": feed(site.url)}
    site.pages["/2026/11/one-long-story"] = article("One")
    source_id = crawler.add(f"{site.url}/")
    crawler()
    site.pages["/own.xml"] = (500, {}, "")
    crawler.clock.ahead += HOUR
    crawler()
    assert store.sources()[0].last_error is not None
    site.pages["/own.xml"] = (410, {}, "")
    for _ in range(8):
        crawler.clock.ahead += timedelta(days=4)
        crawler()
    assert store.sources()[0].last_error is None
    assert visit_of(store, source_id, f"{site.url}/own.xml").due_at is None
    site.pages["/"] = (404, {}, "")
    for _ in range(7):
        crawler.clock.ahead += timedelta(days=4)
        crawler()
    assert "404" in (store.sources()[0].last_error or "")
    assert visit_of(store, source_id, f"{site.url}/").due_at is not None
