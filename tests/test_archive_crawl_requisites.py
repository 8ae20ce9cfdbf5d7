"""What articles are drawn with: kept as resources, after everything else, within bounds, and once."""

from __future__ import annotations

import runpy
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive import care, warc
from archive.extract import extract
from archive.extract.parts import MOST_PICTURES, parts_of_sheet
from archive.removal import plan
from archive.store import Store
from newsarchive.config import Config

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("crawl_site.py"))))
article, feed, PARAGRAPH = tools.article, tools.feed, tools.PARAGRAPH

FERRY = (
    "A ferry from the valley was late again and nobody on the quay was in the least surprised by any of it. "
)
CSS = {"Content-Type": "text/css"}
PNG = {"Content-Type": "image/png"}
HEAD = (
    '<link rel="stylesheet" href="/s.css"><link rel="alternate stylesheet" href="/no.css">'
    '<meta property="og:image" content="/lead.png">'
)


def drawn(site: Any, *pictures: str) -> str:
    """The page of an article with pictures in its text."""
    shown = "".join(f'<img src="{picture}">' for picture in pictures)
    page: str = article("Drawn", head=HEAD).replace("</article>", f"{shown}</article>")
    return page


@pytest.fixture
def paper(site: Any, crawler: Any) -> Any:
    """A feed with one article, and what that is drawn with."""
    site.pages |= {
        "/feed": feed(site.url, "/one"),
        "/one": drawn(site, "/in.png", "/in.png#again", "data:image/png;base64,AA"),
        "/s.css": (200, CSS, "@import 'more.css'; b{background:url(/bg.png)}"),
        "/more.css": (200, CSS, "i{background:url(/deep.png)}"),
        "/lead.png": (200, PNG, b"lead"),
        "/in.png": (200, PNG, b"in"),
        "/bg.png": (200, PNG, b"bg"),
    }
    crawler.add(f"{site.url}/feed")
    return site


def resources(config: Config) -> dict[str, warc.Record]:
    """The resource records by path."""
    found = (record for name in warc.files(config.warc_dir) for record in warc.walk(config.warc_dir, name))
    return {"/" + record.target_uri.split("/", 3)[3]: record for record in found if record.kind == "resource"}


def test_style_and_lead_picture_are_kept_with_their_page(
    paper: Any, crawler: Any, store: Store, config: Config
) -> None:
    report = crawler(requisites="lead")
    assert report.as_dict()["pages"] == 2
    assert report.complete
    kept = resources(config)
    assert set(kept) == {"/s.css", "/lead.png"}
    (one,) = store.articles_after(0)
    page = store.capture(one.latest.capture_id)
    assert page is not None
    assert kept["/lead.png"].block == b"lead"
    assert kept["/lead.png"].field("Content-Type") == "image/png"
    assert kept["/lead.png"].field("WARC-Concurrent-To") == page.record_id
    found = store.requisite(page.id, [f"{paper.url}/lead.png"])
    assert found is not None
    assert (found.kind, found.media_type, found.status) == ("resource", "image/png", 200)
    assert paper.asked.index("/one") < paper.asked.index("/s.css")


def test_all_are_pictures_and_what_style_sheets_ask_for_too(paper: Any, crawler: Any, config: Config) -> None:
    crawler(requisites="all")
    assert set(resources(config)) == {"/s.css", "/lead.png", "/in.png", "/bg.png", "/more.css"}
    assert "/deep.png" not in paper.asked


def test_none_are_nothing(paper: Any, crawler: Any, config: Config) -> None:
    crawler()
    assert resources(config) == {}
    assert set(paper.asked) <= {"/robots.txt", "/feed", "/one"}


@pytest.mark.parametrize(("said", "kept"), [("none", 0), ("all", 5)])
def test_a_source_has_its_own_say(
    paper: Any, crawler: Any, store: Store, config: Config, said: Any, kept: int
) -> None:
    with store.transaction() as tx:
        tx.change_source(1, requisites=said)
    crawler(requisites="lead")
    assert len(resources(config)) == kept


def test_what_was_kept_lately_is_not_asked_for_again(paper: Any, crawler: Any, store: Store) -> None:
    crawler(requisites="lead")
    paper.pages |= {"/feed": feed(paper.url, "/one", "/two"), "/two": drawn(paper).replace("Drawn", "Second")}
    crawler.clock.ahead = timedelta(days=1)
    crawler(requisites="lead")
    assert paper.asked.count("/s.css") == paper.asked.count("/lead.png") == 1
    second = list(store.articles_after(0))[1]
    assert store.requisite(second.latest.capture_id, [f"{paper.url}/s.css"])


def test_what_is_the_same_after_long_is_kept_once(paper: Any, crawler: Any, config: Config) -> None:
    crawler(requisites="lead")
    paper.pages |= {"/feed": feed(paper.url, "/one", "/two"), "/two": drawn(paper).replace("Drawn", "Second")}
    paper.pages["/lead.png"] = (200, PNG, b"another")
    crawler.clock.ahead = timedelta(days=40)
    crawler(requisites="lead")
    assert paper.asked.count("/s.css") == paper.asked.count("/lead.png") == 2
    found = [
        r for n in warc.files(config.warc_dir) for r in warc.walk(config.warc_dir, n) if r.kind == "resource"
    ]
    assert sorted(record.block for record in found) == sorted([found[0].block, b"lead", b"another"])


