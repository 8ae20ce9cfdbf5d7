"""Telling words: of a set of articles, and of one."""

from __future__ import annotations

import runpy
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.whoosh_engine.telling import Words, significant, stems_of, telling
from index.whoosh_engine.terms import Terms

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_articles.py"))))
built = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_shelves.py"))))

FERRY = [
    "the ferry sails to the island on a stormy day",
    "the ferries sail in 1984 to islands of the north",
    "a ferry with lifeboats for the people on the islands and a piano",
]
OTHERS = [f"the council of the town met on a day to speak of the budget number {n}" for n in range(40)]
ARTICLES = [tools.article(n, "", text) for n, text in enumerate(FERRY + OTHERS, 1)]


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> Terms:
    found: Terms = built.terms_of(tmp_path_factory.mktemp("shelves"), ARTICLES[:20], ARTICLES[20:])
    return found


def words_of(articles: list[Any]) -> Words:
    words = Words()
    for one in articles:
        words.add(one.latest.text, one.latest.language)
    return words


def test_what_most_articles_have_and_few_others_comes_first(terms: Terms) -> None:
    found = significant(words_of(ARTICLES[:3]), terms, documents=43, known=(), size=10)
    assert [(one.word, one.count, one.background) for one in found] == [
        ("ferry", 3, 3),
        ("islands", 3, 3),
        ("sail", 2, 2),
    ]  # of forms as frequent the first of the alphabet; "1984" says nothing, "piano" stands in one


def test_what_was_asked_for_is_no_news(terms: Terms) -> None:
    known = stems_of(["ferries"], ["en"])
    found = significant(words_of(ARTICLES[:3]), terms, documents=43, known=known, size=10)
    assert [one.word for one in found] == ["islands", "sail"]
    assert significant(words_of(ARTICLES[:3]), terms, documents=43, known=(), size=1)[0].word == "ferry"


def test_nothing_sets_all_articles_apart_from_themselves(terms: Terms) -> None:
    assert significant(words_of(ARTICLES), terms, documents=43, known=(), size=10) == ()
    assert significant(Words(), terms, documents=43, known=(), size=10) == ()


texts = st.lists(st.sampled_from(["ferry", "ferries", "island", "the", "storm", "1984", "a"]), max_size=8)


@given(st.lists(texts.map(" ".join), min_size=1, max_size=6), st.integers(1, 6))
def test_counts_are_those_of_a_plain_loop(terms: Terms, some: list[str], size: int) -> None:
    articles = [tools.article(n, "", text) for n, text in enumerate(some, 1)]
    for one in significant(words_of(articles), terms, documents=43, known=(), size=size):
        same = {"ferry", "ferries"} if one.word.startswith("ferr") else {one.word}
        assert one.count == sum(bool(same & set(text.split())) for text in some)
        assert one.background >= one.count >= 2


def test_an_article_is_told_by_what_is_often_here_and_rare_elsewhere(terms: Terms) -> None:
    found = telling(
        "The ferry, the ferry and the piano, of 1984; a stormy island", "en", terms, documents=43, size=9
    )
    assert [word for word, _ in found] == ["ferry", "island"]  # nobody else has a piano or a storm
    assert all(one[1] >= other[1] > 0 for one, other in pairwise(found))
    assert telling("", "en", terms, documents=43, size=9) == []
