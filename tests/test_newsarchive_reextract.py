"""Reading kept pages anew: what is mended, what becomes a revision, what stays; and what the command says of it."""

from __future__ import annotations

import gzip
import runpy
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive import care, warc
from archive.crawl import rereading
from archive.decide import content_digest, text_digest
from archive.extract import VERSION
from archive.model import Article, Extract, Link, Revision
from archive.parsing import Parsers
from archive.store import Store
from newsarchive import jobs
from newsarchive.config import Config
from newsarchive.jobs.crawling import recovered

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("crawl_site.py"))))
article, feed = tools.article, tools.feed

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def failing() -> Iterator[Parsers]:
    """Readers that fail on every page."""
    with Parsers(1, reader=len) as pool:  # type: ignore[arg-type]
        yield pool


def only(store: Store) -> Article:
    (found,) = store.articles_after(0)
    return found


def misread(store: Store, kept: Article, **otherwise: Any) -> Revision:
    """Make the archive say what an older extraction would have read."""
    known = replace(kept.latest, extractor=VERSION - 1, **otherwise)
    seen = Extract(title=known.title, authors=known.authors, text=known.text)
    known = replace(known, content_digest=content_digest(seen))
    with store.transaction() as tx:
        tx.replace_revision(known, text_digest(known.text))
    return known


@pytest.fixture
def crawled(crawler: Any, site: Any) -> Any:
    """One article, crawled; the site is `crawled.site`."""
    site.pages |= {"/feed": feed(site.url, "/one"), "/one": article("The long bridge")}
    crawler.add(f"{site.url}/feed")
    assert crawler().counts["new"] == 1
    crawler.site = site
    return crawler


def test_what_this_version_has_read_is_not_read_again_but_by_force(
    crawled: Any, newsarchive: Run, store: Store
) -> None:
    assert newsarchive("reextract", "--json").json["unchanged"] == 0
    ran = newsarchive("reextract", "--force", "--json")
    assert (ran.code, ran.json["unchanged"], ran.json["articles"]) == (0, 1, [])
    assert len(store.revisions(only(store).id)) == 1
    assert [change.action for change in store.changes_since(0, 9)] == ["new"]


def test_what_stands_beside_the_text_is_mended_in_place(crawled: Any, newsarchive: Run, store: Store) -> None:
    before = only(store)
    misread(store, before, section="Nonsense", language="xx")
    asked = len(crawled.site.asked)
    ran = newsarchive("reextract", "--json")
    assert (ran.code, ran.json["mended"], ran.json["changed"]) == (0, 1, 0)
    assert set(ran.json["fields"]) == {"section", "language"}
    assert only(store).latest == before.latest
    assert [change.action for change in store.changes_since(0, 9)] == ["new", "revised"]
    assert len(crawled.site.asked) == asked
    assert newsarchive("reextract", "--json").json["mended"] == 0


def test_it_tells_by_source_and_field_what_reads_otherwise(
    crawled: Any, newsarchive: Run, store: Store
) -> None:
    misread(store, only(store), section="Nonsense", language="xx")
    ran = newsarchive("reextract", "--json")
    (counts,) = ran.json["sources"].values()
    assert (counts["mended"], counts["unchanged"], counts["fields"]) == (1, 0, {"section": 1, "language": 1})
    misread(store, only(store), section="Nonsense")
    assert "section 1" in newsarchive("reextract").out


def test_where_a_field_comes_from_is_mended_without_a_word(
    crawled: Any, newsarchive: Run, store: Store
) -> None:
    before = only(store)
    misread(store, before, evidence=())
    ran = newsarchive("reextract", "--json")
    assert (ran.json["unchanged"], ran.json["mended"]) == (1, 0)
    assert only(store).latest == before.latest
    assert [change.action for change in store.changes_since(0, 9)] == ["new"]


def test_what_is_not_searched_is_mended_without_a_change(
    crawled: Any, newsarchive: Run, store: Store
) -> None:
    before = only(store)
    misread(store, before, credits=(), layout=())
    ran = newsarchive("reextract", "--json")
    assert ran.json["mended"] == 1
    assert set(ran.json["fields"]) <= {"credits", "layout"}
    assert only(store).latest == before.latest
    assert [change.action for change in store.changes_since(0, 9)] == ["new"]


