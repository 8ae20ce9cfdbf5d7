"""The query language over a small archive: which articles each operator finds."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from index.engine import Engine, open_engine
from index.model import SearchRequest

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_articles.py"))))
article, day, NOW = tools.article, tools.day, tools.NOW

ARTICLES = (
    article(
        1, "Ferries return to the harbour",
        "The ferry came back on Monday.\n\nThe mayor of the town spoke about taxes. A ferry costs money.\n\nThe ferry sails again.",
        authors=("Ada Lane",), published=day("2025-04-01"), section="Harbour", tags=("boats",),
        url="https://www.gazette.example/2025/ferries", image="https://www.gazette.example/a.jpg",
    ),
    article(
        2, "Mayor cuts the tax",
        "The mayor cut the tax on boats.\n\nNobody asked about the ferry, which is late.",
        authors=("Tom Reed", "Ada Lane"), published=day("2025-04-30"), section="Council",
        url="https://news.gazette.example/2025/tax", edits=2,
    ),
    article(
        3, "C++ and AT&T", "U.S. growers at AT&T write C++ by e-mail about 1,000 elections, 3.5 of them won.",
        authors=("Seán O’Brien",), published=day("2024-11-05"), source="Weekly", url="https://weekly.example/code",
        earlier_titles=("A ferry of bits",),
    ),
    article(
        4, "選挙結果", "日本の選挙結果が発表された。", source="Asahi", language="ja", url="https://asahi.example/1",
        image="https://asahi.example/1.png",
    ),
    article(
        5, "Die Wahlen", "Die Wahl der Bürgermeisterin. Viele Wahlen folgen, und keine Fähre fährt.", source="Zeitung",
        language="de-AT", published=day("2026-11-20"), url="https://zeitung.example/wahl", gone=True,
    ),
    article(6, "Season 2010-11", "The season 2010-11 ended in 2011.", source="Weekly", url="https://notgazette.example/s"),
)  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_engine(tmp_path_factory.mktemp("index"))
    engine.apply(ARTICLES[:4], checkpoint=1)
    engine.apply(ARTICLES[4:], checkpoint=2)
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        # words, in any form and exactly
        ("ferry", {1, 2, 3}),
        ("ferry mayor", {1, 2}),
        ("ferry -mayor", {3}),
        ("ferry|wahl", {1, 2, 3, 5}),
        ("+ferry +mayor", {1, 2}),
        ("exact:ferries", {1}),
        ('"ferries"', {1}),
        ("title:exact:ferry", set()),
        ("title:ferry", {1}),
        ("was:ferry", {3}),
        ("Wahlen", {5}),
        ("wahl", {5}),
        ("exact:wahl", {5}),
        ("title:exact:wahl", set()),
        ("fähre", {5}),
        ("fahre", {5}),
        # words that are not letters only
        ("U.S.", {3}),
        ("AT&T", {3}),
        ("C++", {3}),
        ("e-mail", {3}),
        ("email", {3}),
        ("1,000", {3}),
        ("1000", {3}),
        ("3.5", {3}),
        ("author:o’brien", {3}),
        ("author:OBrien", {3}),
        ("選挙", {4}),
        ("選挙結果", {4}),
        ("結果選挙", set()),
        ("選", {4}),
        ("2010-11", set()),
        ('"2010-11"', {6}),
        ("2011", {6}),
        # phrases
        ('"mayor of the town"', {1}),
        ('"town mayor"', set()),
        ('"mayor town"', set()),
        ('"mayor town"~2', {1}),
        ('"ferry late"~2', {2}),
        # close together
        ("mayor near/5 tax", {1, 2}),
        ("tax near/5 mayor", {1, 2}),
        ("mayor near/4 tax", {2}),
        ("mayor near/2 tax", {2}),
        ("mayor near/1 tax", set()),
        ("title:(mayor near/2 tax)", {2}),
        ("mayor w/0 cut", {2}),
        ("mayor near/9 (boats OR money)", {1, 2}),
        ("ferry near/13 ferry near/13 ferry", {1}),
        ("ferry near/12 ferry near/12 ferry", set()),
        ('"the mayor" near/3 "the town"', {1}),
        ("may* near/5 tax~1", {2}),
        ("para(mayor ferry)", {1}),
        ("para(ferry monday)", {1}),
        ("para(monday mayor)", set()),
        ("para(mayor (money OR boats))", {1, 2}),
        ('para("the ferry" late)', {2}),
        # how often and how early
        ("atleast3(ferry)", {1}),
        ("atleast4(ferry)", {1}),
        ("atleast5(ferry)", set()),
        ("atleast3(mayor OR tax)", {2}),
        ("title:atleast2(ferry)", set()),
        ("first3(ferry)", {1}),
        ("first7(mayor)", {2}),
        ('first4("the mayor cut")', {2}),
        ('first2("the mayor cut")', set()),
        # conditions
        ("site:gazette.example", {1, 2}),
        ("site:www.gazette.example", {1, 2}),
        ("site:news.gazette.example", {2}),
        ("site:example", {1, 2, 3, 4, 5, 6}),
        ("site:azette.example", set()),
        ("wc:>20", {1}),
        ("wc:7", {6}),
        ("wc:5..8", {6}),
        ("wc:0", set()),
        ("has:image", {1, 4}),
        ("-has:image", {2, 3, 5, 6}),
        ("lang:de", {5}),
        ("lang:japanese", {4}),
        ("edits:>1", {2}),
        ("is:undated", {4, 6}),
        ("is:gone", {5}),
        ("2025-04", {1, 2}),
        ("2025-04-01..2025-04-15", {1}),
        ("..2024", {3}),
        ("since:2w", {5}),
        ('date:"last month"', set()),
        ("source:weekly", {3, 6}),
        ("tag:boats", {1}),
        ("section:(council OR harbour)", {1, 2}),
        ('author:("ada lane" -reed)', {1}),
        ("https://weekly.example/code", {3}),
        # all of it together
        ("(ferry OR fähre) since:2025 -para(mayor tax) -is:gone", set()),
        (
            "(ferry OR fähre) near/20 (mayor OR keine) wc:>5 site:(gazette.example OR zeitung.example)",
            {1, 2, 5},
        ),
    ],
)
def test_what_is_found(engine: Engine, text: str, ids: set[int]) -> None:
    results = engine.search(SearchRequest(text, page_size=100), now=NOW)
    assert {hit.id for hit in results.hits} == ids, (results.understood, results.notes)
    assert results.total == len(ids)


def test_what_was_stopped_does_not_say_that_nothing_matches(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.whoosh_engine.answer.TIME_LIMIT", -1.0)
    results = engine.search(SearchRequest("ferry mayor zebra*"), now=NOW)
    assert not results.complete
    assert len(results.notes) == 1
    assert "took too long" in results.notes[0]
    assert results.suggestions == ()
