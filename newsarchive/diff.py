"""What changed between two versions of a text, word by word, as a person reads it. Pure.

The comparison is that of `archive.edits.script`, bounded for any pair of texts; here its runs become pieces of text:
what changed in one place together, moved to where it reads best, without words that stayed by coincidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from archive.edits import Kind, script

MAX_SLIDE = 200
"""How many tokens a change is moved at most to stand where it reads best."""

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
    groups = _grouped((kind, (b if kind == "ins" else a)[begin:end]) for kind, begin, end in script(a, b))
    for group, after in pairwise(groups):
        _slide(group, after)
    pieces = (piece for group in _folded(groups) for piece in group.pieces())
    return tuple(piece for piece in pieces if piece.text)


@dataclass(slots=True)
class _Group:
    """Tokens that stayed, then those that went, then those that came instead."""

    stayed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    came: list[str] = field(default_factory=list)

    def pieces(self) -> tuple[Piece, ...]:
        return (
            Piece("same", "".join(self.stayed)),
            Piece("del", "".join(self.gone)),
            Piece("ins", "".join(self.came)),
        )


def _grouped(runs: Iterable[tuple[Kind, Sequence[str]]]) -> list[_Group]:
    """The runs with all that changed in one place together; the last group has no change."""
    groups = [_Group()]
    for kind, tokens in runs:
        group = groups[-1]
        if kind == "del":
            group.gone.extend(tokens)
        elif kind == "ins":
            group.came.extend(tokens)
        elif tokens and (group.gone or group.came):
            groups.append(_Group(list(tokens)))
        else:
            group.stayed.extend(tokens)
    return [*groups, _Group()]


def _slide(group: _Group, after: _Group) -> None:
    """Move a pure insertion or deletion to where a person would see it: at the bounds of paragraphs, else of
    words. "A. [B. ]B." may as well be "A. B. [B.]"."""
    change, before, behind = group.came or group.gone, group.stayed, after.stayed
    if not change or (group.came and group.gone):
        return
    at, best = 0, (_fitness(before, change), 0)
    while before and before[-1] == change[-1] and at > -MAX_SLIDE:
        change.insert(0, change.pop())
        behind.insert(0, before.pop())
        at -= 1
        best = max(best, (_fitness(before, change), at))
    while behind and behind[0] == change[0] and at < MAX_SLIDE:
        before.append(behind.pop(0))
        change.append(change.pop(0))
        at += 1
        best = max(best, (_fitness(before, change), at))
    while at > best[1]:
        change.insert(0, change.pop())
        behind.insert(0, before.pop())
        at -= 1


def _fitness(before: list[str], change: list[str]) -> int:
    """How natural it is for a change to stand behind these tokens."""
    if change[-1] == PARAGRAPH_BREAK and (not before or before[-1] == PARAGRAPH_BREAK):
        return 3
    if change[0] == PARAGRAPH_BREAK:
        return 2
    return int(change[0].isspace() or change[-1].isspace())


def _folded(groups: Iterable[_Group]) -> list[_Group]:
    """A word or two that happen to stay inside a rewritten phrase count as rewritten: a person reads phrases,
    not coincidences."""
    folded: list[_Group] = []
    for group in groups:
        if folded and _coincidence(folded[-1], group):
            folded[-1].gone += group.stayed + group.gone
            folded[-1].came += group.stayed + group.came
        else:
            folded.append(group)
    return folded


def _coincidence(before: _Group, group: _Group) -> bool:
    """Whether the text that stayed between two changes is shorter than each of them."""
    stayed = len("".join(group.stayed))
    changed, size = (max(len("".join(g.gone)), len("".join(g.came))) for g in (before, group))
    return PARAGRAPH_BREAK not in group.stayed and 0 < changed >= stayed <= size > 0
