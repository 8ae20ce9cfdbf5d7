"""What is marked in a text, and which passage is shown."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.highlight import SNIPPET_LENGTH, distance, highlight, marks, snippet
from index.model import HighlightedText
from index.query import parse

FILLER = "Nothing of note was said about this at all. " * 20


def looked_for(query: str, *fields: str) -> tuple:
    return marks(parse(query, today=date(2026, 11, 23)).tree, *fields)


def marked(text: HighlightedText) -> list[str]:
    return [piece for piece, is_marked in text.pieces() if is_marked]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("election", "Elections, an election and electors", ["Elections", "election"]),
        ("cafe", "The Café’s cafés", ["Café’s", "cafés"]),
        ('"elections"', "Elections, an election", ["Elections"]),
        ('"city council"', "The council of the city: a City Council.", ["City Council"]),
        ('"council vote"~1', "The council will vote. The council may not vote.", ["council", "vote"]),
        ("elect*", "Electors elect; selected.", ["Electors", "elect"]),
        ("wo?d", "word wood world", ["word", "wood"]),
        ("electoin~1", "An election", ["election"]),
        ("election -war", "election and war", ["election"]),
        ("author:field date:2025", "a field of 2025", []),
        ("title:budget", "budget", []),
        ("", "text", []),
        ("fox (dog OR cat^2)", "A fox, a dog, a cat", ["fox", "dog", "cat"]),
    ],
)
def test_what_a_query_looks_for_is_marked(query: str, text: str, expected: list[str]) -> None:
    assert marked(highlight(text, looked_for(query))) == expected


def test_words_for_titles_are_marked_in_titles() -> None:
    assert marked(highlight("The budget", looked_for("title:budget", "title"))) == ["budget"]


def test_marks_that_overlap_are_one() -> None:
    text = highlight("a city council meeting", looked_for('"city council" "council meeting" city'))
    assert marked(text) == ["city council meeting"]


def test_a_snippet_without_marks_is_the_beginning() -> None:
    shown = snippet(FILLER, ())
    assert shown.text.startswith("Nothing of note")
    assert shown.text.endswith(" …")
    assert len(shown.text) <= SNIPPET_LENGTH + 4


def test_a_snippet_begins_with_the_sentence_of_the_mark() -> None:
    shown = snippet(FILLER + "Then the budget was passed. " + FILLER, looked_for("budget"))
    assert shown.text.startswith("… Then the budget was passed.")
    assert marked(shown) == ["budget"]


def test_the_passage_with_more_of_the_words_is_shown() -> None:
    text = f"The budget. {FILLER} The budget and the council. {FILLER}"
    assert marked(snippet(text, looked_for("budget council"))) == ["budget", "council"]


def test_a_short_text_is_shown_whole_on_one_line() -> None:
    assert snippet("One.\n\nTwo.", ()).text == "One. Two."


@given(
    st.text(max_size=30) | st.sampled_from(['"a b" a', "a* b", "a~1 OR b", "-a b"]),
    st.text("ab c.\n é’", max_size=800),
)
def test_marks_are_sorted_apart_and_inside_and_snippets_are_short(query: str, text: str) -> None:
    for shown in (highlight(text, looked_for(query)), snippet(text, looked_for(query))):
        assert "".join(piece for piece, _ in shown.pieces()) == shown.text
        end = -1
        for start, stop in shown.spans:
            assert end < start < stop <= len(shown.text)
            end = stop
    assert len(snippet(text, looked_for("ab")).text) <= SNIPPET_LENGTH * 2 + 4


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("vote", "vote", 0),
        ("vote", "vot", 1),
        ("vote", "voet", 1),
        ("vote", "note", 1),
        ("vote", "nots", 2),
        ("a", "abcdef", 3),
    ],
)
def test_distance_counts_letters(a: str, b: str, expected: int) -> None:
    assert distance(a, b) == distance(b, a) == expected
