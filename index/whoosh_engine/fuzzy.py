"""Which words of a field are spelt nearly like another one: all of them are looked at, but as arrays.

Each term has a signature of 64 bits, one for each letter that it has (letters share bits). A letter that is changed,
inserted or left out changes at most two of them, so that most terms are ruled out by counting bits. Only for the few
that are left the distance is computed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.whoosh_engine.arrays import Ints, OpenField


class Spellings:
    """The terms of a field of one segment, for looking up words that are spelt alike; made once for each segment."""

    def __init__(self, field: OpenField) -> None:
        terms = field.terms(0, field.count)
        self._text = b"".join(terms)
        sizes = np.fromiter(map(len, terms), np.int64, len(terms))
        self._ends = np.cumsum(sizes)
        letters, signatures = _signatures(self._text, self._ends - sizes)
        self._order = np.argsort(letters, kind="stable").astype(np.uint32)
        self._letters = letters[self._order]
        self._signatures = signatures[self._order]
        self._held = field.doc_freqs[self._order]

    def like(self, word: str, distance: int, least: int = 1) -> Ints:
        """The numbers of the terms that may be so many letters away from a word, of those that stand in so many
        documents at least; all that are, are among them."""
        length = len(word)
        first = int(self._letters.searchsorted(length - distance))
        end = int(self._letters.searchsorted(length + distance, side="right"))
        _, signature = _signatures(word.encode(), np.zeros(1, np.int64))
        differing = np.bitwise_count(self._signatures[first:end] ^ signature)
        likely = differing <= 2 * distance
        if least > 1:
            likely &= self._held[first:end] >= least
        return self._order[first:end].take(np.flatnonzero(likely)).astype(np.int64)

    def word(self, number: int) -> str:
        """The term with this number."""
        return self._text[self._ends[number - 1] if number else 0 : self._ends[number]].decode()


def _signatures(text: bytes, starts: Ints) -> tuple[NDArray[np.uint8], NDArray[np.uint64]]:
    """For each term of a joined text how many letters it has (up to 255), and its signature. A letter of several
    bytes is known by its last one, which differs most."""
    if not len(starts):
        return np.zeros(0, np.uint8), np.zeros(0, np.uint64)
    codes = np.frombuffer(text, np.uint8)
    last = np.ones(len(codes), bool)
    last[:-1] = (codes[1:] & 0xC0) != 0x80
    bits = np.left_shift(np.uint64(1), (codes & 63).astype(np.uint64))
    bits[~last] = 0
    letters = np.add.reduceat(last.astype(np.int64), starts)
    return np.minimum(letters, 255).astype(np.uint8), np.bitwise_or.reduceat(bits, starts)


def distances(word: str, others: Sequence[str]) -> Ints:
    """For each of the others, how many letters to insert, leave out, change or swap with their neighbour to make it
    of the word."""
    if not others:
        return np.zeros(0, np.int64)
    lengths = np.fromiter(map(len, others), np.int64, len(others))
    width = int(lengths.max())
    letters = np.array(others, f"U{max(width, 1)}").view(np.uint32).reshape(len(others), -1)
    along = np.arange(width + 1, dtype=np.int16)
    row = np.tile(along, (len(others), 1))
    before = row
    matching = np.zeros((len(others), width), bool)
    for i, letter in enumerate(word, 1):
        earlier, before, unmatched = before, row, matching
        matching = letters[:, :width] == ord(letter)
        row = np.empty_like(before)
        row[:, 0] = i
        row[:, 1:] = np.minimum(before[:, 1:] + 1, before[:, :-1] + ~matching)
        if i > 1:  # a swap: this letter stood before, and the one before it stands here
            swapped = matching[:, :-1] & unmatched[:, 1:]
            row[:, 2:] = np.where(swapped, np.minimum(row[:, 2:], earlier[:, :-2] + 1), row[:, 2:])
        row = np.minimum.accumulate(row - along, axis=1) + along
    found: Ints = row[np.arange(len(others)), lengths].astype(np.int64)
    return found
