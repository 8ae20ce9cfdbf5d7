"""The benchmarks run, small, and both sides of them do the same work. Nothing here is about speed."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

import pytest
from click.testing import CliRunner

from archive.extract import extract
from archive.model import Article
from benchmarks import edits, relevance
from benchmarks.__main__ import main
from benchmarks.corpus import WORDS, Corpus
from benchmarks.crawl import politeness, speed, watching
from benchmarks.crawl.pages import pages_of
from benchmarks.crawl.press import LAYOUTS, Press
from benchmarks.crawl.server import Asked, Manners
from benchmarks.fts5 import Fts5
from benchmarks.questions import questions, vocabulary
from benchmarks.tantivy import Asked as ToTantivy
from benchmarks.tantivy import Tantivy
from index.engine import Engine, open_engine
from index.model import SearchRequest

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SIZE = 200
CLASSES = {
    "rare term",
    "common term",
    "AND of two",
    "OR of three",
    "phrase",
    "prefix",
    "fuzzy",
    "author filter with a term",
    "date range with a term",
    "term, newest first",
    "everything, newest first",
    "three facets",
    "ten highlights",
    "open, cold process",
    "open, code loaded",
}


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return list(Corpus(SIZE, seed=1).articles())


@pytest.fixture(scope="module")
def both(articles: list[Article], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Fts5]]:
    folder = tmp_path_factory.mktemp("both")
    engine, peer = open_engine(folder / "index"), Fts5(folder / "fts5.db")
    engine.apply(articles, checkpoint=SIZE)
    peer.add(articles)
    peer.optimize()
    yield engine, peer
    engine.close()
    peer.close()


@pytest.fixture(scope="module")
def third(articles: list[Article], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tantivy]:
    peer = Tantivy(tmp_path_factory.mktemp("third") / "tantivy")
    peer.add(articles)
    peer.optimize()
    yield peer
    peer.close()


def same_stem(both: tuple[Engine, Fts5], word: str) -> bool:
    """Whether both stemmers put the same words together with this one (ours is Porter's second)."""
    engine, peer = both
    return engine.search(SearchRequest(word), now=NOW).total == peer.count(word)


def printed(*arguments: str) -> Any:
    result = CliRunner().invoke(main, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0
    return json.loads(result.stdout)


def test_a_seed_makes_the_same_articles_each_time(articles: list[Article]) -> None:
    assert list(Corpus(SIZE, seed=1).articles()) == articles
    assert list(Corpus(SIZE, seed=2).articles()) != articles


def test_articles_are_as_long_as_news(articles: list[Article]) -> None:
    lengths = [len(article.latest.text.split()) for article in articles]
    assert len(articles) == SIZE
    assert WORDS[0] <= min(lengths) <= max(lengths) <= WORDS[1]
    assert len({article.id for article in articles}) == SIZE


def test_a_corpus_grows_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "model.jsonl.gz"
    file.write_bytes(gzip.compress(b'{"id": "1", "body": "gulls cry"}\n{"id": "2", "body": "tides turn"}\n'))
    [first] = Corpus(1, seed=1, model=file).articles()
    assert {"gulls", "cry", "tides", "turn"} <= set(first.latest.text.split())


def test_a_corpus_without_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "empty.jsonl.gz"
    file.write_bytes(gzip.compress(b'{"id": "1", "body": ""}\n'))
    with pytest.raises(ValueError, match="no text"):
        next(Corpus(1, seed=1, model=file).articles())


def test_every_process_asks_the_same() -> None:
    program = (
        "from benchmarks.corpus import Corpus; from benchmarks.questions import questions, vocabulary; "
        "print(questions(vocabulary(Corpus(20, seed=1).articles()), seed=1))"
    )
    asked = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=Path(__file__).parent.parent,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(asked) == 1


@pytest.mark.parametrize(
    "text", ["harbour", "ferry", "tuesday", "harbour AND council", "ferry OR library OR bridge"]
)
def test_all_engines_find_the_same_number(both: tuple[Engine, Fts5], third: Tantivy, text: str) -> None:
    engine, peer = both
    found = engine.search(SearchRequest(text), now=NOW).total
    assert found == peer.count(text) == third.count(ToTantivy(text))
    assert found > 0


def test_tantivy_filters_orders_counts_and_shows_what_ours_does(
    both: tuple[Engine, Fts5], third: Tantivy, articles: list[Article]
) -> None:
    engine, _ = both
    asked = questions(vocabulary(articles), seed=1)
    for name in (
        "author filter with a term",
        "date range with a term",
        "term, newest first",
        "prefix",
        "fuzzy",
    ):
        for question in asked[name]:
            rows = third.ask(question.asked)
            assert len(rows) == min(10, third.count(question.asked))
            if question.asked.author:
                assert {row[2] for row in rows} <= {question.asked.author}
            if question.asked.year is not None:
                assert {row[3].year for row in rows} <= {question.asked.year}
    [everything] = set(asked["everything, newest first"])
    ours = [hit.id for hit in engine.search(everything.request, now=NOW).hits]
    assert [row[0] for row in third.ask(everything.asked)] == ours
    harbour = third.facets(ToTantivy("harbour"))
    years = {
        bucket.value: bucket.count
        for facet in engine.search(SearchRequest("harbour"), now=NOW).facets
        if facet.field == "year"
        for bucket in facet.buckets
    }
    assert harbour["year"]
    assert all(years.get(year, count) == count for year, count in harbour["year"].items())
    assert "<b>" in third.ask(ToTantivy("harbour", snippets=True))[0][4]


def test_facets_of_both_agree(both: tuple[Engine, Fts5], articles: list[Article]) -> None:
    engine, peer = both
    asked = questions(vocabulary(articles), seed=1)["three facets"][0]
    ours = {
        (facet.field, bucket.value): bucket.count
        for facet in engine.search(asked.request, now=NOW).facets
        for bucket in facet.buckets
    }
    sql, values = asked.statements[-1]
    years = [(field, value, count) for field, value, count in peer.rows(sql, values) if field == "year"]
    assert years
    assert all(ours.get((field, value), count) == count for field, value, count in years)
    assert any((field, value) in ours for field, value, _ in years)


@pytest.mark.parametrize(
    "name", ["author filter with a term", "date range with a term", "everything, newest first"]
)
def test_filters_and_order_mean_the_same_to_both(
    both: tuple[Engine, Fts5], articles: list[Article], name: str
) -> None:
    engine, peer = both
    asked_of_both = [
        asked
        for asked in questions(vocabulary(articles), seed=1)[name]
        if not asked.request.text or same_stem(both, asked.request.text)
    ]
    assert asked_of_both
    for asked in asked_of_both:
        [(sql, values)] = asked.statements
        ours = [hit.id for hit in engine.search(asked.request, now=NOW).hits]
        theirs = [row[0] for row in peer.rows(sql, values)]
        if asked.request.sort == "newest":
            assert ours == theirs
        assert len(ours) == len(theirs)


def test_search_prints_a_row_for_each_class() -> None:
    told = printed("search", "--grow", str(SIZE), "--rounds", "1")
    assert told["articles"] == SIZE
    assert {row["class"] for row in told["rows"]} == CLASSES
    for row in told["rows"]:
        assert row["to_tantivy"] == pytest.approx(row["us"] / row["tantivy"])
        if row["us_p99"] is not None:
            assert 0 < row["us"] <= row["us_p99"]
            assert 0 < row["tantivy"] <= row["tantivy_p99"]
        if row["class"] == "fuzzy":
            assert row["fts5"] is row["to_fts5"] is None
        else:
            assert row["to_fts5"] == pytest.approx(row["us"] / row["fts5"])
    hits = {row["class"]: (row["hits_us"], row["hits_fts5"], row["hits_tantivy"]) for row in told["rows"]}
    assert len(set(hits["rare term"])) == 1
    assert hits["everything, newest first"][0] == hits["everything, newest first"][2] == 20 * SIZE
    assert all(found[0] for name, found in hits.items() if not name.startswith("open"))


def test_indexes_that_are_kept_are_asked_again_and_no_others(tmp_path: Path) -> None:
    kept = "search", "--rounds", "1", "--keep", str(tmp_path)
    first = printed(*kept, "--grow", "150")
    made = {file.name for file in (tmp_path / "index").rglob("*.segment")}
    again = printed(*kept, "--grow", "150")
    assert {file.name for file in (tmp_path / "index").rglob("*.segment")} == made
    assert [row["hits_us"] for row in again["rows"]] == [row["hits_us"] for row in first["rows"]]
    refused = CliRunner().invoke(main, [*kept, "--grow", "151"])
    assert refused.exit_code == 2
    assert "say another folder" in refused.output


def test_index_prints_speed_size_and_memory_of_each() -> None:
    told = printed("index", "--grow", "100")
    assert [row["class"] for row in told["rows"]][:2] == ["indexing, docs per CPU-second", "index size"]
    assert len(told["rows"]) == 8
    assert all(row["us"] > 0 and row["fts5"] > 0 and row["tantivy"] > 0 for row in told["rows"])


def test_edits_of_a_known_kind_are_judged_as_what_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edits, "LONG", 1_000)
    answer = printed("edits", "--edits", "5")
    assert len(answer["rows"]) == 14
    for row in answer["rows"]:
        assert row["changed"] > 0, row
        assert row["as_trivial"] == (row["as_expected"] if row["expected"] == "trivial" else 0), row


def test_crawl_keeps_what_was_published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "PEERS_PYTHON", Path("nowhere"))
    told = printed("crawl", "--hosts", "2", "--stories", "3", "--rounds", "1")
    [us] = told["rows"]
    assert told["articles"] == us["articles"] == us["whole"] == 6
    assert us["articles_per_second"] > 0
    assert us["cpu"] > 0
    assert us["requests"] >= 6 + 2 * 3  # robots.txt, front page and feed of each, besides


