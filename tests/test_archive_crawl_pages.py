"""What pages come to: those that cannot be read, that break off, that go, that move, that are one under many addresses."""

from __future__ import annotations

import gzip
import runpy
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive import care, warc
from archive.model import Article
from archive.parsing import Parsers
from archive.store import Store
from index.model import SearchRequest
from newsarchive.config import Config
from newsarchive.jobs import catch_up, opened

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("crawl_site.py"))))
serving, article, feed, page, sitemap = tools.serving, tools.article, tools.feed, tools.page, tools.sitemap

FOOTBALL = "A football club from the valley lost again at home and nobody on the terrace was in the least surprised. "


@pytest.fixture(scope="module")
def failing() -> Iterator[Parsers]:
    """Readers that fail on every page."""
    with Parsers(1, reader=len) as pool:  # type: ignore[arg-type]
        yield pool


class Choosing:
    """Readers that fail on the pages of these paths only."""

    def __init__(self, good: Parsers, bad: Parsers, *paths: str) -> None:
        self.processes = good.processes
        self.start, self._good, self._bad, self._paths = good.start, good, bad, paths

    def submit(self, page: Any, done: Any) -> None:
        fails = page.url.endswith(self._paths)
        (self._bad if fails else self._good).submit(page, done)


def the_article(store: Store) -> Article:
    (found,) = store.articles_after(0)
    return found


def found(config: Config, text: str) -> list[str]:
    """The titles that a search finds."""
    with opened(config) as (store, engine):
        catch_up(store, engine)
        return [hit.title.text for hit in engine.search(SearchRequest(text=text), now=tools.now()).hits]


# -- pages that cannot be read -----------------------------------------------------------------------


def test_a_page_that_cannot_be_read_is_kept_and_found_by_its_title_and_its_address(
    crawler: Any, site: Any, store: Store, config: Config, parsers: Parsers, failing: Parsers
) -> None:
    site.pages |= {"/feed": feed(site.url, "/untold-zebra"), "/untold-zebra": article("The hidden crossing")}
    crawler.add(f"{site.url}/feed")
    report = crawler(parsers=Choosing(parsers, failing, "/untold-zebra"))
    assert (report.counts["failed"], report.counts["new"]) == (1, 0)
    assert [failure.cause for failure in report.failures] == ["parse-error"]
    kept = the_article(store)
    assert (kept.latest.unread, kept.latest.text, kept.latest.title) == ("parse-error", "", "/untold-zebra")
    assert found(config, "zebra") == ["/untold-zebra"]
    assert store.health(tools.now())[0].unread == 1
    assert list(care.check(store, config.warc_dir)) == []


def test_where_the_link_has_no_title_that_of_the_page_is_taken(
    crawler: Any, site: Any, store: Store, parsers: Parsers, failing: Parsers, config: Config
) -> None:
    site.pages |= {
        "/map": sitemap((f"{site.url}/2026/11/one", "")),
        "/2026/11/one": article("The hidden crossing"),
    }
    crawler.add(f"{site.url}/map")
    crawler(parsers=Choosing(parsers, failing, "/one"))
    assert the_article(store).latest.title == "The hidden crossing"
    assert found(config, "hidden") == ["The hidden crossing"]


def test_a_page_that_takes_too_long_is_recorded_so(
    crawler: Any, site: Any, store: Store, parsers: Parsers
) -> None:
    site.pages |= {"/feed": feed(site.url, "/one"), "/one": article("One")}
    crawler.add(f"{site.url}/feed")
    with Parsers(1, deadline=0.3, reader=sum) as slow:  # type: ignore[arg-type]
        submit = slow.submit
        slow.submit = lambda _page, done: submit(range(10**14), done)  # type: ignore[method-assign, arg-type]
        crawler(parsers=Choosing(parsers, slow, "/one"))
    assert crawler.causes() == {"/one": "parse-timeout"}
    assert the_article(store).latest.unread == "parse-timeout"


