"""What stands where in one field of one segment, and which documents have words near each other, as arrays of places
(see `wordplaces`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.whoosh_engine.arrays import Ints
from index.whoosh_engine.matchers import NO_DOCS, Docs
from index.whoosh_engine.wordplaces import NO_PLACES, SPAN, SPAN_BITS, WordPlaces, distinct, documents_of

_FEW = 16
_MANY = 500
_TABLE_BITS = 17
_AT_ONCE = 1 << 16
"""So many places are looked at together: what is made of them stays in the cache, and its memory is used again."""

Check = Callable[[], None]


class Occurrences(NamedTuple):
    """Where something stands: the places of its first and of its last word, in the order of the first ones."""

    starts: Ints
    ends: Ints


def single(places: Ints) -> Occurrences:
    """Words as occurrences of one word each."""
    return Occurrences(places, places)


def union(found: Sequence[Occurrences], check: Check) -> Occurrences:
    """All of several, in their order; the same one only once. Two at a time, so that the clock is looked at."""
    if not found:
        return single(NO_PLACES)
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


def phrase(words: Sequence[WordPlaces], within: Docs | None, check: Check) -> Occurrences:
    """Where words follow each other in this order; at least those in some documents, which ascend. The rarest is
    looked for first, the others only where they can still stand."""
    order = sorted(range(len(words)), key=lambda n: len(words[n].docs))
    rarest = order[0]
    anchors = _some_at_a_time(words, rarest) if within is None else (words[rarest].read(within),)
    starts = np.concatenate([_beside(anchor, words, order, check) for anchor in anchors])
    return Occurrences(starts, starts + (len(words) - 1))


def _beside(found: Ints, words: Sequence[WordPlaces], order: Sequence[int], check: Check) -> Ints:
    """Where a phrase begins of which the first word in the `order` was found there."""
    anchor, *others = order
    for n in others:
        check()
        if not len(found):
            break
        places = words[n].read_beside(found)
        places -= n - anchor
        found = shared(found, places)
    return found - anchor


def _some_at_a_time(words: Sequence[WordPlaces], rarest: int) -> Iterator[Ints]:
    """The places of the rarest word, so many at a time that all words can be looked at together beside them."""
    docs = len(words[rarest].docs)
    parts = sum(word.about(docs) for word in words) // _AT_ONCE + 1
    for part in range(parts):
        yield words[rarest].part(docs * part // parts, docs * (part + 1) // parts)


def shared(some: Ints, others: Ints) -> Ints:
    """The places that are among both."""
    few, many = (some, others) if len(some) < len(others) else (others, some)
    if len(few) < _MANY or len(few) * _FEW < len(many):
        return few.compress(_among(few, many)) if len(few) else NO_PLACES
    size = 1 << min((len(few) * 4).bit_length(), _TABLE_BITS)
    table = np.full(size, -SPAN)  # what stands in it is no place of a word
    slots = _slots(few, size)
    table[slots] = few
    matching = table.take(_slots(many, size)) == many
    lost = few.compress(table.take(slots) != few)  # others have their slots
    if len(lost):
        matching[many.searchsorted(lost.compress(_among(lost, many)))] = True
    return many.compress(matching)


def _slots(places: Ints, size: int) -> Ints:
    """Where in a table of a size each place is kept: those of one document side by side, and so those of the next."""
    slots = places >> (SPAN_BITS - 9)
    slots += places
    slots &= size - 1
    return slots


def _among(few: Ints, many: Ints) -> NDArray[np.bool_]:
    """Which of a few places are among many."""
    nearest = many.searchsorted(few)
    nearest[nearest == len(many)] = 0
    found: NDArray[np.bool_] = many.take(nearest) == few
    return found


def loose(places: Sequence[Ints], slop: int, check: Check) -> Occurrences:
    """Where words follow each other in this order with at most `slop` others between two of them. As a start counts
    the last one that leads to an end."""
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
    return ascending(found[0])


def together(operands: Sequence[Occurrences], begins: Ints, check: Check) -> Docs:
    """The documents that have all operands in one paragraph; `begins` are the places where paragraphs begin."""
    if not len(begins):
        return NO_DOCS
    common: Ints | None = None
    for operand in operands:
        check()
        first = begins.searchsorted(operand.starts, side="right") - 1
        inside = first >= 0
        if operand.ends is not operand.starts:
            inside &= first == begins.searchsorted(operand.ends, side="right") - 1
        # `begins` may lack documents of the operand
        inside &= begins.take(first) >> SPAN_BITS == operand.starts >> SPAN_BITS
        paragraphs = distinct(first.compress(inside))
        common = paragraphs if common is None else shared(common, paragraphs)
    return NO_DOCS if common is None else documents([begins.take(common)])


def early(operand: Occurrences, count: int) -> Docs:
    """The documents that have all of it within the first so many words."""
    return documents([operand.ends.compress(operand.ends % SPAN < count)])


def documents(places: Sequence[Ints]) -> Docs:
    """The documents of places, ascending."""
    if not places:
        return NO_DOCS
    return documents_of(ascending(places[0] if len(places) == 1 else np.concatenate(places)))


def ascending(numbers: Ints) -> Ints:
    """Documents or places in their order, which they mostly are in."""
    return numbers if (numbers[1:] >= numbers[:-1]).all() else np.sort(numbers)
