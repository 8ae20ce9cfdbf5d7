"""Did you mean: what is offered in the place of words that no article has."""

from __future__ import annotations

import runpy
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from index.query import parse
from index.whoosh_engine.spelling import respelt

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_articles.py"))))
built = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_shelves.py"))))

TEXTS = [
    "The harbour master closed the harbour after the storm",
    "The harbour was closed by the town council",
    "A lighthouse stands beside the harbour",
    "The council of the town met the committee",
    "Élections municipales à Besançon",
    "A single gannet was seen, a bird of the cliff",
    *["The election was won by the party of the mayor"] * 30,
    "The erection of a wall",
]


@pytest.fixture(scope="module")
def offered(tmp_path_factory: pytest.TempPathFactory) -> object:
    articles = [
        tools.article(n, "Harbour news" if n == 1 else "Title", text, authors=("Ada Lane",))
        for n, text in enumerate(TEXTS, 1)
    ]
    terms = built.terms_of(tmp_path_factory.mktemp("shelves"), articles[:10], articles[10:])
    return lambda text: respelt(parse(text, today=date(2026, 11, 23)), terms)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("harbor", "harbour"),
        ("habrour", "harbour"),
        ("Harbor storm", "harbour storm"),
        ("harbor AND councel", "harbour AND council"),
        ("title:harbor", "title:harbour"),
        ('"harbor master"', '"harbour master"'),
        ("-storm harbor", "-storm harbour"),
        ("author:lene", "author:lane"),
        ("comittee", "committee"),
        ("harbourmaster", '"harbour master"'),
        ("light house", "lighthouse"),
        ("elections", None),
        ("erection", "election"),
        ("eleciton", "election"),
        ("wno", "won"),
        ("gannet", None),
        ("storm harbour", None),
        ("xqzzyplk", None),
        ("12345", None),
        ("ab", None),
        ("harb*", None),
        ("date:2024", None),
        ("NOT harbor", None),
        ("", None),
    ],
)
def test_what_may_be_meant(offered: object, typed: str, meant: str | None) -> None:
    assert callable(offered)
    assert offered(typed) == meant


def test_accents_are_no_mistake(offered: object) -> None:
    assert callable(offered)
    assert offered("besancon") is None
    assert offered("Besançno élections") == "besancon élections"


def test_several_words_are_replaced_at_their_places_but_not_more_than_three(offered: object) -> None:
    assert callable(offered)
    assert offered("harbor (councel OR comittee) harbor") == "harbour (council OR committee) harbor"


def test_no_time_no_offer(tmp_path: Path) -> None:
    terms = built.terms_of(tmp_path, [tools.article(1, "Harbour", "harbour")], seconds=-1.0)
    assert respelt(parse("harbor", today=date(2026, 11, 23)), terms) is None
