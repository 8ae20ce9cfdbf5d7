"""Where words stand in one field of one segment, and which documents have them near each other, as arrays.

A place is one number: the document times `SPAN`, plus the place of the word in the field. So places of all documents
are one ascending array, and neighbours are numbers that differ by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.whoosh_engine.arrays import AnyInts, Ints, OpenField
from index.whoosh_engine.matchers import NO_DOCS, Docs

_SPAN_BITS = 24
SPAN = 1 << _SPAN_BITS
"""More than any place in a field, with room for a gap before the next document."""

_FEW = 16
_BITS = 18
_MANY = 1_000
_NO_PLACES: Ints = np.zeros(0, np.int64)

Check = Callable[[], None]


class Occurrences(NamedTuple):
    """Where something stands: the places of its first and of its last word, in the order of the first ones."""

    starts: Ints
    ends: Ints


def word_places(field: OpenField, number: int, within: Docs | None) -> Ints:
    """The places of a word, in all documents or in some, which ascend."""
    held, freqs = field.docs(number), field.freqs(number)
    once = int(freqs.max()) == 1  # in each
    if within is not None and len(within) < len(held):
        index = _indices(held, within)
        held = held.take(index)
        if once:
            each: Ints = held.astype(np.int64) * SPAN + field.positions_at(number, index)
            return each
        counts = freqs.astype(np.int64)
        starts = (np.cumsum(counts) - counts).take(index)
        counts = counts.take(index)
        shifts = starts - (np.cumsum(counts) - counts)
        wanted = np.arange(int(counts.sum())) + np.repeat(shifts, counts)
        bases = np.repeat(held.astype(np.int64) * SPAN, counts)
        some: Ints = bases + field.positions_at(number, wanted)
        return some
    bases = held.astype(np.int64) * SPAN
    all_places: Ints = (bases if once else np.repeat(bases, freqs)) + field.positions(number)
    return all_places


def _indices(held: AnyInts, within: Docs) -> NDArray[np.intp]:
    """Where in an ascending list of documents some of them stand; what is not in it is left out."""
    if len(within) * _FEW < len(held):
        places = held.searchsorted(within.astype(held.dtype))
        places[places == len(held)] = 0
        return places.compress(held.take(places) == within)
    mask = np.zeros(max(int(held[-1]), int(within[-1])) + 1, bool)
    mask[within] = True
    return np.flatnonzero(mask.take(held))


def single(places: Ints) -> Occurrences:
    """Words as occurrences of one word each."""
    return Occurrences(places, places)


def union(found: Sequence[Occurrences], check: Check) -> Occurrences:
    """All of several, in their order; the same one only once. Two at a time, so that the clock is looked at."""
    if not found:
        return single(_NO_PLACES)
    rest = list(found)
    while len(rest) > 1:
        check()
        rest = [_both(*rest[at : at + 2]) for at in range(0, len(rest), 2)]
    return rest[0]


def _both(some: Occurrences, others: Occurrences | None = None) -> Occurrences:
    if others is None:
        return some
    starts, ends = np.concatenate([some.starts, others.starts]), np.concatenate([some.ends, others.ends])
    order = np.lexsort((ends, starts))
    starts, ends = starts[order], ends[order]
    kept = np.ones(len(starts), bool)
    kept[1:] = (starts[1:] != starts[:-1]) | (ends[1:] != ends[:-1])
    return Occurrences(starts[kept], ends[kept])


def phrase(places: Sequence[Ints], slop: int, check: Check) -> Occurrences:
    """Where words follow each other in this order, at most `slop` others between two of them."""
    if slop:
        return _loose(places, slop, check)
    begun = [some - n for n, some in enumerate(places)]
    begun.sort(key=len)
    found = begun[0]
    for some in begun[1:]:
        check()
        found = _common(found, some)
    return Occurrences(found, found + (len(places) - 1))


def _common(some: Ints, others: Ints) -> Ints:
    """Those of some places that are among others. Where there are many, most are ruled out by their last bits."""
    if not len(some) or not len(others):
        return _NO_PLACES
    if len(some) > _MANY and len(others) < len(some) * _FEW:
        mask = np.zeros(1 << _BITS, bool)
        mask[others & ((1 << _BITS) - 1)] = True
        some = some.compress(mask.take(some & ((1 << _BITS) - 1)))
    nearest = others.searchsorted(some)
    nearest[nearest == len(others)] = 0
    return some.compress(others.take(nearest) == some)


def _loose(places: Sequence[Ints], slop: int, check: Check) -> Occurrences:
    """As a start counts the last one that leads to an end."""
    starts = ends = places[0]
    for following in places[1:]:
        check()
        reached, before = following_ones(ends, following, slop)
        starts, ends = starts.take(before), following.take(reached)
    order = np.argsort(starts, kind="stable")
    return Occurrences(starts.take(order), ends.take(order))


def following_ones(ends: Ints, starts: Ints, distance: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which of the starts come after one of the ends with at most `distance` words in between, and the nearest such
    end of each. Both ascend; the numbers are those of their places in the arrays."""
    if not len(ends) or not len(starts):
        return NO_DOCS, NO_DOCS
    nearest = ends.searchsorted(starts) - 1
    near = (nearest >= 0) & (starts - ends.take(np.maximum(nearest, 0)) <= distance + 1)
    reached = np.flatnonzero(near)
    return reached, nearest.take(reached)