def test_what_a_reader_sees_otherwise_is_a_further_revision(
    crawled: Any, newsarchive: Run, store: Store
) -> None:
    before = only(store)
    old = misread(store, before, title="Menu", text="Only the first paragraph.")
    ran = newsarchive("reextract", "--json")
    assert (ran.code, ran.json["changed"]) == (0, 1)
    assert ran.json["articles"] == [
        {"id": before.id, "url": before.url, "fate": "changed", "fields": ["title", "text"]}
    ]
    assert [revision.kind for revision in store.revisions(before.id)] == ["first", "reread"]
    assert (only(store).edits, only(store).earlier_titles) == (0, ())
    first, second = store.revisions(before.id)
    assert first == old
    assert (second.title, second.text) == (before.latest.title, before.latest.text)
    assert second.capture_id == first.capture_id
    assert newsarchive("search", "council", "--json").json["total"] == 1
    assert newsarchive("verify").code == 0


def test_a_page_that_could_not_be_read_is_read_by_a_newer_extraction(
    crawler: Any, site: Any, store: Store, newsarchive: Run, failing: Parsers
) -> None:
    site.pages |= {"/feed": feed(site.url, "/one"), "/one": article("The long bridge")}
    source_id = crawler.add(f"{site.url}/feed")
    with store.transaction() as tx:
        tx.visit_now(source_id, Link(f"{site.url}/one"), tools.now())
    visits = [visit for visit in store.due_visits(source_id, tools.now()) if visit.role == "article"]
    crawler.crawl(parsers=failing).run_visits(store.sources()[0], visits)
    kept = only(store)
    assert (kept.latest.unread, kept.latest.text) == ("parse-error", "")
    ran = newsarchive("reextract", "--unread", "--json")
    assert (ran.code, ran.json["read"], ran.json["unread"]) == (0, 1, 0)
    now_read = only(store).latest
    assert (now_read.number, now_read.unread, now_read.title) == (1, "", "The long bridge")
    assert newsarchive("search", "council", "--json").json["total"] == 1
    assert newsarchive("reextract", "--unread", "--json").json["read"] == 0


def test_unread_leaves_what_was_read(crawled: Any, newsarchive: Run, store: Store) -> None:
    misread(store, only(store), section="Nonsense")
    assert newsarchive("reextract", "--unread", "--json").json["mended"] == 0
    assert newsarchive("reextract", "--json").json["mended"] == 1


def test_only_the_named_sources_are_read(crawled: Any, newsarchive: Run, store: Store) -> None:
    crawled.add(f"{crawled.site.url}/other", "other")
    misread(store, only(store), section="Nonsense")
    assert newsarchive("reextract", "--source", "other", "--json").json["mended"] == 0
    assert newsarchive("reextract", "--source", "paper", "--json").json["mended"] == 1
    unknown = newsarchive("reextract", "--source", "nobody")
    assert (unknown.code, "nobody" in unknown.err) == (2, True)


def test_the_original_of_a_revisit_is_read(
    crawled: Any, newsarchive: Run, store: Store, config: Config
) -> None:
    crawled(force=True)
    captures = [capture for capture in store.captures_in(_file(config)) if capture.url.endswith("/one")]
    assert len(captures) == 2
    misread(store, only(store), section="Nonsense", capture_id=captures[1].id)
    ran = newsarchive("reextract", "--json")
    assert (ran.code, ran.json["mended"], ran.json["lost"]) == (0, 1, 0)


def test_bodies_in_chunks_and_packed_are_read(
    crawler: Any, site: Any, newsarchive: Run, store: Store
) -> None:
    packed = gzip.compress(article("The long bridge").encode())
    halves = (packed[:100], packed[100:], b"")
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in halves)

    def answer(handler: Any) -> None:
        if handler.path != "/one":
            type(site).answer(site, handler)
            return
        handler.wfile.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n" + chunked
        )

    site.answer = answer
    site.pages |= {"/feed": feed(site.url, "/one")}
    crawler.add(f"{site.url}/feed")
    assert crawler().counts["new"] == 1
    before = only(store).latest
    misread(store, only(store), text="Too little.")
    assert newsarchive("reextract", "--json").json["changed"] == 1
    assert only(store).latest.text == before.text


def test_articles_of_removed_sources_are_read_too(crawled: Any, newsarchive: Run, store: Store) -> None:
    misread(store, only(store), section="Nonsense")
    assert newsarchive("sources", "remove", "paper").code == 0
    assert newsarchive("reextract", "--json").json["mended"] == 1


