"""The same wire copy in several outlets is one result on the page, on the command line and as JSON; a feed has all."""

from __future__ import annotations

import json
import random
import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.engine import open_engine
from index.model import SearchRequest
from newsarchive import jobs
from newsarchive.cli import newsarchive as command
from newsarchive.config import Config

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WORDS = [f"{a}{b}{c}" for a in "bdfgkl" for b in "aeiou" for c in ("n", "rt", "st", "lm")]


def text(seed: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=80))


COPY = text(1)


@pytest.fixture
def wire(desk: Any, serve: Callable[[Config], FlaskClient]) -> FlaskClient:
    """An agency's story in 14 outlets, the first of them not the first that was found, and another story."""
    desk.file("Storm reaches the coast", COPY, published=datetime(2025, 3, 2, tzinfo=UTC))
    for number in range(13):
        with desk.store.transaction() as tx:
            desk.source = tx.add_source(
                name=f"Outlet {number}",
                url=f"http://outlet-{number}.test/",
                interval=timedelta(hours=1),
                now=NOW,
            )
        desk.file(
            f"Coast braces for storm, {number}",
            f"{COPY} Local note {number}.",
            url=f"http://outlet-{number}.test/storm",
            published=datetime(2025, 3, 1 if number == 5 else 3, number, tzinfo=UTC),
        )
    desk.file("Harvest", text(2), published=datetime(2025, 3, 4, tzinfo=UTC))
    desk.index()
    return serve(desk.config)


def test_a_story_is_one_result_with_its_copies_behind_it(wire: FlaskClient) -> None:
    page = wire.get("/").text
    assert len(re.findall(r"<h2><a ", page)) == 2
    assert "15 articles in 2 stories in the archive" in page
    shown = page.split('<ol class="hits"')[1]
    assert "Coast braces for storm, 5</a></h2>" in shown
    assert "<summary>and 13 more of this story</summary>" in shown
    assert shown.count('class="source">Outlet') == 2 + 9
    assert "all 14 articles of this story" in shown
    (target,) = re.findall(r'href="(/\?[^"]*story[^"]*)"', shown)
    listed = wire.get(target.replace("&amp;", "&")).text
    assert "<h1>14 articles" in listed
    assert "of the same story as article 7" in listed


def test_every_article_is_listed_where_that_is_asked_for(wire: FlaskClient) -> None:
    grouped = wire.get("/?q=harvest+OR+storm").text
    assert '<h1>15 articles <span class="in">in 2 stories</span></h1>' in grouped
    assert 'href="/?q=harvest+OR+storm&amp;all=1">list every article</a>' in grouped
    every = wire.get("/?q=storm&all=1&size=20").text
    assert every.count("<h2><a ") == 14
    assert "more of this story" not in every
    assert 'href="/?q=storm&amp;size=20">group copies of one story</a>' in every
    assert '<input type="hidden" name="all" value="1">' in every
    assert wire.get("/?all=yes").status_code == 400


def test_pages_are_those_of_stories(wire: FlaskClient) -> None:
    page = wire.get("/?size=1&page=2").text
    assert "Coast braces for storm, 5</a></h2>" in page
    assert 'aria-label="Page 2"' in page
    assert 'aria-label="Page 3"' not in page


def test_copies_and_originals_are_a_facet(wire: FlaskClient) -> None:
    page = wire.get("/").text
    assert "<h2>Copies</h2>" in page
    assert 'name="copies" value="original"' in page
    assert "<h2>Edited</h2>" not in page
    only = wire.get("/?copies=copy&all=1&size=20").text
    assert "<h1>13 articles</h1>" in only.replace(' <span class="in">', "<")
    assert "that are copies of earlier ones" in only
    assert wire.get("/?copies=none").status_code == 400