def test_a_page_that_can_be_read_later_counts_as_new_and_takes_the_place_of_the_gap(
    crawler: Any, site: Any, store: Store, parsers: Parsers, failing: Parsers, config: Config
) -> None:
    site.pages |= {
        "/feed": feed(site.url, "/one"),
        "/one": (200, {"ETag": '"1"'}, article("The long bridge")),
    }
    crawler.add(f"{site.url}/feed")
    crawler(parsers=Choosing(parsers, failing, "/one"))
    assert found(config, "bridge") == []
    crawler.clock.ahead = timedelta(minutes=11)
    report = crawler()
    assert (report.counts["new"], report.counts["revised"]) == (1, 0)
    kept = the_article(store)
    assert (kept.latest.number, kept.latest.unread, kept.latest.title) == (1, "", "The long bridge")
    assert len(store.revisions(kept.id)) == 1
    assert found(config, "council") == ["The long bridge"]


def test_an_article_whose_new_page_cannot_be_read_keeps_what_is_known(
    crawler: Any, site: Any, store: Store, parsers: Parsers, failing: Parsers
) -> None:
    site.pages |= {"/feed": feed(site.url, "/one"), "/one": article("One")}
    crawler.add(f"{site.url}/feed")
    crawler()
    before = the_article(store).latest
    site.pages["/one"] = article("One, with something new")
    report = crawler(force=True, parsers=Choosing(parsers, failing, "/one"))
    assert (report.counts["failed"], report.counts["revised"]) == (1, 0)
    assert the_article(store).latest == before
    report = crawler(force=True)
    assert report.counts["revised"] == 1
    assert the_article(store).latest.title == "One, with something new"


def test_a_list_that_cannot_be_read_is_a_failure_of_its_source(
    crawler: Any, site: Any, store: Store, failing: Parsers
) -> None:
    site.pages |= {"/feed": feed(site.url, "/one")}
    crawler.add(f"{site.url}/feed")
    crawler(parsers=failing)
    assert crawler.causes() == {"/feed": "parse-error"}
    assert "its reader cannot cope with" in (store.sources()[0].last_error or "")
    assert store.counts().articles == 0


# -- responses that break off ------------------------------------------------------------------------


def test_a_response_that_breaks_off_is_asked_for_twice_again_and_each_try_is_kept(
    crawler: Any, site: Any, store: Store, config: Config
) -> None:
    site.pages |= {
        "/feed": feed(site.url, "/one"),
        "/one": (200, {"Content-Length": "99999"}, article("One")),
    }
    crawler.add(f"{site.url}/feed")
    report = crawler()
    assert site.asked.count("/one") == 3
    assert crawler.causes() == {"/one": "incomplete"}
    assert (report.counts["failed"], report.counts["new"]) == (1, 0)
    (name,) = warc.files(config.warc_dir)
    kept = gzip.decompress(warc.path_of(config.warc_dir, name).read_bytes())
    assert kept.count(b"\r\nWARC-Truncated: disconnect\r\n") == 3
    assert list(care.check(store, config.warc_dir)) == []


def test_a_response_that_is_whole_the_second_time_is_an_article(crawler: Any, site: Any) -> None:
    tries = iter([(200, {"Content-Length": "99999"}, article("One")), None])
    site.pages |= {"/feed": feed(site.url, "/one")}
    site.pages["/one"] = lambda: next(tries, article("One"))
    crawler.add(f"{site.url}/feed")
    report = crawler()
    assert site.asked.count("/one") == 3
    assert (report.counts["new"], report.counts["failed"]) == (1, 0)


def test_a_page_that_is_too_large_is_not_asked_for_again_at_once(
    crawler: Any, site: Any, config: Config
) -> None:
    site.pages |= {"/feed": feed(site.url, "/one"), "/one": bytes(21 << 20)}
    crawler.add(f"{site.url}/feed")
    crawler()
    assert site.asked.count("/one") == 1
    assert crawler.causes() == {"/one": "too-large"}


# -- pages that go, move or were never there ---------------------------------------------------------


def test_a_page_that_is_gone_marks_its_article_and_keeps_it(crawler: Any, site: Any, store: Store) -> None:
    site.pages |= {"/feed": feed(site.url, "/one"), "/one": article("One")}
    crawler.add(f"{site.url}/feed")
    crawler()
    site.pages["/one"] = (404, {}, "")
    assert crawler(force=True).counts["gone"] == 1
    kept = the_article(store)
    assert kept.gone_at is not None
    assert kept.latest.title == "One"
    assert crawler(force=True).counts["gone"] == 0
    site.pages["/one"] = article("One")
    crawler(force=True)
    assert the_article(store).gone_at is None
    assert [change.action for change in store.changes_since(0, 9)] == ["new", "gone", "back"]


