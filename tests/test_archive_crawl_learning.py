"""What crawls, imports and reading anew make of what the pages of a source have in common."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from archive import warc
from archive.crawl.learning import Learning
from archive.learning import Memory
from archive.model import Article, Lesson, Sighting
from archive.store import Store
from newsarchive import jobs
from newsarchive.config import Config
from newsarchive.web import create_app

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("crawl_site.py"))))
feed = tools.feed

Run = Callable[..., Any]

PROMPT = "Become a friend of the Lantern and have it brought to your door every Saturday."
WRITERS = ("Ida Quill", "Otto Reed", "Mara Finch")
THINGS = (
    "ferry",
    "bridge",
    "market",
    "crane",
    "library",
    "tower",
    "mill",
    "orchard",
    "harbour",
    "station",
    "museum",
    "weir",
)


def page(number: int, *, declares: bool = True, prompt: str = PROMPT, noise: str = "") -> str:
    """A page of the Lantern: its byline and its date have marks that say nothing to a stranger."""
    thing, writer = THINGS[number], WRITERS[number % 3]
    head = ""
    if declares:
        head = f'<meta name="author" content="{writer}"><meta property="article:published_time" content="2026-03-{number + 1:02}T09:15:00+00:00">'
    text = "".join(
        f"<p>The {thing} was {what}, which nobody who lives beside the {thing} had thought possible before the spring.</p>"
        for what in (
            "closed on Monday",
            "painted on Tuesday",
            "measured on Thursday",
            "opened again on Friday",
        )
    )
    return (
        f"<html lang='en'><head><title>The {thing} and its week</title>{head}</head><body><!-- {noise} -->"
        f"<div class='kopf'><i class='wann'>{number + 1} March 2026, 09:15</i> · <b class='wer'>{writer}</b></div>"
        f"<h1>The {thing} and its week</h1>"
        f"<div class='article-body'>{text}<p>{prompt}</p></div></body></html>"
    )


class Paper:
    """The Lantern on loopback, grown page by page; `read` are its articles by path."""

    def __init__(self, crawler: Any, site: Any, store: Store) -> None:
        self.crawler, self.site, self.store = crawler, site, store
        self.paths: list[str] = []
        self.id = crawler.add(f"{site.url}/feed", name="Lantern")

    def publish(self, number: int, **how: Any) -> str:
        """A page is printed, or printed anew."""
        path = f"/{THINGS[number]}"
        self.site.pages[path] = page(number, **how)
        self.paths = list(dict.fromkeys([*self.paths, path]))
        self.site.pages["/feed"] = feed(self.site.url, *self.paths)
        return path

    def crawl(self) -> Any:
        """Everything is looked at; one crawl."""
        return self.crawler(force=True).counts

    def read(self) -> dict[str, Article]:
        """What the archive has."""
        return {urlsplit(article.url).path: article for article in self.store.articles_after(0)}


@pytest.fixture
def paper(crawler: Any, site: Any, store: Store) -> Paper:
    return Paper(crawler, site, store)


@pytest.fixture
def grown(paper: Paper) -> Paper:
    """Six of its pages were crawled: four that taught all that there is to learn, and two that were read with it."""
    for number in range(4):
        paper.publish(number)
    assert paper.crawl()["new"] == 4
    paper.publish(4)
    paper.publish(5)
    assert paper.crawl()["new"] == 2
    return paper


def test_a_page_without_metadata_is_read_as_those_with_it_have_taught(grown: Paper) -> None:
    path = grown.publish(7, declares=False)
    assert grown.crawl()["new"] == 1
    found = grown.read()[path].latest
    assert (found.authors, found.published_from) == (("Otto Reed",), "learned")
    assert found.published is not None
    assert found.published.isoformat() == "2026-03-08T09:15:00+00:00"


def test_the_prompt_of_a_source_vanishes_after_a_few_pages(grown: Paper) -> None:
    path = grown.publish(7)
    grown.crawl()
    assert PROMPT not in grown.read()[path].latest.text
    assert "opened again on Friday" in grown.read()[path].latest.text


def test_what_is_known_better_now_is_no_edit_of_anybody(grown: Paper) -> None:
    before = grown.read()["/ferry"]
    assert PROMPT in before.latest.text
    grown.publish(0, noise="served by machine 4")
    assert grown.crawl()["revised"] == 0
    after = grown.read()["/ferry"]
    assert PROMPT not in after.latest.text
    assert (after.latest.number, after.edits, after.latest.capture_id) == (1, 0, before.latest.capture_id)


def test_nor_is_a_line_that_comes_back_because_it_was_forgotten(grown: Paper) -> None:
    path = grown.publish(7)
    grown.crawl()
    with grown.store.transaction() as tx:
        tx.forget(grown.id)
    grown.publish(7, noise="served by machine 5")
    assert grown.crawl()["revised"] == 0
    assert PROMPT not in grown.read()[path].latest.text


def test_an_author_who_is_found_where_the_source_has_its_bylines_is_no_edit(paper: Paper) -> None:
    path = paper.publish(7, declares=False)
    paper.crawl()
    assert paper.read()[path].latest.authors == ()
    for number in range(6):
        paper.publish(number)
    paper.crawl()
    paper.publish(7, declares=False, noise="served by machine 6")
    assert paper.crawl()["revised"] == 0
    assert paper.read()[path].latest.authors == ("Otto Reed",)
    assert paper.read()[path].edits == 0


def test_what_somebody_wrote_is_an_edit_all_the_same(grown: Paper) -> None:
    path = grown.publish(7)
    grown.crawl()
    grown.site.pages[path] = page(7).replace("painted on Tuesday", "painted on Wednesday")
    assert grown.crawl()["revised"] == 1
    assert grown.read()[path].latest.kind == "correction"


def test_an_edit_that_stays_away_from_the_prompt_is_counted_without_it(grown: Paper) -> None:
    grown.site.pages["/ferry"] = page(0).replace("painted on Tuesday", "painted on Wednesday")
    assert grown.crawl()["revised"] == 1
    latest = grown.read()["/ferry"].latest
    assert (latest.words_added, latest.words_removed) == (1, 1)


def test_what_was_learnt_is_there_for_the_next_crawl_and_is_made_anew_where_it_is_lost(grown: Paper) -> None:
    kept = grown.store.memory(grown.id)
    assert kept.articles == 6
    assert kept.learnt().bylines == ("div.kopf>b.wer",)
    with grown.store._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM learnt")
    anew = grown.store.memory(grown.id)
    assert anew.dropped_lines() == kept.dropped_lines() == [PROMPT]


def test_a_lost_memory_is_made_of_texts_and_of_what_was_left_out_of_them(grown: Paper) -> None:
    for number in range(6, 12):
        grown.publish(number)
    grown.crawl()
    with grown.store._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM learnt")
    assert grown.store.memory(grown.id).dropped_lines() == [PROMPT]
    assert grown.store.memory(grown.id).articles == 12


def test_a_memory_that_cannot_be_read_is_begun_anew(grown: Paper) -> None:
    with grown.store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE learnt SET lines = x'00', rest = '{'")
    assert grown.store.memory(grown.id) == Memory()


def test_what_somebody_has_forgotten_during_a_crawl_stays_forgotten(store: Store, crawler: Any) -> None:
    source = crawler.add("https://lantern.example/")
    learning = Learning(store)
    lesson = Lesson(bylines=(Sighting("p.by", True),))
    for _ in range(9):
        learning.take(source, lesson)
    learning.keep_all()
    assert store.memory(source).learnt().bylines == ("p.by",)
    learning.take(source, lesson)
    with store.transaction() as tx:
        tx.forget(source)
    learning.keep_all()
    assert store.memory(source).learnt().bylines == ()
    for _ in range(4):
        learning.take(source, lesson)
    learning.keep_all()
    assert store.memory(source).bylines == {"p.by": 4}


def test_memories_of_many_sources_are_not_all_held(
    store: Store, crawler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.crawl.learning._HELD", 3)
    sources = [crawler.add(f"https://{name}.example/", name=name) for name in THINGS]
    learning = Learning(store)
    for source in sources:
        learning.take(source, Lesson(bylines=(Sighting("p.by", True),)))
        with store.transaction() as tx:
            learning.keep(tx)
    assert len(learning._held) == 3
    learning.keep_all()
    assert all(store.memory(source).bylines == {"p.by": 1} for source in sources)


def test_pages_that_are_read_anew_are_read_with_what_was_learnt_since(grown: Paper, newsarchive: Run) -> None:
    assert PROMPT in grown.read()["/ferry"].latest.text
    ran = newsarchive("reextract", "--force", "--json")
    assert ran.code == 0
    assert not any(PROMPT in article.latest.text for article in grown.read().values())
    assert (ran.json["mended"], ran.json["unchanged"]) == (4, 2)
    assert newsarchive("reextract", "--force", "--json").json["unchanged"] == 6
    newsarchive("sources", "change", "Lantern", "--forget")
    assert newsarchive("reextract", "--force", "--json").json["mended"] == 6
    assert all(PROMPT in article.latest.text for article in grown.read().values())
    assert all(article.latest.number == 1 for article in grown.read().values())


def test_pages_that_are_imported_teach_too(grown: Paper, config: Config, tmp_path: Path) -> None:
    (name,) = warc.files(config.warc_dir)
    other = replace(config, home=tmp_path / "other")
    jobs.import_warc(other, [warc.path_of(config.warc_dir, name)])
    with Store(other.database_url) as store:
        (source,) = {article.source_id for article in store.articles_after(0)}
        taught = store.memory(source)
    assert (taught.articles, taught.dropped_lines()) == (6, [PROMPT])
    assert taught.learnt().bylines == ("div.kopf>b.wer",)
    assert jobs.reextract(other, force=True).fates == {"mended": 6}
    with Store(other.database_url) as store:
        assert not any(PROMPT in article.latest.text for article in store.articles_after(0))


# -- what the commands say ------------------------------------------------------------------------------


def test_show_tells_what_was_learnt(grown: Paper, newsarchive: Run) -> None:
    shown = newsarchive("sources", "show", "Lantern").out
    assert "6 articles" in shown
    assert PROMPT in shown
    assert "div.kopf>b.wer" in shown
    assert newsarchive("sources", "show", "Lantern", "--json").json["learnt"] == {
        "articles": 6,
        "left_out": [PROMPT],
        "bylines": ["div.kopf>b.wer"],
        "dates": ["div.kopf>i.wann"],
    }


def test_a_page_can_be_read_with_what_a_source_taught(grown: Paper, newsarchive: Run, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(page(7, declares=False))
    shown = newsarchive("extract", str(file), "--source", "Lantern", "--explain")
    assert "div.kopf>b.wer" in shown.out
    assert PROMPT not in newsarchive("extract", str(file), "--source", "Lantern").out
    assert PROMPT in newsarchive("extract", str(file)).out


def test_the_page_of_an_article_tells_what_was_left_out_and_why(grown: Paper, config: Config) -> None:
    read = grown.read()
    assert PROMPT not in read["/library"].latest.text
    with create_app(config).test_client() as client:
        shown = client.get(f"/article/{read['/library'].id}").get_data(as_text=True)
    told = shown.partition("<dt>Left out</dt>")[2].partition("</dl>")[0]
    assert PROMPT in told
    assert "stands in other articles of the source" in told


def test_what_was_learnt_survives_the_loss_of_the_database(
    grown: Paper, newsarchive: Run, config: Config
) -> None:
    assert newsarchive("recover", "--force").code == 0
    with Store(config.database_url) as store:
        assert store.memory(grown.id).dropped_lines() == [PROMPT]


def test_change_forgets_it(grown: Paper, newsarchive: Run) -> None:
    assert newsarchive("sources", "change", "Lantern", "--forget").code == 0
    assert newsarchive("sources", "show", "Lantern", "--json").json["learnt"] == {
        "articles": 0,
        "left_out": [],
        "bylines": [],
        "dates": [],
    }
    assert "learnt" not in newsarchive("sources", "show", "Lantern").out


def test_with_a_removed_article_the_words_of_what_was_learnt_go(grown: Paper, newsarchive: Run) -> None:
    article = grown.read()["/ferry"]
    assert newsarchive("remove", str(article.id), "--reason", "a request", "--yes").code == 0
    memory = grown.store.memory(grown.id)
    assert memory.dropped_lines() == []
    assert memory.learnt().edges | memory.learnt().lines


def test_lines_that_name_their_author_are_forgotten_with_a_removed_article(
    grown: Paper, store: Store
) -> None:
    memory = store.memory(grown.id)
    for count in memory.lines.values():
        count.naming = count.articles
    memory.forget_words()
    assert memory.lines == {}