def test_json_and_the_command_line_say_the_same(wire: FlaskClient, desk: Any) -> None:
    answer = wire.get("/api/search?q=storm").get_json()
    assert (answer["total"], answer["stories"], answer["grouped"]) == (14, 1, True)
    (hit,) = answer["hits"]
    assert (hit["id"], hit["more"], len(hit["also"])) == (7, 13, 10)
    assert hit["also"][0] == {
        "id": 1,
        "title": "Storm reaches the coast",
        "source": "The Paper",
        "published": "2025-03-02T00:00:00+00:00",
        "url": "http://paper.test/storm-reaches-the-coast",
    }

    def run(*arguments: str) -> str:
        ran = CliRunner().invoke(command, ["--home", str(desk.config.home), "search", *arguments])
        assert ran.exit_code == 0, ran.output
        return ran.stdout

    told = json.loads(run("storm", "--json"))
    assert told | {"took_ms": 0} == answer | {
        "took_ms": 0,
        "facets": told["facets"],
        "uncounted": told["uncounted"],
    }
    assert len(json.loads(run("storm", "--json", "--all", "--limit", "20"))["hits"]) == 14
    printed = run("storm")
    assert "14 found in 1 story: " in printed
    assert "and 13 more of this story:" in printed
    assert "     1  The Paper · 2025-03-02T00:00:00+00:00 · Storm reaches the coast" in printed
    assert "newsarchive search --all story:7" in printed
    assert "more of this story" not in run("storm", "--all")


def test_an_article_tells_where_else_it_was_published(wire: FlaskClient) -> None:
    page = wire.get("/article/1").text
    elsewhere = page.split('<h2 id="story">Also published</h2>')[1].split("</ul>")[0]
    assert elsewhere.count("<li>") == 5
    assert "Coast braces for storm, 5</a>" in elsewhere
    assert '/article/1"' not in elsewhere
    assert "All 14 articles of this story" in page
    assert "Also published" not in wire.get("/article/15").text


def test_a_feed_has_every_article(wire: FlaskClient) -> None:
    assert len(feedparser.parse(wire.get("/feed.atom?q=storm").data).entries) == 14


def test_earlier_headlines_stand_on_the_result(desk: Any, serve: Callable[[Config], FlaskClient]) -> None:
    article = desk.file("Mayor <i>stays</i>", "The mayor said nothing.")
    desk.revise(article, title="Mayor to go")
    desk.index()
    page = serve(desk.config).get("/?q=stays").text
    assert (
        'Earlier headline:</span> <q lang="en" dir="auto">Mayor &lt;i&gt;<mark>stays</mark>&lt;/i&gt;</q>'
        in page
    )
    assert ">edited 23 November 2026</a>" in page


step = st.tuples(st.integers(0, 5), st.integers(0, 5), st.booleans())


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(step, min_size=1, max_size=8))
def test_catching_up_and_rebuilding_find_the_same_stories(
    make_desk: Callable[[Path], Any], steps: list[tuple[int, int, bool]]
) -> None:
    """Neighbours among the texts are alike, so that articles in between make and break stories."""
    paragraphs = [" ".join(random.Random(n).choices(WORDS, k=30)) for n in range(12)]
    with tempfile.TemporaryDirectory() as folder:
        desk = make_desk(Path(folder))
        for number, start, caught_up in steps:
            body = "\n\n".join(paragraphs[start : start + 6])
            if number in desk.store.latest_revisions():
                desk.revise(number, text=body)
            else:
                desk.file(f"Story {desk.store.counts().articles}", body)
            if caught_up:
                with jobs.opened(desk.config) as (store, engine):
                    jobs.catch_up(store, engine)
        with jobs.opened(desk.config) as (store, engine):
            jobs.catch_up(store, engine)
        before = shown(desk.config)
        jobs.rebuild(desk.config)
        assert shown(desk.config) == before
        desk.store.close()


def test_verify_finds_an_article_in_a_story_that_it_is_not_of(desk: Any) -> None:
    first, second = desk.file("Storm", COPY), desk.file("Harvest", text(2))
    desk.index()
    with jobs.opened(desk.config) as (store, engine):
        stray = replace(store.article(second), story=first)
        engine.apply([stray], checkpoint=store.last_sequence())
        assert engine.stories() == {first: first, second: first}
    found = [problem.message for problem in jobs.verify(desk.config).problems if problem.code == "index"]
    assert found == [
        f"1 articles are searchable as being of another story than they are, among them {second}; rebuild it."
    ]
    jobs.verify(desk.config, repair=True)
    assert not [problem for problem in jobs.verify(desk.config).problems if problem.code == "index"]


def shown(config: Config) -> tuple[Any, ...]:
    engine = open_engine(config.index_dir)
    results = engine.search(SearchRequest(sort="newest", page_size=100), now=NOW)
    engine.close()
    return results.hits, results.stories, results.facets