@pytest.mark.parametrize(
    "answer",
    [
        (404, PNG, b"x"),
        (200, {"Content-Type": "text/html"}, "<script>x</script>"),
        (200, {"Content-Type": "text/javascript"}, "x"),
        (200, PNG, b""),
        (200, PNG, b"x" * (6 << 20)),
        (200, PNG, None),
        (302, {"Location": "file:///etc/passwd"}, ""),
        (302, {"Location": "/lead.png"}, ""),
    ],
)
def test_what_cannot_be_had_is_no_failure_and_is_tried_once_more(
    paper: Any, crawler: Any, store: Store, config: Config, answer: Any
) -> None:
    paper.pages["/lead.png"] = answer
    report = crawler(requisites="lead")
    assert report.failures == []
    assert crawler.causes() == {}
    assert set(resources(config)) == {"/s.css"}
    for days in (2, 4, 6):
        crawler.clock.ahead = timedelta(days=days)
        crawler(requisites="lead")
    visits = [
        visit
        for visit in store.due_visits(1, crawler.clock() + timedelta(days=900))
        if visit.role == "requisite"
    ]
    assert visits == []


def test_a_picture_may_be_elsewhere(paper: Any, crawler: Any, config: Config) -> None:
    paper.pages["/lead.png"] = (301, {"Location": "/moved.png"}, "")
    paper.pages["/moved.png"] = (200, PNG, b"moved")
    crawler(requisites="lead")
    assert resources(config)["/lead.png"].block == b"moved"


def test_robots_txt_holds_for_pictures_as_well(paper: Any, crawler: Any, config: Config) -> None:
    paper.pages["/robots.txt"] = (200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /lead.png\n")
    report = crawler(requisites="lead")
    assert "/lead.png" not in paper.asked
    assert report.as_dict()["refused"] == 0


def test_pictures_come_after_all_articles(paper: Any, crawler: Any) -> None:
    names = [f"/n{number}" for number in range(6)]
    paper.pages |= {
        name: drawn(paper, "/in.png").replace("Drawn", f"Story {name}").replace("Part", f"P {name}")
        for name in names
    }
    paper.pages["/feed"] = feed(paper.url, *names)
    crawler(requisites="all", connections=1)
    last_article = max(paper.asked.index(name) for name in names)
    assert paper.asked.index("/in.png") > last_article


def test_what_a_crawl_could_not_ask_for_is_due_for_the_next(paper: Any, crawler: Any, config: Config) -> None:
    crawl = crawler.crawl(
        requisites="lead", progress=lambda _report, url: url.endswith("/one") and crawl.stop()
    )
    crawl.run(crawler.store.sources())
    assert resources(config) == {}
    crawler.clock.ahead = timedelta(hours=1)
    crawler(requisites="lead")
    assert set(resources(config)) == {"/s.css", "/lead.png"}


def test_the_archive_is_whole_with_them(paper: Any, crawler: Any, store: Store, config: Config) -> None:
    crawler(requisites="all")
    found = care.recover(store, config.warc_dir)
    assert found.captures == 0
    for record in resources(config).values():
        assert record.digests_hold


def test_what_only_a_removed_article_is_drawn_with_goes_with_it(
    paper: Any, crawler: Any, store: Store, config: Config
) -> None:
    other = (
        drawn(paper).replace("Drawn", "Second").replace("/lead.png", "/other.png").replace(PARAGRAPH, FERRY)
    )
    paper.pages |= {
        "/feed": feed(paper.url, "/one", "/two"),
        "/two": other,
        "/other.png": (200, PNG, b"other"),
    }
    crawler(requisites="lead")
    found = plan(store, config.warc_dir, [crawler.articles()["/one"]])
    kept = resources(config)
    assert set(kept) == {"/s.css", "/lead.png", "/other.png"}
    assert {path for path, record in kept.items() if record.record_id in found.records} == {"/lead.png"}


def test_what_a_page_says_that_it_is_drawn_with() -> None:
    many = "".join(f"<img src=/{number}.png>" for number in range(99))
    read = extract(
        f"<html><head>{HEAD}</head><body>{many}<img data-src=x.png>".encode(), url="http://a.test/"
    )
    assert read.styles == ("http://a.test/s.css",)
    assert len(read.pictures) == MOST_PICTURES
    assert read.image == "http://a.test/lead.png"


def test_what_a_style_sheet_asks_for() -> None:
    sheet = "@import '/a.css'; b{c:url(../d.png#e) url(data:x,) url(http://[) url(d.png)}"
    assert parts_of_sheet(sheet, "http://a.test/x/y/s.css") == (
        "http://a.test/a.css",
        "http://a.test/x/d.png",
        "http://a.test/x/y/d.png",
    )
