"""Which addresses a crawl follows: feeds that nobody names, sitemaps, archives since a day, traps, patterns, rules."""

from __future__ import annotations

import runpy
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive.discover.wellknown import well_known_feeds, well_known_sitemaps
from archive.model import Rules
from archive.store import Store

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("crawl_site.py"))))
serving, article, feed, page, sitemap, now = (
    tools.serving, tools.article, tools.feed, tools.page, tools.sitemap, tools.now,
)  # fmt: skip


def long_ago() -> str:
    return (now() - timedelta(days=900)).date().isoformat()


def today() -> str:
    return now().date().isoformat()


def robots(*lines: str) -> tuple[int, dict[str, str], str]:
    return 200, {"Content-Type": "text/plain"}, "\n".join(("User-agent: *", "Allow: /", *lines))


# -- what nobody names -------------------------------------------------------------------------------


def test_well_known_feeds_are_tried_once_and_fail_quietly(crawler: Any, site: Any, store: Store) -> None:
    site.pages |= {"/": page("/2026/11/one-long-story"), "/2026/11/one-long-story": article("One")}
    crawler.add(f"{site.url}/")
    report = crawler()
    guessed = {link.url.removeprefix(site.url) for link in well_known_feeds(f"{site.url}/")}
    assert guessed <= set(site.asked)
    assert (report.counts["new"], report.counts["failed"]) == (1, 0)
    assert store.failures(9) == []
    assert store.sources()[0].last_error is None
    asked = len(site.asked)
    crawler.clock.ahead = timedelta(hours=2)
    crawler()
    assert guessed.isdisjoint(site.asked[asked:])


def test_a_well_known_feed_that_is_there_is_read(crawler: Any, site: Any) -> None:
    site.pages |= {"/": page(), "/feed": feed(site.url, "/hidden"), "/hidden": article("Hidden")}
    crawler.add(f"{site.url}/")
    assert crawler().counts["new"] == 1


def test_nothing_is_guessed_where_a_feed_is_named(crawler: Any, site: Any) -> None:
    head = '<link rel="alternate" type="application/rss+xml" href="/own.xml">'
    site.pages |= {"/": page(head=head), "/own.xml": feed(site.url, "/one"), "/one": article("One")}
    crawler.add(f"{site.url}/")
    crawler()
    assert set(site.asked) == {"/robots.txt", "/", "/own.xml", "/one"}


def test_a_page_that_answers_every_address_is_no_feed(crawler: Any, site: Any, store: Store) -> None:
    home = page("/2026/11/one-long-story")
    site.pages |= {"/": home, "/2026/11/one-long-story": article("One")}
    site.pages |= {link.url.removeprefix(site.url): home for link in well_known_feeds(f"{site.url}/")}
    crawler.add(f"{site.url}/")
    report = crawler()
    assert (report.counts["new"], report.counts["failed"]) == (1, 0)
    assert store.failures(9) == []


# -- sitemaps ----------------------------------------------------------------------------------------


def archive_of(site: Any) -> None:
    """A site with a sitemap, named by robots.txt, of an old and a new article."""
    site.pages |= {
        "/robots.txt": robots(f"Sitemap: {site.url}/map-index.xml"),
        "/": page(),
        "/map-index.xml": sitemap(
            (f"{site.url}/map-old.xml", long_ago()), (f"{site.url}/map-new.xml", today()), kind="sitemap"
        ),
        "/map-old.xml": sitemap((f"{site.url}/old-story", long_ago())),
        "/map-new.xml": sitemap((f"{site.url}/new-story", today()), (f"{site.url}/older-story", long_ago())),
        "/old-story": article("Old"),
        "/older-story": article("Older"),
        "/new-story": article("New"),
    }


def test_of_sitemaps_that_robots_txt_names_the_latest_is_taken(crawler: Any, site: Any) -> None:
    archive_of(site)
    crawler.add(f"{site.url}/")
    crawler()
    assert crawler.articles().keys() == {"/new-story"}
    assert {"/old-story", "/older-story", "/map-old.xml"}.isdisjoint(site.asked)


def test_when_archives_are_wanted_all_since_that_day_is_taken(crawler: Any, site: Any) -> None:
    archive_of(site)
    crawler.add(f"{site.url}/", backfill_since=date(2015, 1, 1))
    crawler()
    assert crawler.articles().keys() == {"/new-story", "/old-story", "/older-story"}


def test_archives_before_that_day_are_left(crawler: Any, site: Any) -> None:
    archive_of(site)
    crawler.add(f"{site.url}/", backfill_since=(now() - timedelta(days=30)).date())
    crawler()
    assert crawler.articles().keys() == {"/new-story"}


def test_a_sitemap_that_a_person_names_is_taken_whole(crawler: Any, site: Any) -> None:
    archive_of(site)
    crawler.add(f"{site.url}/map-index.xml")
    crawler()
    assert crawler.articles().keys() == {"/new-story", "/old-story", "/older-story"}


