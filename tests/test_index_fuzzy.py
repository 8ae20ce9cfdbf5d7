"""Words that are spelt alike: found by their signatures and told apart by one table for all, as one by one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.alike import distance
from index.analysis import PARAGRAPH
from index.whoosh_engine.fuzzy import Spellings

words = st.text("abcé選𐐀", min_size=1, max_size=9) | st.text("ab", min_size=60, max_size=64)


def spellings(terms: list[str]) -> Spellings:
    encoded = sorted(term.encode() for term in terms)
    held = np.arange(len(encoded), dtype=np.uint32) % 3 + 1
    field: Any = SimpleNamespace(
        count=len(encoded), terms=lambda first, end: encoded[first:end], doc_freqs=held
    )
    return Spellings(field)


@given(st.sets(words, max_size=40), words, st.integers(1, 2), st.integers(1, 3), st.booleans())
def test_all_words_and_no_others_are_found_that_are_so_few_letters_away(
    terms: set[str], word: str, most: int, least: int, paragraphs: bool
) -> None:
    ordered = sorted(terms | {PARAGRAPH} if paragraphs else terms, key=str.encode)
    found = spellings(ordered).like(word, most, least)
    expected = {
        number: distance(word, term, most)
        for number, term in enumerate(ordered)
        if distance(word, term, most) <= most and term != PARAGRAPH and number % 3 + 1 >= least
    }
    assert dict(zip(found.numbers.tolist(), found.away.tolist(), strict=True)) == expected


def test_no_words_are_like_any() -> None:
    assert len(spellings([]).like("word", 2).numbers) == 0
