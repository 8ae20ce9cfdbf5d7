"""Chunks found by arrays are those that stand between white space, whatever the text."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import chunks, plainly_spaced, words_in
from index.whoosh_engine import lookup
from index.whoosh_engine.lexicon import Lexicon
from index.whoosh_engine.lookup import Lookup
from index.whoosh_engine.sorting import Vocabulary

SPACES = [char for char in map(chr, range(sys.maxunicode + 1)) if not char.split()]

piece = st.one_of(
    st.sampled_from(SPACES),
    st.sampled_from(["the", "The", "the,", "eight8by", "sixteen-bytes-it", "seventeen-letters", "Köln", "1 000", "選挙" * 9]),
    st.sampled_from(["\0", "\x01", "\x7f", "\ud800", "\U0001f600"]),
    st.text(max_size=20),
)  # fmt: skip
text = st.lists(st.tuples(piece, st.sampled_from(["", " ", "\n"]))).map(
    lambda parts: "".join(map("".join, parts))
)


def found(one: Lookup, known: Vocabulary, texts: list[str]) -> list[list[str]]:
    """The chunks of texts, by the numbers that they get."""
    numbers, counts = one.numbers(texts)
    assert len(counts) == len(texts)
    spelt = iter([known.spelt[number] for number in numbers.tolist()])
    return [[next(spelt) for _ in range(count)] for count in counts.tolist()]


@given(st.lists(st.lists(text, max_size=6), max_size=4), st.sampled_from([2, 5, 19]))
def test_numbers_are_those_of_the_chunks(batches: list[list[str]], bits: int) -> None:
    """Also where many chunks would have one place in a table."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookup, "_BITS", bits)
        known = Vocabulary()
        one = Lookup(known)
        for texts in (*batches, *batches):
            assert found(one, known, texts) == [chunks(text) for text in texts]


@given(text)
def test_white_space_of_ascii_parts_what_any_white_space_does(one: str) -> None:
    assert plainly_spaced(one).split() == chunks(one)
    assert not set(SPACES) & {char for char in plainly_spaced(one) if not char.isascii()}


def test_a_chunk_has_the_number_of_its_word_or_stands_for_several() -> None:
    one = Lexicon()
    numbers, counts = one.lookup.numbers(["The the AT&T's state-of-the-art –", "", "art"])
    words, sizes = one.chunks.words_of(numbers)
    assert [one.words.spelt[number] for number in words.tolist()] == [
        "the",
        "the",
        "at&t",
        "state",
        "of",
        "the",
        "art",
        "art",
    ]
    assert (counts.tolist(), sizes.tolist()) == ([5, 0, 1], [1, 1, 1, 4, 0, 1])
    assert words_in("state-of-the-art") == ("state", "of", "the", "art")
    assert np.array_equal(one.lookup.numbers(["the art"])[0], [numbers[0], words[-1]])