def test_crawl_without_its_peers_says_how_to_set_them_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "PEERS_PYTHON", Path("nowhere"))
    result = CliRunner().invoke(main, ["crawl", "--hosts", "1", "--stories", "1", "--rounds", "1"])
    assert "make .venv-peers/ready" in result.output


def test_an_import_keeps_what_was_in_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.imports.speed.PEERS_PYTHON", Path("missing"))
    result = CliRunner().invoke(main, ["import", "--records", "8", "--rounds", "1", "--json"])
    assert result.exit_code == 0, result.output
    (row,) = json.loads(result.output)["rows"]
    assert row["articles"] == 8
    assert row["records_per_second"] > 0


def test_pages_weigh_what_news_pages_weigh() -> None:
    press = Press(50, 1)
    bodies = [dict(pages_of(paper, 80))[paper.stories[0].path].body for paper in press.newspapers()]
    lower, median, upper = quantiles(map(len, bodies))
    assert 50_000 < lower < 75_000
    assert 95_000 < median < 125_000
    assert 165_000 < upper < 215_000


def test_each_design_is_read_as_it_was_written() -> None:
    papers = Press(len(LAYOUTS), 1).newspapers()
    for paper in papers:
        [story] = paper.stories
        read = extract(dict(pages_of(paper, 80))[story.path].body, url=f"http://{paper.host}{story.path}")
        assert (paper.layout, read.status, read.title) == (paper.layout, "article", story.title)
        assert all(paragraph in read.text for paragraph in story.paragraphs)


