"""Stems that stand for one word, in the same documents as often, share the postings of that word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.whoosh_engine.arrays import AnyInts, FieldArrays, Ints
from index.whoosh_engine.codec.narrow import narrowed

Mask = NDArray[np.bool_]

_AT_ONCE = 1 << 18
"""So many postings, about, are compared at once, which bounds the memory that it takes."""


@dataclass(frozen=True, slots=True)
class Words:
    """The postings of a field of words, until those of its stems are written."""

    starts: Ints
    docs: AnyInts
    freqs: AnyInts

    @classmethod
    def of(cls, field: FieldArrays) -> Words:
        """Those of this field, in as few bytes as they need."""
        return cls(field.starts, narrowed(field.docs[:]), narrowed(field.freqs[:]))


def shared(stems: FieldArrays, words: Words) -> Mask:
    """Which stems have the postings of the one word that they stand for."""
    assert stems.forms is not None
    assert stems.forms_starts is not None
    docs, freqs = stems.docs[:], stems.freqs[:]
    counts = np.diff(stems.starts)
    word = np.zeros(len(counts), np.int64)
    alike: Mask = np.diff(stems.forms_starts) == 1
    word[alike] = stems.forms[stems.forms_starts[:-1][alike]]
    alike[alike] = np.diff(words.starts)[word[alike]] == counts[alike]
    numbers = np.flatnonzero(alike)
    for some in np.array_split(numbers, 1 + int(counts[numbers].sum()) // _AT_ONCE):
        ours, theirs = runs(stems.starts, some), runs(words.starts, word[some])
        differ = (docs[ours] != words.docs[theirs]) | (freqs[ours] != words.freqs[theirs])
        alike[np.repeat(some, counts[some])[differ]] = False
    return alike


@dataclass(frozen=True, slots=True)
class OfEither:
    """Numbers of the postings of all stems: those of a stem are `theirs`, those of its word, or our `own`, from where
    it `begins` there. `starts` says where they start here. A stretch is put together when it is asked for."""

    own: AnyInts
    words: AnyInts
    theirs: Mask
    begins: Ints
    starts: Ints

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type that any of them fits into."""
        return np.result_type(self.own, self.words)

    def __len__(self) -> int:
        return int(self.starts[-1])

    def __getitem__(self, stretch: slice) -> AnyInts:
        low, high, _ = stretch.indices(len(self))
        numbers = np.empty(max(high - low, 0), self.dtype)
        if not len(numbers):
            return numbers
        first, last = self.starts.searchsorted((low, high - 1), side="right") - 1
        bounds = self.starts[first : last + 2].clip(low, high)
        counts = np.diff(bounds)
        at = (self.begins[first : last + 1] - self.starts[first : last + 1]).repeat(counts)
        at += np.arange(low, high)
        theirs = self.theirs[first : last + 1].repeat(counts)
        numbers[theirs] = self.words[at[theirs]]
        np.logical_not(theirs, out=theirs)
        numbers[theirs] = self.own[at[theirs]]
        return numbers


def runs(starts: AnyInts, chosen: NDArray[Any]) -> Ints:
    """The places that runs cover, run after run; `starts` says where each begins and the last one ends."""
    first: Ints = starts[:-1][chosen].astype(np.int64)
    counts: Ints = starts[1:][chosen].astype(np.int64) - first
    before = np.cumsum(counts) - counts
    places: Ints = np.arange(int(counts.sum()))
    places += np.repeat(first - before, counts)
    return places
