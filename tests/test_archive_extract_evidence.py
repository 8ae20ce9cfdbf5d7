"""Evidence: what a page says of a field, what was taken of it, and what is kept beside it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive.extract import extract
from archive.extract.evidence import (
    CONFIDENCE,
    LONGEST_VALUE,
    MOST_OF_A_FIELD,
    chosen,
    claim,
    first_of,
    kept,
    settle,
)
from archive.model import Evidence

URL = "https://courier.example/2025/04/01/weir"
PAGE = b"""<html lang="en"><head><title>The weir holds - Courier</title>
<meta property="og:title" content="Weir holds">
<meta property="article:published_time" content="2025-04-01T10:00:00+01:00">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "The weir holds",
 "datePublished": "2025-04-01T09:00:00Z", "author": {"@type": "Person", "name": "Ruth Calder"}}</script></head>
<body><article><h1>The weir holds</h1><p>By Ruth Calder</p><p>The weir above the mill held through the night, and
the water fell by a hand's breadth before noon, said the miller, who had not slept at all.</p></article></body></html>"""


def told(field: str) -> list[Evidence]:
    return [one for one in extract(PAGE, url=URL).evidence if one.field == field]


def test_every_field_tells_what_won_and_where_it_stands() -> None:
    (won,) = [one for one in told("published") if one.chosen]
    assert (won.value, won.source, won.where) == (
        "2025-04-01T10:00:00+01:00",  # in the zone of the other
        "json-ld",
        "JSON-LD datePublished",
    )
    assert [one.value for one in told("authors") if one.chosen] == ["Ruth Calder"]


def test_what_contradicts_the_winner_stays_beside_it() -> None:
    values = {one.value: one.chosen for one in told("title")}
    assert values == {"The weir holds": True, "Weir holds": False} | values
    assert sum(one.chosen for one in told("title")) == 1


def test_a_statement_is_worth_what_its_source_is_unless_it_says_otherwise() -> None:
    assert claim("title", "A", "json-ld", "here").confidence == CONFIDENCE["json-ld"]
    assert claim("title", "A", "json-ld", "here", 0.3).confidence == 0.3
    assert all(0 < worth <= 1 for worth in CONFIDENCE.values())


def test_the_first_that_says_something_wins() -> None:
    silent, first, second = (
        claim("section", text, "meta", "meta section") for text in ("", "Mills", "Rivers")
    )
    found = first_of([silent, first, second])
    assert (found.value, found.evidence) == ("Mills", (chosen(first), second))
    assert first_of([silent]).evidence == ()


def test_of_two_that_say_the_winner_only_the_first_is_chosen() -> None:
    stated = [claim("title", text, "meta", where) for text, where in (("The Weir", "a"), ("the weir!", "b"))]
    assert [one.chosen for one in settle(stated, "The weir")] == [True, False]


CLAIMS = st.builds(
    claim,
    st.sampled_from(["title", "authors", "tags", "dropped"]),
    st.text(max_size=400),
    st.sampled_from(["meta", "json-ld"]),
    st.just("somewhere"),
)


@given(st.lists(st.one_of(CLAIMS, CLAIMS.map(chosen)), max_size=60))
def test_what_is_kept_is_bounded_and_has_what_won(stated: list[Evidence]) -> None:
    few = kept(stated)
    assert all(len(one.value) <= LONGEST_VALUE and one.field != "dropped" for one in few)
    assert kept(few) == few
    for field in ("title", "authors", "tags"):
        mine = [one for one in few if one.field == field]
        won = [one for one in stated if one.field == field and one.chosen]
        assert len(mine) <= 2 * MOST_OF_A_FIELD
        assert sum(one.chosen for one in mine) == min(len(won), 2 * MOST_OF_A_FIELD)
