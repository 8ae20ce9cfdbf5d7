"""No query takes longer than it may: the worst that we can think of are read, looked for in few steps, and stopped."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from index import querytree as tree
from index.engine import Engine, open_engine
from index.model import SearchRequest
from index.query import parse
from index.whoosh_engine import places
from index.whoosh_engine.conditions import Conditions
from index.whoosh_engine.engine import WhooshEngine
from index.whoosh_engine.evaluation import STOPPED, Evaluation
from index.whoosh_engine.terms import Terms

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_articles.py"))))
NOW = datetime(2026, 1, 1, tzinfo=UTC)
TODAY = NOW.date()


def many(piece: str, joint: str = " ", *, length: int = 500) -> str:
    """A piece with other numbers in it, over and over, as long as a query may be."""
    text = ""
    for n in range(64):
        longer = text + (joint if text else "") + piece.replace("#", str(n))
        if len(longer) > length:
            break
        text = longer
    return text


LETTERS = "abcdefghijklmnopqrstuvwxyz"
SEVERAL = [
    many("wo*"), many("wo*", " OR "), many("w?*#"), many("wo*#", " OR "), many("wo?d*", " OR "), many("-wo*"),
    many("word#~2", " OR "), many("word~2", " OR "), many("wrod#~1"), many("title:wo*", " OR "), many("(wo* OR", " "),
    many("the", " OR "), many("the"), many("the of", " OR "), many("word#", " OR "), many("-word#"), many("-the"),
    many("the^9", " OR "), many("[a TO z]", " OR "), many("title:[a TO z]", " OR "), many("author:[a TO z]"),
    '"' + many("the of") + '"', '"' + many("the of") + '"~50', '"' + many("the") + '"', '"' + many("the") + '"~50',
    '"' + many("the of word#") + '"~50', many('"the of"', " OR "), many('"the of"~50', " OR "), many('-"the of"~9'),
    many("the", " near/50 "), many("the", " near/0 "), many("the near/9 of", " OR "), many("wo*", " near/50 "),
    many("word#", " near/50 "), many("the~1", " near/9 "), "(" + many("the", " OR ", length=240) + ") near/50 (" + many("of", " OR ", length=200) + ")",
    "para(" + many("the") + ")", "para(" + many("wo*") + ")", many("para(the of)", " OR "), many("para(wo* the)"),
    "para(" + many('"the of"~9') + ")", many("atleast9(the)", " OR "), many("atleast1(wo*)", " OR "), many("atleast50(the)"),
    many("atleast2(wo*)"), many("first1000(the)", " OR "), many("first9(wo*)", " OR "), many("first100(-wo*)"),
    many("atleast3(the OR of OR wo*)"), "(" * 60 + "the" + ")" * 60, many("((the OR of) wo*)", " OR "), many("NOT (NOT the)"),
    many("since:19#0 the", " OR "), many("wc:>#", " OR "), many("site:example.com -the", " OR "), many("lang:en edits:0"),
    many("url:wo*", " OR "), many("tag:[a TO z] source:wo*", " OR "), " ".join(LETTERS), " OR ".join(f"{a}*" for a in LETTERS),
    many("exact:the exact:wo*"), many("was:wo*", " OR "), "?" * 500, "*" * 500, '"' * 500, "~" * 500, "-" * 500,
]  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_engine(tmp_path_factory.mktemp("bounds") / "index")
    for half in (0, 1):
        texts = (
            f"{'the of ' * 40} {' '.join(f'word{n * 40 + k}' for k in range(40))}\n\n{'of the ' * 20}"
            for n in range(60)
        )
        articles = [tools.article(2 * n + half, f"the word{n}", text) for n, text in enumerate(texts, 1)]
        engine.apply(articles, checkpoint=half + 1)
    yield engine
    engine.close()


def test_there_are_sixty_of_them() -> None:
    assert len(set(SEVERAL)) >= 60


class Steps:
    """A clock that goes on by one with each look at it."""

    def __init__(self) -> None:
        self.taken = 0

    def __call__(self) -> float:
        self.taken += 1
        return float(self.taken)


def evaluated(engine: Engine, text: str, *, seconds: float) -> tuple[Evaluation, Steps]:
    assert isinstance(engine, WhooshEngine)
    snapshot = engine._snapshots.newest()
    clock = Steps()
    evaluation = Evaluation(Terms(snapshot.shelves, seconds, clock), Conditions(snapshot.columns).matcher)
    evaluation.matches(parse(text, today=TODAY).tree).first(10, "relevance")
    return evaluation, clock


@pytest.mark.parametrize("text", SEVERAL)
def test_the_worst_queries_look_at_the_clock_and_stop(engine: Engine, text: str) -> None:
    whole, clock = evaluated(engine, text, seconds=500)
    assert whole.stopped == (clock.taken > 500)
    for allowed in {0, clock.taken // 2, clock.taken - 1} - {-1, 0} if clock.taken > 1 else ():
        stopped, _ = evaluated(engine, text, seconds=float(allowed))
        assert stopped.stopped
        assert stopped.notes.count(STOPPED) == 1


@pytest.mark.parametrize("text", SEVERAL)
def test_the_worst_queries_are_answered(engine: Engine, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.whoosh_engine.answer.TIME_LIMIT", 0.0)
    results = engine.search(SearchRequest(text, page_size=3), now=NOW)
    assert results.understood
    assert results.complete or STOPPED in results.notes


def test_a_search_whose_time_is_over_marks_nothing_more(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert engine.search(SearchRequest("lang:en the", page_size=1), now=NOW).hits[0].snippet.spans
    monkeypatch.setattr("index.whoosh_engine.answer.TIME_LIMIT", -1.0)
    late = engine.search(SearchRequest("lang:en"), now=NOW)
    assert late.hits
    assert not any(hit.snippet.spans for hit in late.hits)


def test_every_node_that_has_places_is_stopped(engine: Engine) -> None:
    words = tuple(tree.Words((f"word{n}",), "w") for n in range(20))
    assert isinstance(engine, WhooshEngine)
    terms = Terms(engine._snapshots.newest().shelves, -1.0, lambda: 0.0)
    for node in (
        tree.Near(words, 3),
        tree.Paragraph(words),
        tree.AtLeast(words[0], 1),
        tree.First(words[0], 1),
    ):
        evaluation = Evaluation(terms, lambda _: pytest.fail("no column is needed"))
        assert not evaluation.matches(node).total
        assert evaluation.stopped


def test_the_clock_is_looked_at_between_the_operands_of_a_paragraph_and_of_an_or() -> None:
    """One step over 64 common words would take seconds."""
    looked: list[int] = []
    found = [places.single(np.arange(n, 900, 30, dtype=np.int64)) for n in range(16)]
    places.together(found, np.arange(0, 900, 30, dtype=np.int64), lambda: looked.append(1))
    assert len(looked) == 16
    looked.clear()
    both = places.union(found, lambda: looked.append(1))
    assert looked
    assert both.starts.tolist() == sorted(start for one in found for start in one.starts.tolist())
