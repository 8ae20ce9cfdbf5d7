"""Completion: how a text in the query box could go on."""

from __future__ import annotations

import runpy
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.aids import MAX_COMPLETIONS, Completion
from index.query import parse
from index.whoosh_engine.completing import completions

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_articles.py"))))
built = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("index_shelves.py"))))

AUTHORS = ("Ada Lane", "Élodie Adam", 'Bo "Bird" Ek', "Milo Penhallow")
ARTICLES = [
    tools.article(
        n,
        f"Harbour {n}",
        "the harbour master" + (" is hardly glad" if n < 4 else "") + (" of hares" if n == 1 else ""),
        authors=(AUTHORS[n % 4],),
        source="The Paper" if n % 2 else "Echo",
        section="Harbour news" if n < 3 else "",
        language="de" if n == 7 else "en",
    )
    for n in range(1, 10)
]
Complete = Callable[..., tuple[Completion, ...]]


def held(field: str) -> tuple[tuple[str, ...], np.ndarray]:
    values = {
        "author": lambda one: one.latest.authors,
        "source": lambda one: (one.source,),
        "section": lambda one: (one.latest.section,) * bool(one.latest.section),
        "tag": lambda one: one.latest.tags,
        "language": lambda one: (one.latest.language,),
    }[field]
    counts = Counter(value for one in ARTICLES for value in values(one))
    return tuple(counts), np.array(list(counts.values()), np.int64)


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Complete:
    terms = built.terms_of(tmp_path_factory.mktemp("shelves"), ARTICLES[:4], ARTICLES[4:])
    return lambda text, size=10: completions(text, terms, held, size)


def added(found: tuple[Completion, ...]) -> list[tuple[str, int]]:
    return [(one.added, one.count) for one in found]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("har", [("harbour", 9), ("hardly", 3), ("hares", 1)]),
        ("title:har", [("title:harbour", 9)]),
        ("author:ad", [('author:"Élodie Adam"', 3), ('author:"Ada Lane"', 2)]),
        ("author:elo", [('author:"Élodie Adam"', 3)]),
        ('author:"ada l', [('author:"Ada Lane"', 2)]),
        ("AUTHOR:bo", [('author:"Bo  Bird  Ek"', 2)]),
        ("source:pap", [('source:"The Paper"', 5)]),
        ("source:e", [("source:Echo", 4)]),
        ("section:news", [('section:"Harbour news"', 2)]),
        ("lang:germ", [("lang:de", 1)]),
        ("lang:d", [("lang:de", 1)]),
        ("is:ed", [("is:edited", 0)]),
        ("aut", [("author:", 0)]),
        ("penh", [('author:"Milo Penhallow"', 2)]),
        ("atl", [("atleast3(", 0)]),
        ("first", [("first100(", 0)]),
        ("", []),
        ("harbour ", []),
        ("x", []),
        ("date:2024", []),
        ('"harbour ma', []),
        ("wc:>5", []),
    ],
)
def test_what_is_offered(complete: Complete, typed: str, offered: list[tuple[str, int]]) -> None:
    assert added(complete(typed)) == offered


def test_what_stands_before_stays(complete: Complete) -> None:
    (found,) = complete("(ferry OR -hare")
    assert (found.text, found.added, found.kind) == ("(ferry OR -hares", "hares", "word")
    (found,) = complete('author:"Milo Penhallow" "a phrase" hardl')
    assert found.text == 'author:"Milo Penhallow" "a phrase" hardly'
    (found,) = complete("-author:milo")
    assert found.text == '-author:"Milo Penhallow"'
    (found,) = complete('title:ferry author:"milo p')
    assert found.text == 'title:ferry author:"Milo Penhallow"'


def test_words_are_counted_where_others_are_commoner(tmp_path: Path) -> None:
    others = " ".join(f"zebra{n}" for n in range(60))
    batches = [
        [tools.article(n, "", others + " zeal" * (n < 2)) for n in range(3)],
        [tools.article(n, "", "zeal") for n in range(3, 8)],
    ]
    found = completions("ze", built.terms_of(tmp_path, *batches), held, 3)
    assert added(found)[0] == ("zeal", 7)
    assert [count for _, count in added(found)[1:]] == [3, 3]


def test_words_leave_room_for_names(complete: Complete) -> None:
    assert added(complete("ma", size=3)) == [("master", 9)]
    assert [one.kind for one in complete("ha", size=2)] == ["operator", "word"]


texts = st.text('harboumste adlnx:"()-~^* É', max_size=20) | st.text(max_size=12)


@given(texts, st.integers(-1, 99))
def test_every_text_is_answered_and_what_is_offered_can_be_asked(
    complete: Complete, typed: str, size: int
) -> None:
    found = complete(typed, size)
    assert len(found) <= min(max(size, 0), MAX_COMPLETIONS)
    for one in found:
        assert one.text.endswith(one.added) or one.kind == "operator"
        if one.kind != "operator" and '"' not in typed and ":" not in typed:
            assert (
                not parse(one.text, today=date(2026, 1, 1)).notes
                or parse(typed, today=date(2026, 1, 1)).notes
            )
