"""Which words of a field are spelt nearly like another one: all of them are looked at, but as arrays.

Each term has a signature of 32 bits, one for each letter that it has (letters share bits). A letter that is changed,
inserted or left out takes away one bit at most and adds one at most, so that most terms are ruled out by counting
bits. Only for those that are left the distance is computed, for all at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.analysis import PARAGRAPH
from index.whoosh_engine.arrays import AnyInts, Ints, OpenField

_LONGEST = 255
_BITS = 31  # the last five bits of a letter say which bit of a signature is its own
_WORD = 64  # letters of a word that is looked for: more than words have


class Alike(NamedTuple):
    """Terms by their numbers, and how many letters each is away from a word."""

    numbers: AnyInts
    away: NDArray[np.int16]


NONE_ALIKE = Alike(np.zeros(0, np.int64), np.zeros(0, np.int16))


class Spellings:
    """The terms of a field of one segment by their length, for looking up words that are spelt alike; made once for
    each segment."""

    def __init__(self, field: OpenField) -> None:
        terms = field.terms(0, field.count)
        first = int(terms[:1] == [PARAGRAPH.encode()])  # which is no word
        codes, sizes = _letters(terms[first:])
        starts = np.cumsum(sizes) - sizes
        lengths = np.minimum(sizes, _LONGEST)
        order = np.argsort(lengths, kind="stable")
        self._codes = codes
        self._numbers = (order + first).astype(np.uint32)
        self._starts = starts[order].astype(np.uint32)
        self._lengths = lengths[order].astype(np.uint8)
        self._ends = np.cumsum(np.bincount(lengths, minlength=_LONGEST + 1)).tolist()
        self._signatures = _signatures(codes, starts)[order]
        self._held = field.doc_freqs[first:][order]

    def like(self, word: str, distance: int, least: int = 1) -> Alike:
        """The terms that are at most so many letters away from a word, of those that stand in so many documents at
        least."""
        word = word[:_WORD]
        first = self._ends[max(len(word) - distance, 1) - 1]
        end = self._ends[min(len(word) + distance, _LONGEST)]
        wanted = _signature(word)
        signatures = self._signatures[first:end]
        likely = np.flatnonzero(np.bitwise_count(signatures ^ wanted) <= 2 * distance)
        signatures = signatures.take(likely)
        possible = np.bitwise_count(signatures & ~wanted) <= distance
        possible &= np.bitwise_count(wanted & ~signatures) <= distance
        if least > 1:
            possible &= self._held[first:end].take(likely) >= least
        places = likely.compress(possible) + first
        measured = one_letter if distance == 1 else distances
        away = measured(
            word, self._codes, self._starts.take(places).astype(np.int64), self._lengths.take(places)
        )
        near = away <= distance
        return Alike(self._numbers.take(places.compress(near)), away.compress(near))


def _letters(terms: Sequence[bytes]) -> tuple[AnyInts, Ints]:
    """The letters of some terms, one term after the other, in the narrowest type that holds them; and how many each
    has."""
    text = b"".join(terms).decode()
    if text.isascii():
        return np.frombuffer(text.encode(), np.uint8), np.fromiter(map(len, terms), np.int64, len(terms))
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    narrow: AnyInts = codes.astype(np.uint16) if codes.max() < 1 << 16 else codes
    return narrow, np.fromiter((len(term.decode()) for term in terms), np.int64, len(terms))


def _signatures(codes: AnyInts, starts: Ints) -> NDArray[np.uint32]:
    if not len(starts):
        return np.zeros(0, np.uint32)
    bits = np.left_shift(np.uint32(1), (codes & _BITS).astype(np.uint32))
    return np.bitwise_or.reduceat(bits, starts)


def _signature(word: str) -> np.uint32:
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & _BITS)
    return np.uint32(bits)


def one_letter(word: str, codes: AnyInts, starts: Ints, lengths: NDArray[np.uint8]) -> NDArray[np.int16]:
    """As `distances`, of words that are as long as a word, or longer or shorter by one letter; 2 stands for all that
    are not 0 or 1. What is one letter away begins as the word does and ends as it does, but for that letter."""
    size = len(word)
    letters = np.array(list(map(ord, word)), np.uint32)
    along = np.arange(size)
    ends = starts + lengths - 1
    begun = np.minimum(_alike(codes, starts[:, None] + along, letters), lengths)
    ended = np.minimum(_alike(codes, ends[:, None] - along, letters[::-1]), lengths)
    same_size = lengths == size
    shared = begun + ended
    away = np.where(shared >= np.minimum(lengths, size) - same_size, 1, 2).astype(np.int16)
    away[same_size & (begun == size)] = 0
    likely = np.flatnonzero((away == 2) & same_size & (shared == size - 2))
    at = begun.take(likely)
    first = codes.take(starts.take(likely) + at) == letters.take(at + 1)
    second = codes.take(starts.take(likely) + at + 1) == letters.take(at)
    away[likely.compress(first & second)] = 1  # two that are swapped
    return away


def _alike(codes: AnyInts, places: Ints, letters: NDArray[np.uint32]) -> Ints:
    """How many letters at the first of some places, in each row, are these; it may be some of the next word's."""
    alike = np.logical_and.accumulate(codes.take(places, mode="clip") == letters, axis=1)
    counts: Ints = alike.sum(axis=1)
    return counts


def distances(word: str, codes: AnyInts, starts: Ints, lengths: NDArray[np.uint8]) -> NDArray[np.int16]:
    """For each of some other words, how many letters to insert, leave out, change or swap with their neighbour to
    make it of the word. Their letters are `codes`; those of one are from its start on as many as its length, and
    lengths ascend.

    The table of distances of each is made column by column, a column in the bits of a few numbers: for each letter of
    the word they say whether the distance grows or shrinks there (Hyyrö 2003, after Myers)."""
    count = len(starts)
    away = np.full(count, len(word), np.int16)
    last = np.uint64(1 << (len(word) - 1))
    known = _places_of_letters(word)
    up, down, same, before = np.full(count, ~np.uint64(0)), *np.zeros((3, count), np.uint64)
    for column in range(int(lengths[-1]) if count else 0):
        some = slice(int(lengths.searchsorted(column, side="right")), None)  # that have so many letters
        letters = known.take(codes.take(starts[some] + column), mode="clip")
        swapped = ((~same[some] & letters) << 1) & before[some]
        equal = (((letters & up[some]) + up[some]) ^ up[some]) | letters | down[some] | swapped
        more, less = down[some] | ~(equal | up[some]), equal & up[some]
        away[some] += (more & last) != 0
        away[some] -= (less & last) != 0
        more = (more << 1) | 1
        up[some], down[some] = (less << 1) | ~(equal | more), more & equal
        same[some], before[some] = equal, letters
    return away


def _places_of_letters(word: str) -> NDArray[np.uint64]:
    """For each letter the bits of the places where it stands in a word; for all letters behind its greatest one, the
    last number, none."""
    places = np.zeros(max(map(ord, word)) + 2, np.uint64)
    for place, letter in enumerate(word):
        places[ord(letter)] |= np.uint64(1 << place)
    return places