def test_an_article_that_redirects_to_the_home_page_is_neither_gone_nor_the_home_page(
    crawler: Any, site: Any, store: Store
) -> None:
    site.pages |= {"/feed": feed(site.url, "/2026/one-long-story"), "/2026/one-long-story": article("One")}
    crawler.add(f"{site.url}/feed")
    crawler()
    before = the_article(store)
    site.pages |= {"/2026/one-long-story": (302, {"Location": "/"}, ""), "/": article("Welcome to the paper")}
    report = crawler(force=True)
    assert (report.counts["gone"], report.counts["new"], report.counts["revised"]) == (0, 0, 0)
    assert the_article(store).latest == before.latest
    assert the_article(store).gone_at is None
    assert crawler.causes() == {"/2026/one-long-story": "moved"}


def test_one_text_at_many_addresses_is_what_a_site_says_of_anything(
    crawler: Any, site: Any, store: Store
) -> None:
    sorry = article("Welcome back", FOOTBALL)
    names = [f"/2026/story-of-the-day-number-{n}" for n in range(6)]
    site.pages |= {"/feed": feed(site.url, *names)} | dict.fromkeys(names, sorry)
    crawler.add(f"{site.url}/feed")
    report = crawler()
    assert report.counts["new"] == 1
    assert Counter(crawler.causes().values()) == {"error": 4}


# -- one article, many addresses; many articles, one address -----------------------------------------


def test_twins_are_one_article(crawler: Any, site: Any, store: Store) -> None:
    names = ["/2026/the-bridge.html", "/amp/2026/the-bridge.html", "/2026/the-bridge.amp.html"]
    site.pages |= {"/feed": feed(site.url, *names)} | {
        name: article("The bridge", head=f"<meta name=generator content='{name}'>") for name in names
    }
    crawler.add(f"{site.url}/feed")
    assert crawler().counts["new"] == 1
    asked = len(site.asked)
    crawler(force=True)
    assert len([path for path in site.asked[asked:] if "bridge" in path]) == 1


def test_different_articles_at_addresses_like_twins_stay_two(crawler: Any, site: Any, store: Store) -> None:
    site.pages |= {
        "/feed": feed(site.url, "/2026/the-bridge", "/2026/the-bridge/amp"),
        "/2026/the-bridge": article("The bridge"),
        "/2026/the-bridge/amp": article("The amplifier", FOOTBALL),
    }
    crawler.add(f"{site.url}/feed")
    assert crawler().counts["new"] == 2


def test_a_canonical_address_that_was_claimed_first_does_not_swallow_its_owner(
    crawler: Any, site: Any, store: Store
) -> None:
    claim = '<link rel="canonical" href="/2026/the-council-votes-on-the-bridge">'
    site.pages |= {
        "/feed": feed(site.url, "/2026/the-council-meets-today"),
        "/2026/the-council-meets-today": article("Today", head=claim),
    }
    crawler.add(f"{site.url}/feed")
    crawler()
    site.pages |= {
        "/feed": feed(site.url, "/2026/the-council-votes-on-the-bridge"),
        "/2026/the-council-votes-on-the-bridge": article("The vote", FOOTBALL),
    }
    assert crawler(force=True).counts["new"] == 1
    assert {kept.latest.title for kept in store.articles_after(0)} == {"Today", "The vote"}


def test_redirects_to_a_host_of_others_are_asked_by_its_rules(crawler: Any, site: Any) -> None:
    with serving({}) as other:
        other.pages |= {"/robots.txt": (200, {}, "User-agent: *\nDisallow: /no"), "/no/one": article("One")}
        site.pages |= {
            "/feed": feed(site.url, "/one"),
            "/one": (302, {"Location": f"{other.url}/no/one"}, ""),
        }
        crawler.add(f"{site.url}/feed")
        report = crawler()
        assert other.asked == ["/robots.txt"]
    assert report.counts["refused"] == 1