def test_sitemaps_are_guessed_only_for_archives(crawler: Any, site: Any) -> None:
    guessed = {link.url.removeprefix(site.url) for link in well_known_sitemaps(f"{site.url}/")}
    site.pages["/"] = page()
    crawler.add(f"{site.url}/")
    crawler()
    assert guessed.isdisjoint(site.asked)
    with serving({"/": page()}) as other:
        crawler.add(f"{other.url}/", "other", backfill_since=date(2015, 1, 1))
        assert crawler().counts["failed"] == 0
        assert guessed <= set(other.asked)


# -- pages of an archive -----------------------------------------------------------------------------


def blog(site: Any) -> None:
    """A site whose list goes on into the past, a year a page."""
    for number, year in enumerate((2026, 2025, 2024, 2023), 1):
        path = "/" if number == 1 else f"/page/{number}"
        further = f'<a rel="next" href="/page/{number + 1}">Older posts</a>' if year > 2023 else ""
        story = f"/{year}/05/the-story-of-that-year"
        site.pages[path] = page(story).replace("</main>", f"{further}</main>")
        site.pages[story] = article(f"Story of {year}", f"In {year} the valley had one thing to speak of. ")


def test_pages_of_a_list_are_followed_only_for_archives(crawler: Any, site: Any) -> None:
    blog(site)
    crawler.add(f"{site.url}/")
    crawler()
    assert "/page/2" not in site.asked
    assert crawler.articles().keys() == {"/2026/05/the-story-of-that-year"}


def test_an_archive_is_followed_until_the_day_that_is_wanted(crawler: Any, site: Any) -> None:
    blog(site)
    crawler.add(f"{site.url}/", backfill_since=date(2025, 1, 1))
    crawler()
    assert crawler.articles().keys() == {f"/{year}/05/the-story-of-that-year" for year in (2026, 2025)}
    assert "/page/4" not in site.asked
    asked = len(site.asked)
    crawler.clock.ahead = timedelta(hours=1)
    crawler()
    assert "/page/2" not in site.asked[asked:]


# -- what is left ------------------------------------------------------------------------------------


def test_traps_are_counted_and_not_followed(crawler: Any, site: Any) -> None:
    traps = {
        "/news/calendar/2031/05/": "calendar",
        "/news/a/b/a/b/a/b/a-long-story-of-it": "repeats",
        "/2026/11/a-story?" + "&".join(f"p{n}=x" for n in range(12)): "facets",
    }
    links = [*traps, "/2026/11/one-long-story"]
    site.pages |= {"/news/": page(*links), "/2026/11/one-long-story": article("One")}
    crawler.add(f"{site.url}/news/")
    report = crawler()
    assert set(traps).isdisjoint(site.asked)
    assert report.counts["new"] == 1
    assert set(report.left_out) <= set(traps.values())
    assert sum(report.left_out.values()) >= 1


def test_a_budget_bounds_what_one_page_may_lead_to(
    crawler: Any, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from archive.crawl import admission
    from archive.discover import Budget

    monkeypatch.setattr(admission, "Budget", lambda: Budget(new_urls=5))
    names = [f"/2026/11/a-long-story-{n}" for n in range(12)]
    site.pages |= {"/news/": page(*names)} | {name: article(name) for name in names}
    crawler.add(f"{site.url}/news/")
    report = crawler()
    assert (report.counts["new"], report.left_out["budget"]) == (5, 7)
    crawler.clock.ahead = timedelta(minutes=31)
    assert crawler().counts["new"] == 5


def test_forms_that_never_were_articles_are_left_after_many(
    crawler: Any, site: Any, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from archive.discover import patterns

    monkeypatch.setattr(patterns, "MANY_ARTICLES", 3)
    stories = [f"/news/2026/a-long-story-{word}" for word in ("one", "two", "three", "four")]
    persons = [f"/persons/some-body-called-{word}" for word in ("a", "b", "c", "d", "e", "f", "g")]
    site.pages |= {"/news/": page(*stories, *persons[:6])}
    site.pages |= {name: article(name) for name in stories}
    site.pages |= {name: page(*stories) for name in persons}
    crawler.add(f"{site.url}/news/")
    crawler()
    assert store.counts().articles == 4
    site.pages["/news/"] = page(*stories, *persons)
    crawler.clock.ahead = timedelta(minutes=31)
    report = crawler()
    assert persons[6] not in site.asked
    assert report.left_out["pattern"] == 1


def test_what_a_source_includes_and_excludes_holds_for_feeds_too(
    crawler: Any, site: Any, store: Store
) -> None:
    names = ["/news/one", "/news/sport/two", "/opinion/three"]
    site.pages |= {"/feed": feed(site.url, *names)} | {name: article(name) for name in names}
    crawler.add(f"{site.url}/feed", rules=Rules(include=("/news/*",), exclude=("/news/sport/*",)))
    report = crawler()
    assert crawler.articles().keys() == {"/news/one"}
    assert report.left_out["rules"] == 2
    assert {"/news/sport/two", "/opinion/three"}.isdisjoint(site.asked)


def test_selectors_of_a_source_are_used(crawler: Any, site: Any, store: Store) -> None:
    told = article("Machine title").replace("<h1>", '<div class="t">The real title</div><h1>')
    site.pages |= {"/feed": feed(site.url, "/one"), "/one": told}
    crawler.add(f"{site.url}/feed", rules=Rules(title=".t"))
    crawler()
    (kept,) = store.articles_after(0)
    assert kept.latest.title == "The real title"