def test_a_record_that_cannot_be_read_is_reported_and_the_rest_goes_on(
    crawler: Any, site: Any, newsarchive: Run, store: Store, config: Config
) -> None:
    site.pages |= {"/feed": feed(site.url, "/one", "/two")}
    site.pages |= {"/one": article("One"), "/two": article("Two", "Rain all day, from the west. ")}
    crawler.add(f"{site.url}/feed")
    crawler()
    kept = {path: store.article(number) for path, number in crawler.articles().items()}
    one, two = kept["/one"], kept["/two"]
    assert one is not None
    assert two is not None
    misread(store, one, section="Nonsense")
    misread(store, two, section="Nonsense")
    capture = store.capture(one.latest.capture_id)
    assert capture is not None
    with warc.path_of(config.warc_dir, capture.place.file).open("r+b") as file:
        file.seek(capture.place.offset)
        file.write(bytes(capture.place.length))
    ran = newsarchive("reextract", "--json")
    assert (ran.code, ran.json["lost"], ran.json["mended"]) == (1, 1, 1)
    (lost,) = ran.json["articles"]
    assert (lost["id"], lost["fate"]) == (one.id, "lost")
    assert lost["message"].endswith(".")
    told = newsarchive("reextract")
    assert (told.code, "1 lost" in told.out) == (1, True)


def test_a_page_that_reads_as_no_article_today_keeps_what_is_known(
    crawled: Any, newsarchive: Run, store: Store, config: Config, failing: Parsers
) -> None:
    before = misread(store, only(store))
    results = list(rereading.reread(recovered(config, store), config.warc_dir, failing, [only(store)]))
    assert [result.fate for result in results] == ["unread"]
    after = only(store).latest
    assert after == replace(before, extractor=VERSION)


def test_a_page_of_links_that_a_feed_named_as_an_article_is_read_as_one(
    crawler: Any, site: Any, store: Store, newsarchive: Run
) -> None:
    links = "".join(
        f'<li><a href="/{n}/other">The other story of number {n} today</a></li>' for n in range(80)
    )
    site.pages |= {
        "/feed": feed(site.url, "/one"),
        "/one": f"<h1>Links</h1><p>Few words.</p><ul>{links}</ul>",
    }
    crawler.add(f"{site.url}/feed")
    assert crawler().counts["new"] == 1
    misread(store, only(store), section="Nonsense")
    assert newsarchive("reextract", "--json").json["mended"] == 1


def test_who_stops_it_does_not_wait_for_pages_that_take_long(
    crawled: Any, store: Store, config: Config
) -> None:
    misread(store, only(store))
    asked: list[bool] = []

    def stopped() -> bool:
        asked.append(True)
        return len(asked) > 2

    with Parsers(1, deadline=60.0, reader=sum) as slow:  # type: ignore[arg-type]
        submit = slow.submit
        slow.submit = lambda _page, done: submit(range(10**14), done)  # type: ignore[method-assign, arg-type]
        began = time.monotonic()
        assert (
            list(
                rereading.reread(
                    recovered(config, store), config.warc_dir, slow, [only(store)], stopped=stopped
                )
            )
            == []
        )
    assert time.monotonic() - began < 10
    assert only(store).latest.extractor == VERSION - 1


def test_it_may_be_stopped_and_goes_on_where_it_was(
    crawler: Any, site: Any, store: Store, config: Config
) -> None:
    names = [f"/story-{n}" for n in range(30)]
    site.pages |= {"/feed": feed(site.url, *names)} | {
        name: article(name, f"Of the matter {name} much was said and more is to be told. ") for name in names
    }
    crawler.add(f"{site.url}/feed")
    crawler()
    for kept in list(store.articles_after(0)):
        misread(store, kept, section="Nonsense")
    done: list[object] = []
    first = jobs.reextract(config, progress=done.append, stopped=lambda: len(done) >= 3)
    assert not first.complete
    assert 3 <= first.fates["mended"] < 30
    second = jobs.reextract(config)
    assert second.complete
    assert first.fates["mended"] + second.fates["mended"] == 30
    assert list(care.check(store, config.warc_dir)) == []


def test_it_tells_a_person_what_became_of_the_articles(crawled: Any, newsarchive: Run, store: Store) -> None:
    misread(store, only(store), title="Menu")
    ran = newsarchive("reextract")
    assert ran.code == 0
    assert "1 changed" in ran.out
    assert "title" in ran.out
    assert only(store).url in ran.out


def _file(config: Config) -> str:

    (name,) = warc.files(config.warc_dir)
    return str(name)