def test_servers_see_a_polite_crawl() -> None:
    manners = {
        1: Manners(crawl_delay=0.4),
        2: Manners(seconds=0.05),
        3: Manners(refuses={4: (503, 1), 6: (429, 1)}),
        4: Manners(robots_at=4),
        5: Manners(robots_at=1),
    }
    judged = politeness.measure(Press(5, 4, weighty=False), pause=0.1, manners=manners)
    assert judged.hosts == 5
    assert judged.requests >= 5 * 4
    assert (judged.hurried, judged.crowded, judged.impatient) == (0, 0, 0)


def asked(connected_at: float, answered_at: float, *, retry_after: float = 0.0) -> Asked:
    return Asked("a.test", "/", 200, connected_at, connected_at, answered_at, retry_after)


def test_a_log_tells_what_was_not_polite() -> None:
    own = {"a.test": Manners(crawl_delay=2.0)}
    for second, wrong in [
        (asked(3.0, 3.0), (0, 0, 0)),
        (asked(2.9, 2.9), (1, 0, 0)),
        (asked(0.95, 3.0), (1, 1, 0)),
    ]:
        judged = politeness.judge([asked(0.9, 1.0), second], 0.0, own)
        assert (judged.hurried, judged.crowded, judged.impatient) == wrong
    patient = politeness.judge([asked(0.0, 0.1, retry_after=5.0), asked(4.0, 4.1)], 0.5, {})
    assert (patient.hurried, patient.crowded, patient.impatient) == (0, 0, 1)
    slow = politeness.judge([asked(0.0, 1.0), asked(5.9, 6.0)], 0.5, {})
    assert slow.hurried == 1  # five times what the answer took
    assert slow.ideal == pytest.approx(1.0 + 5.0 + 0.1)


