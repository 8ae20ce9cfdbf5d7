"""What helps to search on is bounded: in time, and in how much is answered."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from index.aids import MAX_COMPLETIONS, MAX_MENTIONS, MAX_RELATED, MAX_SIGNIFICANT
from index.engine import Engine, open_engine
from index.model import Filter, SearchRequest
from index.whoosh_engine import aids
from index.whoosh_engine.evaluation import STOPPED

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_articles.py"))))
NOW = tools.NOW

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """60 articles on ferries, two of them of one story, and one that was taken out again; 600 on other things."""
    engine = open_engine(tmp_path_factory.mktemp("aids") / "index")
    words = [f"ferry{a}{b}" for a in LETTERS[:10] for b in LETTERS[:10]]
    ferries = [
        tools.article(
            n, "Ferry", f"the ferry sails {' '.join(words)} " + "harbour " * 300, story=1 if n < 3 else 0
        )
        for n in range(1, 61)
    ]
    engine.apply(ferries, checkpoint=1)
    engine.apply(
        [tools.article(n, "Budget", f"the budget number {n}") for n in range(100, 700)], checkpoint=2
    )
    engine.apply([], removed=[60], checkpoint=3)
    yield engine
    engine.close()


def test_no_answer_has_more_than_it_may(engine: Engine) -> None:
    asked = SearchRequest("harbour", page_size=100)
    assert len(engine.complete("fe", size=10_000)) == MAX_COMPLETIONS
    assert len(engine.related(5, size=10_000)) == MAX_RELATED
    assert len(engine.significant(asked, size=10_000, now=NOW).words) == MAX_SIGNIFICANT
    found = engine.mentions(asked, now=NOW)
    assert len(found.articles) == found.request.page_size == 50
    assert {(len(one.lines), one.more) for one in found.articles} == {(MAX_MENTIONS, 200)}
    assert engine.mentions(SearchRequest("harbour", page=10**6), now=NOW).articles == ()


def test_related_articles_leave_out_the_story_and_what_is_gone(engine: Engine) -> None:
    likest = [one.id for one in engine.related(1, size=20)]
    assert not {1, 2, 60} & set(likest)
    assert set(likest) <= set(range(3, 60))
    assert sum(one in (1, 2) for one in (found.id for found in engine.related(7, size=20))) <= 1
    assert engine.related(60) == engine.related(10**9) == ()


def test_after_two_seconds_there_is_what_was_found_by_then(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aids, "TIME_LIMIT", -1.0)
    asked = SearchRequest("harbour")
    assert engine.complete("fe") == ()
    assert engine.related(5) == ()
    assert engine.significant(asked, now=NOW).words == ()
    found = engine.mentions(asked, now=NOW)
    assert (found.articles, found.notes) == ((), (STOPPED,))
    assert engine.facet_values(asked, "source", now=NOW).buckets == ()


def test_what_needs_no_suggestions_gets_none(engine: Engine) -> None:
    misspelt = SearchRequest("harbuor")
    assert [one.text for one in engine.search(misspelt, now=NOW).suggestions] == ["harbour"]
    silent = SearchRequest("harbuor", suggestions=False)
    assert engine.search(silent, now=NOW).suggestions == ()


def test_mentions_and_telling_words_respect_filters(engine: Engine) -> None:
    nobody = SearchRequest("harbour", (Filter("source", "Echo"),))
    assert engine.mentions(nobody, now=NOW).total == engine.significant(nobody, now=NOW).total == 0
