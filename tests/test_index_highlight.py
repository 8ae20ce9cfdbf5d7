"""What is marked in a text, and which passage is shown."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import querytree as tree
from index import together
from index.alike import distance
from index.analysis import folded_words, words, words_of
from index.highlight import SNIPPET_LENGTH, Marks, highlight, marks, snippet
from index.model import HighlightedText
from index.query import parse
from index.seeking import Seeker

FILLER = "Nothing of note was said about this at all. " * 20


def looked_for(query: str, *fields: str) -> Marks:
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
    assert marked(highlight(text, looked_for(query), "en")) == expected


@pytest.mark.parametrize(
    ("query", "language", "text", "expected"),
    [
        ("wahl", "de", "Die Wahlen, eine Wahl", ["Wahlen", "Wahl"]),
        ("wahl", "", "Die Wahlen, eine Wahl", ["Wahl"]),
        ("wahl", "en", "“Wahl” …", ["Wahl"]),
        ("année", "fr", "L’année, des annees", ["année", "annees"]),
        ("electoin~1", "en", "an election; lection; elect", ["election"]),
        ("выборы", "ru", "О выборах и выборов", ["выборах", "выборов"]),
        ("dying", "en", "To die — dying, died", ["die", "dying", "died"]),
        ("us", "en", "The U.S. and US, bus", ["U.S", "US"]),
        ("email", "en", "E-mail, e‑mails", ["E-mail", "e‑mails"]),
        ("1000", "en", "1,000 or 1\u202f000 of 10000", ["1,000", "1\u202f000"]),
        ("o'brien", "en", "O’Brien’s", ["O’Brien’s"]),
        ("at&t", "en", "AT&T, at T", ["AT&T"]),
        ("選挙", "ja", "衆院選挙結果、選挙", ["選挙", "選挙"]),
        ("選挙結果", "ja", "衆院選挙結果、選挙", ["選挙結果"]),
        ("果", "ja", "結果、果実", ["果", "果実"]),
        ("선거", "ko", "선거에서", ["선거"]),
        ("محمد", "ar", "قال مُحَمَّد", ["مُحَمَّد"]),
    ],
)
def test_words_are_marked_by_the_rules_of_the_language(
    query: str, language: str, text: str, expected: list[str]
) -> None:
    assert marked(highlight(text, looked_for(query), language)) == expected


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("budget near/1 vote", "budget and votes; a vote, later also a budget", ["budget", "votes", "vote"]),
        (
            '"city council" near/2 budget',
            "Budget of the city council. After that, a city council.",
            ["Budget", "city council"],
        ),
        ("para(budget vote)", "Budget.\n\nA budget, a vote.\n\nVote.", ["budget", "vote"]),
        ("first3(budget)", "The budgets, the budget", ["budgets"]),
        ("atleast2(budget)", "The budgets, the budget", ["budgets", "budget"]),
        ("exact:budgets", "The budgets, the budget", ["budgets"]),
        ("(budget OR vote) near/0 tax", "tax votes; no tax on budget", ["tax", "votes"]),
    ],
)
def test_words_that_are_to_stand_together_are_marked_where_they_do(
    query: str, text: str, expected: list[str]
) -> None:
    assert marked(highlight(text, looked_for(query), "en")) == expected


PIECES = ("die", "dying", "U.S.", "us", "e-mail", "E-mails", "O’Brien", "obrien", "1,000", "C++", "l’élection", "a-t-il", "elections",
          "(election)", "café", "X-ray.", "at&t", "don’t", "\n", "選挙結果", "skies", "sky", "“only”", "onlys")  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from(("en", "fr", "de", "")))
def test_a_text_is_found_by_each_of_its_words_and_phrases(pieces: list[str], language: str) -> None:
    text = " ".join(pieces)
    for word in words(text):
        marks_of_it = Marks((tree.Words((word.text,), word.text, exact=True),))
        assert any(a <= word.start and word.end <= b for a, b in highlight(text, marks_of_it, language).spans)
    for start in range(len(pieces)):
        phrase = folded_words(" ".join(pieces[start : start + 3]))
        if len(phrase) > 1:
            assert highlight(text, Marks((), (tree.Words(phrase, "", exact=True),)), language).spans


@given(
    st.lists(st.sampled_from(PIECES), max_size=12),
    st.sampled_from(PIECES),
    st.booleans(),
    st.sampled_from(("en", "de", "")),
)
def test_searching_letters_finds_what_looking_at_every_word_finds(
    pieces: list[str], sought: str, exact: bool, language: str
) -> None:
    text = " ".join(pieces).replace("é", "e").replace("選挙結果", "")
    for word in folded_words(sought):
        found = Marks((tree.Words((word,), word, exact=exact),))
        everywhere = Seeker(found.words, language)
        all_marks = [(one.start, one.end) for one in words(text) if everywhere.parts[one.text] >= 0]
        assert [(start, end) for start, end, _ in found.find(text, language)] == all_marks


def test_words_for_titles_are_marked_in_titles() -> None:
    assert marked(highlight("The budget", looked_for("title:budget", "title"))) == ["budget"]


def test_marks_that_overlap_are_one() -> None:
    text = highlight("a city council meeting", looked_for('"city council" "council meeting" city'))
    assert marked(text) == ["city council meeting"]


def test_a_snippet_without_marks_is_the_beginning() -> None:
    shown = snippet(FILLER, Marks())
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
    assert snippet("One.\n\nTwo.", Marks()).text == "One. Two."


@given(
    st.text(max_size=30) | st.sampled_from(['"a b" a', "a* b", "a~1 OR b", "-a b"]),
    st.text("ab c.\n\t\u00a0é’", max_size=800),
)
def test_marks_are_sorted_apart_and_inside_and_snippets_are_short(query: str, text: str) -> None:
    for shown in (highlight(text, looked_for(query)), snippet(text, looked_for(query))):
        assert "".join(piece for piece, _ in shown.pieces()) == shown.text
        end = -1
        for start, stop in shown.spans:
            assert end < start < stop <= len(shown.text)
            end = stop
    shown = snippet(text, looked_for("ab"))
    assert len(shown.text) <= SNIPPET_LENGTH * 2 + 4
    assert not re.search(r"[^\S ]|  ", shown.text)
    assert set(marked(shown)) <= {
        " ".join(mark.split()) for mark in marked(highlight(text, looked_for("ab")))
    }


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


def test_what_stands_without_white_space_is_cut_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cut: list[str] = []
    monkeypatch.setattr(together, "words_of", lambda chunk: cut.append(chunk) or words_of(chunk))
    text = "war-" * 50 + " war"
    assert len(marked(highlight(text, looked_for("war near/3 war"), "en"))) == 51
    assert len(cut) == 2


_SPELT = [
    "café",
    "Café",
    "CAFÉ,",
    "elections",
    "“city",
    "city”",
    "İstanbul",
    "ﬁne",
    "日本",
    "straße",
    "l’été",
    "a\u0301b",
    "cityé",
    "U.S.",
    "xu.us",
    "O’Brien-U-S",
]


@given(
    st.lists(st.sampled_from(_SPELT) | st.text(max_size=6)),
    st.sampled_from([" ", "\n", ""]),
    st.sets(
        st.sampled_from(["cafe", "elect", "elk", "fine", "city", "ete", "strasse", "a", "us", "obrien"]),
        min_size=1,
    ),
    st.sampled_from(["", "en", "fr", "de"]),
    st.booleans(),
)
def test_letters_that_are_searched_find_what_all_words_show(
    pieces: list[str], between: str, sought: set[str], language: str, exact: bool
) -> None:
    parts = tuple(tree.Words((word,), word, exact=exact) for word in sought)
    text = between.join(pieces)
    by_letters, by_words = Seeker(parts, language), Seeker(parts, language)
    by_words._begins = None
    assert sorted(by_letters.marks(text)) == sorted(by_words.marks(text))