def test_memory_of_helpers_is_seen(tmp_path: Path) -> None:
    child = "import time; held = b'x' * 80_000_000; time.sleep(1)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    spent = watching.run([sys.executable, "-c", parent], tmp_path)
    assert spent.largest > 80
    assert spent.processes == 2
    with pytest.raises(watching.Failed, match="ZeroDivisionError"):
        watching.run([sys.executable, "-c", "1 / 0"], tmp_path)


def test_too_small_a_corpus_is_wrong_usage() -> None:
    assert CliRunner().invoke(main, ["search", "--grow", "0"]).exit_code == 2


def test_copies_and_the_costs_of_grouping_are_measured() -> None:
    ran = CliRunner().invoke(main, ["stories", "--grow", "100", "--json"])
    assert ran.exit_code == 0, ran.output
    measured = json.loads(ran.stdout)
    assert len(measured["recall"]) == 10
    known, made = measured["recall"]["a local paragraph"]
    assert 0 < known <= made
    assert measured["links"] == 0
    assert 80 < measured["grouping"]["stories"] < 100


def collection_file(folder: Path) -> None:
    lines = [
        {"kind": "doc", "id": "a", "title": "", "body": "The ferry to the harbour sails."},
        {"kind": "doc", "id": "b", "title": "Harbour", "body": "Boats come and go."},
        {
            "kind": "doc",
            "id": "c",
            "title": "",
            "body": "Tides turn, and the harbour sleeps at last in the long night.",
        },
        {"kind": "doc", "id": "d", "title": "Gulls cry", "body": "Nothing of the kind"},
        {"kind": "query", "id": "1", "text": "ferries in a harbour?"},
        {"kind": "query", "id": "2", "text": "nobody judged this"},
        {"kind": "judgement", "query": "1", "relevant": ["a", "d"]},
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / "port.jsonl.gz").write_bytes(gzip.compress(text.encode()))


def test_relevance_is_that_of_the_engine_as_it_is(tmp_path: Path) -> None:
    collection_file(tmp_path)
    told = printed("relevance", str(tmp_path))
    assert told.keys() == {"port"}
    figures = told["port"]
    assert (figures["queries"], figures["documents"]) == (1, 4)
    assert figures["map"] == 0.5  # a is the first, d is not found
    assert 0 < figures["ndcg10"] < 1
    assert figures["p10"] == 0.1


def test_relevance_without_a_collection_is_wrong_usage(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["relevance", str(tmp_path)]).exit_code == 2


def test_measures_of_relevance() -> None:
    relevant = frozenset({1, 2, 3})
    assert relevance.average_precision([1, 2, 3, 4], relevant) == 1
    assert relevance.average_precision([4, 1, 5, 2], relevant) == pytest.approx((1 / 2 + 2 / 4) / 3)
    assert relevance.average_precision([], relevant) == 0
    assert relevance.ndcg([1, 2, 3, 4], relevant, depth=10) == pytest.approx(1)
    assert relevance.ndcg([4, 1], frozenset({1}), depth=10) == pytest.approx(0.6309, abs=1e-4)
    assert relevance.any_of("The ferry, the gulls") == "the^2|ferry|gulls"
