"""Articles are found by their words, however and in whatever language they are written."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from index.analysis import folded_words
from index.engine import Engine, open_engine
from index.model import SearchRequest

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_articles.py"))))
article, NOW = tools.article, tools.NOW

TEXTS = {
    1: (
        "en",
        "The U.S. told AT&T and O'Brien's C++ team: e-mail 1,000 voters about COVID-19, état d'urgence.",
    ),
    2: ("de", "Die Wahlen in Österreich: 10.000 Wähler, 3,5 Prozent, die Größe der U-Bahn."),
    3: ("ja", "衆院選挙結果、2025年のニュース。"),
    4: ("ko", "대통령 선거에서 KBS는 보도했다."),
    5: ("th", "ข่าวการเลือกตั้งวันนี้"),
    6: ("ar", "قالَ مُحَمَّد إنّ الانتخابات في عام ٢٠٢٥"),
    7: ("tr", "İstanbul’da çocukları ve yıllar"),
    8: ("xx", "Words of nobody's language: elections"),
    9: ("he", 'דובר צה"ל אמר שָׁלוֹם'),
    10: ("fa", "او می‌خواهد کتاب‌ها را"),
    11: ("fr", "L’année des élections : la première arrivée"),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    engine = open_engine(tmp_path_factory.mktemp("words") / "index")
    engine.apply(
        (article(n, "", text, language=language) for n, (language, text) in TEXTS.items()), checkpoint=1
    )
    return engine


def found(engine: Engine, text: str) -> set[int]:
    return {hit.id for hit in engine.search(SearchRequest(text), now=NOW).hits}


@pytest.mark.parametrize("number", TEXTS)
def test_an_article_is_found_by_each_of_its_words_and_by_each_phrase(engine: Engine, number: int) -> None:
    text = TEXTS[number][1].replace('"', "״")
    chunks = [chunk for chunk in text.split() if folded_words(chunk)]
    for n, chunk in enumerate(chunks):
        assert number in found(engine, chunk.strip(":,.!،"))
        assert number in found(engine, f'"{chunk}"')
        assert number in found(engine, f'"{" ".join(chunks[n : n + 3])}"')


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("US", {1}),
        ("at&t", {1}),
        ("obrien", {1}),
        ("c++", {1}),
        ("email", {1}),
        ("1000 voter", {1}),
        ("covid", {1}),
        ("etat", {1}),
        ("urgence", {1}),
        ("wahl osterreich", {2}),
        ("10,000", {2}),
        ("3.5", {2}),
        ("ubahn groesse OR ubahn grosse", {2}),
        ("election", {11}),
        ("elections", {8, 11}),
        ('"elections"', {8, 11}),
        ("premier annees", {11}),
        ("選挙", {3}),
        ("挙", {3}),
        ('"結果"', {3}),
        ("結挙", set()),
        ("선거", {4}),
        ("เลือกตั้ง", {5}),
        ("محمد", {6}),
        ("2025", {3, 6}),
        ("istanbul", {7}),
        ("çocuk yıl", {7}),
        ("cocuk yil", {7}),
        ("צהל שלום", {9}),
        ('"کتاب ها"', {10}),
        ("كتاب", {10}),
    ],
)
def test_words_are_found_however_they_are_written(engine: Engine, query: str, expected: set[int]) -> None:
    assert found(engine, query) == expected
