"""One author, several spellings: what could be one, what a person says is one, and what the search makes of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from archive.authors import key, known_as
from archive.store import Store
from newsarchive import jobs
from newsarchive.authors import suggested, with_names
from newsarchive.config import Config
from newsarchive.demo.server import DemoServer
from newsarchive.searchform import parse

Run = Callable[..., Any]
Serve = Callable[[Config], FlaskClient]


def alike(*spellings: str) -> list[tuple[str, str]]:
    """The suggestions for spellings, each printed more often than the one after it."""
    printed = {spelling: len(spellings) - n for n, spelling in enumerate(spellings)}
    return [(one.spelling, one.name) for one in suggested(printed, {})]


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("Ada Lane", "Lane, Ada"),
        ("Ada Lane", "A. Lane"),
        ("Ada M. Lane", "Ada Lane"),
        ("Ada Mary Lane", "A. M. Lane"),
        ("Ada Mary Lane", "A.M. Lane"),
        ("José Ángel Gil", "Jose Angel Gil"),
        ("Milo Penhallow", "Milo Penhalow"),
        ("Milo Penhallow", "Milo Penhallwo"),
        ("Jean-Luc Moreau", "Jean Luc Moreau"),
    ],
)
def test_two_spellings_that_may_be_one_author(name: str, spelling: str) -> None:
    assert alike(name, spelling) == [(spelling, name)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada Lane", "Milo Lane"),
        ("Ada Lane", "Ada Penhallow"),
        ("Ada Lane", "B. Lane"),
        ("Ada Lane", "Ava Lane"),  # a letter is too much of a name so short
        ("Ada Mary Lane", "Ada Ruth Lane"),
        ("Ada Lane", "ADA LANE"),  # the search does not tell them apart anyway
        ("Reuters", "Reuter"),
    ],
)
def test_two_names_that_are_not(one: str, other: str) -> None:
    assert alike(one, other) == []


def test_what_somebody_has_said_is_not_suggested() -> None:
    assert suggested({"Ada Lane": 5, "A. Lane": 1}, {key("A. Lane"): "Ada Lane"}) == []


names = st.text("abé .,-'", max_size=12)


@given(st.dictionaries(names, st.integers(1, 99), max_size=12))
def test_suggestions_are_of_spellings_that_there_are_the_rarer_one_first(printed: dict[str, int]) -> None:
    for one in suggested(printed, {}):
        assert (one.spelling_count, one.name_count) == (printed[one.spelling], printed[one.name])
        assert one.spelling != one.name
        assert one.spelling_count <= one.name_count


@given(st.lists(names, max_size=5), st.dictionaries(names.map(key), names, max_size=5))
def test_names_stand_place_by_place(authors: list[str], known: dict[str, str]) -> None:
    assert len(known_as(authors, known)) == len(authors)


def test_a_filter_by_a_spelling_becomes_one_by_the_name() -> None:
    asked = parse(
        [("author", "a. lane"), ("author", "Ada Lane"), ("not_author", "Bo"), ("without", "author")]
    )
    found = with_names(asked.request, {"a. lane": "Ada Lane"})
    assert found.chosen("author") == ("Ada Lane", "")
    assert found.excluded("author") == ("Bo",)


# -- what a person says ------------------------------------------------------------------------------


@pytest.fixture
def told(desk: Any, newsarchive: Run, config: Config) -> Run:
    """The command line on an archive with five articles of two authors in four spellings."""
    for n, author in enumerate(("Ada Lane", "Ada Lane", "A. Lane", "Lane, Ada", "Bo Ek")):
        desk.file(f"Title {n}", f"harbour text {n}", authors=(author,))
    desk.index()
    return lambda *arguments: newsarchive("--home", desk.config.home, *arguments)


def counts(run: Run) -> dict[str, int]:
    found = run("search", "harbour", "--json").json
    return {bucket["value"]: bucket["count"] for bucket in found["facets"]["author"]}


def test_articles_are_counted_and_filtered_by_the_name(told: Run) -> None:
    assert counts(told) == {"Ada Lane": 2, "A. Lane": 1, "Lane, Ada": 1, "Bo Ek": 1}
    assert told("authors", "alias", "A. Lane", "Ada Lane").out == "A. Lane is known as Ada Lane.\n"
    told("authors", "alias", "Lane, Ada", "Ada Lane")
    assert counts(told) == {"Ada Lane": 4, "Bo Ek": 1}
    for author in ("Ada Lane", "A. Lane", "a. lane"):
        assert told("search", "--author", author, "--json").json["total"] == 4, author
    assert told("search", 'author:"Ada Lane"', "--json").json["total"] == 4
    assert told("search", 'author:"A. Lane"', "--json").json["total"] == 1  # as it is printed
    hits = told("search", 'author:"A. Lane"', "--json").json["hits"]
    assert hits[0]["authors"] == ["A. Lane"]


def test_taking_it_back(told: Run) -> None:
    told("authors", "alias", "A. Lane", "Ada Lane")
    assert told("authors", "unalias", "a. lane").code == 0
    assert counts(told) == {"Ada Lane": 2, "A. Lane": 1, "Lane, Ada": 1, "Bo Ek": 1}
    assert told("authors", "list", "--json").json == {"aliases": []}
    ran = told("authors", "unalias", "A. Lane")
    assert (ran.code, ran.err.count("\n")) == (1, 1)


def test_spellings_follow_their_name_to_another_one(told: Run) -> None:
    told("authors", "alias", "A. Lane", "Ada Lane")
    told("authors", "alias", "Ada Lane", "Ada Mary Lane")
    assert counts(told) == {"Ada Mary Lane": 3, "Lane, Ada": 1, "Bo Ek": 1}
    told("authors", "alias", "Lane, Ada", "a. lane")
    assert counts(told) == {"Ada Mary Lane": 4, "Bo Ek": 1}
    assert told("authors", "list", "--json").json["aliases"] == [
        {"spelling": "A. Lane", "name": "Ada Mary Lane", "articles": 1},
        {"spelling": "Ada Lane", "name": "Ada Mary Lane", "articles": 2},
        {"spelling": "Lane, Ada", "name": "Ada Mary Lane", "articles": 1},
    ]


def test_a_name_and_its_spelling_change_places(told: Run) -> None:
    told("authors", "alias", "A. Lane", "Ada Lane")
    told("authors", "alias", "Lane, Ada", "Ada Lane")
    told("authors", "alias", "Ada Lane", "A. Lane")
    assert counts(told) == {"A. Lane": 4, "Bo Ek": 1}


def test_saying_it_twice_is_told(told: Run) -> None:
    told("authors", "alias", "A. Lane", "Ada Lane")
    ran = told("authors", "alias", "A. Lane", "Ada Lane")
    assert (ran.code, ran.err) == (1, "newsarchive: A. Lane is known as Ada Lane already.\n")
    assert told("authors", "alias", " ", "Ada Lane").code == 2


def test_suggestions_are_listed(told: Run) -> None:
    found = told("authors", "suggest", "--json").json
    assert found["total"] == 3
    assert {"spelling": "A. Lane", "spelling_articles": 1, "name": "Ada Lane", "name_articles": 2,
            "why": "the same last name, and first names that fit"} in found["suggestions"]  # fmt: skip
    shown = told("authors", "suggest", "--limit", "1").out
    assert "and 2 more" in shown


def test_the_page_of_an_article_shows_what_was_printed(told: Run, desk: Any, serve: Serve) -> None:
    told("authors", "alias", "A. Lane", "Ada Lane")
    page = serve(desk.config).get("/article/3").text
    assert '<a href="/?author=Ada+Lane" rel="author" dir="auto" title="Known as Ada Lane">A. Lane</a>' in page
    assert "4 articles" not in page
    found = serve(desk.config).get("/api/search?author=A.+Lane").json
    assert found is not None
    assert found["total"] == 3


def test_it_is_in_the_journal_and_comes_back_with_the_database(
    config: Config, newsarchive: Run, tmp_path: Path
) -> None:
    with DemoServer(slow_seconds=0.0) as paper, Store(config.database_url) as store:
        with store.transaction() as tx:
            hour = timedelta(hours=1)
            tx.add_source(name="paper", url=f"{paper.url}sitemap.xml", interval=hour, now=jobs.now())
        assert jobs.crawl_once(config).complete
        author = next(iter(store.printed_authors()))
        newsarchive("authors", "alias", author, "Somebody Else")
        newsarchive("authors", "alias", "Nobody", "Somebody Else")
        newsarchive("authors", "unalias", "Nobody")
        assert jobs.crawl_once(config, force=True).complete
        before = store.author_aliases(), store.journal_number()
    shutil.move(config.home / "archive.db", tmp_path)
    for left in config.home.glob("archive.db-*"):
        left.unlink()
    assert newsarchive("recover").code == 0
    with Store(config.database_url) as store:
        assert (store.author_aliases(), store.journal_number()) == before
        assert [alias.name for alias in before[0]] == ["Somebody Else"]
    assert newsarchive("verify").code == 0
    assert newsarchive("search", "--author", "Somebody Else", "--json").json["total"] > 0
