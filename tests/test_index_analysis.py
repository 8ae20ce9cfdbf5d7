"""What a word is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import LONGEST_WORD, fold, folded_words, stem, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The mayor’s café, 1999!", ("the", "mayor", "cafe", "1999")),
        ("Cafe\u0301 ØRSTED Straße Łódź", ("cafe", "orsted", "strasse", "lodz")),
        ("rock 'n' roll don't", ("rock", "n", "roll", "don't")),
        ("well-known under_score a/b", ("well", "known", "under", "score", "a", "b")),
        ("हिन्दी समाचार", ("हिन्दी", "समाचार")),
        ("… — ***", ()),
    ],
)
def test_words_are_folded_runs_of_letters_and_digits(text: str, expected: tuple[str, ...]) -> None:
    assert folded_words(text) == expected


def test_elections_and_election_have_one_stem() -> None:
    assert stem("elections") == stem("election")
    assert stem("wahlen") == stem("wahlen")


def test_words_of_other_alphabets_are_their_own_stem() -> None:
    assert stem("новости") == "новости"


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_words_stand_where_they_say_and_are_bounded(text: str) -> None:
    end = 0
    for word in words(text):
        assert end <= word.start < word.end <= len(text)
        assert 0 < len(word.text) <= LONGEST_WORD
        end = word.end
