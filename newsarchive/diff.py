"""What changed between two versions of a text, word by word. Pure.

The shortest edit script by the greedy algorithm of Myers, "An O(ND) Difference Algorithm and Its Variations"
(Algorithmica 1, 1986), bounded: two texts that share too little are shown as one deletion and one insertion,
so that no pair of texts, however hostile, takes long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["same", "del", "ins"]

MAX_EDITS = 800
"""Deleted and inserted tokens beyond which all counts as rewritten; bounds time and memory."""

PARAGRAPH_BREAK = "\n\n"
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_LETTER = rf"(?:(?![{_CJK}])\w)"
_TOKEN = re.compile(rf"\n\n|[^\S\n]+|\n|[{_CJK}]|\d+(?:[.,:]\d+)+|{_LETTER}+(?:['’]{_LETTER}+)*|[^\w\s]")
"""A word, a number with its separators (2.4, 09:30), a character of a script without spaces, a sign, a space."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that stayed, went or came."""

    kind: Kind
    text: str


def diff(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces that lead from `old` to `new`: "same" and "del" joined are the old text, "same" and "ins"
    the new one. No piece is empty, neighbours differ in kind, and a deletion stands before its insertion."""
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    head = _common(a, b)
    tail = _common(a[head:][::-1], b[head:][::-1])
    middle = _edits(a[head : len(a) - tail], b[head : len(b) - tail])
    runs = [("same", a[:head]), *middle, ("same", a[len(a) - tail :])]
    return _tidy(Piece(kind, "".join(tokens)) for kind, tokens in runs)


def paragraphs(pieces: Iterable[Piece]) -> tuple[tuple[Piece, ...], ...]:
    """The pieces cut at paragraph breaks. A break that came or went is kept as a pilcrow in its piece,
    because it would be invisible otherwise."""
    done: list[tuple[Piece, ...]] = []
    current: list[Piece] = []
    for piece in pieces:
        first, *others = piece.text.split(PARAGRAPH_BREAK)
        sign = "" if piece.kind == "same" else "¶"
        for part in others:
            current.append(Piece(piece.kind, first + sign))
            done.append(tuple(p for p in current if p.text))
            current, first = [], part
        current.append(Piece(piece.kind, first))
    done.append(tuple(p for p in current if p.text))
    return tuple(paragraph for paragraph in done if paragraph)


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """How many tokens both begin with."""
    length = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        length += 1
    return length


def _edits(a: Sequence[str], b: Sequence[str]) -> list[tuple[Kind, Sequence[str]]]:
    trace = _search(a, b)
    if trace is None:
        return [("del", a), ("ins", b)]
    steps: list[tuple[Kind, Sequence[str]]] = []
    x, y = len(a), len(b)
    for edits in range(len(trace) - 1, 0, -1):
        furthest, k = trace[edits - 1], x - y
        down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
        before_x = furthest[k + 1] if down else furthest[k - 1]
        before_y = before_x - (k + 1 if down else k - 1)
        start = before_x + (not down)
        steps.append(("same", a[start:x]))
        steps.append(("ins", b[before_y : before_y + 1]) if down else ("del", a[before_x : before_x + 1]))
        x, y = before_x, before_y
    steps.append(("same", a[:x]))
    return steps[::-1]


def _search(a: Sequence[str], b: Sequence[str]) -> list[dict[int, int]] | None:
    """For each number of edits the furthest x on each diagonal k = x - y; None beyond MAX_EDITS."""
    trace: list[dict[int, int]] = []
    furthest = {1: 0}
    for edits in range(min(len(a) + len(b), MAX_EDITS) + 1):
        reached: dict[int, int] = {}
        for k in range(-edits, edits + 1, 2):
            if k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1]):
                x = furthest[k + 1]
            else:
                x = furthest[k - 1] + 1
            y = x - k
            while x < len(a) and y < len(b) and a[x] == b[y]:
                x, y = x + 1, y + 1
            reached[k] = x
            if x >= len(a) and y >= len(b):
                return [*trace, reached]
        trace.append(reached)
        furthest = reached
    return None


def _tidy(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Deletions before insertions, neighbours joined, and a word or two that happen to stay inside a
    rewritten phrase counted as rewritten: a person reads phrases, not coincidences."""
    groups: list[list[str]] = []  # [same, deleted, inserted] in this order, over and over
    for piece in pieces:
        if piece.kind == "same":
            if not piece.text:
                continue
            if groups and not (groups[-1][1] or groups[-1][2]):
                groups[-1][0] += piece.text
            else:
                groups.append([piece.text, "", ""])
        else:
            if not groups:
                groups.append(["", "", ""])
            groups[-1][1 if piece.kind == "del" else 2] += piece.text
    folded: list[list[str]] = []
    for group in groups:
        if folded and _coincidence(folded[-1], group):
            same, deleted, inserted = group
            folded[-1][1] += same + deleted
            folded[-1][2] += same + inserted
        else:
            folded.append(group)
    kinds: tuple[Kind, ...] = ("same", "del", "ins")
    return tuple(
        Piece(kind, text) for group in folded for kind, text in zip(kinds, group, strict=True) if text
    )


def _coincidence(before: list[str], group: list[str]) -> bool:
    """Whether the text that stayed between two changes is shorter than each of them."""
    stayed, size = group[0], max(len(group[1]), len(group[2]))
    changed = max(len(before[1]), len(before[2]))
    return PARAGRAPH_BREAK not in stayed and 0 < changed >= len(stayed) <= size
