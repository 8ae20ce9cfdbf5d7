"""The shortest way from one sequence of words to another, in bounded time. Pure.

Long sequences are first held together at runs of words that stand once in each of them, in the order of the longest
chain (the idea of patience diff); what lies between is compared by the greedy algorithm of Myers, "An O(ND)
Difference Algorithm and Its Variations" (Algorithmica 1, 1986). All comparisons of one pair share a budget of steps:
where it ends, a stretch counts as rewritten, so that no pair of texts, however hostile, takes long.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from math import isqrt
from typing import Literal

Kind = Literal["same", "del", "ins"]

Run = tuple[Kind, int, int]
"""A kind with the bounds of its tokens: in the new sequence for "ins", else in the old one."""

MAX_STEPS = 400_000
"""Steps of comparing one pair of sequences, beyond which what is left counts as rewritten."""

MAX_EDITS = 800
"""Tokens that came and went in one stretch, beyond which it counts as rewritten; bounds memory."""

_SHINGLE = 6
_LONG = 60


def script(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """Runs that lead from `old` to `new`, in order; none is empty. Deletions and insertions of one place follow each
    other in any order."""
    budget = [MAX_STEPS]
    runs: list[Run] = []
    head = common(old, new)
    tail = common(old[head:][::-1], new[head:][::-1])
    before = (0, 0)
    middle = (len(old) - tail, len(new) - tail)
    for x, y, size in [(0, 0, head), *_anchors(old, new, head, middle), (*middle, tail)]:
        runs += _between(old, new, before, (x, y), budget)
        runs.append(("same", x, x + size))
        before = (x + size, y + size)
    return [run for run in runs if run[1] < run[2]]


def common(a: Sequence[str], b: Sequence[str]) -> int:
    """How many tokens both begin with."""
    length = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        length += 1
    return length


def _anchors(
    old: Sequence[str], new: Sequence[str], head: int, end: tuple[int, int]
) -> list[tuple[int, int, int]]:
    """Runs of tokens that belong together in both: begin in the old, begin in the new, length."""
    if max(end[0], end[1]) - head < _LONG:
        return []
    olds, news = _single_shingles(old, head, end[0]), _single_shingles(new, head, end[1])
    pairs = sorted((x, news[shingle]) for shingle, x in olds.items() if shingle in news)
    anchors: list[tuple[int, int, int]] = []
    for x, y in _longest_chain(pairs):
        if anchors:
            first_x, first_y, size = anchors[-1]
            if x - first_x == y - first_y <= size:
                anchors[-1] = (first_x, first_y, x - first_x + _SHINGLE)
                continue
            if x < first_x + size or y < first_y + size:
                continue
        anchors.append((x, y, _SHINGLE))
    return anchors


def _single_shingles(tokens: Sequence[str], begin: int, end: int) -> dict[tuple[str, ...], int]:
    """The runs of tokens that stand there once, with their places."""
    places: dict[tuple[str, ...], int] = {}
    for at in range(begin, end - _SHINGLE + 1):
        shingle = tuple(tokens[at : at + _SHINGLE])
        places[shingle] = -1 if shingle in places else at
    return {shingle: at for shingle, at in places.items() if at >= 0}


def _longest_chain(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest sequence of pairs that grows in both (patience sorting); `pairs` are sorted by the first."""
    tops: list[int] = []
    piles: list[int] = []
    came_from: list[int] = []
    for number, (_, y) in enumerate(pairs):
        pile = bisect_left(tops, y)
        came_from.append(piles[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [y]
        piles[pile : pile + 1] = [number]
    chain = []
    at = piles[-1] if piles else -1
    while at >= 0:
        chain.append(pairs[at])
        at = came_from[at]
    return chain[::-1]


def _between(
    old: Sequence[str], new: Sequence[str], begin: tuple[int, int], end: tuple[int, int], budget: list[int]
) -> list[Run]:
    """The runs of a stretch between two that stayed."""
    (x, y), (x_end, y_end) = begin, end
    a, b = old[x:x_end], new[y:y_end]
    trace = _search(a, b, budget) if a and b else None
    if trace is None:
        return [("del", x, x_end), ("ins", y, y_end)]
    return [
        (kind, first + (y if kind == "ins" else x), last + (y if kind == "ins" else x))
        for kind, first, last in _path(trace, len(a), len(b))
    ]


def _path(trace: list[list[int]], x: int, y: int) -> list[Run]:
    """The way back through what the search reached, begin to end."""
    steps: list[Run] = []
    for edits in range(len(trace) - 1, 0, -1):
        furthest, k = trace[edits - 1], x - y
        down = _goes_down(furthest, k, edits)
        before_k = k + 1 if down else k - 1
        before_x = furthest[(before_k + edits - 1) // 2]
        before_y = before_x - before_k
        steps.append(("same", before_x + (not down), x))
        steps.append(("ins", before_y, before_y + 1) if down else ("del", before_x, before_x + 1))
        x, y = before_x, before_y
    steps.append(("same", 0, x))
    return steps[::-1]


def _goes_down(furthest: list[int], k: int, edits: int) -> bool:
    """Whether diagonal k is reached from the one above it (an insertion) rather than from the one below."""
    if k in (-edits, edits):
        return k == -edits
    at = (k - 1 + edits - 1) // 2
    return furthest[at] < furthest[at + 1]


def _search(a: Sequence[str], b: Sequence[str], budget: list[int]) -> list[list[int]] | None:
    """For each number of edits the furthest x on each diagonal k = x - y, from k = -edits in steps of two; None where
    that would take too long."""
    trace: list[list[int]] = []
    furthest: list[int] = []
    for edits in range(min(len(a) + len(b), MAX_EDITS, isqrt(2 * max(0, budget[0]))) + 1):
        budget[0] -= edits + 1
        reached: list[int] = []
        for k in range(-edits, edits + 1, 2):
            x = _start(furthest, k, edits)
            y = x - k
            while x < len(a) and y < len(b) and a[x] == b[y]:
                x, y = x + 1, y + 1
            reached.append(x)
            if x >= len(a) and y >= len(b):
                return [*trace, reached]
        trace.append(reached)
        furthest = reached
    return None


def _start(furthest: list[int], k: int, edits: int) -> int:
    """Where diagonal k is entered with so many edits."""
    if edits == 0:
        return 0
    if _goes_down(furthest, k, edits):
        return furthest[(k + 1 + edits - 1) // 2]
    return furthest[(k - 1 + edits - 1) // 2] + 1
