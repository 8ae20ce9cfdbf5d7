"""The best of many documents by what each can be worth at the most, in small integers: only those are looked at
closely that can be among the first. For a sum of words that is MaxScore (Turtle and Flood 1995), with a bound for
each document in place of one for each word, so that it holds for any tree; a segment is small, and an array of bytes
over it, too."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from index.ranking import Floats
from index.whoosh_engine.firsts import not_less, reached
from index.whoosh_engine.matchers import MARGIN, Best, Bound, Docs, Matcher, Scale, Wanted

_MANY = 24
"""So many leaves have room in a byte: each is rounded up by at most one."""

_MORE = 200
"""So many more than wanted are looked at, which costs hardly more: then most often no others can be as good."""


def sum_of(parts: Sequence[Matcher]) -> Bound | None:
    """The bound of what is worth the sum of its parts."""
    bounds = [part.bound() for part in parts]
    known = [bound for bound in bounds if bound is not None]
    if len(known) < len(bounds):
        return None
    return Bound(sum([bound.worth for bound in known]), sum([bound.leaves for bound in known]))


def best_by_bounds(matcher: Matcher, wanted: Wanted, scores_of: Callable[[Docs], Floats]) -> Best | None:
    """The best of what matches; None where there are no bounds to know them by. `scores_of` says what documents that
    match are worth."""
    bound = matcher.bound()
    if bound is None or not bound.worth or wanted.hits <= 0:
        return None
    scale = _scale(bound)
    bounds = matcher.bounds(scale)
    if wanted.passing is not None:
        bounds *= wanted.passing
    total = int(np.count_nonzero(bounds))
    if total <= wanted.hits:
        docs = np.flatnonzero(bounds)
        return Best(total, docs, scores_of(docs))
    enough = _in_units(wanted.least, scale)
    first = max(enough, int(not_less(bounds, min(total, wanted.hits + _MORE))))
    docs = np.flatnonzero(bounds >= first)
    scores = scores_of(docs)
    enough = max(enough, _in_units(reached(scores, wanted.hits), scale))
    if enough < first:
        more = np.flatnonzero((bounds >= enough) & (bounds < first))
        docs, scores = np.concatenate([docs, more]), np.concatenate([scores, scores_of(more)])
    return Best(total, docs, scores)


def _scale(bound: Bound) -> Scale:
    dtype = np.uint8 if bound.leaves <= _MANY else np.uint16
    return Scale(bound.worth / (np.iinfo(dtype).max - bound.leaves), dtype)


def _in_units(worth: float, scale: Scale) -> int:
    """What is worth so much has a bound that is not less than this."""
    return max(1, math.ceil(worth * (1 - MARGIN) / scale.unit)) if worth > 0 else 1