def near(operands: Sequence[Occurrences], distance: int, check: Check) -> Docs:
    """The documents where there is one occurrence of each operand, in any order, with at most `distance` words
    between one and the next. Chains are made longer by one operand at a time: for each set of operands and the last
    of them, the ends of all chains."""
    chains = {(1 << n, n): [operand.ends] for n, operand in enumerate(operands)}
    for _ in operands[1:]:
        longer: dict[tuple[int, int], list[Ints]] = {}
        for (used, _), found in chains.items():
            check()
            ends = _in_order(found)
            for n, operand in enumerate(operands):
                if not used >> n & 1:
                    check()
                    reached, _ = following_ones(ends, operand.starts, distance)
                    if len(reached):
                        longer.setdefault((used | 1 << n, n), []).append(operand.ends.take(reached))
        chains = longer
    return documents([ends for found in chains.values() for ends in found])


def _in_order(found: Sequence[Ints]) -> Ints:
    """All of several arrays of places, each once."""
    if len(found) > 1:
        return np.unique(np.concatenate(found))
    return found[0] if (found[0][1:] >= found[0][:-1]).all() else np.sort(found[0])


def together(operands: Sequence[Occurrences], begins: Ints, check: Check) -> Docs:
    """The documents that have all operands in one paragraph; `begins` are the places where paragraphs begin."""
    if not len(begins):
        return NO_DOCS
    common: Ints | None = None
    for operand in operands:
        check()
        first = begins.searchsorted(operand.starts, side="right") - 1
        last = begins.searchsorted(operand.ends, side="right") - 1
        same = (
            begins.take(first) // SPAN == operand.starts // SPAN
        )  # `begins` may lack documents of the operand
        inside = np.unique(first.compress((first == last) & (first >= 0) & same))
        common = inside if common is None else _common(common, inside)
    return NO_DOCS if common is None else documents([begins.take(common)])


def early(operand: Occurrences, count: int) -> Docs:
    """The documents that have all of it within the first so many words."""
    return documents([operand.ends.compress(operand.ends % SPAN < count)])


def documents(places: Sequence[Ints]) -> Docs:
    """The documents of places, ascending."""
    if not places:
        return NO_DOCS
    docs = (places[0] if len(places) == 1 else np.concatenate(places)) >> _SPAN_BITS
    return distinct(ascending(docs.astype(np.intp)))


def ascending(docs: Docs) -> Docs:
    """The same in their order, which they mostly are in."""
    return docs if (docs[1:] >= docs[:-1]).all() else np.sort(docs)


def distinct(docs: Docs) -> Docs:
    """Each once of those that ascend."""
    if not len(docs):
        return docs
    new = np.ones(len(docs), bool)
    new[1:] = docs[1:] != docs[:-1]
    return docs.compress(new)
