"""Words that are nearly a word, or have the shape of a pattern. Pure."""

from __future__ import annotations

import re


def pattern_shape(pattern: str) -> re.Pattern[str]:
    """`el*ion?` as an expression for a whole word."""
    return re.compile(".*".join(".".join(map(re.escape, part.split("?"))) for part in pattern.split("*")))


def distance(a: str, b: str, limit: int = 2) -> int:
    """Letters to insert, leave out, change or swap with their neighbour to make one word of the other; what
    is more than the limit is `limit + 1`."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        before, previous, row = row, before, [i]
        for j, other in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
        if min(row) > limit and min(before) > limit:
            return limit + 1
    return min(row[-1], limit + 1)
