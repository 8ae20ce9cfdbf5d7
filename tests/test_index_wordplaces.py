"""Places of words, read in part or whole, and phrases of them: what a plain reading of the texts finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.whoosh_engine import places, wordplaces
from index.whoosh_engine.wordplaces import SPAN, WordPlaces

texts = st.lists(st.lists(st.sampled_from("aaab cd"), max_size=25), min_size=1, max_size=30)


class Field:
    """The words of some texts, as a segment has them."""

    def __init__(self, texts: Sequence[Sequence[str]], word: str) -> None:
        found = [[n for n, one in enumerate(text) if one == word] for text in texts]
        self.held = np.array([doc for doc, some in enumerate(found) if some], np.uint8)
        self.counts = np.array([len(some) for some in found if some], np.uint8)
        self.places = [some for some in found if some]

    def docs(self, _number: int) -> Any:
        return self.held

    def freqs(self, _number: int) -> Any:
        return self.counts

    def positions(self, _number: int, first: int = 0, end: int | None = None) -> Any:
        return np.array([place for some in self.places[first:end] for place in some], np.uint16)

    def positions_at(self, number: int, indices: Any, first: int = 0, end: int | None = None) -> Any:
        return self.positions(number, first, end).take(indices)


def word_places(texts: Sequence[Sequence[str]], word: str) -> WordPlaces | None:
    field: Any = Field(texts, word)
    return WordPlaces(field, 0) if len(field.held) else None


def standing(texts: Sequence[Sequence[str]], phrase: Sequence[str]) -> list[int]:
    return [
        doc * SPAN + n
        for doc, text in enumerate(texts)
        for n in range(len(text))
        if list(text[n : n + len(phrase)]) == list(phrase)
    ]


@pytest.fixture(params=[False, True], ids=["as it is", "in small parts"])
def small(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts and tables so small that a few words fill several of them."""
    if request.param:
        monkeypatch.setattr(places, "_AT_ONCE", 7)
        monkeypatch.setattr(places, "_MANY", 0)
        monkeypatch.setattr(places, "_TABLE_BITS", 3)
        monkeypatch.setattr(wordplaces, "_FEWER", 1)


@pytest.mark.usefixtures("small")
@settings(deadline=None)
@given(texts, st.lists(st.sampled_from("abcd"), min_size=2, max_size=4), st.data())
def test_a_phrase_stands_where_its_words_follow_each_other(
    texts: list[list[str]], phrase: list[str], data: st.DataObject
) -> None:
    words = [found for word in phrase if (found := word_places(texts, word)) is not None]
    expected = standing(texts, phrase)
    if len(words) < len(phrase):
        assert expected == []
        return
    everywhere = places.phrase(words, None, lambda: None)
    assert everywhere.starts.tolist() == expected
    assert (everywhere.ends - everywhere.starts == len(phrase) - 1).all()
    some = data.draw(st.sets(st.integers(0, len(texts) - 1), min_size=1))
    within = places.phrase(words, np.array(sorted(some)), lambda: None).starts.tolist()
    assert set(within) <= set(expected)
    assert [place for place in within if place // SPAN in some] == [
        place for place in expected if place // SPAN in some
    ]


@pytest.mark.usefixtures("small")
@given(texts, st.sets(st.integers(0, 40), min_size=1))
def test_a_word_is_read_at_least_where_it_is_needed(texts: list[list[str]], some: set[int]) -> None:
    word = word_places(texts, "a")
    if word is not None:
        expected = standing(texts, "a")
        assert word.part(0, len(word.docs)).tolist() == expected
        read = word.read(np.array(sorted(some))).tolist()
        assert set(read) <= set(expected)
        assert read == sorted(read)
        assert {place for place in expected if place // SPAN in some} <= set(read)


@pytest.mark.usefixtures("small")
@given(
    *[st.sets(st.integers(-3, 400), max_size=200)] * 2,
    st.sampled_from([1, 513, SPAN - 511, SPAN]),
)
def test_what_is_shared_is_what_is_in_both(some: set[int], others: set[int], step: int) -> None:
    one, other = (np.array(sorted(each), np.int64) * step for each in (some, others))
    assert places.shared(one, other).tolist() == sorted(each * step for each in some & others)


def test_many_places_are_shared() -> None:
    rng = np.random.default_rng(1)
    one, other = (np.unique(rng.integers(0, 200_000, size)) * 97 for size in (70_000, 40_000))
    for some, others in ((one, other), (other, one), (one, one[::40])):
        assert np.array_equal(places.shared(some, others), np.intersect1d(some, others))
